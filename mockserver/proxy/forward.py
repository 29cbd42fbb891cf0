"""Pass calls on to a live server: a request in, its reply out, with what breaks the document noted
on both sides.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Sequence
from typing import Any

from mockserver.asgi.api import Edge
from mockserver.asgi.bodies import parse_media_type
from mockserver.asgi.handler import Handler
from mockserver.asgi.jsontext import loads
from mockserver.asgi.request import (
    ANSWERED,
    NOTE,
    SPACE,
    Gone,
    Note,
    Request,
    TooLarge,
    query_of,
    raw_path_of,
)
from mockserver.asgi.respond import Answer, encode, send_answer
from mockserver.call import Problem, ProblemKind, Refused, Violation
from mockserver.defaults import FALL_BACK_ON
from mockserver.lookup import MISSING
from mockserver.model.declared import is_json
from mockserver.model.schemas import SchemaCompiler
from mockserver.proxy.replies import ReplyCheck
from mockserver.proxy.upstream import NoReply, Reply, Upstream
from mockserver.seeding.observations import Observation, take_over

_LEADING = frozenset({b"location", b"content-location", b"link"})


class Forwarder:
    """Answers by a live server, and for operations that it does not have by the mock.

    With `errors` a request that breaks the document is refused and not passed on, and a reply that
    does becomes 502. With `learns` the mock's state takes over what the replies of the live server
    show.
    """

    def __init__(
        self,
        upstream: Upstream,
        edges: Sequence[Edge],
        fall_back_on: Collection[int] = FALL_BACK_ON,
        errors: bool = False,
        learns: bool = False,
    ) -> None:
        self._upstream = upstream
        self._fall_back_on = frozenset(fall_back_on)
        self._errors = errors
        self._learns = learns
        self._compilers = {
            id(edge): SchemaCompiler(edge.space.model.document.spec) for edge in edges
        }
        self._checks: dict[tuple[int, str], ReplyCheck] = {}

    async def __call__(self, edge: Edge | None, scope: Any, receive: Any, send: Any) -> None:
        note = scope.get(NOTE) or Note()
        note.space, note.root_path = scope.get(SPACE, ""), scope.get("root_path", "")
        try:
            body = await Request(scope, receive, "", {}).body()
        except TooLarge:
            note.problem = Problem(ProblemKind.BODY_TOO_LARGE, "the body is larger than the limit")
            await send_answer(
                send, _problem(413, "Content Too Large", note.problem.message), (), False
            )
            return
        except Gone:
            return
        handler, request = self._addressed(edge, scope, body, note)
        await self._read(handler, request, note)
        if (
            note.problem is not None
            and self._errors
            and handler is not None
            and request is not None
        ):
            refused = handler.refused(note.problem, request)
            await send_answer(send, refused, [(ANSWERED, b"proxy")], scope["method"] == "HEAD")
            return
        await self._pass_on(edge, scope, body, note, receive, send)

    def _addressed(
        self, edge: Edge | None, scope: Any, body: bytes, note: Note
    ) -> tuple[Handler, Request] | tuple[None, None]:
        """Return what answers at the mock and the request as it sees it; note what the document
        does not have.
        """
        path, method = raw_path_of(scope), scope["method"]
        note.api = edge.space.model.name if edge else ""
        match = edge.find(path, query_of(scope)) if edge else None
        route = (
            match.routes.get(method) or (match.routes.get("GET") if method == "HEAD" else None)
            if match
            else None
        )
        if edge is None or match is None:
            note.problem = Problem(ProblemKind.NO_ROUTE, f"the document has no {path}")
            return None, None
        if route is None:
            if method != "OPTIONS":
                note.problem = Problem(
                    ProblemKind.METHOD_NOT_ALLOWED, f"the document has no {method} {path}"
                )
            return None, None
        note.operation, note.kind = route.name, edge.kind_of(route.name)
        return edge.api.handler(route), edge.request_of(match, route, scope, _again(body))

    async def _read(self, handler: Handler | None, request: Request | None, note: Note) -> None:
        """Note how a request is understood, and where it breaks the document."""
        if handler is None or request is None:
            return
        try:
            call = await handler.decode(request)
        except Refused as refused:
            note.problem = refused.problem
            return
        if call.violations:
            note.problem = Problem(ProblemKind.INVALID, call.violations[0].message, call.violations)

    async def _pass_on(
        self, edge: Edge | None, scope: Any, body: bytes, note: Note, receive: Any, send: Any
    ) -> None:
        query = scope["query_string"].decode("latin-1")
        target = self._upstream.path_of(edge.bases if edge else (), raw_path_of(scope)) + (
            f"?{query}" if query else ""
        )
        try:
            reply = await self._upstream.ask(scope["method"], target, scope["headers"], body)
        except NoReply as error:
            note.problem = Problem(ProblemKind.INTERNAL, str(error))
            title = "Bad Gateway" if error.status == 502 else "Gateway Timeout"
            await send_answer(
                send, _problem(error.status, title, str(error)), (), scope["method"] == "HEAD"
            )
            return
        if edge is not None and note.operation and reply.status in self._fall_back_on:
            note.problem = None
            await edge({**scope, NOTE: note}, _again(body), _told_as_played(send))
            return
        broken = self._broken(edge, note, reply, scope["method"])
        if broken and self._errors:
            text = f"the reply of the live server breaks the document: {broken[0].message}"
            await send_answer(
                send, _problem(502, "Bad Gateway", text), (), scope["method"] == "HEAD"
            )
            return
        note.live = True
        if self._learns and edge is not None:
            _learn(edge, scope, note, reply)
        await _send(receive, send, reply, self._relocated(edge, reply, scope), scope["method"])

    def _broken(self, edge: Edge | None, note: Note, reply: Reply, method: str) -> list[Violation]:
        """Return where a reply breaks the document, and note it behind what is wrong with the
        request.
        """
        if edge is None or not note.operation:
            return []
        name = (id(edge), note.operation)
        if name not in self._checks:
            self._checks[name] = ReplyCheck(
                edge.space.model, note.operation, self._compilers[id(edge)]
            )
        found = self._checks[name].violations(reply, method)
        if found:
            before = note.problem or Problem(ProblemKind.INTERNAL, found[0].message)
            note.problem = Problem(
                before.kind, before.message, (*before.violations, *found), before.values
            )
        return found

    def _relocated(self, edge: Edge | None, reply: Reply, scope: Any) -> list[tuple[bytes, bytes]]:
        """Return the headers of a reply; redirections and links to the live server lead back to the
        proxy.
        """
        own = (Request(scope, None, "", {}).origin + scope.get("root_path", "")).encode()
        live = self._upstream.origin + self._upstream.path_of(edge.bases if edge else (), "")
        there = re.compile(rb"(^|<)" + re.escape(live.encode()) + rb"(?=[/?>]|$)")
        return [
            (name, there.sub(lambda found: found[1] + own, value) if name in _LEADING else value)
            for name, value in reply.headers
        ]


def _learn(edge: Edge, scope: Any, note: Note, reply: Reply) -> None:
    """Take over what a reply shows into the state of its space."""
    if note.call is None or reply.rest is not None:
        return
    try:
        is_text = is_json(parse_media_type(reply.header(b"content-type"))[0])
        body = loads(reply.body) if is_text and reply.body else MISSING
    except ValueError:
        return
    take_over(
        edge.space.model,
        edge.space_at(scope).store,
        Observation(note.call.operation, note.call.path, reply.status, body),
    )


def _again(body: bytes) -> Any:
    """Return a `receive` that gives a body once more."""
    unread = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        return unread.pop() if unread else {"type": "http.disconnect"}

    return receive


def _told_as_played(send: Any) -> Any:
    async def told(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (ANSWERED, b"mock")]}
        await send(message)

    return told


def _problem(status: int, title: str, detail: str) -> Answer:
    """Return a problem of the proxy itself (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return encode(status, [(ANSWERED, b"proxy")], body, "application/problem+json")


async def _send(
    receive: Any, send: Any, reply: Reply, headers: list[tuple[bytes, bytes]], method: str
) -> None:
    """Send a reply on, with its length where it is known and nobody said it."""
    said = any(name == b"content-length" for name, _ in headers)
    if reply.rest is None and not said and method != "HEAD" and reply.status not in (204, 304):
        headers = [*headers, (b"content-length", str(len(reply.body)).encode())]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    if reply.rest is None:
        await send({"type": "http.response.body", "body": reply.body, "more_body": False})
        return
    await send({"type": "http.response.body", "body": reply.body, "more_body": True})
    gone = asyncio.ensure_future(
        receive()
    )  # all of the request was read: what comes now is that the client left
    try:
        async for chunk in reply.rest:
            if gone.done():
                break
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        await reply.rest.aclose()
