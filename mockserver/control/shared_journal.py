"""The journal of all processes that play one mock: entries in, those of every process out.

Before a reply is out its process has announced that it has an entry to write, once for all that
come within LINGER_S, and then writes them together, in a thread. A reader writes his own, and waits
for those that others have announced: nobody who was answered looks for a call in vain, whichever
process he asks. Where the database is away entries wait, so many and no more, for it to come back.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence

from mockserver.asgi.rounds import Rounds
from mockserver.control.entryform import FindOperation, entry_from, entry_text
from mockserver.control.journal import Bounds, Entry
from mockserver.errors import StoreError
from mockserver.stores.board import CallText, CallTexts, JournalExtent

PATIENCE_S = 1.0
"""How long a reply waits until its entry is announced."""
LINGER_S = 0.03
"""How long entries wait for others that are written with them."""
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
        self._is_announced = False
        self._is_due = False
        self._is_writing = False
        self._rounds = Rounds(self._turn, "understudy-journal")
        self._is_ended = False
        calls.at_end(self._end)

    def add(self, entry: Entry) -> None:
        """Keep an entry, which is written with others."""
        with self._lock:
            self._waiting.append(entry)
            if len(self._waiting) > self._bounds.most:
                self._waiting.popleft()

    async def settled(self) -> None:
        """Return when others know that there are entries to wait for, or that takes too long."""
        if self._is_announced:
            return
        error = await self._rounds.joined(PATIENCE_S)
        if error is not None:
            _LOG.warning("understudy: calls wait to be written down: %s", error)

    def _turn(self) -> None:
        """Write the entries that wait where that is due, else announce them. Raises StoreError."""
        with self._lock:
            is_due, self._is_due = self._is_due, False
        if is_due:
            self._write()
        elif self._waiting and not self._is_announced:
            self._calls.announce()
            self._is_announced = True
            self._write_later(LINGER_S)

    def _write_later(self, seconds: float) -> None:
        timer = threading.Timer(seconds, self._write_now)
        timer.daemon = True
        timer.start()

    def _write_now(self) -> None:
        """Write the entries that wait; where that fails, once more after a while."""
        try:
            self._settle()
        except StoreError as error:
            _LOG.warning("understudy: calls wait to be written down: %s", error)
            if not self._is_ended:
                self._write_later(PATIENCE_S)
        except RuntimeError:  # the interpreter ends, and starts no thread any more
            return

    def _end(self) -> None:
        """Write what waits for the last time. Raises StoreError."""
        self._is_ended = True
        self._settle()

    def of(self, space: str = "") -> tuple[Entry, ...]:
        """Return the entries of a space, the oldest first. Raises StoreError."""
        self._catch_up()
        numbers = self._calls.numbers(space)
        return tuple(self._entries(numbers))

    def after(self, number: int, space: str, most: int) -> Sequence[Entry]:
        """Return the entries of a space with the next higher numbers, in the order of these. Raises
        StoreError.
        """
        self._catch_up()
        later = self._calls.numbers(space, number)
        return list(self._entries(sorted(later)[:most]))

    def latest(self, space: str = "") -> int:
        """Return the highest number of an entry of a space, 0 where there is none. Raises
        StoreError.
        """
        self._catch_up()
        return max(self._calls.numbers(space), default=0)

    def get(self, number: int, space: str = "") -> Entry | None:
        """Return the entry of a number, None when it is not of this space or was forgotten. Raises
        StoreError.
        """
        self._catch_up()
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
        self._catch_up()
        return self._calls.clear(space)

    @property
    def extent(self) -> JournalExtent:
        """How many entries are kept. Raises StoreError."""
        self._catch_up()
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
        with self._lock:
            has_any = bool(self._waiting) or self._is_writing
            self._is_due = self._is_due or has_any
        if has_any:
            self._rounds.join().result()

    def _catch_up(self) -> None:
        """Return when all is written that was answered by now. Raises StoreError."""
        self._settle()
        self._calls.await_others()

    def _write(self) -> None:
        """Write the entries that wait, in their order. Raises StoreError."""
        with self._lock:
            entries = list(self._waiting)
            self._waiting.clear()
            self._is_announced = False
            self._is_writing = bool(entries)
        if not entries:
            return
        try:
            first = self._calls.add(list(map(_call_text, entries)))
        except BaseException:
            with self._lock:
                self._waiting.extendleft(reversed(entries))
            raise
        finally:
            self._is_writing = False
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


def _call_text(entry: Entry) -> CallText:
    text = entry_text(entry)
    ended_s = entry.began_s + entry.took_s
    return CallText(
        entry.space,
        ended_s,
        entry.size,
        text,
    )
