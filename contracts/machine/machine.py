"""A Model and a target into a Hypothesis state machine that calls every operation and expects what
the oracle says.

There is one rule for each operation, so that Hypothesis' swarm (a few rules at a time) brings those
together that have to do with one another, and leaves out deletes often enough for something to
grow. A failure is told as the numbered calls that lead to it, the shortest that Hypothesis finds.

The oracle keeps its state in a store that the caller makes (`store_factory`), with the records that
the target starts with: another store than the target's, where there is one, so that two stores are
compared as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from hypothesis import settings as Settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from contracts.compare.placeholders import Keeper
from contracts.compare.values import Difference
from contracts.errors import Withheld
from contracts.machine.calls import Plan, can_be_called, plans
from contracts.machine.disagreement import Disagreement
from contracts.machine.drawn import Few, Oddities, now_and_then
from contracts.machine.pool import Pool
from contracts.machine.shorten import shorten
from contracts.oracle.settled import Settled
from contracts.oracle.shadow import Shadow
from contracts.requests.spelling import spell
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Answer, Sent, Target
from contracts.wire.wire import Lost
from mockserver.lookup import MISSING
from mockserver.model.servers import filled
from mockserver.model.types import Kind, Model, Operation
from mockserver.state import Collection as Records
from mockserver.state import Put, Query

CHANGES = frozenset({Kind.MERGE, Kind.REPLACE, Kind.UPSERT})
Look = Callable[[Shadow, Settled, Sequence[Exchange], Sequence[Difference]], Sequence[Difference]]
"""Returns what is left, after a second look, of the differences that the last call shows."""


class Driver:
    """Makes one call after another on a target, and holds each answer against the oracle's."""

    def __init__(
        self,
        shadow: Shadow,
        target: Target,
        base: str,
        granted: Callable[[Operation, Sent], Sent] | None = None,
        own_only: bool = False,
        oddities: Oddities | None = None,
        look: Look | None = None,
    ) -> None:
        """Take the oracle, what it follows, the path before the operations', and what puts
        credentials on a request.

        `own_only` chooses records that were made here, as far as there are any. `oddities` tells
        which generated calls the document does not describe; without it all are taken for right.
        `look` looks again before a difference is told.
        """
        self.shadow, self._target = shadow, target
        self._base, self._granted, self._oddities = base, granted, oddities
        self._look = look
        self._pool = Pool(
            shadow.model, shadow.numbers, shadow.aliases, mine={} if own_only else None
        )
        self._calls: list[Exchange] = []
        self._plans: list[Plan] = []
        for resource in shadow.model.resources.values():
            found = shadow.numbers.select(Records(resource.name), Query()).found
            self._pool.note([Put(each.collection, each.key, each.record) for each in found])

    def call(self, plan: Plan) -> Answer | None:
        """Make a planned call. Raises Disagreement.

        Returns None when it needs a key that no reply has told, when the oracle cannot know what
        should come, or when it must not be sent or got lost.
        """
        if self._oddities is not None and not self._oddities.is_of_use(plan):
            return None
        settled = self._pool.settle(plan)
        sent = self._spelled(settled)
        if sent is None or not self.shadow.knows(settled):
            return None
        try:
            answer = self._target.send(sent)
        except (Withheld, Lost):
            return None
        odd = self._oddities is not None and self._oddities.is_odd(plan, sent)
        found = self._passed_over(plan, answer) if odd else self.shadow.judge(settled, answer)
        self._plans.append(plan.about(settled.path))
        self._calls.append(
            Exchange(
                sent,
                answer,
                number=len(self._plans),
                phase="machine",
                operation=plan.operation.label,
            )
        )
        if found and self._look is not None:
            found = list(self._look(self.shadow, settled, self._calls, found))
        if found:
            raise Disagreement(self._calls, self._plans, found)
        if not odd:
            self._pool.note(self.shadow.changes, plan.operation.kind is Kind.CREATE)
        return answer

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans of the calls that were made."""
        return tuple(self._plans)

    def close(self) -> None:
        self._target.close()

    def _passed_over(self, plan: Plan, answer: Answer) -> list[Difference]:
        """Follow a call that the document does not describe: it may be refused, and then it changes
        nothing.
        """
        if self._oddities is not None:
            self._oddities.note(plan, answer)
        self.shadow.pass_over(plan.operation, answer)
        return []

    def _spelled(self, settled: Settled) -> Sent | None:
        aliases, operation = self.shadow.aliases, settled.operation
        values = [aliases.told(each) for each in (settled.path, settled.query)]
        body = settled.body if settled.body is MISSING else aliases.told(settled.body)
        if any(each is MISSING for each in values) or (
            body is MISSING and settled.body is not MISSING
        ):
            return None
        sent = spell(
            operation,
            self._base,
            values[0],
            values[1],
            body,
            settled.headers,
        )
        return sent if self._granted is None else self._granted(operation, sent)


def build_machine(
    model: Model,
    target_factory: Callable[[], Target],
    store_factory: Callable[[], Keeper],
    *,
    headers: Mapping[str, str] | None = None,
    base: str | None = None,
    only: Collection[str] | None = None,
) -> type[RuleBasedStateMachine]:
    """Return a strict state machine over the operations of a model, or over those whose labels are
    in `only`.

    Both factories are called for each run of the machine: they must start with the same records.
    `base` is the path before the operations', the first base path of the model when absent;
    `headers` go with every call.
    """
    start = filled(model.document.spec, model.base_paths[0]) if base is None else base

    def granted(_: Operation, sent: Sent) -> Sent:
        return sent.with_headers({**(headers or {}), **sent.headers})

    def open_driver() -> Driver:
        return Driver(Shadow(model, store_factory(), strict=True), target_factory(), start, granted)

    return machine_of(model, open_driver, only)


class Drives(Protocol):
    """What a machine gives its planned calls to."""

    def call(self, plan: Plan) -> Answer | None: ...

    def close(self) -> None: ...


def machine_of(
    model: Model,
    open_driver: Callable[[], Drives],
    only: Collection[str] | None = None,
    few: Few | None = None,
) -> type[RuleBasedStateMachine]:
    """Return a state machine whose every run opens a driver and calls what can be called, or what
    is in `only`.

    What `few` has generated for an operation is sent now and then.
    """

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.driver = open_driver()

        def teardown(self) -> None:
            self.driver.close()

    called = [
        each
        for each in model.operations
        if can_be_called(model, each) and (only is None or each.label in only)
    ]
    own = [plans(model, each) for each in called]
    if few is not None:
        own = [
            now_and_then(strategy, each, few) for each, strategy in zip(called, own, strict=True)
        ]
    names = [_name(each.label) for each in called]
    reads = {each.path: each for each in called if each.kind is Kind.READ}
    rules = {}
    for name, operation, strategy in zip(names, called, own, strict=True):
        read = reads.get(operation.path) if operation.kind in CHANGES else None
        rules[name] = _rule(name, strategy, read)
    return type(f"{_name(model.name)}_machine", (Machine,), rules)


def run(machine: type[RuleBasedStateMachine], settings: Settings) -> None:
    """Run a machine that `build_machine` made. Raises Disagreement, with as few calls as show
    it.
    """
    try:
        run_state_machine_as_test(machine, settings=settings)
    except Disagreement as found:
        raise shorten(found, lambda plans: _replay(machine, plans)) from None


def _replay(machine: type[Any], plans: Sequence[Plan]) -> Disagreement | None:
    made = machine()
    try:
        for plan in plans:
            made.driver.call(plan)
    except Disagreement as found:
        return found
    finally:
        made.teardown()
    return None


def _rule(name: str, strategy: Any, read: Operation | None) -> Any:
    """Return a rule that makes a call. What it changed is read right after it, more often than
    chance would have it.
    """

    def call(self: Any, plan: Plan, is_read: bool) -> None:
        answer = self.driver.call(plan)
        if is_read and read is not None and answer is not None and answer.succeeded:
            self.driver.call(Plan(read, plan.path))

    call.__name__ = name
    looks = st.booleans() if read is not None else st.just(False)
    return rule(
        plan=strategy,
        is_read=looks,
    )(call)


def _name(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_").lower()
