"""Hold the head of a request to HTTP: bytes of a connection in, a refusal out for a head that does
not end, names no host or two, or frames its body in a way that is not decoded.

    431   more than 128 KiB of head (RFC 6585, section 5)
    414   a target of more than 32 KiB (RFC 9110, section 15.5.15)
    408   a head that is not whole after 30 seconds (RFC 9110, section 15.5.9)
    400   HTTP/1.1 without a Host, or more than one of them (RFC 9112, section 3.2)
    501   a Transfer-Encoding other than chunked (RFC 9112, section 6.1)

The parser keeps a head until it is whole, however long it gets, so that one client could fill the
memory.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 128 * 1024
"""Bytes that may come without an end of what they are part of."""
LARGEST_TARGET = 32 * 1024
"""Bytes of a path and query."""
HEAD_S = 30.0
"""How long a head may take from its first byte on."""


class BoundedHead(HttpToolsProtocol):
    """uvicorn's protocol, which hangs up on what does not end, and does not take trailers for
    headers.

    What the parser keeps to itself is part of a head, of a trailer or of a chunk's extension; a
    body it hands on.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_head = False
        self._got_on = False
        self._kept = 0
        self._is_refused = False
        self._deadline: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._got_on = False
        super().data_received(data)
        self._kept = 0 if self._got_on else self._kept + len(data)
        if self._kept > LARGEST_HEAD:
            self._refuse(431, "The head of the request is too large.")
        elif self._in_head and self._deadline is None:  # most heads come whole, and need none
            self._deadline = self.loop.call_later(HEAD_S, self._give_up)

    def on_message_begin(self) -> None:
        self._in_head = self._got_on = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head, self._got_on = False, True
        self._clear_deadline()
        refusal = _refusal(self.parser.get_http_version(), self.url, self.headers)
        if refusal is None:
            super().on_headers_complete()
            self.headers = []  # what comes now are trailers, and nobody reads them
        else:
            self._refuse(*refusal)

    def on_body(self, body: bytes) -> None:
        self._got_on = True
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._is_refused:
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._clear_deadline()
        super().connection_lost(exc)

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._refuse(408, f"The head of the request was not whole after {HEAD_S:.0f} s.")

    def _refuse(self, status: int, reason: str) -> None:
        """Answer and hang up: what comes after such a head cannot be told apart from it."""
        self._is_refused = True
        if not self.transport.is_closing():
            self.transport.write(_answer(status, reason))
            self.transport.close()


def _refusal(
    version: str, target: bytes, headers: list[tuple[bytes, bytes]]
) -> tuple[int, str] | None:
    """Return status and reason for a head that cannot be served; None for one that can."""
    if len(target) > LARGEST_TARGET:
        return 414, f"The target of the request has more than {LARGEST_TARGET} bytes."
    hosts = 0
    for name, value in headers:
        if name == b"host":
            hosts += 1
        elif name == b"transfer-encoding" and value.strip().lower() != b"chunked":
            return 501, "Transfer-Encoding may only be chunked."
    if hosts != 1 and (hosts or version == "1.1"):
        return 400, f"A request has one Host header, this one has {hosts}."
    return None


def _answer(status: int, reason: str) -> bytes:
    text = reason.encode()
    lines = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "content-type: text/plain; charset=utf-8",
        f"content-length: {len(text)}",
        "connection: close",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + text
