"""What is linked by a body, made in a wrapper, unique together and kept in a form is held by laws."""

from __future__ import annotations

import pytest

from contracts.oracle.plain_store import PlainStore
from contracts.requests.drafts import gives_other_key
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from tests.laws.servers import events_of, findings_of, tried
from tests.laws.theater import FAULTS, Theater, theater

MODEL = theater()


@pytest.mark.parametrize(("name", "renames"), [("new_id", True), ("newId", True), ("news", False)])
def test_what_gives_a_record_another_key_is_known_by_its_name(name: str, renames: bool) -> None:
    assert gives_other_key(name, MODEL.resources["people"]) is renames


def theater_with(fault: str) -> Subject:
    return Subject(MODEL, lambda: Theater(fault), PlainStore, fresh=True, safety=Safety.ALL)


def test_a_theater_that_keeps_its_promises_is_not_accused() -> None:
    events = events_of(theater_with(""))
    assert [each.message for each in findings_of(events)] == []
    held = {law for (law, _), why in tried(events).items() if not why}
    assert held >= {*FAULTS.values()}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_promise_that_the_theater_breaks_is_found(fault: str) -> None:
    law = FAULTS[fault]
    found = findings_of(events_of(theater_with(fault), law))
    assert {each.check for each in found} == {law}
