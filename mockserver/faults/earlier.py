"""Keep what a live server answered to reads before: replies in as they pass, that of some time ago
out.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Any

MOST = 1000
"""Reads whose replies are remembered; the one asked for longest ago goes."""
MOST_OF_ONE = 20
"""Replies to one read that are remembered."""
LARGEST = 1024 * 1024
"""Bytes of a reply that is remembered."""
Name = tuple[str, ...]
"""What makes two reads the same: space, target, and the headers on which a reply depends."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A reply as ASGI messages, and when it came (seconds of any steady clock)."""

    at_s: float
    messages: tuple[Any, ...]


class Earlier:
    """The replies of one live server to the reads of one space."""

    def __init__(self) -> None:
        self._seen: OrderedDict[Name, deque[Seen]] = OrderedDict()
        self._wrote_s = float("-inf")

    def wrote(self, now_s: float) -> None:
        """Note that something was written at a moment."""
        self._wrote_s = now_s

    def saw(self, read: Name, messages: tuple[Any, ...], now_s: float) -> None:
        """Remember the reply to a read, unless it is large."""
        if sum(len(each.get("body", b"")) for each in messages) > LARGEST:
            return
        self._seen.setdefault(read, deque(maxlen=MOST_OF_ONE)).append(Seen(now_s, messages))
        self._seen.move_to_end(read)
        while len(self._seen) > MOST:
            self._seen.popitem(last=False)

    def before(self, read: Name, ago_ms: float, now_s: float) -> tuple[Any, ...] | None:
        """Return the reply to the same read as it was so many milliseconds ago, before the last
        write for 0; None when none was seen by then.
        """
        until_s = now_s - ago_ms / 1000 if ago_ms else self._wrote_s
        seen = (each for each in reversed(self._seen.get(read, ())) if each.at_s <= until_s)
        return next((each.messages for each in seen), None)
