"""Several APIs behind one port: a path in, the edge that it belongs to out.

The edge that has the path answers; a path that none has goes to the one whose base path it begins with, so that
the refusal is in that API's own form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.asgi.api import Edge
from mockserver.asgi.beginnings import is_under
from mockserver.asgi.pages import RESERVED, Pages
from mockserver.asgi.request import raw_path_of
from mockserver.asgi.respond import encode, send_answer
from mockserver.model.declared import operations
from mockserver.model.paths import segments


class Dispatcher:
    """An ASGI application that plays several APIs, and shows their documents under the reserved path."""

    def __init__(self, edges: Sequence[Edge], pages: Pages) -> None:
        self._edges = list(edges)
        self._pages = pages
        self._prefixes = [(prefix, edge) for edge in edges for prefix in prefixes(edge)]
        self._only = edges[0] if len(edges) == 1 else None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            return
        path = raw_path_of(scope)
        edge = self._edge(path)
        if edge is not None:
            await edge(scope, receive, send)
        else:
            await (self._pages if is_under(path, RESERVED) else self._nowhere)(scope, receive, send)

    def _edge(self, path: str) -> Edge | None:
        if is_under(path, RESERVED):
            return next((edge for edge in self._edges if edge.find(path) is not None), None)
        if self._only is not None:
            return self._only
        for edge in self._edges:
            if edge.find(path) is not None:
                return edge
        fitting = [(len(prefix), edge) for prefix, edge in self._prefixes if is_under(path, prefix)]
        return max(fitting, key=lambda each: each[0])[1] if fitting else None

    async def _nowhere(self, scope: Any, receive: Any, send: Any) -> None:
        body = {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": f"no API has this path; their documents are under {RESERVED}/",
            "apis": {edge.space.model.name: prefixes(edge) or ["/"] for edge in self._edges},
        }
        await send_answer(send, encode(404, [], body, "application/problem+json"), (), scope["method"] == "HEAD")


def prefixes(edge: Edge) -> list[str]:
    """Return what all paths of an API begin with, for each of its base paths."""
    paths = [segments(path) for path, _, _ in operations(edge.space.model.document.spec)]
    common: list[str] = []
    for steps in zip(*paths, strict=False):
        if len(set(steps)) > 1 or "{" in steps[0]:
            break
        common.append(steps[0])
    found = ["/".join([base.strip("/"), *common]).strip("/") for base in edge.bases]
    return [f"/{prefix}" for prefix in found if prefix]


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
