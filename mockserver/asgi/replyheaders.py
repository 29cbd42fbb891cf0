"""Headers that a document declares of a response: those that must come, and those with a value of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from mockserver.lookup import MISSING
from mockserver.model.declared import Spec, resolved, type_of

SELF_MADE = frozenset({"content-type", "content-length", "content-encoding", "transfer-encoding", "connection", "date"})
"""Headers that the server sets by itself, or that a document cannot describe (OpenAPI 3.0.3, Response Object)."""

Make = Callable[[Any, str], Any]
"""Makes a value for a schema and a name."""


def declared_headers(spec: Spec, response: Mapping[str, Any], make: Make, but: Collection[str] = ()) -> dict[str, str]:
    """Return the headers of a response by name in small letters.

    A required one always has a value, made from its schema where the document shows none; any other only when the
    document says what it is (example, default, or a single value).
    """
    found = {}
    declared = response.get("headers")
    for name, header in declared.items() if isinstance(declared, Mapping) else ():
        header = resolved(spec, header)
        if name.lower() in SELF_MADE or name.lower() in but:
            continue
        value = _said(spec, header)
        if value is MISSING and header.get("required") is True:
            value = make(_schema(header), name)
        if value is not MISSING and value is not None:
            found[name.lower()] = spelled(value)
    return found


def spelled(value: Any) -> str:
    """Spell a value as a header field: lists and objects in the style `simple` (OpenAPI 3.0.3, Style Values)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ",".join(f"{name},{spelled(child)}" for name, child in value.items())
    if isinstance(value, list):
        return ",".join(map(spelled, value))
    return re.sub(r"[^\t\x20-\x7e\xa0-\xff]+", " ", str(value)).strip()


def _schema(header: Mapping[str, Any]) -> Any:
    content = header.get("content")
    media = next(iter(content.values()), {}) if isinstance(content, Mapping) else header
    return media.get("schema", {}) if isinstance(media, Mapping) else {}


def _said(spec: Spec, header: Mapping[str, Any]) -> Any:
    """Return the value that the document shows, MISSING when it shows none."""
    schema = resolved(spec, _schema(header))
    examples = header.get("examples")
    named = [each.get("value", MISSING) for each in examples.values()] if isinstance(examples, Mapping) else []
    options = schema.get("enum") or []
    told = [header.get("example", MISSING), *named, *(schema.get(word, MISSING) for word in ("example", "default"))]
    told += options if len(options) == 1 else []
    return next((value for value in told if value is not MISSING and _fits(value, schema)), MISSING)


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Tell whether a value is a number where one is wanted; an example is often text for people."""
    if type_of(schema) not in ("integer", "number"):
        return True
    return re.fullmatch(r"-?\d+(\.\d+)?", str(value)) is not None
