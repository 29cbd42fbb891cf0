"""Byte ranges of what is served bit by bit (RFC 9110, section 14): an answer and what its request
asks for in, the part out.

    Range: bytes=0-4       206, the first five bytes       Range: bytes=-2   206, the last two
    Range: bytes=900-      416 of a file of 19 bytes       Range: items=1    200, the whole
"""

from __future__ import annotations

import re
from dataclasses import replace

from mockserver.asgi.request import Request
from mockserver.asgi.respond import Answer
from mockserver.slots import dataclass

_ONE = re.compile(r"bytes=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)
"""One range. Several at once, or other units, may be answered with the whole (section 14.2)."""
_ACCEPTED = (b"accept-ranges", b"bytes")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """The bytes from `start` up to `stop` of so many; none where it begins at its end or behind."""

    start: int
    stop: int
    size: int

    @property
    def is_there(self) -> bool:
        return self.start < self.stop

    @property
    def told(self) -> str:
        """The part as Content-Range has it."""
        if self.is_there:
            return f"bytes {self.start}-{self.stop - 1}/{self.size}"
        return f"bytes */{self.size}"


def in_range(answer: Answer, request: Request) -> Answer:
    """Return the part of an answer that a GET asks for, the whole where it asks for none."""
    is_read = request.scope["method"] in ("GET", "HEAD")
    if not is_read or answer.status != 200:
        return answer
    headers = [*answer.headers, _ACCEPTED]
    size = len(answer.body)
    asked = request.headers.get("range", "")
    part = _part_of(asked, size)
    if part is None or not _is_same(answer, request):
        return replace(answer, headers=headers)
    told = part.told.encode()
    headers.append((b"content-range", told))
    if not part.is_there:
        return replace(answer, status=416, headers=headers, body=b"")
    body = answer.body[part.start : part.stop]
    return replace(answer, status=206, headers=headers, body=body)


def _part_of(asked: str, size: int) -> ByteRange | None:
    """Return the part that a Range header names; None where it names none or several."""
    found = _ONE.fullmatch(asked)
    if found is None:
        return None
    first, last = found.groups()
    if first:
        stop = int(last) + 1 if last else size
        return ByteRange(int(first), min(stop, size), size)
    if last:
        start = max(size - int(last), 0)
        return ByteRange(start, size, size)
    return None


def _is_same(answer: Answer, request: Request) -> bool:
    """Tell whether the part is of the version that the client has (`If-Range`, section 13.1.5)."""
    condition = request.headers.get("if-range")
    if condition is None:
        return True
    if condition.startswith("W/"):
        return False
    told = dict(answer.headers)
    version = condition.encode("latin-1", "replace")
    return version in (told.get(b"etag"), told.get(b"last-modified"))
