"""CORS for what is played: an ASGI application in, one that lets pages of every origin ask out.

The origin is echoed, since `*` does not do for a page that sends its cookies, and headers are
exposed by their names for the same reason (Fetch standard, CORS protocol and credentials). What
looks inside the mock and its documents is for no other origin.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import Any

from mockserver.asgi.located import LOCATED

App = Callable[[Any, Any, Any], Awaitable[None]]
Wire = list[tuple[bytes, bytes]]
_MORE_METHODS = ("QUERY", "TRACE")
_ALLOWED = b"access-control-allow-origin"
_EXPOSED = b"access-control-expose-headers"
_ASKED_METHOD = b"access-control-request-method"
_ASKED_HEADERS = b"access-control-request-headers"


class Cors:
    """An ASGI application around another one; requests without an Origin go straight through."""

    def __init__(self, app: App) -> None:
        self._app = app

    @cached_property
    def _cors(self) -> App:
        from starlette.middleware.cors import ALL_METHODS, CORSMiddleware  # only pages need it

        return CORSMiddleware(
            self._exposed,
            allow_origin_regex=".*",
            allow_methods=(*ALL_METHODS, *_MORE_METHODS),
            allow_headers=["*"],
            allow_credentials=True,
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if _is_of_a_page(scope):
            await self._cors(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _exposed(self, scope: Any, receive: Any, send: Any) -> None:
        async def expose(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                message = {**message, "headers": [*headers, _exposing(headers)]}
            await send(message)

        await self._app(scope, receive, expose)


class LiveCors:
    """Cors around a live server: what it says itself stays; where it says nothing, pages are let in
    as they are to the mock.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not _is_of_a_page(scope):
            await self._app(scope, receive, send)
            return
        asked = dict(scope["headers"])
        is_preflight = scope["method"] == "OPTIONS" and _ASKED_METHOD in asked
        is_answered = False

        async def show(message: Any) -> None:
            nonlocal is_answered
            if is_answered:
                return
            if message["type"] == "http.response.start" and not _names(message, _ALLOWED):
                if is_preflight:
                    is_answered = True
                    await _answer_preflight(asked, send)
                    return
                headers = message["headers"]
                added = [*_letting_in(asked[b"origin"]), _exposing(headers)]
                message = {**message, "headers": [*headers, *added]}
            await send(message)

        await self._app(scope, receive, show)


async def _answer_preflight(asked: dict[bytes, bytes], send: Any) -> None:
    headers = _letting_in(asked[b"origin"])
    headers.append((b"access-control-allow-methods", asked[_ASKED_METHOD]))
    if _ASKED_HEADERS in asked:
        headers.append((b"access-control-allow-headers", asked[_ASKED_HEADERS]))
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _letting_in(origin: bytes) -> Wire:
    return [
        (_ALLOWED, origin),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


def _exposing(headers: Sequence[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    names = dict.fromkeys(name for name, _ in headers)
    return _EXPOSED, b", ".join(names)


def _names(message: Any, wanted: bytes) -> bool:
    return any(name.lower() == wanted for name, _ in message["headers"])


def _is_of_a_page(scope: Any) -> bool:
    """Tell whether a browser sends a request for a page of some origin, to what is played."""
    if scope["type"] != "http" or scope[LOCATED].is_reserved:
        return False
    return b"origin" in dict(scope["headers"])
