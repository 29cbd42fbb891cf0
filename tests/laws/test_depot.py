"""What goes with what, what comes back, and which bytes are read is held by laws."""

from __future__ import annotations

import pytest

from contracts.oracle.plain_store import PlainStore
from contracts.requests.companions import Companion, conditions
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from tests.laws.depot import FAULTS, Depot, depot
from tests.laws.servers import events_of, findings_of, tried

DEPOT = depot()


def depot_with(fault: str) -> Subject:
    return Subject(DEPOT, lambda: Depot(fault), PlainStore, fresh=True, safety=Safety.ALL)


def test_a_depot_that_keeps_its_promises_is_not_accused() -> None:
    events = events_of(depot_with(""))
    assert [each.message for each in findings_of(events)] == []
    held = {law for (law, _), why in tried(events).items() if not why}
    assert held >= {*FAULTS.values()}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_promise_of_the_depot_is_found(fault: str) -> None:
    found = findings_of(events_of(depot_with(fault), FAULTS[fault]))
    assert {each.check for each in found} == {FAULTS[fault]}


STATES = {"type": "string", "enum": ["active", "retired"]}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Required when state is retired.", Companion("why", "state", "retired", needed=True)),
        ("Only for state `retired`.", Companion("why", "state", "retired", only=True)),
        (
            "Needed if `state` = retired, refused otherwise.",
            Companion("why", "state", "retired", needed=True, only=True),
        ),
        (
            "Why it is retired. Cleared when state becomes active.",
            None,
        ),
        ("Reason of the state.", None),
        ("Required.", None),
    ],
)
def test_words_tell_what_goes_with_what(words: str, found: Companion | None) -> None:
    fields = {"state": STATES, "why": {"type": "string", "description": words}}
    assert conditions(fields) == ([] if found is None else [found])
