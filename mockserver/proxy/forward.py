"""Pass calls on to a live server: a request in, its reply out, with what breaks the document noted
on both sides.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from typing import Any

from mockserver.asgi.edge import Edge
from mockserver.asgi.handler import Handler
from mockserver.asgi.located import LOCATED, Located
from mockserver.asgi.request import (
    ANSWERED,
    LARGEST_BODY,
    NOTE,
    SPACE,
    Gone,
    Note,
    Request,
    raw_path_of,
)
from mockserver.asgi.respond import send_answer
from mockserver.call import Problem, ProblemKind, Refused, Violation
from mockserver.control.messages import problem, send_whole
from mockserver.credentials import Door
from mockserver.defaults import FALL_BACK_ON
from mockserver.errors import SettingsError
from mockserver.exchange import Answer, Headers, Sent, sent_from
from mockserver.jsontext import loads
from mockserver.lookup import MISSING
from mockserver.model.types.described import is_json
from mockserver.proxy.replies import ReplyCheck
from mockserver.proxy.upstream import HELD_S, LiveAnswer, NoReply, Upstream
from mockserver.seeding.observations import Observation, take_over
from mockserver.slots import dataclass

_NO_WEBSOCKETS = "WebSocket connections are not passed on: connect to the live server itself"
_LEADING = frozenset({"location", "content-location", "link"})


class Forwarder:
    """Answers by a live server, and for operations that it does not have by the mock.

    With `errors` a request that breaks the document is refused and not passed on, and a reply that
    does becomes 502. With `learns` the mock's state takes over what the replies of the live server
    show. `door` gives requests the credentials that clients leave out.
    """

    def __init__(
        self,
        upstream: Upstream,
        edges: Sequence[Edge],
        fall_back_on: Collection[int] = FALL_BACK_ON,
        errors: bool = False,
        learns: bool = False,
        door: Door | None = None,
    ) -> None:
        self._door = door
        self._upstream = upstream
        self._fall_back_on = frozenset(fall_back_on)
        self._errors = errors
        self._learns = learns
        self._checks: dict[tuple[int, str], ReplyCheck] = {}

    async def __call__(self, edge: Edge | None, scope: Any, receive: Any, send: Any) -> None:
        note = scope.get(NOTE) or Note()
        note.space, note.root_path = scope.get(SPACE, ""), scope.get("root_path", "")
        if _asks_for_websocket(scope):
            note.problem = Problem(ProblemKind.NO_ROUTE, _NO_WEBSOCKETS)
            await send_whole(send, _problem(501, "Not Implemented", _NO_WEBSOCKETS), False)
            return
        try:
            body, rest = await _received(receive)
        except Gone:
            return
        handler, request = self._addressed(edge, scope, body, note)
        if rest is None:
            await self._read(handler, request, note)
        if (
            note.problem is not None
            and self._errors
            and handler is not None
            and request is not None
        ):
            refused = handler.refused(note.problem, request)
            is_head = scope["method"] == "HEAD"
            await send_answer(send, refused, [(ANSWERED, b"proxy")], is_head)
            return
        await self._pass_on(edge, scope, _Upload(body, rest), note, receive, send)

    def _addressed(
        self, edge: Edge | None, scope: Any, body: bytes, note: Note
    ) -> tuple[Handler, Request] | tuple[None, None]:
        """Return what answers at the mock and the request as it sees it; note what the document
        does not have.
        """
        located: Located = scope[LOCATED]
        path, method, route = located.raw_path, scope["method"], located.route
        note.api = located.api
        if edge is None or located.match is None:
            note.problem = Problem(ProblemKind.NO_ROUTE, f"the document has no {path}")
            return None, None
        if route is None:
            if method != "OPTIONS":
                note.problem = Problem(
                    ProblemKind.METHOD_NOT_ALLOWED, f"the document has no {method} {path}"
                )
            return None, None
        note.operation, note.kind = route.name, edge.kind_of(route.name)
        return edge.handler(route), edge.request_of(located, scope, _again(body))

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
        self, edge: Edge | None, scope: Any, upload: _Upload, note: Note, receive: Any, send: Any
    ) -> None:
        method, is_head = scope["method"], scope["method"] == "HEAD"
        held_s = None if self._errors else HELD_S  # a reply that is refused must be whole
        try:
            sent = self._onward(edge, scope, upload.begun)
            live = await self._answered(sent, upload, held_s)
        except Gone:
            return
        except NoReply as error:
            note.problem = Problem(ProblemKind.INTERNAL, str(error))
            title = "Bad Gateway" if error.status == 502 else "Gateway Timeout"
            await send_whole(send, _problem(error.status, title, str(error)), is_head)
            return
        is_unknown_there = live.answer.status in self._fall_back_on
        is_whole = upload.rest is None
        if edge is not None and note.operation and is_unknown_there and is_whole:
            note.problem = None
            await edge({**scope, NOTE: note}, _again(upload.begun), _told_as_played(send))
            return
        broken = self._broken(edge, note, live, method)
        if broken and self._errors:
            text = f"the reply of the live server breaks the document: {broken[0].message}"
            await send_whole(send, _problem(502, "Bad Gateway", text), is_head)
            return
        note.live = True
        if self._learns and edge is not None:
            _learn(edge, scope, note, live)
        await _send(receive, send, live, self._relocated(edge, live.answer, scope), method)

    async def _answered(self, sent: Sent, upload: _Upload, held_s: float | None) -> LiveAnswer:
        """Return the answer to a request, sent again where its credential had ended. Raises
        NoReply.
        """
        if self._door is None:
            return await self._upstream.ask(sent, upload.rest, held_s)
        try:
            opened = await asyncio.to_thread(self._door.opened, sent)
            live = await self._upstream.ask(opened, upload.rest, held_s)
            is_whole = upload.rest is None and live.rest is None
            renewed = await asyncio.to_thread(self._door.is_renewed, opened, live.answer)
            if not renewed or not is_whole:
                return live
            again = await asyncio.to_thread(self._door.opened, opened)
            return await self._upstream.ask(
                again,
                upload.rest,
                held_s,
            )
        except SettingsError as error:
            raise NoReply(502, str(error)) from None

    def _onward(self, edge: Edge | None, scope: Any, body: bytes) -> Sent:
        """Return a request as it goes to the live server."""
        sent = sent_from(scope, body)
        bases = edge.bases if edge else ()
        path = self._upstream.path_of(bases, raw_path_of(scope))
        target = f"{path}?{sent.raw_query}" if sent.raw_query else path
        return replace(sent, target=target)

    def _broken(
        self, edge: Edge | None, note: Note, live: LiveAnswer, method: str
    ) -> list[Violation]:
        """Return where a reply breaks the document, and note it behind what is wrong with the
        request.
        """
        model = edge.space.model if edge else None
        operation = model.labeled(note.operation) if model else None
        if model is None or operation is None:
            return []
        name = (id(edge), note.operation)
        if name not in self._checks:
            self._checks[name] = ReplyCheck(operation, model.habits.xml)
        found = self._checks[name].violations(live, method)
        if found:
            before = note.problem or Problem(ProblemKind.INTERNAL, found[0].message)
            violations = (*before.violations, *found)
            note.problem = replace(before, violations=violations)
        return found

    def _relocated(self, edge: Edge | None, reply: Answer, scope: Any) -> Headers:
        """Return the headers of a reply; redirections and links to the live server lead back to the
        proxy.
        """
        own = Request(scope, None).origin + scope.get("root_path", "")
        bases = edge.bases if edge else ()
        live = self._upstream.origin + self._upstream.path_of(bases, "")
        there = re.compile(rf"(^|<){re.escape(live)}(?=[/?>]|$)")
        headers = []
        for name, value in reply.headers.pairs:
            led = there.sub(lambda found: found[1] + own, value)
            headers.append((name, led if name in _LEADING else value))
        return Headers(headers)


def _learn(edge: Edge, scope: Any, note: Note, live: LiveAnswer) -> None:
    """Take over what a reply shows into the state of its space."""
    reply = live.answer
    if note.call is None or live.rest is not None:
        return
    try:
        is_text = is_json(reply.headers.media_type)
        body = MISSING
        if is_text and reply.content:
            body = loads(reply.content)
    except ValueError:
        return
    take_over(
        edge.space.model,
        edge.space_at(scope[LOCATED]).store,
        Observation(
            note.call.operation,
            note.call.path,
            reply.status,
            body,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Upload:
    """The body of a request: what was read of it, and what has yet to come of one that is longer
    than the bound, which nobody looks into.
    """

    begun: bytes
    rest: AsyncIterator[bytes] | None


async def _received(receive: Any) -> tuple[bytes, AsyncIterator[bytes] | None]:
    """Return the body of a request up to the bound, and what comes after it. Raises Gone."""
    chunks = []
    size = 0
    async for chunk in _chunks(receive):
        chunks.append(chunk)
        size += len(chunk)
        if size > LARGEST_BODY:
            return b"".join(chunks), _chunks(receive)
    return b"".join(chunks), None


async def _chunks(receive: Any) -> AsyncIterator[bytes]:
    """Yield the chunks of a body. Raises Gone."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        yield message.get("body", b"")
        more = message.get("more_body", False)


def _asks_for_websocket(scope: Any) -> bool:
    return any(
        name == b"upgrade" and value.lower() == b"websocket" for name, value in scope["headers"]
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
    """Return a problem of the proxy itself."""
    return problem(
        status,
        title,
        detail,
        {ANSWERED.decode(): "proxy"},
    )


async def _send(receive: Any, send: Any, live: LiveAnswer, headers: Headers, method: str) -> None:
    """Send a reply on, with its length where it is known and nobody said it."""
    reply, rest = live.answer, live.rest
    raw = headers.to_wire()
    has_body = method != "HEAD" and reply.status not in (204, 304)
    if rest is None and has_body and "content-length" not in headers:
        length = str(len(reply.content))
        raw.append((b"content-length", length.encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    is_begun = rest is not None
    await send({"type": "http.response.body", "body": reply.content, "more_body": is_begun})
    if rest is None:
        return
    # all of the request was read: what comes now is that the client left
    gone = asyncio.ensure_future(receive())
    try:
        async for chunk in rest:
            if gone.done():
                break
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        await rest.aclose()
