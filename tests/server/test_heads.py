"""Heads that HTTP does not allow are refused, and nothing behind them is taken for a request."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from mockserver.server import MockServer, heads


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with MockServer("bookshop") as mock:
        yield int(mock.url.rpartition(":")[2])


def status_of(port: int, head: bytes, body: bytes = b"") -> int:
    """Return the status that a head is answered with."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(head + b"\r\n" + body)
        connection.settimeout(10)
        return int(connection.recv(100).split()[1])


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /shelves HTTP/1.1\r\nHost: a\r\n", 401),
        (b"GET /shelves HTTP/1.0\r\n", 401),
        (b"GET /shelves HTTP/1.1\r\n", 400),
        (b"GET /shelves HTTP/1.1\r\nHost: a\r\nHost: b\r\n", 400),
        (b"GET /shelves HTTP/1.0\r\nHost: a\r\nHost: b\r\n", 400),
        (b"GET /shelves HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n", 501),
        (b"GET /" + b"a" * 33_000 + b" HTTP/1.1\r\nHost: a\r\n", 414),
    ],
)
def test_a_head_is_answered_as_http_says(port: int, head: bytes, status: int) -> None:
    assert status_of(port, head) == status


def test_what_comes_behind_a_refused_head_is_no_request(port: int) -> None:
    smuggled = b"GET /shelves HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(b"GET /shelves HTTP/1.1\r\n\r\n" + smuggled)
        connection.settimeout(10)
        received = b""
        while chunk := connection.recv(4096):
            received += chunk
    assert received.count(b"HTTP/1.1 ") == 1


def test_a_head_that_does_not_end_is_given_up(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "HEAD_S", 0.2)
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(b"GET /shelves HTTP/1.1\r\nHost: a\r\n")
        connection.settimeout(30)
        assert connection.recv(100).split()[1] == b"408"


def test_a_head_that_ended_keeps_no_deadline(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "HEAD_S", 0.2)
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    first = connection.sock
    for _ in range(2):
        connection.request("GET", "/shelves")
        answer = connection.getresponse()
        assert (answer.status, answer.read() != b"") == (401, True)
        time.sleep(0.4)
    assert connection.sock is first
    connection.close()
