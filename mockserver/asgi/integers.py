"""Write integers as integers: a decoded body and its schema in, the body with `1.0` as 1 where that
is an integer out.

To JSON Schema 1.0 is an integer (2020-12 validation, 6.1.1). A client that reads the property into
an integer of its language cannot read it as 1.0, so what is stored has the type of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.model.declared import Spec, resolved

_DEEPEST = 8
"""Levels of `allOf`, `anyOf` and `oneOf` inside each other that are looked into."""


def with_integers(spec: Spec, schema: Any, value: Any) -> Any:
    """Return the value with every whole number that the schema calls an integer as one."""
    return _converted(spec, [schema], value) if _has_whole_float(value) else value


def _has_whole_float(value: Any) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    if isinstance(value, Mapping):
        return any(map(_has_whole_float, value.values()))
    return isinstance(value, list) and any(map(_has_whole_float, value))


def _converted(spec: Spec, schemas: Sequence[Any], value: Any) -> Any:
    """Return the value, read by all of these schemas at once."""
    parts = [part for schema in schemas for part in _parts(spec, schema)]
    if isinstance(value, float):
        is_integer = value.is_integer() and any(_is_integer(part) for part in parts)
        return int(value) if is_integer else value
    if isinstance(value, Mapping):
        return {
            name: _converted(spec, _of_property(parts, name), child)
            for name, child in value.items()
        }
    if isinstance(value, list):
        return [
            _converted(spec, _of_item(parts, place), child) for place, child in enumerate(value)
        ]
    return value


def _parts(spec: Spec, schema: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and the schemas that it is made of."""
    plain = resolved(spec, schema)
    yield plain
    for word in ("allOf", "anyOf", "oneOf"):
        inner = plain.get(word)
        for child in inner if isinstance(inner, list) and depth < _DEEPEST else ():
            yield from _parts(spec, child, depth + 1)


def _is_integer(schema: Mapping[str, Any]) -> bool:
    declared = schema.get("type")
    return "integer" in declared if isinstance(declared, list) else declared == "integer"


def _of_property(parts: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    """Return the schemas of a property: its own, those of the patterns that it fits, else that of
    all others.
    """
    found = []
    for part in parts:
        own = _mapping(part, "properties").get(name)
        fitting = [
            each
            for pattern, each in _mapping(part, "patternProperties").items()
            if _fits(pattern, name)
        ]
        declared = [own, *fitting] if own is not None else fitting
        found += declared or [part.get("additionalProperties")]
    return found


def _of_item(parts: Sequence[Mapping[str, Any]], place: int) -> list[Any]:
    """Return the schemas of an item of an array."""
    found = []
    for part in parts:
        placed = part.get("prefixItems")
        placed = placed if isinstance(placed, list) else []
        found.append(placed[place] if place < len(placed) else part.get("items"))
    return found


def _mapping(schema: Mapping[str, Any], word: str) -> Mapping[str, Any]:
    found = schema.get(word)
    return found if isinstance(found, Mapping) else {}


def _fits(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return False
