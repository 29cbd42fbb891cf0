"""CORS for what is played: an ASGI application in, one that lets pages of every origin ask out.

The origin is echoed, since `*` does not do for a page that sends its cookies, and headers are
exposed by their names for the same reason (Fetch standard, CORS protocol and credentials). What
looks inside the mock and its documents is for no other origin.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.middleware.cors import ALL_METHODS, CORSMiddleware

from mockserver.asgi.located import LOCATED

App = Callable[[Any, Any, Any], Awaitable[None]]
_EXPOSED = b"access-control-expose-headers"


class Cors:
    """An ASGI application around another one; requests without an Origin go straight through."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._cors = CORSMiddleware(
            self._exposed,
            allow_origin_regex=".*",
            allow_methods=[*ALL_METHODS, "QUERY", "TRACE"],
            allow_headers=["*"],
            allow_credentials=True,
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if _is_of_a_page(scope) and not scope[LOCATED].is_reserved:
            await self._cors(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _exposed(self, scope: Any, receive: Any, send: Any) -> None:
        async def expose(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                names = dict.fromkeys(name for name, _ in headers)
                message = {**message, "headers": [*headers, (_EXPOSED, b", ".join(names))]}
            await send(message)

        await self._app(scope, receive, expose)


def _is_of_a_page(scope: Any) -> bool:
    return scope["type"] == "http" and any(name == b"origin" for name, _ in scope["headers"])
