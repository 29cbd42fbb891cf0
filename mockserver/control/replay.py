"""Make a call once more, as it was made: an entry of the journal in, that of the new call out.

The credential that it was made with goes along, and is shown to nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from mockserver.asgi.background import in_background
from mockserver.asgi.request import NOTE, Note
from mockserver.control.journal import CallJournal, Entry
from mockserver.control.messages import problem, reply, send_whole
from mockserver.control.save import Writer
from mockserver.exchange import Answer
from mockserver.slots import dataclass


@dataclass(frozen=True, slots=True)
class RepeatedCall:
    """A call that is to be made once more by the application that has answered it."""

    app: Any
    entry: Entry
    journal: CallJournal
    writer: Writer

    async def send(self, scope: Any, receive: Any, send: Any) -> None:
        """Make the call, and answer with what the journal has of it."""
        answer = await self._made(scope)
        await send_whole(send, answer, is_head=False)

    async def _made(self, scope: Any) -> Answer:
        note = Note()
        unread = [{"type": "http.request", "body": self.entry.body, "more_body": False}]
        stays = asyncio.Event()

        async def receive() -> Any:
            if unread:
                return unread.pop()
            await stays.wait()  # the client stays until it has the whole answer
            return {"type": "http.disconnect"}

        async def drop(message: Mapping[str, Any]) -> None:
            """The journal has the answer."""
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                stays.set()

        here = {name: scope[name] for name in ("asgi", "client", "server") if name in scope}
        again = {**here, "type": "http", "root_path": "", **self.entry.scope, NOTE: note}
        await self.app(again, receive, drop)
        entries = await in_background(partial(self.journal.of, note.space))
        for entry in reversed(entries):
            if entry.note is note:
                return reply(self.writer.plain(entry))
        return problem(409, "Conflict", "the call was made, and the journal has not kept it")
