"""A function of the user's own does what no word says; what is wrong with it is told in a sentence."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.apis import Api, load_model
from mockserver.app import Settings, space_of, wire
from mockserver.asgi.edge import Edge
from mockserver.errors import SemanticsError
from tests.conftest import client_of
from tests.model.compiling import HEAD

PARCELS = (
    HEAD
    + """
paths:
  /parcels:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &parcel
      {type: object, required: [weight], properties: {id: {type: integer, readOnly: true},
        weight: {type: number}, price: {type: number, readOnly: true}}}}}}}}}
    post: {requestBody: {content: {application/json: {schema: *parcel}}},
      responses: {'201': &one {description: d, content: {application/json: {schema: *parcel}}}}}
  /quotes:
    post: {requestBody: {content: {application/json: {schema: *parcel}}}, responses: {'200': &quote
      {description: d, content: {application/json: {schema: {type: object, properties: {price: {type: number}}}}}},
      '500': {description: d, content: {application/json: {schema: {type: object, properties: {fault: {type: string}}}}}}}}
"""
)
WORDS = """
operations:
  POST /quotes: {hook: "hooks.py:quote"}
  POST /parcels: {hook: "hooks.py:post"}
"""
HOOKS = """
from dataclasses import dataclass, replace

from mockserver.hooks import Problem, ProblemKind, Refused, Reply, Scene, usual


@dataclass
class Tariff:
    base: float = 4


def quote(scene: Scene) -> Reply:
    weight = scene.sent["weight"]
    if weight > 100:
        raise Refused(Problem(ProblemKind.CONFLICT, "too heavy"))
    return Reply({"price": Tariff().base / weight})


def post(scene: Scene) -> Reply:
    reply = usual(scene)
    record = {**reply.value, "price": 2 * reply.value["weight"]}
    scene.draft.put(scene.collection, reply.location, record)
    return replace(reply, value=record)
"""


def folder(tmp_path: Path, hooks: str | None = HOOKS, words: str = WORDS) -> Path:
    """Write a document with words and hooks."""
    (tmp_path / "openapi.yaml").write_text(PARCELS)
    (tmp_path / "semantics.yaml").write_text(words)
    if hooks is not None:
        (tmp_path / "hooks.py").write_text(hooks)
    return tmp_path


def replies(place: Path, *requests: tuple[str, str, Any]) -> list[httpx.Response]:
    """Return the replies of a fresh mock to these requests."""
    return asyncio.run(_replies(place, *requests))


async def _replies(place: Path, *requests: tuple[str, str, Any]) -> list[httpx.Response]:
    model = load_model(Api("parcels", str(place), place, None))
    space = space_of(model, None, Settings(fixtures=None))
    app = wire([Edge(space, model.base_paths)], Settings())
    async with client_of(app) as client:
        return [await client.request(method, path, json=body) for method, path, body in requests]


def test_a_hook_answers_in_the_place_of_a_behavior(tmp_path: Path) -> None:
    (reply,) = replies(folder(tmp_path), ("POST", "/quotes", {"weight": 2}))
    assert (reply.status_code, reply.json()) == (200, {"price": 2})


def test_a_hook_refuses_in_the_form_of_the_api(tmp_path: Path) -> None:
    (reply,) = replies(folder(tmp_path), ("POST", "/quotes", {"weight": 101}))
    assert (reply.status_code, reply.json()["detail"]) == (409, "too heavy")


def test_a_hook_is_called_with_what_keeps_the_document(tmp_path: Path) -> None:
    (reply,) = replies(folder(tmp_path), ("POST", "/quotes", {}))
    assert reply.status_code == 400


def test_a_hook_may_do_the_usual_and_more(tmp_path: Path) -> None:
    made, listed = replies(
        folder(tmp_path), ("POST", "/parcels", {"weight": 3}), ("GET", "/parcels", None)
    )
    assert made.status_code == 201
    assert listed.json() == [made.json()] == [{"id": 1, "weight": 3, "price": 6}]


def test_a_hook_that_raises_is_an_error_of_the_api_and_the_journal_tells_why(
    tmp_path: Path,
) -> None:
    place = folder(tmp_path)
    failed, journal = replies(
        place, ("POST", "/quotes", {"weight": 0}), ("GET", "/__admin/requests", None)
    )
    assert failed.status_code == 500
    reason = "the hook hooks.py:quote raised ZeroDivisionError: division by zero (hooks.py:16)"
    assert failed.json() == {"fault": reason}
    (entry,) = journal.json()["requests"]
    assert entry["violations"] == [reason]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return {'price': 1}", "returned dict, not a Reply"),
        ("scene.draft.put(Collection('parcel'), '1', {}); return Reply()", "which is no resource"),
        (
            "scene.draft.put(Collection('parcels', ('1',)), '1', {}); return Reply()",
            "other parents",
        ),
    ],
)
def test_a_hook_that_does_nonsense_changes_nothing(tmp_path: Path, body: str, reason: str) -> None:
    hooks = f"from mockserver.hooks import Reply\nfrom mockserver.state import Collection\ndef quote(scene):\n    {body}\ndef post(scene): ..."
    place = folder(tmp_path, hooks)
    failed, listed = replies(place, ("POST", "/quotes", {"weight": 1}), ("GET", "/parcels", None))
    assert failed.status_code == 500
    assert reason in failed.json()["fault"]
    assert listed.json() == []


@pytest.mark.parametrize(
    ("hooks", "message", "hint"),
    [
        (None, "there is no file hooks.py", "make it"),
        (
            "def qoute(scene): ...\ndef post(scene): ...",
            "hooks.py has no function 'quote'",
            "'qoute'",
        ),
        ("quote = 1\ndef post(scene): ...", "hooks.py has no function 'quote'", "define it"),
        ("def quote(:", "hooks.py:1: SyntaxError", ""),
        ("import json\n\njson.loads('{')", "hooks.py:3: JSONDecodeError", ""),
    ],
)
def test_a_hook_that_is_not_there_is_told_at_the_start(
    tmp_path: Path, hooks: str | None, message: str, hint: str
) -> None:
    place = folder(tmp_path, hooks)
    with pytest.raises(SemanticsError) as caught:
        load_model(Api("parcels", str(place), place, None))
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    assert caught.value.pointer == "/operations/POST /quotes/hook"


def test_a_hook_is_beside_its_semantics(tmp_path: Path) -> None:
    (tmp_path / "hooks.py").write_text(HOOKS)
    place = tmp_path / "api"
    place.mkdir()
    words = "operations: {POST /quotes: {hook: '../hooks.py:quote'}}"
    with pytest.raises(SemanticsError, match="is in another folder"):
        load_model(Api("parcels", str(folder(place, words=words)), place, None))
