"""What a proxy writes down is a recording: it can be played back, holds no secrets and survives a
kill.
"""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from contracts.targets.recording import RecordingTarget, read_recording
from contracts.targets.target import Sent
from mockserver.cli import main
from mockserver.control.save import Recording
from mockserver.errors import SettingsError
from mockserver.server import MockServer, open_socket
from tests.conftest import model_of
from tests.proxy.conftest import Make

COMMAND = [
    sys.executable,
    "-c",
    "from mockserver.cli import main; main()",
    "proxy",
    "--api",
    "bookshop",
    "-p",
    "0",
]
SHELF = {"id": 7, "name": "Poetry"}


@pytest.mark.anyio
async def test_a_recording_is_played_back(between: Make, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    at = between(recording=path)
    key = {"X-Api-Key": "s3cret"}
    at.live.reply(201, SHELF)
    await at.client.post("/shelves", headers=key, json={"name": "Poetry", "password": "s3cret"})
    at.live.reply(200, SHELF)
    await at.client.get("/shelves/7?a=1", headers=key)
    await at.client.get("/__admin/requests")
    at.live.reply(501)
    await at.client.get("/shelves/8", headers=key)
    await at.client.post("/__admin/faults", json={"status": 503})
    assert (await at.client.get("/shelves/7", headers=key)).status_code == 503
    assert "s3cret" not in path.read_text()
    assert [each.operation for each in read_recording(path)] == [
        "POST /shelves",
        "GET /shelves/{shelf_id}",
    ]
    played = RecordingTarget(path, model_of("bookshop")).send(
        Sent("GET", "/shelves/7?a=1", {"X-Api-Key": "other"})
    )
    assert (played.status, played.body) == (200, SHELF)
    body = b'{"name": "Poetry", "password": "another"}'
    sent = Sent(
        "POST", "/shelves", {"X-Api-Key": "other", "Content-Type": "application/json"}, body
    )
    assert RecordingTarget(path, model_of("bookshop")).send(sent).status == 201


@pytest.mark.anyio
async def test_a_file_that_cannot_be_written_any_more_is_told_once(
    between: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = between(recording=Path("/dev/full"))
    for _ in range(2):
        at.live.reply(200, SHELF)
        assert (await at.client.get("/shelves/7")).json() == SHELF
    told = "/dev/full cannot be written any more, nothing is recorded: No space left on device\n"
    assert capsys.readouterr().out == told
    with pytest.raises(SettingsError, match="cannot be written"):
        Recording(tmp_path, at.control.writer, print)


def test_a_proxy_that_is_killed_leaves_what_it_recorded(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    with MockServer("bookshop", tls=True) as live:
        command = [*COMMAND, live.url, "--record", str(path), "--tls"]
        trusting = {**os.environ, "SSL_CERT_FILE": str(live.authority), "TMPDIR": str(tmp_path)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=trusting) as process:
            try:
                assert process.stdout is not None
                told = ""
                while "listening on" not in told:
                    told += process.stdout.readline()
                found = re.search(r"listening on (https://\S+)", told)
                authority = re.search(r"REQUESTS_CA_BUNDLE=(\S+)", told)
                assert found, told
                assert authority, told
                assert f"bookshop: {found[1]} -> {live.url}" in told
                context = ssl.create_default_context(cafile=authority[1])
                for body in ({"name": "Poetry"}, {"name": 5}):
                    httpx.post(
                        f"{found[1]}/shelves", headers=live.headers, json=body, verify=context
                    )
                line, reason = [process.stdout.readline() for _ in range(3)][1:]
            finally:
                process.kill()
        assert line.startswith("POST    /shelves  400")
        assert reason.strip() == 'body /name: 5 is not of type "string"'
        live.assert_called("POST /shelves", times=2)
    assert [each.answer and each.answer.status for each in read_recording(path)] == [201, 400]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say where the live server is"),
        (["http://a", "--to", "http://b"], "two live servers"),
        (["live"], "'live' is no URL of a server"),
        (
            ["http://a", "--tls-cert", "one.pem"],
            "its private key is missing; give the file with --tls-key",
        ),
        (
            ["http://a", "--record", "/nothing/here"],
            "/nothing/here cannot be written: No such file",
        ),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(arguments: list[str], said: str) -> None:
    ran = CliRunner().invoke(main, ["proxy", "--api", "bookshop", "-p", "0", *arguments])
    assert ran.exit_code == 2
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_taken_port_and_a_proxy_to_itself_are_told() -> None:
    with open_socket("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        ran = CliRunner().invoke(main, ["proxy", "http://live", "--api", "bookshop", "-p", port])
        assert (ran.exit_code, "is taken" in ran.stderr) == (2, True)
    ran = CliRunner().invoke(
        main, ["proxy", f"http://127.0.0.1:{port}", "--api", "bookshop", "-p", port]
    )
    assert (ran.exit_code, "is this proxy itself" in ran.stderr) == (2, True)
