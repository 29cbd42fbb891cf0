"""Several APIs behind one port: a path in, the edge that it belongs to out.

The edge that has the path answers; a path that none has goes to the one whose base path it begins
with, so that the refusal is in that API's own form.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from mockserver.asgi.api import Edge
from mockserver.asgi.pages import RESERVED
from mockserver.asgi.request import SPACE, raw_path_of
from mockserver.asgi.respond import Answer, encode, send_answer
from mockserver.asgi.routes import is_under
from mockserver.asgi.spaces import BadName, is_drop, place
from mockserver.model.declared import operations
from mockserver.model.paths import segments

Forward = Callable[[Edge | None, Any, Any, Any], Awaitable[None]]
"""Answers a request: the API that it belongs to, scope, receive and send."""


class Dispatcher:
    """An ASGI application that plays several APIs; what is under the reserved path goes to
    `reserved`, and the name of a space that is to be forgotten to `drop`, which tells whether it
    was there. Where there is a `forward`, it answers in the place of the APIs, and gets the one
    that a request belongs to, if any.
    """

    def __init__(
        self,
        edges: Sequence[Edge],
        reserved: Callable[[Any, Any, Any], Awaitable[None]],
        drop: Callable[[str], bool],
        forward: Forward | None = None,
    ) -> None:
        self._forward = forward
        self._edges = list(edges)
        self._reserved = reserved
        self._drop_space = drop
        self._prefixes = [(prefix, edge) for edge in edges for prefix in prefixes(edge)]
        self._only = edges[0] if len(edges) == 1 else None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            return
        try:
            placed = place(scope)
        except BadName as error:
            await _tell(send, scope, 400, "Bad Request", {"detail": str(error)})
            return
        if placed is not scope and is_drop(scope):
            await self._drop(placed[SPACE], scope, send)
        else:
            await self._route(placed, receive, send)

    async def _route(self, scope: Any, receive: Any, send: Any) -> None:
        path = raw_path_of(scope)
        edge = self.edge_at(path)
        if edge is None and is_under(path, RESERVED):
            await self._reserved(scope, receive, send)
        elif self._forward is not None:
            await self._forward(edge, scope, receive, send)
        else:
            await (edge or self._nowhere)(scope, receive, send)

    def edge_at(self, path: str) -> Edge | None:
        """Return the edge that answers at a raw path inside a space."""
        if is_under(path, RESERVED):
            return next((edge for edge in self._edges if _has_own(edge, path)), None)
        if self._only is not None:
            return self._only
        for edge in self._edges:
            if edge.find(path) is not None:
                return edge
        fitting = [(len(prefix), edge) for prefix, edge in self._prefixes if is_under(path, prefix)]
        return max(fitting, key=lambda each: each[0])[1] if fitting else None

    async def _nowhere(self, scope: Any, receive: Any, send: Any) -> None:
        names = {edge.space.model.name: prefixes(edge) or ["/"] for edge in self._edges}
        detail = f"no API has this path; their documents are under {RESERVED}/"
        await _tell(send, scope, 404, "Not Found", {"detail": detail, "apis": names})

    async def _drop(self, name: str, scope: Any, send: Any) -> None:
        """Forget the space of a name in all APIs."""
        if self._drop_space(name):
            await send_answer(send, Answer(204, [], b""), (), False)
        else:
            detail = f"there is no space {name!r}: it was not used yet, or it was dropped"
            await _tell(send, scope, 404, "Not Found", {"detail": detail})


def _has_own(edge: Edge, path: str) -> bool:
    """Tell whether an API declares a reserved path word for word, not by a parameter that would
    take anything.
    """
    match = edge.find(path)
    return match is not None and any(
        is_under(each.base + each.name.partition(" ")[2], RESERVED)
        for each in match.routes.values()
    )


async def _tell(send: Any, scope: Any, status: int, title: str, more: Mapping[str, Any]) -> None:
    """Answer with a problem that is nobody's own (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, **more}
    await send_answer(
        send, encode(status, [], body, "application/problem+json"), (), scope["method"] == "HEAD"
    )


def prefixes(edge: Edge) -> list[str]:
    """Return what all paths of an API begin with: its base paths, for an empty one what its paths
    have in common.
    """
    found = [
        *edge.bases,
        *([edge.under] if edge.under else []),
        *([] if all(edge.bases) else [_common(edge)]),
    ]
    return list(dict.fromkeys(each for each in found if each))


def _common(edge: Edge) -> str:
    """Return the fixed segments with which every path of the document begins."""
    paths = [segments(path) for path, _, _ in operations(edge.space.model.document.spec)]
    common: list[str] = []
    for steps in zip(*paths, strict=False):
        if len(set(steps)) > 1 or "{" in steps[0]:
            break
        common.append(steps[0])
    return f"/{'/'.join(common)}" if common else ""


def clashes(edges: Sequence[Edge]) -> Mapping[str, str]:
    """Return the paths that more than one API has: path -> the names of the APIs."""
    owners: dict[str, str] = {}
    found: dict[str, str] = {}
    for edge in edges:
        name = edge.space.model.name
        for base in edge.bases:
            for path, _, _ in operations(edge.space.model.document.spec):
                shape = "/".join("{}" if "{" in step else step for step in segments(base + path))
                if owners.setdefault(shape, name) != name:
                    found[base + path] = f"{owners[shape]} and {name}"
    return found


async def _live(receive: Any, send: Any) -> None:
    """Answer the lifespan protocol of ASGI: there is nothing to start or stop."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
