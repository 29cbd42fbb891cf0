"""Measure the stores beside each other, interleaved in one run: `python -m tests.benchmarks.stores`.

The CPU is that of the mock with its workers; what PostgreSQL takes in its own processes comes on
top. Only ratios within one run hold.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mockserver.apis import find_api, load_model
from mockserver.state import Advance, Collection, Put
from mockserver.stores.database import Database
from mockserver.stores.memory import MemoryStore
from mockserver.stores.sql import SqlDatabase
from tests.benchmarks.__main__ import compare
from tests.benchmarks.servers import DOCUMENT, Contender, Running
from tests.databases import new_database

COLORS = ("red", "green", "blue")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stores")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--records", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--without-postgresql", action="store_true")
    options = parser.parse_args()
    for size in options.records:
        with tempfile.TemporaryDirectory() as scratch:
            print(f"\n{size:,} records")
            kinds = ["sqlite"] if options.without_postgresql else ["sqlite", "postgresql"]
            started = [Running(each) for each in contenders(Path(scratch), size, kinds)]
            compare(started, options.rounds, options.requests)


def contenders(folder: Path, size: int, kinds: Sequence[str]) -> list[Contender]:
    """Return the mock on each store with so many records."""
    things = [
        {"id": n, "name": f"Lamp {n}", "color": COLORS[n % 3], "size": n % 100 + 1}
        for n in range(1, size + 1)
    ]
    fixture = folder / "things.json"
    fixture.write_text(json.dumps({"things": things}))
    found = [_contender("memory", ["--fixtures", str(fixture)])]
    for kind in kinds:
        address = new_database(kind, folder)
        start = MemoryStore()
        start.apply(Put(Collection("things"), str(thing["id"]), thing) for thing in things)
        start.apply([Advance("things", size)])
        database = Database(address)
        name = load_model(find_api(str(DOCUMENT))).name
        SqlDatabase(database).begin(name, start)
        database.close()
        found.append(_contender(kind, ["--store", address]))
        found.append(_contender(f"{kind}, 2 workers", ["--store", address, "--workers", "2"]))
    return found


def _contender(name: str, options: Sequence[str]) -> Contender:
    understudy = str(Path(sys.executable).with_name("understudy"))
    base = [understudy, "mock", str(DOCUMENT), "-q", *options]
    return Contender(name, lambda port: [*base, "-p", str(port)])


if __name__ == "__main__":
    main()
