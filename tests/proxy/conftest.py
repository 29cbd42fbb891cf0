"""A proxy in this process between a client and a live server that a test scripts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.app import Settings, make_control, wire, with_auth
from mockserver.asgi.edge import Edge
from mockserver.control.control import Control
from mockserver.control.save import Recording
from mockserver.credentials import Door
from mockserver.defaults import FALL_BACK_ON
from mockserver.proxy.forward import Forwarder
from mockserver.proxy.upstream import Upstream
from mockserver.seeding import DEFAULT
from tests.conftest import fresh_space

Pairs = Sequence[tuple[bytes, bytes]]


@dataclass
class Live:
    """A live server that gives the replies it is told to, and keeps what it was asked."""

    replies: list[tuple[int, Pairs, bytes]] = field(default_factory=list)
    asked: list[tuple[str, bytes, Mapping[bytes, bytes], bytes]] = field(default_factory=list)

    def reply(self, status: int = 200, body: Any = None, **headers: str) -> None:
        """Give one more reply; a body that is not bytes is JSON."""
        content = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        said = {"content_type": "application/json"} | headers
        pairs = [
            (name.replace("_", "-").encode(), text.encode()) for name, text in said.items() if text
        ]
        self.replies.append((status, pairs, content))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        target = scope["raw_path"] + (
            b"?" + scope["query_string"] if scope["query_string"] else b""
        )
        self.asked.append((scope["method"], target, dict(scope["headers"]), body))
        status, headers, content = self.replies.pop(0)
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": content})


class Between:
    """A client, the proxy, and what stands behind it."""

    def __init__(
        self,
        live: Any,
        url: str,
        fall_back_on: Sequence[int],
        errors: bool,
        recording: Path | None,
        learns: bool,
        door: Door | None = None,
    ) -> None:
        settings = Settings(fixtures=None if learns else DEFAULT, auth=("any",))
        space = fresh_space("bookshop", settings)
        space = replace(
            space, model=replace(space.model, security=with_auth(space.model, settings.auth))
        )
        self.edges = edges = [Edge(space, space.model.base_paths)]
        self.live = live
        self.upstream = Upstream(url, transport=httpx.ASGITransport(live))
        self.control: Control = make_control(edges, settings)
        forward = Forwarder(self.upstream, edges, fall_back_on, errors, learns, door)
        self.recording = Recording(recording, self.control.writer, print) if recording else None
        self.app = wire(
            edges, settings, self.control, forward, self.recording.note if self.recording else None
        )
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://proxy"
        )

    @property
    def wrong(self) -> tuple[str, ...]:
        """What was wrong with the last call."""
        return self.control.journal.of()[-1].violations


Make = Callable[..., Between]


@pytest.fixture
async def between() -> AsyncIterator[Make]:
    made: list[Between] = []

    def make(
        live: Any = None,
        url: str = "http://live",
        fall_back_on: Sequence[int] = FALL_BACK_ON,
        errors: bool = False,
        recording: Path | None = None,
        learns: bool = False,
        door: Door | None = None,
    ) -> Between:
        made.append(Between(live or Live(), url, fall_back_on, errors, recording, learns, door))
        return made[-1]

    yield make
    for each in made:
        await each.client.aclose()
        await each.upstream.close()
        if each.recording is not None:
            each.recording.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
