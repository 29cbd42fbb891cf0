"""Many clients of several processes on one state: no update is lost, and no key given twice."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import httpx
import pytest

from mockserver import MockServer
from mockserver.state import Collection, Put, Query
from mockserver.stores.database import Database
from mockserver.stores.memory import MemoryStore
from mockserver.stores.sql import SqlDatabase
from tests.databases import KINDS, new_database
from tests.stores.contender import COUNTER

PROCESSES, THREADS, ROUNDS = 3, 5, 3


@pytest.mark.parametrize("kind", KINDS)
def test_no_update_is_lost_and_no_key_is_given_twice(kind: str, tmp_path: Path) -> None:
    address = new_database(kind, tmp_path)
    command = [sys.executable, "-m", "tests.stores.contender", address, str(THREADS), str(ROUNDS)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(PROCESSES)]
    keys: list[int] = []
    for process in started:
        told, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        keys += json.loads(told)
    wanted = PROCESSES * THREADS * ROUNDS
    with MockServer("bookshop", store=address) as mock:
        assert len(set(keys)) == len(keys) == wanted
        assert mock.state["shelves"].count() == 3 + wanted
        with mock._stage.edges[0].space.store.transaction(reads=True) as reader:
            assert reader.get(COUNTER, "one") == {"number": wanted}


@pytest.mark.parametrize("kind", KINDS)
def test_a_space_that_several_begin_at_once_begins_once(kind: str, tmp_path: Path) -> None:
    database = Database(new_database(kind, tmp_path))
    shelves = Collection("shelves")
    start = MemoryStore()
    start.apply([Put(shelves, "start", {})])
    first = SqlDatabase(database).begin("shop", start)
    for name in ("one", "two", "three"):
        barrier = Barrier(THREADS)

        def begin(number: int, name: str = name, barrier: Barrier = barrier) -> None:
            store, _ = first.space(name, first.start())
            barrier.wait()
            with store.transaction() as transaction:
                transaction.apply([Put(shelves, str(number), {})])

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(begin, range(THREADS)))
        with first.space(name, first.start())[0].transaction(reads=True) as reader:
            assert reader.select(shelves, Query()).total == THREADS + 1
    database.close()


def test_decisions_that_hold_up_each_other_are_taken_again(tmp_path: Path) -> None:
    address = new_database("postgresql")
    with MockServer("bigcommerce-v2", store=address) as mock:
        snapshot = mock.snapshot()
        headers = {"X-Auth-Token": "tok"}

        def call(number: int) -> int:
            if number % 4 == 0:
                mock.restore(snapshot)
                return 200
            client = httpx.Client(transport=mock.transport(), base_url="http://mock")
            path = f"/stores/tenant{number % 3}/v2/products/29/images"
            return client.delete(path, headers=headers).status_code

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(call, range(48))) == {200, 204}
