"""Remember calls and their replies, so many and no more: entries in, the entries of a space out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import Any, Protocol

from mockserver.asgi.request import Note
from mockserver.behavior.search.choices import not_understood
from mockserver.call import Call
from mockserver.exchange import Answer, Exchange, Headers, Sent, sent_from
from mockserver.jsontext import dumps
from mockserver.slots import dataclass
from mockserver.state import Change, Put

WireHeaders = Sequence[tuple[bytes, bytes]]
_OVERHEAD = 4000
"""Bytes that an entry takes beside its bodies, roughly."""
_DECODED = 5
"""Bytes that a value takes for each byte of its JSON text, roughly."""
_CHANGE = 300
"""Bytes that a change takes beside its record, roughly."""


@dataclass(slots=True)
class Entry:
    """A call as it was met: what ASGI said of it, kept as it came. What is read from that is made
    when it is asked for, as the reply must not wait for it.

    `began_s` counts seconds since 1970, `took_s` is how long the reply took; `status` is 0 when
    there was none.
    """

    scope: Any
    note: Note
    began_s: float
    number: int = 0
    took_s: float = 0.0
    status: int = 0
    wire_headers: WireHeaders = ()
    request_chunks: list[bytes] = field(default_factory=list)
    reply_chunks: list[bytes] = field(default_factory=list)

    @property
    def exchange(self) -> Exchange:
        """The request and its reply as they went over the wire, with what is known of them."""
        note = self.note
        return Exchange(
            self.sent,
            self.answer,
            self.began_s,
            self.took_s,
            number=self.number,
            space=note.space,
            api=note.api,
            operation=note.operation,
            kind=note.kind,
            reasons=note.reasons,
            notes=self.notes,
        )

    @property
    def sent(self) -> Sent:
        """The request; its path is the one inside its space."""
        return sent_from(self.scope, b"".join(self.request_chunks), self.note.root_path)

    @property
    def answer(self) -> Answer | None:
        """The reply, None when there was none."""
        if not self.status:
            return None
        headers = Headers.from_wire(self.wire_headers)
        return Answer(self.status, headers, b"".join(self.reply_chunks))

    @property
    def space(self) -> str:
        return self.note.space

    @property
    def api(self) -> str:
        return self.note.api

    @property
    def operation(self) -> str:
        """The label of the operation, `POST /shelves`; empty when the request met none."""
        return self.note.operation

    @property
    def kind(self) -> str:
        """What the operation does, `create`; empty when the request met none."""
        return self.note.kind

    @property
    def call(self) -> Call | None:
        """The request decoded: parameters and body with their types; None when it was refused
        before that.
        """
        return self.note.call

    @property
    def changes(self) -> tuple[Change, ...]:
        """What it changed: records put and removed, and numbers of sequences that were given
        out.
        """
        return self.note.changes

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        """The path inside its space, decoded."""
        return self.sent.path

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query parameters in their order."""
        return self.sent.query

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers of the request as they were sent."""
        return list(self.sent.headers.pairs)

    def header(self, name: str) -> str:
        """Return a header of the request, empty when it was not sent."""
        return self.sent.headers.get(name, "")

    @property
    def reply_headers(self) -> list[tuple[str, str]]:
        """The headers of the reply as they were sent."""
        return list(Headers.from_wire(self.wire_headers).pairs)

    def reply_header(self, name: str) -> str:
        """Return a header of the reply, empty when it was not sent."""
        return Headers.from_wire(self.wire_headers).get(name, "")

    @property
    def body(self) -> bytes:
        return b"".join(self.request_chunks)

    @property
    def reply_body(self) -> bytes:
        return b"".join(self.reply_chunks)

    @property
    def violations(self) -> tuple[str, ...]:
        """Why it was refused, one text for each violation: `body /title: title is required`."""
        return self.note.reasons

    @property
    def disagreements(self) -> tuple[str, ...]:
        """Where the reply breaks its schema, one text for each place, because it says what the
        record has.
        """
        return self.note.disagreements

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the request nothing was done with: a filter that is not understood."""
        call = self.note.call
        if call is None:
            return ()
        names = {name for name, _ in self.sent.query}
        return not_understood(call.operation, call, names)

    @property
    def size(self) -> int:
        """Bytes that the entry keeps in memory, roughly."""
        sent = sum(map(len, self.request_chunks))
        replied = sum(map(len, self.reply_chunks))
        size = _OVERHEAD + sent + replied + self.changed_bytes
        if self.note.call is not None:
            size += sent * _DECODED
        return size

    @property
    def changed_bytes(self) -> int:
        """Bytes that the records take which it put, roughly."""
        size = 0
        for change in self.note.changes:
            size += _CHANGE
            if isinstance(change, Put):
                size += len(dumps(change.record)) * _DECODED
        return size

    def __str__(self) -> str:
        sent = self.sent
        target = f"{sent.path}?{sent.raw_query}" if sent.raw_query else sent.path
        return f"{sent.method} {target} -> {self.status or 'no reply'}"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many entries are kept, and how many bytes; the oldest go first, whichever space they are
    of.
    """

    most: int = 10_000
    most_bytes: int = 64 * 1024 * 1024


class CallJournal(Protocol):
    """The calls of all spaces; where it `is_shared`, those of other processes, too, and what is
    asked of it may raise StoreError.
    """

    @property
    def is_shared(self) -> bool: ...

    @property
    def dropped(self) -> int:
        """Entries that went because there were too many, of whichever space."""
        ...

    @property
    def kept_bytes(self) -> int:
        """Bytes that all entries count for, roughly."""
        ...

    def add(self, entry: Entry) -> None:
        """Keep an entry, and forget the oldest where there are too many."""
        ...

    async def settled(self) -> None:
        """Return when all entries so far are found by everybody, or that takes too long."""
        ...

    def of(self, space: str = "") -> tuple[Entry, ...]:
        """Return the entries of a space, the oldest first."""
        ...

    def after(self, number: int, space: str, most: int) -> Sequence[Entry]:
        """Return the entries of a space with the next higher numbers, in the order of these."""
        ...

    def latest(self, space: str = "") -> int:
        """Return the highest number of an entry of a space, 0 where there is none."""
        ...

    def get(self, number: int, space: str = "") -> Entry | None:
        """Return the entry of a number, None when it is not of this space or was forgotten."""
        ...

    def remove(self, numbers: Iterable[int], space: str = "") -> int:
        """Forget the entries of these numbers in a space; tell how many there were."""
        ...

    def clear(self, space: str = "") -> int:
        """Forget the entries of a space; tell how many there were."""
        ...

    def __len__(self) -> int: ...


class Journal:
    """The calls of all spaces, in memory. An entry is found as soon as its reply is out, from
    whichever thread.
    """

    is_shared = False

    def __init__(self, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._spaces: dict[str, dict[int, Entry]] = {}
        self._order: OrderedDict[int, tuple[str, int]] = OrderedDict()
        self._bytes = 0
        self._last = 0
        self.dropped = 0
        """Entries that went because there were too many, of whichever space."""
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> None:
        """Keep an entry, and forget the oldest where there are too many."""
        with self._lock:
            number = self._last = entry.number = self._last + 1
            space, size = entry.note.space, entry.size
            self._spaces.setdefault(space, {})[number] = entry
            self._order[number] = (space, size)
            self._bytes += size
            while len(self._order) > self._bounds.most or self._bytes > self._bounds.most_bytes:
                if len(self._order) == 1:
                    break
                self.dropped += 1
                self._forget(next(iter(self._order)))

    async def settled(self) -> None:
        """Return at once."""

    def of(self, space: str = "") -> tuple[Entry, ...]:
        """Return the entries of a space, the oldest first."""
        with self._lock:
            return tuple(self._spaces.get(space, {}).values())

    def after(self, number: int, space: str, most: int) -> Sequence[Entry]:
        """Return the entries of a space with the next higher numbers, in the order of these."""
        found: list[Entry] = []
        with self._lock:
            for entry in reversed(self._spaces.get(space, {}).values()):
                if entry.number <= number:
                    break
                found.append(entry)
        return found[::-1][:most]

    def latest(self, space: str = "") -> int:
        """Return the highest number of an entry of a space, 0 where there is none."""
        with self._lock:
            return next(reversed(self._spaces.get(space, {})), 0)

    def get(self, number: int, space: str = "") -> Entry | None:
        """Return the entry of a number, None when it is not of this space or was forgotten."""
        with self._lock:
            return self._spaces.get(space, {}).get(number)

    def remove(self, numbers: Iterable[int], space: str = "") -> int:
        """Forget the entries of these numbers in a space; tell how many there were."""
        with self._lock:
            there = [number for number in numbers if number in self._spaces.get(space, {})]
            for number in there:
                self._forget(number)
            return len(there)

    def clear(self, space: str = "") -> int:
        """Forget the entries of a space; tell how many there were."""
        with self._lock:
            numbers = list(self._spaces.get(space, {}))
            for number in numbers:
                self._forget(number)
            return len(numbers)

    @property
    def kept_bytes(self) -> int:
        """Bytes that all entries keep in memory, roughly."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._order)

    def _forget(self, number: int) -> None:
        space, size = self._order.pop(number)
        self._bytes -= size
        entries = self._spaces[space]
        del entries[number]
        if not entries:
            del self._spaces[space]
