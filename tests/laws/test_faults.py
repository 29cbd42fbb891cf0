"""Every law turns red by a fault of its own, and tells it by few calls."""

from __future__ import annotations

import pytest

import mockserver.space
from contracts.laws.table import LAWS
from tests.laws.faults import FAULTS, Fault
from tests.laws.promises import PROMISED
from tests.laws.servers import WAREHOUSE, events_of, findings_of, subject_of

MOST_CALLS = 20


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.law)
def test_a_law_finds_its_fault(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mockserver.space, "decide", fault.decide)
    found = findings_of(events_of(subject_of(WAREHOUSE, fault.around), fault.law))
    assert found, f"{fault.law} does not find that {fault.name}"
    assert {each.check for each in found} == {fault.law}
    assert all(0 < len(each.calls) <= MOST_CALLS for each in found)
    assert all(
        each.expected and each.actual and each.pointer.startswith("/paths/") for each in found
    )


def test_every_law_has_a_fault() -> None:
    assert {law.name for law in LAWS} - PROMISED == {fault.law for fault in FAULTS}
