"""Whatever bytes come over a connection, the server goes on to answer others, and keeps no more
than it must.
"""

from __future__ import annotations

import gc
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from mockserver.server import MockServer
from tests.conftest import fresh_app
from tests.hostile.raw import GOOD, connection, read, request, statuses, talk
from tests.hostile.raws import CHUNKED, CREATE, JSON, MB, RAWS, SHELF, UPGRADES, Raw


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with MockServer(app=fresh_app("bookshop")) as mock:
        yield mock.url


@pytest.mark.parametrize("raw", RAWS, ids=str)
def test_bytes_on_a_connection_are_answered_once_and_the_server_goes_on(url: str, raw: Raw) -> None:
    came = talk(url, *raw.parts, answers=raw.most, leave=raw.leave)
    first = (200,) if raw.name in UPGRADES else raw.first
    assert (came or [0])[0] in first
    assert len(came) <= raw.most
    assert all(status < 500 or status == 501 for status in came)
    assert talk(url, GOOD) == [200]


def test_a_client_that_leaves_amid_its_body_has_made_nothing() -> None:
    with MockServer(app=fresh_app("bookshop")) as mock:
        for raw in RAWS[:3]:
            talk(mock.url, *raw.parts, leave=True)
        with connection(mock.url) as made:
            made.sendall(GOOD)
            assert b'"total":3' in read(made, 5)


def test_answers_to_requests_at_once_come_in_their_order(url: str) -> None:
    paths = [b"/shelves/1", b"/nowhere", b"/shelves/2", b"/shelves/99", b"/shelves/3"]
    with connection(url) as made:
        made.sendall(b"".join(request(b"GET " + path + b" HTTP/1.1") for path in paths))
        assert statuses(read(made, 5, answers=5)) == [200, 404, 200, 404, 200]


def test_a_slow_client_does_not_hold_up_another(url: str) -> None:
    slow = request(CREATE, JSON, b"Content-Length: 18", body=SHELF)
    with connection(url) as made:
        for at in range(len(slow)):
            made.sendall(slow[at : at + 1])
            if at % 10 == 0:
                assert talk(url, GOOD, wait_s=2) == [200]
        assert statuses(read(made, 5)) == [201]


def test_a_client_that_does_not_read_does_not_hold_up_another(url: str) -> None:
    with connection(url) as made:
        made.setblocking(False)
        for _ in range(200):
            try:
                made.send(GOOD * 100)
            except BlockingIOError:
                break
        assert talk(url, GOOD, wait_s=5) == [200]


def test_500_idle_connections_do_not_hold_up_another(url: str) -> None:
    with ExitStack() as stack:
        idle = [stack.enter_context(connection(url)) for _ in range(500)]
        for at, made in enumerate(idle[::50]):
            made.sendall(GOOD[: at * 5])
        assert talk(url, GOOD, wait_s=2) == [200]
        idle[-1].sendall(GOOD)
        assert statuses(read(idle[-1], 5)) == [200]


def test_many_clients_that_come_and_go_leave_nothing_behind(url: str) -> None:
    before = (
        threading.active_count(),
        len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0,
    )
    for _ in range(200):
        talk(url, GOOD[:40], leave=True)
    assert talk(url, GOOD) == [200]
    time.sleep(0.2)
    gc.collect()
    assert threading.active_count() <= before[0]
    assert not before[1] or len(os.listdir("/proc/self/fd")) <= before[1] + 5


def test_50_mb_of_chunks_are_refused_early(url: str) -> None:
    sent, came = _pour(
        url, request(CREATE, JSON, CHUNKED), b"10000\r\n" + b" " * 65_536 + b"\r\n", 50 * MB
    )
    assert statuses(came) == [413]
    assert sent < 30 * MB
    assert talk(url, GOOD) == [200]


def test_a_head_that_does_not_end_is_refused_early(url: str) -> None:
    sent, came = _pour(url, GOOD[:-2], b"X-Header: " + b"a" * 65_000 + b"\r\n", 50 * MB)
    assert statuses(came)[0] in (400, 431)
    assert sent < 10 * MB
    assert talk(url, GOOD) == [200]


@pytest.mark.parametrize("start", [b"1;a=", b"0\r\nX-Trailer: "], ids=["extension", "trailer"])
def test_what_comes_with_chunks_and_does_not_end_is_refused_early(url: str, start: bytes) -> None:
    sent, _ = _pour(url, request(CREATE, JSON, CHUNKED, body=start), b"a" * 65_536, 50 * MB)
    assert sent < 10 * MB
    assert talk(url, GOOD) == [200]


def test_a_target_that_does_not_end_is_refused_early(url: str) -> None:
    sent, came = _pour(url, b"GET /", b"a" * 65_536, 50 * MB)
    assert statuses(came)[0] in (400, 414, 431)
    assert sent < 10 * MB
    assert talk(url, GOOD) == [200]


@pytest.mark.skipif(
    not os.path.exists("/proc/self/statm"), reason="the memory of a process is read from /proc"
)
def test_memory_does_not_grow_with_what_is_announced_or_poured(url: str) -> None:
    talk(url, GOOD)
    before = _resident()
    with ExitStack() as stack:
        for _ in range(20):
            made = stack.enter_context(connection(url))
            made.sendall(request(CREATE, JSON, b"Content-Length: 1073741824", body=b" " * 65_536))
        _pour(url, request(CREATE, JSON, CHUNKED), b"10000\r\n" + b" " * 65_536 + b"\r\n", 30 * MB)
        _pour(url, GOOD[:-2], b"X-Header: " + b"a" * 65_000 + b"\r\n", 30 * MB)
        assert talk(url, GOOD) == [200]
    gc.collect()
    assert _resident() - before < 60 * MB


def _pour(url: str, start: bytes, more: bytes, most: int) -> tuple[int, bytes]:
    """Send a beginning, then more and more until an answer comes; return how much was sent, and the
    answer.
    """
    with connection(url) as made:
        made.sendall(start)
        sent = 0
        while sent < most:
            came = _waiting(made)
            if came:
                return sent, came
            try:
                made.sendall(more)
            except OSError:
                return sent, _waiting(made)
            sent += len(more)
        return sent, read(made, 2)


def _waiting(made: socket.socket) -> bytes:
    """Return what has come by now."""
    return read(made, 0.001)


def _resident() -> int:
    """Return the bytes of this process in memory."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
