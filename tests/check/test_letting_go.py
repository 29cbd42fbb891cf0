"""What a run leaves in memory: nothing, for a process of tests makes hundreds of them."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace

import pytest

from contracts.events import CallAnswered, Event
from contracts.phases.conformance import Effort, run_conformance
from contracts.played import played
from contracts.runner import Plan, run
from contracts.targets.target import Target
from contracts.wire.subject import Subject
from contracts.wire.wire import Budget


def watched(held: list[weakref.ref[Target]]) -> Subject:
    """Return the mock of the bookshop, with a note of each opening."""
    subject = played("bookshop")

    def connect() -> Target:
        target = subject.connect()
        held.append(weakref.ref(target))
        return target

    return replace(subject, connect=connect)


def alive(held: list[weakref.ref[Target]]) -> int:
    gc.collect()
    return sum(each() is not None for each in held)


def test_nothing_holds_a_server_once_schemathesis_is_through_with_it() -> None:
    held: list[weakref.ref[Target]] = []
    events: list[Event] = []
    run_conformance(watched(held), Budget(), events.append, 1, Effort(1, phases=("examples",)))
    assert held
    assert events
    assert alive(held) == 0


def test_nothing_holds_a_server_of_which_the_time_was_up() -> None:
    held: list[weakref.ref[Target]] = []
    budget = Budget()

    def emit(event: Event) -> None:
        budget.stopped |= isinstance(event, CallAnswered)

    finished = run_conformance(watched(held), budget, emit, 1, Effort(1, phases=("examples",)))
    assert finished.early
    assert held
    assert alive(held) == 0


@pytest.mark.parametrize("phase", ["laws", "machine"])
def test_nothing_holds_a_server_once_a_phase_is_over(phase: str) -> None:
    held: list[weakref.ref[Target]] = []
    plan = Plan(phases=(phase,), seconds=2.0, examples=2, laws=("created-is-readable",))
    events: Iterator[Event] = run(watched(held), plan)
    assert len(list(events)) > 5
    assert held
    assert alive(held) == 0
