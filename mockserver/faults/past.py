"""Keep what a space was before its latest changes: states in as they are left behind, that of some
time ago out.
"""

from __future__ import annotations

from collections import deque

from mockserver.stores.base import Store

MOST = 100
"""Changes of a space that are remembered."""


class Past:
    """The states that one space of one API has left behind, the oldest first; a state is a fork and
    costs little.
    """

    def __init__(self) -> None:
        self._left: deque[tuple[float, Store]] = deque(maxlen=MOST)

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
        return next((store for left_s, store in self._left if left_s > now_s - ago_ms / 1000), None)
