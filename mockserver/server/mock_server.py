"""A mock on a real port: names of APIs in, a server in a thread of its own out."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mockserver.app import Settings
from mockserver.errors import ServerError
from mockserver.server.port import claim, listen
from mockserver.server.serve import Server, server_of
from mockserver.server.tls import Files, Tls, secured
from mockserver.testing.mock import Mock
from mockserver.testing.stage import Stage

STOP_TIMEOUT_S = 30.0


class MockServer(Mock):
    """A mock on a real port, in a thread of its own; what is said of it is said of its first space.

    >>> with MockServer("bookshop") as mock:
    ...     mock.url.startswith("http://127.0.0.1:")
    True

    It need not be started for clients in this process, which use `asgi_app`, `transport` or
    `requests_adapter`.
    """

    def __init__(
        self,
        *names: str,
        host: str = "127.0.0.1",
        port: int = 0,
        settings: Settings | None = None,
        app: Any = None,
        tls: bool | tuple[Path, Path] = False,
        store: str | None = None,
    ) -> None:
        """Take the names of APIs (or files, folders, URLs), or a ready ASGI `app`.

        `tls` makes it https: with a certificate made on the spot, or with these files of a
        certificate and its key. `store` is where the state is kept, in the place of what the
        settings say: `memory`, or the address of a database.
        """
        chosen = settings or Settings()
        if store is not None:
            chosen = replace(chosen, store=store)
        super().__init__(Stage(names, chosen, self._origin, app))
        self._host = host
        self._port = port
        self._tls = tls
        self._authority: Path | None = None
        self._stack = ExitStack()
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def _origin(self) -> str:
        """Return the URL of the server. Raises ServerError before it has started."""
        if self._server is None:
            raise ServerError(
                "the server has not started: use it as a context manager, or call start()"
            )
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'https' if self._tls else 'http'}://{host}:{self._port}"

    @property
    def authority(self) -> Path:
        """The PEM file by which clients trust the certificate made with `tls=True`, such as
        `REQUESTS_CA_BUNDLE` names. Raises ServerError when none was made.
        """
        if self._authority is None:
            raise ServerError(
                "there is no certificate made on the spot: start the server with tls=True"
            )
        return self._authority

    def start(self) -> Self:
        """Start to serve and return when requests are answered. Raises ServerError, or what is
        wrong with an API.
        """
        with ExitStack() as undo:
            listener = undo.enter_context(claim(self._host, self._port))
            app = self._stage.app
            tls = self._secured(undo)
            listen(listener)
            self._stack = undo.pop_all()
        self._port = listener.getsockname()[1]
        self._server = server_of(app, tls)
        self._thread = threading.Thread(
            target=self._run, args=(self._server, listener), daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop at once and free the port."""
        if self._server is not None:
            self._server.should_exit = self._server.force_exit = True
        if self._thread is not None:
            self._thread.join(STOP_TIMEOUT_S)
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
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @staticmethod
    def _run(server: Server, listener: socket.socket) -> None:
        with listener:
            asyncio.run(server.serve(sockets=[listener]))
