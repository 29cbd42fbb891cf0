"""What happens during a run, as values: `contracts.runner.run` yields them, and reports fold over
them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from contracts.findings import Finding
from contracts.targets.exchanges import Exchange


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins: against `target` (as people call it), by the document of `api`.

    `origin` is scheme and host for curl lines; `operations` are the labels of all operations;
    `seconds` is the time that the run may take, None for as long as it needs; `safety` is what it
    may do: read, own or all.
    """

    api: str
    target: str
    origin: str
    safety: str
    phases: Sequence[str]
    operations: Sequence[str]
    seed: int
    seconds: float | None
    began_s: float


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    """A phase begins; it has `seconds`, None for as long as it needs."""

    phase: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """A request was sent, whether an answer came or not.

    `has_ended` tells that it was refused for a credential that was good before, and is sent again
    with the next one.
    """

    exchange: Exchange
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class CallWithheld:
    """A request was not sent, because of what it could change."""

    phase: str
    label: str | None
    method: str
    reason: str


@dataclass(frozen=True, slots=True)
class CasesTried:
    """So many `cases` of a phase are over: test cases of Schemathesis, laws at their places,
    sequences.
    """

    phase: str
    cases: int


@dataclass(frozen=True, slots=True)
class CheckTried:
    """A check was held against an operation (or a resource): it `held`, or could not be tried and
    why.

    `where` is the label of an operation, the path of a collection, or empty for the whole API.
    """

    phase: str
    check: str
    where: str
    held: bool
    untried: str = ""


@dataclass(frozen=True, slots=True)
class CheckFailed:
    """Something is wrong with the target. Of one fingerprint, and of one cause, only the first is
    told.
    """

    finding: Finding


@dataclass(frozen=True, slots=True)
class Unsure:
    """Something that looked wrong, and for which there is another explanation: its place moves by
    itself, it came late, or the document allows it. It breaks nothing.
    """

    finding: Finding


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something went wrong with the run itself: a connection that broke, what a tool could not
    do.
    """

    phase: str
    message: str


@dataclass(frozen=True, slots=True)
class PhaseFinished:
    """A phase is over. `early` tells why it did not do all that it wanted, empty when it did, and
    `missed` names what was not begun.
    """

    phase: str
    took_s: float
    cases: int
    early: str = ""
    missed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Records that the run made and could not remove again, by the paths of their items."""

    paths: Sequence[str]


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A run is over. `broke` tells that something not accepted was found; `could_not` why it could
    not run at all.

    `nothing_tested` says why what ran proves nothing, empty when something was really tested, and
    `too_little` why it does not prove enough, and what to do.
    `never_answered` are operations that never answered with success, each with the statuses they
    answered with. `gone` are accepted findings that no longer turn up, by fingerprint.
    """

    took_s: float
    calls: int
    findings: Sequence[Finding]
    never_answered: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    nothing_tested: str = ""
    could_not: str = ""
    interrupted: bool = False
    too_little: str = ""
    gone: Sequence[str] = ()

    @property
    def broke(self) -> bool:
        return any(not each.accepted for each in self.findings)

    @property
    def exit_code(self) -> int:
        """0: the contract held; 1: it broke; 2: it could not be tried, or not to the end."""
        if self.could_not:
            return 2
        if self.broke:
            return 1
        return 2 if self.nothing_tested or self.interrupted or self.too_little else 0


Event = (
    RunStarted
    | PhaseStarted
    | CallAnswered
    | CallWithheld
    | CasesTried
    | CheckTried
    | CheckFailed
    | Unsure
    | Trouble
    | PhaseFinished
    | LeftBehind
    | RunFinished
)
