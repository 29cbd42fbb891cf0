"""Spell a call as a request: an operation with the values that the server knows in, method, path
and body out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from contracts.openapi import Spec
from contracts.requests.samples import query_pairs
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
    pairs = query_pairs(spec, operation, query)
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


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
