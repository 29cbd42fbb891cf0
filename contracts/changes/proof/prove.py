"""Changes and the two mocks in, for each breaking change the fewest calls that show it out, or why
there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.changes.proof.attribution import shows
from contracts.changes.proof.evidence import Evidence, Sign
from contracts.changes.proof.proven import Proof, Proven
from contracts.changes.proof.search import Search
from contracts.changes.proof.tape import Tape, names_in_body, without
from contracts.changes.proof.twins import Run, Twins
from contracts.changes.types import Change, Level, Place, Where

TRIED = 60
"""Calls that are left out of a sequence, one after the other, to see whether it still shows the
same.
"""
Holds = Callable[[Evidence, Tape], bool]
"""Tells whether evidence of a tape still shows the same."""
BEHAVIOR = "behavior"
"""The name under which the replay tells what no rule found."""


@dataclass(slots=True)
class Prover:
    """Proves changes. `is_over` tells when no more calls may be made, `tell` hears what is being
    tried.
    """

    twins: Twins
    search: Search
    recording: Tape = ()
    is_over: Callable[[], bool] = lambda: False
    tell: Callable[[str], None] = lambda text: None
    played: list[Run] = field(default_factory=list)

    def prove(self, changes: Sequence[Change]) -> list[Proven]:
        """Return every change, breaking ones with a proof where one was found, then what only the
        calls told.
        """
        if self.recording:
            self.tell("playing the recording")
            self._play(self.recording)
        proven = [self._proven(change) for change in changes]
        self._tour()
        return [*proven, *self._unnamed(changes)]

    def _proven(self, change: Change) -> Proven:
        if change.level is Level.INFO:
            return Proven(change)
        proven = self._tried(change)
        return (
            proven if proven.proof is not None or change.level is Level.BREAKING else Proven(change)
        )

    def _tried(self, change: Change) -> Proven:
        self.tell(f"{change.rule} in {change.place.operation or 'the API'}")
        for run in self.played:
            proof = self._proof(change, run)
            if proof is not None:
                return Proven(change, proof)
        tried = 0
        for tape in self.search.tapes(change):
            if self.is_over():
                return Proven(change, None, "the time was up")
            tried += 1
            proof = self._proof(change, self._play(tape, change.rule == "base-path-removed"))
            if proof is not None:
                return Proven(change, proof)
        return Proven(change, None, self._why(change, tried))

    def _why(self, change: Change, tried: int) -> str:
        if change.place.where is Where.CALLBACK:
            return "calls back are not replayed"
        if tried:
            return (
                f"NEW's mock answered {tried} {'try' if tried == 1 else 'tries'} so that it does "
                f"not show"
            )
        refusals = self.search.draw.refusals
        refusal = next(
            (refusals[each.operation] for each in change.places if each.operation in refusals), ""
        )
        return (
            f"no call was found that OLD's mock answers with "
            f"success{f' (it says {refusal})' if refusal else ''}"
        )

    def _play(self, tape: Tape, same_base: bool = False) -> Run:
        run = self.twins.play(tape, same_base)
        if not same_base:
            self.played.append(run)
        return run

    def _proof(self, change: Change, run: Run) -> Proof | None:
        """Return the fewest of the calls of a run that show a change, None when it does not."""
        found = next((each for each in run.evidence if shows(change, each, run.tape)), None)
        if found is None:
            return None
        same_base = change.rule == "base-path-removed"
        return self._shortest(
            run, found, lambda each, tape: shows(change, each, tape) is not None, same_base
        )

    def _shortest(self, run: Run, found: Evidence, holds: Holds, same_base: bool = False) -> Proof:
        best = run.tape[: found.at + 1]
        size, tries = max(1, len(best) // 2), 0
        while size and len(best) > 1:
            at = 0
            while at < len(best) - 1 and tries < TRIED:
                tape = (*best[:at], *best[min(at + size, len(best) - 1) :])
                tries += 1
                again = self.twins.play(tape, same_base)
                shown = next(
                    (
                        each
                        for each in again.evidence
                        if each.at == len(tape) - 1 and holds(each, tape)
                    ),
                    None,
                )
                if shown is not None:
                    best, run, found = tape, again, shown
                else:
                    at += size
            size //= 2
        return self._smallest(run, found, holds, same_base)

    def _smallest(self, run: Run, found: Evidence, holds: Holds, same_base: bool) -> Proof:
        """Leave out of the last body what has no part in it."""
        for name in names_in_body(run.tape[found.at].sent):
            last = run.tape[found.at]
            sent = without(last.sent, name)
            again = self.twins.play((*run.tape[: found.at], replace(last, sent=sent)), same_base)
            shown = next(
                (
                    each
                    for each in again.evidence
                    if each.at == found.at and holds(each, again.tape)
                ),
                None,
            )
            if shown is not None and _places(shown) <= _places(found):
                run, found = again, shown
        return Proof(run.calls[: found.at + 1], found.message)

    def _tour(self) -> None:
        """Call each operation that no proof has called, as long as there is time."""
        called = {step.operation for run in self.played for step in run.tape}
        for label, pair in self.search.pairs.items():
            if pair.both is not None and label not in called and not self.is_over():
                self.tell(f"calling {label}")
                for tape in self.search.draw.tapes(label):
                    if self.is_over():
                        break
                    self._play(tape)

    def _unnamed(self, changes: Sequence[Change]) -> Iterable[Proven]:
        """Yield what broke in a call although no rule has told of any operation that was called
        until then.
        """
        named = {
            place.operation
            for each in changes
            if each.level is not Level.INFO
            for place in each.places
        }
        seen: set[Any] = set()
        for run in self.played:
            if any(
                each.place.where is Where.API and each.level is Level.BREAKING for each in changes
            ):
                return
            found = next((each for each in run.evidence if each.is_breaking), None)
            if found is None or any(step.stranger for step in run.tape):
                continue
            until = {step.operation for step in run.tape[: found.at + 1]}
            key = (found.operation, found.sign, found.message)
            if until & named or key in seen:
                continue
            seen.add(key)
            yield self._behavior(run, found)

    def _behavior(self, run: Run, found: Evidence) -> Proven:
        where = Where.OPERATION if found.sign is not Sign.REPLY else Where.REPLY
        place = Place(found.operation, where, "" if where is Where.OPERATION else str(found.status))
        pair = self.search.pairs[found.operation]
        pointers = [each.pointer if each is not None else None for each in (pair.old, pair.new)]
        change = Change(BEHAVIOR, Level.BREAKING, place, found.message, pointers[0], pointers[1])
        same = (found.operation, found.sign)
        proof = self._shortest(run, found, lambda each, tape: (each.operation, each.sign) == same)
        return Proven(change, proof)


def _places(evidence: Evidence) -> set[Any]:
    return {fault[:2] for fault in evidence.faults}
