"""The form in which a call is saved, by journals and recordings: what was asked and replied in,
JSON values out.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

Pairs = Sequence[tuple[str, str]]


def request_form(
    method: str, path: str, query: Pairs, headers: Pairs, began_s: float, body: bytes
) -> dict[str, Any]:
    """Return what was asked; `path` is decoded, `began_s` counts seconds since 1970."""
    return {
        "method": method,
        "url": url_of(path, query),
        "path": path,
        "query": query,
        "headers": _joined(headers),
        "loggedDate": int(began_s * 1000),
        "loggedDateString": moment(began_s),
        **body_form(body),
    }


def response_form(status: int, headers: Pairs, body: bytes) -> dict[str, Any]:
    """Return what was replied; a status of 0 is no reply."""
    return {"status": status, "headers": _joined(headers), **body_form(body)}


def url_of(path: str, query: Pairs) -> str:
    """Return path and query as they go over the wire."""
    asked = urlencode(query, safe="*")
    return quote(path) + (f"?{asked}" if asked else "")


def moment(seconds: float) -> str:
    """Return a moment in UTC (RFC 3339)."""
    return (
        datetime.fromtimestamp(seconds, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )


def body_form(content: bytes) -> dict[str, str]:
    """Return a body as text where it is UTF-8, else in base64."""
    try:
        return {"body": content.decode()}
    except UnicodeDecodeError:
        return {"bodyAsBase64": base64.b64encode(content).decode()}


def _joined(pairs: Pairs) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found
