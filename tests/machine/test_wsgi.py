"""A WSGI application is a target like others (PEP 3333)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.targets.target import Sent
from contracts.targets.wsgi import WsgiTarget


def told(sent: Sent) -> dict[str, Any]:
    """Return the environment that an application is called with."""
    seen: list[dict[str, Any]] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append({**environ, "body": environ["wsgi.input"].read()})
        start_response("204 No Content", [])
        return []

    target = WsgiTarget(app)
    assert target.send(sent).status == 204
    target.close()
    return seen[0]


def test_a_request_is_told_as_pep_3333_says() -> None:
    sent = Sent(
        "PUT", "/a/%C3%BC%2Fb?x=%20", {"X-Api-Key": "k", "content-type": "text/plain"}, b"abc"
    )
    environ = told(sent)
    assert (environ["REQUEST_METHOD"], environ["SCRIPT_NAME"]) == ("PUT", "")
    assert environ["PATH_INFO"] == "/a/ü/b".encode().decode("latin-1")
    assert environ["QUERY_STRING"] == "x=%20"
    assert (environ["HTTP_X_API_KEY"], environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == (
        "k",
        "text/plain",
        "3",
    )
    assert "HTTP_CONTENT_TYPE" not in environ
    assert environ["body"] == b"abc"


def test_a_request_without_a_body_has_no_length() -> None:
    environ = told(Sent("GET", "/"))
    assert ("CONTENT_LENGTH" in environ, environ["body"], environ["HTTP_HOST"]) == (
        False,
        b"",
        "testserver",
    )


class Parts:
    """A body in parts, which must be closed."""

    def __init__(self) -> None:
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b"c\xc3"
        yield b"\xbc"

    def close(self) -> None:
        self.closed = True


def test_the_body_is_all_that_is_written_and_given_and_is_closed() -> None:
    parts = Parts()

    def app(environ: dict[str, Any], start_response: Any) -> Parts:
        start_response("500 Error", [])
        write = start_response(
            "200 OK", [("X-Kind", "a"), ("Content-Type", "text/plain; charset=utf-8")]
        )
        write(b"ab")
        return parts

    answer = WsgiTarget(app).send(Sent("GET", "/"))
    assert (answer.status, answer.headers["x-kind"], answer.body, answer.content) == (
        200,
        "a",
        "abcü",
        b"abc\xc3\xbc",
    )
    assert parts.closed


def test_a_head_has_no_body_whatever_the_application_gives() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Length", "3"), ("Content-Type", "application/json")])
        return [b"[1]"]

    answer = WsgiTarget(app).send(Sent("HEAD", "/"))
    assert (answer.content, answer.body, answer.headers["content-length"]) == (b"", None, "3")


def test_what_the_application_raises_comes_through() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        raise LookupError("no")

    with pytest.raises(LookupError):
        WsgiTarget(app).send(Sent("GET", "/"))
