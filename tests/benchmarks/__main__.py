"""Measure Understudy beside its peers, interleaved in one run: `python -m tests.benchmarks [--peers
FOLDER]`.

Only ratios within one run hold. `growth` measures how a page, a filter, a read and a write grow
with the size of the collection.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from mockserver.apis import find_api, load_model
from mockserver.app import Settings, space_of
from mockserver.call import Call
from mockserver.model.types import Operation
from mockserver.space import Space
from mockserver.state import Collection, Put
from tests.benchmarks.load import Ask, burst
from tests.benchmarks.servers import DOCUMENT, Running, contenders, install_peers

BODY = '{"name": "Lamp {n}", "color": "red", "size": 3, "price": 9.5, "tags": ["new"]}'
ASKS = (
    Ask("read", "GET", "/things/1"),
    Ask("list", "GET", "/things?limit=10"),
    Ask("create", "POST", "/things", BODY),
    Ask("upsert", "PUT", "/things/1", BODY.replace('{"name"', '{"id": 1, "name"')),
    Ask("refused create", "POST", "/things", '{"name": "", "color": "pink"}'),
)
CONNECTIONS = 32


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument(
        "--peers", type=Path, help="folder for the Node packages of the peers; installed when empty"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        tools = options.peers or Path(scratch)
        if options.peers and not (tools / "node_modules").is_dir():
            install_peers(tools)
        compare([Running(each) for each in contenders(tools)], options.rounds, options.requests)
    growth()


def compare(servers: list[Running], rounds: int, requests: int) -> None:
    """Print a table: requests per second, p50, p99 and CPU for each server and request."""
    rates, p50, p99, cpu = (defaultdict(list) for _ in range(4))
    for server in servers:
        for ask in ASKS[2:]:
            burst(server.port, ask, 200, CONNECTIONS, 0)
    for turn in range(rounds):
        for ask in ASKS:
            for server in servers:
                before = server.cpu_s()
                load = burst(server.port, ask, requests, CONNECTIONS, 1 + turn * requests)
                cpu[server.name, ask.name].append((server.cpu_s() - before) / requests * 1e6)
                rates[server.name, ask.name].append(load.rate)
                p50[server.name, ask.name].append(load.p50)
                p99[server.name, ask.name].append(load.p99)
    print(
        f"{'':24}"
        + "".join(f"{ask.name:>30}" for ask in ASKS)
        + f"{'first reply':>13}{'memory':>9}"
    )
    print(f"{'':24}" + f"{'req/s   p50   p99 ms  CPU µs':>30}" * len(ASKS) + f"{'s':>13}{'MB':>9}")
    for server in servers:
        cells = ""
        for ask in ASKS:
            name = (server.name, ask.name)
            middle = [statistics.median(each[name]) for each in (rates, p50, p99, cpu)]
            cells += f"{middle[0]:>10.0f}{middle[1]:>6.1f}{middle[2]:>7.1f}{middle[3]:>7.0f}"
        print(f"{server.name:24}{cells}{server.started_s:>13.2f}{server.memory_mb():>9.0f}")
        server.stop()


def growth() -> None:
    """Print how long one call takes inside the process, by the size of the collection."""
    model = load_model(find_api(str(DOCUMENT)))
    operations = {operation.label: operation for operation in model.operations}
    print(f"\n{'µs in process':24}" + "".join(f"{name:>12}" for name in calls_at(operations, 10)))
    for size in (100, 1_000, 10_000, 100_000):
        space = space_of(model, None, Settings(fixtures=None))
        with space.store.transaction() as transaction:
            colors = ("red", "green", "blue")
            transaction.apply(
                Put(
                    Collection("things"),
                    str(n),
                    {"id": n, "name": f"Lamp {n}", "color": colors[n % 3], "size": 3},
                )
                for n in range(1, size + 1)
            )
        times = "".join(
            f"{_microseconds(space, call):>12.1f}" for call in calls_at(operations, size).values()
        )
        print(f"{size:>10,} records       {times}")


def calls_at(operations: dict[str, Operation], size: int) -> dict[str, Call]:
    """Return the calls to time on a collection of a size."""
    listed = operations["GET /things"]
    return {
        "read": Call(operations["GET /things/{id}"], path={"id": 50}),
        "first page": Call(listed, query={"page": 1, "limit": 10}),
        "last page": Call(listed, query={"page": size // 10, "limit": 10}),
        "filter": Call(listed, query={"color": "green", "limit": 10}),
        "create": Call(operations["POST /things"], body={"name": "a", "color": "red", "size": 1}),
    }


def _microseconds(space: Space, call: Call) -> float:
    for _ in range(20):
        space.answer(call)
    samples = []
    for _ in range(9):
        began = time.perf_counter()
        for _ in range(100):
            space.answer(call)
        samples.append((time.perf_counter() - began) / 100 * 1e6)
    return statistics.median(samples)


if __name__ == "__main__":
    main()
