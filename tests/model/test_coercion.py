from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.schema.coercion import Coercer
from tests.model.compiling import schema_of

ALL = frozenset({"integer", "number", "string", "boolean", "date-time", "trim"})


def read(schema: Any, value: Any, words: frozenset[str] = ALL, **own: frozenset[str]) -> Any:
    return Coercer(schema_of(schema), words, own).of(value)


@pytest.mark.parametrize(
    ("schema", "sent", "stored"),
    [
        ({"type": "integer"}, "5", 5),
        ({"type": "integer"}, " 5 ", 5),
        ({"type": "integer"}, "5.0", 5),
        ({"type": "integer"}, "+5", 5),
        ({"type": "integer"}, 5.0, 5),
        ({"type": "number"}, "1.5", 1.5),
        ({"type": "number"}, "2", 2),
        ({"type": "string"}, 12345, "12345"),
        ({"type": "string"}, 1.5, "1.5"),
        ({"type": "string"}, " a ", "a"),
        ({"type": "boolean"}, "false", False),
        ({"type": "boolean"}, "ON", True),
        ({"type": "boolean"}, 1, True),
        ({"type": "boolean"}, 0.0, False),
        ({"type": "string", "format": "date-time"}, "2026-11-29 14:25:31", "2026-11-29T14:25:31Z"),
        (
            {"type": "string", "format": "date-time"},
            "2026-11-29T14:25:31.5",
            "2026-11-29T14:25:31.500000Z",
        ),
        ({"type": "string", "format": "date-time"}, "2026-11-29", "2026-11-29T00:00:00Z"),
        ({"type": "string", "enum": ["0", "-1"]}, 0, "0"),
        ({"type": "string", "nullable": True}, None, None),
    ],
)
def test_a_value_in_another_type_is_read_in_that_of_its_schema(
    schema: Any, sent: Any, stored: Any
) -> None:
    found = read(schema, sent)
    assert found == stored
    assert type(found) is type(stored)


@pytest.mark.parametrize(
    ("schema", "sent"),
    [
        ({"type": "integer"}, "5.7"),
        ({"type": "integer"}, True),
        ({"type": "integer"}, ""),
        ({"type": "integer"}, "9" * 1001),
        ({"type": "number"}, "nan"),
        ({"type": "string"}, True),
        ({"type": "string"}, ["a"]),
        ({"type": "string", "enum": ["a"]}, " a"),
        ({"type": "boolean"}, "maybe"),
        ({"type": "boolean"}, 2),
        ({"type": "string", "format": "date-time"}, "2026-02-30T00:00:00"),
        ({"type": "string", "format": "date-time"}, "2026-11-29T14:25:31+03:00"),
        ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, "5"),
        ({}, "5"),
    ],
)
def test_what_cannot_be_read_or_need_not_be_stays_as_it_was_sent(schema: Any, sent: Any) -> None:
    found = read(schema, sent)
    assert found == sent
    assert type(found) is type(sent)


def test_values_inside_of_objects_and_arrays_are_read_too() -> None:
    item = {"type": "object", "properties": {"pk": {"type": "integer"}, "name": {"type": "string"}}}
    schema = {"type": "object", "properties": {"items": {"type": "array", "items": item}}}
    sent = {"items": [{"pk": "1", "name": 2, "other": "3"}], "more": "4"}
    assert read(schema, sent) == {"items": [{"pk": 1, "name": "2", "other": "3"}], "more": "4"}


def test_only_the_types_that_are_named_are_read() -> None:
    assert read({"type": "integer"}, "5", frozenset({"string"})) == "5"
    assert read({"type": "string"}, " a ", frozenset({"string"})) == " a "


def test_a_property_can_have_words_of_its_own() -> None:
    schema = {
        "type": "object",
        "properties": {"code": {"type": "string"}, "name": {"type": "string"}},
    }
    assert read(schema, {"code": 1, "name": 1}, code=frozenset()) == {"code": 1, "name": "1"}


def test_a_schema_that_holds_itself_is_read_as_deep_as_the_value_goes() -> None:
    node = {
        "type": "object",
        "properties": {"n": {"type": "integer"}, "next": {"$ref": "#/components/schemas/Node"}},
    }
    spec = {"components": {"schemas": {"Node": node}}}
    coercer = Coercer(schema_of(node, spec), ALL, {})
    assert coercer.of({"n": "1", "next": {"n": "2", "next": {"n": "3"}}}) == {
        "n": 1,
        "next": {"n": 2, "next": {"n": 3}},
    }
