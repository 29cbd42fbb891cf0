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
4. has most of the properties of the value, of several that are still left the first.

An alternative may have alternatives itself, and parts of `allOf` may have some; each is looked
into.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mockserver.model.schemas import Direction
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
    if not isinstance(value, Mapping) or not schema.alternatives:
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
        if alternatives:
            chosen = choose(alternatives, schema.discriminator, value)
            found += _parts(chosen, value, depth - 1)
    return found


def own_alternatives(schema: DescribedSchema, word: str) -> list[Alternative]:
    """Return the alternatives that a schema lists under a word of its own."""
    discriminator = schema.plain.get("discriminator")
    found = []
    for raw in listed(schema.plain.get(word)):
        choice = schema.derived(raw)
        found.append(Alternative(choice, tag_of(discriminator, choice, schema.discriminator)))
    return found


def choose(
    alternatives: Sequence[Alternative], discriminator: str | None, value: Mapping[str, Any]
) -> DescribedSchema:
    """Return the alternative that a value has."""
    if discriminator is not None and discriminator in value:
        tag = value[discriminator]
        tagged = [each.schema for each in alternatives if each.tag == tag]
        if tagged:
            return tagged[0]
    schemas = [each.schema for each in alternatives]
    schemas = [schema for schema in schemas if not _contradicts(schema, value)] or schemas
    valid = [schema for schema in schemas if _is_valid(schema, value)]
    return max(valid or schemas, key=lambda schema: _overlap(schema, value))


def _contradicts(schema: DescribedSchema, value: Mapping[str, Any]) -> bool:
    """Tell whether the value says another thing where the schema allows a single one."""
    for name, child in schema.all_properties.items():
        only = only_value(child)
        if only is not None and name in value and value[name] != only:
            return not any(_allows(each.schema, name, value) for each in schema.alternatives)
    return False


def _allows(schema: DescribedSchema, name: str, value: Mapping[str, Any]) -> bool:
    """Tell whether a property may have the value that it has, by an alternative inside another."""
    child = schema.properties.get(name)
    return child is None or only_value(child) in (None, value[name])


def _is_valid(schema: DescribedSchema, value: Mapping[str, Any]) -> bool:
    return bool(schema.validator(Direction.REQUEST).is_valid(value))


def _overlap(schema: DescribedSchema, value: Iterable[str]) -> int:
    """Return how many of the properties of a value a schema has."""
    return len(schema.all_properties.keys() & set(value))
