"""Measure what isolation costs a test: `python -m tests.benchmarks.per_test [--tests N] [--rounds
N]`.

Spaces are made in this process; then the same empty tests run under pytest with and without a mock,
interleaved, and the difference is what the mock costs each. pytest-httpserver and moto are measured
beside it when they are installed. Only ratios within one run hold.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from mockserver import Mock, MockServer

ASK = "urllib.request.urlopen(urllib.request.Request({url}, headers={headers})).read()"


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to isolate a test: what stands above the tests, at each of them, and how one asks
    it.
    """

    name: str
    needs: str
    head: str
    mark: str
    argument: str
    ask: str


CONTENDERS = (
    Contender("no mock", "pytest", "", "", "", "pass"),
    Contender(
        "understudy",
        "mockserver",
        "",
        '@pytest.mark.mock_api("bookshop")',
        "mock_api",
        ASK.format(url="mock_api.url + '/shelves/1'", headers="mock_api.headers"),
    ),
    Contender(
        "pytest-httpserver",
        "pytest_httpserver",
        "",
        "",
        "httpserver",
        "httpserver.expect_request('/shelves/1').respond_with_json({'id': 1}); "
        + ASK.format(url="httpserver.url_for('/shelves/1')", headers="{}"),
    ),
    Contender(
        "moto decorator",
        "moto",
        "import boto3\nfrom moto import mock_aws\nimport os\n"
        "os.environ |= {'AWS_ACCESS_KEY_ID': 'a', 'AWS_SECRET_ACCESS_KEY': 'b', 'AWS_DEFAULT_REGION': 'us-east-1'}\n",
        "@mock_aws",
        "",
        "boto3.client('s3').list_buckets()",
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.per_test")
    parser.add_argument("--tests", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with MockServer("bookshop") as mock:
        spaces(mock)
    suites(options.tests, options.rounds)


def spaces(server: MockServer) -> None:
    """Print what it takes to make a space, to write into it, and to drop it."""
    made: list[Mock] = []
    edge = server._stage.edges[0]
    print("one space, bookshop", flush=True)
    row("made in the server", times(lambda at: edge.spaces.at(f"raw{at}")))
    row("handle, state, drop (what a test pays)", times(lambda _: _use(server)))
    row("first write: a copy of one table", times(lambda at: _write(server.space(f"w{at}"), made)))
    row("snapshot and restore", times(lambda _: server.restore(server.snapshot())))
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for at in range(1000):
        edge.spaces.at(f"m{at}")
    untouched = tracemalloc.get_traced_memory()[0]
    for at in range(1000):
        _write(server.space(f"m{at}"), made)
    written = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    print(f"  {'memory, untouched':42}{(untouched - before) / 1e6:>10.2f} KB")
    print(f"  {'memory, after a write':42}{(written - before) / 1e6:>10.2f} KB\n", flush=True)


def _use(server: MockServer) -> None:
    mock = server.space()
    mock.state["shelves"].count()
    mock.drop()


def _write(mock: Mock, made: list[Mock]) -> None:
    mock.state["shelves"].put({"id": 99, "name": "Poetry"})


def times(work: Callable[[int], object]) -> list[float]:
    """Return microseconds of each of many runs."""
    found = []
    for at in range(1000):
        began = time.perf_counter()
        work(at)
        found.append((time.perf_counter() - began) * 1e6)
    return sorted(found)


def row(name: str, found: list[float]) -> None:
    print(
        f"  {name:42}{statistics.median(found):>10.1f} µs   p99 {found[len(found) * 99 // 100]:.1f} µs",
        flush=True,
    )


def suites(tests: int, rounds: int) -> None:
    """Print what each contender adds to an empty test, and to a test with one request."""
    here = [each for each in CONTENDERS if find_spec(each.needs)]
    print(f"{tests} tests under pytest, ms a test beside no mock (median of {rounds} rounds)")
    with tempfile.TemporaryDirectory() as folder:
        for asks in (False, True):
            files = {each.name: _suite(Path(folder), each, tests, asks) for each in here}
            took: dict[str, list[float]] = {name: [] for name in files}
            for _ in range(rounds):
                for name, file in files.items():
                    took[name].append(_seconds(file) / tests * 1000)
            plain = statistics.median(took["no mock"])
            for name, found in took.items():
                if name != "no mock":
                    print(
                        f"  {name:22}{'one request' if asks else 'empty':12}{statistics.median(found) - plain:>8.2f} ms"
                    )


def _suite(folder: Path, contender: Contender, tests: int, asks: bool) -> Path:
    """Write a file of tests. The first one pays for the start of the server, and is left out of the
    time.
    """
    body = contender.ask if asks else "pass"
    code = f"import pytest, time, urllib.request\n{contender.head}\n"
    for at in range(tests + 1):
        code += f"{contender.mark}\ndef test_{at}({contender.argument}):\n    {body}\n"
    file = folder / f"test_{contender.name.replace(' ', '_').replace('-', '_')}_{asks}.py"
    file.write_text(code)
    (folder / "conftest.py").write_text(_CLOCK)
    return file


_CLOCK = """
import time
def pytest_runtest_logfinish(nodeid):
    global began
    if nodeid.endswith("test_0"): began = time.perf_counter()
def pytest_sessionfinish():
    print("TOOK", time.perf_counter() - began)
"""


def _seconds(file: Path) -> float:
    """Run a file of tests, and return the seconds from the end of the first test to that of the
    last.
    """
    quiet = (
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-p",
        "no:hypothesispytest",
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-s",
        *quiet,
        "--rootdir",
        str(file.parent),
        str(file),
    ]
    ran = subprocess.run(command, cwd=file.parent, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{file.name} failed:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    return float(ran.stdout.rpartition("TOOK ")[2].split()[0])


if __name__ == "__main__":
    main()
