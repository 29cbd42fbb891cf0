from __future__ import annotations

import doctest
import socket
import threading

import httpx
import pytest

import mockserver.server.mock_server
from mockserver.app import Settings
from mockserver.errors import ServerError, UnderstudyError, UnknownApiError
from mockserver.server import MockServer, open_socket

KEY = {"X-Api-Key": "bookshop-key"}


def total(mock: MockServer) -> int:
    return int(httpx.get(f"{mock.url}/shelves", headers=KEY).json()["total"])


def test_its_example_works() -> None:
    assert doctest.testmod(mockserver.server.mock_server).failed == 0


def test_two_servers_at_once_have_a_state_each() -> None:
    with (
        MockServer("bookshop") as one,
        MockServer("bookshop", settings=Settings(fixtures=None)) as two,
    ):
        assert one.url != two.url
        assert (
            httpx.post(f"{one.url}/shelves", headers=KEY, json={"name": "New"}).status_code == 201
        )
        assert (total(one), total(two)) == (4, 0)


def test_the_port_and_the_thread_are_free_at_the_end() -> None:
    before = threading.active_count()
    with MockServer("bookshop") as mock:
        port = int(mock.url.rpartition(":")[2])
        with httpx.Client() as client:
            client.get(f"{mock.url}/shelves", headers=KEY)
            mock.stop()
    assert threading.active_count() == before
    with MockServer("bookshop", port=port) as again:
        assert total(again) == 3


def test_a_server_that_has_not_started_has_no_url() -> None:
    with pytest.raises(ServerError, match="context manager"):
        _ = MockServer("bookshop").url


def test_an_unknown_api_is_told_at_the_start() -> None:
    with pytest.raises(UnknownApiError, match="bookshop"):
        MockServer("nothing-like-it").start()


def test_a_ready_app_can_be_served() -> None:
    async def app(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    with MockServer(app=app) as mock:
        assert httpx.get(mock.url).status_code == 204


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("127.0.0.1", 65536, "0 to 65535"),
        ("127.0.0.1", -1, "0 to 65535"),
        ("192.0.2.1", 0, "cannot listen on 192.0.2.1:0"),
        ("no such host", 0, "cannot listen on no such host:0"),
    ],
)
def test_a_port_or_address_that_cannot_be_used_is_told(host: str, port: int, said: str) -> None:
    with pytest.raises(UnderstudyError, match=said):
        open_socket(host, port)


def test_a_taken_port_is_told_with_what_to_do() -> None:
    with (
        open_socket("127.0.0.1", 0) as taken,
        pytest.raises(ServerError, match="give another one with --port"),
    ):
        open_socket("127.0.0.1", taken.getsockname()[1])


def test_an_address_of_ipv6_stands_in_brackets() -> None:
    try:
        mock = MockServer("bookshop", host="::1").start()
    except ServerError:
        pytest.skip("there is no IPv6 here")
    try:
        assert mock.url.startswith("http://[::1]:")
        assert total(mock) == 3
    finally:
        mock.stop()


def test_a_trailer_is_no_header() -> None:
    with MockServer("bookshop") as mock:
        key = next(f"{name}: {value}" for name, value in mock.headers.items())
        sent = (
            f"POST /shelves HTTP/1.1\r\nHost: x\r\n{key}\r\nContent-Type: application/json\r\n"
            "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            '11\r\n{"name": "Music"}\r\n0\r\nX-Late: 1\r\n\r\n'
        )
        port = int(mock.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(sent.encode())
            status = client.makefile("rb").readline()
        kept = mock.requests[-1]
    assert status.startswith(b"HTTP/1.1 201")
    assert (kept.header("x-late"), kept.header("host")) == ("", "x")
