from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import httpx
import pytest
from click.testing import CliRunner

from mockserver.cli import main

KEY = {"X-Api-Key": "bookshop-key"}
COMMAND = [sys.executable, "-c", "from mockserver.cli import main; main()", "mock", "bookshop"]


@dataclass
class Running:
    """A mock in a process of its own, ready for requests; `shown` are the lines up to the ready
    line.
    """

    process: subprocess.Popen[str]
    shown: str
    url: str

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def ended(self) -> tuple[int, float]:
        """Return the exit code, and the seconds that it took to end."""
        began = time.monotonic()
        code = self.process.wait(10)
        return code, time.monotonic() - began


@contextmanager
def running(*arguments: str) -> Iterator[Running]:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    with process:
        try:
            assert process.stdout is not None
            lines = []
            for line in process.stdout:
                lines.append(line)
                if "listening on" in line:
                    break
            shown = "".join(lines)
            found = re.search(r"listening on (http://\S+)", shown)
            assert found, shown
            yield Running(process, shown, found[1])
        finally:
            process.kill()


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_start_shows_what_is_played_and_a_call_that_works() -> None:
    with running("-p", "0") as mock:
        assert re.search(
            r"^bookshop +" + re.escape(mock.url) + r" +10 +10$", mock.shown, re.MULTILINE
        )
        assert f"curl -H 'X-Api-Key: bookshop-key' '{mock.url}/shelves'" in mock.shown
        assert httpx.get(f"{mock.url}/shelves", headers=KEY).status_code == 200
        assert re.fullmatch(r"GET     /shelves  200  \d+\.\d ms\n", mock.line())
        assert httpx.get(f"{mock.url}/no%0Athing?a=%20b").status_code == 404
        assert mock.line().startswith("GET     /no%0Athing?a=%20b  404  ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once_though_a_client_keeps_its_connection(
    number: signal.Signals,
) -> None:
    with running("-p", "0", "-q") as mock, httpx.Client() as client:
        assert client.get(f"{mock.url}/shelves", headers=KEY).status_code == 200
        mock.process.send_signal(number)
        code, seconds = mock.ended()
        assert (code, seconds < 5.0) == (0, True), seconds
        assert mock.process.stdout is not None
        assert "Traceback" not in mock.process.stdout.read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_in_flight_is_answered_before_the_end(number: int) -> None:
    with running("-p", "0", "-q", "--faults", "{latency: 1s}") as mock:
        with socket.create_connection(("127.0.0.1", int(mock.url.rpartition(":")[2]))) as client:
            client.sendall(b"GET /shelves HTTP/1.1\r\nHost: a\r\nX-Api-Key: bookshop-key\r\n\r\n")
            time.sleep(0.3)
            mock.process.send_signal(number)
            client.settimeout(10)
            assert client.recv(4096).startswith(b"HTTP/1.1 200")
        assert mock.ended()[0] == 0


def test_a_request_that_never_ends_holds_the_end_for_a_while_only() -> None:
    with running("-p", "0", "-q", "--faults", "{latency: 60s}") as mock:
        with socket.create_connection(("127.0.0.1", int(mock.url.rpartition(":")[2]))) as client:
            client.sendall(b"GET /shelves HTTP/1.1\r\nHost: a\r\nX-Api-Key: bookshop-key\r\n\r\n")
            time.sleep(0.3)
            mock.process.send_signal(signal.SIGTERM)
            assert mock.ended()[0] == 0


def test_a_second_signal_ends_what_the_first_one_waits_for() -> None:
    with running("-p", "0", "-q", "--faults", "{latency: 60s}") as mock:
        with socket.create_connection(("127.0.0.1", int(mock.url.rpartition(":")[2]))) as client:
            client.sendall(b"GET /shelves HTTP/1.1\r\nHost: a\r\nX-Api-Key: bookshop-key\r\n\r\n")
            time.sleep(0.3)
            while mock.process.poll() is None:  # signals that come too close are one
                mock.process.send_signal(signal.SIGINT)
                time.sleep(0.2)
            assert mock.ended()[0] == 128 + signal.SIGINT


def test_a_signal_right_after_the_ready_line_ends_it_well() -> None:
    with running("-p", "0") as mock:
        mock.process.send_signal(signal.SIGTERM)
        assert mock.ended()[0] == 0


def test_a_taken_port_is_refused_and_free_again_at_the_end() -> None:
    port = str(free_port())
    with running("-p", port) as mock:
        second = CliRunner().invoke(main, ["mock", "bookshop", "-p", port])
        assert second.exit_code == 2
        assert second.stderr.count("\n") == 1
        assert f"port {port} on 127.0.0.1 is taken" in second.stderr
        with httpx.Client() as client:
            client.get(f"{mock.url}/shelves", headers=KEY)
            mock.process.kill()
            mock.process.wait(10)
    with running("-p", port) as again:
        assert httpx.get(f"{again.url}/shelves", headers=KEY).status_code == 200
        again.process.send_signal(signal.SIGINT)
        assert again.ended()[0] == 0
    with running("-p", port) as third:
        assert httpx.get(f"{third.url}/shelves", headers=KEY).status_code == 200


def has_ipv6() -> bool:
    try:
        with closing(socket.socket(socket.AF_INET6)) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="there is no IPv6 here")
def test_an_ipv6_address_is_listened_on() -> None:
    with running("-p", "0", "-h", "::1") as mock:
        assert mock.url.startswith("http://[::1]:")
        assert httpx.get(f"{mock.url}/shelves", headers=KEY).status_code == 200


def test_a_client_that_breaks_off_or_speaks_nonsense_harms_nobody() -> None:
    with running("-p", "0", "-q") as mock:
        host, port = mock.url.removeprefix("http://").split(":")
        head = b"POST /shelves HTTP/1.1\r\nHost: x\r\nX-Api-Key: bookshop-key\r\nContent-Type: application/json\r\n"
        for sent in (
            b"nonsense\r\n\r\n",
            head + b"Content-Length: 50\r\n\r\n{",
            b"GET / HTTP/1.1\r\n",
            b"\0" * 100,
        ):
            with closing(socket.create_connection((host, int(port)))) as client:
                client.sendall(sent)
        large = httpx.post(f"{mock.url}/shelves", headers=KEY, content=b"x" * (11 * 1024 * 1024))
        assert large.status_code == 413
        assert httpx.get(f"{mock.url}/shelves", headers=KEY).json()["total"] == 3
