from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events import CallAnswered, Event, RunStarted
from contracts.reports.jsonl import CLASSES, line, read_events
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Answer, Sent
from tests.reports.runs import RUNS, broken_run

TEXTS = st.text(st.characters(codec="utf-8"))
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


def settled(event: Event) -> Event:
    """Return an event whose lists are tuples, as they are read back."""
    return (
        replace(event, operations=tuple(event.operations))
        if isinstance(event, RunStarted)
        else event
    )


@pytest.mark.parametrize("run", RUNS)
def test_a_run_is_read_back_as_it_was(run: str) -> None:
    assert list(read_events(map(line, RUNS[run]))) == [settled(each) for each in RUNS[run]]


def test_every_kind_of_event_is_among_the_runs_that_are_read_back() -> None:
    assert {type(each).__name__ for each in broken_run()} == set(CLASSES)


@settings(max_examples=20, deadline=None)
@given(
    st.none() | st.binary(),
    st.binary() | JSON.map(lambda value: json.dumps(value).encode()),
    st.booleans(),
)
def test_every_body_is_read_back_as_it_was(body: bytes | None, content: bytes, typed: bool) -> None:
    headers = {"content-type": "application/json"} if typed else {}
    answer = Answer(200, headers, content)
    event = CallAnswered(Exchange(Sent("POST", "/", {}, body), answer, number=1, phase="laws"))
    [found] = read_events([line(event)])
    assert found == event
    assert isinstance(found, CallAnswered)
    assert found.exchange.answer is not None
    assert found.exchange.answer.content == content


def test_a_later_version_may_tell_more() -> None:
    said = json.loads(line(broken_run()[0]))
    assert list(read_events([json.dumps({**said, "more": 1})])) == [settled(broken_run()[0])]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"event": "Nothing"}', '{"event": "Trouble"}']
)
def test_a_line_that_is_no_event_is_told_with_its_number(text: str) -> None:
    with pytest.raises(ValueError, match="line 2 holds no event of a run"):
        list(read_events([line(broken_run()[1]), text]))
