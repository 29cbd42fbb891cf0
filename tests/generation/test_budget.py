"""A value that would cost too much becomes a smaller one, and one of a usual size does not."""

from __future__ import annotations

import json
from random import Random
from time import perf_counter
from typing import Any

import pytest
from faker import Faker

from mockserver.budget import ValueBudget
from mockserver.generation.supply import SeededSupply
from mockserver.generation.values import ValueMaker
from mockserver.lookup import MISSING

FAKER = Faker("en_US", use_weighting=False)
MILLIONS = 100_000_000
NUMBER = {"type": "integer"}
TREE = {"$ref": "#/components/schemas/Tree"}


def make(schema: Any, schemas: dict[str, Any] | None = None) -> Any:
    spec = {"components": {"schemas": schemas or {}}}
    return ValueMaker(spec, FAKER).make(schema, "value", Random(1))


def fan(width: int, depth: int) -> dict[str, Any]:
    """Schemas of objects that each require several of the next."""
    schemas: dict[str, Any] = {f"F{depth}": NUMBER}
    for level in range(depth):
        child = {"$ref": f"#/components/schemas/F{level + 1}"}
        properties = {f"p{number}": child for number in range(width)}
        schemas[f"F{level}"] = {
            "type": "object",
            "required": list(properties),
            "properties": properties,
        }
    return schemas


@pytest.mark.parametrize(
    ("schema", "smallest"),
    [
        ({"type": "array", "minItems": MILLIONS, "items": NUMBER}, []),
        ({"type": "array", "minItems": MILLIONS, "uniqueItems": True, "items": NUMBER}, []),
        ({"type": "array", "contains": NUMBER, "minContains": MILLIONS}, []),
        ({"type": "object", "minProperties": MILLIONS}, {}),
        ({"type": "object", "minProperties": MILLIONS, "additionalProperties": False}, {}),
        ({"type": "string", "minLength": 10 * MILLIONS}, ""),
        ({"type": "string", "minLength": 10 * MILLIONS, "pattern": "^[a-z]+$"}, ""),
        ({"type": "string", "minLength": 10 * MILLIONS, "format": "byte"}, ""),
    ],
    ids=str,
)
def test_what_asks_for_more_than_there_is_room_for_is_small(schema: Any, smallest: Any) -> None:
    assert make(schema) == smallest


@pytest.mark.parametrize(
    "schemas",
    [
        fan(4, 8),
        fan(2, 11),
        {"F0": {"type": "array", "minItems": 300, "items": TREE}}
        | {"Tree": {"type": "array", "minItems": 300, "items": NUMBER}},
        {"F0": {"allOf": [TREE] * 9}}
        | {
            f"T{number}": {"allOf": [{"$ref": f"#/components/schemas/T{number + 1}"}] * 9}
            for number in range(9)
        }
        | {"Tree": {"allOf": [{"$ref": "#/components/schemas/T0"}] * 9}},
    ],
    ids=["wide fan", "deep fan", "lists of lists", "parts of parts"],
)
def test_a_value_of_very_many_parts_is_cut_short(schemas: dict[str, Any]) -> None:
    start = perf_counter()
    value = make({"$ref": "#/components/schemas/F0"}, schemas)
    assert value is not MISSING
    assert len(json.dumps(value)) < 200_000
    assert perf_counter() - start < 5


def test_what_is_not_required_is_left_out_when_half_the_budget_is_spent() -> None:
    budget = ValueBudget(nodes=10)
    maker = ValueMaker({}, FAKER)
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": NUMBER, "b": NUMBER},
    }
    whole = maker.make(schema, "value", Random(1), budget=budget)
    budget.spend(3)
    small = maker.make(schema, "value", Random(1), budget=budget)
    assert (list(whole), list(small)) == (["a", "b"], ["a"])


def test_a_spent_budget_makes_the_smallest_value_of_each_type() -> None:
    made = [
        ValueMaker({}, FAKER).make({"type": kind}, "value", Random(1), budget=ValueBudget(nodes=1))
        for kind in ("object", "array", "string", "integer", "number", "boolean", "null")
    ]
    assert made == [{}, [], "", 0, 0.0, False, None]


def test_several_values_may_share_a_budget() -> None:
    supply, budget = SeededSupply({}), ValueBudget(nodes=2)
    made = [supply.value(NUMBER, "a", budget) for _ in range(3)]
    assert made == [supply.value(NUMBER, "a"), 0, 0]


def test_a_long_text_is_as_long_as_it_must_be() -> None:
    assert len(make({"type": "string", "minLength": 200_000})) == 200_000


@pytest.mark.parametrize("count", [3, 1000])
def test_what_cannot_be_different_is_there_once(count: int) -> None:
    schema = {"type": "array", "minItems": count, "uniqueItems": True, "items": {"type": "boolean"}}
    assert sorted(make(schema)) == [False, True]
