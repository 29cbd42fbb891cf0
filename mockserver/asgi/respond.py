"""Encode an answer and send it: status, headers and body in, ASGI messages out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.asgi.bodies import parse_media_type
from mockserver.asgi.courier import Delivery
from mockserver.asgi.jsontext import dumps
from mockserver.asgi.lines import is_lines, write_csv, write_lines
from mockserver.asgi.refusal import Refusal
from mockserver.call import RawBody
from mockserver.model.types.described import is_json

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, ready to be sent, and what is to be delivered elsewhere after it."""

    status: int
    headers: Headers
    body: bytes
    after: tuple[Delivery, ...] = ()


def encode(
    status: int,
    headers: Headers,
    body: Any,
    media_type: str,
    write: Callable[[Any], bytes] | None = None,
) -> Answer:
    """Return an answer with a body in a media type: what `write` makes of it, JSON, or text as it
    is.
    """
    if isinstance(body, RawBody):
        media_type = body.media_type or media_type
        content = encode_content(body.text, media_type)
    elif write is not None:
        content = write(body)
    elif isinstance(body, str) and media_type and "json" not in media_type:
        content = body.encode()
    elif is_lines(media_type):
        content = write_lines(body)
    elif media_type.startswith("text/csv"):
        content = write_csv(body)
    else:
        content = dumps(body)
    named = media_type or "application/json"
    return Answer(status, [(b"content-type", named.encode("latin-1")), *headers], content)


def encode_content(text: str, media_type: str) -> bytes:
    """Return the bytes of a body that was taken as it is, which are those that were sent."""
    plain, options = parse_media_type(media_type)
    if is_json(plain):
        return dumps(text)
    if plain.startswith("text/") or is_lines(plain):
        return text.encode(options.get("charset", "utf-8"))
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:  # it is no text of bytes: the document shows it
        return text.encode()


def error_answer(
    refusal: Refusal, media_type: str | None, write: Callable[[Any], bytes] | None = None
) -> Answer:
    """Return the answer to a problem, in the media type that the document gives for its status."""
    headers = [
        (name.lower().encode("latin-1"), text.encode("latin-1", "replace"))
        for name, text in refusal.headers.items()
    ]
    if refusal.body is None:
        return Answer(refusal.status, headers, b"")
    written = write is not None or isinstance(refusal.body, str)
    used = media_type if media_type and (written or "json" in media_type) else refusal.media_type
    return encode(refusal.status, headers, refusal.body, used, write)


async def send_answer(
    send: Any, answer: Answer, extra: Sequence[tuple[bytes, bytes]], head: bool
) -> None:
    """Send an answer; to HEAD without its body, but with its length (RFC 9110 section 9.3.2)."""
    headers = [*answer.headers, *extra]
    if answer.status not in (204, 304):
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else answer.body})
