"""Find which alternative a value has: a schema of `oneOf` or `anyOf` and a value in, the schema of
just that value out.

    Shape:  oneOf: [Circle, Square]
    Circle: {required: [kind, r], properties: {id: ..., kind: {enum: [circle]}, r: ...}}
    Square: {required: [kind, side], properties: {id: ..., kind: {enum: [square]}, side: ...}}

`{kind: square, side: 2}` has Square, so it may have `id`, `kind` and `side` and nothing else, and
`r` is not made up for it. The alternative is, in this order, the one that

1. the discriminator names, by its mapping or by the name of the schema;
2. allows what the value says where each alternative allows a single value (`kind` above);
3. is valid for the value, as it would be sent: what only the server makes may be missing;
4. has most of the properties of the value, of several that are still left the first; another one
   in its place that has all of its properties, and more of those of the value.

An alternative may have alternatives itself, and parts of `allOf` may have some; each is looked
into.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mockserver.model.schema.schemas import Direction
from mockserver.model.types.schema import (
    CHOICES,
    DEEPEST,
    Alternative,
    DescribedSchema,
    listed,
    only_value,
    tag_of,
)


def narrowed(schema: DescribedSchema, value: Any) -> DescribedSchema:
    """Return the schema with the alternative of an object in the place of all; as it is where it
    has none.
    """
    if not schema.alternatives or not isinstance(value, Mapping):
        return schema
    return schema.joined(_parts(schema, value, DEEPEST))


def _parts(schema: DescribedSchema, value: Mapping[str, Any], depth: int) -> list[DescribedSchema]:
    """Return the schemas by all of which a value is described."""
    if not schema.parts or depth <= 0:
        return [schema]
    found = [schema.common]
    for part in listed(schema.plain.get("allOf")):
        found += _parts(schema.derived(part), value, depth - 1)
    for word in CHOICES:
        alternatives = own_alternatives(schema, word)
        if not alternatives:
            continue
        chosen = choose(alternatives, schema.discriminator, value)
        if chosen.tag is not None and schema.discriminator not in value:
            found.insert(0, schema.tagged(chosen.tag))
        found += _parts(chosen.schema, value, depth - 1)
        others = _others(alternatives, chosen, value) if word == "anyOf" else ()
        for other in others:
            found += _parts(other.schema, value, depth - 1)
    return found


def own_alternatives(schema: DescribedSchema, word: str) -> list[Alternative]:
    """Return the alternatives that a schema lists under a word of its own."""
    discriminator = schema.plain.get("discriminator")
    found = []
    for raw in listed(schema.plain.get(word)):
        choice = schema.derived(raw)
        tag = tag_of(discriminator, choice, schema.discriminator)
        found.append(Alternative(choice, tag))
    return found


def choose(
    alternatives: Sequence[Alternative], discriminator: str | None, value: Mapping[str, Any]
) -> Alternative:
    """Return the alternative that a value has."""
    if discriminator is not None and discriminator in value:
        for alternative in alternatives:
            if alternative.tag == value[discriminator]:
                return alternative
    left = [each for each in alternatives if not _contradicts(each.schema, value)]
    left = left or list(alternatives)
    valid = [alternative for alternative in left if _is_valid(alternative.schema, value)]
    best = max(valid or left, key=lambda alternative: _overlap(alternative.schema, value))
    return _wider(best, left, value)


def _wider(
    best: Alternative, alternatives: Sequence[Alternative], value: Mapping[str, Any]
) -> Alternative:
    """Return the alternative that has all properties of another one and more of those of a value:
    the other is a part of it, for which anything else is valid too.
    """
    names = set(best.schema.all_properties)
    most = _overlap(best.schema, value)
    for alternative in alternatives:
        overlap = _overlap(alternative.schema, value)
        if names and overlap > most and names < set(alternative.schema.all_properties):
            best, most = alternative, overlap
    return best


def _others(
    alternatives: Sequence[Alternative], chosen: Alternative, value: Mapping[str, Any]
) -> list[Alternative]:
    """Return the alternatives of `anyOf` that a value has as well: it is valid by them too, and has
    properties that only they have.
    """
    known = set(chosen.schema.all_properties)
    found = []
    for alternative in alternatives:
        names = alternative.schema.all_properties.keys() & value.keys()
        is_tagged = alternative.tag is not None
        if is_tagged or names <= known or not _is_valid(alternative.schema, value):
            continue
        known |= names
        found.append(alternative)
    return found


def _contradicts(schema: DescribedSchema, value: Mapping[str, Any]) -> bool:
    """Tell whether the value says another thing where the schema allows a single one."""
    for name, child in schema.all_properties.items():
        only = only_value(child)
        if only is None or value.get(name, only) == only:
            continue
        inner = [alternative.schema for alternative in schema.alternatives]
        return not any(_allows(choice, name, value) for choice in inner)
    return False


def _allows(schema: DescribedSchema, name: str, value: Mapping[str, Any]) -> bool:
    """Tell whether a property may have the value that it has, by an alternative inside another."""
    child = schema.properties.get(name)
    if child is None:
        return True
    only = only_value(child)
    return only is None or only == value[name]


def _is_valid(schema: DescribedSchema, value: Mapping[str, Any]) -> bool:
    """Tell whether a value is valid as it would be sent; one that is no JSON, for only a server
    knows what stands there, is not.
    """
    validator = schema.validator(Direction.REQUEST)
    try:
        return bool(validator.is_valid(value))
    except ValueError:
        return False


def _overlap(schema: DescribedSchema, value: Iterable[str]) -> int:
    """Return how many of the properties of a value a schema has."""
    return len(schema.all_properties.keys() & set(value))
