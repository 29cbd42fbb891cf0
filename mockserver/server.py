"""Run an ASGI application on a port: in the foreground for the command line, in a thread for tests."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self
from weakref import WeakSet

import uvicorn

from mockserver.app import Settings
from mockserver.errors import ServerError
from mockserver.heads import BoundedHead
from mockserver.mock import Mock
from mockserver.stage import Stage
from mockserver.tls import Files, Tls, secured

START_TIMEOUT_S = 30.0


class _Server(uvicorn.Server):
    """A uvicorn server that ends at once: a mock has nothing to finish. `ready` is called when it has started."""

    ready: Callable[[], None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.ready is not None:
            self.ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.should_exit = self.force_exit = True

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._connections: WeakSet[Any] = WeakSet()
        config.http_protocol_class = _remembered(config.http_protocol_class, self._connections)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, and cut off who is still there: TLS waits 30 s for a client to say goodbye, even one that is gone."""
        for connection in list(self._connections):
            if connection.transport.is_closing():  # closed once more, it could no longer be cut off
                connection.transport.abort()
        await super().shutdown(sockets)
        for connection in list(self._connections):
            connection.transport.abort()
        await asyncio.sleep(0.01)


def _remembered(protocol: Any, connections: WeakSet[Any]) -> Any:
    """Return a class of connections that adds each one to a set."""

    class Remembered(protocol):  # type: ignore[misc]
        def connection_made(self, transport: Any) -> None:
            connections.add(self)
            super().connection_made(transport)

    return Remembered


def open_socket(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises ServerError when the port is taken or the address is not ours."""
    if not 0 <= port <= 65535:
        raise ServerError(f"port {port} is no port: give one from 0 to 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with ExitStack() as undo:
            listener = undo.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(1024)
            undo.pop_all()
    except OSError as error:
        raise ServerError(_worded(host, port, error)) from None
    listener.setblocking(False)
    return listener


def _worded(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken; give another one with --port, or --port 0 for a free one"
    if error.errno == errno.EACCES:
        return f"port {port} on {host} is not allowed for this user; give one above 1023 with --port"
    return f"cannot listen on {host}:{port}: {error.strerror or error}"


def _server(app: Any, tls: Tls | None = None) -> _Server:
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
        timeout_graceful_shutdown=0,
    )
    config.load()
    config.ssl = tls.context if tls else None
    return _Server(config)


def serve(app: Any, listener: socket.socket, tls: Tls | None = None, ready: Callable[[], None] | None = None) -> None:
    """Serve until the process is interrupted or terminated; `ready` is called when either would end it well."""
    server = _server(app, tls)
    server.ready = ready
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


class MockServer(Mock):
    """A mock on a real port, in a thread of its own; what is said of it is said of its first space.

    >>> with MockServer("bookshop") as mock:
    ...     mock.url.startswith("http://127.0.0.1:")
    True

    It need not be started for clients in this process, which use `asgi_app`, `transport` or `requests_adapter`.
    """

    def __init__(
        self,
        *names: str,
        host: str = "127.0.0.1",
        port: int = 0,
        settings: Settings | None = None,
        app: Any = None,
        tls: bool | tuple[Path, Path] = False,
    ) -> None:
        """Take the names of APIs (or files, folders, URLs), or a ready ASGI `app`.

        `tls` makes it https: with a certificate made on the spot, or with these files of a certificate and its key.
        """
        super().__init__(Stage(names, settings or Settings(), self._origin, app))
        self._host = host
        self._port = port
        self._tls = tls
        self._authority: Path | None = None
        self._stack = ExitStack()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def _origin(self) -> str:
        """Return the URL of the server. Raises ServerError before it has started."""
        if self._server is None:
            raise ServerError("the server has not started: use it as a context manager, or call start()")
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'https' if self._tls else 'http'}://{host}:{self._port}"

    @property
    def authority(self) -> Path:
        """The PEM file by which clients trust the certificate made with `tls=True`, such as `REQUESTS_CA_BUNDLE`
        names. Raises ServerError when none was made."""
        if self._authority is None:
            raise ServerError("there is no certificate made on the spot: start the server with tls=True")
        return self._authority

    def start(self) -> Self:
        """Start to serve and return when requests are answered. Raises ServerError, or what is wrong with an API."""
        app = self._stage.app
        with ExitStack() as undo:
            tls = self._secured(undo)
            listener = open_socket(self._host, self._port)
            self._stack = undo.pop_all()
        self._port = listener.getsockname()[1]
        self._server = _server(app, tls)
        self._thread = threading.Thread(target=self._run, args=(self._server, listener), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop at once and free the port."""
        if self._server is not None:
            self._server.should_exit = self._server.force_exit = True
        if self._thread is not None:
            self._thread.join(START_TIMEOUT_S)
        self._server = self._thread = self._authority = None
        self._stage.close()
        self._stack.close()

    def _secured(self, stack: ExitStack) -> Tls | None:
        if not self._tls:
            return None
        files = Files(*map(Path, self._tls)) if isinstance(self._tls, tuple) else None
        tls = stack.enter_context(secured(self._host, files))
        self._authority = tls.authority
        return tls

    def __enter__(self) -> Self:
        return self.start()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @staticmethod
    def _run(server: _Server, listener: socket.socket) -> None:
        with listener:
            asyncio.run(server.serve(sockets=[listener]))
