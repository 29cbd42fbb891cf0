"""Many clients of several processes on one state: no update is lost, and no key given twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver import MockServer
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
