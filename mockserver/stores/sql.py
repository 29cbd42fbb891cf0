"""The states of spaces in a database, as stores: the names of a state in, transactions out.

    first space      (bookshop, "", state)      (bookshop, "", start)
    space "blue"     (bookshop, "blue", state)  (bookshop, "blue", start)
    a fork           (bookshop, "~5f0c...", fork)

A state is found by its names whenever it is used, so that several processes share it; one that is
not there yet is made from the state that it begins with.
"""

from __future__ import annotations

import time
import uuid
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, bindparam, delete, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mockserver.errors import StoreError
from mockserver.ordering import Address
from mockserver.slots import dataclass
from mockserver.state import Record
from mockserver.stores.base import MOST_ATTEMPTS, Contents, Store
from mockserver.stores.cells import body_text, key_text, parents_text, place_text
from mockserver.stores.database import Database
from mockserver.stores.driver import run
from mockserver.stores.layout import (
    COUNTS,
    HOLDINGS,
    MIXED,
    RECORDS,
    REMOVALS,
    SEQUENCES,
    SHEETS,
    STATES,
)
from mockserver.stores.memory import MemoryStore
from mockserver.stores.notices import SqlBoard
from mockserver.stores.transaction import Sheet, SqlTransaction

STATE, START, FORK, KEPT = "state", "start", "fork", "kept"
"""The roles of a state: what calls change, what a reset brings back, a snapshot, and one that has a
name.
"""
HIDDEN = "~"
"""What the names of spaces begin with that nobody asks for."""
TOUCH_S = 60.0
"""Seconds after which a state that is in use is noted to be."""
BATCH = 1_000
"""Rows that are written at a time."""

_NAMED = (
    STATES.c.api == bindparam("api"),
    STATES.c.space == bindparam("space"),
    STATES.c.role == bindparam("role"),
    STATES.c.tenant == bindparam("tenant"),
)
_LOCK = select(STATES.c.id).where(*_NAMED).with_for_update()
_LOAD = (
    select(
        STATES.c.id,
        STATES.c.used_s,
        HOLDINGS.c.resource,
        SHEETS.c.id,
        SHEETS.c.owner,
        SHEETS.c.base,
        SHEETS.c.depth,
        SHEETS.c.total,
        SHEETS.c.version,
    )
    .select_from(STATES)
    .outerjoin(HOLDINGS, HOLDINGS.c.state == STATES.c.id)
    .outerjoin(SHEETS, SHEETS.c.id == HOLDINGS.c.sheet)
    .where(*_NAMED)
)
_INSERTS: Mapping[str, Any] = {
    name: dialect.insert(STATES).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class StateName:
    """What a state is found by."""

    api: str
    space: str = ""
    role: str = STATE
    tenant: str = ""

    @property
    def values(self) -> dict[str, str]:
        """The values of its columns."""
        return {
            "api": self.api,
            "space": self.space,
            "role": self.role,
            "tenant": self.tenant,
        }


@dataclass(frozen=True, slots=True)
class LoadedState:
    """The row of a state, and its sheets by resource."""

    id: int
    used_s: float
    sheets: dict[str, Sheet]


class SqlStore:
    """The state of one space in a database. Any number of processes may use it."""

    is_durable = True

    def __init__(self, database: Database, name: StateName, begin: SqlStore | None = None) -> None:
        """Take what a state that is not there yet begins with; without it, it begins empty."""
        self._database = database
        self.name = name
        self._begin = begin
        self._end: weakref.finalize[Any, Any] | None = None

    @contextmanager
    def transaction(self, reads: bool = False, waits: bool = False) -> Iterator[SqlTransaction]:
        """Give a transaction; the database arranges by itself what it keeps. Raises StoreError
        where it fails.
        """
        if reads:
            with self._database.reading() as connection:
                state = self._loaded(connection)
                if state is not None:
                    self._touch_later(state)
                    yield SqlTransaction(
                        self._database, connection, state.id, state.sheets, reads=True
                    )
                    return
        with self._database.writing() as connection:
            state = self._locked(connection)
            yield SqlTransaction(
                self._database,
                connection,
                state.id,
                state.sheets,
                reads=False,
            )

    def inside(self, connection: Connection) -> SqlTransaction:
        """Return a reader of the state, which is there, in a transaction that has begun."""
        state = self._loaded(connection)
        assert state is not None
        return SqlTransaction(self._database, connection, state.id, state.sheets, reads=True)

    @property
    def is_there(self) -> bool:
        """Whether the state is there already. Raises StoreError."""
        with self._database.reading() as connection:
            return self._loaded(connection) is not None

    def fork(self) -> SqlStore:
        """Return a snapshot, which is forgotten when nobody holds it any more."""
        name = StateName(self.name.api, f"{HIDDEN}{uuid.uuid4().hex}", FORK)
        twin = SqlStore(self._database, name)
        self._settled(lambda connection: self._copied(connection, name))
        twin._end = weakref.finalize(
            twin,
            _forget_later,
            self._database,
            name,
        )
        return twin

    def keep(self) -> str:
        """Let a snapshot outlive who holds it. Raises StoreError."""
        kept = replace(self.name, role=KEPT)
        named = update(STATES).where(STATES.c.api == kept.api, STATES.c.space == kept.space)
        with self._database.writing() as connection:
            connection.execute(named.values(role=KEPT))
        self.name = kept
        if self._end is not None:
            self._end.detach()
        return kept.space

    def kept(self, name: str) -> SqlStore:
        """Return a snapshot that is kept under a name."""
        return SqlStore(self._database, StateName(self.name.api, name, KEPT))

    def part(self, name: str, start: Store) -> SqlStore:
        """Return the state of a tenant."""
        assert isinstance(start, SqlStore)
        return SqlStore(
            self._database,
            replace(self.name, tenant=name),
            start,
        )

    def restore(self, snapshot: Store) -> None:
        """Take the state of a snapshot."""
        self._settled(lambda connection: self._taken(connection, snapshot))
        self._database.chores.add(self._database.sweep)

    def start(self, anew: bool = False) -> SqlStore:
        """Return what a reset brings back, made of the present state where there is none."""
        origin = SqlStore(
            self._database,
            replace(
                self.name,
                role=START,
                tenant="",
            ),
        )
        if anew or not origin.is_there:
            origin.restore(self)
        return origin

    def space(self, name: str, start: Store, anew: bool = False) -> tuple[SqlStore, SqlStore]:
        """Return another space and its start; both are made when they are first used."""
        name = name.replace("\0", HIDDEN)
        parent = start if isinstance(start, SqlStore) else None
        origin = SqlStore(
            self._database,
            StateName(
                self.name.api,
                name,
                START,
            ),
            parent,
        )
        state = SqlStore(
            self._database,
            StateName(self.name.api, name),
            origin,
        )
        if anew:
            origin.restore(start)
            state.restore(start)
        return state, origin

    def forget(self, name: str) -> bool:
        """Forget another space."""
        name = name.replace("\0", HIDDEN)
        forgotten = self._settled(
            lambda connection: _forgotten(connection, StateName(self.name.api, name))
        )
        self._database.chores.add(self._database.sweep)
        return forgotten

    def sweep(self, most: int, idle_s: float) -> tuple[str, ...]:
        """Forget spaces; when one was used is known to TOUCH_S seconds."""
        asked = self._others(STATES.c.space, STATES.c.used_s).order_by(
            STATES.c.used_s,
            STATES.c.id,
        )
        with self._database.reading() as connection:
            rows = connection.execute(asked).all()
        surplus = max(1, most // 10) if len(rows) >= most else 0
        oldest = time.time() - idle_s - TOUCH_S
        gone = []
        for at, (name, used_s) in enumerate(rows):
            if at < surplus or used_s < oldest:
                self.forget(name)
                gone.append(name)
        return tuple(gone)

    def names(self) -> tuple[str, ...]:
        """Return the names of the other spaces, the oldest first."""
        asked = self._others(STATES.c.space).order_by(STATES.c.id)
        with self._database.reading() as connection:
            return tuple(connection.execute(asked).scalars())

    def _others(self, *columns: Any) -> Select[Any]:
        """Return what reads columns of the other spaces."""
        return (
            select(*columns)
            .where(STATES.c.api == self.name.api, STATES.c.role == STATE)
            .where(STATES.c.tenant == "", STATES.c.space != "")
            .where(STATES.c.space.not_like(f"{HIDDEN}%"))
        )

    def close(self) -> None:
        """Close the database, for all of its states."""
        self._database.close()

    def _settled(self, step: Callable[[Connection], Made]) -> Made:
        """Return what a step gives that locks several states, done again where it met another."""
        for attempt in range(MOST_ATTEMPTS):
            try:
                with self._database.writing() as connection:
                    return step(connection)
            except StoreError as error:
                if not error.is_conflict or attempt + 1 == MOST_ATTEMPTS:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _loaded(self, connection: Connection) -> LoadedState | None:
        """Return the state as it is, None where it is not there."""
        rows = run(connection, _LOAD, self.name.values).fetchall()
        if not rows:
            return None
        number, used_s = rows[0][0], rows[0][1]
        sheets = {}
        for _, _, resource, sheet, owner, base, depth, total, version in rows:
            if resource is not None:
                is_own = owner == number
                sheets[resource] = Sheet(
                    sheet,
                    is_own,
                    base,
                    depth,
                    total,
                    version,
                )
        return LoadedState(
            number,
            used_s,
            sheets,
        )

    def _locked(self, connection: Connection) -> LoadedState:
        """Return the state, which nobody else changes until the transaction ends."""
        state = self._held(connection)
        if state is None:
            self._made(connection)
            state = self._held(connection)
            assert state is not None
        if time.time() - state.used_s > TOUCH_S:
            _touch(connection, state.id)
        return state

    def _held(self, connection: Connection) -> LoadedState | None:
        """Return the state after it is locked, None where it is not there."""
        if not self._database.is_sqlite:
            run(connection, _LOCK, self.name.values)
        return self._loaded(connection)

    def _made(self, connection: Connection) -> None:
        """Make the state from the one that it begins with, unless another was faster."""
        if self._begin is None:
            _insert_state(connection, self.name)
            return
        begin = self._begin._locked(connection)
        if self._held(connection) is not None:  # made while we waited
            return
        _hand_over(
            connection,
            begin.id,
            self.name,
        )

    def _copied(self, connection: Connection, name: StateName) -> None:
        """Make a copy of the state, with all tenants where it is that of all."""
        self._locked(connection)
        for number, tenant in self._whole(connection):
            as_tenant = "" if tenant == self.name.tenant else tenant
            _hand_over(
                connection,
                number,
                replace(name, tenant=as_tenant),
            )

    def _whole(self, connection: Connection) -> Sequence[tuple[int, str]]:
        """Return the numbers of the state and, where it is that of all, of its tenants."""
        name = self.name
        asked = select(STATES.c.id, STATES.c.tenant).where(
            STATES.c.api == name.api, STATES.c.space == name.space, STATES.c.role == name.role
        )
        if name.tenant:
            asked = asked.where(STATES.c.tenant == name.tenant)
        rows = connection.execute(asked.order_by(STATES.c.id)).all()
        return [(row[0], row[1]) for row in rows]

    def _taken(self, connection: Connection, snapshot: Store) -> None:
        """Put the state of a snapshot in the place of this one and its tenants."""
        begin = self._begin
        self._begin = None  # what it begins with is of no account now
        self._locked(connection)
        self._begin = begin
        for number, tenant in self._whole(connection):
            if tenant == self.name.tenant:
                connection.execute(delete(HOLDINGS).where(HOLDINGS.c.state == number))
                connection.execute(delete(SEQUENCES).where(SEQUENCES.c.state == number))
            else:
                connection.execute(delete(STATES).where(STATES.c.id == number))
        if isinstance(snapshot, SqlStore):
            snapshot._copied(connection, self.name)
        else:
            assert isinstance(snapshot, MemoryStore)
            fill(
                connection,
                self.name,
                snapshot.contents(),
            )

    def _touch_later(self, state: LoadedState) -> None:
        """Note that a state is in use, where that was not noted lately."""
        if time.time() - state.used_s <= TOUCH_S:
            return
        database = self._database

        def touch() -> None:
            with database.writing() as connection:
                _touch(connection, state.id)

        database.chores.add(touch)


def fill(connection: Connection, name: StateName, contents: Contents) -> None:
    """Put records into a state that has none, and those of its tenants into theirs."""
    number = _insert_state(connection, name)
    for resource in contents.records:
        records = contents.records[resource]
        removed = contents.removed.get(resource, {})
        sheet = _filled_sheet(
            connection,
            number,
            records,
            removed,
        )
        values = {
            "state": number,
            "resource": resource,
            "sheet": sheet,
        }
        connection.execute(insert(HOLDINGS).values(values))
    last = [
        {
            "state": number,
            "name": sequence,
            "last": str(to),
        }
        for sequence, to in contents.sequences.items()
    ]
    _write(
        connection,
        SEQUENCES,
        last,
    )
    for tenant, part in contents.parts.items():
        fill(
            connection,
            replace(name, tenant=tenant),
            part,
        )


def _filled_sheet(
    connection: Connection,
    state: int,
    records: Mapping[Address, Record],
    removed: Mapping[Address, Record],
) -> int:
    """Return a new sheet with records."""
    depths = {len(parents) for parents, _ in records}
    depth = depths.pop() if len(depths) == 1 else None
    if depths:
        depth = MIXED
    values = {
        "owner": state,
        "depth": depth,
        "total": len(records),
        "version": 0,
    }
    made = connection.execute(insert(SHEETS).values(values)).inserted_primary_key
    assert made is not None
    sheet: int = made[0]
    rows = []
    counts: dict[str, int] = {}
    for (parents, key), record in records.items():
        below = parents_text(parents)
        row = {
            "parents": below,
            "place": place_text(key),
            "key": key_text(key),
        }
        rows.append(
            {
                "sheet": sheet,
                **row,
                "body": body_text(record),
            }
        )
        if below:
            counts[below] = counts.get(below, 0) + 1
    _write(
        connection,
        RECORDS,
        rows,
    )
    counted = [
        {
            "sheet": sheet,
            "parents": parents,
            "number": number,
        }
        for parents, number in counts.items()
    ]
    _write(
        connection,
        COUNTS,
        counted,
    )
    gone = []
    for (parents, key), record in removed.items():
        row = {"parents": parents_text(parents), "key": key_text(key)}
        gone.append(
            {
                "sheet": sheet,
                **row,
                "body": body_text(record),
            }
        )
    _write(
        connection,
        REMOVALS,
        gone,
    )
    return sheet


def _write(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, so many at a time."""
    for first in range(
        0,
        len(rows),
        BATCH,
    ):
        connection.execute(insert(table), list(rows[first : first + BATCH]))


def _insert_state(connection: Connection, name: StateName) -> int:
    """Return the number of a state, which is made where it is not there."""
    values = {**name.values, "used_s": time.time()}
    connection.execute(_INSERTS[connection.dialect.name], values)
    return int(connection.execute(_LOCK, name.values).scalar_one())


def _hand_over(connection: Connection, origin: int, name: StateName) -> None:
    """Let a state of some names have the sheets and numbers of another one, which are shared."""
    number = _insert_state(connection, name)
    if number == origin:
        return
    shared = update(SHEETS).where(SHEETS.c.owner == origin).values(owner=None)
    connection.execute(shared)
    for table, names in ((HOLDINGS, ("resource", "sheet")), (SEQUENCES, ("name", "last"))):
        connection.execute(delete(table).where(table.c.state == number))
        columns = [table.c[column] for column in names]
        rows = select(literal(number), *columns).where(table.c.state == origin)
        connection.execute(insert(table).from_select(["state", *names], rows))


def _forgotten(connection: Connection, name: StateName) -> bool:
    """Forget a space, its start and its tenants; tell whether it was there."""
    names = (STATES.c.api == name.api, STATES.c.space == name.space)
    was_there = connection.execute(select(STATES.c.id).where(*names)).first() is not None
    connection.execute(delete(STATES).where(*names))
    return was_there


def _touch(connection: Connection, number: int) -> None:
    connection.execute(update(STATES).where(STATES.c.id == number).values(used_s=time.time()))


def _forget_later(database: Database, name: StateName) -> None:
    """Forget a snapshot with the next chore."""

    def forget() -> None:
        with database.writing() as connection:
            _forgotten(connection, name)
        database.sweep()

    database.chores.leave(forget)


class SqlDatabase:
    """The first states of several APIs in a database, and its `board`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.board = SqlBoard(database)

    def begun(self, api: str) -> SqlStore | None:
        """Return the state of the first space of an API, None where there is none yet."""
        store = SqlStore(self._database, StateName(api))
        return store if store.is_there else None

    def begin(self, api: str, start: Store, anew: bool = False) -> SqlStore:
        """Return the state of the first space of an API, as a start has it."""
        store = SqlStore(self._database, StateName(api))
        origin = SqlStore(self._database, StateName(api, role=START))

        def make(connection: Connection) -> None:
            origin._locked(connection)  # another process may be about to do the same
            if anew or store._loaded(connection) is None:
                origin._taken(connection, start)
                store._taken(connection, origin)

        store._settled(make)
        return store
