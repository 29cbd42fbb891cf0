"""Conclude from the events of a run: findings once each, the ledger asked about them, and what was
really tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from contracts.events import (
    CallAnswered,
    CheckFailed,
    CheckTried,
    Event,
    PhaseFinished,
    RunFinished,
)
from contracts.findings import Finding
from contracts.ledger import Ledger
from mockserver.exchange import is_success
from mockserver.model.types import Model

MOST_REFUSED = 40
"""So many refusals of credentials in a row that were good before mean that they no longer are."""

STATE = "expected_state"
"""The check that the oracle makes of every reply: what a law has told, it need not tell again."""
NAMED = 3
"""Laws that are named where time was too short for them."""


class Verdict:
    """Counts what happens, and lets a finding through when it is the first of its kind."""

    def __init__(self, model: Model, ledger: Ledger, reached: Sequence[str] = ()) -> None:
        """Take the API, what is accepted of it, and the operations of which most must succeed."""
        self._reached = reached
        self._labels = [each.label for each in model.operations]
        self._ledger = ledger
        self._findings: dict[str, Finding] = {}
        self._seen: dict[str, Finding] = {}
        self._heads: dict[str, str] = {}
        self._statuses: dict[str, dict[int, int]] = {}
        self._tried: list[CheckTried] = []
        self._phases: list[PhaseFinished] = []
        self._calls = 0
        self._refused_since = 0

    def take(self, event: Event) -> Event | None:
        """Return an event as it is to be told, None when it has been told already."""
        if isinstance(event, CheckFailed):
            return self._failed(event)
        if isinstance(event, CallAnswered):
            self._answered(event)
        elif isinstance(event, CheckTried):
            self._tried.append(event)
        elif isinstance(event, PhaseFinished):
            self._phases.append(event)
        return event

    def finished(self, took_s: float, could_not: str, interrupted: bool) -> RunFinished:
        """Return how the run ended."""
        findings = tuple(self._findings.values())
        return RunFinished(
            took_s=took_s,
            calls=self._calls,
            findings=findings,
            never_answered={
                label: self._statuses.get(label, {})
                for label in self._labels
                if not self._worked(label)
            },
            nothing_tested="" if could_not or interrupted else self._nothing_tested(),
            could_not=could_not or ("" if interrupted else self._cut_off()),
            too_little="" if could_not or interrupted else self._too_little(),
            interrupted=interrupted,
            gone=() if interrupted else self._gone(),
        )

    def _failed(self, event: CheckFailed) -> Event | None:
        finding = self._ledger.judged(event.finding)
        name = finding.fingerprint
        if name in self._seen:
            return None
        self._seen[name] = finding
        head = self._head(finding)
        for cause in finding.causes:
            self._heads.setdefault(cause, name if head is None else head.fingerprint)
        if head is not None:
            self._findings[head.fingerprint] = _with_place(head, finding.operation)
            return None
        self._findings[name] = finding
        return replace(event, finding=finding)

    def _head(self, finding: Finding) -> Finding | None:
        """Return the finding that tells of the same cause already, None where there is none. What
        is accepted is told apart, unless its cause was accepted before.
        """
        names = [self._heads[cause] for cause in finding.causes if cause in self._heads]
        heads = [self._findings[name] for name in names]
        if finding.check == STATE and finding.place.startswith("/"):
            heads += [each for each in self._findings.values() if _is_one(each, finding)]
        for head in heads:
            if head.accepted or not finding.accepted:
                return head
        return None

    def _gone(self) -> tuple[str, ...]:
        return tuple(self._ledger.gone(self._seen.values(), self._tried))

    def _answered(self, event: CallAnswered) -> None:
        self._calls += 1
        label, answer = event.exchange.operation, event.exchange.answer
        if label and answer is not None:
            counted = self._statuses.setdefault(label, {})
            counted[answer.status] = counted.get(answer.status, 0) + 1
            if not event.has_ended:
                self._note_refusal(label, answer.status)

    def _note_refusal(self, label: str, status: int) -> None:
        """Count how often credentials were refused since they were last taken, by operations that
        take them.
        """
        if status == 401 and self._worked(label):
            self._refused_since += 1
        elif status < 300 and 401 in self._statuses[label]:
            self._refused_since = 0

    def _cut_off(self) -> str:
        """Return why most of the run proves nothing, empty when it does."""
        statuses = [seen.get(429, 0) for seen in self._statuses.values()]
        if 2 * sum(statuses) > self._calls > 0:
            return (
                f"{sum(statuses):,} of {self._calls:,} answers were 429, too many requests: ask "
                f"less often with --rate"
            )
        if self._refused_since >= MOST_REFUSED:
            return (
                f"the credentials were refused (401) in the last {self._refused_since:,} calls, "
                f"and taken before: give some that last longer"
            )
        return ""

    def _worked(self, label: str) -> bool:
        return any(map(is_success, self._statuses.get(label, ())))

    def _nothing_tested(self) -> str:
        if not self._calls:
            return "no call was made"
        if not any(map(self._worked, self._labels)):
            return (
                "no operation ever answered with success: are the credentials and the base path "
                "right?"
            )
        is_short = any(phase.missed for phase in self._phases)
        if not any(not each.untried for each in self._tried) and not self._findings:
            return "" if is_short else "no check could be tried"
        return ""

    def _too_little(self) -> str:
        """Return why what was tested is not enough for a verdict, and what to do."""
        missed: list[str] = []
        for phase in self._phases:
            missed += phase.missed
        if missed:
            held = sum(phase.cases for phase in self._phases if phase.missed)
            return (
                f"time was up before {len(missed)} of {held + len(missed)} laws were tried, "
                f"{_some(missed)}: give more time with --max-time, or name the laws that matter "
                f"with --laws"
            )
        worked = sum(map(self._worked, self._reached))
        if 2 * worked < len(self._reached):
            return (
                f"only {worked} of {len(self._reached)} operations ever answered with success: "
                f"give credentials (--auth), items to start from (--parent, examples in the "
                f"document), or more time"
            )
        return ""


def _with_place(finding: Finding, label: str) -> Finding:
    """Return a finding with one more operation that shows it."""
    if label in (finding.operation, *finding.also):
        return finding
    return replace(finding, also=(*finding.also, label))


def _is_one(one: Finding, other: Finding) -> bool:
    """Tell whether two findings are of one value at one place of one operation."""
    there = (one.operation, one.place, one.actual)
    return there == (other.operation, other.place, other.actual)


def _some(names: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    first = ", ".join(names[:NAMED])
    more = len(names) - NAMED
    return f"{first} and {more} more" if more > 0 else first
