"""A request as the bytes that an application is handed, changed step by step; its answer as
bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from mockserver.app import App

Pairs = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Wire:
    """A request: the target as it is sent, headers in order, the body in chunks (None: the client
    leaves).
    """

    method: str
    path: bytes
    query: bytes = b""
    headers: Pairs = ()
    chunks: tuple[bytes | None, ...] = (b"",)

    @property
    def body(self) -> bytes:
        return b"".join(chunk or b"" for chunk in self.chunks)


@dataclass(frozen=True, slots=True)
class Came:
    """What came back; status 0 when nothing did."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


Change = Callable[[Wire], Wire]


def then(*changes: Change) -> Change:
    """Return one change that makes several, in their order."""

    def change(wire: Wire) -> Wire:
        for each in changes:
            wire = each(wire)
        return wire

    return change


def body(content: bytes, media_type: str | None = "application/json") -> Change:
    """Replace the body; its length is told as it is. The Content-Type goes where it is None."""

    def change(wire: Wire) -> Wire:
        headers = _without(wire.headers, b"content-type", b"content-length")
        if media_type is not None:
            headers += ((b"content-type", media_type.encode("latin-1")),)
        return replace(
            wire, headers=(*headers, (b"content-length", b"%d" % len(content))), chunks=(content,)
        )

    return change


def chunks(*parts: bytes | None, length: bytes | None = None) -> Change:
    """Send the body in parts, with a length of its own choice or none."""

    def change(wire: Wire) -> Wire:
        told = () if length is None else ((b"content-length", length),)
        return replace(
            wire, headers=(*_without(wire.headers, b"content-length"), *told), chunks=parts
        )

    return change


def edited(change: Callable[[bytes], bytes]) -> Change:
    """Change the bytes of the body that is there."""
    return lambda wire: replace(
        wire,
        chunks=(change(wire.body),),
        headers=(
            *_without(wire.headers, b"content-length"),
            (b"content-length", b"%d" % len(change(wire.body))),
        ),
    )


def header(name: str, *values: bytes | str) -> Change:
    """Put a header in place of all of its name, once for each value."""
    key = name.lower().encode()
    texts = [value.encode("latin-1") if isinstance(value, str) else value for value in values]
    return lambda wire: replace(
        wire, headers=(*_without(wire.headers, key), *((key, text) for text in texts))
    )


def again(name: str, value: bytes | str) -> Change:
    """Add a header to those of its name."""
    text = value.encode("latin-1") if isinstance(value, str) else value
    return lambda wire: replace(wire, headers=(*wire.headers, (name.lower().encode(), text)))


def without(*names: str) -> Change:
    """Leave headers out."""
    return lambda wire: replace(
        wire, headers=_without(wire.headers, *(name.encode() for name in names))
    )


def method(name: str) -> Change:
    return lambda wire: replace(wire, method=name)


def query(text: bytes) -> Change:
    """Put a query in place of what is there."""
    return lambda wire: replace(wire, query=text)


def path(change: Callable[[bytes], bytes]) -> Change:
    return lambda wire: replace(wire, path=change(wire.path))


def last(segment: bytes) -> Change:
    """Replace the last segment of the path, its slash kept."""

    def changed(old: bytes) -> bytes:
        slash = b"/" if old.endswith(b"/") else b""
        return old.rstrip(b"/").rpartition(b"/")[0] + b"/" + segment + slash

    return path(changed)


def ask(app: App, wire: Wire) -> Came:
    """Return what an application answers. What it raises comes through."""
    return asyncio.run(_exchange(app, wire))


async def _exchange(app: App, wire: Wire) -> Came:
    coming: list[Any] = [
        {"type": "http.disconnect"}
        if chunk is None
        else {"type": "http.request", "body": chunk, "more_body": at + 1 < len(wire.chunks)}
        for at, chunk in enumerate(wire.chunks)
    ]
    came: list[Any] = []

    async def receive() -> Any:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        came.append(message)

    await app(scope_of(wire), receive, send)
    if not came:
        return Came(0, {}, b"")
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in came[0]["headers"]
    }
    return Came(came[0]["status"], headers, b"".join(each.get("body", b"") for each in came[1:]))


def scope_of(wire: Wire) -> dict[str, Any]:
    """Return the ASGI scope of a request, its path decoded as servers do it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": wire.method,
        "scheme": "http",
        "path": unquote(wire.path.decode("ascii", "replace")),
        "raw_path": wire.path,
        "query_string": wire.query,
        "root_path": "",
        "headers": [(b"host", b"testserver"), *wire.headers],
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 50000),
    }


def _without(headers: Pairs, *names: bytes) -> Pairs:
    return tuple(pair for pair in headers if pair[0] not in names)
