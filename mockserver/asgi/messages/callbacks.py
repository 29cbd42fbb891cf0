"""Find the callbacks that are due after a call (OpenAPI 3.0.3, Callback Object): a request and its
reply in, deliveries out.

The URL of a callback is a template with runtime expressions:

    {$request.body#/hook}?id={$response.body#/id}    and a request {hook: "http://h/x"}
    with a reply {id: 7}                             is http://h/x?id=7
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any
from urllib.parse import quote, urlencode

from mockserver.asgi.courier import HEADER, Delivery
from mockserver.asgi.request import FAILING_DELIVERIES, Request
from mockserver.asgi.respond import Answer
from mockserver.behavior.stateless import value_of
from mockserver.call import Call, Supply
from mockserver.document.pointers import MISSING as NOTHING
from mockserver.document.pointers import split_fragment, step
from mockserver.jsontext import dumps, loads
from mockserver.lookup import MISSING
from mockserver.model.types import Described, DescribedRequest, is_json, usual_media
from mockserver.outbox import Message, Wish
from mockserver.slots import dataclass
from mockserver.space import Space
from mockserver.state import Collection

Address = tuple[Collection, str]
_EXPRESSION = re.compile(r"\{(\$[^{}]+)\}")


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
class Occasion:
    """A request and its reply, as expressions see them."""

    url: str
    method: str
    status: int
    request: Side
    response: Side


class Callbacks:
    """The callbacks of one operation."""

    def __init__(
        self, described: Described, supply: Supply, later: frozenset[tuple[str, str]]
    ) -> None:
        """Take the callbacks that wait for a `later` change, by operation and name."""
        self._described = described.callbacks
        self._supply = supply
        self._later = later

    def due(
        self, request: Request, call: Call, answer: Answer, about: Address | None, space: Space
    ) -> tuple[Delivery, ...]:
        """Return what is to be sent after a reply; a callback whose URL leads nowhere is not.

        For one that tells of a later change it is noted who waits for it, and `about` which record.
        """
        if not self._described or not 200 <= answer.status < 300:
            return ()
        if HEADER.lower() in request.headers:
            return ()
        occasion = _occasion(request, call, answer)
        found = []
        for callback in self._described:
            url = fill_expressions(callback.expression, occasion)
            if url:
                label = call.operation.label
                if (label, callback.name) in self._later and about is not None:
                    space.outbox.wish(Wish(label, callback.name, about, url))
                    continue
                headers, value, body = self._body(callback.request, f"{label}/{callback.name}")
                name = f"{callback.name} of {label}"
                marked = {**headers, HEADER: callback.name}
                moment = self._supply.stamp("now-rfc3339")
                message = Message(
                    callback.name, label, url, callback.method, headers, value, moment
                )
                space.outbox.put(message)
                failing = request.scope.get(FAILING_DELIVERIES, 0)
                delivery = Delivery(name, callback.method, url, marked, body, message, failing)
                found.append(delivery)
        return tuple(found)

    def _body(
        self, request: DescribedRequest | None, salt: str
    ) -> tuple[dict[str, str], Any, bytes | None]:
        """Return the headers, the value and the body that a callback is sent with: its example,
        else one made from its schema.
        """
        media = usual_media(request.content) if request else None
        if media is None:
            return {}, None, None
        value = value_of(media, salt, self._supply)
        name = "application/json" if "*" in media.media_type else media.media_type
        if name == "application/x-www-form-urlencoded" and isinstance(value, Mapping):
            content = urlencode(value, doseq=True).encode()
        elif isinstance(value, str) and not is_json(name):
            content = value.encode()
        else:
            content = dumps(value)
        return {"content-type": name}, value, content


def _occasion(request: Request, call: Call, answer: Answer) -> Occasion:
    headers = {}
    for name, text in answer.headers:
        headers[name.decode("latin-1").lower()] = text.decode("latin-1")
    query = request.query_text
    return Occasion(
        url=f"{request.url}?{query}" if query else request.url,
        method=call.operation.method,
        status=answer.status,
        request=Side(request.headers, call.body, request.query_params, call.path),
        response=Side(headers, _json(answer.body)),
    )


def _json(body: bytes) -> Any:
    try:
        return loads(body)
    except ValueError:
        return MISSING


def fill_expressions(template: str, occasion: Occasion) -> str | None:
    """Return a template with its expressions replaced, None when one of them leads nowhere.

    An expression that is not the whole template is percent-encoded, as it becomes a part of a URL.
    """
    if template.startswith("$"):
        return _text(evaluate(template, occasion))
    texts = {}
    for match in _EXPRESSION.finditer(template):
        texts[match[1]] = _text(evaluate(match[1], occasion))
    if None in texts.values():
        return None

    def spelled(match: re.Match[str]) -> str:
        text = texts[match[1]] or ""
        return text if match.start() == 0 else quote(text, safe="")

    return _EXPRESSION.sub(spelled, template)


def evaluate(expression: str, occasion: Occasion) -> Any:
    """Return the value that an expression stands for, MISSING when it leads nowhere."""
    plain = {"$url": occasion.url, "$method": occasion.method, "$statusCode": occasion.status}
    if expression in plain:
        return plain[expression]
    side, _, source = expression.partition(".")
    sides = {"$request": occasion.request, "$response": occasion.response}
    return _from(sides[side], source) if side in sides else MISSING


def _from(side: Side, source: str) -> Any:
    place, sign, rest = source.partition("#")
    if place == "body":
        return _at(side.body, split_fragment(rest)) if sign else side.body
    place, _, name = source.partition(".")
    if place == "header":
        return side.headers.get(name.lower(), MISSING)
    values = {"query": side.query, "path": side.path}
    return values.get(place, {}).get(name, MISSING)


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
