"""Lines that nobody reads stop nobody."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path

import click
import httpx
import pytest

from mockserver.asgi.request import Note
from mockserver.asgi.respond import LoggedRequest, RequestLog
from mockserver.call import Problem, ProblemKind
from mockserver.cli import log as module
from mockserver.cli.json_lines import json_warnings, request_objects
from mockserver.cli.log import Log
from mockserver.cli.request_lines import logged, request_lines
from mockserver.control.masking import secret_names
from tests.asgi.stage import Stage
from tests.conftest import fresh_app, model_of

PROBLEM = Problem(ProblemKind.UNAUTHORIZED, "a://b:TOPSECRET@c is wrong")
REFUSED = LoggedRequest(
    "GET",
    "/login?access_token=TOPSECRET&page=7",
    401,
    1.25,
    Note(api="bookshop", operation="GET /login", problem=PROBLEM),
    "abc",
)
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
    tell(REFUSED)
    assert "TOPSECRET" not in lines[0]
    assert "page=7" in lines[0]


def test_a_request_is_an_object_on_a_line_and_hides_secrets() -> None:
    lines: list[str] = []
    request_objects(secret_names([model_of("bookshop")]), lines.append)(REFUSED)
    told = json.loads(lines[0])
    assert (told["status"], told["operation"], told["duration_ms"]) == (401, "GET /login", 1.25)
    assert (told["request_id"], told["level"], told["api"]) == ("abc", "info", "bookshop")
    assert "TOPSECRET" not in lines[0]
    assert "page=7" in told["target"]
    assert told["violations"] == ["a://***@c is wrong"]


@pytest.mark.parametrize(("sent", "kept"), [("abc-1", True), ("", False), ("x" * 201, False)])
def test_a_request_keeps_its_identifier_or_gets_one_and_the_reply_names_it(
    sent: str, kept: bool
) -> None:
    told: list[str] = []
    app = fresh_app("bookshop")
    log = RequestLog(app, lambda each: told.append(each.identifier), identifies=True)
    headers = {"X-Api-Key": "bookshop-key", "X-Request-Id": sent}
    reply = Stage(log).ask("GET /shelves", headers=headers)
    assert told == [reply.headers["x-request-id"]]
    assert (told[0] == sent) is kept
    assert told[0]


def test_without_identifiers_a_reply_is_as_it_was() -> None:
    log = RequestLog(fresh_app("bookshop"), lambda _: None)
    reply = Stage(log).ask("GET /shelves", headers={"X-Request-Id": "abc"})
    assert "x-request-id" not in reply.headers


def test_warnings_are_objects_on_lines_too() -> None:
    lines: list[str] = []
    logger = logging.getLogger("understudy")
    with json_warnings(lines.append):
        logger.warning("understudy: the space %r was forgotten", "a")
    logger.debug("understudy: not told")
    [told] = map(json.loads, lines)
    assert told["level"] == "warning"
    assert told["message"] == "the space 'a' was forgotten"


def test_every_line_of_a_mock_that_logs_json_is_an_object() -> None:
    command = [UNDERSTUDY, "mock", "bookshop", "-p", "0", "--log", "json"]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            while "listening on" not in "".join(lines[-1:]):
                lines.append(process.stdout.readline())
            url = json.loads(lines[-1])["message"].split()[2]
            httpx.get(f"{url}/shelves?page=1", headers={"X-Request-Id": "mine"})
            lines.append(process.stdout.readline())
        finally:
            process.kill()
    played, *_, request = map(json.loads, lines)
    assert (played["api"], played["urls"]) == ("bookshop", [url])
    assert (request["request_id"], request["status"], request["method"]) == ("mine", 401, "GET")


def test_a_quiet_mock_writes_no_lines_and_needs_no_thread_for_them() -> None:
    app = object()
    before = threading.active_count()
    with logged(app, [], [], quiet=True) as shown:
        assert shown is app
        assert threading.active_count() == before
