"""Encode an answer and send it: status, headers and body in, ASGI messages out; and tell of each
request in one line.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from mockserver.asgi.codec.bodies import encode_body, encode_raw
from mockserver.asgi.courier import Delivery
from mockserver.asgi.refusals.refusal import Refusal
from mockserver.asgi.request import NOTE, Note
from mockserver.call import RawBody
from mockserver.slots import dataclass

PAUSE = "understudy.pause"
"""A message that is not sent: who sends waits so many `seconds`."""
Headers = list[tuple[bytes, bytes]]
REQUEST_ID = b"x-request-id"
"""The header by which a client, or what stands before the mock, names a request."""
LONGEST_ID = 200
"""Characters of a name that is taken over; another one is given where it is longer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, ready to be sent, and what is to be delivered elsewhere after it. A body that
    is streamed is sent in `chunks`, so many seconds apart.
    """

    status: int
    headers: Headers
    body: bytes
    after: tuple[Delivery, ...] = ()
    chunks: tuple[bytes, ...] = ()
    every_s: float = 0.0


def encode(
    status: int,
    headers: Headers,
    body: Any,
    media_type: str,
    write: Callable[[Any], bytes] | None = None,
) -> Answer:
    """Return an answer with a body in a media type: what `write` makes of it, else what is usual
    there.
    """
    if isinstance(body, RawBody):
        media_type = body.media_type or media_type
        content = encode_raw(body, media_type)
    else:
        content = encode_body(body, media_type) if write is None else write(body)
    named = media_type or "application/json"
    content_type = (b"content-type", named.encode("latin-1"))
    return Answer(status, [content_type, *headers], content)


def error_answer(
    refusal: Refusal, media_type: str | None, write: Callable[[Any], bytes] | None = None
) -> Answer:
    """Return the answer to a problem, in the media type that the document gives for its status."""
    headers = []
    for name, text in refusal.headers.items():
        value = text.encode("latin-1", "replace")
        headers.append((name.lower().encode("latin-1"), value))
    if refusal.body is None:
        return Answer(refusal.status, headers, b"")
    is_written = write is not None or isinstance(refusal.body, str)
    used = refusal.media_type
    if media_type and (is_written or "json" in media_type):
        used = media_type
    return encode(refusal.status, headers, refusal.body, used, write)


async def send_answer(
    send: Any, answer: Answer, extra: Sequence[tuple[bytes, bytes]], head: bool
) -> None:
    """Send an answer; to HEAD without its body, but with its length (RFC 9110 section 9.3.2)."""
    headers = [*answer.headers, *extra]
    if answer.chunks and not head:
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await _send_chunks(send, answer)
        return
    if answer.status not in (204, 304):
        length = str(len(answer.body)).encode()
        headers.append((b"content-length", length))
    body = b"" if head else answer.body
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _send_chunks(send: Any, answer: Answer) -> None:
    """Send the chunks of a body at their pace, and its end."""
    for number, chunk in enumerate(answer.chunks):
        if number:
            await _pause(send, answer.every_s)
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _pause(send: Any, seconds: float) -> None:
    """Wait; where no event loop runs, in a thread, let the one who sends do so."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        await send({"type": PAUSE, "seconds": seconds})
        return
    await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A request that is over: `status` is 0 where the client went away before its reply,
    `identifier` is empty where requests get none.
    """

    method: str
    target: str
    status: int
    took_ms: float
    note: Note
    identifier: str = ""


class RequestLog:
    """Wraps an ASGI application and tells of each HTTP request. Where they get identifiers, each
    keeps that of its header X-Request-Id or gets a new one, and the reply names it too.
    """

    def __init__(
        self, app: Any, tell: Callable[[LoggedRequest], None], identifies: bool = False
    ) -> None:
        self._app = app
        self._tell = tell
        self._identifies = identifies

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        note = scope.get(NOTE) or Note()
        identifier = _identifier(scope) if self._identifies else ""
        began = time.perf_counter()

        async def watch(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if identifier:
                    message = _identified(message, identifier)
            await send(message)

        try:
            await self._app({**scope, NOTE: note}, receive, watch)
        finally:
            took_ms = (time.perf_counter() - began) * 1000
            target = printable(_target(scope))
            self._tell(LoggedRequest(scope["method"], target, status, took_ms, note, identifier))


def _identifier(scope: Any) -> str:
    """Return the name that a request came with, a new one where it has none that can be told."""
    for name, value in scope["headers"]:
        if name == REQUEST_ID:
            text = str(value.decode("latin-1")).strip()
            if text.isascii() and text.isprintable() and 0 < len(text) <= LONGEST_ID:
                return text
    return uuid4().hex


def _identified(message: Any, identifier: str) -> Any:
    """Return the start of a reply with the name of its request, unless it has one already."""
    headers = message.get("headers", ())
    if any(name.lower() == REQUEST_ID for name, _ in headers):
        return message
    return {**message, "headers": [*headers, (REQUEST_ID, identifier.encode("ascii"))]}


def _target(scope: Any) -> str:
    """Return path and query as they were sent."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path, _, _ = raw.partition(b"?")
    query: bytes = scope.get("query_string", b"")
    target = path + b"?" + query if query else path
    return target.decode("latin-1")


def printable(text: str) -> str:
    """Return a text that moves nothing on a terminal."""
    letters = [letter if letter.isprintable() else "?" for letter in text]
    return "".join(letters)
