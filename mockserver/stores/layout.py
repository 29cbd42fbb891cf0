"""The tables of a database that keeps state, the same for SQLite and PostgreSQL.

    states      1  bookshop  (space "")  state                the state of a space
                2  bookshop  (space "")  start                what a reset brings back
    holdings    1  shelves  7                                 state 1 has its shelves on sheet 7
                2  shelves  7                                 and so has state 2
    sheets      7  owner: none (shared)  total: 3
    records     7  parents ""  place 000000000000000002  key "2"  body {"id":2,"name":"Science"}

A sheet holds the records of one resource. A fork of a state shares its sheets, so that it is a few
rows, however many records there are. Who writes to a shared sheet makes one of its own first: a
copy where it is small, else an empty one over it (`base`), on which a record hides the one below,
and a record without a body hides it for good. A sheet below never lies over another one.

Beside them lies what all processes know that play a mock together: `notices` of the control API
(faults, stubs, clocks, quotas, snapshots), and `calls`, the journal. A number in `counters` is
another one as soon as a notice is, so that each process may ask cheaply whether it knows all. Who
has calls in memory that are not written yet says so in `writers`, so that a reader waits for them.

What people look into is the view `state_records`, which has a row for each record of each state.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    cast,
)
from sqlalchemy.types import UserDefinedType

VERSION = 2
"""The version of these tables. Who changes them raises it, and tells in `database` how the older
ones become like them.
"""
METADATA = MetaData()
MIXED = -1
"""The depth of a sheet on which records have different numbers of parents."""


class JsonText(UserDefinedType[str]):
    """The text of a JSON value, in a column of PostgreSQL's type JSON, which keeps it as it is."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "JSON"

    def bind_expression(self, bindvalue: BindParameter[str]) -> ColumnElement[str]:
        return cast(bindvalue, self)

    def column_expression(self, colexpr: ColumnElement[Any]) -> ColumnElement[str]:
        return cast(colexpr, Text)


Key = String().with_variant(String(collation="C"), "postgresql")
"""A text that is ordered by its code points."""
Body = Text().with_variant(JsonText(), "postgresql")
"""A record as JSON."""
Number = BigInteger().with_variant(Integer(), "sqlite")

ABOUT = Table(
    "understudy",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)
STATES = Table(
    "states",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("api", String, nullable=False),
    Column("space", String, nullable=False),
    Column("role", String, nullable=False),
    Column("tenant", String, nullable=False),
    Column("used_s", Float, nullable=False),
    UniqueConstraint("api", "space", "role", "tenant"),
)
SHEETS = Table(
    "sheets",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("owner", Number),
    Column("base", Number, index=True),
    Column("depth", Integer),
    Column("total", Number, nullable=False),
    Column("version", Number, nullable=False),
)
HOLDINGS = Table(
    "holdings",
    METADATA,
    Column("state", Number, ForeignKey("states.id", ondelete="CASCADE"), nullable=False),
    Column("resource", String, nullable=False),
    Column("sheet", Number, ForeignKey("sheets.id"), nullable=False, index=True),
    PrimaryKeyConstraint("state", "resource"),
)
SEQUENCES = Table(
    "sequences",
    METADATA,
    Column("state", Number, ForeignKey("states.id", ondelete="CASCADE"), nullable=False),
    Column("name", String, nullable=False),
    Column("last", String, nullable=False),
    PrimaryKeyConstraint("state", "name"),
)
RECORDS = Table(
    "records",
    METADATA,
    Column("sheet", Number, nullable=False),
    Column("parents", Key, nullable=False),
    Column("place", Key, nullable=False),
    Column("key", Key, nullable=False),
    Column("body", Body),
    PrimaryKeyConstraint("sheet", "parents", "place", "key"),
    Index("records_by_place", "sheet", "place", "parents", "key"),
)
REMOVALS = Table(
    "removals",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("sheet", Number, nullable=False),
    Column("parents", Key, nullable=False),
    Column("key", Key, nullable=False),
    Column("body", Body, nullable=False),
    Index("removals_by_key", "sheet", "parents", "key"),
)
COUNTS = Table(
    "counts",
    METADATA,
    Column("sheet", Number, nullable=False),
    Column("parents", Key, nullable=False),
    Column("number", Number, nullable=False),
    PrimaryKeyConstraint("sheet", "parents"),
)
NOTICES = Table(
    "notices",
    METADATA,
    Column("topic", String, nullable=False),
    Column("mock", String, nullable=False),
    Column("space", String, nullable=False),
    Column("name", String, nullable=False),
    Column("value", Text),
    Column("version", Number, nullable=False),
    Column("changed_s", Float, nullable=False),
    PrimaryKeyConstraint("topic", "mock", "space", "name"),
    Index("notices_by_version", "version"),
)
CALLS = Table(
    "calls",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("mock", String, nullable=False),
    Column("space", String, nullable=False),
    Column("ended_s", Float, nullable=False),
    Column("size", Number, nullable=False),
    Column("value", Text, nullable=False),
    Index("calls_by_space", "mock", "space", "ended_s", "id"),
)
WRITERS = Table(
    "writers",
    METADATA,
    Column("mock", String, nullable=False),
    Column("name", String, nullable=False),
    Column("batch", Number, nullable=False),
    PrimaryKeyConstraint("mock", "name"),
)
COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", String, primary_key=True),
    Column("number", Number, nullable=False),
)
VIEW = """\
CREATE VIEW state_records AS
SELECT s.api, s.space, s.role, s.tenant, h.resource, r.parents, r.key, r.place, r.body
FROM states s
JOIN holdings h ON h.state = s.id
JOIN sheets t ON t.id = h.sheet
JOIN records r ON r.sheet = t.id
WHERE r.body IS NOT NULL
UNION ALL
SELECT s.api, s.space, s.role, s.tenant, h.resource, r.parents, r.key, r.place, r.body
FROM states s
JOIN holdings h ON h.state = s.id
JOIN sheets t ON t.id = h.sheet
JOIN records r ON r.sheet = t.base
WHERE NOT EXISTS (
  SELECT 1 FROM records o
  WHERE o.sheet = t.id AND o.parents = r.parents AND o.place = r.place AND o.key = r.key
)"""
"""What people look into: the records of all states, each with its address."""
