"""The tables of the shop, and a database with its records at the start: SQLite in memory, one
caller at a time.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import yaml
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    insert,
)
from sqlalchemy.pool import StaticPool

from tests.live.shop.problems import Refused

START = Path(__file__).with_name("fixtures") / "default.yaml"
Row = dict[str, Any]
metadata = MetaData()


def _table(name: str, *columns: Column[Any]) -> Table:
    stamps = [Column("created_at", Text), Column("updated_at", Text), Column("revision", Integer)]
    return Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True),
        *columns,
        *stamps,
        sqlite_autoincrement=True,
    )


customers = _table(
    "customers",
    Column("name", Text),
    Column("email", Text),
    Column("city", Text),
    Column("tier", Text),
    Column("newsletter", Boolean),
    Column("credit", Integer),
    Column("note", Text),
)
orders = _table(
    "orders",
    Column("reference", Text),
    Column("status", Text),
    Column("rush", Boolean),
    Column("weight", Integer),
    Column("note", Text),
)
lines = _table(
    "lines",
    Column("order_id", Integer),
    Column("sku", Text),
    Column("quantity", Integer),
    Column("gift", Boolean),
    Column("label", Text),
)
prices = _table("prices", Column("sku", Text), Column("currency", Text), Column("active", Boolean))
tiers = Table(
    "tiers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("price_id", Integer),
    Column("from_quantity", Integer),
    Column("amount", Float),
    sqlite_autoincrement=True,
)


class Database:
    """A database of its own, and a clock that never tells the same moment twice."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        raw = sqlite3.connect(":memory:", check_same_thread=False)
        self._raw = raw
        self._lock = Lock()
        self._clock = clock
        self._last = datetime.min.replace(tzinfo=UTC)
        self._engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        self._closing = weakref.finalize(self, raw.close)
        self.reset()

    def reset(self) -> None:
        """Go back to the records of the start."""
        with self._lock:
            self._raw.deserialize(_image())

    @contextmanager
    def transaction(self, keeps: Callable[[Refused], bool]) -> Iterator[Connection]:
        """Give a connection that nobody else has meanwhile; what was done is kept unless something
        is raised.
        """
        refused: Refused | None = None
        with self._lock, self._engine.begin() as connection:
            try:
                yield connection
            except Refused as raised:
                if not keeps(raised):
                    raise
                refused = raised
        if refused is not None:
            raise refused

    def now(self) -> str:
        """Return the present moment, to be asked for within a transaction."""
        self._last = max(self._clock(), self._last + timedelta(microseconds=1))
        return self._last.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@cache
def _image() -> bytes:
    """Return a database with the records of the start, as bytes."""
    raw = sqlite3.connect(":memory:")
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    records = yaml.safe_load(START.read_text("utf-8"))
    with engine.begin() as connection:
        metadata.create_all(connection)
        for table in (customers, orders, lines):
            rows = [
                {column.name: row.get(column.name) for column in table.columns}
                for row in records[table.name]
            ]
            connection.execute(insert(table), rows)
        for price in records["prices"]:
            connection.execute(
                insert(prices), {name: value for name, value in price.items() if name != "tiers"}
            )
            connection.execute(
                insert(tiers), [{**tier, "price_id": price["id"]} for tier in price["tiers"]]
            )
    image = raw.serialize()
    raw.close()
    return image
