"""What a call costs in the memory store, counted in comparisons and records looked at, never in
time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.state import Collection, Condition, Put, Query, Remove
from mockserver.stores.memory import MemoryStore

SMALL, BIG = 100, 100_000
THINGS = Collection("things", ("1",))
BY_RANK = Query(order=("rank",), limit=10)


class Tally:
    """Counts the steps since the last reset."""

    comparisons = 0
    touched = 0

    def reset(self) -> None:
        self.comparisons = self.touched = 0


TALLY = Tally()


class Counted(int):
    """A number that counts how often it is compared."""

    __hash__ = int.__hash__

    def __lt__(self, other: Any) -> bool:
        TALLY.comparisons += 1
        return int.__lt__(self, other)

    def __eq__(self, other: object) -> bool:
        TALLY.comparisons += 1
        return int.__eq__(self, other)


class CountedRecords(dict[Any, Any]):
    """The records of a table, counting those that are looked at; to go over all of them counts as
    all.
    """

    def __getitem__(self, address: Any) -> Any:
        TALLY.touched += 1
        return super().__getitem__(address)

    def __iter__(self) -> Iterator[Any]:
        TALLY.touched += len(self)
        return super().__iter__()

    def items(self) -> Any:
        TALLY.touched += len(self)
        return super().items()

    def values(self) -> Any:
        TALLY.touched += len(self)
        return super().values()

    def copy(self) -> Any:
        TALLY.touched += len(self)
        return super().copy()


def record(number: int) -> dict[str, Any]:
    return {"id": number, "rank": Counted(number), "shelf": number % 2}


def filled(size: int) -> MemoryStore:
    store = MemoryStore()
    store.apply(Put(THINGS, str(number), record(number)) for number in range(size))
    table = store._table("things")
    table.records = CountedRecords(table.records)
    store.select(THINGS, BY_RANK)
    store.select(THINGS, Query(where=(Condition("shelf", (1,)),), order=("rank",), limit=10))
    return store


@pytest.fixture(scope="module")
def stores() -> tuple[MemoryStore, MemoryStore]:
    return filled(SMALL), filled(BIG)


def cost(step: Any) -> tuple[int, int]:
    TALLY.reset()
    step()
    return TALLY.comparisons, TALLY.touched


def test_a_page_of_many_records_costs_what_a_page_of_few_does(
    stores: tuple[MemoryStore, MemoryStore],
) -> None:
    small, big = (cost(lambda store=store: store.select(THINGS, BY_RANK)) for store in stores)
    assert small == big == (0, 10)


def test_a_page_in_the_middle_costs_what_the_first_does(
    stores: tuple[MemoryStore, MemoryStore],
) -> None:
    middle = Query(order=("rank",), offset=BIG // 2, limit=10)
    assert cost(lambda: stores[1].select(THINGS, middle)) == (0, 10)


def test_a_filtered_page_costs_the_page(stores: tuple[MemoryStore, MemoryStore]) -> None:
    odd = Query(where=(Condition("shelf", (1,)),), order=("rank",), limit=10)
    assert cost(lambda: stores[1].select(THINGS, odd)) == (0, 10)


def test_a_count_looks_at_no_record(stores: tuple[MemoryStore, MemoryStore]) -> None:
    assert cost(lambda: stores[1].select(THINGS, Query(order=("rank",), limit=0))) == (0, 0)


def test_a_read_looks_at_one_record_at_most(stores: tuple[MemoryStore, MemoryStore]) -> None:
    comparisons, touched = cost(lambda: stores[1].get(THINGS, "5"))
    assert comparisons == 0
    assert touched <= 1


def test_a_write_neither_copies_the_collection_nor_sorts_it_again(
    stores: tuple[MemoryStore, MemoryStore],
) -> None:
    store = stores[1]
    kept = store.get(THINGS, "5")
    comparisons, touched = cost(lambda: store.apply([Put(THINGS, "new", record(BIG // 2))]))
    assert touched <= 2
    assert comparisons < 300, "a few listings, each a logarithm of the size"
    assert store.get(THINGS, "5") is kept
    comparisons, touched = cost(lambda: store.apply([Remove(THINGS, "new")]))
    assert touched <= 2
    assert comparisons < 300
