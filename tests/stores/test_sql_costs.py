"""What a question costs in SQLite: a page is read by an index, and nothing is sorted for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from mockserver.behavior.visibility import HERE
from mockserver.model.types import Operator
from mockserver.state import Collection, Condition, Found, Put, Query
from mockserver.stores import database as database_module
from mockserver.stores import driver, engine
from mockserver.stores import transaction as transaction_module
from mockserver.stores.database import MOST_INDEXES, Database
from mockserver.stores.memory import MemoryStore
from mockserver.stores.sql import SqlDatabase, SqlStore
from tests.databases import new_database

THINGS = Collection("things")
PARTS = Collection("parts", ("3",))
SIZE = 300
PLACE = Found(THINGS, "150", {"id": 150, "name": "n53"})


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(new_database("sqlite", tmp_path), copied=10, indexed_from=10, near=10)
    yield opened
    opened.close()


@pytest.fixture(params=["alone", "over another"])
def store(request: pytest.FixtureRequest, database: Database) -> SqlStore:
    """A state whose records are on one sheet, or on one over another."""
    start = MemoryStore()
    for number in range(SIZE):
        record = {"id": number, "name": f"n{number % 97}", "shelf": number % 5}
        start.apply([Put(THINGS, str(number), record)])
        start.apply([Put(Collection("parts", (str(number % 5),)), str(number), record)])
    store = SqlDatabase(database).begin("shop", start)
    if request.param == "over another":
        with store.transaction() as transaction:
            for collection in (THINGS, PARTS):
                transaction.apply([Put(collection, "new", {"id": -1, "name": "n5", "shelf": 1})])
    return store


def plans(database: Database, store: SqlStore, collection: Collection, query: Query) -> list[str]:
    """Return how SQLite carries out what a question asks it, once it has made its indexes."""
    asked: list[tuple[str, Any]] = []

    def note(connection: Connection, statement: Any, values: Any) -> Any:
        spelled = driver.spell(statement, connection.dialect)
        if "FROM records" in spelled.text or "given" in spelled.text:
            asked.append((spelled.text, spelled.parameters(values)))
        return driver.run(connection, statement, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction_module, "run", note)
        with store.transaction(reads=True) as transaction:
            transaction.select(collection, query)
    database.chores.settle()
    told = []
    with closing(sqlite3.connect(database._engine.url.database or "")) as connection:
        for statement, values in asked:
            rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            told += [row[3] for row in rows]
    return told


QUERIES = {
    "a page": (THINGS, Query(limit=5)),
    "a page below a parent": (PARTS, Query(limit=5)),
    "a page of all below": (Collection("parts"), Query(limit=5)),
    "an order": (THINGS, Query(order=("name",), limit=5)),
    "an order from the end": (THINGS, Query(order=("-name", "id"), limit=5)),
    "an order below a parent": (PARTS, Query(order=("name",), limit=5)),
    "a filter": (THINGS, Query(where=(Condition("shelf", (3,)),), limit=5)),
    "a filter and an order": (
        THINGS,
        Query(where=(Condition("shelf", (3,)),), order=("-name",), limit=5),
    ),
    "those that have not gone": (
        THINGS,
        Query(where=(HERE,), order=("$ends",), limit=5, counted=False),
    ),
    "after a place": (THINGS, Query(start=PLACE, limit=5)),
    "after a place of an order": (THINGS, Query(order=("-name", "id"), start=PLACE, limit=5)),
    "after a place of a filter": (
        THINGS,
        Query(where=(Condition("shelf", (3,)),), order=("name",), start=PLACE, limit=5),
    ),
    "a page near the end": (THINGS, Query(order=("-name", "id"), offset=280, limit=5)),
    "null": (THINGS, Query(where=(Condition("absent", (None,)),), limit=5)),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_page_is_read_by_an_index_and_nothing_is_sorted(
    name: str, database: Database, store: SqlStore
) -> None:
    told = plans(database, store, *QUERIES[name])
    assert told
    wrong = [line for line in told if "TEMP B-TREE" in line or line.startswith("SCAN records")]
    assert not wrong, told


def test_a_count_without_a_condition_counts_nothing(database: Database, store: SqlStore) -> None:
    for collection in (THINGS, PARTS):
        assert plans(database, store, collection, Query(limit=0)) == []


def test_indexes_are_bounded(database: Database, store: SqlStore) -> None:
    with store.transaction(reads=True) as transaction:
        for number in range(MOST_INDEXES + 10):
            transaction.select(THINGS, Query(order=(f"field{number}",), limit=1))
    database.chores.settle()
    with database.reading() as connection:
        asked = text("SELECT count(*) FROM sqlite_master WHERE name LIKE 'by_%'")
        assert connection.execute(asked).scalar() == MOST_INDEXES


def test_an_index_that_could_not_be_made_is_made_when_it_is_asked_for_again(
    database: Database, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "PATIENCE_S", 0.05)
    monkeypatch.setattr(engine, "PATIENCE_S", 0.05)
    query = Query(order=("name",), limit=1)
    with database.writing() as connection, store.transaction(reads=True) as transaction:
        connection.exec_driver_sql("DELETE FROM notices")
        transaction.select(THINGS, query)
        database.chores.settle()
    assert database._indexes == set()
    with store.transaction(reads=True) as transaction:
        transaction.select(THINGS, query)
    database.chores.settle()
    assert len(database._indexes) == 1


def test_indexes_are_known_after_a_restart(
    database: Database, store: SqlStore, recwarn: pytest.WarningsRecorder
) -> None:
    with store.transaction(reads=True) as transaction:
        transaction.select(THINGS, Query(order=("name",), limit=1))
    database.chores.settle()
    address = f"sqlite:///{database._engine.url.database}"
    again = Database(address, indexed_from=10)
    assert again._indexes == database._indexes != set()
    assert not recwarn.list
    again.close()


def test_what_sql_cannot_tell_is_told_by_python(store: SqlStore) -> None:
    where = (Condition("name", ("N9",), Operator.STARTS), Condition("shelf", (1, 2)))
    expected = [
        number
        for number in range(SIZE)
        if number % 5 in (1, 2) and f"n{number % 97}".startswith("n9")
    ]
    with store.transaction(reads=True) as transaction:
        selection = transaction.select(THINGS, Query(where=where, offset=1, limit=2))
    assert selection.total == len(expected)
    assert [found.record["id"] for found in selection.found] == expected[1:3]
