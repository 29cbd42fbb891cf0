"""Let the parts of a schema be closed together where they are closed one by one: a document in, the
same without parts that refuse each other's properties out, and the findings.

    allOf: [{properties: {id: ...}, additionalProperties: false},
            {properties: {name: ...}, additionalProperties: false}]

No object has both, taken literally, though each is described. What is meant is

    allOf: [{properties: {id: ...}}, {properties: {name: ...}}]
    properties: {id: {}, name: {}}
    additionalProperties: false

Where a part allows properties without a name, or is one of several alternatives, what is meant is
not plain, and the schema stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mockserver.document.findings import Finding
from mockserver.document.pointers import MISSING, split, step

Node = dict[str, Any]

CLOSING = "additionalProperties"
OPEN = frozenset({"patternProperties", "oneOf", "anyOf", "if", "not", "unevaluatedProperties"})
"""Words by which other properties may be allowed, or others refused."""
LOCAL = "#"
DEEPEST = 8
"""How many parts inside parts are looked at."""


def close_together(document: Node, pointers: Iterable[str], findings: list[Finding]) -> None:
    """Mend the schemas at some pointers of a document, which is changed."""
    for pointer in pointers:
        schema = _at(document, pointer)
        if isinstance(schema, dict) and _contradicts(document, schema):
            _mend(document, schema)
            message = "parts of allOf refuse each other's properties; closed together"
            findings.append(Finding(message, pointer))


def _mend(document: Node, schema: Node) -> None:
    """Open the parts of a schema, and close it by the names that any of them knows."""
    own = schema.get("properties") or {}
    known: Node = {}
    for name in _names(document, schema):
        known[name] = {}
    schema["allOf"] = [_opened(document, part) for part in schema["allOf"]]
    schema["properties"] = {**known, **own}
    schema["additionalProperties"] = False


def _contradicts(document: Node, schema: Node) -> bool:
    """Tell whether a closed part has no place for a property of another one, and all properties
    have names.
    """
    parts = list(_parts(document, schema, DEEPEST))
    if any(map(_is_open, parts)):
        return False
    known = set(_names(document, schema))
    for part in filter(_is_closed, parts):
        own = part.get("properties") or {}
        if not known <= own.keys():
            return True
    return False


def _is_open(part: Node) -> bool:
    """Tell whether a part may allow properties without a name."""
    others = part.get(CLOSING)
    return bool(others) or not OPEN.isdisjoint(part)


def _is_closed(part: Node) -> bool:
    return part.get(CLOSING) is False


def _parts(document: Node, schema: Node, depth: int) -> Iterator[Node]:
    """Yield a schema and all that it is made of."""
    yield schema
    listed = schema.get("allOf")
    if depth and isinstance(listed, list):
        for part in listed:
            yield from _parts(document, _resolved(document, part), depth - 1)


def _names(document: Node, schema: Node) -> Iterator[str]:
    for part in _parts(document, schema, DEEPEST):
        properties = part.get("properties")
        if isinstance(properties, dict):
            yield from properties


def _opened(document: Node, part: Any, depth: int = DEEPEST) -> Any:
    """Return a part that takes other properties too; itself where it does."""
    schema = _resolved(document, part)
    parts = _parts(document, schema, depth)
    if not any(map(_is_closed, parts)):
        return part
    opened = dict(schema)
    opened.pop(CLOSING, None)
    listed = schema.get("allOf")
    if isinstance(listed, list) and depth:
        opened["allOf"] = [_opened(document, inner, depth - 1) for inner in listed]
    return opened


def _resolved(document: Node, part: Any) -> Node:
    """Return the schema that a part is or refers to, an empty one where there is none."""
    for _ in range(DEEPEST):
        reference = part.get("$ref") if isinstance(part, dict) else None
        if not isinstance(reference, str) or not reference.startswith(LOCAL):
            break
        part = _at(document, reference.removeprefix(LOCAL))
    return part if isinstance(part, dict) else {}


def _at(document: Node, pointer: str) -> Any:
    value: Any = document
    for token in split(pointer):
        value = step(value, token)
        if value is MISSING:
            return None
    return value
