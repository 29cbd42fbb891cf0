"""Measure how fast a server is checked: `python -m tests.benchmarks.check [--api NAME] [--rounds N] [--examples N]`.

The `schemathesis run` command, and Schemathesis driven from code, stand beside the conformance phase of `understudy
check`, which sends the same kinds of calls and holds each answer to the oracle as well. Rounds are interleaved; a
figure is the median of calls per second of CPU of the client, and of wall time. Only ratios within one run hold.
"""

from __future__ import annotations

import argparse
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contracts.targets.credentials import header_credentials
from mockserver import MockServer
from mockserver.apis import find_api, load_model
from mockserver.model.servers import filled

IN_PROCESS = """
import sys
from contracts.conformance.conformance import Conformance
from contracts.conformance.plan import Plan, habits_of
from contracts.targets.credentials import header_credentials
from mockserver import make_app
from mockserver.apis import load_model
model = load_model(sys.argv[1])
base = model.base_paths[0]
plan = Plan(max_examples=int(sys.argv[2]), headers=header_credentials(model, base), **habits_of(model))
run = Conformance(model, plan, app=make_app([sys.argv[1]]), base=base)
list(run.run())
print(run.cases, "calls in all")
"""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to check: its name, and the command for an API, the URL of its mock and a number of examples."""

    name: str
    command: Callable[[str, str, int], list[str]]


def _schemathesis(api: str, url: str, examples: int) -> list[str]:
    model = load_model(api)
    base = model.base_paths[0]
    headers = [part for pair in header_credentials(model, base).items() for part in ("-H", ": ".join(pair))]
    document = str(Path(find_api(api).location) / "openapi.yaml")
    place = f"{url}{filled(model.document.spec, base)}"
    options = ["--max-examples", str(examples), "--seed", "1", "--no-color"]
    return [str(Path(sys.executable).parent / "schemathesis"), "run", document, "--url", place, *headers, *options]


def _understudy(target: Callable[[str], list[str]]) -> Callable[[str, str, int], list[str]]:
    def command(api: str, url: str, examples: int) -> list[str]:
        told = ["--phases", "conformance", "--examples", str(examples), "--seed", "1"]
        return [str(Path(sys.executable).parent / "understudy"), "check", *target(url), "--api", api, *told]

    return command


WAYS = (
    Way("schemathesis run, over HTTP", _schemathesis),
    Way("understudy check, over HTTP", _understudy(lambda url: [url, "--disposable"])),
    Way("schemathesis from code, in process", lambda api, url, n: [sys.executable, "-c", IN_PROCESS, api, str(n)]),
    Way("understudy check, in process", _understudy(lambda url: ["--mock"])),
)
_CALLS = re.compile(r"([\d,]+) (?:generated|calls in)")


def main() -> None:
    """Print a row for each way."""
    options = _options()
    found: dict[str, list[tuple[float, float]]] = {each.name: [] for each in WAYS}
    for _ in range(options.rounds):
        for way in WAYS:
            with MockServer(options.api) as mock:
                found[way.name].append(measured(way.command(options.api, mock.url, options.examples)))
    print(f"{'way':<36}  {'calls per CPU second':>20}  {'calls per second':>16}")
    for name, pairs in found.items():
        by_cpu, by_wall = (statistics.median(each) for each in zip(*pairs, strict=True))
        print(f"{name:<36}  {by_cpu:>20.0f}  {by_wall:>16.0f}")


def measured(command: list[str]) -> tuple[float, float]:
    """Return the calls that a command makes per second of its CPU, and per second of wall time."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took_s, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    told = _CALLS.findall(done.stdout)
    if not told:
        raise SystemExit(f"{' '.join(command)} told nothing:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    calls = int(told[-1].replace(",", ""))
    cpu_s = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return calls / cpu_s, calls / took_s


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.check", description=__doc__)
    parser.add_argument("--api", default="bookshop", help="an API that comes with the project")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--examples", type=int, default=25, help="calls drawn for each operation")
    return parser.parse_args()


if __name__ == "__main__":
    main()
