"""Ask an ASGI application without a port: a request in, its answer out."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from mockserver.exchange import Answer, Headers, Pairs, Sent
from mockserver.slots import dataclass

HOST = "testserver"
"""Where a request goes that does not say where."""
_IN_PATHS = "/%:@!$&'()*+,;=~-._"
"""What stands in a path as it is (RFC 3986, section 3.3), escapes too."""
_PORTS = {"http": 80, "https": 443}


def sent_to(
    method: str, url: str, headers: Mapping[str, str] | Pairs = (), content: bytes = b""
) -> Sent:
    """Return a request to a URL."""
    parts = urlsplit(url)
    path = parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    return Sent(method, target, headers, content, f"{parts.scheme}://{parts.netloc}")


class LoopThread:
    """Runs coroutines for blocking clients in a loop of its own thread, started by the first of
    them.

    So an application may sleep, and a blocking client may ask from within a running loop.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
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
                name, own = "understudy-inprocess", (self._loop,)
                threading.Thread(target=_run, args=own, name=name, daemon=True).start()
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

    def ask(self, sent: Sent) -> Answer:
        """Return the answer to a blocking client. Raises ConnectionResetError when there is
        none.
        """
        return self.thread.run(ask(self.app, sent))


async def ask(app: Any, sent: Sent) -> Answer:
    """Return the answer of an application to a request; what the application raises comes through.
    Raises ConnectionResetError when it gives none.
    """
    unread = [{"type": "http.request", "body": sent.content, "more_body": False}]
    is_over = asyncio.Event()
    start: Mapping[str, Any] = {}
    chunks: list[bytes] = []

    async def receive() -> Any:
        if unread:
            return unread.pop()
        await is_over.wait()  # the client stays until it has the whole answer
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))
            if not message.get("more_body", False):
                is_over.set()

    await app(scope_of(sent), receive, send)
    if not start:
        raise ConnectionResetError(
            f"the mock closed the connection without an answer to {sent.method}"
        )
    headers = Headers.from_wire(start.get("headers", ()))
    # as a server does, whatever the application gives
    content = b"" if sent.method == "HEAD" else b"".join(chunks)
    return Answer(start["status"], headers, content)


def scope_of(sent: Sent) -> dict[str, Any]:
    """Return the scope of a request (ASGI HTTP specification 2.3, connection scope)."""
    origin = urlsplit(sent.origin or f"http://{HOST}")
    host = origin.netloc.rpartition("@")[2]
    headers = sent.headers.to_wire()
    if "host" not in sent.headers:
        headers.insert(0, (b"host", host.encode("latin-1")))
    has_length = "content-length" in sent.headers or "transfer-encoding" in sent.headers
    if sent.content and not has_length:
        headers.append((b"content-length", str(len(sent.content)).encode()))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": sent.http_version,
        "method": sent.method,
        "scheme": origin.scheme,
        "path": unquote(sent.raw_path),
        "raw_path": quote(sent.raw_path, safe=_IN_PATHS).encode(),
        "query_string": sent.raw_query.encode("ascii", "replace"),
        "root_path": "",
        "headers": headers,
        "server": (origin.hostname, origin.port or _PORTS.get(origin.scheme, 80)),
        "client": ("127.0.0.1", 0),
    }
