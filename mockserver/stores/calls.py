"""The calls of a mock in a database, for all processes that play it: texts in, numbers out, and the
texts again.

Numbers rise without a gap in the order in which calls are kept, whoever keeps them. A call survives
its process, and not always the machine, as it is not worth the wait for a disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from mockserver.stores.board import CallText, Extent
from mockserver.stores.cells import key_text
from mockserver.stores.database import Database
from mockserver.stores.layout import CALLS, COUNTERS

BATCH = 500
"""Calls that are read, or forgotten, by one statement."""
_TRIMMED = 200
"""Calls between two looks at whether there are too many."""
_COUNT = (
    update(COUNTERS)
    .where(COUNTERS.c.name == bindparam("counter"))
    .values(number=COUNTERS.c.number + bindparam("more"))
    .returning(COUNTERS.c.number)
)


class SqlCalls:
    """The calls of one mock. Each method may raise StoreError."""

    def __init__(self, database: Database, mock: str, most: int, most_bytes: int) -> None:
        """Take how many calls are kept, and how many bytes; the oldest go."""
        self._database = database
        self._mock = mock
        self._most = most
        self._most_bytes = most_bytes
        self._of = CALLS.c.mock == mock

    def add(self, calls: Sequence[CallText]) -> int:
        """Keep calls in their order; return the number of the first."""
        with self._database.writing(is_lax=True) as connection:
            last = _counted(connection, "calls", len(calls))
            first = last - len(calls) + 1
            rows = []
            for number, call in enumerate(calls, first):
                row = {"id": number, "mock": self._mock, "space": key_text(call.space)}
                rows.append({**row, "size": call.size, "value": call.text})
            connection.execute(insert(CALLS), rows)
        if last // _TRIMMED != (first - 1) // _TRIMMED:
            self._database.chores.add(self._trim)
        return first

    def numbers(self, space: str) -> list[int]:
        """Return the numbers of the calls of a space, the oldest first."""
        asked = select(CALLS.c.id).where(self._of, CALLS.c.space == key_text(space))
        with self._database.reading() as connection:
            return list(connection.execute(asked.order_by(CALLS.c.id)).scalars())

    def texts(self, numbers: Sequence[int]) -> Mapping[int, str]:
        """Return the texts of calls by their numbers, those that are there."""
        found: dict[int, str] = {}
        with self._database.reading() as connection:
            for some in _batches(numbers):
                asked = select(CALLS.c.id, CALLS.c.value).where(self._of, CALLS.c.id.in_(some))
                for number, text in connection.execute(asked):
                    found[number] = text
        return found

    def remove(self, numbers: Iterable[int], space: str) -> int:
        """Forget calls of a space; tell how many there were."""
        removed = 0
        with self._database.writing(is_lax=True) as connection:
            for some in _batches(list(numbers)):
                named = delete(CALLS).where(CALLS.c.id.in_(some), *self._in(space))
                removed += connection.execute(named).rowcount
        return removed

    def clear(self, space: str) -> int:
        """Forget the calls of a space; tell how many there were."""
        with self._database.writing(is_lax=True) as connection:
            return connection.execute(delete(CALLS).where(*self._in(space))).rowcount

    def extent(self) -> Extent:
        """Return how many calls are kept."""
        sums = select(func.count(), func.coalesce(func.sum(CALLS.c.size), 0)).where(self._of)
        asked = select(COUNTERS.c.number).where(COUNTERS.c.name == "dropped")
        with self._database.reading() as connection:
            calls, size = connection.execute(sums).one()
            dropped = connection.execute(asked).scalar_one()
        return Extent(calls, int(size), dropped)

    def _in(self, space: str) -> tuple[Any, ...]:
        return self._of, CALLS.c.space == key_text(space)

    def _trim(self) -> None:
        """Forget the oldest calls where there are too many."""
        newest = select(CALLS.c.id, CALLS.c.size).where(self._of).order_by(CALLS.c.id.desc())
        kept = size = 0
        last = None
        with self._database.reading() as connection:
            for number, own in connection.execute(newest):
                size += own
                if kept and (kept >= self._most or size > self._most_bytes):
                    last = number
                    break
                kept += 1
        if last is None:
            return
        with self._database.writing(is_lax=True) as connection:
            old = connection.execute(delete(CALLS).where(self._of, CALLS.c.id <= last))
            _counted(connection, "dropped", old.rowcount)


def _counted(connection: Connection, counter: str, more: int) -> int:
    """Return the number of a counter after it has gone on; who else wants it waits until then."""
    return int(connection.execute(_COUNT, {"counter": counter, "more": more}).scalar_one())


def _batches(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    for first in range(0, len(numbers), BATCH):
        yield numbers[first : first + BATCH]
