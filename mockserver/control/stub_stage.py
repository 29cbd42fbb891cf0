"""Answer requests that meet a stub: an ASGI application in, one around it out that lets all others
through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from mockserver.asgi.edge import Edge
from mockserver.asgi.located import LOCATED, Located
from mockserver.asgi.request import NOTE
from mockserver.control.messages import send_whole
from mockserver.control.stubs import Stub, Stubs
from mockserver.errors import StoreError
from mockserver.exchange import Exchange, sent_from

LARGEST = 10 * 1024 * 1024
"""Bytes of a body that is looked at."""


class StubStage:
    """Wraps an ASGI application; requests that meet no stub go straight through."""

    def __init__(self, app: Any, stubs: Stubs, edges: Sequence[Edge]) -> None:
        self._app = app
        self._stubs = stubs
        self._edges = {edge.name: edge for edge in edges}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        located: Located | None = scope.get(LOCATED)
        if located is None or self._stubs.are_none:
            await self._app(scope, receive, send)
            return
        if located.is_reserved or located.drops:
            await self._app(scope, receive, send)
            return
        content = b""
        if self._stubs.looks_at_bodies(located.space):
            content, receive = await _read(receive)
        operation = ""
        if located.route is not None:
            operation = located.route.name
        sent = sent_from(scope, content, located.root_path)
        exchange = Exchange(sent, None, 0.0, 0.0, api=located.api, operation=operation)
        stub = await self._met(located.space, exchange)
        if stub is None:
            await self._app(scope, receive, send)
            return
        self._note(scope, located, operation)
        await asyncio.sleep(stub.delay_ms / 1000)
        await send_whole(send, stub.answer, scope["method"] == "HEAD")

    async def _met(self, space: str, exchange: Exchange) -> Stub | None:
        """Return the stub that answers a request; it is counted in a thread where others count,
        too. Where that fails, so will what is behind.
        """
        stubs = self._stubs
        if not stubs.may_meet(space, exchange):
            return None
        if not stubs.is_shared:
            return stubs.meet(space, exchange)
        try:
            return await asyncio.to_thread(stubs.meet, space, exchange)
        except StoreError:
            return None

    def _note(self, scope: Any, located: Located, operation: str) -> None:
        """Write down where a request belongs that no edge answers."""
        note = scope.get(NOTE)
        if note is None:
            return
        note.space = located.space
        note.root_path = located.root_path
        note.api = located.api
        note.operation = operation
        edge = self._edges.get(located.api)
        note.kind = edge.kind_of(operation) if edge else ""


async def _read(receive: Any) -> tuple[bytes, Any]:
    """Return the body of a request, as far as it is looked at, and a `receive` that tells it once
    more.
    """
    messages: list[Any] = []
    content = b""
    goes_on = True
    while goes_on and len(content) <= LARGEST:
        message = await receive()
        messages.append(message)
        content += message.get("body", b"")
        goes_on = message.get("more_body", False)
    unread = iter(messages)

    async def again() -> Any:
        message = next(unread, None)
        return await receive() if message is None else message

    return content, again
