"""The phase of the state machine: sequences drawn by Hypothesis, each answer held to the oracle,
failures shortened.

It drives each resource by itself and all of them together. On a server that keeps its state each
sequence begins with a look at what is there, and ends with the removal of what it made. A sequence
that fails is made again with fewer and simpler calls, as long as it still fails in the same way.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import partial

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from contracts.compare.values import Difference
from contracts.errors import ContractError, Stopped
from contracts.events import CasesTried, CheckFailed, CheckTried, PhaseFinished, Trouble, Unsure
from contracts.machine.calls import Plan
from contracts.machine.disagreement import Disagreement
from contracts.machine.drawn import Oddities
from contracts.machine.draws import Draws
from contracts.machine.machine import Driver, machine_of
from contracts.machine.shorten import shorten
from contracts.oracle.settled import Settled
from contracts.oracle.shadow import Shadow
from contracts.phases.told import STATE, oracle_finding
from contracts.phases.units import units
from contracts.stories import closest
from contracts.targets.exchanges import Exchange
from contracts.targets.reading import Readings
from contracts.targets.target import Answer
from contracts.wire.cleaning import clean_up
from contracts.wire.safety import Safety
from contracts.wire.second_look import Patience, SecondLook
from contracts.wire.subject import Emit, Subject
from contracts.wire.survey import Survey
from contracts.wire.wire import Budget, Wire

NAME = "machine"
STEPS = 30
"""Calls of a sequence at most."""
QUICK = 4
"""How much shorter the first turn is where time is."""
SEQUENCES = 20
"""After so many sequences on a server that keeps its state, what they made is removed, and it is
read anew.
"""
MOST_FINDINGS = 12
"""After so many different findings a unit is given up: what comes then follows from them."""


def run_machine(
    subject: Subject, budget: Budget, emit: Emit, seed: int, examples: int = 40
) -> PhaseFinished:
    """Drive a subject through sequences of calls, again with other seeds while there is time.
    Raises Unreachable.
    """
    phase = MachinePhase(subject, budget, emit, seed)
    early = ""
    try:
        phase.run(examples)
    except Stopped:
        early = budget.ended
    return PhaseFinished(NAME, 0.0, phase.cases, early)


def run_unit(
    subject: Subject, budget: Budget, emit: Emit, seed: int, examples: int, resource: str
) -> None:
    """Drive one resource, once. Raises Stopped or Unreachable."""
    phase = MachinePhase(subject, budget, emit, seed)
    for name, labels in units(subject.model, subject.safety is not Safety.READ):
        if name == resource:
            phase.hold(name, labels, examples, 0)


class MachinePhase:
    """One run of the phase."""

    def __init__(self, subject: Subject, budget: Budget, emit: Emit, seed: int) -> None:
        self._subject, self._budget, self._emit, self._seed = subject, budget, emit, seed
        self._told: set[str] = set()
        self._ended: BaseException | None = None
        self._replaying = False
        self._shadow: Shadow | None = None
        self._last: Driver | None = None
        self._before: list[Plan] = []
        self._sequences = 0
        self._units = list(units(subject.model, subject.safety is not Safety.READ))
        readings = Readings(subject.model, subject.base)
        self._draws, self._oddities = Draws(subject.model, readings, seed), Oddities(readings)
        self._patience = Patience.told_by(subject.model)
        self.cases = 0

    def run(self, examples: int) -> None:
        """Try every unit once, then again with other seeds while there is time. Raises Stopped or
        Unreachable.

        Where time is short the first turn is a quick one, so that each unit has its own before any
        has much.
        """
        turn, first = 0, examples if self._budget.until_s is None else max(1, examples // QUICK)
        while True:
            for name, labels in self._units:
                self.hold(name, labels, examples if turn else first, turn)
            turn += 1
            if self._budget.until_s is None or self._subject.safety is Safety.READ:
                return
            if self._budget.is_over():  # told at no call, where nothing can be called
                raise Stopped(self._budget.ended)

    def hold(self, name: str, labels: frozenset[str], examples: int, turn: int) -> None:
        """Try one unit. Raises Stopped or Unreachable."""
        found = self._drive(labels, examples, zlib.crc32(f"{self._seed}/{turn}/{name}".encode()))
        self._conclude(name, labels, found)

    def _drive(self, labels: frozenset[str], examples: int, seed: int) -> list[Disagreement]:
        """Run sequences; return what was found, one of each kind."""
        found: dict[str, Disagreement] = {}

        def after(ended: BaseException) -> None:
            self._shadow = None
            if isinstance(ended, Disagreement):
                ended.before = tuple(self._before)
                found.setdefault(self._kind_of(ended), ended)
            else:
                self._ended = ended

        def is_over() -> bool:
            return self._ended is not None or len(found) >= MOST_FINDINGS

        lent = [(partial(_Patient, self._go_on, after, is_over), self._draws.few)]
        machine = machine_of(
            self._subject.model, lambda: lent[0][0](), labels, lambda *asked: lent[0][1](*asked)
        )
        profile = settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        try:
            run_state_machine_as_test(hypothesis.seed(seed)(machine), settings=profile)
        except _Over:
            pass
        except Flaky:  # a sequence that ends here looks like one of before, which went on
            if not is_over():
                raise
        finally:
            # Hypothesis keeps every machine, and would keep the server and its calls with it
            lent.clear()
        if self._ended is not None:
            raise self._ended
        return list(found.values())

    def _go_on(self) -> Driver:
        """Return a driver for the next sequence: it goes on from where the last one ended, as long
        as that is known.

        To look anew at what a server holds costs more than a sequence.
        """
        self._sequences += 1
        known = self._shadow
        if known is None or known.is_lost or self._sequences % SEQUENCES == 0:
            driver = self._open()
            self._shadow = None if self._subject.fresh else driver.shadow
            self._before.clear()
        else:
            self._count()
            driver = self._driver(known, self._subject.wire(NAME, self._emit, self._budget))
            self._before += self._last.plans if self._last is not None else ()
        self._last = driver
        return driver

    def _open(self) -> Driver:
        """Return a driver on the subject as it is at the start of a run, or as it is found."""
        self._shadow = None  # what was made so far is about to be removed
        wire = self._subject.wire(NAME, self._emit, self._budget)
        store = self._subject.known()
        incomplete = None
        try:
            if not self._subject.fresh:
                clean_up(self._subject, wire)
                incomplete = Survey(self._subject, wire, store).run()
        except BaseException:
            wire.close()
            raise
        self._count()
        shadow = self._patience.shadow(self._subject.model, store, incomplete)
        return self._driver(shadow, wire)

    def _count(self) -> None:
        self.cases += 1
        self._emit(CasesTried(NAME, self.cases))

    def _driver(self, shadow: Shadow, wire: Wire) -> Driver:
        subject = self._subject
        return Driver(
            shadow,
            wire,
            subject.base,
            subject.granted,
            subject.safety is Safety.OWN,
            self._oddities,
            partial(
                self._left, SecondLook(subject.model, wire.send, subject.granted, self._patience)
            ),
        )

    def _left(
        self,
        look: SecondLook,
        shadow: Shadow,
        settled: Settled,
        calls: Sequence[Exchange],
        found: Sequence[Difference],
    ) -> Sequence[Difference]:
        """Return what is left of differences after a second look; what is explained by it is told
        as unsure.
        """
        answer = calls[-1].answer
        if answer is None or self._replaying:
            return found
        left = look.left(shadow, settled, calls[-1].sent, answer, found)
        if not left:
            story = closest(calls)
            unsure = oracle_finding(self._subject, NAME, story, found, self._seed)
            self._emit(Unsure(unsure))
        return left

    def _kind_of(self, found: Disagreement) -> str:
        return oracle_finding(self._subject, NAME, found.calls, found.found, 0).fingerprint

    def _conclude(self, name: str, labels: frozenset[str], found: Sequence[Disagreement]) -> None:
        for each in found:
            kind = self._kind_of(each)
            if kind not in self._told:
                self._told.add(kind)
                short = self._shortened(each, kind)
                self._emit(
                    CheckFailed(
                        oracle_finding(self._subject, NAME, short.calls, short.found, self._seed)
                    )
                )
        if name or not found:
            self._emit(CheckTried(NAME, STATE, name or "all together", not found))

    def _shortened(self, found: Disagreement, kind: str) -> Disagreement:
        def replay(plans: Sequence[Plan]) -> Disagreement | None:
            again = self._replayed(plans)
            return again if again is not None and self._kind_of(again) == kind else None

        self._replaying = True
        try:
            if found.before and replay(found.plans) is None:
                found = replay([*found.before, *found.plans]) or found
            return shorten(found, replay)
        except (Stopped, ContractError):
            return found
        except Exception as error:  # a story that is too long is better than none
            self._emit(Trouble(NAME, f"a story could not be made shorter: {error!r}"))
            return found
        finally:
            self._replaying = False

    def _replayed(self, plans: Sequence[Plan]) -> Disagreement | None:
        driver = self._open()
        try:
            for plan in plans:
                driver.call(plan)
        except Disagreement as found:
            return found
        finally:
            driver.close()
        return None


class _Over(BaseException):
    """Ends a run of Hypothesis at once; an Exception would be taken for a failure of what is
    tested.
    """


class _Patient:
    """A driver that makes no more calls once one of them ended badly, so that Hypothesis sees
    nothing of it.

    Hypothesis would make a sequence again to make it smaller, and a server that keeps its state may
    answer otherwise.
    """

    def __init__(
        self,
        opening: Callable[[], Driver],
        after: Callable[[BaseException], None],
        is_over: Callable[[], bool],
    ) -> None:
        self._opening, self._after, self._is_over = opening, after, is_over
        self._driver: Driver | None = None
        self._dead = False

    def call(self, plan: Plan) -> Answer | None:
        if self._is_over():
            raise _Over
        if self._dead:
            return None
        try:
            self._driver = self._driver or self._opening()
            return self._driver.call(plan)
        except (Disagreement, Stopped, ContractError) as ended:
            self._dead = True
            self._after(ended)
            if self._is_over():
                raise _Over from None
            return None

    def close(self) -> None:
        if self._driver is not None:
            self._driver.close()
