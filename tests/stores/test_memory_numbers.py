"""Sequences, and what a draft shows before it is applied."""

from __future__ import annotations

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.state import Advance, Collection, Draft, Put, Query, Remove
from mockserver.stores.memory import MemoryStore

THINGS = Collection("things")


@settings(deadline=None)
@given(st.lists(st.sampled_from(["create", "remove", "choose"]), max_size=20), st.data())
def test_a_number_is_never_given_twice(steps: list[str], data: st.DataObject) -> None:
    store, given_out = MemoryStore(), set[int]()
    for step in steps:
        draft = Draft(store)
        if step == "create":
            number = draft.draw("things")
            assert number not in given_out
            given_out.add(number)
            draft.put(THINGS, str(number), {"id": number})
        elif step == "choose":
            number = data.draw(st.integers(1, 30))
            given_out.add(number)
            draft.reserve("things", number)
            draft.put(THINGS, str(number), {"id": number})
        else:
            for found in store.select(THINGS, Query()).found:
                draft.remove(THINGS, found.key)
        store.apply(draft.changes)


def test_a_sequence_never_goes_back() -> None:
    store = MemoryStore()
    store.apply([Advance("things", 7), Advance("things", 3)])
    assert store.last("things") == 7


def test_a_draft_that_is_not_applied_leaves_no_trace() -> None:
    store = MemoryStore()
    store.apply([Put(THINGS, "1", {"id": 1})])
    draft = Draft(store)
    draft.draw("things")
    draft.remove(THINGS, "1")
    draft.put(THINGS, "2", {"id": 2})
    assert store.last("things") == 0
    assert store.get(THINGS, "1") == {"id": 1}
    assert store.get(THINGS, "2") is None


def test_a_draft_reads_its_own_changes() -> None:
    store = MemoryStore()
    store.apply([Put(THINGS, "1", {"id": 1}), Advance("things", 1)])
    draft = Draft(store)
    draft.remove(THINGS, "1")
    draft.put(THINGS, "2", {"id": 2})
    assert draft.get(THINGS, "1") is None
    assert draft.get(THINGS, "2") == {"id": 2}
    assert draft.draw("things") == 2
    assert draft.draw("things") == 3


def test_removing_what_is_not_there_changes_nothing() -> None:
    store = MemoryStore()
    store.apply([Put(THINGS, "1", {"id": 1}), Remove(THINGS, "2")])
    assert store.select(THINGS, Query()).total == 1


def test_a_transaction_keeps_other_threads_out() -> None:
    store = MemoryStore()

    def increase() -> None:
        for _ in range(200):
            with store.transaction() as transaction:
                draft = Draft(transaction)
                draft.draw("things")
                transaction.apply(draft.changes)

    threads = [threading.Thread(target=increase) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.last("things") == 800


def test_a_collection_that_was_never_written_is_empty() -> None:
    assert MemoryStore().select(Collection("nothing", ("1",)), Query(order=("-n",))).found == ()
