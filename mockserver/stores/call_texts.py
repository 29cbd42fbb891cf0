"""The calls of a mock in a database, for all processes that play it: texts in, numbers out, and the
texts again.

Each call has a number of its own; they are ordered by when they were over, by the clock of their
machine. A call that is kept survives its process, and not always the machine, as it is not worth
the wait for a disk.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from mockserver.stores.board import CallText, JournalExtent
from mockserver.stores.cells import key_text
from mockserver.stores.database import Database
from mockserver.stores.layout import CALLS, COUNTERS, WRITERS

BATCH = 500
"""Calls that are read, or forgotten, by one statement."""
LOST_S = 2.0
"""How long a reader waits for a process that has announced calls and does not write them."""
_PAUSE_S = 0.005
_TRIMMED = 200
"""Calls between two looks at whether there are too many."""
_COUNT = (
    update(COUNTERS)
    .where(COUNTERS.c.name == bindparam("counter"))
    .values(number=COUNTERS.c.number + bindparam("more"))
    .returning(COUNTERS.c.number)
)


class SqlCalls:
    """The calls of one mock. Each method may raise StoreError.

    Before a call is answered its process has `announced` that there are calls to be written, and
    what writes them takes that back, in the same transaction: a reader who finds no announcement
    misses nothing.
    """

    def __init__(self, database: Database, mock: str, most: int, most_bytes: int) -> None:
        """Take how many calls are kept, and how many bytes; the oldest go."""
        self._database = database
        self._mock = mock
        self._most = most
        self._most_bytes = most_bytes
        self._of = CALLS.c.mock == mock
        self._name = uuid.uuid4().hex
        self._batch = 0
        self._mine = (WRITERS.c.mock == mock, WRITERS.c.name == self._name)

    def announce(self) -> None:
        """Tell others that there are calls which are not written yet."""
        self._batch += 1
        row = {
            "mock": self._mock,
            "name": self._name,
            "batch": self._batch,
        }
        with self._database.writing(is_lax=True) as connection:
            connection.execute(delete(WRITERS).where(*self._mine))
            connection.execute(insert(WRITERS).values(row))

    def await_others(self) -> None:
        """Return when the calls are written that others have announced by now. Who does not do it
        for LOST_S has died.
        """
        waiting = self._announced()
        end_s = time.monotonic() + LOST_S
        while waiting:
            time.sleep(_PAUSE_S)
            waiting &= self._announced()
            if waiting and time.monotonic() > end_s:
                self._give_up(waiting)
                return

    def _announced(self) -> set[tuple[str, int]]:
        """Return what other processes have announced: their names, and the numbers of it."""
        asked = select(
            WRITERS.c.name,
            WRITERS.c.batch,
        ).where(WRITERS.c.mock == self._mock)
        with self._database.reading() as connection:
            rows = connection.execute(asked.where(WRITERS.c.name != self._name)).all()
        return {(name, batch) for name, batch in rows}

    def _give_up(self, lost: Iterable[tuple[str, int]]) -> None:
        """Forget what processes have announced that died."""
        with self._database.writing(is_lax=True) as connection:
            for name, batch in lost:
                one = (WRITERS.c.name == name, WRITERS.c.batch == batch)
                connection.execute(
                    delete(WRITERS).where(
                        WRITERS.c.mock == self._mock,
                        *one,
                    )
                )

    def add(self, calls: Sequence[CallText]) -> int:
        """Keep calls in their order, and take back what was announced; return the number of the
        first.
        """
        with self._database.writing(is_lax=True) as connection:
            connection.execute(delete(WRITERS).where(*self._mine))
            last = _counted(
                connection,
                "calls",
                len(calls),
            )
            first = last - len(calls) + 1
            rows = []
            for number, call in enumerate(
                calls,
                first,
            ):
                row = {
                    "id": number,
                    "mock": self._mock,
                    "space": key_text(call.space),
                }
                told = {
                    "size": call.size,
                    "ended_s": call.ended_s,
                    "value": call.text,
                }
                rows.append(
                    {
                        **row,
                        **told,
                    }
                )
            connection.execute(
                insert(CALLS),
                rows,
            )
        if last // _TRIMMED != (first - 1) // _TRIMMED:
            self._database.chores.add(self._trim)
        return first

    def at_end(self, step: Callable[[], None]) -> None:
        """Do something before the database is closed."""
        self._database.at_end(step)

    def numbers(self, space: str, after: int = 0) -> list[int]:
        """Return the numbers of the calls of a space, those above a number, the oldest first."""
        asked = select(CALLS.c.id).where(
            self._of,
            CALLS.c.space == key_text(space),
            CALLS.c.id > after,
        )
        with self._database.reading() as connection:
            ordered = asked.order_by(
                CALLS.c.ended_s,
                CALLS.c.id,
            )
            return list(connection.execute(ordered).scalars())

    def texts(self, numbers: Sequence[int]) -> Mapping[int, str]:
        """Return the texts of calls by their numbers, those that are there."""
        found: dict[int, str] = {}
        with self._database.reading() as connection:
            for some in _batches(numbers):
                asked = select(
                    CALLS.c.id,
                    CALLS.c.value,
                ).where(
                    self._of,
                    CALLS.c.id.in_(some),
                )
                for number, text in connection.execute(asked):
                    found[number] = text
        return found

    def remove(self, numbers: Iterable[int], space: str) -> int:
        """Forget calls of a space; tell how many there were."""
        removed = 0
        with self._database.writing(is_lax=True) as connection:
            for some in _batches(list(numbers)):
                named = delete(CALLS).where(
                    CALLS.c.id.in_(some),
                    *self._in(space),
                )
                removed += connection.execute(named).rowcount
        return removed

    def clear(self, space: str) -> int:
        """Forget the calls of a space; tell how many there were."""
        with self._database.writing(is_lax=True) as connection:
            return connection.execute(delete(CALLS).where(*self._in(space))).rowcount

    def extent(self) -> JournalExtent:
        """Return how many calls are kept."""
        sums = select(
            func.count(),
            func.coalesce(
                func.sum(CALLS.c.size),
                0,
            ),
        ).where(self._of)
        asked = select(COUNTERS.c.number).where(COUNTERS.c.name == "dropped")
        with self._database.reading() as connection:
            calls, size = connection.execute(sums).one()
            dropped = connection.execute(asked).scalar_one()
        return JournalExtent(
            calls,
            int(size),
            dropped,
        )

    def _in(self, space: str) -> tuple[Any, ...]:
        return self._of, CALLS.c.space == key_text(space)

    def _trim(self) -> None:
        """Forget the oldest calls where there are too many."""
        newest = (
            select(
                CALLS.c.id,
                CALLS.c.size,
            )
            .where(self._of)
            .order_by(CALLS.c.id.desc())
        )
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
            old = connection.execute(
                delete(CALLS).where(
                    self._of,
                    CALLS.c.id <= last,
                )
            )
            _counted(
                connection,
                "dropped",
                old.rowcount,
            )


def _counted(connection: Connection, counter: str, more: int) -> int:
    """Return the number of a counter after it has gone on; who else wants it waits until then."""
    return int(
        connection.execute(
            _COUNT,
            {
                "counter": counter,
                "more": more,
            },
        ).scalar_one()
    )


def _batches(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    for first in range(
        0,
        len(numbers),
        BATCH,
    ):
        yield numbers[first : first + BATCH]
