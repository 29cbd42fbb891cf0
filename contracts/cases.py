"""A contract as single cases, each tried by itself: a subject in, what there is to try and what
came of each out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from contracts.conformance.plan import PHASES
from contracts.errors import ContractError, Stopped
from contracts.events import CallAnswered, CheckFailed, CheckTried, Event, PhaseFinished, Trouble
from contracts.findings import Finding
from contracts.laws.bench.places import places
from contracts.laws.phase import Run, applies
from contracts.laws.table import LAWS
from contracts.ledger import Ledger
from contracts.phases.conformance import Effort, run_conformance
from contracts.phases.machine import run_unit
from contracts.phases.told import SENTENCES, STATE
from contracts.wire.cleaning import clean_up
from contracts.wire.subject import Subject
from contracts.wire.wire import Budget

CONFORMANCE, LAW, MACHINE = "conformance", "laws", "machine"
_ACROSS = ("use_after_free", "ensure_resource_availability", "object_level_authorization")
"""Checks of Schemathesis that need calls of more than one operation: laws and machine hold the
same.
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to try: a check on an operation, a law at a place, or the machine on a resource."""

    phase: str
    where: str
    check: str

    @property
    def group(self) -> str:
        """What shares its calls or its records: cases of one group are best run in one process."""
        return f"{self.phase} {self.where}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: what it found; `untried` tells why it could not be tried, empty when it
    was.
    """

    findings: Sequence[Finding] = ()
    untried: str = ""


def cases(subject: Subject) -> Iterator[Case]:
    """Yield all that can be tried, in the order of the document."""
    model = subject.model
    for operation in model.operations:
        yield from (
            Case(CONFORMANCE, operation.label, check) for check in SENTENCES if check not in _ACROSS
        )
    for place in places(model).values():
        for law in LAWS:
            if applies(law, place, subject):
                yield Case(LAW, place.path, law.name)
    for resource in model.resources:
        if sum(each.resource == resource for each in model.operations) > 1:
            yield Case(MACHINE, resource, STATE)


@dataclass(slots=True)
class Trial:
    """A subject that is tried case by case; the calls of an operation are made once for all checks
    on it.
    """

    subject: Subject
    seed: int = 0
    examples: int = 10
    per_second: float | None = None
    ledger: Ledger = field(default_factory=Ledger)
    _events: dict[tuple[str, str], list[Event]] = field(default_factory=dict)

    def outcome(self, case: Case) -> Outcome:
        """Return what comes of a case. Raises ContractError."""
        key = (
            case.phase,
            case.where if case.phase == CONFORMANCE else f"{case.where} {case.check}",
        )
        if key not in self._events:
            self._events[key] = self._tried(case)
        return self._concluded(case, self._events[key])

    def close(self) -> Sequence[str]:
        """Remove what was made on the server; return the paths of what is left."""
        belongings = self.subject.belongings
        if self.subject.fresh or not belongings.items:
            return ()
        wire = self.subject.wire("cleaning", lambda event: None, Budget(per_second=self.per_second))
        try:
            clean_up(self.subject, wire)
        except (ContractError, Stopped):
            pass  # what could not be removed is told by what is left
        finally:
            wire.close()
        return tuple(belongings.items)

    def _tried(self, case: Case) -> list[Event]:
        events: list[Event] = []
        budget = Budget(per_second=self.per_second)
        if case.phase == CONFORMANCE:
            phases = [each for each in PHASES if each != "stateful"]
            effort = Effort(self.examples, phases, only=[case.where])
            events.append(run_conformance(self.subject, budget, events.append, self.seed, effort))
        elif case.phase == LAW:
            run = Run(self.subject, budget, events.append, self.seed)
            law = next(each for each in LAWS if each.name == case.check)
            run.hold(law, next(each for each in run.places.values() if each.path == case.where))
            run.close()
        else:
            run_unit(self.subject, budget, events.append, self.seed, self.examples, case.where)
        return [each for each in events if not isinstance(each, CallAnswered)]

    def _concluded(self, case: Case, events: Sequence[Event]) -> Outcome:
        found = [each.finding for each in events if isinstance(each, CheckFailed)]
        own = {
            each.fingerprint: self.ledger.judged(each) for each in found if self._is_of(case, each)
        }
        tried = [
            each for each in events if isinstance(each, CheckTried) and each.check == case.check
        ]
        if own or any(not each.untried for each in tried):
            return Outcome(tuple(own.values()))
        troubles = [each.message for each in events if isinstance(each, Trouble)]
        early = [each.early for each in events if isinstance(each, PhaseFinished) and each.early]
        return Outcome(
            untried=[*(each.untried for each in tried), *troubles, *early, "no call came to it"][0]
        )

    def _is_of(self, case: Case, finding: Finding) -> bool:
        """Tell whether a finding is the case's own: one check may find something on an operation
        beside its own.
        """
        return finding.check == case.check
