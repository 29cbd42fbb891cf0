"""A process that changes a state together with others, in several threads: it tells the keys that
it was given.

    python -m tests.stores.contender ADDRESS THREADS ROUNDS
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx

from mockserver import MockServer
from mockserver.state import Collection, Put
from mockserver.stores.base import Store

COUNTER = Collection("~counter")


def count_up(store: Store, rounds: int) -> None:
    """Read a number and write the next one, so many times."""
    for _ in range(rounds):
        with store.transaction() as transaction:
            known = transaction.get(COUNTER, "one") or {"number": 0}
            transaction.apply([Put(COUNTER, "one", {"number": known["number"] + 1})])


def main(address: str, threads: int, rounds: int) -> None:
    with MockServer("bookshop", store=address) as mock:
        store = mock._stage.edges[0].space.store

        def contend(_: int) -> list[int]:
            count_up(store, rounds)
            client = httpx.Client(
                transport=mock.transport(), base_url="http://mock", headers=mock.headers
            )
            made = [client.post("/shelves", json={"name": "Poetry"}) for _ in range(rounds)]
            return [each.json()["id"] for each in made]

        with ThreadPoolExecutor(threads) as pool:
            keys = [key for given in pool.map(contend, range(threads)) for key in given]
    print(json.dumps(keys))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
