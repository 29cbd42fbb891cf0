"""The parts of a schema are pulled together into one, and facts are read from its own keywords."""

from __future__ import annotations

import math
from typing import Any

import pytest

from mockserver.model.schema.parts import Composer
from mockserver.model.types.facts import admits, bounds, is_nullable

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
COMPONENTS: dict[str, Any] = {
    "Named": {"type": "object", "required": ["name"], "properties": {"name": TEXT}},
    "Cat": {"type": "object", "properties": {"lives": NUMBER, "kind": {"type": "string"}}},
    "Dog": {"type": "object", "properties": {"barks": {"type": "boolean"}}},
    "Loop": {"allOf": [{"$ref": "#/Loop"}], "properties": {"n": NUMBER}},
}


def resolve(raw: Any) -> Any:
    name = raw.get("$ref", "").rpartition("/")[2]
    return COMPONENTS[name] if name else raw


def flat(raw: Any) -> Any:
    return Composer(resolve).flat(raw)


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/{name}"}


def test_a_schema_without_parts_is_itself() -> None:
    assert flat(ref("Named")) is COMPONENTS["Named"]


def test_parts_hold_together_with_what_is_beside_them() -> None:
    found = flat({"allOf": [ref("Named"), ref("Cat")], "required": ["lives"]})
    assert list(found["properties"]) == ["lives", "kind", "name"]
    assert found["required"] == ["lives", "name"]
    assert found["type"] == "object"


def test_the_first_object_among_alternatives_is_taken() -> None:
    found = flat({"oneOf": [{"required": ["barks"]}, ref("Dog"), ref("Cat")]})
    assert list(found["properties"]) == ["barks"]


def test_the_discriminator_says_which_alternative_was_taken() -> None:
    told = {"propertyName": "kind", "mapping": {"feline": "#/Cat"}}
    found = flat({"oneOf": [ref("Cat"), ref("Dog")], "discriminator": told})
    assert found["properties"]["kind"] == {"type": "string", "enum": ["feline"]}


@pytest.mark.parametrize(
    ("mine", "theirs", "found"),
    [
        (TEXT, {"description": "d"}, TEXT),
        ({"description": "d"}, TEXT, TEXT),
        (TEXT, NUMBER, TEXT),
        (TEXT, {**TEXT, "enum": ["a"]}, {**TEXT, "enum": ["a"]}),
        ({**TEXT, "enum": ["a", "b"]}, {**TEXT, "enum": ["b", "c"]}, {**TEXT, "enum": ["b"]}),
        ({**TEXT, "enum": ["a"]}, {**TEXT, "enum": ["b"]}, {**TEXT, "enum": ["a"]}),
        (ref("Cat"), ref("Dog"), {"allOf": [ref("Cat"), ref("Dog")]}),
    ],
)
def test_what_two_parts_say_of_a_property_holds_together(
    mine: Any, theirs: Any, found: Any
) -> None:
    part = {"properties": {"a": theirs}}
    assert flat({"properties": {"a": mine}, "allOf": [part]})["properties"]["a"] == found


def test_what_parts_say_of_the_items_of_an_array_holds_together() -> None:
    wrapper = {"properties": {"data": {"type": "array", "items": {"type": "object"}}}}
    listed = {"properties": {"data": {"type": "array", "items": ref("Dog")}}}
    found = flat({"allOf": [wrapper, listed]})
    assert flat(found["properties"]["data"])["items"] == ref("Dog")


def test_a_schema_that_is_part_of_itself_ends() -> None:
    assert flat(ref("Loop"))["properties"] == {"n": NUMBER}


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ({}, (-math.inf, math.inf)),
        ({"minimum": 1, "maximum": 5}, (1, 5)),
        ({"minimum": 1, "exclusiveMinimum": True, "maximum": 5, "exclusiveMaximum": True}, (2, 4)),
        ({"minimum": 1, "exclusiveMinimum": 3, "exclusiveMaximum": 9}, (4, 8)),
    ],
)
def test_bounds_are_those_of_whole_numbers(schema: Any, found: Any) -> None:
    assert bounds(schema) == found


@pytest.mark.parametrize(
    ("schema", "nullable"),
    [({"nullable": True}, True), ({"type": ["string", "null"]}, True), (TEXT, False), ({}, False)],
)
def test_null_is_valid_by_a_word_or_by_a_type(schema: Any, nullable: bool) -> None:
    assert is_nullable(schema) is nullable


def test_a_value_is_admitted_as_far_as_scalars_tell() -> None:
    assert admits({"type": "object", "required": ["a"]}, {})
    assert not admits({"type": "string", "maxLength": 2}, "abc")
    assert admits({"type": "string", "pattern": "("}, "abc")


@pytest.mark.parametrize(
    ("schema", "admitted", "refused"),
    [
        ({"type": "integer", "exclusiveMinimum": 5}, 6, 5),
        ({"type": "integer", "minimum": 5, "exclusiveMinimum": True}, 6, 5),
        ({"type": "integer", "minimum": 5, "exclusiveMinimum": False}, 5, 4),
        ({"type": "number", "maximum": 5, "exclusiveMaximum": True}, 4.5, 5),
        ({"type": "integer", "multipleOf": 5}, 10, 11),
    ],
)
def test_a_schema_admits_what_its_bounds_allow(
    schema: dict[str, object], admitted: float, refused: float
) -> None:
    assert (admits(schema, admitted), admits(schema, refused)) == (True, False)
