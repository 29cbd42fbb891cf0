"""The states of a database as lines of JSON, to keep them or to move them to another one.

    {"understudy": "state", "version": 1}
    {"api": "bookshop", "space": "", "role": "state", "tenant": ""}
    {"resource": "books", "in": ["1"], "key": "1", "record": {"id": 1, "title": "Kindred"}}
    {"resource": "books", "in": ["1"], "key": "2", "removed": {"id": 2, "title": "Dawn"}}
    {"sequence": "books", "last": "2"}
    {"states": 1}

A line of an API begins a state, and what follows is in it, up to the next one. `in` has the keys of
the parents, the outermost first. The last line tells that nothing was cut off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select

from mockserver.errors import SettingsError
from mockserver.jsontext import dumps, loads
from mockserver.ordering import Address
from mockserver.state import Record
from mockserver.stores.base import Contents
from mockserver.stores.cells import key_from, parents_from, record_from
from mockserver.stores.database import Database
from mockserver.stores.layout import HOLDINGS, REMOVALS, SEQUENCES, SHEETS, STATES
from mockserver.stores.sql import FORK, SqlStore, StateName, fill

FORM = 1
"""The version of these lines."""
HEAD = {"understudy": "state", "version": FORM}


def export_lines(database: Database, apis: Sequence[str] = ()) -> Iterator[bytes]:
    """Yield the lines of all states, or of those of some APIs, as they are at one moment. Raises
    StoreError.
    """
    yield dumps(HEAD)
    asked = (
        select(
            STATES.c.id,
            STATES.c.api,
            STATES.c.space,
            STATES.c.role,
            STATES.c.tenant,
        )
        .where(STATES.c.role != FORK)
        .order_by(STATES.c.id)
    )
    if apis:
        asked = asked.where(STATES.c.api.in_(apis))
    states = 0
    with database.reading() as connection:
        for number, api, space, role, tenant in connection.execute(asked).all():
            name = StateName(
                api,
                space,
                role,
                tenant,
            )
            yield dumps(name.values)
            yield from _records_of(
                database,
                connection,
                name,
            )
            yield from _removals_of(connection, number)
            yield from _sequences_of(connection, number)
            states += 1
    yield dumps({"states": states})


def _records_of(database: Database, connection: Connection, name: StateName) -> Iterator[bytes]:
    transaction = SqlStore(database, name).inside(connection)
    for resource in transaction.resources:
        for found in transaction.records(resource):
            line = {
                "resource": resource,
                "in": found.collection.parents,
                "key": found.key,
                "record": found.record,
            }
            yield dumps(line)


def _removals_of(connection: Connection, number: int) -> Iterator[bytes]:
    """Yield what was removed from a state, and from the sheets that its own lie over."""
    asked = (
        select(
            HOLDINGS.c.resource,
            REMOVALS.c.parents,
            REMOVALS.c.key,
            REMOVALS.c.body,
        )
        .join(SHEETS, SHEETS.c.id == HOLDINGS.c.sheet)
        .join(REMOVALS, REMOVALS.c.sheet.in_([SHEETS.c.id, SHEETS.c.base]))
        .where(HOLDINGS.c.state == number)
        .order_by(REMOVALS.c.id)
    )
    for resource, parents, key, body in connection.execute(asked).all():
        line = {
            "resource": resource,
            "in": parents_from(parents),
            "key": key_from(key),
            "removed": record_from(body),
        }
        yield dumps(line)


def _sequences_of(connection: Connection, number: int) -> Iterator[bytes]:
    asked = select(SEQUENCES.c.name, SEQUENCES.c.last).where(SEQUENCES.c.state == number)
    for name, last in connection.execute(asked.order_by(SEQUENCES.c.name)).all():
        line = {"sequence": name, "last": last}
        yield dumps(line)


def import_lines(database: Database, lines: Iterable[bytes], fresh: bool = False) -> int:
    """Put the states of an export into a database, all or none, and return how many. Raises
    SettingsError where a line is wrong, or a state is there already and no `fresh` one is wanted.
    """
    with database.writing() as connection:
        return _Import(connection, fresh).take(lines)


class _Import:
    """States that come line by line."""

    def __init__(self, connection: Connection, fresh: bool) -> None:
        self._connection = connection
        self._fresh = fresh
        self._seen: set[tuple[str, str]] = set()
        self._name: StateName | None = None
        self._records: dict[str, dict[Address, Record]] = {}
        self._removed: dict[str, dict[Address, Record]] = {}
        self._sequences: dict[str, int] = {}

    def take(self, lines: Iterable[bytes]) -> int:
        """Put all states into the database; return how many there were."""
        states = 0
        told = None
        for number, text in enumerate(lines, 1):
            if not text.strip():
                continue
            line = _value(text, number)
            if number == 1:
                _check_head(line)
            elif "api" in line:
                self._keep()
                self._begin(line)
                states += 1
            elif "states" in line:
                told = line["states"]
            else:
                self._add(line, number)
        if told != states:
            raise SettingsError("the end is missing: the file was cut off, export it again")
        self._keep()
        return states

    def _begin(self, line: Mapping[str, Any]) -> None:
        """Begin a state; what is there of its space is in the way, or goes."""
        names = ("api", "space", "role", "tenant")
        values = {name: str(line.get(name, "")) for name in names}
        name = StateName(**values)
        space = (name.api, name.space)
        if space not in self._seen:
            self._seen.add(space)
            self._clear(name)
        self._name = name

    def _clear(self, name: StateName) -> None:
        known = (STATES.c.api == name.api, STATES.c.space == name.space)
        found = self._connection.execute(select(STATES.c.id).where(*known)).first()
        if found is not None and not self._fresh:
            space = f"space {name.space!r} of " if name.space else ""
            raise SettingsError(
                f"the store has a state of {space}{name.api} already: "
                "say --fresh to put the imported one in its place"
            )
        self._connection.execute(delete(STATES).where(*known))

    def _add(self, line: Mapping[str, Any], number: int) -> None:
        if self._name is None:
            raise SettingsError(f"line {number}: nothing says which API it is of")
        try:
            if "sequence" in line:
                self._sequences[str(line["sequence"])] = int(line["last"])
                return
            address = (tuple(map(str, line["in"])), str(line["key"]))
            kept = self._records if "record" in line else self._removed
            record = line["record"] if "record" in line else line["removed"]
            of_resource = kept.setdefault(str(line["resource"]), {})
        except (KeyError, TypeError, ValueError):
            raise SettingsError(
                f"line {number}: is neither a record (resource, in, key, record) nor a sequence"
            ) from None
        of_resource.pop(address, None)
        of_resource[address] = record

    def _keep(self) -> None:
        """Put the state whose lines are over into the database."""
        if self._name is not None:
            names = dict.fromkeys((*self._records, *self._removed))
            records = {name: self._records.get(name, {}) for name in names}
            contents = Contents(
                records,
                self._removed,
                self._sequences,
            )
            fill(
                self._connection,
                self._name,
                contents,
            )
        self._records, self._removed, self._sequences = {}, {}, {}


def _value(text: bytes, number: int) -> Mapping[str, Any]:
    try:
        value = loads(text)
    except ValueError as error:
        raise SettingsError(f"line {number}: is no JSON: {error}") from None
    if not isinstance(value, Mapping):
        raise SettingsError(f"line {number}: must be an object")
    return value


def _check_head(line: Mapping[str, Any]) -> None:
    """Raise SettingsError where the first line is not that of an export that we can read."""
    if line.get("understudy") != HEAD["understudy"]:
        raise SettingsError(
            "line 1: this is no export of `understudy state export`; what a mock begins with is "
            "given to `understudy mock --fixtures`"
        )
    version = line.get("version")
    if not isinstance(version, int) or version > FORM:
        raise SettingsError(
            f"line 1: was exported by a newer version of Understudy (form {version}): use that one"
        )
