"""A server at a URL: what comes over the wire to it, by which way, and what it means when nothing
comes back.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracts.errors import PlanError
from contracts.targets.remote import NoAnswer, UrlTarget
from contracts.targets.target import Answer, Sent
from mockserver import MockServer

FINE = (
    b"HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: 2\r\nSet-Cookie: a=b\r\nContent-Type: application/json\r\n"
    b"Content-Length: 2\r\n\r\n{}"
)
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc"


class Wire:
    """A server that keeps the bytes of each request and answers what it is told to."""

    def __init__(self, reply: bytes = FINE, resets: bool = False) -> None:
        """Serve one reply to each connection; with `resets`, one is reset when more comes over it."""
        self._reply, self.seen, self._resets = reply, list[bytes](), resets
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                self.seen.append(_whole(connection))
                connection.sendall(self._reply)
                if self._resets:
                    connection.recv(1)  # what is not read makes a reset of the close

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


def _whole(connection: socket.socket) -> bytes:
    """Return a request with its body, which may come in a packet of its own."""
    came = connection.recv(65536)
    length = re.search(rb"content-length: (\d+)", came, re.IGNORECASE)
    while (
        length
        and len(came.partition(b"\r\n\r\n")[2]) < int(length[1])
        and (more := connection.recv(65536))
    ):
        came += more
    return came


@pytest.fixture
def wires() -> Iterator[Callable[..., Wire]]:
    opened: list[Wire] = []

    def wires(*reply: bytes) -> Wire:
        opened.append(Wire(*reply))
        return opened[-1]

    yield wires
    for each in opened:
        each.close()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def answer(url: str, sent: Sent, authority: Path | None = None) -> Answer:
    target = UrlTarget(url, 2.0, authority)
    try:
        return target.send(sent)
    finally:
        target.close()


def test_a_request_goes_out_as_it_was_given(wires: Callable[..., Wire]) -> None:
    wire = wires()
    answer(
        f"http://{wire.place}",
        Sent("POST", "/a%2Fb/..?x=%20&y=", {"X-Key": "k", "content-length": "99"}, b"abc"),
    )
    head, _, body = wire.seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a%2Fb/..?x=%20&y= HTTP/1.1\r\n")
    assert (b"X-Key: k" in head, b"Content-Length: 3" in head, b"99" in head, body) == (
        True,
        True,
        False,
        b"abc",
    )


@pytest.mark.parametrize(
    ("method", "told"), [("POST", True), ("DELETE", True), ("GET", False), ("HEAD", False)]
)
def test_a_request_without_a_body_says_so_where_one_could_be(
    method: str, told: bool, wires: Callable[..., Wire]
) -> None:
    wire = wires()
    answer(f"http://{wire.place}", Sent(method, "/"))
    assert (b"Content-Length: 0" in wire.seen[0]) is told


def test_an_answer_has_its_headers_in_small_letters_and_joined(wires: Callable[..., Wire]) -> None:
    got = answer(f"http://{wires().place}", Sent("GET", "/"))
    assert (got.status, got.headers["x-a"], got.body) == (200, "1, 2", {})


def test_a_cookie_of_one_answer_goes_with_no_later_request(wires: Callable[..., Wire]) -> None:
    wire = wires()
    target = UrlTarget(f"http://{wire.place}")
    for _ in range(2):
        target.send(Sent("GET", "/"))
    target.close()
    assert [b"Cookie" in each for each in wire.seen] == [False, False]


@pytest.mark.parametrize(("method", "is_answered"), [("GET", True), ("POST", False)])
def test_only_a_safe_request_goes_again_where_a_kept_connection_was_closed(
    method: str, is_answered: bool, wires: Callable[..., Wire]
) -> None:
    wire = wires(FINE, True)
    target = UrlTarget(f"http://{wire.place}")
    target.send(Sent("GET", "/first"))
    if is_answered:
        assert target.send(Sent(method, "/second")).status == 200
    else:
        with pytest.raises(NoAnswer):
            target.send(Sent(method, "/second"))
    target.close()
    assert len(wire.seen) == (2 if is_answered else 1)


def test_a_path_and_credentials_in_the_url_go_with_every_request(
    wires: Callable[..., Wire],
) -> None:
    wire = wires()
    answer(f"http://me:pass@{wire.place}/base/", Sent("GET", "/things", {"authorization": "other"}))
    assert wire.seen[0].startswith(b"GET /base/things ")
    assert wire.seen[0].lower().count(b"authorization") == 1
    assert b"Authorization: Basic bWU6cGFzcw==" in wire.seen[0]


def test_a_proxy_of_the_environment_is_asked_for_the_whole_url(
    wires: Callable[..., Wire], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = wires()
    monkeypatch.setenv("http_proxy", f"http://me:pass@{proxy.place}")
    answer("http://api.invalid/base", Sent("GET", "/things?x=1"))
    assert proxy.seen[0].startswith(b"GET http://api.invalid/base/things?x=1 ")
    assert b"Proxy-Authorization: Basic bWU6cGFzcw==" in proxy.seen[0]


def test_a_proxy_is_passed_by_for_hosts_that_need_none(
    wires: Callable[..., Wire], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert answer(f"http://{wires().place}", Sent("GET", "/")).status == 200


def test_https_goes_through_a_tunnel(
    wires: Callable[..., Wire], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = wires(b"HTTP/1.1 407 no\r\n\r\n")
    monkeypatch.setenv("https_proxy", f"http://{proxy.place}")
    with pytest.raises(NoAnswer, match="407"):
        answer("https://api.invalid", Sent("GET", "/"))
    assert proxy.seen[0].startswith(b"CONNECT api.invalid:443 ")


def test_an_unknown_authority_is_refused_and_a_given_one_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with MockServer("bookshop", tls=True) as mock:
        assert mock.authority is not None
        url, sent, authority = (
            mock.url,
            Sent("GET", "/v1/books", {"X-Api-Key": "bookshop-key"}),
            Path(mock.authority),
        )
        with pytest.raises(NoAnswer, match=r"its certificate is not trusted: .* --cacert FILE"):
            answer(url, sent)
        assert answer(url, sent, authority).status < 500
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority))
        assert answer(url, sent).status < 500


def test_what_is_wrong_with_tls_is_told_in_words(
    wires: Callable[..., Wire], tmp_path: Path
) -> None:
    (tmp_path / "no.pem").write_bytes(b"\x00\x01")
    with pytest.raises(
        PlanError, match=r"--cacert .*no\.pem cannot be used: it holds no certificate in PEM form"
    ):
        answer("https://127.0.0.1:9", Sent("GET", "/"), tmp_path / "no.pem")
    with (
        MockServer("bookshop") as mock,
        pytest.raises(NoAnswer, match="it speaks no TLS there: say http://"),
    ):
        answer(mock.url.replace("http", "https"), Sent("GET", "/"))
    with pytest.raises(NoAnswer, match="it hung up without an answer"):
        answer(f"http://{wires(b'').place}", Sent("GET", "/"))


def test_a_server_that_cannot_be_reached_has_seen_nothing() -> None:
    with pytest.raises(NoAnswer, match="refused") as caught:
        answer("http://127.0.0.1:9", Sent("POST", "/", {}, b"{}"))
    assert caught.value.sent_nothing


def test_a_server_that_nobody_knows_has_seen_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NoAnswer, match="not known") as caught:
        answer("http://nowhere.invalid", Sent("POST", "/", {}, b"{}"))
    assert caught.value.sent_nothing


@pytest.mark.parametrize("reply", [b"", b"nonsense\r\n\r\n", CUT], ids=["none", "odd", "cut"])
def test_a_server_that_breaks_off_may_have_seen_the_request(
    reply: bytes, wires: Callable[..., Wire]
) -> None:
    with pytest.raises(NoAnswer) as caught:
        answer(f"http://{wires(reply).place}", Sent("POST", "/", {}, b"{}"))
    assert not caught.value.sent_nothing


@pytest.mark.parametrize("headers", [{"X": "a\nb"}, {"X": "☃"}, {"": "a"}])
def test_a_header_that_cannot_be_sent_is_no_answer_and_no_crash(
    headers: dict[str, str], wires: Callable[..., Wire]
) -> None:
    with pytest.raises(NoAnswer):
        answer(f"http://{wires().place}", Sent("GET", "/", headers))


def test_a_redirect_is_an_answer(wires: Callable[..., Wire]) -> None:
    wire = wires(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n")
    assert answer(f"http://{wire.place}", Sent("GET", "/")).status == 302
    assert len(wire.seen) == 1
