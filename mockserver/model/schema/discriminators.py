"""Say what a discriminator demands in words of JSON Schema: an OpenAPI schema in, conditions out.

    oneOf: [Cat, Dog], discriminator: {propertyName: kind, mapping: {cat: Cat, dog: Dog}}

    if {kind: cat} then Cat, if {kind: dog} then Dog, and kind is cat or dog

A value that is said to name an alternative is one of the mapping, or one that the alternative
itself allows there; its own name is implied beside them (OpenAPI 3.0.3, Discriminator Object).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Schema = Mapping[str, Any]


def demands(
    schema: Schema,
    fields_of: Callable[[Any], Schema],
    converted: Callable[[Any], Any],
) -> list[Schema]:
    """Return what has to hold of an object beside one of its alternatives. `fields_of` tells the
    properties of a schema, and `converted` spells one in JSON Schema.
    """
    discriminator = schema["discriminator"]
    name = discriminator.get("propertyName")
    choices = [
        *listed(schema.get("oneOf")),
        *listed(schema.get("anyOf")),
    ]
    if not isinstance(name, str) or not choices:
        return []
    known: list[str] = []
    found: list[Schema] = []
    is_sure = True
    for choice in choices:
        tags = _mapped(discriminator, choice)
        fields = fields_of(choice)
        own = fields.get(name)
        tags += _allowed(own)
        if not tags:
            is_sure = False
        component = _name(choice)
        if component:
            tags.append(component)
            tagged = _says(name, tags)
            condition = {
                "if": tagged,
                "then": converted(choice),
            }
            found.append(condition)
        known += tags
    if is_sure:
        any_of_them = _says(name, known)
        del any_of_them["required"]
        found.append(any_of_them)
    return found


def _says(name: str, tags: list[str]) -> dict[str, Any]:
    """Return the schema of an object whose discriminator has one of some values."""
    once = list(dict.fromkeys(tags))
    fields = {name: {"enum": once}}
    return {"required": [name], "properties": fields}


def _name(choice: Any) -> str:
    """Return the name of the component that an alternative is, empty where it is none."""
    reference = _reference(choice)
    return reference.rpartition("/")[2]


def _reference(choice: Any) -> str:
    reference = choice.get("$ref") if isinstance(choice, Mapping) else None
    return reference if isinstance(reference, str) else ""


def _mapped(discriminator: Schema, choice: Any) -> list[str]:
    """Return the values that a mapping leads to an alternative."""
    mapping = discriminator.get("mapping")
    component = _name(choice)
    if not isinstance(mapping, Mapping) or not component:
        return []
    places = (
        _reference(choice),
        component,
    )
    return [str(tag) for tag, place in mapping.items() if place in places]


def _allowed(schema: Any) -> list[str]:
    """Return the values that an alternative allows its discriminator."""
    if not isinstance(schema, Mapping):
        return []
    values = [*listed(schema.get("enum")), schema.get("const")]
    return [value for value in values if isinstance(value, str)]


def listed(value: Any) -> list[Any]:
    """Return a list, an empty one for anything else."""
    return value if isinstance(value, list) else []
