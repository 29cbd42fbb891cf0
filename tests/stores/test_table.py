"""Of a large table nothing is made while others wait: who waits is told to have it arranged."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.conditions import Operator
from mockserver.state import Change, Collection, Condition, Found, Put, Query, Remove, selected
from mockserver.stores.base import MustArrange
from mockserver.stores.listing import Listing
from mockserver.stores.memory import MemoryStore
from mockserver.stores.table import LARGE

THINGS = Collection("things")
RED = Condition("color", ("red",))
DEAR = Condition("price", (50,), Operator.AT_LEAST)
QUERIES = {
    "an order": Query(order=("-price", "color"), limit=7),
    "an equality": Query(where=(RED,), order=("price",), offset=3, limit=7),
    "a comparison": Query(where=(DEAR,), limit=7),
    "both": Query(where=(RED, DEAR), order=("price",), limit=7),
    "one of several": Query(where=(Condition("color", ("red", "blue")),), offset=40, limit=7),
}


def thing(number: int) -> Put:
    drawn = random.Random(number)
    record = {"id": number, "color": drawn.choice(["red", "red", "blue"]), "price": number % 101}
    return Put(THINGS, str(number), record)


def changes() -> Iterator[Change]:
    """New records, changed ones and removed ones."""
    for number in (1, 2, 3, LARGE + 500, LARGE + 501):
        yield Put(THINGS, str(number), {"id": number, "color": "red", "price": 99})
    for number in (10, 11, 12):
        yield Remove(THINGS, str(number))


def large() -> MemoryStore:
    store = MemoryStore()
    store.apply([thing(number) for number in range(1, 2 * LARGE)])
    return store


def expected(store: MemoryStore, query: Query) -> object:
    """What the query asks for, found by looking at every record."""
    found = []
    for (parents, key), record in store.records("things").items():
        found.append(Found(Collection("things", parents), key, record))
    return selected(found, query)


def asked(store: MemoryStore, query: Query) -> object:
    """Ask as who waits does, and have arranged what is to be arranged."""
    for _ in range(5):
        try:
            with store.transaction(reads=True, waits=True) as reader:
                return reader.select(THINGS, query)
        except MustArrange as wanted:
            wanted.arrange()
    raise AssertionError("there is always more to be arranged")


@pytest.mark.parametrize("name", QUERIES)
def test_what_was_arranged_is_what_is_found_by_looking_at_all(name: str) -> None:
    store = large()
    with pytest.raises(MustArrange), store.transaction(reads=True, waits=True) as reader:
        reader.select(THINGS, QUERIES[name])
    assert asked(store, QUERIES[name]) == expected(store, QUERIES[name])


@pytest.mark.parametrize("name", QUERIES)
def test_who_does_not_wait_is_answered_at_once(name: str) -> None:
    store = large()
    with store.transaction() as reader:
        assert reader.select(THINGS, QUERIES[name]) == expected(store, QUERIES[name])


@pytest.mark.parametrize("name", QUERIES)
def test_what_changes_while_it_is_arranged_is_placed_anew(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = large()
    usual = Listing.fill

    def change() -> None:
        with store.transaction() as transaction:
            transaction.apply(changes())

    def filled(listing: Listing, records: Any) -> None:
        other = threading.Thread(target=change)
        other.start()
        other.join()
        usual(listing, records)

    monkeypatch.setattr(Listing, "fill", filled)
    asked(store, QUERIES[name])
    monkeypatch.undo()
    assert asked(store, QUERIES[name]) == expected(store, QUERIES[name])


@pytest.mark.parametrize("name", QUERIES)
def test_a_fork_takes_over_what_was_arranged_and_goes_its_own_way(name: str) -> None:
    store = large()
    before = asked(store, QUERIES[name])
    fork = store.fork()
    fork.apply(changes())
    with fork.transaction(reads=True, waits=True) as reader:
        assert reader.select(THINGS, QUERIES[name]) == expected(fork, QUERIES[name])
    assert asked(store, QUERIES[name]) == before
