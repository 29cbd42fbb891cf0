"""What a run did, counted: its events in, the figures of each phase, operation and check out.

Memory is bounded by the document and the findings, not by the number of calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.events import (
    CallAnswered,
    CallWithheld,
    CasesTried,
    CheckFailed,
    CheckTried,
    Event,
    LeftBehind,
    PhaseFinished,
    PhaseStarted,
    RunFinished,
    RunStarted,
    Trouble,
    Unsure,
)
from contracts.findings import Finding
from contracts.targets.exchanges import Exchange
from mockserver.exchange import is_success

TROUBLES = 100
"""Different troubles that are told; more of them are counted only."""
Place = tuple[str, str, str]
"""A phase, a check and where it was held: an operation, a collection or nothing."""


@dataclass(slots=True)
class PhaseTally:
    """What a phase did; `took_s` is None as long as it runs. `early` tells why it did not do all
    that it wanted.
    """

    seconds: float | None = None
    took_s: float | None = None
    cases: int = 0
    calls: int = 0
    found: int = 0
    early: str = ""


@dataclass(slots=True)
class Verdict:
    """What became of a check at a place: how often it held, how often it broke, why it could not be
    tried.
    """

    held: int = 0
    broke: int = 0
    untried: str = ""

    @property
    def word(self) -> str:
        return "broke" if self.broke else "held" if self.held else "untried"


@dataclass(slots=True)
class Tally:
    """The figures of a run so far. `started` and `finished` are None where no such event came."""

    started: RunStarted | None = None
    finished: RunFinished | None = None
    phases: dict[str, PhaseTally] = field(default_factory=dict)
    phase: str = ""
    label: str | None = None
    calls: int = 0
    statuses: dict[str, dict[int, int]] = field(default_factory=dict)
    checks: dict[Place, Verdict] = field(default_factory=dict)
    withheld: dict[tuple[str, str], int] = field(default_factory=dict)
    troubles: dict[str, int] = field(default_factory=dict)
    left_behind: list[str] = field(default_factory=list)
    unsure: dict[str, Finding] = field(default_factory=dict)
    _told: list[Finding] = field(default_factory=list)

    def take(self, event: Event) -> None:
        match event:
            case CallAnswered():
                self._count_call(event.exchange)
            case CheckTried():
                self._count_check(event)
            case CheckFailed():
                self._told.append(event.finding)
                self._phase(event.finding.phase).found += 1
            case Unsure() if len(self.unsure) < TROUBLES:
                self.unsure.setdefault(event.finding.fingerprint, event.finding)
            case CallWithheld():
                name = (event.label or event.method, event.reason)
                self.withheld[name] = self.withheld.get(name, 0) + 1
            case Trouble():
                if event.message in self.troubles or len(self.troubles) < TROUBLES:
                    self.troubles[event.message] = self.troubles.get(event.message, 0) + 1
            case CasesTried():
                self._phase(event.phase).cases = event.cases
            case PhaseStarted():
                self.phase, self._phase(event.phase).seconds = event.phase, event.seconds
            case PhaseFinished():
                done = self._phase(event.phase)
                done.took_s, done.cases, done.early = event.took_s, event.cases, event.early
            case LeftBehind():
                self.left_behind += event.paths
            case RunStarted():
                self.started = event
            case RunFinished():
                self.finished = event

    @property
    def findings(self) -> list[Finding]:
        """All that was found, with the reasons for which some of it is accepted."""
        return list(self.finished.findings) if self.finished is not None else self._told

    @property
    def never_answered(self) -> Mapping[str, Mapping[int, int]]:
        """The operations that never answered with success, with the statuses that they answered
        with.
        """
        if self.finished is not None:
            return self.finished.never_answered
        labels = self.started.operations if self.started is not None else ()
        return {
            each: seen for each in labels if not _succeeded(seen := self.statuses.get(each, {}))
        }

    @property
    def exit_code(self) -> int:
        """What the run ends with; 2 when it was cut off before it could say."""
        return 2 if self.finished is None else self.finished.exit_code

    def _count_call(self, exchange: Exchange) -> None:
        self.calls += 1
        self.label = exchange.operation
        self._phase(exchange.phase).calls += 1
        if exchange.answer is not None and exchange.operation:
            seen = self.statuses.setdefault(exchange.operation, {})
            seen[exchange.answer.status] = seen.get(exchange.answer.status, 0) + 1

    def _count_check(self, event: CheckTried) -> None:
        verdict = self.checks.setdefault((event.phase, event.check, event.where), Verdict())
        if event.untried:
            verdict.untried = event.untried
        elif event.held:
            verdict.held += 1
        else:
            verdict.broke += 1

    def _phase(self, name: str) -> PhaseTally:
        return self.phases.setdefault(name, PhaseTally())


def _succeeded(seen: Mapping[int, int]) -> bool:
    return any(map(is_success, seen))
