"""Servers as the users of a framework write them are reached and not accused, from the documents
that the frameworks make of them alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from contracts.events import CallAnswered, CheckFailed, CheckTried, Event
from contracts.oracle.plain_store import PlainStore
from contracts.runner import Plan, run
from contracts.targets.target import AppTarget, Target
from contracts.targets.wsgi import WsgiTarget
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from mockserver.apis import load_model
from tests.live.library import app as library
from tests.live.runs import app as runs

Started = tuple[Callable[[], Target], Any]
"""How a server is opened, and its document."""


def started_library(lost: Mapping[str, Any] | None = None) -> Started:
    app = library.application(lost)
    document = app.test_client().get("/api-spec.json").json
    return lambda: WsgiTarget(app), document


def started_runs() -> Started:
    app = runs.application()
    return lambda: AppTarget(app), app.openapi()


SERVERS = {"library": started_library, "runs": started_runs}
PLAN = Plan(["laws", "machine"], examples=4)


def subject_of(server: Callable[[], Started], folder: Path) -> Subject:
    """Return a server that keeps its state, and may be called freely."""
    connect, document = server()
    file = folder / "openapi.json"
    file.write_text(json.dumps(document))
    model = load_model(str(file))
    return Subject(model, connect, PlainStore, fresh=False, safety=Safety.ALL)


def reached(events: list[Event]) -> set[str]:
    """Return the operations that succeeded."""
    answered = [event.exchange for event in events if isinstance(event, CallAnswered)]
    return {each.operation for each in answered if each.answer and each.answer.succeeded}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", SERVERS)
def test_every_operation_succeeds_and_nothing_is_said_that_is_not_so(
    name: str, seed: int, tmp_path: Path
) -> None:
    subject = subject_of(SERVERS[name], tmp_path)
    events = list(run(subject, Plan(PLAN.phases, seed=seed, examples=PLAN.examples)))
    told = [event.finding for event in events if isinstance(event, CheckFailed)]
    assert [(each.check, each.operation, each.message) for each in told] == []
    assert {each.label for each in subject.model.operations} <= reached(events)
    tried = [event for event in events if isinstance(event, CheckTried)]
    assert sum(not event.untried for event in tried) > len(subject.model.operations)


def test_a_library_that_forgets_the_pages_of_a_book_is_found_out(
    tmp_path: Path,
) -> None:
    subject = subject_of(lambda: started_library({"pages": 7}), tmp_path)
    events = list(run(subject, Plan(["laws"], laws=["sent-is-read"])))
    found = [event.finding for event in events if isinstance(event, CheckFailed)]
    assert [(each.check, each.place) for each in found] == [("sent-is-read", "/pages")]
