"""The one record of a path is held to laws: what is written is read, and what is refused is not."""

from __future__ import annotations

import pytest

from contracts.oracle.plain_store import PlainStore
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from mockserver.exchange import Sent
from tests.laws.house import FAULTS, House, house
from tests.laws.servers import events_of, findings_of, tried

HOUSE = house()


def house_with(fault: str) -> Subject:
    return Subject(HOUSE, lambda: House(fault), PlainStore, fresh=True, safety=Safety.ALL)


def test_a_house_that_keeps_its_settings_is_not_accused() -> None:
    events = events_of(house_with(""))
    assert [each.message for each in findings_of(events)] == []
    held = {place for place, why in tried(events).items() if not why}
    for path in ("/settings", "/rooms/{}/thermostat"):
        assert {law for law, at in held if _plain(at) == path} >= {*FAULTS.values()}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_promise_of_the_one_record_is_found(fault: str) -> None:
    found = findings_of(events_of(house_with(fault), FAULTS[fault]))
    assert {each.check for each in found} == {FAULTS[fault]}


def test_settings_are_written_back() -> None:
    kept = House()
    before = kept.send(_get())
    subject = Subject(HOUSE, lambda: kept, PlainStore, fresh=False, safety=Safety.ALL)
    assert findings_of(events_of(subject, "one-record-is-kept")) == []
    after = kept.send(_get())
    assert {**after.body, "changed_at": 0} == before.body


def _plain(path: str) -> str:
    return path.replace("{id}", "{}")


def _get() -> Sent:
    return Sent("GET", "/settings", {})
