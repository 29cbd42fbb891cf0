"""Spell a call as a request: an operation with the values that the server knows in, method, path
and body out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from contracts.openapi import Spec, parameters
from contracts.targets.target import Sent
from mockserver.lookup import MISSING
from mockserver.model.types import Operation
from mockserver.model.types.described import is_json, usual_media


def spell(
    spec: Spec,
    operation: Operation,
    base: str,
    path: Mapping[str, Any],
    query: Mapping[str, Any],
    body: Any,
    headers: Mapping[str, str],
) -> Sent:
    """Return the request of a call below a base path."""
    place = operation.path
    for name, value in path.items():
        place = place.replace(
            f"{{{name}}}",
            quote(_text(value), safe=""),
        )
    joined = {
        each["name"]
        for each in parameters(spec, operation.path, operation.method)
        if each.get("in") == "query" and each.get("explode") is False
    }
    pairs = [pair for name, value in query.items() for pair in _pairs(name, value, name in joined)]
    asked = f"?{urlencode(pairs)}" if pairs else ""
    if body is MISSING:
        return Sent(operation.method, f"{base}{place}{asked}", headers)
    content = json.dumps(body, ensure_ascii=False).encode()
    written = {**headers, "Content-Type": _media_type(operation)}
    return Sent(
        operation.method,
        f"{base}{place}{asked}",
        written,
        content,
    )


def _media_type(operation: Operation) -> str:
    """Return the kind of JSON that an operation takes."""
    request = operation.described.request
    media = usual_media(request.content) if request is not None else None
    usual = "application/json"
    if media is None or "*" in media.media_type or not is_json(media.media_type):
        return usual
    return media.media_type


def _pairs(name: str, value: Any, joined: bool) -> list[tuple[str, str]]:
    if not isinstance(value, list):
        return [(name, _text(value))]
    texts = [_text(each) for each in value]
    return [(name, ",".join(texts))] if joined else [(name, text) for text in texts]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
