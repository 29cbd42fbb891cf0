"""A run keeps to one value of each header that says whose records are meant."""

from __future__ import annotations

import pytest

from contracts.oracle.plain_store import PlainStore
from contracts.targets.scopes import in_scope, scope_headers
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from mockserver.exchange import Answer, Sent, json_answer
from mockserver.model.types import Model
from tests.laws.servers import events_of, findings_of
from tests.model.compiling import compiled, operation

TEXT = """
info: {title: Boxes, version: '1', description: Boxes of another tenant are not visible.}
paths:
  /boxes:
    parameters:
      - {name: X-Tenant, in: header, required: true, schema: {type: string, pattern: '^[a-z]{3,9}$'}}
      - {name: X-Request-Id, in: header, required: true, schema: {type: string}}
      - {name: X-Shade, in: header, schema: {type: string}}
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &box
      {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, name: {type: string}}}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name],
        properties: {name: {type: string}}}}}}
      responses: {'201': &one {description: d, content: {application/json: {schema: *box}}}, '400': {description: n}}
  /boxes/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
      - {name: X-Tenant, in: header, required: true, schema: {type: string, pattern: '^[a-z]{3,9}$'}}
    get: {responses: {'200': *one, '404': {description: n}}}
"""


def boxes() -> Model:
    return compiled(TEXT)


class Boxes:
    """Answers calls of tenants, each of which has boxes of its own, or sees those of others."""

    def __init__(self, fault: str = "") -> None:
        self._fault = fault
        self._boxes: dict[str, dict[int, dict[str, object]]] = {}
        self._last = 0

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        tenant = sent.headers.get("X-Tenant", "")
        if not tenant:
            return json_answer({}, 400)
        own = self._boxes.setdefault(tenant, {})
        if sent.method == "GET" and self._fault == ("read" if sent.target != "/boxes" else "list"):
            own = {key: box for boxes in self._boxes.values() for key, box in boxes.items()}
        step = sent.target.partition("?")[0].rpartition("/")[2]
        if sent.method == "POST":
            self._last += 1
            own[self._last] = {"id": self._last, "name": "a"}
            return json_answer(own[self._last], 201)
        if step == "boxes":
            return json_answer([*own.values()])
        found = own.get(int(step)) if step.isdigit() else None
        return json_answer(found or {}, 200 if found else 404)


def test_a_header_that_every_call_needs_has_one_value_that_its_document_allows() -> None:
    scope = scope_headers(boxes())
    assert [*scope] == ["X-Tenant"]
    assert scope["X-Tenant"].isalpha()


@pytest.mark.parametrize(("sent", "kept"), [("other", "mine"), ("NO", "NO"), ("", "")])
def test_what_the_document_does_not_allow_is_sent_as_it_was_drawn(sent: str, kept: str) -> None:
    read = operation(boxes(), "GET /boxes")
    headers = {"X-Tenant": sent, "X-Shade": "blue"}
    assert in_scope(read, headers, {"X-Tenant": "mine"}) == {"X-Tenant": kept, "X-Shade": "blue"}


@pytest.mark.parametrize("sent", [{}, {"X-Team": ""}, {"x-team": "other"}])
def test_a_header_that_may_be_left_out_is_sent_as_well(sent: dict[str, str]) -> None:
    text = TEXT.replace("X-Tenant, in: header, required: true", "X-Team, in: header")
    read = operation(compiled(text.replace("pattern: '^[a-z]{3,9}$'", "")), "GET /boxes")
    kept = in_scope(read, sent, {"X-Team": "mine"})
    assert [*kept.values()] == ["mine"]


def test_records_are_looked_for_where_they_were_made() -> None:
    subject = Subject(boxes(), Boxes, PlainStore, fresh=True, safety=Safety.ALL)
    events = events_of(subject, "created-is-readable")
    assert [each.message for each in findings_of(events)] == []


def test_what_the_user_says_of_whose_records_are_meant_goes_before() -> None:
    subject = Subject(
        boxes(), Boxes, PlainStore, fresh=True, safety=Safety.ALL, headers={"x-tenant": "acme"}
    )
    sent = subject.granted(operation(boxes(), "GET /boxes"), Sent("GET", "/boxes"))
    assert {value for name, value in sent.headers.items() if name.lower() == "x-tenant"} == {"acme"}


@pytest.mark.parametrize(
    ("fault", "label"), [("", ""), ("read", "GET /boxes/{id}"), ("list", "GET /boxes")]
)
def test_records_of_another_one_are_not_there(fault: str, label: str) -> None:
    subject = Subject(boxes(), lambda: Boxes(fault), PlainStore, fresh=True, safety=Safety.ALL)
    found = findings_of(events_of(subject, "scopes-are-apart"))
    assert [each.operation for each in found] == [label] * bool(fault)
