"""Anything that answers calls, and an application in this process as one; a request in, its answer
out.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable
from urllib.parse import quote, unquote, urlsplit

App = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI application."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that ask for no change (RFC 9110, section 9.2.1), without TRACE and QUERY, which servers
may not know.
"""
NO_BODY: Any = None
"""The body of an answer without one. JSON null and no body are not told apart."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request: `path` is percent-encoded and holds the query, `body` is the content or None."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: headers by name in small letters; the body decoded when it is JSON, else its
    text.

    `content` is the body as it came, in bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    content: bytes = field(default=b"", repr=False, compare=False)

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


class Target(Protocol):
    """Answers calls."""

    def send(self, sent: Sent) -> Answer: ...

    def close(self) -> None: ...


@runtime_checkable
class Crowd(Target, Protocol):
    """A target that can answer several calls at once."""

    def send_together(self, sents: Sequence[Sent]) -> list[Answer]:
        """Send all before the first answer is awaited; return the answers in the order of the
        requests.
        """
        ...


class AppTarget:
    """An ASGI application, called without a network."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()

    def send(self, sent: Sent) -> Answer:
        """Return the application's answer; what it raises comes through."""
        return self._loop.run_until_complete(self._call(sent))

    def send_together(self, sents: Sequence[Sent]) -> list[Answer]:
        async def gather() -> list[Answer]:
            return await asyncio.gather(*map(self._call, sents))

        return self._loop.run_until_complete(gather())

    def close(self) -> None:
        self._loop.close()

    async def _call(self, sent: Sent) -> Answer:
        messages: list[Mapping[str, Any]] = []

        async def receive() -> Mapping[str, Any]:
            return {"type": "http.request", "body": sent.body or b"", "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            messages.append(message)

        await self._app(_scope(sent), receive, send)
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in messages[0]["headers"]
        }
        content = b"".join(message.get("body", b"") for message in messages[1:])
        return Answer(messages[0]["status"], headers, decoded(content, headers), content)


def decoded(content: bytes, headers: Mapping[str, str]) -> Any:
    """Return the value of a JSON body, the text of another one, NO_BODY for none."""
    if not content:
        return NO_BODY
    if "json" in headers.get("content-type", ""):
        with suppress(ValueError):  # the text is then all that can be said of it
            return json.loads(content)
    return content.decode("utf-8", "replace")


def _scope(sent: Sent) -> dict[str, Any]:
    raw, _, query = sent.path.partition("?")
    parts = urlsplit(raw)
    headers = {"host": "testserver", **{name.lower(): text for name, text in sent.headers.items()}}
    if sent.body is not None:
        headers["content-length"] = str(len(sent.body))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": sent.method,
        "scheme": "http",
        "path": unquote(parts.path),
        "raw_path": quote(parts.path, safe="/%:@!$&'()*+,;=~-._").encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()
        ],
        "server": ("testserver", 80),
        "client": ("testclient", 1),
    }
