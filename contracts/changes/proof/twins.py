"""Two mocks and a tape in, the same calls to both in fresh states, and where the answers part
out.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from contracts.changes.proof.evidence import Evidence, Judge
from contracts.changes.proof.proven import Shown
from contracts.changes.proof.side import Side
from contracts.changes.proof.tape import Keys, Tape


@dataclass(frozen=True, slots=True)
class Run:
    """A tape that was played: the calls, and where the answers part."""

    tape: Tape
    calls: tuple[Shown, ...]
    evidence: tuple[Evidence, ...]


class Twins:
    """The mocks of OLD and NEW side by side."""

    def __init__(self, old: Side, new: Side, judge: Judge) -> None:
        self.old, self.new = old, new
        self._judge = judge

    def play(self, tape: Tape, same_base: bool = False) -> Run:
        """Make the calls of a tape on both; `same_base` keeps OLD's base path on NEW."""
        calls: list[Shown] = []
        evidence: list[Evidence] = []
        with closing(self.old.fresh()) as old, closing(self.new.fresh()) as new:
            keys = Keys(), Keys()
            for at, step in enumerate(tape):
                one, other = (each.spelled(step.sent) for each in keys)
                asked = (self.old if same_base else self.new).based(other)
                theirs = new.send(asked)
                if step.stranger:
                    calls.append(Shown(asked, None, theirs))
                    continue
                ours = old.send(self.old.based(one))
                keys[0].learn(step, ours.body)
                keys[1].learn(step, theirs.body)
                calls.append(Shown(asked, ours, theirs))
                evidence += self._judge.judge(at, step.operation, other, ours, theirs)
        return Run(tape, tuple(calls), tuple(evidence))
