"""Headers by which a request keeps what its operation promises: an operation in, headers out.

    If-Match                  any version will do
    If-Unmodified-Since       a moment that no change comes after
    If-None-Match             not sent, and none that anything has where it must be
    Idempotency-Key           one that no other request has

Values that are made from a schema, or that a document shows, would ask for a version that nothing
has, or make of every request a repetition of the first.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from mockserver.model.types import DescribedParameter, Operation, Schema

ANY = "*"
NEVER_CHANGED = {"date-time": "9999-12-31T23:59:59Z", "": "Fri, 31 Dec 9999 23:59:59 GMT"}
"""A moment that no change comes after, by the format of the header."""
LONG_AGO = {"date-time": "1990-01-01T00:00:00Z", "": "Mon, 01 Jan 1990 00:00:00 GMT"}
CONDITIONS = frozenset({"if-match", "if-none-match", "if-modified-since", "if-unmodified-since"})


def promised_headers(operation: Operation) -> dict[str, str]:
    """Return the headers that a request should have, by name in small letters."""
    headers = operation.described.parameters_in("header")
    declared = {header.name.lower(): header for header in headers}
    found = {}
    for name in sorted(_needed(operation, declared)):
        schema = _schema(declared.get(name))
        found[name] = _condition(name, schema)
    key = operation.idempotency
    if key is not None and key.place == "header":
        schema = _schema(declared.get(key.name))
        found[key.name] = new_key(schema)
    return found


def _needed(operation: Operation, declared: Mapping[str, DescribedParameter]) -> set[str]:
    """Return the conditions that must be sent."""
    conditions = operation.conditions
    needed = set() if conditions is None else set(conditions.needs)
    for name in CONDITIONS & declared.keys():
        if declared[name].required:
            needed.add(name)
    return needed


def _schema(declared: DescribedParameter | None) -> Schema:
    """Return the schema of a header, an empty one where it is not declared."""
    if declared is None:
        return {}
    return declared.schema.plain


def is_promised(operation: Operation, name: str) -> bool:
    """Tell whether a header is one that `promised_headers` decides on."""
    lower, key = name.lower(), operation.idempotency
    if key is not None and key.place == "header" and key.name == lower:
        return True
    return operation.conditions is not None and lower in CONDITIONS


def _condition(name: str, schema: Schema) -> str:
    """Return a condition that holds, whatever the record is."""
    style = "date-time" if schema.get("format") == "date-time" else ""
    match name:
        case "if-match":
            return ANY
        case "if-unmodified-since":
            return NEVER_CHANGED[style]
        case "if-modified-since":
            return LONG_AGO[style]
    nobody = uuid.uuid4().hex
    return f'"{nobody}"'


def new_key(schema: Schema) -> str:
    """Return a key that no request had before, no longer than its schema lets it be."""
    text = str(uuid.uuid4())
    longest = schema.get("maxLength")
    if isinstance(longest, int):
        return text[:longest]
    return text


def with_key(operation: Operation, body: Any) -> Any:
    """Return a body with a key of its own, where that is where the key is."""
    key = operation.idempotency
    if key is None or key.place != "body" or not isinstance(body, Mapping):
        return body
    described = operation.described.sent_schema
    if key.name not in body and key.name not in described.required:
        return body
    schema = described.properties[key.name].plain
    return {**body, key.name: new_key(schema)}


def heard(operation: Operation, headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a request on which the answer depends, by name in small letters."""
    names = set(operation.heard)
    names.discard("content-type")
    found = {}
    for name, text in headers.items():
        if name.lower() in names:
            found[name.lower()] = text
    return found
