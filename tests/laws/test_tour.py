"""Before laws are held, each operation is called once, with what is known by then."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from contracts.events import CallAnswered
from contracts.laws.phase import Run
from contracts.laws.tour import ends_more
from contracts.oracle.plain_store import PlainStore
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from contracts.wire.wire import Budget
from mockserver.exchange import Answer, Sent, json_answer
from tests.model.compiling import compiled, operation

HARBOR = compiled("""
paths:
  /fleets:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &fleet
      {type: object, required: [id], properties: {id: {type: string, readOnly: true}, name: {type: string}}}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *fleet}}}}
  /fleets/{id}:
    parameters: &id [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *fleet}}}, '404': {description: n}}}
    delete: {responses: {'204': {description: d}}}
  /fleets/name/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *fleet}}}, '404': {description: n}}}
  /boats:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &boat
      {type: object, required: [id], properties: {id: {type: string, readOnly: true}, fleet_id: {type: string}}}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [fleet_id], properties: {fleet_id: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *boat}}}}
  /boats/{id}:
    parameters: *id
    get: {responses: {'200': {description: d, content: {application/json: {schema: *boat}}}, '404': {description: n}}}
  /boats/{id}/paint:
    parameters: *id
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [color], properties: {
        color: {type: string}, coats: {type: integer}}}}}}
      responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {done: {type: boolean}}}}}}}
  /reports/size:
    get:
      parameters: [{name: fleet_id, in: query, required: true, schema: {type: string}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {size: {type: integer}}}}}}}
  /session/logout:
    post: {responses: {'204': {description: d}}}
""")


class Harbor:
    """Keeps fleets and their boats; a fleet must have a name although no schema says so."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, dict[str, Any]]] = {"fleets": {}, "boats": {}}

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        path, _, asked = sent.target.partition("?")
        steps = unquote(path).strip("/").split("/")
        body = json.loads(sent.content or b"{}")
        if steps[0] == "reports":
            known = asked.removeprefix("fleet_id=") in self._rows["fleets"]
            return json_answer({"size": 1}, 200 if known else 404)
        if steps[:2] == ["fleets", "name"]:
            named = [each for each in self._rows["fleets"].values() if each["name"] == steps[2]]
            return json_answer(named[0] if named else {}, 200 if named else 404)
        rows = self._rows.get(steps[0], {})
        if len(steps) == 1:
            return (
                self._made(steps[0], body)
                if sent.method == "POST"
                else json_answer([*rows.values()])
            )
        if steps[1] not in rows:
            return json_answer({}, 404)
        if steps[2:] == ["paint"]:
            is_painted = body.get("coats") is not None
            return json_answer(
                {"done": True} if is_painted else {"error": "coats is required"},
                200 if is_painted else 422,
            )
        if sent.method == "DELETE":
            del rows[steps[1]]
            return Answer(204, {}, b"")
        return json_answer(rows[steps[1]])

    def _made(self, name: str, body: dict[str, Any]) -> Answer:
        if name == "fleets" and not body.get("name"):
            return json_answer({"error": "Key 'name' not present"}, 422)
        if name == "boats" and body.get("fleet_id") not in self._rows["fleets"]:
            return json_answer({"error": "no such fleet"}, 404)
        rows = self._rows[name]
        key = f"{name[0]}{len(rows) + 1}"
        rows[key] = {**body, "id": key}
        return json_answer(rows[key], 201)


def reached(safety: Safety) -> tuple[set[str], list[str]]:
    """Return the operations that succeed on a tour, and the methods that were sent."""
    harbor, answered = Harbor(), set()
    methods: list[str] = []
    subject = Subject(HARBOR, lambda: harbor, PlainStore, fresh=False, safety=safety)

    def take(event: Any) -> None:
        if isinstance(event, CallAnswered) and event.exchange.answer is not None:
            methods.append(event.exchange.sent.method)
            if event.exchange.answer.succeeded:
                answered.add(event.exchange.operation)

    run = Run(subject, Budget(), take, 0)
    run.tour()
    run.close()
    return answered, methods


def test_all_that_can_be_called_is_called_with_the_records_that_were_made() -> None:
    answered, _ = reached(Safety.ALL)
    missed = {each.label for each in HARBOR.operations} - answered
    assert missed == {"POST /session/logout"}


def test_a_tour_that_only_reads_sends_nothing_else() -> None:
    answered, methods = reached(Safety.READ)
    assert set(methods) == {"GET"}
    assert {"GET /fleets", "GET /boats"} <= answered


@pytest.mark.parametrize(
    ("label", "ends"),
    [
        ("POST /session/logout", True),
        ("POST /boats/{id}/paint", False),
        ("DELETE /fleets/{id}", False),
    ],
)
def test_what_ends_more_than_one_record_is_told_by_its_name(label: str, ends: bool) -> None:
    assert ends_more(operation(HARBOR, label)) is ends
