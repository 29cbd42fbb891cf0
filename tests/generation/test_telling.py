"""A made value says which alternative it is, and a tuple has what its places ask for."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from faker import Faker

from mockserver.generation.values import ValueMaker

KIND = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}


def make(schemas: dict[str, Any], name: str) -> Any:
    """Return a value of one of the schemas of a document."""
    spec = {"components": {"schemas": schemas}}
    return ValueMaker(spec, Faker("en_US")).make(
        {"$ref": f"#/components/schemas/{name}"}, "value", Random(1)
    )


def to(*names: str) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/schemas/{name}"} for name in names]


def owner(*options: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"kind": {"enum": [*options]}, "bark": {"type": "string"}},
    }


@pytest.mark.parametrize(
    ("mapping", "name"),
    [
        ({"mapping": {"c": "#/components/schemas/Cat", "d": "#/components/schemas/Dog"}}, "d"),
        ({}, "Dog"),
    ],
)
def test_the_chosen_alternative_says_its_name(mapping: dict[str, Any], name: str) -> None:
    pet = {"oneOf": to("Dog", "Cat"), "discriminator": {"propertyName": "kind", **mapping}}
    assert make({"Pet": pet, "Dog": KIND, "Cat": KIND}, "Pet")["kind"] == name


def test_a_part_that_all_alternatives_share_says_the_name_of_the_whole() -> None:
    pet = {
        **KIND,
        "discriminator": {"propertyName": "kind", "mapping": {"hound": "#/components/schemas/Dog"}},
    }
    assert (
        make({"Pet": pet, "Dog": {"allOf": [*to("Pet"), {"type": "object"}]}}, "Dog")["kind"]
        == "hound"
    )


def test_an_alternative_that_has_a_name_of_its_own_keeps_it() -> None:
    pet = {"oneOf": to("Dog", "Cat"), "discriminator": {"propertyName": "kind"}}
    assert make({"Pet": pet, "Dog": owner("hound"), "Cat": KIND}, "Pet")["kind"] == "hound"


def test_a_tuple_has_what_its_places_ask_for() -> None:
    schema = {"type": "array", "prefixItems": [{"const": "a"}, {"type": "integer"}], "items": False}
    first, second = make({"Pair": schema}, "Pair")
    assert first == "a"
    assert isinstance(second, int)
