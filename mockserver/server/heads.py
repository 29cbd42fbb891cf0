"""Bound the head of a request: bytes of a connection in, 431 out for a head that does not end (RFC
6585 section 5).

The parser keeps a head until it is whole, however long it gets, so that one client could fill the
memory.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 128 * 1024
"""Bytes that may come without an end of what they are part of."""
_TEXT = b"The head of the request is too large."
_ANSWER = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\n"
    b"connection: close\r\n\r\n%s"
) % (len(_TEXT), _TEXT)


class BoundedHead(HttpToolsProtocol):
    """uvicorn's protocol, which hangs up on what does not end, and does not take trailers for
    headers.

    What the parser keeps to itself is part of a head, of a trailer or of a chunk's extension; a
    body it hands on.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._got_on = False
        self._kept = 0

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._got_on = False
        super().data_received(data)
        self._kept = 0 if self._got_on else self._kept + len(data)
        if self._kept > LARGEST_HEAD and not self.transport.is_closing():
            self.transport.write(_ANSWER)
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._got_on = True
        super().on_headers_complete()
        self.headers = []  # what comes now are trailers, and nobody reads them

    def on_body(self, body: bytes) -> None:
        self._got_on = True
        super().on_body(body)
