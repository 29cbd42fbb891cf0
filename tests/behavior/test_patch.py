"""Patches: what they name changes, what they may not do is refused and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.call import ProblemKind, Violation
from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

DOCUMENT = """
paths:
  /units:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &unit
      {type: object, required: [a], properties: {id: {type: integer, readOnly: true}, a: {type: string, minLength: 1},
       b: {type: string}, tags: {type: array, items: {type: string}},
       size: {type: object, properties: {w: {type: integer}, h: {type: integer}}}}}}}}}}}
    post: {requestBody: {content: {application/json: {schema: *unit}}}, responses: {'201': &one
      {description: d, content: {application/json: {schema: *unit}}}}}
  /units/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one}}
    patch: {requestBody: {content: {application/json-patch+json: {schema: {type: array, items: {type: object,
      properties: {op: {type: string}, path: {type: string}, value: {}}}}},
      application/merge-patch+json: {schema: {type: object}}}}, responses: {'200': *one}}
"""
SENT = {"a": "1", "b": "2", "tags": ["x"], "size": {"w": 1, "h": 2}}
PATCH = "PATCH /units/{id}"
JSON_PATCH = {"content-type": "application/json-patch+json"}
MERGE_PATCH = {"content-type": "application/merge-patch+json; charset=utf-8"}


def started() -> World:
    small = World("resources: {units: {fill: none}}", DOCUMENT)
    small.value("POST /units", SENT)
    return small


@pytest.mark.parametrize(
    ("operations", "left"),
    [
        ([{"op": "replace", "path": "/a", "value": "9"}], {**SENT, "a": "9"}),
        ([{"op": "remove", "path": "/b"}], {k: v for k, v in SENT.items() if k != "b"}),
        ([{"op": "add", "path": "/tags/-", "value": "y"}], {**SENT, "tags": ["x", "y"]}),
        ([{"op": "add", "path": "/tags/0", "value": "y"}], {**SENT, "tags": ["y", "x"]}),
        ([{"op": "copy", "from": "/a", "path": "/b"}], {**SENT, "b": "1"}),
        (
            [{"op": "move", "from": "/b", "path": "/a"}],
            {"a": "2", "tags": ["x"], "size": SENT["size"]},
        ),
        ([{"op": "replace", "path": "/size/w", "value": 9}], {**SENT, "size": {"w": 9, "h": 2}}),
        ([{"op": "test", "path": "/a", "value": "1"}], SENT),
        ([], SENT),
    ],
)
def test_a_json_patch_is_carried_out(operations: list[Any], left: dict[str, Any]) -> None:
    small = started()
    shown = small.value(PATCH, operations, path={"id": 1}, headers=JSON_PATCH)
    assert shown == {"id": 1, **left}
    assert small.value("GET /units/{id}", path={"id": 1}) == shown


@pytest.mark.parametrize(
    ("operations", "kind"),
    [
        (
            [{"op": "remove", "path": "/b"}, {"op": "test", "path": "/a", "value": "no"}],
            ProblemKind.CONFLICT,
        ),
        ([{"op": "remove", "path": "/nowhere"}], ProblemKind.CONFLICT),
        ([{"op": "add", "path": "/tags/9", "value": "y"}], ProblemKind.CONFLICT),
        ([{"op": "remove", "path": "/a"}], ProblemKind.INVALID),
        ([{"op": "replace", "path": "/a", "value": ""}], ProblemKind.INVALID),
        ([{"op": "replace", "path": "/size/w", "value": "wide"}], ProblemKind.INVALID),
        ([{"op": "grow", "path": "/a"}], ProblemKind.INVALID),
        ([{"op": "add", "path": "/a"}], ProblemKind.INVALID),
        ([{"path": "/a"}], ProblemKind.INVALID),
        ([{"op": "replace", "path": "", "value": []}], ProblemKind.INVALID),
        (["replace"], ProblemKind.INVALID),
    ],
)
def test_a_json_patch_that_cannot_be_applied_changes_nothing(
    operations: list[Any], kind: ProblemKind
) -> None:
    problem = started().refusal(PATCH, operations, path={"id": 1}, headers=JSON_PATCH)
    assert problem.kind is kind


def test_a_json_patch_leaves_the_key_alone() -> None:
    small = started()
    operations = [{"op": "replace", "path": "/id", "value": 7}, {"op": "remove", "path": "/id"}]
    shown = small.value(PATCH, operations, path={"id": 1}, headers=JSON_PATCH)
    assert shown["id"] == 1


def test_a_merge_patch_merges_objects_and_removes_by_null() -> None:
    small = started()
    sent = {"b": None, "size": {"w": 9, "h": None}, "tags": ["z"]}
    shown = small.value(PATCH, sent, path={"id": 1}, headers=MERGE_PATCH)
    assert shown == {"id": 1, "a": "1", "tags": ["z"], "size": {"w": 9}}


@pytest.mark.parametrize("sent", [{"a": None}, {"a": ""}, {"size": {"w": "wide"}}, {"tags": [1]}])
def test_a_merge_patch_is_held_to_the_schema_of_the_record(sent: dict[str, Any]) -> None:
    problem = started().refusal(PATCH, sent, path={"id": 1}, headers=MERGE_PATCH)
    assert problem.kind is ProblemKind.INVALID
    assert problem.violations[0].path[0] in sent


NO_TEXT = (Violation("body", ("b",), "null", "null is not of type string"),)
NO_NUMBER = (Violation("body", ("size", "w"), "null", "null is not of type integer"),)
NO_ITEM = (Violation("body", ("tags", 0), "null", "null is not of type string"),)


@pytest.mark.parametrize(
    ("sent", "wrong", "left"),
    [
        ({"b": None}, NO_TEXT, {name: SENT[name] for name in ("a", "tags", "size")}),
        ({"size": {"w": None}}, NO_NUMBER, {**SENT, "size": {"h": 2}}),
    ],
)
def test_a_null_of_a_merge_patch_removes_whatever_the_type_of_what_it_names(
    sent: dict[str, Any], wrong: tuple[Violation, ...], left: dict[str, Any]
) -> None:
    call: dict[str, Any] = {"path": {"id": 1}, "violations": wrong}
    assert started().value(PATCH, sent, **call, headers=MERGE_PATCH) == {"id": 1, **left}
    assert started().refusal(PATCH, sent, **call).violations == wrong


def test_a_null_in_a_list_of_a_merge_patch_is_a_value() -> None:
    call: dict[str, Any] = {"path": {"id": 1}, "violations": NO_ITEM, "headers": MERGE_PATCH}
    assert started().refusal(PATCH, {"tags": [None]}, **call).violations == NO_ITEM


def test_the_value_of_an_operation_may_be_anything_whatever_the_document_says() -> None:
    small = started()
    operations = [{"op": "replace", "path": "/a", "value": "9"}]
    wrong = (Violation("body", (0, "value"), "type", "it is no object"),)
    call = {"path": {"id": 1}, "headers": JSON_PATCH, "violations": wrong}
    assert small.value(PATCH, operations, **call)["a"] == "9"
    other = (Violation("body", (0, "op"), "enum", "it is no operation"),)
    assert small.refusal(PATCH, operations, **{**call, "violations": other}).violations == other


def test_a_json_patch_is_an_array_whatever_the_document_says_of_its_body() -> None:
    operations = [{"op": "replace", "path": "/a", "value": "9"}]
    wrong = (Violation("body", (), "type", "is not of type object"),)
    call: dict[str, Any] = {"path": {"id": 1}, "headers": JSON_PATCH, "violations": wrong}
    assert started().value(PATCH, operations, **call)["a"] == "9"


@pytest.mark.parametrize("holder", ["fields", "properties", "attributes"])
def test_what_holds_all_that_a_record_says_is_changed_member_by_member(holder: str) -> None:
    texts = {"type": "object", "additionalProperties": {"type": "string"}}
    row = thing(id="string", **{holder: texts}, created={"type": "string", "format": "date-time"})
    sent = thing(**{holder: texts})
    paths = {
        "/rows": {"get": does(many(row)), "post": does(row, sent)},
        "/rows/{id}": {"get": does(row), "patch": does(row, sent), "put": does(row, sent)},
    }
    world = World(model=small(paths))
    key = {"id": world.value("POST /rows", {holder: {"a": "1", "b": "2"}})["id"]}
    world.value("PATCH /rows/{id}", {holder: {"b": "3"}}, path=key)
    assert world.value("GET /rows/{id}", path=key)[holder] == {"a": "1", "b": "3"}
