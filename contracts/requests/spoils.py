"""Requests that break exactly one rule of the document: an operation in, what can be put wrong in a
call of it out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.openapi import (
    Spec,
    flattened,
    operation_at,
    parameters,
    properties,
    request_schema,
    resolved,
    type_of,
)
from mockserver.call import ProblemKind
from mockserver.lookup import MISSING
from mockserver.model.types import Model, Operation
from mockserver.model.types.facts import bounds, is_nullable

BODY = ""
"""The body itself, as an array."""
_NUMERIC = ("integer", "number")


@dataclass(frozen=True, slots=True)
class Spoil:
    """The one rule that a plan breaks: where (path, query or body), what to put there and the
    refusal it must get.

    `place` is a parameter or a property; a value of MISSING leaves it out. `within` is the array
    whose last item is spoiled: a property of the body, or BODY when the body is one.
    """

    part: str
    place: str
    value: Any
    problem: ProblemKind
    within: str | None = None


def spoils_of(model: Model, operation: Operation) -> list[Spoil]:
    """Return the ways in which a call of this operation can break its document."""
    spec = model.document.spec
    listed = parameters(spec, operation.path, operation.method)
    found: list[Spoil] = []
    for parameter in listed:
        if "schema" in parameter:
            found += _spoiled_parameter(spec, operation, parameter)
    if operation.unknown_query == "refuse":
        found.append(Spoil("query", "no_such_parameter", "x", ProblemKind.INVALID_QUERY))
    return [*found, *_spoiled_request(spec, operation)]


def _spoiled_request(spec: Spec, operation: Operation) -> list[Spoil]:
    """Return what can be wrong in the body of an operation, in its items and in its lists."""
    declared = operation_at(spec, operation.path, operation.method)
    if "requestBody" not in declared:
        return []
    schema = flattened(spec, request_schema(declared))
    wrapper = operation.envelope.request
    if wrapper:
        schema = flattened(spec, schema["properties"][wrapper])
    found = _spoiled_body(spec, schema)
    found += _spoiled_items(spec, schema, BODY)
    for name, child in properties(spec, schema).items():
        found += _spoiled_items(spec, flattened(spec, child), name)
    return found


def _spoiled_items(spec: Spec, schema: Mapping[str, Any], within: str) -> list[Spoil]:
    """Return what can be wrong in an item of an array: the others are right, and none may have an
    effect.
    """
    if type_of(schema) != "array" or schema.get("readOnly"):
        return []
    items = flattened(spec, schema.get("items", {}))
    return [replace(spoil, within=within) for spoil in _spoiled_body(spec, items)]


def _spoiled_parameter(
    spec: Spec, operation: Operation, parameter: Mapping[str, Any]
) -> list[Spoil]:
    name = parameter["name"]
    schema = resolved(spec, parameter["schema"])
    is_numeric = type_of(schema) in _NUMERIC
    if parameter["in"] == "path" and (is_numeric or schema.get("format") == "uuid"):
        return [Spoil("path", name, "no-key", ProblemKind.INVALID_PATH)]
    if parameter["in"] != "query" or not is_numeric:
        return []
    found = [
        Spoil(
            "query",
            name,
            "x",
            ProblemKind.INVALID_QUERY,
        )
    ]
    least, most = bounds(schema)
    if least > -math.inf:
        below = int(least) - 1
        found.append(Spoil("query", name, below, ProblemKind.INVALID_QUERY))
    if most < math.inf:
        above = int(most) + 1
        is_size = name == operation.paging.size
        problem = ProblemKind.LIMIT_EXCEEDED if is_size else ProblemKind.INVALID_QUERY
        found.append(Spoil("query", name, above, problem))
    return found


def _spoiled_body(spec: Spec, schema: Mapping[str, Any]) -> list[Spoil]:
    """Return what can be wrong in an object: a property that is missing, unknown, or of a value
    that its schema refuses.
    """
    fields: dict[str, Mapping[str, Any]] = {}
    for name, child in properties(spec, schema).items():
        if not child.get("readOnly"):
            fields[name] = child
    spoils = []

    def spoil(name: str, value: Any) -> None:
        spoils.append(Spoil("body", name, value, ProblemKind.INVALID))

    for name in schema.get("required") or ():
        if name in fields:
            spoil(name, MISSING)
    if schema.get("additionalProperties") is False:
        spoil("no_such_property", 1)
    for name, child in fields.items():
        for value in _wrong_values(child):
            spoil(name, value)
    return spoils


def _wrong_values(schema: Mapping[str, Any]) -> list[Any]:
    """Return values that a schema refuses, each by another rule of it."""
    kind = type_of(schema)
    is_text = kind == "string"
    wrong: list[Any] = []
    if kind in (*_NUMERIC, "boolean"):
        wrong.append("no-such")
    if kind in ("string", "array"):
        wrong.append({})
    if is_text and schema.get("minLength", 0) > 0:
        wrong.append("")
    if is_text and schema.get("enum"):
        wrong.append("no-such")
    least, _ = bounds(schema)
    if kind in _NUMERIC and least > -math.inf:
        wrong.append(int(least) - 1)
    if kind is not None and not is_nullable(schema) and not schema.get("enum"):
        wrong.append(None)
    return wrong
