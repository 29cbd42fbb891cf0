"""Ask an ASGI application without a port: method, URL, headers and body in, status, headers and
body out.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it would go over the wire. `target` is what follows the host: path and query."""

    method: str
    scheme: str
    host: str
    target: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to it, as it would come over the wire."""

    status: int
    headers: Headers
    body: bytes


def asked(method: str, url: str, headers: Headers, body: bytes) -> Asked:
    """Return what is asked at a URL."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Asked(method, parts.scheme, parts.netloc, target, headers, body)


class LoopThread:
    """Runs coroutines for blocking clients in a loop of its own thread, started by the first of
    them.

    So an application may sleep, and a blocking client may ask from within a running loop.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def run(self, work: Coroutine[Any, Any, Told]) -> Told:
        """Return what a coroutine returns, or raise what it raises."""
        return asyncio.run_coroutine_threadsafe(work, self._running()).result()

    def close(self) -> None:
        """End the thread, if there is one."""
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._loop = None

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=_run, args=(self._loop,), name="understudy-inprocess", daemon=True
                ).start()
            return self._loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()


@dataclass(frozen=True, slots=True)
class InProcess:
    """An application, and the thread in which it answers blocking clients."""

    app: Any
    thread: LoopThread

    def ask(self, request: Asked) -> Told:
        """Return the answer to a blocking client. Raises ConnectionResetError when there is
        none.
        """
        return self.thread.run(ask(self.app, request))


async def ask(app: Any, request: Asked) -> Told:
    """Return the answer of an application to a request. Raises ConnectionResetError when it gives
    none.
    """
    unread = [{"type": "http.request", "body": request.body, "more_body": False}]
    status, headers, chunks = 0, [], []

    async def receive() -> Any:
        return unread.pop() if unread else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    await app(_scope(request), receive, send)
    if not status:
        raise ConnectionResetError(
            f"the mock closed the connection without an answer to {request.method}"
        )
    return Told(status, headers, b"".join(chunks))


def _scope(request: Asked) -> dict[str, Any]:
    """Return the scope of an HTTP request (ASGI HTTP specification 2.3, connection scope)."""
    path, _, query = request.target.partition("?")
    host, _, port = request.host.rpartition("@")[2].partition(":")
    headers = [(name.lower(), value) for name, value in request.headers]
    if not any(name == b"host" for name, _ in headers):
        headers.insert(0, (b"host", request.host.encode("latin-1")))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": unquote(path),
        "raw_path": path.encode("ascii", "replace"),
        "query_string": query.encode("ascii", "replace"),
        "root_path": "",
        "headers": headers,
        "server": (
            host,
            int(port) if port.isdigit() else (443 if request.scheme == "https" else 80),
        ),
        "client": ("127.0.0.1", 0),
    }
