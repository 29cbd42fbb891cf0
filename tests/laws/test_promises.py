"""What the words of a document promise is held by a law of its own."""

from __future__ import annotations

import pytest

from contracts.laws.table import LAWS
from contracts.oracle.plain_store import PlainStore
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from tests.laws.faults import FAULTS as AT_THE_WAREHOUSE
from tests.laws.promises import FAULTS, PROMISED, Library, library
from tests.laws.servers import events_of, findings_of, tried
from tests.laws.workshop import FAULTS as WORKSHOP_FAULTS
from tests.laws.workshop import Workshop, workshop

MODEL = library()
WORKSHOP = workshop()


def library_with(fault: str) -> Subject:
    return Subject(MODEL, lambda: Library(fault), PlainStore, fresh=True, safety=Safety.ALL)


def test_a_library_that_keeps_its_promises_is_not_accused() -> None:
    assert [each.message for each in findings_of(events_of(library_with("")))] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_promise_is_found(fault: str) -> None:
    found = findings_of(events_of(library_with(fault), FAULTS[fault]))
    assert {each.check for each in found} == {FAULTS[fault]}


def workshop_with(fault: str) -> Subject:
    return Subject(WORKSHOP, lambda: Workshop(fault), PlainStore, fresh=True, safety=Safety.ALL)


def test_a_workshop_that_keeps_its_promises_is_not_accused() -> None:
    events = events_of(workshop_with(""))
    assert [each.message for each in findings_of(events)] == []
    held = {law for (law, _), why in tried(events).items() if not why}
    assert held >= {*WORKSHOP_FAULTS.values()}


@pytest.mark.parametrize("fault", WORKSHOP_FAULTS)
def test_a_promise_in_words_that_is_broken_is_found(fault: str) -> None:
    law = WORKSHOP_FAULTS[fault]
    found = findings_of(events_of(workshop_with(fault), law))
    assert {each.check for each in found} == {law}


def test_every_law_has_a_fault_at_the_warehouse_or_here() -> None:
    laws = {law.name for law in LAWS}
    assert laws >= PROMISED
    assert laws == PROMISED | {fault.law for fault in AT_THE_WAREHOUSE}
