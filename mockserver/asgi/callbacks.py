"""Find the callbacks that are due after a call (OpenAPI 3.0.3, Callback Object): an exchange in,
deliveries out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from mockserver.asgi.courier import Delivery
from mockserver.asgi.jsontext import dumps, loads
from mockserver.asgi.request import Request
from mockserver.asgi.respond import Answer
from mockserver.asgi.runtime import Exchange, Side, fill_expressions
from mockserver.behavior.stateless import value_of
from mockserver.call import Call, Supply
from mockserver.lookup import MISSING
from mockserver.model.declared import METHODS, Spec, is_json, resolved


class Callbacks:
    """The callbacks of one operation."""

    def __init__(self, spec: Spec, operation: Mapping[str, Any], supply: Supply) -> None:
        self._supply = supply
        declared = operation.get("callbacks")
        named = declared.items() if isinstance(declared, Mapping) else ()
        self._items = [
            (name, *each) for name, item in named for each in _requests(spec, resolved(spec, item))
        ]

    def __bool__(self) -> bool:
        return bool(self._items)

    def due(self, request: Request, call: Call, answer: Answer) -> tuple[Delivery, ...]:
        """Return what is to be sent after a reply; a callback whose URL leads nowhere is not."""
        if not 200 <= answer.status < 300:
            return ()
        exchange = _exchange(request, call, answer)
        found = []
        for name, expression, method, operation in self._items:
            url = fill_expressions(expression, exchange)
            if url:
                headers, body = self._body(operation, f"{call.operation.label}/{name}")
                found.append(
                    Delivery(f"{name} of {call.operation.label}", method, url, headers, body)
                )
        return tuple(found)

    def _body(self, operation: Mapping[str, Any], salt: str) -> tuple[dict[str, str], bytes | None]:
        """Return the headers and the body that a callback is sent with: its example, else one made
        from its schema.
        """
        content = (operation.get("requestBody") or {}).get("content") or {}
        if not content:
            return {}, None
        media_type = next(filter(is_json, content), next(iter(content)))
        value = value_of(content[media_type] or {}, salt, self._supply)
        named = "application/json" if "*" in media_type else media_type
        if named == "application/x-www-form-urlencoded" and isinstance(value, Mapping):
            return {"content-type": named}, urlencode(value, doseq=True).encode()
        text = value.encode() if isinstance(value, str) and not is_json(named) else dumps(value)
        return {"content-type": named}, text


def _requests(
    spec: Spec, callback: Mapping[str, Any]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield URL expression, method in capitals and operation object of each request of a
    callback.
    """
    for expression, item in callback.items():
        for method, operation in resolved(spec, item).items():
            if (
                method in METHODS
                and isinstance(operation, Mapping)
                and not expression.startswith("x-")
            ):
                yield expression, method.upper(), operation


def _exchange(request: Request, call: Call, answer: Answer) -> Exchange:
    headers = {
        name.decode("latin-1").lower(): text.decode("latin-1") for name, text in answer.headers
    }
    query = request.query_text
    return Exchange(
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
