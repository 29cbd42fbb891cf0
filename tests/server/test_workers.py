"""Several workers share a port and a state."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from mockserver.cli import main

START = "from mockserver.cli import main; main()"
HEADERS = {"X-Api-Key": "bookshop-key"}


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A mock with two workers, and where it listens."""
    command = [sys.executable, "-c", START, "mock", "bookshop", "-p", "0"]
    command += ["--workers", "2", "--store", f"sqlite:///{tmp_path / 'state.db'}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    url = ""
    for line in process.stdout:
        found = re.search(r"listening on (http://\S+)", line)
        if found:
            url = found[1]
            break
    yield process, url
    process.kill()
    process.wait()
    process.stdout.close()


def children_of(process: subprocess.Popen[str]) -> list[int]:
    told = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return list(map(int, told.split()))


def _is_replaced(process: subprocess.Popen[str], gone: int) -> bool:
    there = children_of(process)
    return gone not in there and len(there) == 2


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


@pytest.mark.skipif(sys.platform != "linux", reason="children are listed in /proc")
def test_a_worker_that_dies_is_started_again_and_nothing_is_lost(
    started: tuple[subprocess.Popen[str], str],
) -> None:
    process, url = started
    keys = []
    for name in ("Poetry", "Plays"):
        made = httpx.post(f"{url}/shelves", headers=HEADERS, json={"name": name})
        keys.append(made.json()["id"])
        victim, other = children_of(process)
        os.kill(victim, signal.SIGKILL)
        until(lambda gone=victim: _is_replaced(process, gone))
        assert other in children_of(process)
    assert keys == [4, 5]
    for key in keys:
        read = httpx.get(f"{url}/shelves/{key}", headers=HEADERS)
        assert read.status_code == 200


@pytest.mark.skipif(sys.platform != "linux", reason="children are listed in /proc")
def test_workers_end_with_their_parent(started: tuple[subprocess.Popen[str], str]) -> None:
    process, _ = started
    workers = children_of(process)
    process.kill()
    process.wait()
    until(lambda: not any(map(is_alive, workers)))


def test_a_mock_with_workers_ends_when_it_is_told_to(
    started: tuple[subprocess.Popen[str], str],
) -> None:
    process, url = started
    process.terminate()
    assert process.wait(20) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_workers_need_a_state_that_they_share() -> None:
    refused = CliRunner().invoke(main, ["mock", "bookshop", "--workers", "2"])
    assert refused.exit_code == 2
    assert "--workers 2 needs a state that the workers share: add --store" in refused.output
