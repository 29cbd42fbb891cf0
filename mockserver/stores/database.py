"""A database that keeps the states of all APIs and spaces: an address in, connections out, and the
tables on which `layout` tells.

A database that is empty is given its tables. One that another program, or a newer version, has
written is left as it is.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import Lock

from sqlalchemy import Connection, bindparam, delete, insert, inspect, select, text, update

from mockserver.errors import SettingsError, StoreError
from mockserver.stores.chores import Chores
from mockserver.stores.dialects import Dialect, Postgres, Sqlite
from mockserver.stores.engine import (
    PATIENCE_S,
    awaited,
    open_engine,
    shown,
    told,
    transaction_of,
)
from mockserver.stores.layout import (
    ABOUT,
    COUNTERS,
    COUNTS,
    HOLDINGS,
    METADATA,
    RECORDS,
    REMOVALS,
    SHEETS,
    STATES,
    VERSION,
    VIEW,
)
from mockserver.stores.memory import MemoryStore
from mockserver.stores.statements import PageShape, index_columns

_SCHEMA_LOCK = 8_317_004_215_003
"""What PostgreSQL locks while one process looks whether the tables are there."""
MOST_INDEXES = 32
"""Indexes that are made for what is asked; after that, records are sorted anew for each page."""
INDEXED_FROM = 1_000
"""Records of a sheet from which on an index is made for what is asked of it."""
COPIED = 1_000
"""Records of a shared sheet that are copied when it is written to; over more, a sheet is laid."""
NEAR = 1_000
"""Records before a page up to which it is read from the beginning in any case, else from the end
that is nearer.
"""
MOST_COPIES = 8
"""Copies of sheets that are kept in memory for views."""
OLDEST_FORK_S = 24 * 3600.0
"""Seconds after which a fork that nobody has let go of is taken to be one of a process that was
killed.
"""
COUNTED = ("notices", "calls", "dropped")
"""What is counted: changes of notices, calls, and those that went for want of room."""
_DROPPED_AT_ONCE = 10_000
_INDEX = "by_"


class Copies:
    """States in memory that are as some sheets were at a moment."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], MemoryStore] = OrderedDict()

    def get(self, moments: tuple[object, ...]) -> MemoryStore | None:
        return self._kept.get(moments)

    def keep(self, moments: tuple[object, ...], store: MemoryStore) -> None:
        self._kept[moments] = store
        while len(self._kept) > MOST_COPIES:
            self._kept.popitem(last=False)


class Database:
    """A database with our tables."""

    def __init__(
        self,
        address: str,
        copied: int = COPIED,
        indexed_from: int = INDEXED_FROM,
        near: int = NEAR,
    ) -> None:
        """Open a database, and wait for it for a while. Raises SettingsError where it cannot be
        used.
        """
        self.address = shown(address)
        self.copied = copied
        self.near = near
        self._indexed_from = indexed_from
        self.copies = Copies()
        self.chores = Chores()
        self._engine = open_engine(address)
        self._lax_engine = open_engine(address, is_lax=True)
        self._errors: type[Exception] = self._engine.dialect.loaded_dbapi.Error
        is_sqlite = self._engine.dialect.name == "sqlite"
        self.dialect: Dialect = Sqlite() if is_sqlite else Postgres()
        self._indexes: set[str] = set()
        self._turn = Lock()
        self._endings: list[Callable[[], None]] = []
        self._glances = Lock()
        self._glancing: Connection | None = None
        try:
            awaited(self._prepare, address)
        except BaseException:
            self.close()
            raise

    @property
    def is_sqlite(self) -> bool:
        """Whether one writer at a time has the whole database."""
        return isinstance(self.dialect, Sqlite)

    def reading(self) -> AbstractContextManager[Connection]:
        """Return a connection that sees one moment. Raises StoreError."""
        return transaction_of(self._engine, self.dialect.reading)

    @contextmanager
    def writing(self, is_lax: bool = False) -> Iterator[Connection]:
        """Give a connection whose changes are kept, all or none; where that `is_lax`, they need not
        survive the machine. Raises StoreError.
        """
        engine = self._lax_engine if is_lax else self._engine
        if not self.is_sqlite:
            with transaction_of(engine, self.dialect.writing) as connection:
                yield connection
            return
        # SQLite looks now and then whether it is free: within a process a lock tells at once
        if not self._turn.acquire(timeout=PATIENCE_S):
            raise StoreError("the database fails: another call writes to it for too long")
        try:
            with transaction_of(engine, self.dialect.writing) as connection:
                yield connection
        finally:
            self._turn.release()

    def glance(self, statement: str) -> int:
        """Return the number that a statement without values tells, as quickly as that goes. Raises
        StoreError.
        """
        with self._glances, told():
            if self._glancing is None:
                self._glancing = self._engine.connect()
            raw = self._glancing.connection.dbapi_connection
            assert raw is not None
            try:
                found = raw.execute(statement).fetchone()
            except self._errors as error:
                connection, self._glancing = self._glancing, None
                connection.invalidate()
                connection.close()
                raise StoreError(f"the database fails: {error}") from error
        return int(found[0])

    def close(self) -> None:
        """Do what is left to do, and close all connections."""
        for step in self._endings:
            with suppress(StoreError):
                step()
        self.chores.close()
        with self._glances:
            if self._glancing is not None:
                self._glancing.close()
            self._glancing = None
        self._engine.dispose()
        self._lax_engine.dispose()

    def at_end(self, step: Callable[[], None]) -> None:
        """Do something before all connections are closed."""
        self._endings.append(step)

    def _prepare(self) -> None:
        """Make the tables where there are none. Raises SettingsError or StoreError."""
        with self.writing() as connection:
            if not self.is_sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})"))
            names = set(inspect(connection).get_table_names())
            if ABOUT.name in names:
                self._bring_up(connection, self._check_version(connection))
            elif names:
                raise SettingsError(
                    f"--store {self.address} holds tables of another program "
                    f"({', '.join(sorted(names)[:3])}): give one of its own to Understudy"
                )
            else:
                METADATA.create_all(connection)
                connection.execute(text(VIEW))
                values = {"name": "version", "value": str(VERSION)}
                connection.execute(insert(ABOUT).values(values))
                _begin_counters(connection)
            indexes = connection.execute(text(self.dialect.index_names)).scalars()
            self._indexes = {name for name in indexes if name.startswith(_INDEX)}
        self.chores.leave(self._drop_lost_forks)

    def _check_version(self, connection: Connection) -> int:
        """Return the version of the tables. Raises SettingsError for a newer one."""
        asked = select(ABOUT.c.value).where(ABOUT.c.name == "version")
        version = connection.execute(asked).scalar()
        if version is None or int(version) > VERSION:
            raise SettingsError(
                f"--store {self.address} was written by a newer version of Understudy (tables "
                f"{version}, this one knows {VERSION}): use that version, or another database"
            )
        return int(version)

    def _bring_up(self, connection: Connection, version: int) -> None:
        """Let tables of an older version be like those of this one."""
        if version == VERSION:
            return
        METADATA.create_all(connection)  # those that are new in 2: notices, calls and counters
        _begin_counters(connection)
        known = update(ABOUT).where(ABOUT.c.name == "version")
        connection.execute(known.values(value=str(VERSION)))

    def note_asked(self, shape: PageShape, total: int) -> None:
        """Make an index for what was asked of a sheet with so many records, if it needs one."""
        if total < self._indexed_from or not shape.needs_index:
            return
        columns = index_columns(self.dialect, shape)
        name = _INDEX + hashlib.sha256(columns.encode()).hexdigest()[:16]
        if name in self._indexes or len(self._indexes) >= MOST_INDEXES:
            return
        self._indexes.add(name)
        self.chores.add(lambda: self._make_index(name, columns))

    def _make_index(self, name: str, columns: str) -> None:
        """Make an index; PostgreSQL lets others write meanwhile. Where that fails, whoever asks
        next has it made. Raises StoreError.
        """
        how = "" if self.is_sqlite else "CONCURRENTLY "
        columns = columns.replace("%", "%%")
        made = f"CREATE INDEX {how}IF NOT EXISTS {name} ON records ({columns})"
        try:
            if self.is_sqlite:
                with self.writing() as connection:
                    connection.exec_driver_sql(made)
            else:
                self._make_beside(name, made)
        except StoreError:
            self._indexes.discard(name)
            raise

    def _make_beside(self, name: str, made: str) -> None:
        """Make an index outside of a transaction. What is left of one that was not finished is of
        no use, and goes first.
        """
        unfinished = (
            "SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = pg_index.indexrelid "
            "WHERE relname = :name AND NOT indisvalid"
        )
        with told(), self._engine.connect() as connection:
            connection.execute(text("SET statement_timeout = 0"))
            try:
                if connection.execute(text(unfinished), {"name": name}).first() is not None:
                    connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
                connection.exec_driver_sql(made)
            finally:
                connection.execute(text("RESET statement_timeout"))

    def _drop_lost_forks(self) -> None:
        """Forget the forks of processes that were killed."""
        oldest = time.time() - OLDEST_FORK_S
        with self.writing() as connection:
            lost = delete(STATES).where(STATES.c.role == "fork", STATES.c.used_s < oldest)
            connection.execute(lost)
        self.sweep()

    def sweep(self) -> None:
        """Drop the sheets that no state holds, and what stands on them, a part at a time."""
        with self.writing() as connection:
            over = SHEETS.alias("over")
            is_held = select(HOLDINGS.c.sheet).where(HOLDINGS.c.sheet == SHEETS.c.id).exists()
            is_below = select(over.c.id).where(over.c.base == SHEETS.c.id).exists()
            asked = select(SHEETS.c.id).where(~is_held, ~is_below)
            loose = connection.execute(asked).scalars().all()
            small = self._small(connection, list(loose))
            for table in (RECORDS, COUNTS, REMOVALS):
                for number in small:
                    connection.execute(delete(table).where(table.c.sheet == number))
            for number in small:
                connection.execute(delete(SHEETS).where(SHEETS.c.id == number))

    def _small(self, connection: Connection, loose: list[int]) -> list[int]:
        """Return the sheets that can be dropped as a whole; of a large one a part is dropped."""
        small = []
        sized = select(RECORDS.c.sheet).where(RECORDS.c.sheet == bindparam("sheet"))
        for number in loose:
            some = sized.limit(_DROPPED_AT_ONCE + 1)
            rows = connection.execute(some, {"sheet": number}).all()
            if len(rows) <= _DROPPED_AT_ONCE:
                small.append(number)
                continue
            first = (
                select(RECORDS.c.place)
                .where(RECORDS.c.sheet == number)
                .order_by(RECORDS.c.place)
                .offset(_DROPPED_AT_ONCE)
                .limit(1)
            )
            until = connection.execute(first).scalar()
            connection.execute(
                delete(RECORDS).where(RECORDS.c.sheet == number, RECORDS.c.place <= until)
            )
            self.chores.leave(self.sweep)
        return small


def _begin_counters(connection: Connection) -> None:
    rows = [{"name": name, "number": 0} for name in COUNTED]
    connection.execute(insert(COUNTERS), rows)
