"""What becomes of single records in the database: find, add, change and remove."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select, update

from tests.live.shop.listing import within
from tests.live.shop.tables import Database, Row

Place = dict[str, Any]
"""The values that the place of a record in the path gives it."""


def find(connection: Connection, table: Table, place: Place, key: Place, method: str) -> Row | None:
    """Return the record of a key in its place."""
    found = (
        connection.execute(select(table).where(within(table, {**place, **key}))).mappings().first()
    )
    return dict(found) if found is not None else None


def is_there(connection: Connection, table: Table, key: int, method: str) -> bool:
    """Tell whether the record above is there."""
    return connection.execute(select(table.c.id).where(table.c.id == key)).first() is not None


def draw(database: Database, table: Table) -> int | None:
    """Return the id of a record to come, before its transaction begins; None leaves it to the
    database.
    """
    return None


def look(database: Database, reader: Any) -> Row | None:
    """Return what a change is based on, before its transaction begins; None: it is read within."""
    return None


def add(connection: Connection, table: Table, values: Row, drawn: int | None) -> Row:
    """Store a new record and return it."""
    made = connection.execute(insert(table).values(**values))
    return {**values, "id": made.inserted_primary_key[0]}


def change(connection: Connection, table: Table, row: Row, values: Row) -> Row:
    """Store what changes of a record and return the record."""
    connection.execute(update(table).where(table.c.id == row["id"]).values(**values))
    return {**row, **values}


def remove(
    connection: Connection, table: Table, row: Row, below: tuple[tuple[Table, str], ...]
) -> None:
    """Remove a record, and the records of other tables that are below it."""
    for child, field in below:
        connection.execute(delete(child).where(child.c[field] == row["id"]))
    connection.execute(delete(table).where(table.c.id == row["id"]))


def remove_all(connection: Connection, table: Table, condition: Any) -> None:
    connection.execute(delete(table).where(condition))


def is_taken(connection: Connection, table: Table, values: Row, own: int | None) -> str | None:
    """Return the property in which another record has the same value, if there is one that must be
    unique.
    """
    for name in ("email",):
        if values.get(name) is not None and name in table.c:
            others = and_(table.c[name] == values[name], True if own is None else table.c.id != own)
            if connection.execute(select(table.c.id).where(others)).first() is not None:
                return name
    return None
