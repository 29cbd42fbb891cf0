"""The board of all processes that share a database: notices in its tables, and what was seen of
them in memory.

Each change of a notice that others are to know gets the next number of a counter, which is the last
thing that its transaction does: who sees a number sees all changes up to it.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from mockserver.jsontext import dumps, loads
from mockserver.stores.board import MemoryBoard, Place, Topic, Value
from mockserver.stores.call_texts import SqlCalls
from mockserver.stores.cells import key_from, key_text
from mockserver.stores.database import Database
from mockserver.stores.layout import COUNTERS, NOTICES

HIDDEN = "\0"
"""What the names of spaces begin with that are of one process alone."""
MOST_MISSED = 10_000
"""Changes after which a notice that was taken down is forgotten; who has missed so many reads all
notices anew.
"""
_TRIMMED = 1_000
"""Notices that are put up between two looks at whether there are too many."""
_GLANCE = "SELECT number FROM counters WHERE name = 'notices'"
_COUNTER = COUNTERS.c.name == "notices"
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:label, 0))")
_OF = (
    NOTICES.c.topic == bindparam("of_topic"),
    NOTICES.c.mock == bindparam("of_mock"),
    NOTICES.c.space == bindparam("of_space"),
)
_NAMED = (*_OF, NOTICES.c.name == bindparam("of_name"))
_GET = select(NOTICES.c.value).where(*_NAMED)
_ALL = (
    select(
        NOTICES.c.name,
        NOTICES.c.value,
    )
    .where(*_OF, NOTICES.c.value.is_not(None))
    .order_by(NOTICES.c.changed_s, NOTICES.c.name)
)
_SINCE = (
    select(NOTICES)
    .where(NOTICES.c.version > bindparam("known"))
    .order_by(NOTICES.c.version, NOTICES.c.changed_s)
)
_NEXT = update(COUNTERS).where(_COUNTER).values(number=COUNTERS.c.number + 1)


def _put_up(dialect: Any, quietly: bool) -> Any:
    """Return what puts a notice in the place of one that is there; quietly as an old one."""
    inserted = dialect.insert(NOTICES)
    new = inserted.excluded
    changed = {
        "value": new.value,
        "changed_s": new.changed_s,
    }
    if not quietly:
        changed["version"] = new.version
    keys = ["topic", "mock", "space", "name"]
    return inserted.on_conflict_do_update(
        index_elements=keys,
        set_=changed,
    )


_PUTS = {
    "sqlite": (
        _put_up(
            sqlite,
            False,
        ),
        _put_up(
            sqlite,
            True,
        ),
    ),
    "postgresql": (
        _put_up(
            postgresql,
            False,
        ),
        _put_up(
            postgresql,
            True,
        ),
    ),
}


class SeenNotice:
    """A notice as it came from the database, and its value once somebody has asked for it."""

    __slots__ = ("text", "value")

    def __init__(self, written: str) -> None:
        self.text: str | None = written
        self.value: Any = None

    def read(self, topic: Topic[Any]) -> Any:
        """Return the value."""
        if self.text is not None:
            self.value = topic.read(loads(self.text))
            self.text = None
        return self.value


class SqlBoard:
    """Notices in a database."""

    is_shared = True

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_quick = database.is_sqlite
        self._own = MemoryBoard()
        self._seen: dict[tuple[str, str], dict[Place, SeenNotice]] = {}
        self._known = -1
        self._lock = threading.Lock()
        self._puts = 0

    @property
    def is_stale(self) -> bool:
        """Whether others have changed notices since the last look. Raises StoreError."""
        return self._database.glance(_GLANCE) != self._known

    def look(self) -> None:
        """Take in what others have changed. Raises StoreError."""
        if not self.is_stale:
            return
        with self._lock, self._database.reading() as connection:
            number = connection.execute(select(COUNTERS.c.number).where(_COUNTER)).scalar_one()
            if number - self._known > MOST_MISSED or number < self._known:
                self._seen.clear()
                self._known = -1
            for row in connection.execute(
                _SINCE,
                {"known": self._known},
            ):
                self._note(row)
            self._known = number

    def _note(self, row: Any) -> None:
        place = (key_from(row.space), key_from(row.name))
        seen = self._seen.setdefault(
            (row.topic, row.mock),
            {},
        )
        seen.pop(
            place,
            None,
        )
        if row.value is not None:
            seen[place] = SeenNotice(row.value)

    def get(self, topic: Topic[Value], space: str, name: Hashable = "") -> Value | None:
        """Return a notice as it was at the last look."""
        if space.startswith(HIDDEN):
            return self._own.get(
                topic,
                space,
                name,
            )
        seen = self._seen.get(topic.label)
        found = seen.get((space, name)) if seen else None
        value: Value | None = None if found is None else found.read(topic)
        return value

    def size(self, topic: Topic[Any]) -> int:
        """Return how many notices of a topic there were at the last look."""
        return len(
            self._seen.get(
                topic.label,
                (),
            )
        ) + self._own.size(topic)

    def all(self, topic: Topic[Value], space: str) -> Mapping[Hashable, Value]:
        """Return the notices of a topic in a space as they are now. Raises StoreError."""
        if space.startswith(HIDDEN):
            return self._own.all(
                topic,
                space,
            )
        with self._database.reading() as connection:
            rows = connection.execute(
                _ALL,
                _values(
                    topic,
                    space,
                ),
            ).all()
        return {key_from(name): topic.read(loads(value)) for name, value in rows}

    @contextmanager
    def changing(self, topic: Topic[Value], space: str) -> Iterator[Any]:
        """Give what changes the notices of a topic in a space. Raises StoreError."""
        if space.startswith(HIDDEN):
            with self._own.changing(
                topic,
                space,
            ) as own:
                yield own
            return
        with self._database.writing() as connection:
            if not self._database.is_sqlite:
                label = "/".join((*topic.label, space))
                connection.execute(
                    _LOCK,
                    {"label": label},
                )
            yield SqlNotices(
                connection,
                topic,
                space,
            )
        if topic.is_told:
            self.look()
        self._puts += 1
        if self._puts % _TRIMMED == 0:
            self._database.chores.add(lambda: self._trim(topic))

    def clear(self, topic: Topic[Any], space: str) -> None:
        """Take all notices of a topic in a space down. Raises StoreError."""
        if space.startswith(HIDDEN):
            self._own.clear(
                topic,
                space,
            )
            return
        if topic.is_told and not self._is_in(
            topic,
            space,
        ):
            return
        with self.changing(
            topic,
            space,
        ) as notices:
            notices.clear()

    def calls(self, mock: str, most: int, most_bytes: int) -> SqlCalls:
        """Return where the calls of a mock are kept for all."""
        return SqlCalls(
            self._database,
            mock,
            most,
            most_bytes,
        )

    def _is_in(self, topic: Topic[Any], space: str) -> bool:
        """Tell whether there is a notice of a topic in a space."""
        self.look()
        seen = self._seen.get(
            topic.label,
            {},
        )
        return any(where == space for where, _ in seen)

    def _trim(self, topic: Topic[Any]) -> None:
        """Forget the oldest notices where there are too many, and those long taken down."""
        mine = (NOTICES.c.topic == topic.name, NOTICES.c.mock == topic.mock)
        with self._database.writing() as connection:
            counting = select(func.count()).select_from(NOTICES).where(*mine)
            surplus = connection.execute(counting).scalar_one() - topic.most
            if surplus > 0:
                ordered = select(NOTICES.c.changed_s).where(*mine).order_by(NOTICES.c.changed_s)
                last = connection.execute(ordered.offset(surplus - 1).limit(1)).scalar()
                connection.execute(
                    delete(NOTICES).where(
                        *mine,
                        NOTICES.c.changed_s <= last,
                    )
                )
        forget_taken_down(self._database)


def forget_taken_down(database: Database) -> None:
    """Forget the notices that were taken down so long ago that nobody asks for them."""
    with database.writing() as connection:
        number = connection.execute(select(COUNTERS.c.number).where(_COUNTER)).scalar_one()
        is_old = NOTICES.c.version < number - MOST_MISSED
        connection.execute(
            delete(NOTICES).where(
                NOTICES.c.value.is_(None),
                is_old,
            )
        )


class SqlNotices:
    """The notices of one topic in one space, in a transaction that has them for itself."""

    def __init__(self, connection: Connection, topic: Topic[Any], space: str) -> None:
        self._connection = connection
        self._topic = topic
        self._values = _values(
            topic,
            space,
        )
        self._version = 0
        self._there: set[Hashable] = set()
        self._puts = _PUTS[connection.dialect.name]

    def get(self, name: Hashable = "") -> Any:
        """Return a notice."""
        named = {
            **self._values,
            "of_name": _spelled(name),
        }
        found = self._connection.execute(
            _GET,
            named,
        ).scalar()
        if found is None:
            return None
        self._there.add(name)
        return self._topic.read(loads(found))

    def put(self, value: Any, name: Hashable = "", quietly: bool = False) -> None:
        """Put up a notice; others take note of a new one in any case."""
        is_quiet = not self._topic.is_told or (quietly and name in self._there)
        written = dumps(self._topic.write(value)).decode()
        self._write(
            written,
            name,
            is_quiet,
        )

    def remove(self, name: Hashable = "") -> bool:
        """Take a notice down."""
        named = {
            **self._values,
            "of_name": _spelled(name),
        }
        if (
            self._connection.execute(
                _GET,
                named,
            ).scalar()
            is None
        ):
            return False
        if self._topic.is_told:
            self._write(
                None,
                name,
                is_quiet=False,
            )
        else:
            self._connection.execute(
                delete(NOTICES).where(*_NAMED),
                named,
            )
        return True

    def clear(self) -> None:
        """Take all down."""
        if not self._topic.is_told:
            self._connection.execute(
                delete(NOTICES).where(*_OF),
                self._values,
            )
            return
        taken = update(NOTICES).where(
            *_OF,
            NOTICES.c.value.is_not(None),
        )
        down = {
            "value": None,
            "version": self._next(),
        }
        self._connection.execute(
            taken.values(**down),
            self._values,
        )

    def _write(self, written: str | None, name: Hashable, is_quiet: bool) -> None:
        row = {
            "topic": self._topic.name,
            "mock": self._topic.mock,
            "space": self._values["of_space"],
            "name": _spelled(name),
            "value": written,
            "version": 0 if is_quiet else self._next(),
            "changed_s": time.time(),
        }
        self._connection.execute(
            self._puts[is_quiet],
            row,
        )

    def _next(self) -> int:
        """Return the number of the change of this transaction."""
        if not self._version:
            self._connection.execute(_NEXT)
            asked = select(COUNTERS.c.number).where(_COUNTER)
            self._version = self._connection.execute(asked).scalar_one()
        return self._version


def _values(topic: Topic[Any], space: str) -> dict[str, Any]:
    return {
        "of_topic": topic.name,
        "of_mock": topic.mock,
        "of_space": key_text(space),
    }


def _spelled(name: Hashable) -> str:
    """Return a name as its column has it: of one that is no text nothing can be read."""
    if isinstance(
        name,
        str,
    ):
        return key_text(name)
    return hashlib.sha256(repr(name).encode()).hexdigest()
