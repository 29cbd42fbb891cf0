"""Follow references, and pull the parts of a schema together: those of `allOf`, and the first
object among alternatives.

    Pet:
      allOf: [{$ref: Named}, {required: [kind], properties: {kind: {type: string}}}]
      oneOf: [{$ref: Cat}, {$ref: Dog}]

is read as one object with the properties of Named, `kind`, and those of Cat:

    {required: [kind], properties: {name: ..., kind: ..., lives: ...}}

What two parts of `allOf` say of one property holds together; of an alternative, only what nobody
else says counts. Where a discriminator tells alternatives apart, its property says which one was
taken. All alternatives are in `DescribedSchema.alternatives`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.model.types.notation import Schema
from mockserver.model.types.schema import CHOICES, DEEPEST, DESCRIBING, listed

PARTS = ("allOf", *CHOICES)
_DEEP = frozenset({"$ref", "properties", "items", *PARTS})
"""Words of a schema that has others inside, or is made of them."""
_TAGGED = frozenset({"$ref", "enum", "const", "allOf"})
"""Words by which a property says itself which alternative it belongs to."""

FARTHEST = 32
"""References to references that are followed."""

Spec = Mapping[str, Any]
"""A document."""
Resolve = Callable[[Any], Schema]
"""Follows references."""


def resolved(spec: Spec, schema: Any) -> Schema:
    """Follow local references to the schema they mean; anything that is no schema is the empty
    one.
    """
    for _ in range(FARTHEST):
        if not isinstance(schema, Mapping):
            return {}
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return schema
        schema = _target(spec, reference)
    return {}


def _target(spec: Spec, reference: str) -> Any:
    """Return what a local reference names, None where nothing is there."""
    target: Any = spec
    for step in reference.removeprefix("#/").split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        target = target.get(name) if isinstance(target, Mapping) else None
    return target


class Composer:
    """Pulls the schemas of one document together, each once.

    A schema that holds itself is followed as deep as DEEPEST, so what is known is kept by depth.
    """

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._flat: dict[tuple[int, int], Schema] = {}
        self._kept: list[Schema] = []

    def flat(self, raw: Any, depth: int = 0) -> Schema:
        """Return a schema without parts; one that has none is returned as it is."""
        schema = self._resolve(raw)
        if depth > DEEPEST or not _has_parts(schema):
            return schema
        place = (id(schema), depth)
        if place not in self._flat:
            self._flat[place] = self._flattened(schema, depth + 1)
            self._kept.append(schema)  # so that no other schema gets its identity
        return self._flat[place]

    def _flattened(self, schema: Schema, depth: int) -> Schema:
        """Return the schema with its parts, which are so deep, pulled together."""
        flat = {word: value for word, value in schema.items() if word not in PARTS}
        flat["properties"] = schema.get("properties") or {}
        flat["required"] = listed(schema.get("required"))
        for part in listed(schema.get("allOf")):
            inner = self.flat(part, depth)
            fields = _joined(flat["properties"], _properties(inner))
            flat = _extended(flat, inner, fields)
        choice = self._first_object(schema, depth)
        if choice is not None:
            inner = self.flat(choice, depth)
            fields = {**_properties(inner), **flat["properties"]}
            fields |= _tag(fields, schema.get("discriminator"), choice)
            flat = _extended(flat, inner, fields)
        for word in ("properties", "required"):
            if not flat[word]:
                del flat[word]
        return flat

    def _first_object(self, schema: Schema, depth: int) -> Any:
        """Return the first alternative that has properties, None when there is none."""
        for word in CHOICES:
            for choice in listed(schema.get(word)):
                if "properties" in self.flat(choice, depth):
                    return choice
        return None


def name_of(discriminator: Any, choice: Any) -> str | None:
    """Return the name by which a discriminator knows a schema that it is a reference to (OpenAPI
    3.0.3).

    That is the key under which `mapping` leads to it, else the name of the schema.
    """
    if not isinstance(discriminator, Mapping) or not isinstance(choice, Mapping):
        return None
    reference = choice.get("$ref")
    if not isinstance(reference, str):
        return None
    mapping = discriminator.get("mapping")
    places = mapping if isinstance(mapping, Mapping) else {}
    for name, place in places.items():
        if place == reference:
            return str(name)
    return reference.rpartition("/")[2]


def _has_parts(schema: Schema) -> bool:
    return any(word in schema for word in PARTS)


def _properties(schema: Schema) -> Schema:
    return schema.get("properties") or {}


def _extended(flat: Schema, part: Schema, fields: Schema) -> dict[str, Any]:
    """Return a schema with the words of a part that it does not say itself."""
    extended = dict(flat)
    for word, value in part.items():
        extended.setdefault(word, value)
    extended["properties"] = fields
    if "items" in flat and "items" in part:
        extended["items"] = _both(flat["items"], part["items"])
    extended["required"] = [
        *flat["required"],
        *listed(part.get("required")),
    ]
    return extended


def _joined(one: Schema, other: Schema) -> dict[str, Any]:
    """Return the properties of two parts that hold together."""
    joined = {**other, **one}
    for name in one.keys() & other.keys():
        joined[name] = _both(one[name], other[name])
    return joined


def _both(mine: Any, theirs: Any) -> Any:
    """Return what two parts say of a property: what the other says where one is silent."""
    if mine == theirs:
        return mine
    if not isinstance(mine, Mapping) or not isinstance(theirs, Mapping):
        return mine
    if not mine.keys() & DESCRIBING:
        return theirs
    if _is_any_object(mine) and theirs.keys() & (_DEEP | {"$ref"}):
        return theirs
    if _is_one_of(mine) and "items" in theirs:
        return theirs
    if mine.keys() & _DEEP and theirs.keys() & _DEEP:
        return {"allOf": [mine, theirs]}
    return _narrowed(mine, theirs)


def _narrowed(mine: Schema, theirs: Schema) -> Schema:
    """Return what a part says of a value, with the values that another part leaves of it."""
    left = theirs.get("enum")
    if not isinstance(left, list):
        return mine
    if mine.get("type") != theirs.get("type"):
        return mine
    own = mine.get("enum")
    if isinstance(own, list):
        both = []
        for value in own:
            if value in left:
                both.append(value)
        left = both
    if not left or left == own:
        return mine
    narrowed = dict(mine)
    narrowed["enum"] = left
    return narrowed


def _is_any_object(schema: Schema) -> bool:
    """Tell whether a schema says that there is an object, and nothing of what is in it."""
    return schema.get("type") == "object" and schema.keys() & DESCRIBING == {"type"}


def _is_one_of(schema: Schema) -> bool:
    """Tell whether a schema says no more than its alternatives: another part chooses among them."""
    return any(word in schema for word in CHOICES) and "properties" not in schema


def _tag(fields: Schema, discriminator: Any, choice: Any) -> dict[str, Any]:
    """Return the property of the discriminator, which says which alternative was taken; nothing
    where it says so itself.
    """
    name = name_of(discriminator, choice)
    if name is None:
        return {}
    tag = discriminator.get("propertyName")
    if not isinstance(tag, str):
        return {}
    own = fields.get(tag, {})
    if not isinstance(own, Mapping) or own.keys() & _TAGGED:
        return {}
    return {tag: {**own, "enum": [name]}}
