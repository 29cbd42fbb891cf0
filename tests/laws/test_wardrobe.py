"""Positions, trees, secrets, and how many there may be of one kind are held by laws."""

from __future__ import annotations

import pytest

from contracts.oracle.plain_store import PlainStore
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from tests.laws.servers import events_of, findings_of, tried
from tests.laws.wardrobe import FAULTS, Wardrobe, wardrobe

WARDROBE = wardrobe()


def wardrobe_with(fault: str) -> Subject:
    return Subject(WARDROBE, lambda: Wardrobe(fault), PlainStore, fresh=True, safety=Safety.ALL)


def test_a_wardrobe_that_keeps_its_promises_is_not_accused() -> None:
    events = events_of(wardrobe_with(""))
    assert [each.message for each in findings_of(events)] == []
    held = {law for (law, _), why in tried(events).items() if not why}
    assert held >= {*FAULTS.values()}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_promise_of_the_wardrobe_is_found(fault: str) -> None:
    found = findings_of(events_of(wardrobe_with(fault), FAULTS[fault]))
    assert {each.check for each in found} == {FAULTS[fault]}
