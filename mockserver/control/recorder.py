"""Write each call that passes through into a journal: an ASGI application in, one around it out."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from mockserver.asgi.pages import RESERVED
from mockserver.asgi.request import NOTE, SPACE, Note, raw_path_of
from mockserver.asgi.routes import is_under
from mockserver.asgi.spaces import BadName, is_drop, place
from mockserver.control.journal import Entry, Journal
from mockserver.faults.middleware import CONNECTION

LARGEST_KEPT = 16 * 1024 * 1024
"""Bytes of a reply that are kept; nothing that is played is larger, a live server may send
anything.
"""


class Recorder:
    """Wraps an ASGI application; the bytes of requests and replies are kept as they are,
    LARGEST_KEPT of a reply.
    """

    def __init__(
        self, app: Any, journal: Journal, sink: Callable[[Entry], None] | None = None
    ) -> None:
        """Take what gets each entry as soon as it is whole."""
        self._app = app
        self._journal = journal
        self._sink = sink

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or _is_reserved(scope) or is_drop(scope):
            await self._app(scope, receive, send)
            return
        note = scope.get(NOTE) or Note()
        entry = Entry(scope, note, time.time())
        began = time.perf_counter()
        room = LARGEST_KEPT

        async def read() -> Any:
            message = await receive()
            if message.get("body"):
                entry.request_chunks.append(message["body"])
            return message

        async def watch(message: Any) -> None:
            nonlocal room
            if message["type"] == "http.response.start":
                entry.status, entry.wire_headers = message["status"], message.get("headers", ())
            elif message["type"] == "http.response.body":
                entry.reply_chunks.append(message.get("body", b"")[:room])
                room -= len(entry.reply_chunks[-1])
                if not message.get("more_body", False):
                    self._keep(entry, began)
            await send(message)

        try:
            await self._app({**scope, NOTE: note, CONNECTION: receive}, read, watch)
        finally:
            if not entry.number:
                self._keep(entry, began)

    def _keep(self, entry: Entry, began: float) -> None:
        entry.took_s = time.perf_counter() - began
        if not entry.note.api:
            _place(entry)
        self._journal.add(entry)
        if self._sink is not None:
            self._sink(entry)


def _place(entry: Entry) -> None:
    """Note the space of a request that no API got."""
    with suppress(BadName):
        placed = place(entry.scope)
        entry.note.space, entry.note.root_path = placed.get(SPACE, ""), placed.get("root_path", "")


def _is_reserved(scope: Any) -> bool:
    """Tell whether a request is off the record: it is for the reserved path, in whichever space."""
    path = raw_path_of(scope)
    if RESERVED not in path:
        return False
    try:
        return is_under(raw_path_of(place(scope)), RESERVED)
    except BadName:
        return False
