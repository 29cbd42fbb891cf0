"""Several APIs behind one port: a request goes to the API that it was found to belong to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from mockserver.asgi.edge import Edge
from mockserver.asgi.located import LOCATED, Located
from mockserver.asgi.respond import encode, send_answer
from mockserver.asgi.spaces import RESERVED
from mockserver.model.paths import segments

Forward = Callable[[Edge | None, Any, Any, Any], Awaitable[None]]
"""Answers a request: the API that it belongs to, scope, receive and send."""


class Dispatcher:
    """An ASGI application that plays several APIs; what is under the reserved path goes to
    `reserved`, and what is to forget its space to `drop`. Where there is a `forward`, it answers in
    the place of the APIs, and gets the one that a request belongs to, if any. Where each request
    belongs is Located before.
    """

    def __init__(
        self,
        edges: Sequence[Edge],
        reserved: Callable[[Any, Any, Any], Awaitable[None]],
        drop: Callable[[Any, Any, Any], Awaitable[None]],
        forward: Forward | None = None,
    ) -> None:
        self._forward = forward
        self._edges = {edge.name: edge for edge in edges}
        self._reserved = reserved
        self._drop = drop

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            return
        located: Located = scope[LOCATED]
        edge = self._edges.get(located.api)
        if located.fault:
            await _tell(send, scope, 400, "Bad Request", {"detail": located.fault})
        elif located.drops:
            await self._drop(scope, receive, send)
        elif located.is_reserved:
            await self._reserved(scope, receive, send)
        elif self._forward is not None:
            await self._forward(edge, scope, receive, send)
        elif edge is not None:
            await edge(scope, receive, send)
        else:
            await self._nowhere(scope, send)

    async def _nowhere(self, scope: Any, send: Any) -> None:
        names = {name: edge.prefixes or ["/"] for name, edge in self._edges.items()}
        detail = f"no API has this path; their documents are under {RESERVED}/"
        await _tell(send, scope, 404, "Not Found", {"detail": detail, "apis": names})


async def _tell(send: Any, scope: Any, status: int, title: str, more: Mapping[str, Any]) -> None:
    """Answer with a problem that is nobody's own (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, **more}
    answer = encode(status, [], body, "application/problem+json")
    await send_answer(send, answer, (), scope["method"] == "HEAD")


def clashes(edges: Sequence[Edge]) -> Mapping[str, str]:
    """Return the paths that more than one API has: path -> the names of the APIs."""
    owners: dict[str, str] = {}
    found: dict[str, str] = {}
    for edge in edges:
        for path in _paths(edge):
            form = "/".join(map(_without_name, segments(path)))
            owner = owners.setdefault(form, edge.name)
            if owner != edge.name:
                found[path] = f"{owner} and {edge.name}"
    return found


def _without_name(segment: str) -> str:
    return "{}" if "{" in segment else segment


def _paths(edge: Edge) -> list[str]:
    """Return the paths of an API below each of its base paths."""
    paths = []
    for base in edge.bases:
        paths += [base + operation.path for operation in edge.space.model.operations]
    return paths


async def _live(receive: Any, send: Any) -> None:
    """Answer the lifespan protocol of ASGI: there is nothing to start or stop."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
