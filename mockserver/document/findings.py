"""What was odd in a document, as a value: the place, the message and whether it breaks the
specification.
"""

from __future__ import annotations

from mockserver.slots import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One mended or odd place.

    `pointer` is a JSON pointer (RFC 6901), `source` the file or URL and `line` counts from 1 where
    known. `fault` tells a breach of the specification, which a strict load refuses, from mere news.
    """

    message: str
    pointer: str = ""
    source: str = ""
    line: int | None = None
    fault: bool = True

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        return f"{place}: at {self.pointer or '/'} {self.message}"
