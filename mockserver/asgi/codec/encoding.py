"""Content codings (RFC 9110 sections 8.4 and 12.5.3): request bodies decoded within a bound,
replies compressed.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from mockserver.asgi.background import LARGE, in_background
from mockserver.asgi.codec.bodies import Malformed
from mockserver.asgi.request import LARGEST_BODY, TooLarge
from mockserver.mediatype import plain_media_type

CODINGS = ("gzip", "deflate")
"""The codings that are read and written, the preferred one first."""
MOST_LAYERS = 3
"""Codings that may lie around one body: each costs a decoding."""
MOST_MEMBERS = 64
"""Members of a gzip file that are read: each one costs a copy of the rest."""
SMALLEST = 1024
"""Bytes of a reply below which compressing it saves nothing."""
_LEVEL = 5
_GZIP, _ZLIB, _RAW = 31, 15, -15
_WBITS = {"gzip": _GZIP, "deflate": _ZLIB}
_TEXTS = ("text/", "application/json", "application/xml", "application/javascript", "image/svg+xml")


class UnknownCoding(Exception):
    """A coding that cannot be decoded; its name is the argument."""


def decoded(content: bytes, codings: str, largest: int = LARGEST_BODY) -> bytes:
    """Return a body without its codings, the last of which was put on last.

    Raises UnknownCoding, Malformed, or TooLarge as soon as it is longer than `largest`.
    """
    layers = [each.strip().lower() for each in codings.split(",")]
    layers = [each for each in layers if each not in ("", "identity")]
    if len(layers) > MOST_LAYERS:
        raise UnknownCoding(codings)
    for layer in reversed(layers):
        if layer not in ("gzip", "x-gzip", "deflate"):
            raise UnknownCoding(layer)
        content = _inflated(content, largest) if layer == "deflate" else _unzipped(content, largest)
    return content


def _unzipped(content: bytes, largest: int) -> bytes:
    """Return the members of a gzip file one after the other (RFC 1952 section 2.2)."""
    parts: list[bytes] = []
    while content:
        if len(parts) == MOST_MEMBERS:
            raise Malformed(f"the gzip data has more than {MOST_MEMBERS} members")
        part, content = _expanded(content, _GZIP, largest)
        parts.append(part)
        largest -= len(part)
    return b"".join(parts)


def _inflated(content: bytes, largest: int) -> bytes:
    """Return what zlib compressed, and what deflate did without the zlib header, as some clients
    send it.
    """
    wrapped = (
        len(content) > 1 and content[0] & 0x0F == 8 and int.from_bytes(content[:2], "big") % 31 == 0
    )
    part, rest = _expanded(content, _ZLIB if wrapped else _RAW, largest)
    if rest:
        raise Malformed("the deflate data goes on after its end")
    return part


def _expanded(content: bytes, wbits: int, largest: int) -> tuple[bytes, bytes]:
    """Return the decompressed data, and what came after it."""
    machine = zlib.decompressobj(wbits)
    try:
        part = machine.decompress(content, largest + 1)
    except zlib.error as error:
        raise Malformed(f"it cannot be decompressed: {error}") from None
    if len(part) > largest:
        raise TooLarge
    if not machine.eof:
        raise Malformed("it cannot be decompressed: it ends too early")
    return part, machine.unused_data


def wanted_coding(accepted: str) -> str | None:
    """Return the coding that an Accept-Encoding header likes best, None when it likes the body as
    it is.
    """
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, *params = part.split(";")
        weights[name.strip().removeprefix("x-")] = _weight(params)
    others = weights.get("*", 0.0)
    best, most = None, 0.0
    for coding in CODINGS:
        weight = weights.get(coding, others)
        if weight > most:
            best, most = coding, weight
    if most < weights.get("identity", 0.0):
        return None
    return best


def _weight(params: list[str]) -> float:
    """Return the quality of a choice; one that cannot be read is no choice."""
    for param in params:
        name, _, value = param.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


class Compression:
    """Wraps an ASGI application: large replies are compressed for those who ask, never those to
    HEAD.
    """

    def __init__(self, app: Any, smallest: int = SMALLEST) -> None:
        self._app = app
        self._smallest = smallest

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] == "HEAD":
            await self._app(scope, receive, send)
            return
        start: Any = None

        async def watch(message: Any) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                held, start = start, None
                size = len(message.get("body", b""))
                if size >= self._smallest and _fits(held, message):
                    work = partial(_compressed, held, message, _coding_for(scope))
                    held, message = await in_background(work) if size >= LARGE else work()
                await send(held)
            await send(message)

        await self._app(scope, receive, watch)


def _fits(start: Any, message: Any) -> bool:
    """Tell whether a reply is whole, and text that nobody has encoded yet."""
    if message.get("more_body") or start["status"] in (204, 206, 304):
        return False
    headers = {name.lower(): value for name, value in start["headers"]}
    return _is_plain_text(headers, len(message["body"]))


def _coding_for(scope: Any) -> str | None:
    """Return the coding that the client of a request likes best."""
    accepted = [value for name, value in scope["headers"] if name == b"accept-encoding"]
    text = b",".join(accepted).decode("latin-1")
    return wanted_coding(text)


def _is_plain_text(headers: Mapping[bytes, bytes], length: int) -> bool:
    """A length that is not that of the body is a planned fault, and stays."""
    declared = headers.get(b"content-type", b"").decode("latin-1")
    media_type = plain_media_type(declared)
    return (
        (media_type.startswith(_TEXTS) or media_type.endswith(("+json", "+xml")))
        and b"content-encoding" not in headers
        and b"no-transform" not in headers.get(b"cache-control", b"")
        and headers.get(b"content-length", b"").decode("latin-1") in ("", str(length))
    )


def _compressed(start: Any, message: Any, coding: str | None) -> tuple[Any, Any]:
    """Return a reply in a coding; caches learn that it depends on what was asked, also where none
    was.
    """
    headers = [*start["headers"], (b"vary", b"Accept-Encoding")]
    if coding is None:
        return {**start, "headers": headers}, message
    machine = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WBITS[coding])
    body = machine.compress(message["body"]) + machine.flush()
    headers = [each for each in headers if each[0].lower() != b"content-length"]
    headers = [
        (name, b"W/" + tag if name.lower() == b"etag" and tag[:2] != b"W/" else tag)
        for name, tag in headers
    ]
    headers += [
        (b"content-encoding", coding.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    return {**start, "headers": headers}, {**message, "body": body}
