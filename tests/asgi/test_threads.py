"""What answers in a thread is sent as it is without one: a body as a whole or bit by bit."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mockserver.asgi.request import LARGEST_BODY
from mockserver.asgi.respond import Answer, send_answer
from mockserver.asgi.threads import ThreadStage, answer_in_loop


def played(app: Any, *came: Any) -> list[Any]:
    """Return the messages of a reply to a request that comes in some messages."""
    sent: list[Any] = []
    coming = iter(came)

    async def receive() -> Any:
        return next(coming)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(ThreadStage(app)({"type": "http"}, receive, send))
    return sent


def part(body: bytes, more: bool = False) -> Any:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_that_comes_in_parts_is_read_whole() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        read = b""
        more = True
        while more:
            message = await receive()
            read += message["body"]
            more = message["more_body"]
        await send_answer(send, Answer(200, [], read), (), False)

    sent = played(app, part(b"a", more=True), part(b"b"))
    assert sent[1] == {"type": "http.response.body", "body": b"ab"}


def test_what_is_sent_bit_by_bit_is_paced_by_the_loop() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        answer = Answer(200, [], b"", chunks=(b"one", b"two"), every_s=0.001)
        await send_answer(send, answer, (), False)

    sent = played(app, part(b""))
    assert [message.get("body") for message in sent] == [None, b"one", b"two", b""]


def test_no_more_is_read_than_a_body_may_have() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        size = len((await receive())["body"])
        await send_answer(send, Answer(413, [], str(size).encode()), (), False)

    sent = played(app, part(b" " * (LARGEST_BODY + 1), more=True))
    assert sent[0]["status"] == 413


def test_what_would_wait_for_the_loop_is_told() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="waited for the event loop"):
        played(app, part(b""))


def test_what_waits_for_the_loop_is_answered_in_it() -> None:
    async def inside(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0)
        await send_answer(send, Answer(200, [], b"late"), (), False)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await answer_in_loop(inside, scope, receive, send)

    sent = played(app, part(b""))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[1]["body"] == b"late"
