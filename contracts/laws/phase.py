"""Hold every law against every place of a server: a subject, a budget and a seed in, events out.

Where each opening of the server starts anew, each law has one to itself. Else all share one, and
what a law made is removed when it is done.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain

from contracts.errors import PlanError, Stopped
from contracts.events import (
    CasesTried,
    CheckFailed,
    CheckTried,
    Event,
    PhaseFinished,
    Trouble,
    Unsure,
)
from contracts.expiry import may_be_gone
from contracts.findings import Finding
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place, places
from contracts.laws.bench.visit import Visit
from contracts.laws.bench.world import World
from contracts.laws.table import LAWS, Law
from contracts.laws.tour import Tour
from contracts.requests.bodies import Bodies
from contracts.requests.drafts import Drafts
from contracts.targets.target import SAFE_METHODS, Answer
from contracts.wire.safety import Safety
from contracts.wire.second_look import WAITS_S, is_late
from contracts.wire.subject import Subject
from contracts.wire.wire import Budget, Lost
from mockserver.generation.supply import SeededSupply
from mockserver.model.types import Operation

PHASE = "laws"
NEARLY = 0.8
"""Part of the laws after which the rest may take more time than their share."""
SETTLING_S = 1.0
"""How long a server that shows changes late is given before each look, where a law does not hold
without that.
"""
IN_TURN = 10
"""Laws that a place has before the next place has its own."""
UNSEEN = re.compile(r"is not shown|no record shows")
"""What is said of a law that did not find its record: it may come late."""

Emit = Callable[[Event], None]


def run_laws(
    subject: Subject, budget: Budget, emit: Emit, seed: int, only: Collection[str] = ()
) -> PhaseFinished:
    """Hold the laws, all or those named, and emit CheckTried for each law and place, CheckFailed
    where one is broken.

    Ends early when the budget is used up, and tells which laws were not held then. Raises
    PlanError for a name that no law has, Unreachable.
    """
    laws = chosen(only)
    run = Run(
        subject,
        budget,
        emit,
        seed,
    )
    planned = _planned(
        run,
        laws,
    )
    done = 0
    try:
        if not only and not subject.fresh:
            run.tour()
        for law, place in planned:
            if done >= NEARLY * len(planned):
                budget.extend()
            run.hold(
                law,
                place,
            )
            done += 1
    except Stopped:
        pass
    finally:
        run.close()
    missed = [f"{law.name} ({place.path})" for law, place in planned[done:]]
    return PhaseFinished(PHASE, 0.0, run.held, budget.ended, missed)


def _planned(run: Run, laws: Sequence[Law]) -> list[tuple[Law, Place]]:
    """Return what there is to hold: some laws place by place, then some more, so that each place
    has its share of the time.
    """
    turns: dict[int, list[tuple[Law, Place]]] = {}
    for place in run.places.values():
        found = [law for law in laws if applies(law, place, run.subject)]
        for at, law in enumerate(found):
            turns.setdefault(at // IN_TURN, []).append((law, place))
    return [*chain.from_iterable(turns[turn] for turn in sorted(turns))]


def chosen(names: Collection[str]) -> Sequence[Law]:
    """Return the laws of these names, all for none. Raises PlanError."""
    known = {law.name for law in LAWS}
    for name in names:
        if name not in known:
            raise PlanError(f"there is no law {name!r}: say one of {', '.join(sorted(known))}")
    return [law for law in LAWS if not names or law.name in names]


def applies(law: Law, place: Place, subject: Subject) -> bool:
    """Tell whether a law says anything about a place of a server."""
    if law.is_of_users and subject.other_user is None:
        return False
    kinds = {each.kind for each in place.operations}
    return (
        bool(law.kinds & kinds)
        and law.applies(place)
        and not (law.writes and subject.safety is Safety.READ)
    )


@dataclass(slots=True)
class Run:
    """One run of the laws."""

    subject: Subject
    budget: Budget
    emit: Emit
    seed: int
    places: dict[str, Place] = field(init=False)
    _drafts: Drafts = field(init=False)
    _open: Visit | None = None
    _has_ended: bool = False
    _is_moving: bool = False
    _late: set[str] = field(default_factory=set)
    held: int = 0

    def __post_init__(self) -> None:
        model = self.subject.model
        supply = SeededSupply(model.document.spec, self.seed)
        self.places = places(model)
        self._drafts = Drafts(model.document.spec, supply, Bodies(model, supply))
        if not self.subject.fresh:
            late = [place for place in self.places.values() if any(map(is_late, place.operations))]
            self._late = {place.path for place in late}

    def tour(self) -> None:
        """Call every operation once, as well as can be. Raises Stopped."""
        visit = self._visit()
        try:
            Tour(visit, self.places).run()
        finally:
            self._leave(visit)

    def hold(self, law: Law, place: Place) -> None:
        """Hold a law against a place and emit what came of it. Raises Stopped."""
        is_late_read = place.path in self._late and not law.writes
        pause_s = SETTLING_S if is_late_read else 0.0
        broken, untried = self._tried(law, place, pause_s)
        if place.path in self._late and not (broken is not None and self._has_ended):
            if broken is not None or UNSEEN.search(untried):
                broken, untried = self._tried(law, place, SETTLING_S)
        elif broken is not None and not self.subject.fresh:
            broken, untried = self._looked_again(law, place, broken)
        if broken is not None and not self.subject.fresh and self.subject.safety is not Safety.ALL:
            again, _ = self._tried(law, place, SETTLING_S if place.path in self._late else 0.0)
            untried = (
                ""
                if again
                else (
                    "it was broken once and held when it was tried again: others change records too"
                )
            )
            broken = again
        self.held += 1
        self.emit(CasesTried(PHASE, self.held))
        self.emit(CheckTried(PHASE, law.name, place.path, broken is None, untried))
        if broken is not None:
            self.emit(CheckFailed(broken))

    def _looked_again(self, law: Law, place: Place, broken: Finding) -> tuple[Finding | None, str]:
        """Return what is left of a finding after a second look, and why nothing is.

        Where what the last call showed is another thing a moment later, the server is late, or
        moves by itself: the law is held again with a pause before each look.
        """
        if self._has_ended and not law.is_of_ends:
            return self._explained(broken, "a record of it may have come to its end")
        if not self._is_moving and self._is_changed_in_background(place):
            again, untried = self._tried(law, place, SETTLING_S)
            if again is None:
                return self._explained(broken, untried or "what runs by itself may have done it")
            return again, ""
        if not self._is_moving:
            return broken, ""
        self._late.add(place.path)
        try:
            again, untried = self._tried(law, place, SETTLING_S)
        except Stopped:
            self._explained(broken, "its place moves by itself, and time was up")
            raise
        if again is None:
            return self._explained(broken, untried or "it holds a moment later")
        return again, ""

    def _is_changed_in_background(self, place: Place) -> bool:
        """Tell whether something that was only accepted (202) may go on to change the records of a
        place: it is inside of their path, and about none of them.
        """
        for exchange in self._visit().wire.history:
            inside = exchange.sent.raw_path.partition(f"{place.path}/")[2]
            is_accepted = exchange.answer is not None and exchange.answer.status == 202
            if is_accepted and inside and "/" not in inside and not any(map(str.isdigit, inside)):
                return True
        return False

    def _explained(self, broken: Finding, why: str) -> tuple[None, str]:
        self.emit(Unsure(replace(broken, message=f"{broken.message} ({why})")))
        return None, f"it looked broken: {why}"

    def _moves(self, broken: Finding) -> bool:
        """Tell whether the last thing that was looked at is another one after a while."""
        looks = [each for each in broken.calls if each.sent.method in SAFE_METHODS]
        if not looks or looks[-1].answer is None:
            return False
        last, visit = looks[-1], self._visit()
        before = _shown(last.answer)
        with suppress(Lost):
            if last is not broken.calls[-1]:  # what was written since may have changed it
                before = _shown(visit.wire.send(last.sent))
        for wait_s in WAITS_S:
            time.sleep(wait_s)
            with suppress(Lost):
                if _shown(visit.wire.send(last.sent)) != before:
                    return True
        return False

    def close(self) -> None:
        """Close the server when it is still open."""
        if self._open is not None:
            self._open.wire.close()
            self._open = None

    def _tried(self, law: Law, place: Place, pause_s: float = 0.0) -> tuple[Finding | None, str]:
        """Hold a law, with a pause before each look after a change; return what is broken, and why
        it could not be held.
        """
        visit = self._visit()
        visit.pause_s = pause_s
        visit.late = _late_reads(place)
        world = World(visit, place)
        self._has_ended = self._is_moving = False
        try:
            world.settle()
            law.hold(world)
        except Broken as broken:
            finding = self._finding(law, world, broken)
            if not self.subject.fresh and not visit.pause_s:
                self._is_moving = self._moves(finding)  # before what was made is removed
            return finding, ""
        except Untried as untried:
            return None, str(untried)
        except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
            told = f"{law.name} at {place.path} met what it did not expect: {error!r}"
            self.emit(Trouble(PHASE, told))
            return None, f"it met what it did not expect: {error!r}"
        finally:
            self._has_ended = any(may_be_gone(made.shown) for _, made in visit.made)
            self._leave(visit)
        return None, ""

    def _visit(self) -> Visit:
        if self._open is None:
            wire = self.subject.wire(PHASE, self.emit, self.budget)
            self._open = Visit(self.subject, wire, self.places, self._drafts)
        return self._open

    def _leave(self, visit: Visit) -> None:
        """Remove what was made, or close a server that starts anew with each opening."""
        if self.subject.fresh:
            self.close()
            return
        visit.wire.closing = True
        for place, made in reversed(visit.made):
            with suppress(Untried, Stopped):
                World(visit, place).delete(made)
        visit.made.clear()
        visit.owners.clear()
        visit.named.clear()
        visit.wire.closing = False

    def _finding(self, law: Law, world: World, broken: Broken) -> Finding:
        operation = broken.operation
        return Finding(
            phase=PHASE,
            check=law.name,
            sentence=law.sentence,
            operation=operation.label,
            message=f"expected {broken.expected}, got {broken.actual}",
            place=broken.place,
            expected=broken.expected,
            actual=broken.actual,
            calls=world.visit.story(world.since),
            seed=self.seed,
            pointer=_pointer(operation),
            causes=(f"{law.name}: expected {broken.expected}, got {broken.actual}",),
        )


def _late_reads(place: Place) -> frozenset[str]:
    """Return the reads that may be late, by their labels; none where a write may be."""
    late = [each for each in place.operations if is_late(each)]
    if any(each.method not in SAFE_METHODS for each in late):
        return frozenset()
    return frozenset(each.label for each in late)


def _shown(answer: Answer | None) -> object:
    return None if answer is None else (answer.status, answer.content)


def _pointer(operation: Operation) -> str:
    """Return the JSON pointer of an operation in its document (RFC 6901)."""
    path = operation.path.replace("~", "~0").replace("/", "~1")
    return f"/paths/{path}/{operation.method.lower()}"
