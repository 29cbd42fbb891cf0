"""Requests that a document allows: an operation and a source of values in, parameters and bodies
out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.openapi import (
    Spec,
    flattened,
    is_json,
    operation_at,
    parameters,
    properties,
    resolved,
)
from mockserver.call import Supply
from mockserver.lookup import MISSING
from mockserver.model.types import Operation

DEEPEST = 6
"""Levels below which a body is not searched for properties that a client cannot send."""

NOT_PARAMETERS = frozenset({"accept", "content-type", "authorization"})
"""Headers that a document cannot describe as parameters (OpenAPI 3.0.3, Parameter Object)."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body and the media type that it is written in; `media_type` is empty when none is sent."""

    value: Any = MISSING
    media_type: str = ""


def sample_parameters(
    spec: Spec,
    operation: Operation,
    place: str,
    supply: Supply,
    salt: str,
    everything: bool = False,
) -> dict[str, Any]:
    """Return values for the parameters of a place that are required, or for all of them."""
    values = {}
    for each in parameters(spec, operation.path, operation.method):
        if each.get("in") != place or not (
            everything or place == "path" or each.get("required") is True
        ):
            continue
        if place == "header" and str(each["name"]).lower() in NOT_PARAMETERS:
            continue
        content = next(iter((each.get("content") or {}).values()), None)
        schema = (content or each).get("schema", {})
        shown = (
            {**resolved(spec, schema), "example": each["example"]} if "example" in each else schema
        )
        value = supply.value(shown, f"{salt}/{each['name']}")
        value = "1" if value is MISSING or value is None else value
        values[str(each["name"])] = value
    return values


def pairs(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return values as pairs of a form: a list repeats its name, an object is spelled
    `name[property]`.
    """
    found: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            found += [(f"{name}[{inner}]", text(child)) for inner, child in value.items()]
        else:
            found += [
                (name, text(each)) for each in (value if isinstance(value, list) else [value])
            ]
    return found


def text(value: Any) -> str:
    """Return the text of a value in a path, a header or a form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(text, value))
    if isinstance(value, Mapping):
        return ",".join(f"{name},{text(child)}" for name, child in value.items())
    return "" if value is None else str(value)


def sample_bodies(spec: Spec, operation: Operation, supply: Supply, salt: str) -> Iterator[Body]:
    """Yield bodies that the document allows, the fullest first: made from the schema, required
    parts alone, shown.

    An operation that takes no body gets one without.
    """
    declared = operation_at(spec, operation.path, operation.method).get("requestBody") or {}
    content = declared.get("content") or {}
    if not content:
        yield Body()
        return
    media_type = next((each for each in content if is_json(each)), next(iter(content)))
    media = content[media_type] or {}
    written = "application/json" if "*" in media_type else media_type
    schema = media.get("schema", {})
    for size, wanted in (("full", schema), ("least", _least(spec, schema))):
        value = supply.value(wanted, f"{salt}/{size}")
        if value is not MISSING:
            yield Body(writable(spec, schema, value), written)
    shown = [media[word] for word in ("example",) if word in media]
    shown += [
        each["value"] for each in (media.get("examples") or {}).values() if "value" in (each or {})
    ]
    for value in shown:
        yield Body(value, written)


def writable(spec: Spec, schema: Any, value: Any, depth: int = 0) -> Any:
    """Return the value without properties that only the server sends."""
    if isinstance(value, list):
        items = flattened(spec, schema).get("items", {})
        return [writable(spec, items, each, depth + 1) for each in value]
    if not isinstance(value, Mapping) or depth > DEEPEST:
        return value
    known = properties(spec, schema)
    return {
        name: writable(spec, known.get(name, {}), child, depth + 1)
        for name, child in value.items()
        if not known.get(name, {}).get("readOnly")
    }


def with_keys(body: Body, names: Sequence[str], change: Callable[[Any], Any]) -> Body:
    """Return the body with another value for the properties of these names, wherever they are near
    its root.
    """
    return replace(body, value=_changed(body.value, names, change))


def _changed(value: Any, names: Sequence[str], change: Callable[[Any], Any], depth: int = 0) -> Any:
    if isinstance(value, list):
        return [_changed(each, names, change, depth) for each in value]
    if not isinstance(value, Mapping) or depth > 1:
        return value
    return {
        name: change(child)
        if name in names and isinstance(child, str | int)
        else _changed(child, names, change, depth + 1)
        for name, child in value.items()
    }


def _least(spec: Spec, schema: Any) -> Any:
    """Return an object schema with its required properties alone, as far down as the first one."""
    flat = flattened(spec, schema)
    required = flat.get("required") or ()
    known = flat.get("properties") or {}
    if not known or resolved(spec, schema).get("oneOf"):
        return schema
    rest = {
        word: value
        for word, value in flat.items()
        if word not in ("example", "examples", "default")
    }
    return {**rest, "properties": {name: known[name] for name in required if name in known}}
