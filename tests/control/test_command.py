"""The options of `understudy mock` that open and close the control API."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from click.testing import CliRunner

from mockserver.cli import main

UNDERSTUDY = (
    sys.executable,
    "-c",
    "import sys; from mockserver.cli import main; main(sys.argv[1:])",
)


@contextmanager
def running(*options: str) -> Iterator[str]:
    """Yield what a mock tells until it listens."""
    command = [*UNDERSTUDY, "mock", "bookshop", "-p", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            told = ""
            assert process.stdout is not None
            while "listening on" not in told:
                line = process.stdout.readline()
                assert line, told
                told += line
            yield told
        finally:
            process.kill()


def address(told: str) -> str:
    found = re.search(r"listening on http://[^:]+:(\d+)", told)
    assert found, told
    return f"http://127.0.0.1:{found[1]}/__admin"


def test_a_mock_that_others_can_reach_makes_a_token_and_tells_it() -> None:
    with running("-h", "0.0.0.0") as told:
        found = re.search(r"Admin token of \S+: (\S+)", told)
        assert found, told
        assert httpx.get(f"{address(told)}/apis").status_code == 401
        headers = {"Authorization": f"Bearer {found[1]}"}
        assert httpx.get(f"{address(told)}/apis", headers=headers).status_code == 200


def test_a_mock_of_this_machine_needs_no_token_and_reads_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text("- {name: slow, latency: 1ms}\n")
    with running("--faults", str(path)) as told:
        assert "token" not in told
        assert httpx.get(f"{address(told)}/faults").json()["faults"][0]["name"] == "slow"


def test_a_wrong_file_of_faults_ends_the_start_with_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text("- {statsu: 500}\n")
    ran = CliRunner().invoke(main, ["mock", "bookshop", "-p", "0", "--faults", str(path)])
    assert ran.exit_code == 2
    assert "did you mean 'status'?" in ran.stderr


def test_a_mock_without_the_control_api_has_none_of_it() -> None:
    with running("--no-admin", "--faults", "{status: 418, path: /shelves/1}") as told:
        for path in ("/requests", "/state/bookshop"):
            assert httpx.get(f"{address(told)}{path}").status_code == 404
        assert httpx.get(address(told).replace("/__admin", "/shelves/1")).status_code == 418
