"""A client that writes bytes on a connection as it likes: parts in, the statuses that came back
out.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

KEY = b"X-Api-Key: bookshop-key\r\n"
GOOD = b"GET /shelves?limit=1 HTTP/1.1\r\nHost: a\r\n" + KEY + b"\r\n"
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


def request(line: bytes, *headers: bytes, body: bytes = b"") -> bytes:
    """Return a request with the key of the bookshop and these headers, as they are."""
    return b"".join(
        [line, b"\r\nHost: a\r\n", KEY, *(each + b"\r\n" for each in headers), b"\r\n", body]
    )


@contextmanager
def connection(url: str) -> Iterator[socket.socket]:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=10) as made:
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield made


def talk(
    url: str, *parts: bytes, wait_s: float = 5.0, answers: int = 1, leave: bool = False
) -> list[int]:
    """Send parts on one connection. Return the statuses that came until there were enough or the
    server hung up.

    With `leave` the client goes away after the last part instead.
    """
    with connection(url) as made:
        try:
            for part in parts:
                made.sendall(part)
        except OSError:
            pass  # the server has hung up: what it said before can be read still
        return [] if leave else statuses(read(made, wait_s, answers))


def read(made: socket.socket, wait_s: float, answers: int = 1) -> bytes:
    """Return what comes until so many answers are whole, the server hangs up, or the time is
    over.
    """
    came, end = b"", time.monotonic() + wait_s
    usual_s = made.gettimeout()
    while (left := end - time.monotonic()) > 0 and not _are_whole(came, answers):
        made.settimeout(left)
        try:
            chunk = made.recv(65_536)
        except OSError:  # the time is over, too
            break
        if not chunk:
            break
        came += chunk
    made.settimeout(usual_s)
    return came


def statuses(came: bytes) -> list[int]:
    return [int(status) for status in _STATUS.findall(came)]


def _are_whole(came: bytes, answers: int) -> bool:
    """Tell whether the last of so many answers has come with its body."""
    at, found = 0, 0
    while found < answers:
        end = came.find(b"\r\n\r\n", at)
        if end < 0:
            return False
        head = came[at:end].lower()
        length = re.search(rb"content-length: (\d+)", head)
        at = end + 4 + (int(length[1]) if length else 0)
        found += 1
    return len(came) >= at
