"""`understudy run`: a command finds the mock in its environment, and its end is the end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from mockserver.cli import main

RUN = [sys.executable, "-c", "from mockserver.cli import main; main()", "run"]
ASK = """
import os, sys, urllib.request, urllib.error
request = urllib.request.Request(os.environ["UNDERSTUDY_BOOKSHOP_URL"] + sys.argv[1], sys.argv[2].encode() or None)
request.add_header("X-Api-Key", os.environ["UNDERSTUDY_TOKEN"])
request.add_header("Content-Type", "application/json")
try:
    print(urllib.request.urlopen(request, timeout=10).read().decode())
except urllib.error.HTTPError as error:
    print(error.code)
"""


@dataclass(frozen=True)
class Ran:
    """What a run of the command line ended with, and what it and its command wrote."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command beside a mock, in this process but for the command."""

    def run(*words: str) -> Ran:
        own = CliRunner().invoke(main, ["run", *words], prog_name="understudy")
        of_command = capfd.readouterr()
        return Ran(own.exit_code, own.stdout + of_command.out, own.stderr + of_command.err)

    return run


def ask(path: str, body: str = "") -> list[str]:
    return ["--", sys.executable, "-c", ASK, path, body]


def test_a_command_reaches_the_mock_and_its_output_is_left_alone(run: Run) -> None:
    ran = run("bookshop", *ask("/shelves/1"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout) == {"id": 1, "name": "Fiction"}


def test_each_api_has_its_own_variables(run: Run) -> None:
    show = "import os, json; print(json.dumps({**os.environ}))"
    ran = run("bookshop", "bigcommerce-v2", "--", sys.executable, "-c", show)
    told = {
        name: value
        for name, value in json.loads(ran.stdout).items()
        if name.startswith("UNDERSTUDY_")
    }
    assert told["UNDERSTUDY_BIGCOMMERCE_V2_TOKEN"] == "tok"
    assert told["UNDERSTUDY_BOOKSHOP_URL"] == told["UNDERSTUDY_URL"]
    assert told["UNDERSTUDY_BIGCOMMERCE_V2_URL"].startswith(told["UNDERSTUDY_URL"] + "/")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ([sys.executable, "-c", "raise SystemExit(7)"], 7),
        ([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"], 137),
        (["no-such-command"], 127),
        ([os.curdir], 126),
    ],
)
def test_the_exit_code_is_passed_on_as_a_shell_does(
    run: Run, command: list[str], code: int
) -> None:
    ran = run("bookshop", "--", *command)
    assert ran.returncode == code
    assert "Traceback" not in ran.stderr


def test_options_of_the_command_are_its_own(run: Run) -> None:
    ran = run(
        "bookshop",
        "--",
        sys.executable,
        "-c",
        "import sys; print(sys.argv[1:])",
        "--seed",
        "--",
        "x",
    )
    assert ran.stdout.strip() == "['--seed', '--', 'x']"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("bookshop",), "say what to run after two dashes"),
        (("bockshop", "--", "true"), "'bockshop' is no API"),
        (
            ("bookshop", "--save", "nowhere/calls.har", "--", "true"),
            "nowhere/calls.har cannot be written",
        ),
    ],
)
def test_a_wrong_use_is_told_and_ends_with_2(run: Run, words: tuple[str, ...], told: str) -> None:
    ran = run(*words)
    assert ran.returncode == 2
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_strict_run_fails_when_a_request_broke_the_document(run: Run, tmp_path: Path) -> None:
    saved = tmp_path / "calls.jsonl"
    ran = run("bookshop", "--strict", "--save", str(saved), *ask("/shelves", "{}"))
    assert (ran.returncode, ran.stdout.strip()) == (1, "400")
    assert "POST /shelves -> 400 broke the document: body /name: name is required" in ran.stderr
    assert json.loads(saved.read_text())["operation"] == "POST /shelves"


@pytest.mark.skipif(not hasattr(signal, "SIGTERM") or os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_goes_to_the_command(tmp_path: Path, number: signal.Signals) -> None:
    ready = tmp_path / "ready"
    child = (
        "import pathlib, signal, sys, time\n"
        f"signal.signal({int(number)}, lambda *_: sys.exit(5))\n"
        f"pathlib.Path({str(ready)!r}).touch()\n"
        "time.sleep(30)"
    )
    command = [*RUN, "bookshop", "--", sys.executable, "-c", child]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
        for _ in range(600):
            if ready.exists():
                break
            time.sleep(0.05)
        process.send_signal(number)
        assert process.wait(30) == 5


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_a_command_in_another_language_reaches_the_mock(run: Run) -> None:
    code = """
    const {UNDERSTUDY_URL: url, UNDERSTUDY_TOKEN: token} = process.env
    fetch(url + '/shelves/2', {headers: {'X-Api-Key': token}}).then(r => r.json()).then(r => console.log(r.name))
    """
    ran = run("bookshop", "--", "node", "-e", code)
    assert (ran.returncode, ran.stdout.strip()) == (0, "Science"), ran.stderr
