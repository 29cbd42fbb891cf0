"""Tell each request in one line: method, path, status and time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from mockserver.asgi.note import NOTE, Note

Tell = Callable[[str, str, int, float, Sequence[str]], None]
"""Called with method, target, status (0 when the client went away), milliseconds and what was
wrong.
"""


class RequestLog:
    """Wraps an ASGI application and tells of each HTTP request."""

    def __init__(self, app: Any, tell: Tell) -> None:
        self._app = app
        self._tell = tell

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        note = scope.get(NOTE) or Note()
        began = time.perf_counter()

        async def watch(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app({**scope, NOTE: note}, receive, watch)
        finally:
            raw = scope.get("raw_path") or scope["path"].encode()
            query = scope.get("query_string", b"")
            target = raw.partition(b"?")[0] + (b"?" + query if query else b"")
            took = (time.perf_counter() - began) * 1000
            self._tell(
                scope["method"], printable(target.decode("latin-1")), status, took, note.reasons
            )


def printable(text: str) -> str:
    """Return a text that moves nothing on a terminal."""
    return "".join(each if each.isprintable() else "?" for each in text)
