"""The statements that read records from sheets, made once for each shape of a question.

    images of product 32, by name, 50 of them, where status is one of two
    -> PageShape(is_layered=False, home=Home.EXACT, order=("name",), fields=(("status", 2, False),))
    -> SELECT parents, key, body FROM records WHERE sheet = ? AND parents = ? AND ... LIMIT ?

What is asked for goes along as values, so that there are few statements. A sheet over another one
is read with it: its own records, and those below that it does not hide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from mockserver.conditions import Condition
from mockserver.slots import dataclass
from mockserver.state import Collection
from mockserver.stores.cells import AFTER_SEPARATOR, SEPARATOR, parents_text
from mockserver.stores.dialects import Dialect
from mockserver.stores.layout import MIXED, RECORDS

MOST_STATEMENTS = 500
Statement = Select[Any] | CompoundSelect[Any]
_HIDING = RECORDS.alias("hiding")


class Home(StrEnum):
    """Where records are wanted from."""

    ALL = "all"  # the whole sheet
    EXACT = "exact"  # directly below some parents
    BELOW = "below"  # anywhere below some parents
    EITHER = "either"  # both, where records have different numbers of parents


@dataclass(frozen=True, slots=True)
class PageShape:
    """What is asked, without the values: `fields` has a property, how many values are wanted, and
    whether null is one of them. One that is `backwards` is read from its end.
    """

    is_layered: bool
    home: Home
    order: tuple[str, ...] = ()
    fields: tuple[tuple[str, int, bool], ...] = ()
    is_limited: bool = False
    is_backwards: bool = False

    @property
    def needs_index(self) -> bool:
        """Whether there is no index for it from the beginning."""
        return bool(self.order or self.fields)


def home_of(collection: Collection, depth: int) -> Home:
    """Return where the records of a collection are, on a sheet whose records have so many
    parents.
    """
    asked = len(collection.parents)
    if asked == depth:
        return Home.EXACT
    if asked == 0:
        return Home.ALL
    return Home.EITHER if depth == MIXED else Home.BELOW


def home_values(collection: Collection, home: Home) -> Mapping[str, str]:
    """Return the values that a statement needs for the home of a collection."""
    if home is Home.ALL:
        return {}
    parents = parents_text(collection.parents)
    if home is Home.EXACT:
        return {"parents": parents}
    low, high = parents + SEPARATOR, parents + AFTER_SEPARATOR
    return {
        "parents": parents,
        "low": low,
        "high": high,
    }


def field_values(dialect: Dialect, conditions: Sequence[Condition]) -> Mapping[str, Any]:
    """Return the values that a statement needs for its conditions."""
    values = {}
    for number, condition in enumerate(conditions):
        wanted = [value for value in condition.values if value is not None]
        for at, value in enumerate(wanted):
            values[f"f{number}_{at}"] = dialect.value(value)
    return values


def field_shape(condition: Condition) -> tuple[str, int, bool]:
    """Return a condition without its values."""
    wanted = [value for value in condition.values if value is not None]
    return condition.field, len(wanted), None in condition.values


@lru_cache(MOST_STATEMENTS)
def page_statement(dialect: Dialect, shape: PageShape) -> Statement:
    """Return what reads addresses and bodies in order, a slice of them where they are limited."""
    ordering = ordering_of(dialect, shape)
    wanted = _columns(ordering) if shape.is_layered else list(_BARE)
    statement: Statement = layers(
        dialect,
        shape,
        wanted,
    )
    keys: list[ColumnElement[Any]] = []
    for at, (text, down) in enumerate(ordering):
        column: ColumnElement[Any] = literal_column(f"o{at}" if shape.is_layered else text)
        keys.append(_directed(column, down is not shape.is_backwards))
    for name in ("place", "parents", '"key"'):
        keys.append(_directed(literal_column(name), shape.is_backwards))
    statement = statement.order_by(*keys)
    if shape.is_limited:
        limit: Any = bindparam("limit")
        offset: Any = bindparam("offset")
        statement = statement.limit(limit).offset(offset)
    return statement


@lru_cache(MOST_STATEMENTS)
def count_statement(dialect: Dialect, shape: PageShape) -> Select[Any]:
    """Return what counts records."""
    if shape.is_layered:
        return counted(
            dialect,
            shape,
            (),
        )
    own = select(func.count()).select_from(RECORDS)
    return own.where(
        *_wanted(
            dialect,
            shape,
            "sheet",
        )
    )


def counted(dialect: Dialect, shape: PageShape, more: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Return what counts the records that meet further conditions."""
    found = layers(dialect, shape, [RECORDS.c.key], more).subquery()
    return select(func.count()).select_from(found)


def index_columns(dialect: Dialect, shape: PageShape) -> str:
    """Return the columns of an index by which a statement of this shape reads a page alone."""
    is_exact = shape.home is Home.EXACT
    columns = ["sheet", "parents"] if is_exact else ["sheet"]
    for field, _, _ in shape.fields[:1]:
        columns.append(f"({dialect.equal(field)})")
    for text, down in ordering_of(dialect, shape):
        columns.append(f"({text}) DESC" if down else f"({text})")
    columns += ["place"] if is_exact else ["place", "parents"]
    columns.append('"key"')
    return ", ".join(columns)


_BARE: tuple[Any, ...] = (RECORDS.c.parents, RECORDS.c.key, RECORDS.c.body)


def ordering_of(dialect: Dialect, shape: PageShape) -> list[tuple[str, bool]]:
    """Return the expressions that order records, and which of them do so from the greatest on."""
    found = []
    for name in shape.order:
        texts = dialect.order(name.removeprefix("-"))
        found += [(text, name.startswith("-")) for text in texts]
    return found


def _columns(ordering: Sequence[tuple[str, bool]]) -> list[Any]:
    """Return the columns that each of two layers gives, so that both are ordered as one."""
    ranks: list[Any] = []
    for at, (text, _) in enumerate(ordering):
        ranks.append(literal_column(text).label(f"o{at}"))
    return [*_BARE, RECORDS.c.place, *ranks]


def _directed(column: ColumnElement[Any], down: bool) -> ColumnElement[Any]:
    return column.desc() if down else column


def layers(
    dialect: Dialect,
    shape: PageShape,
    columns: Sequence[Any],
    more: Sequence[ColumnElement[bool]] = (),
) -> Any:
    """Return what reads columns from a sheet, together with the one below where there is one; of
    records that meet further conditions.
    """
    own = select(*columns).where(
        *_wanted(
            dialect,
            shape,
            "sheet",
        ),
        *more,
    )
    if not shape.is_layered:
        return own
    hidden = (
        select(literal_column("1"))
        .select_from(_HIDING)
        .where(
            _HIDING.c.sheet == bindparam("sheet"),
            _HIDING.c.parents == RECORDS.c.parents,
            _HIDING.c.place == RECORDS.c.place,
            _HIDING.c.key == RECORDS.c.key,
        )
        .correlate(RECORDS)
        .exists()
    )
    own = own.where(RECORDS.c.body.is_not(None))
    below = select(*columns).where(
        *_wanted(
            dialect,
            shape,
            "base",
        ),
        *more,
        ~hidden,
    )
    return union_all(own, below)


def _wanted(dialect: Dialect, shape: PageShape, sheet: str) -> list[ColumnElement[bool]]:
    """Return the conditions on records of the sheet that a parameter names."""
    found: list[ColumnElement[bool]] = [RECORDS.c.sheet == bindparam(sheet)]
    if shape.home is not Home.ALL:
        found.append(_at_home(shape.home))
    for number, (field, values, has_null) in enumerate(shape.fields):
        column: ColumnElement[Any] = literal_column(dialect.equal(field))
        wanted: list[Any] = [bindparam(f"f{number}_{at}") for at in range(values)]
        choices: list[ColumnElement[bool]] = []
        if len(wanted) == 1:
            choices.append(column == wanted[0])
        elif wanted:
            choices.append(column.in_(wanted))
        if has_null:
            choices.append(column.is_(None))
        found.append(or_(*choices) if choices else literal_column("1") == literal_column("0"))
    return found


def _at_home(home: Home) -> ColumnElement[bool]:
    exact = RECORDS.c.parents == bindparam("parents", type_=Text)
    if home is Home.EXACT:
        return exact
    low = RECORDS.c.parents >= bindparam("low")
    below = and_(low, RECORDS.c.parents < bindparam("high"))
    return below if home is Home.BELOW else or_(exact, below)
