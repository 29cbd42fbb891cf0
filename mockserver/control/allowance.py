"""Keep the memory of spaces and journal bounded: calls as they are noted in, spaces that go out.

What a space has for itself is what was written to it since it began, roughly: the records that it
shares with its start cost nothing. Once all spaces together have more than half of the bound, those
whose last write is the longest ago go, and it is told which. The first space stays, whatever it
holds. The other half is the journal's, whose oldest entries go.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from mockserver.control.journal import Bounds, Entry

MEBIBYTE = 1024 * 1024
_LOG = logging.getLogger("understudy")


class SpaceMemory:
    """How much was written to each space, and what is forgotten where that is too much."""

    def __init__(self, most_mib: int, drop: Callable[[str], bool]) -> None:
        """Take the bound of journal and spaces together, and what drops a space."""
        self._most_mib = most_mib
        self._most_bytes = most_mib * MEBIBYTE // 2
        self._drop = drop
        self._written: dict[str, int] = {}
        self._total = 0

    @property
    def journal(self) -> Bounds:
        """The bounds of the journal beside the spaces."""
        return Bounds(most_bytes=self._most_bytes)

    @property
    def bytes(self) -> int:
        """Bytes that all spaces but the first have for themselves, roughly."""
        return self._total

    def note(self, entry: Entry) -> None:
        """Count what a call wrote, and drop spaces where there is too much."""
        space = entry.space
        if not space or not entry.changes:
            return
        size = entry.changed_bytes
        before = self._written.pop(space, 0)  # the last one to be written to is the last to go
        self._written[space] = before + size
        self._total += size
        while self._total > self._most_bytes and len(self._written) > 1:
            oldest = next(iter(self._written))
            self.forget(oldest)
            self._drop(oldest)
            _LOG.warning(
                "understudy: the space %r was forgotten: journal and spaces have %d MB together, "
                "see --memory",
                oldest,
                self._most_mib,
            )

    def forget(self, space: str) -> None:
        """Count a space no more."""
        self._total -= self._written.pop(space, 0)
