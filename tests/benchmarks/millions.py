"""Measure how long calls take inside the process with 1,000 and with 1,000,000 records, for each
store, in turns: `python -m tests.benchmarks.millions`.

`first sort` is the first page in an order in which nobody has asked before, `sort` a later one. Only
ratios within one run hold.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from mockserver.apis import find_api, load_model
from mockserver.app import Settings, space_of
from mockserver.call import Call
from mockserver.space import Space
from mockserver.state import Advance, Collection, Put, Query
from mockserver.stores.database import Database
from mockserver.stores.memory import MemoryStore
from mockserver.stores.sql import SqlDatabase, SqlStore
from tests.benchmarks.servers import DOCUMENT
from tests.databases import new_database

SIZES = (1_000, 1_000_000)
THINGS = Collection("things")
PAGE = {"limit": 10}
FILL = {
    "sqlite": """
WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < :size)
INSERT INTO records SELECT :sheet, '', printf('%018d', n), n,
json_object('id', n, 'name', 'Lamp ' || n, 'color', 'red', 'size', n % 100 + 1) FROM numbers""",
    "postgresql": """
INSERT INTO records SELECT :sheet, '', lpad(n::text, 18, '0'), n::text,
json_build_object('id', n, 'name', 'Lamp ' || n, 'color', 'red', 'size', n % 100 + 1)
FROM generate_series(2, :size) AS n""",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.millions")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--stores", nargs="+", default=["memory", "sqlite", "postgresql"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for kind in options.stores:
            measure(kind, Path(scratch), options.rounds, options.calls)


def measure(kind: str, folder: Path, rounds: int, calls: int) -> None:
    """Print a line for each kind of call: milliseconds at each size, and how many times that is."""
    spaces = [space_at(kind, folder, size) for size in SIZES]
    print(f"\n{kind:24}" + "".join(f"{size:>12,}" for size in SIZES) + f"{'times':>9}", flush=True)
    firsts = [_time(partial(sort, space), 1) for space in spaces]
    _show("first sort", firsts)
    for space in spaces:
        if isinstance(space.store, SqlStore):
            space.store._database.chores.settle()
    known = [calls_of(space) for space in spaces]
    for name in known[0]:
        took: list[list[float]] = [[] for _ in SIZES]
        for _ in range(rounds):
            for at, size in enumerate(SIZES):
                step = partial(known[at][name], size)
                took[at].append(_time(step, calls))
        _show(name, list(map(statistics.median, took)))
    for space in spaces:
        space.store.close()


def _show(name: str, took: Sequence[float]) -> None:
    print(f"{name:24}" + "".join(f"{each:>12.2f}" for each in took) + f"{took[1] / took[0]:>9.1f}")


def space_at(kind: str, folder: Path, size: int) -> Space:
    """Return a space with so many records on a store."""
    model = load_model(find_api(str(DOCUMENT)))
    space = space_of(model, None, Settings(fixtures=None))
    first = {"id": 1, "name": "Lamp 1", "color": "red", "size": 2}
    start = MemoryStore()
    start.apply([Put(THINGS, "1", first), Advance("things", size)])
    if kind == "memory":
        others = ({**first, "id": n, "name": f"Lamp {n}"} for n in range(2, size + 1))
        start.apply(Put(THINGS, str(each["id"]), each) for each in others)
        return replace(space, store=start)
    database = Database(new_database(kind, folder))
    store = SqlDatabase(database).begin(model.name, start)
    with store.transaction() as transaction:
        transaction.apply([Put(THINGS, "1", first)])  # a sheet of its own
        sheet = transaction._sheets["things"]
    with database.writing() as connection:
        if kind == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text(FILL[kind]), {"sheet": sheet.id, "size": size})
        counted = text("UPDATE sheets SET total = :size, version = 9 WHERE id = :sheet")
        connection.execute(counted, {"sheet": sheet.id, "size": size})
    if kind == "postgresql":
        with database._engine.connect() as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql("ANALYZE records")
    return replace(space, store=store)


def calls_of(space: Space) -> Mapping[str, Callable[[int], object]]:
    """Return what to time, for a collection of a size."""
    operations = {operation.label: operation for operation in space.model.operations}
    listed = operations["GET /things"]
    body = {"name": "Lamp", "color": "red", "size": 1}

    def answer(label: str, **words: Any) -> object:
        return space.answer(Call(operations[label], **words))

    def put(size: int) -> object:
        key = size // 2
        return answer("PUT /things/{id}", path={"id": key}, body={**body, "id": key})

    return {
        "read": lambda size: answer("GET /things/{id}", path={"id": size // 2}),
        "first page": lambda size: answer(listed.label, query=PAGE),
        "page 50": lambda size: answer(listed.label, query={**PAGE, "page": 50}),
        "last page": lambda size: answer(listed.label, query={**PAGE, "page": size // 10}),
        "sort": lambda size: sort(space),
        "create": lambda size: answer("POST /things", body=body),
        "upsert": put,
    }


def sort(space: Space) -> object:
    """Return the first page by name."""
    with space.transaction(reads=True) as transaction:
        return transaction.select(THINGS, Query(order=("name",), limit=10))


def _time(step: Callable[[], object], times: int) -> float:
    """Return the milliseconds that something takes."""
    began = time.perf_counter()
    for _ in range(times):
        step()
    return (time.perf_counter() - began) / times * 1e3


if __name__ == "__main__":
    main()
