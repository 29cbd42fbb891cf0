"""Lines for the standard output that stop nobody: a pipe or terminal that is not read any more, or
is closed, costs lines and nothing else.

A thread of its own writes, since a write to a full pipe lasts until somebody reads it.
"""

from __future__ import annotations

import queue
import threading

import click

MOST_WAITING = 2000
"""Lines that wait to be written; what comes on top is counted and dropped."""
_PATIENCE_S = 1.0
"""How long the end of a command waits for the last lines."""


class Log:
    """Writes lines, one after the other, in the background."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._lost = 0
        self._thread = threading.Thread(target=self._work, daemon=True, name="log")
        self._thread.start()

    def write(self, line: str) -> None:
        """Write a line soon, and return at once."""
        try:
            self._waiting.put_nowait(line)
        except queue.Full:
            self._lost += 1

    def close(self) -> None:
        """Write what waits, as far as somebody reads it soon."""
        try:
            self._waiting.put(None, timeout=_PATIENCE_S)
        except queue.Full:
            return
        self._thread.join(_PATIENCE_S)

    def _work(self) -> None:
        while True:
            line = self._waiting.get()
            if line is None:
                return
            try:
                click.echo(line)
                self._tell_lost()
            except (OSError, ValueError):  # closed: nobody will ever read
                continue

    def _tell_lost(self) -> None:
        if self._lost:
            count, self._lost = self._lost, 0
            click.echo(f"... {count} lines were left out: nobody read them in time")
