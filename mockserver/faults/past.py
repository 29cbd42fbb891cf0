"""Keep the past, for reads that are planned to be stale: the states that a space has left behind,
or what a live server answered before.

    12:00:01  a state is left    12:00:05  another one is left    now 12:00:06
    before(ago 3 s) is the second: at 12:00:03 it was the present one
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Any

from mockserver.slots import dataclass
from mockserver.stores.base import Store

MOST_STATES = 100
"""Changes of a space that are remembered."""
MOST_READS = 1000
"""Reads whose replies are remembered; the one asked for longest ago goes."""
MOST_OF_ONE = 20
"""Replies to one read that are remembered."""
LARGEST = 1024 * 1024
"""Bytes of a reply that is remembered."""
Name = tuple[str, ...]
"""What makes two reads the same: space, target, and the headers on which a reply depends."""


class Past:
    """The states that one space of one API has left behind, the oldest first; a state is a fork and
    costs little.
    """

    def __init__(self) -> None:
        self._left: deque[tuple[float, Store]] = deque(maxlen=MOST_STATES)

    def leave(self, store: Store, now_s: float) -> None:
        """Remember a state that a change put an end to at a moment (seconds of any steady
        clock).
        """
        self._left.append((now_s, store))

    def before(self, ago_ms: float, now_s: float) -> Store | None:
        """Return the state of so many milliseconds ago, before the last change for 0; None when
        nothing has changed since. What is older than all that is remembered is the oldest state.
        """
        if not ago_ms:
            return self._left[-1][1] if self._left else None
        then_s = now_s - ago_ms / 1000
        return next((store for left_s, store in self._left if left_s > then_s), None)


@dataclass(frozen=True, slots=True)
class SeenReply:
    """A reply as ASGI messages, and when it came (seconds of any steady clock)."""

    at_s: float
    messages: tuple[Any, ...]


class Earlier:
    """The replies of one live server to the reads of one space."""

    def __init__(self) -> None:
        self._seen: OrderedDict[Name, deque[SeenReply]] = OrderedDict()
        self._wrote_s = float("-inf")

    def wrote(self, now_s: float) -> None:
        """Note that something was written at a moment."""
        self._wrote_s = now_s

    def saw(self, read: Name, messages: tuple[Any, ...], now_s: float) -> None:
        """Remember the reply to a read, unless it is large."""
        if sum(len(message.get("body", b"")) for message in messages) > LARGEST:
            return
        replies = self._seen.setdefault(read, deque(maxlen=MOST_OF_ONE))
        replies.append(SeenReply(now_s, messages))
        self._seen.move_to_end(read)
        while len(self._seen) > MOST_READS:
            self._seen.popitem(last=False)

    def before(self, read: Name, ago_ms: float, now_s: float) -> tuple[Any, ...] | None:
        """Return the reply to the same read as it was so many milliseconds ago, before the last
        write for 0; None when none was seen by then.
        """
        until_s = now_s - ago_ms / 1000 if ago_ms else self._wrote_s
        for seen in reversed(self._seen.get(read, ())):
            if seen.at_s <= until_s:
                return seen.messages
        return None
