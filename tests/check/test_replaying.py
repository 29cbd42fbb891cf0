"""A story is made again on a disposable server that keeps its state, and told by the calls that
matter.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

import mockserver.space
from contracts.compare.values import Difference
from contracts.events import Event
from contracts.phases.replaying import Replay, Shown
from contracts.targets.target import Sent
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from contracts.wire.wire import Budget
from tests.check.watched import KEY, Watching
from tests.machine.faults import FAULTS


@pytest.fixture
def _nothing_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = next(each for each in FAULTS if each.name == "a delete deletes nothing")
    monkeypatch.setattr(mockserver.space, "decide", fault.decide)


def call(method: str, path: str, body: Any = None) -> Sent:
    content = None if body is None else json.dumps(body).encode()
    return Sent(method, path, {**KEY, "Content-Type": "application/json"}, content)


def story(subject: Subject, emit: Any) -> Shown:
    """Make a shelf, look at others, delete it and read it all the same."""
    wire = subject.wire("conformance", emit, Budget())
    shelf = wire.send(call("POST", "/shelves", {"name": "Poetry"})).body["id"]
    wire.send(
        call("POST", f"/shelves/{shelf}/books", {"title": "Kindred", "author": "Octavia E. Butler"})
    )
    wire.send(call("PATCH", f"/shelves/{shelf}", {"name": "Plays"}))
    wire.send(call("DELETE", f"/shelves/{shelf}"))
    answer = wire.send(call("GET", f"/shelves/{shelf}"))
    return Shown(wire.history, [Difference("status", 404, (answer.status, answer.body))])


@pytest.mark.usefixtures("_nothing_is_deleted")
def test_the_calls_that_matter_are_told_with_the_keys_of_the_last_time(watched: Watching) -> None:
    events: list[Event] = []
    subject = watched().subject(Safety.ALL)
    found = story(subject, events.append)
    short = Replay(subject, "conformance", events.append, Budget()).shortest(found)
    assert short is not None
    assert [each.sent.method for each in short.calls] == ["POST", "DELETE", "GET"]
    assert short.calls[-1].sent.target != found.calls[-1].sent.target
    assert short.place == "status"


@pytest.mark.usefixtures("_nothing_is_deleted")
def test_nothing_is_made_again_where_records_of_others_are_at_stake(watched: Watching) -> None:
    server = watched()
    found = story(server.subject(Safety.ALL), lambda event: None)
    before = len(server.seen)
    assert (
        Replay(server.subject(Safety.OWN), "conformance", lambda event: None, Budget()).shortest(
            found
        )
        is not None
    )
    assert len(server.seen) == before


def test_a_story_that_does_not_come_again_is_told_by_its_end(watched: Watching) -> None:
    subject = watched().subject(Safety.ALL)
    found = story(subject, lambda event: None)
    short = Replay(subject, "conformance", lambda event: None, Budget()).shortest(found)
    assert short is not None
    assert short.calls[-1].sent.target == found.calls[-1].sent.target
