"""Run the phases of a plan against a subject, one after another: a plan in, the events of the run
out.

The phases work in a thread of their own and tell what happens as it happens; whoever asks for the
events may stop the run at any moment. Whatever comes, what the run made on the server is removed
again, and what could not be is told.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from contracts.errors import ContractError, PlanError, Stopped
from contracts.events import (
    Event,
    LeftBehind,
    PhaseFinished,
    PhaseStarted,
    RunFinished,
    RunStarted,
    Trouble,
)
from contracts.ledger import Ledger
from contracts.targets.target import SAFE_METHODS
from contracts.verdict import Verdict
from contracts.wire.cleaning import clean_up
from contracts.wire.safety import Safety
from contracts.wire.subject import Emit, Subject
from contracts.wire.wire import Budget

Phase = Callable[[Subject, Budget, Emit, "Plan"], PhaseFinished]
MOST_LENT = 0.5
"""Part of the time of the phases to come that one may use which is nearly done."""
SHARES: Mapping[str, float] = {"laws": 0.6, "conformance": 0.2, "machine": 0.2}
"""How the time of a run is split, in the order of the phases: the laws find most, and come to an
end; what a phase leaves over goes to those after it.
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run.

    `seconds` is the time for all phases, None for as long as they need; `per_second` bounds the
    requests. `examples` is how many calls Schemathesis draws for an operation, and how many
    sequences the machine. `laws` narrows the laws to those of these names; `excluded` leaves checks
    of Schemathesis out. `ledger` accepts known findings.
    """

    phases: Sequence[str] = tuple(SHARES)
    seed: int = 0
    seconds: float | None = None
    per_second: float | None = None
    examples: int = 25
    laws: Sequence[str] = ()
    excluded: Sequence[str] = ()
    ledger: Ledger = field(default_factory=Ledger)

    def __post_init__(self) -> None:
        unknown = [each for each in self.phases if each not in SHARES]
        if unknown or not self.phases:
            said = f"no phase is called {unknown[0]!r}" if unknown else "no phase is chosen"
            raise PlanError(f"{said}: say one or more of {', '.join(SHARES)}")


def run(subject: Subject, plan: Plan) -> Iterator[Event]:
    """Yield the events of a run, the last one a RunFinished. Closing the iterator, or Ctrl-C, ends
    the run early.
    """
    events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
    running = _Run(subject, plan, events.put)
    thread = threading.Thread(
        target=_until_done, args=(running, events), name="understudy-run", daemon=True
    )
    reached = () if plan.laws else _reached(subject)
    verdict = Verdict(subject.model, plan.ledger, reached)
    yield running.begin()
    thread.start()
    try:
        yield from _told(events, verdict, running)
    finally:
        running.stop()
        thread.join()
    yield running.finish(verdict)


def _reached(subject: Subject) -> Sequence[str]:
    """Return the labels of the operations that a run may call freely: most must succeed once."""
    is_open = subject.safety is Safety.ALL
    return [
        operation.label
        for operation in subject.model.operations
        if is_open or operation.method in SAFE_METHODS
    ]


def _told(
    events: queue.SimpleQueue[Event | None], verdict: Verdict, running: _Run
) -> Iterator[Event]:
    """Yield events until there are no more; after Ctrl-C, those of the end."""
    while True:
        try:
            event = events.get()
            if event is None:
                return
            told = verdict.take(event)
            if told is not None:
                yield told
        except KeyboardInterrupt:
            if running.interrupted:
                raise
            running.interrupt()


def _until_done(running: _Run, events: queue.SimpleQueue[Event | None]) -> None:
    try:
        running.run()
    finally:
        events.put(None)


class _Run:
    """One run: what its thread does, and how it is stopped."""

    def __init__(self, subject: Subject, plan: Plan, emit: Emit) -> None:
        self._subject, self._plan, self._emit = subject, plan, emit
        self._budget = Budget()
        self._began_s = time.monotonic()
        self._stopped = False
        self._could_not = ""
        self._failure: Exception | None = None
        self.interrupted = False

    def begin(self) -> RunStarted:
        subject, plan = self._subject, self._plan
        self._began_s = time.monotonic()
        return RunStarted(
            api=subject.model.name,
            target=subject.name or subject.origin,
            origin=subject.origin,
            safety=subject.safety,
            phases=plan.phases,
            operations=[each.label for each in subject.model.operations],
            seed=plan.seed,
            seconds=plan.seconds,
            began_s=time.time(),
        )

    def run(self) -> None:
        try:
            self._tell_overdue()
            for name in self._plan.phases:
                if not self._stopped:
                    self._phase(name)
            if self._subject.lockout is not None:
                self._subject.lockout.end()
        except ContractError as error:
            self._could_not = str(error)
        except (
            Exception
        ) as error:  # a fault of this project: told, and raised where the run was asked for
            self._failure = error
        finally:
            self._clean_up()

    def _tell_overdue(self) -> None:
        for entry in self._plan.ledger.overdue:
            self._emit(
                Trouble(
                    "", f"the ledger accepted {entry.name} until {entry.until}, and no longer does"
                )
            )

    def interrupt(self) -> None:
        """End the run at the next request, because somebody asked for it."""
        self.interrupted = True
        self.stop()

    def stop(self) -> None:
        self._stopped = True
        self._budget.stopped = True

    def finish(self, verdict: Verdict) -> RunFinished:
        """Return how the run ended. Raises what no phase should raise."""
        if self._failure is not None:
            raise self._failure
        took_s = time.monotonic() - self._began_s
        return verdict.finished(took_s, self._could_not, self.interrupted)

    def _phase(self, name: str) -> None:
        until_s = self._until(name)
        self._budget = Budget(
            until_s,
            self._plan.per_second,
            stopped=self._stopped,
            latest_s=self._latest(until_s),
        )
        left_s = self._budget.left_s()
        started = time.monotonic()
        self._emit(PhaseStarted(name, left_s))
        finished = PHASES[name](self._subject, self._budget, self._emit, self._plan)
        self._emit(replace(finished, took_s=time.monotonic() - started))

    def _until(self, name: str) -> float | None:
        """Return when a phase must end: its share of the time that is left, by the shares of those
        still to come.
        """
        if self._plan.seconds is None:
            return None
        now = time.monotonic()
        left_s = max(0.0, self._began_s + self._plan.seconds - now)
        coming = self._plan.phases[list(self._plan.phases).index(name) :]
        return now + left_s * SHARES[name] / sum(SHARES[each] for each in coming)

    def _latest(self, until_s: float | None) -> float | None:
        """Return until when a phase may go on that is nearly done."""
        if until_s is None or self._plan.seconds is None:
            return None
        end_s = self._began_s + self._plan.seconds
        return until_s + MOST_LENT * max(0.0, end_s - until_s)

    def _clean_up(self) -> None:
        """Remove what the run made; tell what is left."""
        if self._subject.fresh or not self._subject.belongings.items:
            return
        wire = self._subject.wire("cleaning", self._emit, Budget(per_second=self._plan.per_second))
        try:
            clean_up(self._subject, wire)
        except (ContractError, Stopped) as error:
            self._emit(Trouble("cleaning", str(error)))
        finally:
            wire.close()
        if self._subject.belongings.items:
            self._emit(LeftBehind(tuple(self._subject.belongings.items)))


def _conformance(subject: Subject, budget: Budget, emit: Emit, plan: Plan) -> PhaseFinished:
    from contracts.phases.conformance import (
        Effort,
        run_conformance,
    )  # each phase with its tools, when it begins

    excluded = dict.fromkeys(plan.excluded, "left out")
    return run_conformance(
        subject, budget, emit, plan.seed, Effort(plan.examples, excluded=excluded)
    )


def _laws(subject: Subject, budget: Budget, emit: Emit, plan: Plan) -> PhaseFinished:
    from contracts.laws.phase import run_laws

    return run_laws(subject, budget, emit, plan.seed, plan.laws)


def _machine(subject: Subject, budget: Budget, emit: Emit, plan: Plan) -> PhaseFinished:
    from contracts.phases.machine import run_machine

    return run_machine(subject, budget, emit, plan.seed, plan.examples)


PHASES: Mapping[str, Phase] = {"laws": _laws, "conformance": _conformance, "machine": _machine}
