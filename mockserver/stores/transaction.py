"""A transaction on the state of one space in a database: rows in, the values of `state` out.

A transaction that is for writing locks the state first, so that decisions about one state come one
after another and none has to be taken back; those about other states do not wait for it. One that
is for reading sees the moment at which it began, and waits for nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mockserver.conditions import AnyOf, Condition, meets_all
from mockserver.slots import dataclass
from mockserver.state import (
    Advance,
    Change,
    Collection,
    Found,
    Put,
    Query,
    Record,
    Remove,
    Selection,
    selected,
)
from mockserver.stores.base import MustWrite
from mockserver.stores.cells import (
    body_text,
    key_from,
    key_text,
    parents_from,
    parents_text,
    place_text,
    record_from,
)
from mockserver.stores.dialects import is_plain, is_spelled
from mockserver.stores.driver import run
from mockserver.stores.layout import (
    COUNTS,
    HOLDINGS,
    MIXED,
    RECORDS,
    REMOVALS,
    SEQUENCES,
    SHEETS,
)
from mockserver.stores.memory import MemoryStore
from mockserver.stores.places import bound_statement, place_statement
from mockserver.stores.statements import (
    Home,
    PageShape,
    count_statement,
    field_shape,
    field_values,
    home_of,
    home_values,
    page_statement,
)
from mockserver.stores.table import MOST_REMOVED

if TYPE_CHECKING:
    from mockserver.stores.database import Database

BATCH = 1_000
"""Records that are read at a time where Python tells which are wanted."""
_TRIMMED = 100
"""Removals between two looks at whether there are too many."""

_GET = select(RECORDS.c.body).where(
    RECORDS.c.sheet == bindparam("sheet"),
    RECORDS.c.parents == bindparam("parents"),
    RECORDS.c.place == bindparam("place"),
    RECORDS.c.key == bindparam("key"),
)
_ERASE = delete(RECORDS).where(
    RECORDS.c.sheet == bindparam("of"),
    RECORDS.c.parents == bindparam("below"),
    RECORDS.c.place == bindparam("at"),
    RECORDS.c.key == bindparam("named"),
)
_REMOVED = (
    select(REMOVALS.c.body)
    .where(
        REMOVALS.c.sheet.in_([bindparam("sheet"), bindparam("base")]),
        REMOVALS.c.parents == bindparam("parents"),
        REMOVALS.c.key == bindparam("key"),
    )
    .order_by(REMOVALS.c.id.desc())
    .limit(1)
)
_REMEMBER = insert(REMOVALS)
_LAST = select(SEQUENCES.c.last).where(
    SEQUENCES.c.state == bindparam("state"), SEQUENCES.c.name == bindparam("name")
)
_COUNT = select(COUNTS.c.number).where(
    COUNTS.c.sheet == bindparam("sheet"), COUNTS.c.parents == bindparam("parents")
)
_NOTE_SHEET = (
    update(SHEETS)
    .where(SHEETS.c.id == bindparam("of"))
    .values(
        total=bindparam("records"),
        depth=bindparam("parents"),
        version=bindparam("changes"),
    )
)


def _upserts(dialect: Any) -> tuple[Any, Any, Any]:
    """Return what puts a record, a sequence and a count in the place of one that is there."""
    records = dialect.insert(RECORDS)
    sequences = dialect.insert(SEQUENCES)
    counts = dialect.insert(COUNTS)
    return (
        records.on_conflict_do_update(
            index_elements=["sheet", "parents", "place", "key"],
            set_={"body": records.excluded.body},
        ),
        sequences.on_conflict_do_update(
            index_elements=["state", "name"], set_={"last": sequences.excluded.last}
        ),
        counts.on_conflict_do_update(
            index_elements=["sheet", "parents"], set_={"number": counts.excluded.number}
        ),
    )


_UPSERTS: Mapping[str, tuple[Any, Any, Any]] = {
    "sqlite": _upserts(sqlite),
    "postgresql": _upserts(postgresql),
}


@dataclass(slots=True)
class Sheet:
    """Where the records of one resource are, and what is known of them without a look: how many
    parents each has (None before there is one), and how many there are.
    """

    id: int
    is_own: bool
    base: int | None
    depth: int | None
    total: int
    version: int

    @property
    def moment(self) -> tuple[int, int]:
        """What two looks at the same records have in common."""
        return self.id, self.version


class SqlTransaction:
    """Reads and changes one state; it is of use until the transaction of its connection ends."""

    def __init__(
        self,
        database: Database,
        connection: Connection,
        state: int,
        sheets: dict[str, Sheet],
        reads: bool,
    ) -> None:
        """Take whether the transaction is for reading alone."""
        self._database = database
        self._dialect = database.dialect
        self._connection = connection
        self._upserts = _UPSERTS[connection.dialect.name]
        self._state = state
        self._sheets = sheets
        self._reads = reads
        self._seen: dict[tuple[str, tuple[str, ...], str], Record | None] = {}
        self._lasts: dict[str, int] = {}
        self._changed: set[str] = set()

    def get(self, collection: Collection, key: str) -> Record | None:
        address = (collection.resource, collection.parents, key)
        if address not in self._seen:
            self._seen[address] = self._read(collection, key)
        return self._seen[address]

    def _read(self, collection: Collection, key: str) -> Record | None:
        sheet = self._sheets.get(collection.resource)
        if sheet is None or not sheet.total:
            return None
        place = _address(collection, key)
        found = run(self._connection, _GET, {"sheet": sheet.id, **place}).fetchone()
        if found is None and sheet.base is not None:
            found = run(self._connection, _GET, {"sheet": sheet.base, **place}).fetchone()
        if found is None or found[0] is None:
            return None
        return record_from(found[0])

    def removed(self, collection: Collection, key: str) -> Record | None:
        sheet = self._sheets.get(collection.resource)
        if sheet is None:
            return None
        values = {
            "sheet": sheet.id,
            "base": sheet.base,
            "parents": parents_text(collection.parents),
            "key": key_text(key),
        }
        found = self._connection.execute(_REMOVED, values).first()
        return None if found is None else record_from(found[0])

    def last(self, sequence: str) -> int:
        known = self._lasts.get(sequence)
        if known is None:
            values = {"state": self._state, "name": sequence}
            found = run(self._connection, _LAST, values).fetchone()
            known = self._lasts[sequence] = 0 if found is None else int(found[0])
        return known

    def select(self, collection: Collection, query: Query) -> Selection:
        """Return a slice of the matching records.

        It costs the slice where the conditions are equalities with an index; other conditions are
        looked at record by record, and a view takes all records of its resources.
        """
        sheet = self._sheets.get(collection.resource)
        depth = None if sheet is None else sheet.depth
        is_deeper = depth is not None and 0 <= depth < len(collection.parents)
        if sheet is None or not sheet.total or depth is None or is_deeper:
            begin, _ = query.slice_from(0)
            return Selection(
                (),
                0,
                begin,
            )
        if query.view is not None:
            return self._viewed(collection, query)
        if not all(is_plain(name.removeprefix("-")) for name in query.order):
            found = list(
                self._found(
                    sheet,
                    collection,
                    (),
                    query.where,
                )
            )
            return selected(found, query)
        if not all(map(is_spelled, query.where)):
            return self._scanned(
                sheet,
                collection,
                query,
            )
        return self._sliced(
            sheet,
            collection,
            query,
        )

    def _sliced(self, sheet: Sheet, collection: Collection, query: Query) -> Selection:
        """Return a slice that the database tells alone."""
        conditions = [each for each in query.where if isinstance(each, Condition)]
        shape = self._shape(
            sheet,
            collection,
            query.order,
            conditions,
        )
        values = self._values(
            sheet,
            collection,
            shape,
            conditions,
        )
        place = 0
        if query.start is not None:
            place = self._place_of(
                query.start,
                shape,
                values,
                query.beyond,
            )
        begin, end = query.slice_from(place)
        if query.limit == 0:
            return Selection(
                (),
                self._total(
                    sheet,
                    collection,
                    shape,
                    values,
                ),
                begin,
            )
        if query.counted and end is not None and begin > self._database.near:
            total = self._total(
                sheet,
                collection,
                shape,
                values,
            )
            if begin > total // 2:
                last = self._from_behind(
                    collection.resource,
                    shape,
                    values,
                    total,
                    (begin, end),
                )
                return Selection(
                    last,
                    total,
                    begin,
                )
        if end is not None or begin:
            shape = replace(shape, is_limited=True)
            limit = -1 if end is None else end - begin
            if end is None and self._connection.dialect.name == "postgresql":
                limit = sheet.total
            values = {
                **values,
                "limit": limit,
                "offset": begin,
            }
        rows = run(self._connection, page_statement(self._dialect, shape), values).fetchall()
        found = list(self._found_in(collection.resource, rows))
        self._database.note_asked(shape, sheet.total)
        is_whole = not begin and (end is None or len(found) < end)
        total = (
            len(found)
            if is_whole or not query.counted
            else self._total(
                sheet,
                collection,
                shape,
                values,
            )
        )
        return Selection(
            tuple(found),
            total,
            begin,
        )

    def _from_behind(
        self,
        resource: str,
        shape: PageShape,
        values: Mapping[str, Any],
        total: int,
        places: tuple[int, int],
    ) -> tuple[Found, ...]:
        """Return what is between two places of so many records, read from the last one on."""
        begin, end = places
        last = min(end, total)
        limited = {"limit": max(0, last - begin), "offset": total - last}
        turned = replace(
            shape,
            is_limited=True,
            is_backwards=True,
        )
        self._database.note_asked(shape, total)
        statement = page_statement(self._dialect, turned)
        rows = run(self._connection, statement, {**values, **limited}).fetchall()
        return tuple(self._found_in(resource, reversed(rows)))

    def _place_of(
        self,
        start: Found,
        shape: PageShape,
        values: Mapping[str, Any],
        beyond: bool,
    ) -> int:
        """Return how many records are before the place of one, or up to it."""
        bounds: Sequence[Any] = ()
        if shape.order:
            asked = bound_statement(self._dialect, shape.order)
            body = {"body": body_text(start.record)}
            bounds = run(self._connection, asked, body).fetchone()
        address = _address(start.collection, start.key)
        given = {f"b{at}": bound for at, bound in enumerate(bounds) if bound is not None}
        place = {"at": address["place"], "below": address["parents"], "named": address["key"]}
        absent = tuple(bound is None for bound in bounds)
        counting = place_statement(
            self._dialect,
            shape,
            absent,
            beyond,
        )
        counted = run(self._connection, counting, {**values, **given, **place})
        return int(counted.fetchone()[0])

    def _scanned(self, sheet: Sheet, collection: Collection, query: Query) -> Selection:
        """Return a slice for which each record is looked at, in the order of the slice."""
        found = self._found(
            sheet,
            collection,
            query.order,
            query.where,
        )
        if query.start is not None:
            return selected(list(found), replace(query, where=()))
        begin, end = query.slice_from(0)
        total = 0
        wanted: list[Found] = []
        for each in found:
            if begin <= total and (end is None or total < end):
                wanted.append(each)
            total += 1
        return Selection(
            tuple(wanted),
            total,
            begin,
        )

    def _found(
        self,
        sheet: Sheet,
        collection: Collection,
        order: tuple[str, ...],
        where: tuple[Condition | AnyOf, ...],
    ) -> Iterator[Found]:
        """Yield the records that meet conditions, read in batches."""
        spelled = []
        others = []
        for condition in where:
            if isinstance(condition, Condition) and is_spelled(condition):
                spelled.append(condition)
            else:
                others.append(condition)
        shape = self._shape(
            sheet,
            collection,
            order,
            spelled,
        )
        values = self._values(
            sheet,
            collection,
            shape,
            spelled,
        )
        statement = page_statement(self._dialect, shape)
        options = {"yield_per": BATCH}
        with self._connection.execute(
            statement,
            values,
            execution_options=options,
        ) as rows:
            for found in self._found_in(collection.resource, rows):
                if meets_all(found.record, tuple(others)):
                    yield found

    def _found_in(self, resource: str, rows: Iterable[Any]) -> Iterator[Found]:
        """Yield the records that rows tell, with where they are."""
        places: dict[str, Collection] = {}
        for row in rows:
            parents, key, body = row[0], row[1], row[2]
            place = places.get(parents)
            if place is None:
                place = Collection(resource, parents_from(parents))
                places[parents] = place
            yield Found(
                place,
                key_from(key),
                record_from(body),
            )

    def _shape(
        self,
        sheet: Sheet,
        collection: Collection,
        order: tuple[str, ...],
        conditions: Iterable[Condition],
    ) -> PageShape:
        home = home_of(collection, MIXED if sheet.depth is None else sheet.depth)
        fields = tuple(map(field_shape, conditions))
        return PageShape(
            sheet.base is not None,
            home,
            order,
            fields,
        )

    def _values(
        self,
        sheet: Sheet,
        collection: Collection,
        shape: PageShape,
        conditions: list[Condition],
    ) -> dict[str, Any]:
        values: dict[str, Any] = {"sheet": sheet.id}
        if sheet.base is not None:
            values["base"] = sheet.base
        values.update(home_values(collection, shape.home))
        values.update(field_values(self._dialect, conditions))
        return values

    def _total(
        self,
        sheet: Sheet,
        collection: Collection,
        shape: PageShape,
        values: Mapping[str, Any],
    ) -> int:
        """Return how many records match; without a condition that is known without counting."""
        if not shape.fields:
            if not collection.parents:
                return sheet.total
            if shape.home is Home.EXACT:
                return self._count(sheet, parents_text(collection.parents))
        bare = replace(
            shape,
            order=(),
            is_limited=False,
        )
        counted = run(self._connection, count_statement(self._dialect, bare), values)
        return int(counted.fetchone()[0])

    def _count(self, sheet: Sheet, parents: str) -> int:
        """Return how many records are directly below some parents."""
        for number in (sheet.id, sheet.base):
            values = {"sheet": number, "parents": parents}
            found = run(self._connection, _COUNT, values).fetchone()
            if found is not None:
                return int(found[0])
        return 0

    def _viewed(self, collection: Collection, query: Query) -> Selection:
        """Return a slice of a view: of a state in memory that has the records it is about."""
        join = query.view.join if query.view is not None else None
        names = [collection.resource]
        if join is not None and join.resource not in names:
            names.append(join.resource)
        moments = []
        for name in names:
            known = self._sheets.get(name)
            moments.append(None if known is None else known.moment)
        is_settled = self._changed.isdisjoint(names)
        copies = self._database.copies
        kept = copies.get(tuple(moments)) if is_settled else None
        if kept is None:
            kept = MemoryStore()
            for name in names:
                kept.apply(
                    Put(
                        each.collection,
                        each.key,
                        each.record,
                    )
                    for each in self.records(name)
                )
            if is_settled:
                copies.keep(tuple(moments), kept)
        with kept.transaction() as transaction:
            return transaction.select(collection, query)

    @property
    def resources(self) -> Sequence[str]:
        """The names of the resources that have, or had, records."""
        return sorted(self._sheets)

    def records(self, resource: str) -> Iterator[Found]:
        """Yield all records of a resource in their order, read in batches."""
        sheet = self._sheets.get(resource)
        if sheet is not None and sheet.depth is not None:
            yield from self._found(
                sheet,
                Collection(resource),
                (),
                (),
            )

    def apply(self, changes: Iterable[Change]) -> None:
        """Apply changes in order. Raises MustWrite in a transaction for reading."""
        if self._reads:
            raise MustWrite
        touched: dict[str, Sheet] = {}
        for change in changes:
            if isinstance(change, Advance):
                self._advance(change)
                continue
            resource = change.collection.resource
            if isinstance(change, Put):
                touched[resource] = self._put(change)
            elif self.get(change.collection, change.key) is not None:
                touched[resource] = self._remove(change)
        self._changed.update(touched)
        for sheet in touched.values():
            sheet.version += 1
            self._note(sheet)

    def _advance(self, change: Advance) -> None:
        number = max(change.to, self.last(change.sequence))
        values = {
            "state": self._state,
            "name": change.sequence,
            "last": str(number),
        }
        run(self._connection, self._upserts[1], values)
        self._lasts[change.sequence] = number

    def _put(self, change: Put) -> Sheet:
        collection, key = change.collection, change.key
        old = self.get(collection, key)
        sheet = self._own(collection.resource)
        address = _address(collection, key)
        values = {
            "sheet": sheet.id,
            **address,
            "body": body_text(change.record),
        }
        run(self._connection, self._upserts[0], values)
        depth = len(collection.parents)
        if sheet.depth is None:
            sheet.depth = depth
        elif sheet.depth != depth:
            sheet.depth = MIXED
        if old is None:
            self._add(
                sheet,
                address["parents"],
                1,
            )
        self._seen[collection.resource, collection.parents, key] = change.record
        return sheet

    def _remove(self, change: Remove) -> Sheet:
        """Remove a record that is there."""
        collection, key = change.collection, change.key
        old = self.get(collection, key)
        sheet = self._own(collection.resource)
        address = _address(collection, key)
        if sheet.base is None:
            values = {
                "of": sheet.id,
                "below": address["parents"],
                "at": address["place"],
                "named": address["key"],
            }
            run(self._connection, _ERASE, values)
        else:
            hidden = {
                "sheet": sheet.id,
                **address,
                "body": None,
            }
            run(self._connection, self._upserts[0], hidden)
        self._add(
            sheet,
            address["parents"],
            -1,
        )
        self._remember(
            sheet,
            address,
            body_text(old or {}),
        )
        self._seen[collection.resource, collection.parents, key] = None
        return sheet

    def _remember(self, sheet: Sheet, address: Mapping[str, str], body: str) -> None:
        """Remember a removed record, and forget the oldest now and then."""
        values = {
            "sheet": sheet.id,
            "parents": address["parents"],
            "key": address["key"],
            "body": body,
        }
        made = self._connection.execute(_REMEMBER, values).inserted_primary_key
        if made is None or made[0] % _TRIMMED:
            return
        kept = (
            select(REMOVALS.c.id)
            .where(REMOVALS.c.sheet == sheet.id)
            .order_by(REMOVALS.c.id.desc())
            .limit(MOST_REMOVED)
        )
        old = delete(REMOVALS).where(REMOVALS.c.sheet == sheet.id, REMOVALS.c.id.not_in(kept))
        self._connection.execute(old)

    def _add(self, sheet: Sheet, parents: str, number: int) -> None:
        """Count records that came, or went."""
        sheet.total += number
        if parents:
            count = self._count(sheet, parents) + number
            values = {
                "sheet": sheet.id,
                "parents": parents,
                "number": count,
            }
            run(self._connection, self._upserts[2], values)

    def _note(self, sheet: Sheet) -> None:
        values = {
            "of": sheet.id,
            "records": sheet.total,
            "parents": sheet.depth,
            "changes": sheet.version,
        }
        run(self._connection, _NOTE_SHEET, values)

    def _own(self, resource: str) -> Sheet:
        """Return a sheet that only this state writes to, made where there is none."""
        shared = self._sheets.get(resource)
        if shared is not None and shared.is_own:
            return shared
        if shared is None:
            made = self._made(
                None,
                None,
                0,
            )
            values = {
                "state": self._state,
                "resource": resource,
                "sheet": made.id,
            }
            self._connection.execute(insert(HOLDINGS).values(values))
        else:
            made = self._laid_over(shared)
            taken = update(HOLDINGS).where(
                HOLDINGS.c.state == self._state, HOLDINGS.c.resource == resource
            )
            self._connection.execute(taken.values(sheet=made.id))
        self._sheets[resource] = made
        return made

    def _made(self, base: int | None, depth: int | None, total: int) -> Sheet:
        """Return a new sheet without records of its own."""
        values = {
            "owner": self._state,
            "base": base,
            "depth": depth,
            "total": total,
            "version": 0,
        }
        number = self._connection.execute(insert(SHEETS).values(values)).inserted_primary_key
        assert number is not None
        return Sheet(
            number[0],
            True,
            base,
            depth,
            total,
            0,
        )

    def _laid_over(self, shared: Sheet) -> Sheet:
        """Return a sheet with the records of a shared one, which stays as it is.

        A small one is copied. Over a large one that lies on its own a sheet is laid; where it lies
        over another one already, its own records are copied, as long as they are the lesser part.
        """
        own = shared.total
        if shared.base is not None:
            counting = select(func.count()).where(RECORDS.c.sheet == shared.id)
            own = self._connection.execute(counting).scalar_one()
        is_mostly_own = shared.base is not None and own * 2 > shared.total
        if shared.total <= self._database.copied or is_mostly_own:
            made = self._made(
                None,
                shared.depth,
                shared.total,
            )
            self._copy_whole(shared, made)
        elif shared.base is None:
            return self._made(
                shared.id,
                shared.depth,
                shared.total,
            )
        else:
            made = self._made(
                shared.base,
                shared.depth,
                shared.total,
            )
            self._copy_own(shared.id, made.id)
        return made

    def _copy_own(self, old: int, new: int) -> None:
        """Copy what stands on one sheet to another: records, counts and removals."""
        for table in (RECORDS, COUNTS, REMOVALS):
            self._copy(
                table,
                old,
                new,
            )

    def _copy(self, table: Table, old: int, new: int) -> None:
        names = [column.name for column in table.columns if column.name not in ("id", "sheet")]
        columns = [table.c[name] for name in names]
        rows = select(literal(new), *columns).where(table.c.sheet == old)
        if table is REMOVALS:
            rows = rows.order_by(table.c.id)
        self._connection.execute(insert(table).from_select(["sheet", *names], rows))

    def _copy_whole(self, old: Sheet, new: Sheet) -> None:
        """Copy a sheet, and what it lies over, to another that lies over nothing."""
        if old.base is not None:
            self._copy(
                REMOVALS,
                old.base,
                new.id,
            )
        self._copy_own(old.id, new.id)
        if old.base is None:
            return
        for table, key in ((RECORDS, ("parents", "place", "key")), (COUNTS, ("parents",))):
            names = [column.name for column in table.columns if column.name != "sheet"]
            nearer = table.alias("nearer")
            same = [nearer.c[name] == table.c[name] for name in key]
            hidden = select(nearer.c.sheet).where(nearer.c.sheet == new.id, *same).exists()
            columns = [table.c[name] for name in names]
            rows = select(literal(new.id), *columns).where(table.c.sheet == old.base, ~hidden)
            self._connection.execute(insert(table).from_select(["sheet", *names], rows))
        bodiless = (RECORDS.c.sheet == new.id, RECORDS.c.body.is_(None))
        self._connection.execute(delete(RECORDS).where(*bodiless))


def _address(collection: Collection, key: str) -> dict[str, str]:
    """Return where a record is, as columns have it."""
    return {
        "parents": parents_text(collection.parents),
        "place": place_text(key),
        "key": key_text(key),
    }
