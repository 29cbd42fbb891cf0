"""Lines about what a server takes: a document that is broken without harm, or kept to and yet
refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.drift.groups import Group
from contracts.drift.lines import Line, Understanding
from contracts.drift.schema_paths import at, request_root, steps_to
from contracts.openapi import flattened
from mockserver.lookup import MISSING
from mockserver.model.types.facts import is_nullable

BOUNDS = (
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "multipleOf",
)


def open_access(group: Group, understanding: Understanding) -> Iterator[Line]:
    """Nobody has to say who is calling."""
    drift = group.smallest.drift
    if drift.mock in (401, 403) and drift.live < 300:
        for operation in group.operations:
            path = f"$.paths['{operation.path}'].{operation.method.lower()}"
            yield Line(target=path, update={"security": []})


def relaxed(group: Group, understanding: Understanding) -> Iterator[Line]:
    """A body is accepted that breaks its schema: what it breaks does not hold."""
    shown = group.smallest
    operation = shown.by.reading.operation
    if operation is None or shown.drift.live >= 300 or shown.by.reading.body is MISSING:
        return
    spec, root = understanding.model.document.spec, request_root(understanding.model, operation)
    body = _inner(shown.by.reading.body, operation.envelope.request)
    if root is None or not isinstance(body, Mapping):
        return
    schema = flattened(spec, at(spec, root))
    known = schema.get("properties") or {}
    for name in schema.get("required") or ():
        if name not in body:
            yield Line(target=f"{root}.required[?@ == '{name}']", remove=True)
    if schema.get("additionalProperties") is False and body.keys() - known.keys():
        yield Line(target=root, update={"additionalProperties": True})
    for name, value in body.items():
        for target in steps_to(spec, root, f"/{name}"):
            yield from _loosened(target, flattened(spec, at(spec, target)), value)


def tightened(group: Group, understanding: Understanding) -> Iterator[Line]:
    """A body is refused that keeps to its schema: a property must be sent, or may not be null or
    empty.
    """
    shown = group.smallest
    operation = shown.by.reading.operation
    if (
        operation is None
        or shown.drift.live < 400
        or not isinstance(shown.by.reading.body, Mapping)
    ):
        return
    spec, root = understanding.model.document.spec, request_root(understanding.model, operation)
    body = _inner(shown.by.reading.body, operation.envelope.request)
    if root is None or not isinstance(body, Mapping):
        return
    schema = flattened(spec, at(spec, root))
    for name in (
        (schema.get("properties") or {}).keys() - body.keys() - set(schema.get("required") or ())
    ):
        yield Line(target=root, update={"required": [name]})
    if body.keys() - (schema.get("properties") or {}).keys():
        yield Line(target=root, update={"additionalProperties": False})
    for name, value in body.items():
        for target in steps_to(spec, root, f"/{name}"):
            if value is None:
                yield Line(target=target, update={"nullable": False})
            if value == "":
                yield Line(target=target, update={"minLength": 1})


def _loosened(target: str, schema: Mapping[str, Any], value: Any) -> Iterator[Line]:
    if value is None and not is_nullable(schema):
        yield Line(target=target, update={"nullable": True})
    if schema.get("enum") and value not in schema["enum"]:
        yield Line(target=target, update={"enum": [value]})
    for word in BOUNDS:
        if word in schema:
            yield Line(target=f"{target}.{word}", remove=True)


def _inner(body: Any, wrapper: str | None) -> Any:
    return body.get(wrapper, body) if wrapper and isinstance(body, Mapping) else body
