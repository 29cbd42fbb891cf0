"""Changes and the two mocks in, for each breaking change the fewest calls that show it out, or why
there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.changes.proof.attribution import shows
from contracts.changes.proof.evidence import Evidence, Sign
from contracts.changes.proof.proofs import Shortened, shortest
from contracts.changes.proof.proven import Proof, Proven
from contracts.changes.proof.search import Search
from contracts.changes.proof.tape import Tape
from contracts.changes.proof.twins import Run, Twins
from contracts.changes.types import Change, Level, Place, Where

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
        if proven.proof is None and change.level is not Level.BREAKING:
            return Proven(change)
        return proven

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
            tries = "1 try" if tried == 1 else f"{tried} tries"
            return f"NEW's mock answered {tries} so that it does not show"
        told = "no call was found that OLD's mock answers with success"
        refusals = self.search.draw.refusals
        for place in change.places:
            refusal = refusals.get(place.operation)
            if refusal:
                return f"{told} (it says {refusal})"
        return told

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

        def holds(evidence: Evidence, tape: Tape) -> bool:
            return shows(change, evidence, tape) is not None

        return shortest(Shortened(run, found), holds, lambda tape: self.twins.play(tape, same_base))

    def _tour(self) -> None:
        """Call each operation that no proof has called, as long as there is time."""
        called: set[str] = set()
        for run in self.played:
            called.update(step.operation for step in run.tape)
        for label, pair in self.search.pairs.items():
            if pair.both is None or label in called or self.is_over():
                continue
            self.tell(f"calling {label}")
            for tape in self.search.draw.tapes(label):
                if self.is_over():
                    break
                self._play(tape)

    def _unnamed(self, changes: Sequence[Change]) -> Iterable[Proven]:
        """Yield what broke in a call although no rule has told of any operation that was called
        until then.
        """
        named: set[str] = set()
        for change in changes:
            if change.level is not Level.INFO:
                named.update(place.operation for place in change.places)
        is_api_broken = any(map(_breaks_the_api, changes))
        seen: set[Any] = set()
        for run in () if is_api_broken else self.played:
            breaking = [evidence for evidence in run.evidence if evidence.is_breaking]
            if not breaking or any(step.stranger for step in run.tape):
                continue
            found = breaking[0]
            until = {step.operation for step in run.tape[: found.at + 1]}
            key = (found.operation, found.sign, found.message)
            if until & named or key in seen:
                continue
            seen.add(key)
            yield self._behavior(run, found)

    def _behavior(self, run: Run, found: Evidence) -> Proven:
        if found.sign is Sign.REPLY:
            place = Place(found.operation, Where.REPLY, str(found.status))
        else:
            place = Place(found.operation, Where.OPERATION)
        pair = self.search.pairs[found.operation]
        change = Change(
            BEHAVIOR,
            Level.BREAKING,
            place,
            found.message,
            pair.old.pointer if pair.old is not None else None,
            pair.new.pointer if pair.new is not None else None,
        )
        same = (found.operation, found.sign)

        def holds(evidence: Evidence, tape: Tape) -> bool:
            return (evidence.operation, evidence.sign) == same

        proof = shortest(Shortened(run, found), holds, self.twins.play)
        return Proven(change, proof)


def _breaks_the_api(change: Change) -> bool:
    return change.place.where is Where.API and change.level is Level.BREAKING
