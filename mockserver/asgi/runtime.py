"""Runtime expressions (OpenAPI 3.0.3, Callback Object): a template and an exchange in, the text it
stands for out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from mockserver.document.pointers import MISSING as NOTHING
from mockserver.document.pointers import split_fragment, step
from mockserver.lookup import MISSING

_PART = re.compile(r"\{(\$[^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Side:
    """A request or a response: its headers by name in small letters, its body, and what its URL
    says.
    """

    headers: Mapping[str, str]
    body: Any = MISSING
    query: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its reply, as expressions see them."""

    url: str
    method: str
    status: int
    request: Side
    response: Side


def fill_expressions(template: str, exchange: Exchange) -> str | None:
    """Return a template with its expressions replaced, None when one of them leads nowhere.

    An expression that is not the whole template is percent-encoded, as it becomes a part of a URL.
    """
    if template.startswith("$"):
        return _text(evaluate(template, exchange))
    parts = {match[1]: _text(evaluate(match[1], exchange)) for match in _PART.finditer(template)}
    if None in parts.values():
        return None
    return _PART.sub(lambda match: _in_url(template, match, parts[match[1]] or ""), template)


def evaluate(expression: str, exchange: Exchange) -> Any:
    """Return the value that an expression stands for, MISSING when it leads nowhere."""
    plain = {"$url": exchange.url, "$method": exchange.method, "$statusCode": exchange.status}
    if expression in plain:
        return plain[expression]
    side, _, source = expression.partition(".")
    sides = {"$request": exchange.request, "$response": exchange.response}
    return _from(sides[side], source) if side in sides else MISSING


def _from(side: Side, source: str) -> Any:
    place, sign, rest = source.partition("#")
    if place == "body":
        return _at(side.body, split_fragment(rest)) if sign else side.body
    place, _, name = source.partition(".")
    if place == "header":
        return side.headers.get(name.lower(), MISSING)
    return {"query": side.query, "path": side.path}.get(place, {}).get(name, MISSING)


def _at(value: Any, tokens: list[str]) -> Any:
    for token in tokens:
        value = step(value, token)
        if value is NOTHING:
            return MISSING
    return value


def _text(value: Any) -> str | None:
    if value is MISSING or value is None:
        return None
    return value if isinstance(value, str) else json.dumps(value)


def _in_url(template: str, match: re.Match[str], text: str) -> str:
    """Return the text of a part: as it is where the URL begins, else so that it stays one part of
    it.
    """
    return text if match.start() == 0 else quote(text, safe="")
