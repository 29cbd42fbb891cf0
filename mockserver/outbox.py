"""What a space has told others by itself: the messages that it sent, or would have sent had anybody
wanted them, and who waits for one.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from mockserver.slots import dataclass

MOST_KEPT = 1000
"""Messages that are kept, the latest; so many may be waited for, too."""


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One try to deliver a message: the status that came back, or why there is none."""

    status: int | None = None
    reason: str = ""

    @property
    def succeeded(self) -> bool:
        return self.status is not None and self.status < 300


@dataclass(slots=True)
class Message:
    """A webhook or a callback that was due.

    `event` is what it tells of (`order.created`), `operation` the call that brought it about. `url`
    is None where nobody had asked for it, and then it went nowhere. `body` is the value that was
    sent, `problems` are where that breaks its schema, and `attempts` what came of sending it.
    """

    event: str
    operation: str
    url: str | None
    method: str
    headers: Mapping[str, str]
    body: Any
    at: str
    problems: Sequence[str] = ()
    attempts: list[DeliveryAttempt] = field(default_factory=list)

    @property
    def is_delivered(self) -> bool:
        """Whether it has reached somebody who took it."""
        return any(attempt.succeeded for attempt in self.attempts)

    def told(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        attempts = [{"status": each.status, "reason": each.reason} for each in self.attempts]
        return {
            "event": self.event,
            "operation": self.operation,
            "url": self.url,
            "method": self.method,
            "headers": dict(self.headers),
            "body": self.body,
            "at": self.at,
            "problems": list(self.problems),
            "attempts": attempts,
            "delivered": self.is_delivered,
        }


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody who called an operation with a URL for its callback, and the record that it is
    about.
    """

    operation: str
    callback: str
    address: tuple[Any, str]
    url: str


class Outbox:
    """The messages of one space."""

    def __init__(self) -> None:
        self._messages: deque[Message] = deque(maxlen=MOST_KEPT)
        self._wishes: deque[Wish] = deque(maxlen=MOST_KEPT)
        self._lock = threading.Lock()

    def put(self, message: Message) -> None:
        """Keep a message."""
        with self._lock:
            self._messages.append(message)

    @property
    def messages(self) -> list[Message]:
        """The messages so far, the oldest first."""
        with self._lock:
            return list(self._messages)

    def wish(self, wish: Wish) -> None:
        """Note who waits for a callback."""
        with self._lock:
            self._wishes.append(wish)

    def wishes(self, operation: str, callback: str, address: tuple[Any, str]) -> list[Wish]:
        """Return who waits for a callback about a record."""
        wanted = (operation, callback, address)
        with self._lock:
            return [
                each
                for each in self._wishes
                if (each.operation, each.callback, each.address) == wanted
            ]

    def clear(self) -> None:
        """Forget all messages, and who waits."""
        with self._lock:
            self._messages.clear()
            self._wishes.clear()

    def forget(self) -> None:
        """Forget the messages alone."""
        with self._lock:
            self._messages.clear()
