"""What the words of a document promise is held by a law of its own."""

from __future__ import annotations

import pytest

from contracts.oracle.plain_store import PlainStore
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from tests.laws.promises import FAULTS, PROMISED, Library, library
from tests.laws.servers import events_of, findings_of

MODEL = library()


def library_with(fault: str) -> Subject:
    return Subject(MODEL, lambda: Library(fault), PlainStore, fresh=True, safety=Safety.ALL)


def test_a_library_that_keeps_its_promises_is_not_accused() -> None:
    assert [each.message for each in findings_of(events_of(library_with("")))] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_promise_is_found(fault: str) -> None:
    found = findings_of(events_of(library_with(fault), FAULTS[fault]))
    assert {each.check for each in found} == {FAULTS[fault]}


def test_every_promise_has_a_law() -> None:
    assert set(FAULTS.values()) <= PROMISED
