"""A server may keep records of one name apart though no document says so: it refuses the second
one, or gives back the first.
"""

from __future__ import annotations

from typing import Any

import pytest

from contracts.oracle.plain_store import PlainStore
from contracts.oracle.settled import Settled
from contracts.oracle.shadow import Shadow
from mockserver.exchange import Answer, json_answer
from mockserver.lookup import MISSING
from tests.model.compiling import compiled, operation

FLOWS = compiled("""
paths:
  /flows:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &flow
      {type: object, required: [id], properties: {id: {type: string, readOnly: true}, name: {type: string},
      color: {type: string}, size: {type: integer}}}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name],
        properties: {name: {type: string}, color: {type: string}, size: {type: integer}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *flow}}}}
  /flows/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *flow}}}, '404': {description: none}}}
""")  # fmt: skip
FIRST = {"id": "f-1", "name": "Blue", "color": "red", "size": 2}
SENT = {"name": "Blue", "color": "red", "size": 2}


def shadow_with_one(partial: tuple[str, ...] = ()) -> Shadow:
    """Return a shadow of a server on which one flow was made."""
    shadow = Shadow(FLOWS, PlainStore(), partial)
    assert places(shadow, "POST /flows", json_answer(FIRST, 201), SENT) == []
    return shadow


def places(shadow: Shadow, label: str, answer: Answer, body: Any = MISSING) -> list[str]:
    path = {"id": "f-1"} if "{id}" in label else {}
    settled = Settled(operation(FLOWS, label), path, {}, body, None)
    return [each.place for each in shadow.judge(settled, answer)]


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"name": "Blue"}, []),
        ({"name": "blue", "size": 3}, []),
        ({"name": "Green", "color": "red"}, ["status"]),
        ({"name": "Green", "size": 2}, ["status"]),
    ],
)
def test_a_second_record_of_a_name_may_be_refused_and_another_one_not(
    sent: Any, found: list[str]
) -> None:
    refused = json_answer({"error": "it exists"}, 409)
    assert places(shadow_with_one(), "POST /flows", refused, sent) == found


def test_where_not_all_is_known_any_may_be_there_already() -> None:
    refused = json_answer({"error": "it exists"}, 409)
    shadow = shadow_with_one(("flows",))
    assert places(shadow, "POST /flows", refused, {"name": "Green"}) == []


def test_the_record_of_a_name_may_be_given_back_as_it_is() -> None:
    shadow = shadow_with_one()
    given = json_answer(FIRST, 201)
    assert places(shadow, "POST /flows", given, {"name": "Blue", "size": 9}) == []
    assert places(shadow, "GET /flows", json_answer([FIRST])) == []
    assert places(shadow, "GET /flows/{id}", json_answer(FIRST)) == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"name": "Blue", "size": 9}, {**FIRST, "size": 9}),
        ({"name": "Green", "size": 2}, {**FIRST, "name": "Green"}),
    ],
)
def test_a_key_that_another_record_has_is_no_new_one(sent: Any, shown: Any) -> None:
    assert "/id" in places(shadow_with_one(), "POST /flows", json_answer(shown, 201), sent)
