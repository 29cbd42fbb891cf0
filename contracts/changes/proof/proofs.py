"""The least that proves a change: a run that shows it in, the fewest calls with the smallest body
that still do out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from contracts.changes.proof.evidence import Evidence
from contracts.changes.proof.proven import Proof
from contracts.changes.proof.tape import Tape, names_in_body, without
from contracts.changes.proof.twins import Run
from contracts.reduction import fewest

TRIED = 60
"""Calls that are left out of a sequence, one after the other, to see whether it still shows the
same.
"""
Holds = Callable[[Evidence, Tape], bool]
"""Tells whether evidence of a tape still shows the same."""
Play = Callable[[Tape], Run]
"""Makes the calls of a tape on both mocks."""


@dataclass(frozen=True, slots=True)
class Shortened:
    """A run with what one of its calls shows."""

    run: Run
    evidence: Evidence

    @property
    def tape(self) -> Tape:
        """The calls until the one that shows it."""
        return self.run.tape[: self.evidence.at + 1]


def shortest(found: Shortened, holds: Holds, play: Play) -> Proof:
    """Return the least of a run by which what was found still holds."""
    tries = count()

    def retried(before: Shortened, start: int, end: int) -> Shortened | None:
        if next(tries) >= TRIED:
            return None
        tape = (*before.tape[:start], *before.tape[end:])
        return _again(tape, holds, play)

    least = fewest(found, _spare, retried)
    least = _with_smaller_body(least, holds, play)
    calls = least.run.calls[: least.evidence.at + 1]
    return Proof(calls, least.evidence.message)


def _spare(found: Shortened) -> int:
    """Return how many calls there are before the one that shows it."""
    return len(found.tape) - 1


def _with_smaller_body(found: Shortened, holds: Holds, play: Play) -> Shortened:
    """Leave out of the last body what has no part in it."""
    for name in names_in_body(found.tape[-1].sent):
        *before, last = found.tape
        sent = without(last.sent, name)
        tape = (*before, replace(last, sent=sent))
        again = _again(tape, holds, play)
        if again is not None and _places(again) <= _places(found):
            found = again
    return found


def _again(tape: Tape, holds: Holds, play: Play) -> Shortened | None:
    """Return what the last call of a tape shows when it is played, None where it is another
    thing.
    """
    run = play(tape)
    for evidence in run.evidence:
        if evidence.at == len(tape) - 1 and holds(evidence, tape):
            return Shortened(run, evidence)
    return None


def _places(found: Shortened) -> set[Any]:
    return {fault[:2] for fault in found.evidence.faults}
