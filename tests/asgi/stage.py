"""A small document in, an app that can be asked without a network out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.app import App
from mockserver.space import Space

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers by name in small letters, and the body."""

    status: int
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Stage:
    """An app, and the space behind it when there is one."""

    app: App
    space: Space | None = None

    def ask(
        self,
        call: str,
        body: Any = None,
        headers: Headers | Sequence[tuple[str, str]] = (),
        *,
        chunks: Sequence[bytes] | None = None,
        gone: bool = False,
        root_path: str = "",
    ) -> Answer:
        """Send `METHOD /path?query`. A body that is not bytes goes as JSON; `gone` leaves after the
        chunks.
        """
        sent = list(headers.items() if isinstance(headers, Mapping) else headers)
        names = {name.lower() for name, _ in sent}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent += [] if "content-type" in names else [("Content-Type", "application/json")]
        if body is not None and chunks is None and "content-length" not in names:
            sent.append(("Content-Length", str(len(body))))
        return asyncio.run(
            _exchange(self.app, call, sent, chunks or [body or b""], gone, root_path)
        )


Play = Callable[..., Stage]


async def _exchange(
    app: App,
    call: str,
    headers: list[tuple[str, str]],
    chunks: Sequence[bytes],
    gone: bool,
    root_path: str,
) -> Answer:
    method, _, target = call.partition(" ")
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode(),
        "root_path": root_path,
        "scheme": "http",
        "server": ("testserver", 80),
        "headers": [
            (name.lower().encode(), value.encode("latin-1"))
            for name, value in [("Host", "testserver"), *headers]
        ],
    }
    coming = [
        {"type": "http.request", "body": chunk, "more_body": gone or at + 1 < len(chunks)}
        for at, chunk in enumerate(chunks)
    ]
    came: list[Any] = []

    async def receive() -> Any:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        came.append(message)

    await app(scope, receive, send)
    if not came:
        return Answer(0, {}, b"")
    start, *bodies = came
    fields = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], fields, b"".join(each.get("body", b"") for each in bodies))


def operation(schema: Any = None, **rest: Any) -> dict[str, Any]:
    """Return an operation that answers by a schema."""
    content = {"application/json": {"schema": schema if schema is not None else {}}}
    return {"responses": {"200": {"description": "", "content": content}}, **rest}


def body_of(schema: Any, *media_types: str, required: bool = True) -> dict[str, Any]:
    """Return a request body of a schema."""
    return {
        "required": required,
        "content": {each: {"schema": schema} for each in media_types or ("application/json",)},
    }
