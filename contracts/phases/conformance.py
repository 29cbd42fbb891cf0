"""The phase of Schemathesis: all that it sends goes out through the gate, and the oracle follows
every call.

Schemathesis holds replies to the document; what it sends is also held to the state that its own
calls must have led to. On a server that is not disposable it only asks, and a difference counts
only when it stays after what the server holds has been read again, for others may have changed it
meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.compare.values import Difference
from contracts.conformance.conformance import Conformance
from contracts.conformance.failure import is_its_way
from contracts.conformance.plan import Plan, habits_of
from contracts.errors import ContractError, Stopped
from contracts.events import CasesTried, CheckFailed, CheckTried, PhaseFinished, Trouble, Unsure
from contracts.oracle.plain_store import PlainStore
from contracts.oracle.settled import Settled
from contracts.oracle.shadow import Shadow
from contracts.phases.explanation import is_explained, is_told
from contracts.phases.replaying import Replay, Shown
from contracts.phases.told import STATE, document_finding, oracle_finding
from contracts.stories import closest, leading_to
from contracts.targets.credentials import header_credentials, keys_elsewhere
from contracts.targets.exchanges import Exchange
from contracts.wire.gate import Gate
from contracts.wire.safety import Safety
from contracts.wire.second_look import Patience, SecondLook
from contracts.wire.subject import Emit, Subject, asking_for_json, merged
from contracts.wire.survey import Survey
from contracts.wire.wire import Budget, Wire

NAME = "conformance"
MOST_RESYNCS = 20
"""How often a run reads anew what a server holds, because it no longer knows."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried: examples per operation, phases of Schemathesis, and which checks cannot
    hold, and why.
    """

    examples: int = 20
    phases: Sequence[str] = ("examples", "coverage", "fuzzing", "stateful")
    excluded: dict[str, str] = field(default_factory=dict)
    only: Sequence[str] = ()


def run_conformance(
    subject: Subject, budget: Budget, emit: Emit, seed: int, effort: Effort | None = None
) -> PhaseFinished:
    """Run Schemathesis against a subject. Raises Unreachable."""
    effort = effort or Effort()
    wire = subject.wire(NAME, emit, budget)
    watch = Watch(subject, wire, emit, seed)
    gate = Gate(wire, watch.take, subject.scope)
    run = Conformance(
        subject.model,
        _plan(subject, seed, effort),
        app=gate,
        base=subject.template,
    )
    early = ""
    explained: set[tuple[str, str]] = set()
    broken_checks: set[tuple[str, str]] = set()
    try:
        watch.begin()
        failures = run.run(
            lambda: gate.broken is not None or budget.is_over(),
            lambda n: emit(CasesTried(NAME, n)),
        )
        for failure in failures:
            if is_its_way(subject.model, failure):
                continue
            finding = document_finding(NAME, failure, seed)
            if is_told(subject.model, failure):
                explained.add((failure.operation, failure.check))
            elif is_explained(subject.model, failure, gate):
                emit(Unsure(finding))
                explained.add((failure.operation, failure.check))
            else:
                emit(CheckFailed(finding))
                broken_checks.add((failure.operation, failure.check))
        early = run.early
    except Stopped:
        early = budget.ended
    finally:
        broken = gate.close()
        wire.close()
    if isinstance(broken, ContractError):
        raise broken
    for message in run.tried.errors:
        emit(Trouble(NAME, message))
    for (label, check), held in run.tried.checks.items():
        is_right = held or (label, check) in explained - broken_checks
        tried = CheckTried(NAME, check, label, is_right)
        emit(tried)
    for label, held in watch.held.items():
        tried = CheckTried(NAME, STATE, label, held)
        emit(tried)
    return PhaseFinished(NAME, 0.0, run.cases, budget.ended or early)


class Watch:
    """Holds what comes back through a gate to what the oracle expects. `held` tells it by
    operation.
    """

    def __init__(self, subject: Subject, wire: Wire, emit: Emit, seed: int) -> None:
        self._subject, self._wire, self._emit, self._seed = subject, wire, emit, seed
        self.held: dict[str, bool] = {}
        self._shadow: Shadow | None = None
        self._resyncs = 0
        self._told: set[tuple[str, str]] = set()
        self._replay = Replay(subject, NAME, emit, wire.budget)
        self._patience = Patience.told_by(subject.model)
        self._look = SecondLook(subject.model, wire.send, subject.granted, self._patience)

    def begin(self) -> None:
        """Learn what the server holds."""
        if self._subject.fresh:
            self._shadow = self._patience.shadow(self._subject.model, self._subject.known())
        else:
            self._take_stock()

    def take(self, exchange: Exchange) -> None:
        """Hold an exchange to what is expected, and follow it."""
        found = self._differences(exchange)
        if found:
            found = self._looked_again(exchange, found)
        if found and self._subject.safety is not Safety.ALL:
            self._take_stock()
            answer = self._wire.send(exchange.sent)
            exchange = self._wire.last
            found = self._differences(exchange) if answer.status < 500 else []
        if not exchange.operation:
            return
        held = self.held.get(exchange.operation, True)
        self.held[exchange.operation] = held and not found
        if found:
            self._tell(exchange, found)
        shadow = self._shadow
        if shadow is None or self._resyncs >= MOST_RESYNCS:
            return
        if found or shadow.is_lost:
            self._take_stock()

    def _looked_again(self, exchange: Exchange, found: Sequence[Difference]) -> list[Difference]:
        """Return what is left of differences after a second look; what is explained by it is told
        as unsure.
        """
        shadow, answer = self._shadow, exchange.answer
        settled = self._settled(exchange)
        if shadow is None or settled is None or answer is None:
            return list(found)
        left = self._look.left(shadow, settled, exchange.sent, answer, found)
        if not left:
            story = closest(leading_to(self._wire.history, exchange))
            unsure = oracle_finding(self._subject, NAME, story, found, self._seed)
            self._emit(Unsure(unsure))
        return list(left)

    def _settled(self, exchange: Exchange) -> Settled | None:
        """Return a call as its document reads it, None where it is no operation."""
        return Settled.of(self._wire.readings.read(exchange.sent))

    def _tell(self, exchange: Exchange, found: Sequence[Difference]) -> None:
        """Tell a difference, the first time that it is seen, by the fewest calls that show it.

        One that does not come again on a fresh server follows from another one, after which nobody
        knew the state; it is told only where there is no other.
        """
        story = Shown(leading_to(self._wire.history, exchange), found)
        kind = (exchange.operation, re.sub(r"/\d+", "/*", story.place))
        if kind not in self._told:
            self._told.add(kind)
            short = self._replay.shortest(story)
            if short is None and len(self._told) > 1:
                return
            short = short or Shown(closest(story.calls), found)
            self._emit(
                CheckFailed(
                    oracle_finding(
                        self._subject,
                        NAME,
                        short.calls,
                        short.found,
                        self._seed,
                    )
                )
            )

    def _take_stock(self) -> None:
        """Read what the server holds now, and go on from there."""
        self._resyncs += 1
        store = PlainStore()
        partial = Survey(self._subject, self._wire, store).run()
        self._shadow = self._patience.shadow(
            self._subject.model,
            store,
            partial,
        )

    def _differences(self, exchange: Exchange) -> list[Difference]:
        shadow, answer = self._shadow, exchange.answer
        reading = self._wire.readings.read(exchange.sent)
        operation = reading.operation
        if shadow is None or operation is None or answer is None:
            return []
        if reading.faults or answer.status >= 500:
            shadow.pass_over(operation, answer)
            return []
        settled = Settled.of(reading)
        if settled is None:
            return []
        return shadow.judge(settled, answer)


def _plan(subject: Subject, seed: int, effort: Effort) -> Plan:
    """Return what Schemathesis runs: all of it on a disposable server, else what only asks."""
    free, habits = subject.safety is Safety.ALL, habits_of(subject.model)
    own = {**asking_for_json(subject.model), **header_credentials(subject.model, subject.template)}
    return Plan(
        phases=[each for each in effort.phases if free or each != "stateful"],
        max_examples=effort.examples,
        seed=seed,
        headers=merged(own, subject.headers),
        keys=keys_elsewhere(subject.model, subject.template),
        excluded={**habits["excluded"], **effort.excluded},
        unexpected_methods=habits["unexpected_methods"] if free else (),
        promised=habits["promised"],
        only_method=None if free else "GET",
        only=effort.only,
        by_place=habits["by_place"],
    )
