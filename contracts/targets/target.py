"""Anything that answers calls, and an application in this process as one; a request in, its answer
out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, runtime_checkable

from mockserver.exchange import NO_BODY, Answer, Sent
from mockserver.testing.inprocess import ask

__all__ = ["NO_BODY", "SAFE_METHODS", "Answer", "App", "AppTarget", "Crowd", "Sent", "Target"]

App = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI application."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that ask for no change (RFC 9110, section 9.2.1), without TRACE and QUERY, which servers
may not know.
"""


class Target(Protocol):
    """Answers calls."""

    def send(self, sent: Sent) -> Answer: ...

    def close(self) -> None: ...


@runtime_checkable
class Crowd(Target, Protocol):
    """A target that can answer several calls at once."""

    def send_together(self, sents: Sequence[Sent]) -> list[Answer]:
        """Send all before the first answer is awaited; return the answers in the order of the
        requests.
        """
        ...


@runtime_checkable
class Timed(Target, Protocol):
    """A target that waits for an answer no longer than `most_s` seconds; None is as long as it
    usually does.
    """

    most_s: float | None


class AppTarget:
    """An ASGI application, called without a network."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()

    def send(self, sent: Sent) -> Answer:
        """Return the application's answer; what it raises comes through."""
        return self._loop.run_until_complete(ask(self._app, sent))

    def send_together(self, sents: Sequence[Sent]) -> list[Answer]:
        async def gather() -> list[Answer]:
            return await asyncio.gather(*(ask(self._app, sent) for sent in sents))

        return self._loop.run_until_complete(gather())

    def close(self) -> None:
        self._loop.close()
