"""Do work in a thread for all who wait for it: a function in, one round after the other out.

A round serves everybody who came before it began, so that a hundred waiting requests cost two.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class Rounds:
    """Work that is done again and again, in one thread that starts with the first round."""

    def __init__(self, work: Callable[[], None], name: str) -> None:
        self._work = work
        self._name = name
        self._thread: ThreadPoolExecutor | None = None
        self._next: Future[None] | None = None
        self._lock = threading.Lock()

    def join(self) -> Future[None]:
        """Return what is done, or raises, when a round is over that began after this call."""
        with self._lock:
            if self._next is None:
                if self._thread is None:
                    self._thread = ThreadPoolExecutor(1, thread_name_prefix=self._name)
                self._next = self._thread.submit(self._round)
            return self._next

    async def joined(self, patience_s: float) -> Exception | None:
        """Return when such a round is over, or so many seconds have passed; with what went wrong,
        if anything.
        """
        waiting = asyncio.wrap_future(self.join())
        done, _ = await asyncio.wait([waiting], timeout=patience_s)
        for each in done:
            error = each.exception()
            return error if isinstance(error, Exception) else None
        waiting.add_done_callback(_heard)
        return None

    def _round(self) -> None:
        with self._lock:
            self._next = None  # who comes from now on waits for another round
        self._work()


def _heard(waiting: asyncio.Future[None]) -> None:
    """Take note of what came of a round for which nobody waits any more."""
    if not waiting.cancelled():
        waiting.exception()
