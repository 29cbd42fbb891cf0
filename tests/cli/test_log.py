"""Lines that nobody reads stop nobody."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import click
import pytest

from mockserver.cli import log as module
from mockserver.cli.log import Log
from mockserver.cli.request_lines import logged, request_lines
from mockserver.control.masking import secret_names
from tests.conftest import model_of

UNDERSTUDY = Path(sys.executable).with_name("understudy")


def test_lines_are_written_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log()
    for number in range(50):
        log.write(f"line {number}")
    log.close()
    assert capsys.readouterr().out.split("\n")[:50] == [f"line {number}" for number in range(50)]


def test_writing_waits_for_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    read = threading.Event()
    written: list[str] = []

    def echo(line: str) -> None:
        read.wait(10)
        written.append(line)

    monkeypatch.setattr(click, "echo", echo)
    monkeypatch.setattr(module, "MOST_WAITING", 5)
    log = Log()
    for number in range(100):
        log.write(f"line {number}")
    read.set()
    log.close()
    assert written[0] == "line 0"
    assert any("lines were left out" in line for line in written)


def test_a_closed_output_ends_a_command_without_a_traceback() -> None:
    command = f'"{UNDERSTUDY}" explain bookshop >&-'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_a_line_of_a_request_hides_secrets() -> None:
    lines: list[str] = []
    tell = request_lines(secret_names([model_of("bookshop")]), lines.append)
    tell("GET", "/login?access_token=TOPSECRET&page=7", 401, 1.0, ["a://b:TOPSECRET@c is wrong"])
    assert "TOPSECRET" not in lines[0]
    assert "page=7" in lines[0]


def test_a_quiet_mock_writes_no_lines_and_needs_no_thread_for_them() -> None:
    app = object()
    before = threading.active_count()
    with logged(app, [], [], quiet=True) as shown:
        assert shown is app
        assert threading.active_count() == before
