"""Infer what identifies a record and what the server makes by itself, from names and schemas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockserver.model.declared import type_of
from mockserver.model.paths import bare, singular

HIDDEN_KEY = "$key"
"""Holds the key of a record whose schema has no property for it; it never leaves the server."""

_CREATED = re.compile(r"^(date_?)?(created|added|inserted|registered|creation)(_?(at|on|date|time|timestamp))?$", re.I)
_TOUCHED = re.compile(r"^(date_?)?(last_?)?(updated|modified|changed|edited)(_?(at|on|date|time|timestamp))?$", re.I)

Properties = Mapping[str, Mapping[str, Any]]


def infer_key(param: str | None, resource: str, properties: Properties) -> tuple[str, str]:
    """Return the property that a path parameter stands for, and the rule that found it."""
    by_name = {bare(name): name for name in properties}
    wanted = bare(param or "id")
    if wanted in by_name and _is_scalar(properties[by_name[wanted]]):
        return by_name[wanted], "same-name"
    for name in _shorter(wanted, bare(singular(resource)), bare(resource)):
        if name in by_name and _is_scalar(properties[by_name[name]]):
            return by_name[name], "prefix-dropped"
    for name in ("id", f"{bare(singular(resource))}id", "uuid", "key", "code", "slug", "name"):
        if name in by_name and _is_scalar(properties[by_name[name]]):
            return by_name[name], "id-fallback"
    only = [name for name, schema in properties.items() if bare(name).endswith("id") and schema.get("readOnly")]
    return (only[0], "only-read-only-id") if len(only) == 1 else (HIDDEN_KEY, "hidden-key")


def infer_generator(key: str, schema: Mapping[str, Any], client_made: bool) -> str | None:
    """Return how the key of a new record is made; None when the client always sends it."""
    if client_made:
        return None
    if type_of(schema) in ("integer", "number"):
        return "sequence"
    if key != HIDDEN_KEY and re.fullmatch(r"\d+", str(schema.get("example", ""))):
        return "sequence-text"
    return "uuid"


def infer_stamps(properties: Properties, writable: frozenset[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the properties stamped at creation, and those stamped with every change."""
    generated: dict[str, str] = {}
    touched: dict[str, str] = {}
    for name, schema in properties.items():
        if name in writable and not schema.get("readOnly"):
            continue
        style = _style(schema)
        if style and _CREATED.match(name):
            generated[name] = style
        elif style and _TOUCHED.match(name):
            touched[name] = style
    return generated, touched


def _style(schema: Mapping[str, Any]) -> str | None:
    if schema.get("format") == "date-time":
        return "now-rfc3339"
    if schema.get("format") == "date":
        return "now-date"
    return "now-unix" if type_of(schema) == "integer" else None


def _shorter(param: str, *prefixes: str) -> list[str]:
    return [
        param.removeprefix(prefix) for prefix in prefixes if prefix and param != prefix and param.startswith(prefix)
    ]


def _is_scalar(schema: Mapping[str, Any]) -> bool:
    return type_of(schema) not in ("object", "array") and "properties" not in schema
