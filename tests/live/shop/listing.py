"""Which records a call is about: conditions, order and slice, as SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, func, select

from tests.live.shop.tables import Row


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for: `within` are the values that its place in the path gives, `sort`
    may begin with -.
    """

    table: Table
    within: dict[str, Any] = field(default_factory=dict)
    filters: dict[str, Any] = field(default_factory=dict)
    sort: str = "id"
    offset: int = 0
    limit: int | None = None


def within(table: Table, place: dict[str, Any]) -> Any:
    """Return the condition that a record is in its place."""
    return and_(True, *(table.c[name] == value for name, value in place.items()))


def matching(table: Table, filters: dict[str, Any]) -> Any:
    """Return the condition that a record has all the values that are asked for."""
    return and_(True, *(table.c[name] == value for name, value in filters.items()))


def ordered(table: Table, sort: str) -> tuple[Any, ...]:
    """Return what to order by; those that are alike stay in the order of their ids."""
    column = table.c[sort.removeprefix("-")]
    return (column.desc() if sort.startswith("-") else column.asc(), table.c.id.asc())


def cut(offset: int, limit: int | None) -> tuple[int, int | None]:
    """Return how many records to pass over and how many to give."""
    return offset, limit


def counted(connection: Connection, asked: Asked, condition: Any) -> int:
    """Return how many records there are on all pages."""
    total = connection.scalar(select(func.count()).select_from(asked.table).where(condition))
    return int(total or 0)


def removed(asked: Asked) -> Any:
    """Return the condition that a record is one of those to remove."""
    return and_(within(asked.table, asked.within), matching(asked.table, asked.filters))


def fetched(connection: Connection, statement: Select[Any], asked: Asked) -> list[Row]:
    """Return the records of a page."""
    return [dict(row) for row in connection.execute(statement).mappings()]


def beside(offset: int, limit: int, total: int) -> tuple[bool, bool]:
    """Tell whether there is a page after this one, and one before it."""
    return offset + limit < total, offset > 0
