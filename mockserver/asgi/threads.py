"""Answer requests in threads, where what answers them waits for a database: an ASGI application in,
one around it out that leaves the event loop to others.

The body of a request is read before, and the messages of the reply are sent after, so that what is
inside never has to wait for the loop: its coroutine is run to its end at once. What has to wait all
the same is handed over to the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from mockserver.asgi.request import LARGEST_BODY
from mockserver.asgi.respond import PAUSE

Application = Callable[[Any, Any, Any], Awaitable[None]]
HANDOVER = "understudy.handover"
"""A message that is not sent: the `application` that it holds answers in the event loop."""


class ThreadStage:
    """Wraps an ASGI application that waits for nothing but the body of the request."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        came = await _whole(receive)
        replied = await asyncio.to_thread(self._run, scope, came)
        for message in replied:
            if message["type"] == PAUSE:
                await asyncio.sleep(message["seconds"])
            elif message["type"] == HANDOVER:
                await message["application"](scope, receive, send)
            else:
                await send(message)

    def _run(self, scope: Any, came: list[Any]) -> list[Any]:
        """Return the messages of the reply to a request that has come whole."""
        replied: list[Any] = []
        coming = iter(came)

        async def receive() -> Any:
            return next(coming, {"type": "http.disconnect"})

        async def send(message: Any) -> None:
            replied.append(message)

        _finish(self._app(scope, receive, send))
        return replied


async def answer_in_loop(application: Application, scope: Any, receive: Any, send: Any) -> None:
    """Answer by an application that waits for the event loop; where none runs, in a thread, who
    sends hands over to it. The body of the request has to be read before.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        await send({"type": HANDOVER, "application": application})
        return
    await application(scope, receive, send)


async def _whole(receive: Any) -> list[Any]:
    """Return the messages of a request, up to where its body is too large."""
    messages = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        is_last = message["type"] != "http.request" or not message.get("more_body", False)
        if is_last or size > LARGEST_BODY:
            return messages


def _finish(answering: Awaitable[None]) -> None:
    """Run a coroutine to its end. Raises RuntimeError for one that waits for the event loop."""
    assert isinstance(answering, Coroutine)
    try:
        answering.send(None)
    except StopIteration:
        return
    answering.close()
    raise RuntimeError("what answers in a thread waited for the event loop")
