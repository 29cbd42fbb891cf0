"""What all know who play a mock together, beside its records: notices in, the same notices out in
every process.

    topic    space   name        value
    faults   ""                  {"faults": [{"effect": {"status": 503}, ...}], ...}
    clock    blue    bookshop    {"frozen": "2026-01-01T00:00:00+00:00", "ahead_s": 0.0}

A notice is looked up without a question to anybody: `look` takes in what others have changed since
the last look, and is called before each request. Who changes one does so while nobody else changes
another one of that topic and space.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

Value = TypeVar("Value")
Place = tuple[str, Hashable]
"""The space and the name of a notice."""
MOST_NOTICES = 20_000
"""Notices of one topic that are kept; the one that was changed longest ago goes."""


@dataclass(frozen=True, eq=False)
class Topic(Generic[Value]):
    """What some notices are about, and of which mock; how to `write` their values as JSON, and to
    `read` that. Those of a topic that is not `told` are asked for each time that they are changed,
    and nobody takes note of them before.
    """

    name: str
    mock: str
    write: Callable[[Value], Any]
    read: Callable[[Any], Value]
    is_told: bool = True
    most: int = MOST_NOTICES

    @property
    def label(self) -> tuple[str, str]:
        """What makes two topics the same."""
        return self.name, self.mock


class Notices(Protocol[Value]):
    """The notices of one topic in one space, while nobody else changes them."""

    def get(self, name: Hashable = "") -> Value | None: ...

    def put(self, value: Value, name: Hashable = "", quietly: bool = False) -> None:
        """Put up a notice in the place of the one that was there. Others need not take note of it
        where that is done `quietly`.
        """
        ...

    def remove(self, name: Hashable = "") -> bool:
        """Take a notice down; tell whether it was there."""
        ...


@dataclass(frozen=True)
class CallText:
    """A call of a space as a text, the moment at which it was over (seconds since 1970), by which
    calls are ordered, and the bytes that it counts for.
    """

    space: str
    ended_s: float
    size: int
    text: str


@dataclass(frozen=True)
class JournalExtent:
    """How many calls there are, how many bytes they count for, and how many went for want of
    room.
    """

    calls: int
    bytes: int
    dropped: int


class CallTexts(Protocol):
    """The calls of one mock, for all who play it. Each method may raise StoreError."""

    def announce(self) -> None:
        """Tell others that there are calls which are not written yet."""
        ...

    def await_others(self) -> None:
        """Return when the calls are written that others have announced by now."""
        ...

    def add(self, calls: Sequence[CallText]) -> int:
        """Keep calls in their order, and take back what was announced; return the number of the
        first.
        """
        ...

    def at_end(self, step: Callable[[], None]) -> None:
        """Do something before the database is closed."""
        ...

    def numbers(self, space: str, after: int = 0) -> list[int]:
        """Return the numbers of the calls of a space, those above a number, the oldest first."""
        ...

    def texts(self, numbers: Sequence[int]) -> Mapping[int, str]:
        """Return the texts of calls by their numbers, those that are there."""
        ...

    def remove(self, numbers: Iterable[int], space: str) -> int:
        """Forget calls of a space; tell how many there were."""
        ...

    def clear(self, space: str) -> int:
        """Forget the calls of a space; tell how many there were."""
        ...

    def extent(self) -> JournalExtent:
        """Return how many calls are kept."""
        ...


class Board(Protocol):
    """Holds notices. Where it `is_shared`, what changes them may take long and raise StoreError."""

    @property
    def is_shared(self) -> bool: ...

    @property
    def is_quick(self) -> bool:
        """Whether it takes no longer than a call in memory to find out whether one `is_stale`."""
        ...

    @property
    def is_stale(self) -> bool:
        """Whether others have changed notices since the last look. Raises StoreError."""
        ...

    def look(self) -> None:
        """Take in what others have changed. Raises StoreError."""
        ...

    def get(self, topic: Topic[Value], space: str, name: Hashable = "") -> Value | None:
        """Return a notice as it was at the last look."""
        ...

    def size(self, topic: Topic[Any]) -> int:
        """Return how many notices of a topic there were at the last look."""
        ...

    def all(self, topic: Topic[Value], space: str) -> Mapping[Hashable, Value]:
        """Return the notices of a topic in a space as they are now, by their names, the oldest
        first. Raises StoreError.
        """
        ...

    def changing(self, topic: Topic[Value], space: str) -> AbstractContextManager[Notices[Value]]:
        """Return what changes the notices of a topic in a space, all or none. Raises StoreError."""
        ...

    def clear(self, topic: Topic[Any], space: str) -> None:
        """Take all notices of a topic in a space down. Raises StoreError."""
        ...

    def calls(self, mock: str, most: int, most_bytes: int) -> CallTexts | None:
        """Return where the calls of a mock are kept for all, so many and no more; None where there
        are no others.
        """
        ...


class MemoryBoard:
    """Notices of one process."""

    is_shared = False
    is_quick = True
    is_stale = False

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], dict[Place, Any]] = {}
        self._lock = threading.RLock()

    def look(self) -> None:
        """Do nothing: there are no others."""

    def get(self, topic: Topic[Value], space: str, name: Hashable = "") -> Value | None:
        """Return a notice."""
        return self._of(topic).get((space, name))

    def size(self, topic: Topic[Any]) -> int:
        """Return how many notices of a topic there are."""
        return len(self._kept.get(topic.label, ()))

    def all(self, topic: Topic[Value], space: str) -> Mapping[Hashable, Value]:
        """Return the notices of a topic in a space."""
        with self._lock:
            known = list(self._of(topic).items())
        return {name: value for (where, name), value in known if where == space}

    @contextmanager
    def changing(self, topic: Topic[Value], space: str) -> Iterator[MemoryNotices]:
        """Give what changes the notices of a topic in a space."""
        with self._lock:
            yield MemoryNotices(self._of(topic), space, topic.most)

    def clear(self, topic: Topic[Any], space: str) -> None:
        """Take all notices of a topic in a space down."""
        with self._lock:
            known = self._of(topic)
            for place in [place for place in known if place[0] == space]:
                del known[place]

    def calls(self, mock: str, most: int, most_bytes: int) -> None:
        """Return nothing: there are no others."""

    def _of(self, topic: Topic[Any]) -> dict[Place, Any]:
        return self._kept.setdefault(topic.label, {})


class MemoryNotices:
    """The notices of one topic in one space of one process."""

    def __init__(self, kept: dict[Place, Any], space: str, most: int) -> None:
        self._kept = kept
        self._space = space
        self._most = most

    def get(self, name: Hashable = "") -> Any:
        """Return a notice."""
        return self._kept.get((self._space, name))

    def put(self, value: Any, name: Hashable = "", quietly: bool = False) -> None:
        """Put up a notice; the one that was changed longest ago goes where there are too many."""
        place = (self._space, name)
        self._kept.pop(place, None)
        self._kept[place] = value
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]

    def remove(self, name: Hashable = "") -> bool:
        """Take a notice down."""
        return self._kept.pop((self._space, name), None) is not None
