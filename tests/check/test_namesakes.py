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
from mockserver.state import Collection, Put
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


BUCKETS = compiled("""
paths:
  /buckets:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &bucket
      {type: object, required: [id], properties: {id: {type: string}, name: {type: string}}}}}}}}}
    delete:
      parameters: [{name: _chosen, in: query, schema: {type: string}}]
      responses: {'200': {description: d}}
  /buckets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *bucket}}}, '404': {description: none}}}
    patch:
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'200': {description: d, content: {application/json: {schema: *bucket}}}, '404': {description: none}}
""")  # fmt: skip


def test_what_a_delete_of_many_chose_by_what_nobody_explains_is_not_known() -> None:
    store = PlainStore()
    store.apply([Put(Collection("buckets"), "b-1", {"id": "b-1", "name": "n"})])
    shadow = Shadow(BUCKETS, store, ())
    delete = Settled(operation(BUCKETS, "DELETE /buckets"), {}, {"_chosen": "x"}, MISSING, None)
    read = Settled(operation(BUCKETS, "GET /buckets/{id}"), {"id": "b-1"}, {}, MISSING, None)
    change = Settled(operation(BUCKETS, "PATCH /buckets/{id}"), {"id": "b-1"}, {}, {}, None)
    shown = json_answer({"id": "b-1", "name": "n"})
    assert list(shadow.judge(delete, json_answer([]))) == []
    assert list(shadow.judge(read, shown)) == []
    assert list(shadow.judge(change, shown)) == []


BARE = compiled("""
paths:
  /crates:
    get:
      parameters: [{name: limit, in: query, schema: {type: integer}}, {name: id, in: query, schema: {type: string}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {data: {type: array,
        items: &crate {type: object, properties: {"crate:label": {type: object, additionalProperties: {}}, "crate:mark": {type: object, additionalProperties: {}}}, additionalProperties: {}}}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {data: *crate}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: {type: object, properties: {data: *crate}}}}}}
  /crates/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {data: *crate}}}}}, '404': {description: none}}}
""", "resources: {crates: {key: id}}")  # fmt: skip


def test_a_record_whose_key_no_list_shows_by_the_document_is_not_missed_there() -> None:
    shadow = Shadow(BARE, PlainStore(), ())
    made = Settled(operation(BARE, "POST /crates"), {}, {}, {"data": {}}, None)
    crate = {"id": "c-1", "seen": 1}
    assert list(shadow.judge(made, json_answer({"data": crate}, 201))) == []
    listed = Settled(operation(BARE, "GET /crates"), {}, {"limit": 50}, MISSING, None)
    assert list(shadow.judge(listed, json_answer({"data": [crate]}))) == []
