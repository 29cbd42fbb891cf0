"""A target as a WSGI application: what a tool sends to it goes out through the wire, and nowhere else.

Schemathesis calls applications in its own process; this one stands for whatever is at the other end of the wire. A
request that may not leave is answered here, and marked, so that nothing is concluded from the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from contracts.errors import Withheld
from contracts.exchanges import Exchange
from contracts.targets import Answer, Sent
from contracts.wire import Lost, Wire

WITHHELD = "Understudy-Withheld"
"""Header of an answer that did not come from the target."""
_HOP_BY_HOP = frozenset({"connection", "transfer-encoding", "content-encoding", "content-length", "keep-alive"})
_PHRASES = {each.value: each.phrase for each in HTTPStatus}


class Gate:
    """The application. `watch` is told of every exchange."""

    def __init__(self, wire: Wire, watch: Callable[[Exchange], None]) -> None:
        self._wire = wire
        self._watch = watch

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request (PEP 3333). Raises Stopped or Unreachable."""
        sent = _sent(environ)
        try:
            answer = self._wire.send(sent)
        except (Withheld, Lost) as reason:
            start_response("403 Forbidden", [(WITHHELD, _plain(str(reason))), ("Content-Length", "0")])
            return [b""]
        self._watch(self._wire.last)
        start_response(f"{answer.status} {_PHRASES.get(answer.status, 'Unknown')}", _headers(answer))
        return [answer.content]


def _sent(environ: Mapping[str, Any]) -> Sent:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").title(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") and name != "HTTP_HOST"
    }
    for name in ("CONTENT_TYPE",):
        if environ.get(name):
            headers["Content-Type"] = environ[name]
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else None
    return Sent(environ["REQUEST_METHOD"], _target(environ), headers, body)


def _target(environ: Mapping[str, Any]) -> str:
    """Return path and query as they were asked for, percent-encoded."""
    raw = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if raw:
        return str(raw)
    path = quote(environ.get("PATH_INFO", "/").encode("latin-1"), safe="/%:@!$&'()*+,;=~-._")
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _headers(answer: Answer) -> list[tuple[str, str]]:
    kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP]
    return [*kept, ("Content-Length", answer.headers.get("content-length", str(len(answer.content))))]


def _plain(text: str) -> str:
    return text.encode("ascii", "replace").decode().replace("\n", " ")
