"""Values are valid against their schemas, the same for the same seed, and what the document says
comes first.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from faker import Faker
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mockserver.generation.supply import SeededSupply
from mockserver.generation.values import ValueMaker
from mockserver.lookup import MISSING
from mockserver.model.schema.schemas import Direction, SchemaCompiler
from tests.generation.schemas import NAMES, SCHEMAS

FAKER = Faker("en_US", use_weighting=False)


def make(
    schema: Any,
    name: str = "value",
    seed: int = 1,
    spec: dict[str, Any] | None = None,
    depth: int = 0,
) -> Any:
    return ValueMaker(spec or {}, FAKER).make(schema, name, Random(seed), depth)


def faults(value: Any, schema: Any, spec: dict[str, Any] | None = None) -> list[str]:
    validator = SchemaCompiler(spec or {}).compile(schema, Direction.REPLY)
    return [error.message for error in validator.iter_errors(value)]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCHEMAS, NAMES, st.integers(0, 2**32), st.integers(0, 3))
@example({"type": "number", "minimum": 0.001, "maximum": 0.002}, "price", 1, 0)
@example(
    {"type": "number", "minimum": -1.7976931348623157e308, "maximum": 1.7976931348623157e308},
    "price",
    1,
    0,
)
@example({"type": "number", "multipleOf": 0.01, "minimum": 0.07, "maximum": 0.07}, "price", 1, 0)
@example({"type": "integer", "multipleOf": 2.5}, "count", 1, 0)
@example({"type": "integer", "minimum": 5, "exclusiveMinimum": 5, "maximum": 6}, "count", 1, 0)
@example({"type": "integer", "maximum": 0}, "count", 1, 0)
@example({"allOf": [{"type": "number"}, {"type": "integer"}]}, "count", 1, 0)
@example(
    {"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 3, "uniqueItems": True},
    "tags",
    1,
    0,
)
@example(
    {
        "type": "array",
        "items": {"type": "string", "example": "a"},
        "minItems": 2,
        "uniqueItems": True,
    },
    "tags",
    1,
    0,
)
@example(
    {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "uniqueItems": True},
    "tags",
    1,
    0,
)
@example(
    {
        "type": "object",
        "minProperties": 2,
        "properties": {"a": {"type": "string", "writeOnly": True}},
    },
    "x",
    1,
    0,
)
@example(
    {"type": "object", "maxProperties": 1, "properties": {"a": {}, "b": {}}, "required": ["b"]},
    "x",
    1,
    0,
)
@example(
    {"oneOf": [{"type": "integer", "nullable": True}, {"type": "string", "nullable": True}]},
    "x",
    1,
    1,
)
@example(
    {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer"}}, "example": {"a": 1}},
            {"type": "object", "properties": {"b": {"type": "integer"}}, "required": ["b"]},
        ]
    },
    "x",
    1,
    0,
)
def test_every_value_is_valid_against_its_schema(
    schema: Any, name: str, seed: int, depth: int
) -> None:
    value = make(schema, name, seed, depth=depth)
    assert value is not MISSING
    assert not faults(value, schema), (schema, value)


NODE = {"$ref": "#/components/schemas/Node"}
RECURSIVE = {
    "an optional child": {
        "type": "object",
        "properties": {"id": {"type": "integer"}, "child": NODE},
    },
    "a list of children": {
        "type": "object",
        "required": ["children"],
        "properties": {"children": {"type": "array", "items": NODE}},
    },
    "a nullable child": {
        "type": "object",
        "required": ["child"],
        "properties": {"child": {"nullable": True, "allOf": [NODE]}},
    },
    "a choice that ends": {
        "type": "object",
        "required": ["left", "right"],
        "properties": {
            "left": {"oneOf": [NODE, {"type": "string"}]},
            "right": {"oneOf": [NODE, {"type": "string"}]},
        },
    },
    "itself first": {"anyOf": [NODE, {"type": "string"}]},
    "itself or null": {"nullable": True, "anyOf": [NODE, {"type": "string", "nullable": True}]},
    "itself within": {"allOf": [NODE, {"type": "object", "properties": {"a": {"type": "string"}}}]},
    "a map of itself": {"type": "object", "additionalProperties": NODE},
}


@pytest.mark.parametrize("kind", RECURSIVE)
@pytest.mark.parametrize("depth", [0, 1])
def test_recursion_ends_in_a_valid_value(kind: str, depth: int) -> None:
    spec = {"components": {"schemas": {"Node": RECURSIVE[kind]}}}
    value = make(NODE, "node", spec=spec, depth=depth)
    assert value is not MISSING
    assert len(str(value)) < 2000
    if kind != "itself within":
        assert not faults(value, NODE, spec), value


def test_a_schema_without_a_finite_value_still_ends() -> None:
    wide = {"type": "object", "required": ["a", "b", "c"], "properties": dict.fromkeys("abc", NODE)}
    value = make(NODE, "node", spec={"components": {"schemas": {"Node": wide}}})
    assert set(value) == {"a", "b", "c"}


def test_a_reference_that_leads_nowhere_makes_a_value_of_any_kind() -> None:
    assert isinstance(make({"$ref": "#/components/schemas/Nothing"}), str)


def test_a_required_property_that_may_not_be_is_left_out() -> None:
    schema = {"type": "object", "required": ["a"], "additionalProperties": False}
    assert make(schema) == {}


def test_a_schema_that_forbids_all_has_no_value() -> None:
    assert make(False) is MISSING


@pytest.mark.parametrize(
    "odd",
    [{"required": True}, {"properties": None}, {"minimum": "1"}, {"enum": "a"}, {"allOf": {}}],
)
def test_a_word_of_the_wrong_type_is_as_if_not_there(odd: dict[str, Any]) -> None:
    for schema in (
        {"type": "object", **odd},
        {"type": "integer", **odd},
        {"allOf": [{"type": "object", **odd}, odd]},
    ):
        assert make(schema) is not MISSING


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCHEMAS, NAMES, st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_value(schema: Any, name: str, seed: int) -> None:
    assert make(schema, name, seed) == make(schema, name, seed)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer"},
        {"type": "integer", "minimum": 5000},
        {"type": "integer", "maximum": -5000},
        {"type": "number"},
        {"type": "string"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "pattern": "^[a-z]{8}$"},
        {"type": "boolean"},
    ],
    ids=str,
)
def test_other_seeds_give_other_values(schema: Any) -> None:
    assert len({make(schema, "value", seed) for seed in range(20)}) > 1


def test_a_value_does_not_depend_on_those_made_before() -> None:
    schema = {"type": "string"}
    supply = SeededSupply({}, seed=3)
    first = supply.value(schema, "things/1/title")
    supply.value(schema, "things/2/title")
    assert supply.value(schema, "things/1/title") == first
    assert SeededSupply({}, seed=3).value(schema, "things/1/title") == first
    assert SeededSupply({}, seed=4).value(schema, "things/1/title") != first


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer", "const": 3, "example": 4}, 3),
        ({"type": "integer", "example": 4, "default": 5}, 4),
        ({"type": "integer", "default": 5, "enum": [6, 5]}, 5),
        ({"type": "string", "examples": ["a", "b"], "enum": ["b", "c", "a"]}, "a"),
        ({"type": "string", "enum": [None, "b", "c"]}, "b"),
        ({"type": "string", "default": None, "enum": ["b"]}, "b"),
        ({"type": "string", "default": None, "nullable": True}, None),
        (
            {"type": "object", "example": {"a": 1}, "properties": {"a": {"type": "integer"}}},
            {"a": 1},
        ),
        ({"allOf": [{"type": "object", "example": {"a": 1}}]}, {"a": 1}),
        ({"oneOf": [{"type": "string", "example": "x"}, {"type": "integer"}]}, "x"),
    ],
)
def test_what_the_document_says_comes_first(schema: Any, value: Any) -> None:
    assert make(schema) == value


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "example": "5017691"},
        {"type": "integer", "example": 3.2},
        {"type": "integer", "example": True},
        {"type": "string", "default": 5},
        {"type": "boolean", "example": "true"},
        {"type": "array", "items": {"type": "string"}, "example": "a"},
        {"type": "object", "example": "x"},
        {"type": "string", "example": None},
        {"type": "string", "example": "a", "enum": ["b", "c"]},
    ],
    ids=str,
)
def test_an_example_of_another_type_is_a_slip_and_passed_over(schema: Any) -> None:
    assert not faults(make(schema), schema)


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        ("2020-09-22T09:00:00", "2020-09-22T09:00:00Z"),
        ("2020-09-22T09:00:00+0200", "2020-09-22T09:00:00+02:00"),
        ("2020-09-22T09:00:00.5Z", "2020-09-22T09:00:00.5Z"),
        ("soon", "soon"),
    ],
)
def test_a_moment_that_is_shown_without_a_zone_is_one_in_utc(shown: str, wanted: str) -> None:
    assert make({"type": "string", "format": "date-time", "example": shown}) == wanted


def test_an_example_of_a_property_is_in_the_object() -> None:
    made = make(
        {
            "type": "object",
            "properties": {"a": {"type": "string", "example": "x"}, "b": {"default": 7}},
        }
    )
    assert made == {"a": "x", "b": 7}


def test_a_property_that_replies_never_carry_is_not_made() -> None:
    schema = {
        "type": "object",
        "properties": {"password": {"type": "string", "writeOnly": True}, "a": {"const": 1}},
    }
    assert make(schema) == {"a": 1}


def test_a_nullable_property_is_null_and_a_nullable_body_is_not() -> None:
    schema = {"type": "string", "nullable": True}
    assert make(schema, depth=1) is None
    assert isinstance(make(schema), str)


PLACED = {"enum": ["placed"]}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "contains": PLACED},
        {"contains": PLACED, "minContains": 3},
        {"type": "array", "contains": PLACED, "minContains": 2, "items": {"type": "string"}},
        {"type": "array", "contains": PLACED, "minItems": 4, "maxItems": 4},
        {"type": "array", "contains": PLACED, "minContains": 0, "maxItems": 0},
        {"type": "array", "contains": PLACED, "prefixItems": [{"type": "integer"}]},
        {
            "type": "array",
            "contains": PLACED,
            "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "items": False,
        },
        {
            "type": "array",
            "uniqueItems": True,
            "minContains": 3,
            "contains": {"type": "integer", "minimum": 5000},
        },
        {
            "type": "array",
            "minContains": 2,
            "items": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": {"type": "integer"}},
            },
            "contains": {"required": ["kind"], "properties": {"kind": {"enum": ["main"]}}},
        },
        {"allOf": [{"type": "array", "contains": PLACED}, {"minContains": 2}]},
    ],
    ids=str,
)
@pytest.mark.parametrize("depth", [0, 1, 5])
def test_an_array_contains_what_it_must(schema: Any, depth: int) -> None:
    value = make(schema, depth=depth)
    assert isinstance(value, list)
    assert not faults(value, schema), value


@pytest.mark.parametrize(
    "schema",
    [
        {"patternProperties": {"^x-": {"type": "integer"}}, "required": ["x-a"]},
        {
            "type": "object",
            "patternProperties": {"^x-[a-z]{3}$": {"type": "integer"}},
            "additionalProperties": False,
            "minProperties": 3,
        },
        {"type": "object", "propertyNames": {"pattern": "^[a-z]{4}$"}, "minProperties": 3},
        {"type": "object", "propertyNames": {"enum": ["a", "b", "c"]}, "minProperties": 3},
        {
            "type": "object",
            "patternProperties": {"^a": {"minimum": 5}, "b$": {"type": "integer"}},
            "required": ["ab"],
        },
    ],
    ids=str,
)
def test_properties_have_names_and_values_as_their_patterns_say(schema: Any) -> None:
    value = make(schema)
    assert isinstance(value, dict)
    assert not faults(value, schema), value


def test_an_object_of_many_optional_objects_stays_small() -> None:
    wrapped = {"allOf": [NODE], "description": "one more"}
    node = {"type": "object", "properties": {f"p{number}": wrapped for number in range(12)}}
    value = make(NODE, spec={"components": {"schemas": {"Node": node}}})
    assert len(str(value)) < 5000


@pytest.mark.parametrize(("name", "value"), [("ok", True), ("success", True), ("is_error", False)])
def test_a_flag_of_a_reply_says_that_the_request_went_well(name: str, value: bool) -> None:
    assert {make({"type": "boolean"}, name, seed) for seed in range(9)} == {value}
