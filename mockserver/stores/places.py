"""The statements that tell where a record is in an order, whether or not it is there: what a page
after a cursor begins with.

    order (name, -size), after {"name": "b", "size": 3} at key 7
    SELECT (count of name IS NULL) + (count of name < 'b') + (count of name = 'b', size > 3)
         + (count of name = 'b', size = 3, key <= 7)
"""

from __future__ import annotations

from functools import lru_cache, reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, literal_column, select, tuple_

from mockserver.stores.dialects import Dialect
from mockserver.stores.layout import RECORDS
from mockserver.stores.statements import MOST_STATEMENTS, Home, PageShape, counted, ordering_of

_ADDRESS = (RECORDS.c.place, RECORDS.c.parents, RECORDS.c.key)
_NAMES = ("at", "below", "named")
Conditions = list[ColumnElement[bool]]


@lru_cache(MOST_STATEMENTS)
def bound_statement(dialect: Dialect, order: tuple[str, ...]) -> Select[Any]:
    """Return what tells by what a record, which need not be there, is ordered: a column for each
    expression of the order.
    """
    shape = PageShape(
        is_layered=False,
        home=Home.ALL,
        order=order,
    )
    body = bindparam("body", type_=RECORDS.c.body.type)
    given = select(body.label("body")).subquery("given")
    columns: list[ColumnElement[Any]] = []
    for text, _ in ordering_of(dialect, shape):
        column: ColumnElement[Any] = literal_column(text)
        columns.append(column)
    return select(*columns).select_from(given)


@lru_cache(MOST_STATEMENTS)
def place_statement(
    dialect: Dialect,
    shape: PageShape,
    absent: tuple[bool, ...],
    beyond: bool,
) -> Select[Any]:
    """Return what counts the records before a bound, or up to it; `absent` tells which values of
    the bound are null. Each part that is counted is a part of an index.
    """
    same: Conditions = []
    parts: list[Conditions] = []
    for at, (text, down) in enumerate(ordering_of(dialect, shape)):
        column: ColumnElement[Any] = literal_column(text)
        bound: Any = None if absent[at] else bindparam(f"b{at}")
        for before in _before(column, bound, down):
            parts.append([*same, before])
        is_same = column.is_(None) if bound is None else column == bound
        same.append(is_same)
    parts.append([*same, _address_before(beyond)])
    counts: list[Any] = []
    for part in parts:
        counting = counted(
            dialect,
            shape,
            part,
        )
        counts.append(counting.scalar_subquery())
    total = reduce(add, counts)
    return select(total)


def _before(column: ColumnElement[Any], bound: Any, down: bool) -> Conditions:
    """Return when a value comes before a bound: each of these alone. Null is the least."""
    if down:
        return [column.is_not(None) if bound is None else column > bound]
    if bound is None:
        return []
    return [column.is_(None), column < bound]


def _address_before(beyond: bool) -> ColumnElement[bool]:
    """Return when an address comes before a bound, or is the very same."""
    bounds = [bindparam(name, type_=Text) for name in _NAMES]
    own = tuple_(*_ADDRESS)
    bound = tuple_(*bounds)
    return own <= bound if beyond else own < bound
