"""The calls on the records of one table: what was asked in, status, body and the key of a new
record out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Table, select

from tests.live.shop.bodies import Body, checked
from tests.live.shop.habits import Habits
from tests.live.shop.listing import Asked
from tests.live.shop.problems import Refused, missing
from tests.live.shop.storing import Place
from tests.live.shop.tables import Database, Row


@dataclass(frozen=True, slots=True)
class Kind:
    """What is particular to the records of a table.

    `defaults` are the values of what is not sent, `left_out` the properties that are not shown
    while they have none. `above` is the table of which each record names one in `parent`; `below`
    are tables with the field that names one of ours.
    """

    name: str
    table: Table
    body: type[Body]
    patch: type[Body]
    defaults: Mapping[str, Any]
    left_out: tuple[str, ...] = ()
    above: Table | None = None
    parent: str = ""
    below: tuple[tuple[Table, str], ...] = field(default=())


class Records:
    """Answers the calls on the records of one kind."""

    def __init__(self, kind: Kind, database: Database, habits: Habits) -> None:
        self._kind, self._table = kind, kind.table
        self._database, self._habits = database, habits

    def list(self, asked: Asked, method: str = "GET") -> tuple[list[Row], int]:
        """Return the records of a page, and how many there are on all pages."""
        habits = self._habits
        with self._transaction() as connection:
            self._check_place(connection, asked.within, method)
            condition = habits.within(self._table, asked.within)
            narrowed = condition & habits.matching(self._table, asked.filters)
            offset, limit = habits.cut(asked.offset, asked.limit)
            chosen = (
                select(self._table)
                .where(narrowed)
                .order_by(*habits.ordered(self._table, asked.sort))
            )
            rows = habits.fetched(connection, chosen.offset(offset).limit(limit), asked)
            return [self._shown(row) for row in rows], habits.counted(connection, asked, narrowed)

    def count(self, asked: Asked) -> int:
        with self._transaction() as connection:
            return self._habits.counted(
                connection, asked, self._habits.counts(self._table, asked.filters)
            )

    def read(self, place: Place, key: int, method: str = "GET") -> Row:
        with self._transaction() as connection:
            row = self._found(connection, place, key, method)
            self._habits.afterwards(connection, self._table, row, method)
            return self._shown(row)

    def create(self, place: Place, raw: Any) -> Row:
        drawn = self._habits.draw(self._database, self._table)
        with self._transaction() as connection:
            self._check_place(connection, place, "POST")
            return self._made(connection, place, self._body(self._kind.body, raw), drawn)

    def create_all(self, raw: Any, adapter: TypeAdapter[list[Body]]) -> list[Row]:
        """Create all the records of a batch, or none."""
        with self._transaction() as connection:
            try:
                bodies = checked(adapter.validate_python, raw)
            except Refused:
                self._habits.salvage(raw, lambda sent: self._made(connection, {}, sent, None))
                raise
            every = [
                self._habits.allowed(body.model_dump(exclude_unset=True), sent)
                for body, sent in zip(bodies, raw, strict=True)
            ]
            return self._habits.each_of(every, lambda sent: self._made(connection, {}, sent, None))

    def replace(self, place: Place, key: int, raw: Any) -> Row:
        return self._write(place, key, raw, self._kind.body, self._habits.replaced, "PUT")

    def merge(self, place: Place, key: int, raw: Any) -> Row:
        return self._write(place, key, raw, self._kind.patch, self._habits.merged, "PATCH")

    def delete(self, place: Place, key: int) -> None:
        with self._transaction() as connection:
            row = self._found(connection, place, key, "DELETE")
            self._habits.remove(connection, self._table, row, self._kind.below)
            self._habits.afterwards(connection, self._table, row, "DELETE")

    def delete_all(self, asked: Asked) -> None:
        """Delete the records in a place that have these values."""
        habits = self._habits
        with self._transaction() as connection:
            self._check_place(connection, asked.within, "DELETE")
            habits.remove_all(connection, self._table, habits.removes(asked))

    def _transaction(self) -> AbstractContextManager[Connection]:
        return self._database.transaction(self._habits.keeps)

    def _check_place(self, connection: Connection, place: Place, method: str) -> None:
        above, name = self._kind.above, self._kind.parent
        if above is not None and not self._habits.is_there(connection, above, place[name], method):
            raise missing(above.name.removesuffix("s"), place[name])

    def _found(self, connection: Connection, place: Place, key: int, method: str) -> Row:
        self._check_place(connection, place, method)
        row = self._habits.find(connection, self._table, place, {"id": key}, method)
        if row is None:
            raise missing(self._kind.name, key)
        return row

    def _body(self, model: type[Body], raw: Any) -> Row:
        return self._habits.allowed(
            checked(model.model_validate, raw).model_dump(exclude_unset=True), raw
        )

    def _made(self, connection: Connection, place: Place, sent: Row, drawn: int | None) -> Row:
        habits = self._habits
        content = habits.created(sent, self._kind.defaults)
        values = {**habits.stamped(None, self._database.now()), **content, **place}
        self._check_unique(connection, values, None)
        return self._shown(habits.add(connection, self._table, values, drawn))

    def _write(
        self,
        place: Place,
        key: int,
        raw: Any,
        model: type[Body],
        content: Callable[..., Row],
        method: str,
    ) -> Row:
        """Change a record as a replace or a merge does; a change of nothing leaves its stamps
        alone.
        """
        habits = self._habits

        def look(connection: Connection) -> Row:
            return self._found(connection, place, key, method)

        ahead = habits.look(self._database, look)
        with self._transaction() as connection:
            row = ahead or look(connection)

            def store(sent: Row) -> Row:
                values = content(row, sent, self._kind.defaults)
                if not values:
                    return row
                values = {**habits.stamped(row, self._database.now()), **values}
                self._check_unique(connection, values, row["id"])
                return habits.change(connection, self._table, row, values)

            try:
                sent = self._body(model, raw)
            except Refused:
                habits.salvage(raw, store)
                raise
            changed = store(sent)
            habits.afterwards(connection, self._table, changed, method)
            return self._shown(changed)

    def _check_unique(self, connection: Connection, values: Row, own: int | None) -> None:
        name = self._habits.is_taken(connection, self._table, values, own)
        if name is not None:
            raise Refused(
                409, f"another {self._kind.name} has this {name}", [(f"/{name}", "is taken")]
            )

    def _shown(self, row: Row) -> Row:
        return {
            name: value
            for name, value in row.items()
            if value is not None or name not in self._kind.left_out
        }
