"""A schema that others extend is one of those, told apart by its discriminator."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.document.normalize import normalize

PLACE = "#/components/schemas/"


def extended(discriminator: Any, **others: Any) -> dict[str, Any]:
    """The schemas of a document in which Cat extends Pet, and Lion extends Cat."""
    fields = {"kind": {"type": "string"}}
    pet = {"type": "object", "description": "A pet", "properties": fields}
    schemas = {
        "Pet": {**pet, "discriminator": discriminator},
        "Cat": {"allOf": [{"$ref": PLACE + "Pet"}, {"properties": {"lives": {}}}]},
        "Lion": {"allOf": [{"$ref": PLACE + "Cat"}, {"properties": {"mane": {}}}]},
        **others,
    }
    document = {"openapi": "3.0.3", "paths": {}, "components": {"schemas": schemas}}
    once = normalize(document, "pets", [])
    assert normalize(once, "pets", []) == once, "what is normalized already stays as it is"
    found: dict[str, Any] = once["components"]["schemas"]
    return found


def test_a_schema_that_others_extend_is_one_of_them_or_itself() -> None:
    schemas = extended({"propertyName": "kind"})
    choices = [PLACE + name for name in ("Cat", "Lion", "Pet.own")]
    assert [choice["$ref"] for choice in schemas["Pet"]["anyOf"]] == choices
    assert schemas["Pet"]["discriminator"]["mapping"] == {"Pet": PLACE + "Pet.own"}
    assert schemas["Cat"]["allOf"][0] == {"$ref": PLACE + "Pet.own"}
    assert schemas["Pet"]["description"] == "A pet"
    assert "discriminator" not in schemas["Pet.own"]


@pytest.mark.parametrize("target", ["Pet", PLACE + "Pet"])
def test_a_tag_of_the_schema_itself_leads_to_what_it_is_by_itself(target: str) -> None:
    mapping = {"plain": target, "cat": PLACE + "Cat"}
    schemas = extended({"propertyName": "kind", "mapping": mapping})
    told = schemas["Pet"]["discriminator"]["mapping"]
    assert (told["plain"], told["cat"]) == (PLACE + "Pet.own", PLACE + "Cat")


def test_a_schema_that_lists_its_choices_or_that_nobody_extends_stays() -> None:
    listed = {
        "oneOf": [{"$ref": PLACE + "Cat"}, {"$ref": PLACE + "Lion"}],
        "discriminator": {"propertyName": "kind"},
    }
    alone = {"type": "object", "discriminator": {"propertyName": "kind"}}
    schemas = extended({"propertyName": "kind"}, Listed=listed, Alone=alone)
    assert schemas["Listed"]["oneOf"] == listed["oneOf"]
    assert "anyOf" not in schemas["Alone"]
