"""Several processes on one socket: what one of them does, and how many, in; it returns when all are
told to end and have ended.

    parent      waits, starts a worker again that died, passes signals on
    worker 1    serves           }  each takes the connections that it comes to first
    worker 2    serves           }

A worker ends when its parent does, however that ends: it holds the other end of a pipe.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from types import FrameType

from mockserver.errors import ServerError, SettingsError

SHORTEST_LIFE_S = 2.0
"""A worker that lives no longer was of no use."""
MOST_FAILURES = 5
"""Workers of no use, one after the other, before the parent gives up."""
_PAUSE_S = 0.1
Serve = Callable[[Callable[[], None]], None]
"""Serves until the process is told to end, and calls what it is given when it has begun."""


def check_workers(number: int, is_shared: bool) -> None:
    """Raise SettingsError where so many workers cannot play together."""
    if number == 1:
        return
    if not is_shared:
        raise SettingsError(
            f"--workers {number} needs a state that the workers share: add "
            "--store sqlite:///FILE or --store postgresql://..."
        )
    if not hasattr(os, "fork"):
        raise SettingsError("--workers needs a system that can fork a process: leave it out here")


class Workers:
    """Processes that do the same."""

    def __init__(self, serve: Serve, number: int) -> None:
        self._serve = serve
        self._number = number
        self._began_s: dict[int, float] = {}
        self._is_ending = False
        self._failures = 0
        self._lifeline = os.pipe()
        self._beginnings = os.pipe()

    def run(self, ready: Callable[[], None]) -> None:
        """Work until the process is told to end; `ready` is called when all have begun. Raises
        ServerError where the workers die as soon as they begin.
        """
        handlers = {
            number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            for _ in range(self._number):
                self._start()
            self._await_all()
            if not self._is_ending:
                ready()
            while self._began_s:
                pid, _ = os.wait()
                self._note_end(pid)
        finally:
            self._send(signal.SIGKILL)
            for number, handler in handlers.items():
                signal.signal(number, handler)
        if self._failures >= MOST_FAILURES:
            raise ServerError("the workers end as soon as they begin: see what they say above")

    def _await_all(self) -> None:
        """Return when each worker has begun, or the process is to end."""
        begun = 0
        while begun < self._number and not self._is_ending:
            readable, _, _ = select.select([self._beginnings[0]], [], [], _PAUSE_S)
            if readable:
                begun += len(os.read(self._beginnings[0], self._number))
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid:
                self._note_end(pid)

    def _note_end(self, pid: int) -> None:
        """Start a worker in the place of one that has ended, unless all are to end."""
        lived_s = time.monotonic() - self._began_s.pop(pid, 0.0)
        if self._is_ending:
            return
        self._failures = self._failures + 1 if lived_s < SHORTEST_LIFE_S else 0
        if self._failures >= MOST_FAILURES:
            self._is_ending = True
            self._send(signal.SIGTERM)
            return
        print("understudy: a worker has ended and is started again", file=sys.stderr, flush=True)
        self._start()

    def _start(self) -> None:
        """Start a worker."""
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            self._began_s[pid] = time.monotonic()
            return
        status = 1
        try:
            self._work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _work(self) -> None:
        """Serve, in a process of its own that gets no signals of the terminal."""
        os.setpgid(0, 0)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.close(self._lifeline[1])
        self._serve(self._begun)

    def _begun(self) -> None:
        """Tell the parent that the worker has begun, and watch whether the parent is there."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._lifeline[0], self._left_alone, loop)
        os.write(self._beginnings[1], b"+")

    def _left_alone(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.remove_reader(self._lifeline[0])
        os.kill(os.getpid(), signal.SIGTERM)

    def _end(self, number: int, _: FrameType | None) -> None:
        """Let the workers end, and at once when told so again."""
        self._send(signal.SIGKILL if self._is_ending else signal.SIGTERM)
        self._is_ending = True

    def _send(self, number: int) -> None:
        """Send a signal to all workers."""
        for pid in list(self._began_s):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
