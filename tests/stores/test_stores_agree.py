"""Each store and a naive one are driven together and must give the same answers after every step:
the one in memory, one in SQLite and one in PostgreSQL.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.oracle.plain_store import PlainStore
from mockserver.model.types import Join, Operator, View
from mockserver.state import Advance, AnyOf, Collection, Condition, Found, Put, Query, Remove
from mockserver.stores.database import Database
from mockserver.stores.memory import MemoryStore
from mockserver.stores.sql import SqlDatabase
from tests.databases import new_database

KEYS = st.sampled_from(["1", "2", "3", "10", "a", "b"])
PARENTS = st.sampled_from(["1", "2"])
UUIDS = ["0cb0ab8b-2f7b-4c9e-8d7e-6a2f6f0f3d11", "0CB0AB8B-2F7B-4C9E-8D7E-6A2F6F0F3D11"]
NUMBERS = st.sampled_from([None, 0, 1, 2, 2.5, 1.0, "1", "b", True, *UUIDS])
TEXTS = st.sampled_from(
    [
        "ab",
        "B a",
        "a_",
        "%b",
        "2024-01-31",
        "2024-01-31T23:30:00-02:00",
        "2024-02-01T01:30:00Z",
        "Wed, 31 Jan 2024 12:00:00 +0000",
        "1706702400",
    ]
)
RECORDS = st.fixed_dictionaries(
    {"n": NUMBERS},
    optional={
        "m": NUMBERS,
        "o": st.fixed_dictionaries({"x": NUMBERS}),
        "flag": st.booleans(),
        "t": TEXTS,
        "l": st.lists(st.one_of(TEXTS, st.fixed_dictionaries({"x": NUMBERS})), max_size=2),
    },
)
LINKS = st.fixed_dictionaries(
    {"to": st.sampled_from([None, 0, 1, 2, "b"]), "by": st.sampled_from([1, 2])},
    optional={"status": st.sampled_from(["new", "old", None]), "o": st.just({"x": 1})},
)
SEQUENCES = st.sampled_from(["things", "links"])
EQUALITIES = st.builds(
    Condition,
    st.sampled_from(["n", "m", "o", "o.x", "flag", "absent"]),
    st.lists(st.one_of(NUMBERS, st.just({"x": 1})), max_size=3).map(tuple),
)
COMPARISONS = st.builds(
    Condition,
    st.sampled_from(["n", "o.x", "flag", "t", "l.x", "l", "o[x]", "absent"]),
    st.lists(st.one_of(NUMBERS, TEXTS), max_size=2).map(tuple),
    st.sampled_from(Operator),
    st.booleans(),
)
CONDITIONS = st.one_of(
    EQUALITIES,
    COMPARISONS,
    st.builds(Condition, st.just(""), st.tuples(TEXTS), st.just(Operator.SEARCH)),
    st.builds(AnyOf, st.lists(st.lists(COMPARISONS, max_size=2).map(tuple), max_size=2).map(tuple)),
)
ORDERS = st.lists(st.sampled_from(["n", "-n", "m", "-m", "o.x", "o", "-l"]), max_size=2).map(tuple)
BY_LINK = Join("link", "links", (("to", "$record.n"), ("by", "$path.by"), ("o.x", 1)))
VIEWS = {
    "unlinked": View("unlinked", ({"link": None},), Join("link", "links", (("to", "$n"),))),
    "linked": View(
        "linked", ({"link.status": "new"}, {"link": {"not": None}, "flag": True}), BY_LINK
    ),
    "flagged": View("flagged", ({"flag": True}, {"n": [1, 2]})),
    "own": View("own", ({"other.m": 1},), Join("other", "things", (("n", "$record.m"),))),
}
QUERIES = st.builds(
    Query,
    where=st.lists(CONDITIONS, max_size=2).map(tuple),
    order=ORDERS,
    offset=st.integers(0, 3),
    limit=st.one_of(st.none(), st.integers(0, 4)),
    view=st.one_of(st.none(), st.sampled_from(list(VIEWS.values()))),
    arguments=st.sampled_from([(), (("by", 1),), (("by", 2),)]),
)
PLACES = st.builds(
    Found,
    st.builds(lambda one, other: Collection("things", (one, other)), PARENTS, PARENTS),
    KEYS,
    RECORDS,
)
"""Where a slice may begin, whether or not a record is there."""


def things(*parents: str) -> Collection:
    return Collection("things", parents)


class Agreement(RuleBasedStateMachine):
    """Two stores, one sequence of changes and questions."""

    def __init__(self) -> None:
        super().__init__()
        self.store = self.new_store()
        self.naive = PlainStore()
        self.others: list[Any] = []
        self.asked: list[tuple[Collection, Query]] = []

    def new_store(self) -> Any:
        """Return an empty store."""
        return MemoryStore()

    def both(self, *changes: Any) -> None:
        with self.store.transaction() as transaction:
            transaction.apply(changes)
        self.naive.apply(changes)

    @rule(one=PARENTS, other=PARENTS, key=KEYS, record=RECORDS)
    def put(self, one: str, other: str, key: str, record: dict[str, Any]) -> None:
        self.both(Put(things(one, other), key, record))

    @rule(parent=PARENTS, key=KEYS, record=LINKS)
    def link(self, parent: str, key: str, record: dict[str, Any]) -> None:
        self.both(Put(Collection("links", (parent,)), key, record))

    @rule(one=PARENTS, other=PARENTS, key=KEYS)
    def remove(self, one: str, other: str, key: str) -> None:
        self.both(Remove(things(one, other), key))

    @rule(parent=PARENTS, key=KEYS)
    def unlink(self, parent: str, key: str) -> None:
        self.both(Remove(Collection("links", (parent,)), key))

    @rule(parent=PARENTS, key=KEYS, record=RECORDS, number=st.integers(0, 9), sequence=SEQUENCES)
    def several(
        self, parent: str, key: str, record: dict[str, Any], number: int, sequence: str
    ) -> None:
        place = things(parent, parent)
        self.both(
            Put(place, key, record),
            Advance(sequence, number),
            Remove(place, "1"),
            Put(place, "2", record),
        )

    @rule(parent=PARENTS, key=KEYS, record=RECORDS)
    def go_on_with_a_fork(self, parent: str, key: str, record: dict[str, Any]) -> None:
        """The fork goes on; what its origin does afterwards must not show in it."""
        origin, self.store = self.store, self.store.fork()
        self.others.append(origin)
        with origin.transaction() as transaction:
            transaction.apply(
                [Put(things(parent, parent), key, record), Remove(things("1", "1"), "2")]
            )

    @rule(parent=PARENTS, key=KEYS, record=RECORDS)
    def restore_a_snapshot(self, parent: str, key: str, record: dict[str, Any]) -> None:
        """What is done after a snapshot is gone when it is restored, as often as one likes."""
        snapshot = self.store.fork()
        for _ in range(2):
            with self.store.transaction() as transaction:
                transaction.apply([Put(things(parent, parent), key, record), Advance("things", 99)])
            self.store.restore(snapshot)

    @rule(parents=st.lists(PARENTS, max_size=2), query=QUERIES)
    def ask(self, parents: list[str], query: Query) -> None:
        """Ask now, and again after every later step: a listing once made must be kept up."""
        self.asked = [*self.asked[-9:], (things(*parents), query)]

    @rule(
        parents=st.lists(PARENTS, max_size=2),
        query=QUERIES,
        start=PLACES,
        beyond=st.booleans(),
        offset=st.integers(-3, 3),
    )
    def ask_from_a_place(
        self, parents: list[str], query: Query, start: Found, beyond: bool, offset: int
    ) -> None:
        query = replace(query, start=start, beyond=beyond, offset=offset)
        self.asked = [*self.asked[-9:], (things(*parents), query)]

    @rule()
    def start_again(self) -> None:
        """What is begun with the present state has it, and goes on by itself."""
        self.others.append(self.store)
        _, start = self.store.space("again", self.store.fork(), anew=True)
        self.store, _ = self.store.space("again", start)

    @invariant()
    def answers_agree(self) -> None:
        with self.store.transaction(reads=True) as transaction:
            for collection, query in self.asked:
                expected = self.naive.select(collection, query)
                assert transaction.select(collection, query) == expected, (collection, query)

    @invariant()
    def records_and_numbers_agree(self) -> None:
        with self.store.transaction(reads=True) as transaction:
            for found in self.naive.found:
                assert transaction.get(found.collection, found.key) == found.record
            first = (things("1", "1"), "1")
            assert transaction.get(*first) == self.naive.get(*first)
            assert transaction.removed(*first) == self.naive.removed(*first)
            for sequence in ("things", "links"):
                assert transaction.last(sequence) == self.naive.last(sequence)


class SqliteAgreement(Agreement):
    """A file of SQLite, in which each example has an API of its own."""

    def new_store(self) -> Any:
        return database("sqlite").begin(uuid.uuid4().hex, MemoryStore())


class PostgresAgreement(Agreement):
    """The same in PostgreSQL."""

    def new_store(self) -> Any:
        return database("postgresql").begin(uuid.uuid4().hex, MemoryStore())


@cache
def database(kind: str) -> SqlDatabase:
    """Return a database in which also small states are laid over others, indexed, and read from
    behind.
    """
    address = new_database(kind)
    return SqlDatabase(Database(address, copied=1, indexed_from=2, near=0))


Agreement.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestAgreement = Agreement.TestCase
SqliteAgreement.TestCase.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
TestSqliteAgreement = SqliteAgreement.TestCase
PostgresAgreement.TestCase.settings = settings(
    max_examples=8, stateful_step_count=20, deadline=None
)
TestPostgresAgreement = PostgresAgreement.TestCase
