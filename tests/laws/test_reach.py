"""What a server says and shows leads to operations that no document explains."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from contracts.events import CallAnswered
from contracts.laws.bench.keyforms import key_like
from contracts.laws.phase import Run
from contracts.oracle.plain_store import PlainStore
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from contracts.wire.wire import Budget
from mockserver.exchange import Answer, json_answer
from mockserver.model.types import Model
from tests.laws.functions import FunctionServer, Handler
from tests.model.compiling import compiled

YARD = "5f1c9f0e-0d0b-4a52-9f86-0d2f1c8f4b11"


def toured(model: Model, handler: Handler) -> tuple[set[str], Counter[str]]:
    """Return the operations that succeed on a tour, and how often each was called."""
    answered: set[str] = set()
    calls: Counter[str] = Counter()
    server = FunctionServer(handler)
    subject = Subject(model, lambda: server, PlainStore, fresh=False, safety=Safety.ALL)

    def take(event: Any) -> None:
        if not isinstance(event, CallAnswered) or event.exchange.answer is None:
            return
        calls[event.exchange.operation] += 1
        if event.exchange.answer.succeeded:
            answered.add(event.exchange.operation)

    run = Run(subject, Budget(), take, 0)
    run.tour()
    run.close()
    return answered, calls


SHIPYARD = compiled("""
paths:
  /boats:
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [yard], properties: {
        yard: {type: string, format: uuid}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: &boat
        {type: object, properties: {id: {type: string, readOnly: true}, yard: {type: string, format: uuid}}}}}}}
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *boat}}}}}}
  /yards:
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: &yard
        {type: object, properties: {id: {type: string, format: uuid, readOnly: true}, name: {type: string}}}}}}}
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *yard}}}}}}
  /yards/{yard_name}:
    parameters: [{name: yard_name, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *yard}}}}}
  /sails:
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [color], properties: {color: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: &sail
        {type: object, properties: {id: {type: string, readOnly: true}, color: {type: string}}}}}}}
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *sail}}}}}}
  /ropes:
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [sail_id], properties: {sail_id: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: &rope
        {type: object, properties: {id: {type: string, readOnly: true}, sail_id: {type: string}}}}}}}
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *rope}}}}}}
""")  # fmt: skip


def shipyard(method: str, steps: list[str], query: dict[str, str], body: Any) -> Answer:
    """Names yards by their ids in boats, though they are at their names; takes no sails."""
    if method == "GET":
        return json_answer({"id": YARD, "name": steps[1]} if len(steps) > 1 else [])
    if steps == ["yards"]:
        return json_answer({"id": YARD, "name": body["name"]}, 201)
    if steps == ["boats"]:
        is_known = body["yard"] == YARD
        return json_answer(
            {"id": "b1", **body} if is_known else {"error": "FOREIGN KEY constraint failed"},
            201 if is_known else 500,
        )
    return json_answer({"error": "not here"}, 400)


def test_a_record_is_named_by_the_form_of_key_that_is_asked_for() -> None:
    answered, _ = toured(SHIPYARD, shipyard)
    assert "POST /boats" in answered


def test_what_is_refused_in_every_form_is_not_made_again_for_each_that_names_it() -> None:
    _, calls = toured(SHIPYARD, shipyard)
    assert calls["POST /sails"] < 40


@pytest.mark.parametrize(
    ("key", "record", "old", "found"),
    [
        ("blue", {"id": YARD, "name": "blue"}, "b1a5a7b2-7a26-4d25-8a83-1fa4b6a0a001", YARD),
        ("blue", {"id": 7, "name": "blue"}, 3, "7"),
        ("7", {"id": 7, "uuid": YARD}, "b1a5a7b2-7a26-4d25-8a83-1fa4b6a0a001", YARD),
        (YARD, {"id": YARD, "name": "blue"}, "word", YARD),
        ("blue", {"id": "blue"}, 3, "blue"),
        ("blue", {"id": True, "name": "blue"}, 3, "blue"),
    ],
)
def test_a_key_is_told_in_the_form_of_the_one_in_its_place(
    key: str, record: dict[str, Any], old: Any, found: str
) -> None:
    assert key_like(key, record, old) == found


STORES = compiled("""
paths:
  /projects:
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {title: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: &project
        {type: object, properties: {id: {type: integer, readOnly: true}, title: {type: string}}}}}}}
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *project}}}}}}
  /storages/local:
    get:
      parameters: [{name: project, in: query, schema: {type: integer}}, {name: page, in: query, schema: {type: integer}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {size: {type: integer}}}}}}}
  /sets:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &set
      {type: object, properties: {id: {type: string}, name: {type: string}}}}}}}}}
  /sets/upload:
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {action: {type: string}}}}}}
      responses: {'200': {description: d}}
  /sets/{set_id}/labels:
    get:
      parameters: [{name: set_id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {names: {type: array, items: {type: string}}}}}}}}
  /limits:
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [slots], properties: {slots: {type: integer}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: string, readOnly: true}, slots: {type: integer}}}}}}}
""")  # fmt: skip


class Stores:
    """Asks for what the document leaves open; makes sets at a path of their own."""

    def __init__(self) -> None:
        self._has_sets = False

    def __call__(self, method: str, steps: list[str], query: dict[str, str], body: Any) -> Answer:
        if steps == ["storages", "local"]:
            told = query.get("project")
            if told is None:
                return json_answer({"errors": ['query parameter "project" is required']}, 400)
            return json_answer({"size": 1}, 200 if told == "41" else 404)
        if steps == ["projects"]:
            project = {"id": 41, "title": "t"}
            return json_answer(project, 201) if method == "POST" else json_answer([project])
        if steps == ["sets", "upload"]:
            self._has_sets = True
            return Answer(200, {}, b"")
        if steps == ["sets"]:
            return json_answer([{"id": "s-9", "name": "n"}] if self._has_sets else [])
        if steps[0] == "sets":
            is_known = steps[1] == "s-9"
            return json_answer({"names": []}, 200 if is_known else 404)
        slots = body.get("slots") if isinstance(body, dict) else None
        if not isinstance(slots, int) or slots <= 1_000_000:
            words = "Input should be greater than 1000000"
            return json_answer({"detail": [{"loc": ["body", "slots"], "msg": words}]}, 422)
        return json_answer({"id": "l1", "slots": slots}, 201)


@pytest.mark.parametrize(
    "label", ["GET /storages/local", "GET /sets/{set_id}/labels", "POST /limits"]
)
def test_what_a_refusal_asks_for_is_sent_and_what_came_late_is_found(label: str) -> None:
    answered, _ = toured(STORES, Stores())
    assert label in answered
