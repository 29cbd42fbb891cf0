"""The calls that show a change, on real mocks of the bookshop."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from contracts.changes.compare import compare
from contracts.changes.proof.proven import Proven, Replay
from contracts.changes.replay import prove, prover
from contracts.changes.stage import sides
from contracts.changes.types import Change, Level
from contracts.targets.target import Answer, Sent, Target
from mockserver.apis import find_api
from mockserver.app import Settings
from mockserver.asgi.courier import Courier, Delivery
from mockserver.model.types import Model
from mockserver.server import MockServer
from tests.changes.cases import BOOK, MEANINGS, OPERATIONS, SCHEMAS
from tests.changes.editing import bookshop
from tests.conftest import model_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BY_NAME = {str(case): case for case in [*SCHEMAS, *OPERATIONS, *MEANINGS]}


def proven(
    old: Model, new: Model, changes: Sequence[Change] | None = None, recording: Path | None = None
) -> list[Proven]:
    found = compare(old, new, NOW.date()) if changes is None else changes
    return prove(
        (old, new), find_api("bookshop"), found, Replay(recording, 30), lambda _: None, NOW
    )


def statuses(each: Proven) -> list[tuple[str, int | None, int]]:
    calls = each.proof.calls if each.proof else ()
    return [
        (call.sent.method, call.old.status if call.old else None, call.new.status) for call in calls
    ]


@pytest.mark.parametrize(
    ("name", "rule", "shown"),
    [
        ("request-max-length-narrowed", "request-max-length-narrowed", [("POST", 201, 400)]),
        (
            "request-property-optional",
            "reply-property-optional",
            [("POST", None, 201), ("GET", 200, 200)],
        ),
        (
            "request-alternative-added",
            "reply-alternative-added",
            [("POST", None, 201), ("GET", 200, 200)],
        ),
        ("security-added", "security-added", [("GET", 200, 401)]),
        ("base-path-removed", "base-path-removed", [("GET", 200, 404)]),
        ("request-media-type-removed", "request-media-type-removed", [("POST", 201, 415)]),
        ("put-replaces", "put-replaces", [("PUT", 200, 200)]),
        ("filter-lost", "filter-lost", [("GET", 200, 200)]),
    ],
)
def test_a_breaking_change_is_shown_by_few_calls(
    name: str, rule: str, shown: list[tuple[str, int | None, int]]
) -> None:
    old, new = BY_NAME[name].models
    found = [each for each in compare(old, new, NOW.date()) if each.level is Level.BREAKING]
    told = proven(old, new, found)
    proof = next(each for each in told if each.change.rule == rule)
    assert statuses(proof) == shown
    assert [each for each in told if each.change.rule == "behavior"] == []


def test_a_call_that_shows_a_change_sends_nothing_that_has_no_part_in_it() -> None:
    old, new = bookshop(), bookshop({f"{BOOK}/properties/title/maxLength": 100})
    proof = next(
        each.proof for each in proven(old, new) if each.change.rule == "request-max-length-narrowed"
    )
    assert proof is not None
    assert json.loads(proof.calls[0].sent.content) == {"title": "x" * 101}


def test_calls_find_nothing_in_an_api_that_has_not_changed() -> None:
    model = model_of("shoplazza")
    assert (
        prove((model, model), find_api("shoplazza"), (), Replay(seconds=30), lambda _: None, NOW)
        == []
    )


def test_what_has_no_proof_says_why() -> None:
    (found,) = proven(*BY_NAME["reply-body-removed"].models)
    assert found.proof is None
    assert found.why == "NEW's mock answered 4 tries so that it does not show"


def test_calls_that_are_drawn_make_no_mock_call_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Delivery] = []
    monkeypatch.setattr(Courier, "send", lambda self, delivery: sent.append(delivery))
    called = {"http://127.0.0.1:9/told": {"post": {"responses": {"200": {"description": ""}}}}}
    model = bookshop({"/paths/~1shelves/post/callbacks": {"told": called}})
    side, _ = sides(model, model, None, 0, NOW)
    headers = {"X-Api-Key": "bookshop-key", "Content-Type": "application/json"}
    with closing(side.fresh()) as target:
        answer = target.send(Sent("POST", "/shelves", headers, b'{"name": "Maps"}'))
    assert (answer.status, sent) == (201, [])


class _Failing:
    """A target that fails where the real one answers."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def send(self, sent: Sent) -> Answer:
        path = sent.target.partition("?")[0]
        return (
            Answer(503, {}, b"busy")
            if sent.method == "GET" and path == "/shelves/1"
            else self._target.send(sent)
        )

    def close(self) -> None:
        self._target.close()


def test_what_breaks_although_no_rule_told_it_is_told_by_the_calls() -> None:
    model = model_of("bookshop")
    old, new = sides(model, model, find_api("bookshop"), 0, NOW)
    connect = new.subject.connect
    failing = replace(new.subject, connect=lambda: _Failing(connect()))
    (found,) = prover(old, replace(new, subject=failing)).prove(())
    assert (found.change.rule, found.change.place.operation) == (
        "behavior",
        "GET /shelves/{shelf_id}",
    )
    assert statuses(found) == [("GET", 200, 503)]


def test_a_recording_shows_a_change_by_the_calls_of_its_client_with_the_keys_of_each_server(
    tmp_path: Path,
) -> None:
    recording = tmp_path / "calls.jsonl"
    mock = MockServer("bookshop", settings=Settings(fixtures=None))
    with httpx.Client(
        transport=mock.transport(), base_url="http://mock", headers=mock.headers
    ) as client:
        client.get("/shelves")
        shelf = [client.post("/shelves", json={"name": "Poetry"}).json()["id"] for _ in range(5)][
            -1
        ]
        client.post(f"/shelves/{shelf}/books", json={"title": "Odes", "pages": 200})
    mock.requests.save(recording)
    assert "bookshop-key" not in recording.read_text("utf-8")
    new = bookshop({f"{BOOK}/properties/pages/maximum": 100})
    found = next(
        each
        for each in proven(bookshop(), new, recording=recording)
        if each.change.level is Level.BREAKING
    )
    assert found.change.rule == "request-maximum-narrowed"
    assert statuses(found) == [("POST", 201, 201), ("POST", 201, 400)]
    assert found.proof is not None
    made = found.proof.calls[0].new.body["id"]
    assert made != shelf
    assert found.proof.calls[1].sent.target == f"/shelves/{made}/books"
    assert json.loads(found.proof.calls[1].sent.content)["pages"] == 200
