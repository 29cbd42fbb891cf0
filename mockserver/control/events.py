"""Tell of calls as they come: a space in, server-sent events out (HTML standard, section 9.2).

    id: 12
    event: call
    data: {"id": "12", "operation": "POST /shelves", ...}

    event: change
    data: {}

A `call` is what the journal has of it; its id is the number by which a client that comes back
(`Last-Event-ID`, or `after`) gets those since. A `change` tells that something else was steered:
records by hand, the clock, a fault. The journal is the queue: who is slow misses what it forgets,
and holds nobody up. Where several processes play a mock, each of them looks every POLL_S what the
others have noted.
"""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from mockserver.asgi.background import in_background
from mockserver.asgi.request import ENDLESS
from mockserver.control.journal import CallJournal, Entry
from mockserver.control.save import Writer
from mockserver.errors import StoreError
from mockserver.jsontext import dumps
from mockserver.slots import dataclass
from mockserver.stores.board import Board, Topic

BEAT_S = 15.0
"""Seconds after which a comment is sent where there is nothing to tell, so that the connection
stays.
"""
POLL_S = 0.5
"""Seconds between two looks at what other processes have met."""
MOST_AT_ONCE = 100
"""Calls that are told in one piece."""
HEADERS = ((b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"))
Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Event]


class Feed:
    """Wakes whoever waits for something to happen, from whichever thread it is told."""

    def __init__(self, board: Board, mock: str) -> None:
        self._board = board
        self._topic: Topic[str] = Topic("steered", mock, str, str)
        self._revision = 0
        self._waiters: set[Waiter] = set()
        self._lock = threading.Lock()

    def note(self, entry: Entry) -> None:
        """Tell that a call is in the journal."""
        self._wake()

    def change(self) -> None:
        """Tell everybody that something was steered. Raises StoreError."""
        if self._board.is_shared:
            with self._board.changing(self._topic, "") as notices:
                notices.put(uuid.uuid4().hex)
        self.note_change()

    def note_change(self) -> None:
        """Tell who asks this process that something was steered."""
        self._revision += 1
        self._wake()

    @property
    def revision(self) -> tuple[int, str]:
        """What is another one each time that something was steered."""
        told = self._board.get(self._topic, "") if self._board.is_shared else None
        return self._revision, told or ""

    def look(self) -> None:
        """Take in what other processes have told. Raises StoreError."""
        self._board.look()

    @contextmanager
    def waiting(self) -> Iterator[asyncio.Event]:
        """Yield an event of the running loop that is set each time that something happens."""
        waiter = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiters.add(waiter)
        try:
            yield waiter[1]
        finally:
            with self._lock:
                self._waiters.discard(waiter)

    def _wake(self) -> None:
        if not self._waiters:
            return
        with self._lock:
            waiters = list(self._waiters)
        for loop, event in waiters:
            with suppress(RuntimeError):  # a loop that has ended waits for nothing
                loop.call_soon_threadsafe(event.set)


@dataclass(frozen=True, slots=True)
class EventStream:
    """The events of a space after the call of a number, sent until the client goes."""

    feed: Feed
    journal: CallJournal
    writer: Writer
    space: str
    after: int
    brief: bool = False

    async def send(self, scope: Any, receive: Any, send: Any) -> None:
        state = scope.get("state")
        if state is not None:
            state[ENDLESS] = True
        await send({"type": "http.response.start", "status": 200, "headers": list(HEADERS)})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await self._tell(send, gone)
        except StoreError:  # the client comes back, and asks for what it missed
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()

    async def _tell(self, send: Any, gone: asyncio.Future[None]) -> None:
        number, revision = self.after, self.feed.revision
        with self.feed.waiting() as happened:
            await _write(send, b": here\n\n")
            wait_s = POLL_S if self.journal.is_shared else BEAT_S
            silent_s = 0.0
            while not gone.done():
                happened.clear()
                entries = await self._since(number)
                text = b""
                if entries:
                    number = entries[-1].number
                    text = await in_background(partial(self._events, entries))
                if revision != self.feed.revision:
                    revision = self.feed.revision
                    text += b"event: change\ndata: {}\n\n"
                if not text and not await _first_of(gone, happened, wait_s):
                    silent_s += wait_s
                    if silent_s >= BEAT_S:
                        text = b": still here\n\n"
                if text:
                    silent_s = 0.0
                    await _write(send, text)

    async def _since(self, number: int) -> Sequence[Entry]:
        """Return the calls after that of a number. Raises StoreError."""
        if self.journal.is_shared:
            return await in_background(partial(self._looked_since, number))
        return self.journal.after(number, self.space, MOST_AT_ONCE)

    def _looked_since(self, number: int) -> Sequence[Entry]:
        self.feed.look()
        return self.journal.after(number, self.space, MOST_AT_ONCE)

    def _events(self, entries: Sequence[Entry]) -> bytes:
        write = self.writer.brief if self.brief else self.writer.plain
        events = []
        for entry in entries:
            event = b"id: %d\nevent: call\ndata: %s\n\n" % (entry.number, dumps(write(entry)))
            events.append(event)
        return b"".join(events)


async def _write(send: Any, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _first_of(
    gone: asyncio.Future[None],
    happened: asyncio.Event,
    wait_s: float,
) -> bool:
    """Wait until the client goes or something happens; tell False when neither did in
    so many seconds.
    """
    waiting = asyncio.ensure_future(happened.wait())
    try:
        wanted: set[asyncio.Future[Any]] = {gone, waiting}
        done, _ = await asyncio.wait(wanted, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        return bool(done)
    finally:
        waiting.cancel()


async def _gone(receive: Any) -> None:
    """Return when the client is gone."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
