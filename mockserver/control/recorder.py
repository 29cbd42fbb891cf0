"""Write each call that passes through into a journal: an ASGI application in, one around it out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from mockserver.asgi.located import LOCATED, Located
from mockserver.asgi.request import NOTE, Note
from mockserver.control.journal import CallJournal, Entry
from mockserver.faults.middleware import CONNECTION

KEPT = ("method", "scheme", "http_version", "path", "raw_path", "query_string", "headers")
"""What an entry keeps of a scope; the rest is of no use once the reply is out."""
LARGEST_KEPT = 16 * 1024 * 1024
"""Bytes of a body that are kept; nothing that is played is larger, but what passes through to and
from a live server may be.
"""


class Recorder:
    """Wraps an ASGI application; the bytes of requests and replies are kept as they are,
    LARGEST_KEPT of each.
    """

    def __init__(
        self, app: Any, journal: CallJournal, sinks: Sequence[Callable[[Entry], None]] = ()
    ) -> None:
        """Take what gets each entry as soon as it is whole."""
        self._app = app
        self._journal = journal
        self._sinks = sinks

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        located: Located | None = scope.get(LOCATED)
        if located is None or located.is_reserved or located.drops:
            await self._app(scope, receive, send)
            return
        note = scope.get(NOTE) or Note()
        note.space, note.root_path = located.space, located.root_path
        kept = {name: scope[name] for name in KEPT if name in scope}
        entry = Entry(kept, note, time.time())
        began = time.perf_counter()
        room = upload_room = LARGEST_KEPT
        is_kept = False

        async def read() -> Any:
            nonlocal upload_room
            message = await receive()
            chunk = message.get("body", b"")[:upload_room]
            if chunk:
                entry.request_chunks.append(chunk)
                upload_room -= len(chunk)
            return message

        async def watch(message: Any) -> None:
            nonlocal room, is_kept
            if message["type"] == "http.response.start":
                entry.status, entry.wire_headers = message["status"], message.get("headers", ())
            elif message["type"] == "http.response.body":
                chunk = message.get("body", b"")[:room]
                entry.reply_chunks.append(chunk)
                room -= len(chunk)
                if not message.get("more_body", False):
                    is_kept = True
                    await self._keep(entry, began)
            await send(message)

        try:
            await self._app({**scope, NOTE: note, CONNECTION: receive}, read, watch)
        finally:
            if not is_kept:
                await self._keep(entry, began)

    async def _keep(self, entry: Entry, began: float) -> None:
        """Keep an entry, so that everybody finds it once this is done."""
        entry.took_s = time.perf_counter() - began
        self._journal.add(entry)
        for take in self._sinks:
            take(entry)
        if self._journal.is_shared:
            await self._journal.settled()
