"""The journal of all processes that play one mock: entries in, those of every process out.

An entry is in the database before its reply is out, so that nobody who was answered looks for a
call in vain, whichever process he asks. Those of requests that are answered at the same time are
written together, in a thread. Where the database is away they wait, so many and no more, for it to
come back.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence

from mockserver.asgi.rounds import Rounds
from mockserver.control.entryform import FindOperation, entry_from, entry_text
from mockserver.control.journal import Bounds, Entry
from mockserver.stores.board import CallText, CallTexts, Extent

PATIENCE_S = 1.0
"""How long a reply waits for its entry to be written."""
_LOG = logging.getLogger("understudy")


class SharedJournal:
    """The calls of all spaces, in a database. What is asked of it may raise StoreError."""

    is_shared = True

    def __init__(
        self,
        calls: CallTexts,
        bounds: Bounds,
        find: FindOperation,
    ) -> None:
        self._calls = calls
        self._bounds = bounds
        self._find = find
        self._waiting: deque[Entry] = deque()
        self._read: OrderedDict[int, Entry] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._rounds = Rounds(self._write, "understudy-journal")

    def add(self, entry: Entry) -> None:
        """Keep an entry with the next round."""
        with self._lock:
            self._waiting.append(entry)
            if len(self._waiting) > self._bounds.most:
                self._waiting.popleft()

    async def settled(self) -> None:
        """Return when all entries so far are written, or that takes too long."""
        error = await self._rounds.joined(PATIENCE_S)
        if error is not None:
            _LOG.warning("understudy: calls wait to be written down: %s", error)

    def of(self, space: str = "") -> tuple[Entry, ...]:
        """Return the entries of a space, the oldest first. Raises StoreError."""
        self._settle()
        numbers = self._calls.numbers(space)
        return tuple(self._entries(numbers))

    def get(self, number: int, space: str = "") -> Entry | None:
        """Return the entry of a number, None when it is not of this space or was forgotten. Raises
        StoreError.
        """
        self._settle()
        for entry in self._entries([number]):
            if entry.space == space and number in self._calls.numbers(space):
                return entry
        return None

    def remove(self, numbers: Iterable[int], space: str = "") -> int:
        """Forget the entries of these numbers in a space; tell how many there were. Raises
        StoreError.
        """
        return self._calls.remove(numbers, space)

    def clear(self, space: str = "") -> int:
        """Forget the entries of a space; tell how many there were. Raises StoreError."""
        self._settle()
        return self._calls.clear(space)

    @property
    def extent(self) -> Extent:
        """How many entries are kept. Raises StoreError."""
        self._settle()
        return self._calls.extent()

    @property
    def dropped(self) -> int:
        """Entries that went because there were too many, of whichever space."""
        return self.extent.dropped

    @property
    def kept_bytes(self) -> int:
        """Bytes that all entries count for, roughly."""
        return self.extent.bytes

    def __len__(self) -> int:
        return self.extent.calls

    def _settle(self) -> None:
        """Write what waits. Raises StoreError."""
        if self._waiting:
            self._rounds.join().result()

    def _write(self) -> None:
        """Write the entries that wait, in their order. Raises StoreError."""
        with self._lock:
            entries = list(self._waiting)
            self._waiting.clear()
        if not entries:
            return
        try:
            texts = []
            for entry in entries:
                text = entry_text(entry)
                texts.append(CallText(entry.space, entry.size, text))
            first = self._calls.add(texts)
        except BaseException:
            with self._lock:
                self._waiting.extendleft(reversed(entries))
            raise
        for number, entry in enumerate(entries, first):
            entry.number = number
            self._keep(entry)

    def _entries(self, numbers: Sequence[int]) -> Iterable[Entry]:
        """Yield the entries of these numbers, those that are there."""
        with self._lock:
            found = {number: self._read[number] for number in numbers if number in self._read}
        missing = [number for number in numbers if number not in found]
        for number, text in self._calls.texts(missing).items():
            entry = entry_from(text, number, self._find)
            found[number] = entry
            self._keep(entry)
        return [found[number] for number in numbers if number in found]

    def _keep(self, entry: Entry) -> None:
        """Remember an entry, so that it has to be read once at most."""
        with self._lock:
            self._read[entry.number] = entry
            self._bytes += entry.size
            while len(self._read) > self._bounds.most or self._bytes > self._bounds.most_bytes:
                if len(self._read) == 1:
                    break
                _, oldest = self._read.popitem(last=False)
                self._bytes -= oldest.size
