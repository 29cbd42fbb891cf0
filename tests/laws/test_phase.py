"""A run of the laws is safe, clean, bounded and the same for the same seed."""

from __future__ import annotations

import math
from typing import Any

import pytest

import mockserver.space
from contracts.errors import PlanError
from contracts.events import CallAnswered, CheckTried, Event
from contracts.laws.phase import run_laws
from contracts.oracle.plain_store import PlainStore
from contracts.targets.target import SAFE_METHODS, AppTarget
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from contracts.wire.wire import Budget
from mockserver.app import Settings, wire
from mockserver.asgi.edge import Edge
from mockserver.model.types import Kind
from mockserver.space import Space
from mockserver.state import Collection, Query
from tests.conftest import fresh_space, model_of
from tests.laws.faults import FAULTS, deciding
from tests.laws.servers import WAREHOUSE, events_of, findings_of, subject_of, tried


def sent(events: list[Event]) -> list[tuple[str, str, bytes]]:
    calls = [each.exchange.sent for each in events if isinstance(each, CallAnswered)]
    return [(each.method, each.target, each.content) for each in calls]


def kept(name: str, **settings: Any) -> tuple[Space, Subject]:
    """Return the space of an API and a subject that keeps its state."""
    space = fresh_space(name)
    app = wire([Edge(space, space.model.base_paths)], Settings())
    return space, Subject(
        model_of(name), lambda: AppTarget(app), PlainStore, fresh=False, **settings
    )


def records(space: Space) -> dict[str, Any]:
    names = space.model.resources
    return {name: space.store.fork().select(Collection(name), Query()).found for name in names}


def test_the_same_seed_makes_the_same_calls() -> None:
    runs = [
        sent(events_of(subject_of(WAREHOUSE), "sent-is-read", "order-holds", seed=seed))
        for seed in (1, 1, 2)
    ]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_a_run_that_only_reads_sends_nothing_else() -> None:
    assert {
        method for method, _, _ in sent(events_of(subject_of("bookshop", safety=Safety.READ)))
    } <= SAFE_METHODS


@pytest.mark.parametrize("safety", [Safety.OWN, Safety.ALL])
def test_what_others_keep_stays_and_what_the_run_made_is_removed(safety: Safety) -> None:
    space, subject = kept("bookshop", safety=safety)
    before = records(space)
    laws = (
        "created-is-readable",
        "merge-keeps-the-rest",
        "deleted-is-gone",
        "other-parents-are-untouched",
    )
    events = events_of(subject, *laws)
    assert findings_of(events) == []
    assert set(tried(events).values()) == {""}
    assert records(space) == before


def test_records_that_were_made_together_are_removed_too() -> None:
    space, subject = kept(WAREHOUSE, safety=Safety.OWN)
    assert set(tried(events_of(subject, "batch-makes-all")).values()) == {""}
    assert not any(records(space).values())


def test_a_run_of_which_the_time_is_up_ends_and_removes_what_it_made() -> None:
    space, subject = kept("bookshop", safety=Safety.ALL)
    before = records(space)
    budget = Budget()
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        budget.stopped = len(events) > 30

    run_laws(subject, budget, emit, 1)
    assert 30 < len(events) < 60
    assert records(space) == before


@pytest.mark.parametrize(("part", "is_done"), [(0.5, False), (0.9, True)])
def test_laws_that_are_nearly_done_may_take_more_than_their_time(
    part: float, is_done: bool
) -> None:
    planned = len(tried(events_of(subject_of("bookshop"))))
    budget = Budget(until_s=math.inf, latest_s=math.inf)
    held: list[Event] = []

    def emit(event: Event) -> None:
        held.extend([event] if isinstance(event, CheckTried) else [])
        if len(held) == int(part * planned) and isinstance(event, CheckTried):
            budget.until_s = 0

    finished = run_laws(subject_of("bookshop"), budget, emit, 1)
    assert (len(held) == planned, not finished.missed) == (is_done, is_done)


def test_a_law_that_nobody_knows_is_told() -> None:
    with pytest.raises(PlanError, match="there is no law 'created'"):
        events_of(subject_of("bookshop"), "created")


def test_a_finding_tells_the_operation_and_leads_to_it_by_few_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fault = next(each for each in FAULTS if each.law == "merge-keeps-the-rest")
    monkeypatch.setattr(mockserver.space, "decide", fault.decide)
    (finding,) = findings_of(events_of(subject_of(WAREHOUSE), fault.law))
    assert finding.operation == "PATCH /racks/{rack_id}/boxes/{box_id}"
    assert finding.pointer == "/paths/~1racks~1{rack_id}~1boxes~1{box_id}/patch"
    assert finding.place == "/color"
    assert [each.sent.method for each in finding.calls] == ["POST", "POST", "GET", "PATCH", "GET"]


def test_what_breaks_once_and_then_holds_is_no_finding_where_others_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times: list[int] = []
    once = deciding(
        (Kind.DELETE,), lambda decision: times.append(1) or (decision if len(times) > 1 else None)
    )  # type: ignore[func-returns-value,arg-type,return-value]

    def flapping(model: Any, call: Any, reader: Any, supply: Any) -> Any:
        decision = once(model, call, reader, supply)
        return (
            decision
            if decision is not None
            else type(calm := real(model, call, reader, supply))(calm.reply)
        )

    real = mockserver.space.decide
    monkeypatch.setattr(mockserver.space, "decide", flapping)
    _, subject = kept("bookshop", safety=Safety.OWN)
    events = events_of(subject, "deleted-is-gone")
    assert findings_of(events) == []
    assert any("broken once" in why for why in tried(events).values())
