"""The properties that a client can set, and values for them: an operation and a resource in,
schemas and values out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.openapi import (
    Spec,
    flattened,
    is_array,
    operation_at,
    properties,
    request_schema,
    resolved,
    type_of,
)
from mockserver.call import Supply
from mockserver.lookup import MISSING
from mockserver.model.types import Operation, Resource
from mockserver.model.types.facts import admits, bounds, is_nullable

Schema = Mapping[str, Any]
SCALARS = frozenset({"string", "integer", "number", "boolean"})
WORDS = ("able", "baker", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet")
"""Texts of small letters: they sort alike in every collation, and none is part of another."""
ODD = "Ünïcode ✓ %&?/\"'<b>"
LONG = 2_000
"""Characters of the longest text that is sent as long as it may be."""
LONGEST = 300
"""Characters of the longest text that is sent."""
_CREATED = re.compile(r"creat|added|insert|born", re.IGNORECASE)
_UPDATED = re.compile(r"updat|modif|chang|touch", re.IGNORECASE)
_MOMENTS = (
    "2001-02-03T04:05:06Z",
    "2011-12-13T14:15:16Z",
    "2999-01-01T00:00:00Z",
    "2012-01-01T01:30:00+02:00",
)
_DATES = ("2001-02-03", "2011-12-13", "2999-01-01")
_URLS = ("https://example.com/a", "https://example.com/b?c=d", "https://example.com/%C3%BC")
_MAILS = ("a@example.com", "b@example.com", "c.d+e@example.com")
_FORMATS: Mapping[str, tuple[str, ...]] = {
    "date-time": _MOMENTS,
    "date": _DATES,
    "uri": _URLS,
    "url": _URLS,
    "email": _MAILS,
}


def record_schema(spec: Spec, operation: Operation) -> Mapping[str, Any]:
    """Return the schema of the record that a request carries, without wrapper and array."""
    schema = request_schema(operation_at(spec, operation.path, operation.method))
    if operation.envelope.request:
        schema = properties(spec, schema).get(operation.envelope.request, {})
    flat = flattened(spec, schema)
    return flattened(spec, flat.get("items", {})) if is_array(spec, schema) else flat


def takes_array(spec: Spec, operation: Operation) -> bool:
    """Tell whether a request carries several records."""
    schema = request_schema(operation_at(spec, operation.path, operation.method))
    if operation.envelope.request:
        schema = properties(spec, schema).get(operation.envelope.request, {})
    return is_array(spec, schema)


def takes_operations(spec: Spec, operation: Operation) -> bool:
    """Tell whether a request carries the operations of a JSON Patch (RFC 6902), and no record."""
    schema = request_schema(operation_at(spec, operation.path, operation.method))
    if not is_array(spec, schema):
        return False
    items = flattened(spec, schema).get("items", {})
    return {"op", "path"} <= properties(spec, items).keys()


def sendable(spec: Spec, operation: Operation, resource: Resource) -> dict[str, Schema]:
    """Return the properties that a client can set by an operation and that stay as they were sent,
    by name.

    Left out is what other words of the model have a say in: keys, parents, references, states,
    positions, flags that only one record has, children, and what the server computes.
    """
    ruled = {
        resource.key,
        *resource.read_only,
        *resource.generated,
        *resource.touched,
        *resource.moving,
        *resource.computed,
        *resource.assigned,
        *resource.exclusive,
        *(parent.field for parent in resource.parents),
        *(parent.param for parent in resource.parents),
        *(reference.field.partition(".")[0] for reference in resource.references),
        *(children.field for children in resource.children),
        *([resource.states.field] if resource.states else []),
        *([resource.position.field] if resource.position else []),
        *operation.sets,
    }
    departure = resource.departure
    if departure is not None:
        ruled.add(departure.expires)
    fields = properties(spec, record_schema(spec, operation))
    return {
        name: child
        for name, child in fields.items()
        if name not in ruled and not child.get("readOnly")
    }


def scalars(spec: Spec, operation: Operation, resource: Resource) -> dict[str, Schema]:
    """Return those properties that hold a text, a number or a truth value, need not be unique, and
    are not the key of a request, which is another one each time.
    """
    unique = {name for names in resource.unique for name in names}
    key = operation.idempotency
    if key is not None and key.place == "body":
        unique.add(key.name)
    found = sendable(
        spec,
        operation,
        resource,
    )
    return {
        name: child
        for name, child in found.items()
        if kind_of(child) in SCALARS and name not in unique
    }


def kind_of(schema: Schema) -> str | None:
    """Return the type of a schema, that of what it enumerates where it says none."""
    declared = type_of(schema)
    if declared is not None or not isinstance(schema.get("enum"), list):
        return declared
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return next((kinds[type(each)] for each in schema["enum"] if type(each) in kinds), None)


def moments_of(spec: Spec, operation: Operation, resource: Resource) -> tuple[set[str], set[str]]:
    """Return the properties that hold when a record was created, and when it was changed, as words
    and names say.

    `operation` is what makes a record: what it can set is no moment of the server's.
    """
    created = {
        name for name, generator in resource.generated.items() if generator.startswith("now-")
    }
    updated = {name for name, generator in resource.touched.items() if generator.startswith("now-")}
    mine = sendable(spec, operation, resource)
    for name, schema in properties(spec, resource.schema).items():
        dated = schema.get("format") in ("date-time", "date") and name not in mine
        if dated and _UPDATED.search(name):
            updated.add(name)
        elif dated and _CREATED.search(name):
            created.add(name)
    return created - updated, updated


def values(spec: Spec, schema: Schema, name: str, supply: Supply) -> list[Any]:
    """Return different valid values of a scalar: usual ones, then empty, zero, odd and extreme
    ones, null.
    """
    schema = resolved(spec, schema)
    found = [
        each
        for each in _candidates(schema, name, supply)
        if each is not MISSING and admits(schema, each)
    ]
    if is_nullable(schema) and not ("enum" in schema and None not in schema["enum"]):
        found.append(None)
    return _distinct(found)


def usual(spec: Spec, schema: Schema, name: str, supply: Supply) -> list[Any]:
    """Return values that can be told from nothing: no null, no empty text, no zero, no false."""
    return [each for each in values(spec, schema, name, supply) if each]


def wrong_values(schema: Schema) -> Iterator[Any]:
    """Yield values that a schema does not allow, those of another type first."""
    kind, least = kind_of(schema), bounds(schema)[0]
    if kind in ("integer", "number", "boolean"):
        yield "no-such"
    if kind in ("string", "array"):
        yield {"no": "such"}
    if kind == "object":
        yield "no-such"
    if kind == "string" and schema.get("minLength", 0) > 0:
        yield ""
    if kind in ("string", "integer") and schema.get("enum"):
        yield "no-such"
    if kind in ("integer", "number") and least > -math.inf:
        yield int(least) - 1
    if kind == "string" and schema.get("maxLength", math.inf) < 10_000:
        yield "x" * (schema["maxLength"] + 1)


def _candidates(schema: Schema, name: str, supply: Supply) -> Iterator[Any]:
    kind = type_of(schema)
    if "const" in schema:
        yield schema["const"]
    elif schema.get("enum"):
        yield from schema["enum"]
    elif kind == "boolean":
        yield from (True, False)
    elif kind in ("integer", "number"):
        yield from _numbers(schema, kind)
    elif kind == "string":
        yield from _texts(schema, name, supply)


def _numbers(schema: Schema, kind: str) -> Iterator[Any]:
    least, most = bounds(schema)
    start = int(max(least, 0)) if least > -math.inf else 0
    step = schema.get("multipleOf", 1)
    step = step if isinstance(step, int) and step > 0 else 1
    yield from (start + step * each for each in (2, 10, 9, 1))
    if kind == "number" and "multipleOf" not in schema:
        yield start + 0.5
    yield 0
    if least > -1_000_000:
        yield int(least)
    if most < 1_000_000:
        yield int(most)


def _texts(schema: Schema, name: str, supply: Supply) -> Iterator[str]:
    kind = str(schema.get("format", ""))
    if kind in _FORMATS and "pattern" not in schema:
        yield from _FORMATS[kind]
        return
    if kind == "uuid" and "pattern" not in schema:
        yield from (supply.uuid(f"{name}/{n}") for n in range(3))
        return
    if kind or "pattern" in schema:
        made = [supply.value({**schema, "example": None}, f"law-{n}/{name}") for n in range(3)]
        yield from made
        for text in made:
            if isinstance(text, str) and text.isdigit():
                yield f"00{text[2:]}"  # a text of digits is no number
        return
    least, most = schema.get("minLength", 0), schema.get("maxLength", math.inf)
    for word in (*WORDS[:4], "2", ODD):
        yield word.ljust(least, "x") if len(word) < least else word[: int(min(most, LONGEST))]
    yield ""
    if most <= LONGEST:
        yield "ü" * int(most)
    elif most <= LONG:
        yield ("long " * int(most))[: int(most) - 1] + "."


def _distinct(found: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for each in found:
        if not any(type(each) is type(other) and each == other for other in kept):
            kept.append(each)
    return kept
