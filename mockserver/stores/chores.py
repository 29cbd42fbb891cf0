"""Work that nobody waits for: functions in, done one after another in a thread of their own.

The thread starts with the first of them, so that a process may still be forked before that.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

from mockserver.errors import StoreError

Chore = Callable[[], object]
_LOG = logging.getLogger("understudy")
_END_S = 10.0
"""How long the end of a process waits for what is under way."""


class Chores:
    """A thread for chores. What fails because the database does is told and given up."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Chore | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def add(self, chore: Chore) -> None:
        """Do something later."""
        self._queue.put(chore)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True, name="chores")
                self._thread.start()

    def leave(self, chore: Chore) -> None:
        """Do something with the next chore; safe at any moment, also while memory is freed."""
        self._queue.put(chore)

    def settle(self) -> None:
        """Return when all chores so far are done."""
        done = threading.Event()
        self.add(done.set)
        done.wait()

    def close(self) -> None:
        """End the thread when its chores are done."""
        if not self._queue.empty():
            self.settle()
        with self._lock:
            thread = self._thread
            self._thread = None
        if thread is not None:
            self._queue.put(None)
            thread.join(_END_S)

    def _work(self) -> None:
        while True:
            chore = self._queue.get()
            if chore is None:
                return
            try:
                chore()
            except StoreError as error:
                _LOG.warning("understudy: the database could not be put in order: %s", error)
            except Exception:  # the chores of others are to be done all the same
                _LOG.exception("understudy: the database could not be put in order")
