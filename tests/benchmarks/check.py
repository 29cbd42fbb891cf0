"""Measure how fast a server is checked: `python -m tests.benchmarks.check [--api NAME] [--rounds N]
[--examples N]`.

The `schemathesis run` command, and Schemathesis driven from code, stand beside the conformance
phase of `understudy check`: the same phases and checks of Schemathesis, as many examples, the same
seed and credentials, each with its start. What `understudy check` does beside (it holds each answer
to the oracle, guards and notes each call, removes what it made) counts as its own cost. In process,
the work of the mock counts too, for both.

Rounds are interleaved, and ways are compared within a round: only ratios hold on a machine that
others use too. The start counts less with more examples.
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
    """A way to check: its name, and the command for an API, the URL of its mock and a number of
    examples.
    """

    name: str
    command: Callable[[str, str, int], list[str]]


def _schemathesis(api: str, url: str, examples: int) -> list[str]:
    model = load_model(api)
    base = model.base_paths[0]
    headers = [
        part for pair in header_credentials(model, base).items() for part in ("-H", ": ".join(pair))
    ]
    document = str(Path(find_api(api).location) / "openapi.yaml")
    place = f"{url}{filled(model.document.spec, base)}"
    options = ["--max-examples", str(examples), "--seed", "1", "--no-color"]
    return [
        str(Path(sys.executable).parent / "schemathesis"),
        "run",
        document,
        "--url",
        place,
        *headers,
        *options,
    ]


def _understudy(target: Callable[[str], list[str]]) -> Callable[[str, str, int], list[str]]:
    def command(api: str, url: str, examples: int) -> list[str]:
        told = ["--phases", "conformance", "--examples", str(examples), "--seed", "1"]
        return [
            str(Path(sys.executable).parent / "understudy"),
            "check",
            *target(url),
            "--api",
            api,
            *told,
        ]

    return command


WAYS = (
    Way("schemathesis run, over HTTP", _schemathesis),
    Way("understudy check, over HTTP", _understudy(lambda url: [url, "--disposable"])),
    Way(
        "schemathesis from code, in process",
        lambda api, url, n: [sys.executable, "-c", IN_PROCESS, api, str(n)],
    ),
    Way("understudy check, in process", _understudy(lambda url: ["--mock"])),
)
_CALLS = re.compile(r"([\d,]+) (?:generated|calls in)")


PAIRS = {"over HTTP": (WAYS[1].name, WAYS[0].name), "in process": (WAYS[3].name, WAYS[2].name)}
"""What is held against what."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of a way: its calls, the CPU time of the client and the wall time, in seconds."""

    calls: int
    cpu_s: float
    took_s: float

    @property
    def by_cpu(self) -> float:
        """Calls per second of CPU."""
        return self.calls / self.cpu_s


def main() -> None:
    """Print a row for each way, and how the ways compare."""
    options = _options()
    found: dict[str, list[Measured]] = {each.name: [] for each in WAYS}
    for _ in range(options.rounds):
        for way in WAYS:
            with MockServer(options.api) as mock:
                found[way.name].append(
                    measured(way.command(options.api, mock.url, options.examples))
                )
    print(
        f"{'way':<36}  {'calls':>6}  {'CPU s':>6}  {'calls per CPU second':>20}  {'calls per second':>16}"
    )
    for name, runs in found.items():
        calls, cpu_s, by_cpu, by_wall = map(
            statistics.median,
            zip(*((r.calls, r.cpu_s, r.by_cpu, r.calls / r.took_s) for r in runs), strict=True),
        )
        print(f"{name:<36}  {calls:>6.0f}  {cpu_s:>6.1f}  {by_cpu:>20.0f}  {by_wall:>16.0f}")
    for where, (ours, theirs) in PAIRS.items():
        ratios = [
            our.by_cpu / their.by_cpu for our, their in zip(found[ours], found[theirs], strict=True)
        ]
        print(
            f"{where}: {statistics.median(ratios):.2f} of Schemathesis ({min(ratios):.2f} to {max(ratios):.2f})"
        )


def measured(command: list[str]) -> Measured:
    """Return what a command does and takes."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took_s, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    told = _CALLS.findall(done.stdout)
    if not told:
        raise SystemExit(
            f"{' '.join(command)} told nothing:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    cpu_s = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return Measured(int(told[-1].replace(",", "")), cpu_s, took_s)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.check", description=__doc__)
    parser.add_argument("--api", default="bookshop", help="an API that comes with the project")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--examples", type=int, default=25, help="calls drawn for each operation")
    return parser.parse_args()


if __name__ == "__main__":
    main()
