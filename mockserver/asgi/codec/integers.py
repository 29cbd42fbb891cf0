"""Write integers as integers: a decoded body and its schema in, the body with `1.0` as 1 where that
is an integer out.

To JSON Schema 1.0 is an integer (2020-12 validation, 6.1.1). A client that reads the property into
an integer of its language cannot read it as 1.0, so what is stored has the type of the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from mockserver.model.types import DescribedSchema
from mockserver.model.types.facts import finds

_DEEPEST = 8
"""Levels of `allOf`, `anyOf` and `oneOf` inside each other that are looked into."""


def with_integers(schema: DescribedSchema, value: Any) -> Any:
    """Return the value with every whole number that the schema calls an integer as one."""
    return _converted([schema], value) if _has_whole_float([value]) else value


def _has_whole_float(values: Iterable[Any]) -> bool:
    """Tell whether there is a number such as `1.0` among values, or within them."""
    for value in values:
        if isinstance(value, float):
            found = value.is_integer()
        elif isinstance(value, dict):
            found = _has_whole_float(value.values())
        else:
            found = isinstance(value, list) and _has_whole_float(value)
        if found:
            return True
    return False


def _converted(schemas: Sequence[DescribedSchema], value: Any) -> Any:
    """Return the value, read by all of these schemas at once."""
    parts = list(chain.from_iterable(map(_parts, schemas)))
    if isinstance(value, float):
        if value.is_integer() and any(map(_is_integer, parts)):
            return int(value)
        return value
    if isinstance(value, Mapping):
        converted = {}
        for name, child in value.items():
            converted[name] = _converted(_of_property(parts, name), child)
        return converted
    if isinstance(value, list):
        return [_converted(_of_item(parts, place), child) for place, child in enumerate(value)]
    return value


def _parts(schema: DescribedSchema, depth: int = 0) -> Iterator[DescribedSchema]:
    """Yield a schema and the schemas that it is made of."""
    yield schema
    for part in schema.parts if depth < _DEEPEST else ():
        yield from _parts(part, depth + 1)


def _is_integer(schema: DescribedSchema) -> bool:
    """Tell whether a schema allows integers by name."""
    declared = schema.plain.get("type")
    if isinstance(declared, list):
        return "integer" in declared
    return declared == "integer"


def _of_property(parts: Sequence[DescribedSchema], name: str) -> list[DescribedSchema]:
    """Return the schemas of a property: its own, those of the patterns that it fits, else that of
    all others.
    """
    found = []
    for part in parts:
        declared = []
        own = _mapping(part, "properties").get(name)
        if own is not None:
            declared.append(own)
        for pattern, schema in _mapping(part, "patternProperties").items():
            if finds(pattern, name):
                declared.append(schema)
        for raw in declared or [part.plain.get("additionalProperties")]:
            found.append(part.derived(raw))
    return found


def _of_item(parts: Sequence[DescribedSchema], place: int) -> list[DescribedSchema]:
    """Return the schemas of an item of an array."""
    found = []
    for part in parts:
        first = part.plain.get("prefixItems")
        raw = part.plain.get("items")
        if isinstance(first, list) and place < len(first):
            raw = first[place]
        found.append(part.derived(raw))
    return found


def _mapping(schema: DescribedSchema, word: str) -> Mapping[str, Any]:
    """Return what a keyword says by name, nothing where it says nothing so."""
    found = schema.plain.get(word)
    return found if isinstance(found, Mapping) else {}
