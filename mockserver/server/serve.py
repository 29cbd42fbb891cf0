"""Serve an application with uvicorn: an app and a socket in, replies until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any
from weakref import WeakSet

import uvicorn

from mockserver.asgi.request import ENDLESS
from mockserver.defaults import KILLED
from mockserver.server.heads import BoundedHead
from mockserver.server.tls import Tls

GRACE_S = 3
"""How long requests in flight may take to end once the server is told to stop."""


def serve(
    app: Any,
    listener: socket.socket,
    tls: Tls | None = None,
    ready: Callable[[], None] | None = None,
) -> None:
    """Serve until the process is interrupted or terminated; `ready` is called when either would end
    it well.
    """
    server = server_of(app, tls)
    server.ready = ready
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def server_of(app: Any, tls: Tls | None = None) -> Server:
    """Return a server of an application, not started."""
    config = uvicorn.Config(
        app,
        http=BoundedHead,
        ws="none",
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    config.load()
    config.ssl = tls.context if tls else None
    return Server(config)


class Server(uvicorn.Server):
    """A uvicorn server that ends as soon as the requests in flight are answered, and after GRACE_S
    in any case. `ready` is called when it has started.
    """

    ready: Callable[[], None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.ready is not None:
            self.ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end at the first signal; at the second one end, whatever holds the server."""
        if self.should_exit:
            os._exit(KILLED + sig)
        self.should_exit = True

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._connections: WeakSet[Any] = WeakSet()
        config.http_protocol_class = _remembered(config.http_protocol_class, self._connections)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, and cut off who is still there: TLS waits 30 s for a client to say goodbye, even
        one that is gone.
        """
        for connection in list(self._connections):
            # closed once more, it could no longer be cut off
            if connection.transport.is_closing() or _is_endless(connection):
                connection.transport.abort()
        await super().shutdown(sockets)
        for connection in list(self._connections):
            connection.transport.abort()
        await asyncio.sleep(0.01)


def _is_endless(connection: Any) -> bool:
    """Tell whether a reply is under way that ends only when its client goes."""
    cycle = getattr(connection, "cycle", None)
    if cycle is None or cycle.response_complete:
        return False
    return bool(cycle.scope.get("state", {}).get(ENDLESS))


def _remembered(protocol: Any, connections: WeakSet[Any]) -> Any:
    """Return a class of connections that adds each one to a set."""

    class Remembered(protocol):  # type: ignore[misc]
        def connection_made(self, transport: Any) -> None:
            connections.add(self)
            super().connection_made(transport)

    return Remembered
