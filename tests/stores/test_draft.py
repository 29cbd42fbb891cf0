"""A draft answers as the store will when its changes are applied, and reads no more than it has
to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.oracle.plain_store import PlainStore
from mockserver.state import Collection, Condition, Draft, Found, Put, Query, Selection
from mockserver.stores.memory import MemoryStore

KEYS = st.sampled_from([str(number) for number in range(12)])
PARENTS = st.sampled_from(["1", "2"])
RECORDS = st.fixed_dictionaries({"n": st.integers(0, 4), "m": st.integers(0, 2)})
PLACES = st.tuples(PARENTS, KEYS)
QUERIES = st.builds(
    Query,
    where=st.sampled_from([(), (Condition("m", (1,)),), (Condition("m", (0, 2)),)]),
    order=st.sampled_from([(), ("n",), ("-n",), ("m", "-n")]),
    offset=st.integers(0, 8),
    limit=st.one_of(st.none(), st.integers(0, 5)),
)
STARTS = st.one_of(
    st.none(),
    st.builds(lambda place, record: Found(things(place[0]), place[1], record), PLACES, RECORDS),
)


def things(*parents: str) -> Collection:
    return Collection("things", parents)


@settings(deadline=None, max_examples=300)
@given(
    stored=st.dictionaries(PLACES, RECORDS, max_size=20),
    changes=st.lists(st.tuples(PLACES, st.one_of(st.none(), RECORDS)), max_size=6),
    collection=st.sampled_from([things(), things("1"), things("2")]),
    query=QUERIES,
    start=STARTS,
    beyond=st.booleans(),
    back=st.integers(-3, 3),
)
def test_a_draft_answers_as_the_store_will(
    stored: dict[tuple[str, str], Any],
    changes: list[tuple[tuple[str, str], Any]],
    collection: Collection,
    query: Query,
    start: Found | None,
    beyond: bool,
    back: int,
) -> None:
    if start is not None:
        query = replace(query, start=start, beyond=beyond, offset=back)
    store, naive = MemoryStore(), PlainStore()
    puts = [Put(things(parent), key, record) for (parent, key), record in stored.items()]
    store.apply(puts)
    naive.apply(puts)
    draft = Draft(store)
    for (parent, key), record in changes:
        if record is None:
            draft.remove(things(parent), key)
        else:
            draft.put(things(parent), key, record)
    naive.apply(draft.changes)
    assert draft.select(collection, query) == naive.select(collection, query)


class Watched(MemoryStore):
    """A store that counts the records that it gives out in lists."""

    given_out = 0

    def select(self, collection: Collection, query: Query) -> Selection:
        selection = super().select(collection, query)
        self.given_out += len(selection.found)
        return selection


@pytest.mark.parametrize("offset", [0, 500, 999])
def test_a_draft_reads_the_page_and_not_the_collection(offset: int) -> None:
    store = Watched()
    store.apply(Put(things("1"), str(number), {"n": number}) for number in range(1000))
    draft = Draft(store)
    draft.put(things("1"), "5", {"n": 2000})
    draft.remove(things("1"), "7")
    query = Query(order=("-n",), offset=offset, limit=10)
    assert draft.select(things("1"), query).total == 999
    assert store.given_out < 20
