"""Carry out faults: an ASGI application in, one around it out that delays, refuses or spoils replies."""

from __future__ import annotations

import asyncio
import math
import socket
import struct
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.asgi.api import Edge
from mockserver.asgi.note import NOTE
from mockserver.asgi.refusal import refuse
from mockserver.asgi.request import SPACE, raw_path_of
from mockserver.asgi.respond import Answer, error_answer, send_answer
from mockserver.asgi.spaces import BadName, place
from mockserver.call import Problem, ProblemKind
from mockserver.faults.faults import Faults
from mockserver.faults.plan import Asked, Strike
from mockserver.model.types import Errors, Model

CONNECTION = "understudy.connection"
"""Where the scope of a request holds the `receive` of the server, by which its connection is found."""
PIECES = 20
"""Into how many pieces a slow body is cut, at most."""
_KINDS: Mapping[int, ProblemKind] = {
    400: ProblemKind.MALFORMED,
    401: ProblemKind.UNAUTHORIZED,
    403: ProblemKind.FORBIDDEN,
    404: ProblemKind.NOT_FOUND,
    409: ProblemKind.CONFLICT,
    422: ProblemKind.INVALID,
}


@dataclass(frozen=True, slots=True)
class _Met:
    """A request that meets faults: its placed scope, its edge and its operation."""

    scope: Any
    edge: Edge
    call: Asked


class FaultStage:
    """Wraps an ASGI application; requests that meet no fault go straight through."""

    def __init__(self, app: Any, edge_at: Callable[[str], Edge | None], faults: Faults) -> None:
        """Take what tells the edge of a raw path."""
        self._app = app
        self._edge_at = edge_at
        self._faults = faults

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        met = None if scope["type"] != "http" or self._faults.are_none else self._met(scope)
        strikes = self._faults.meet(met.scope.get(SPACE, ""), met.call) if met else []
        if met is None or not strikes:
            await self._app(scope, receive, send)
            return
        await asyncio.sleep(sum(strike.latency_ms for strike in strikes) / 1000)
        if any(strike.fault.effect.reset for strike in strikes):
            await _reset(scope, receive)
            return
        refused = next((strike for strike in strikes if _refuses(strike)), None)
        if refused is not None:
            _note(met)
            await _refuse(refused, met, spoiled(send, strikes))
        elif any(strike.fault.effect.lost_write for strike in strikes):
            await _lose(met, receive, spoiled(send, strikes))
        else:
            await self._app(scope, receive, spoiled(send, strikes))

    def _met(self, scope: Any) -> _Met | None:
        try:
            placed = place(scope)
        except BadName:
            return None
        path, method = raw_path_of(placed), scope["method"]
        edge = self._edge_at(path)
        if edge is None:
            return None
        match = edge.find(path)
        routes = match.routes if match else {}
        route = routes.get(method) or (routes.get("GET") if method == "HEAD" else None)
        return _Met(placed, edge, Asked(edge.space.model.name, route.name if route else "", method, path))


def _refuses(strike: Strike) -> bool:
    return strike.fault.effect.status is not None or strike.refused_for_s is not None


def _note(met: _Met) -> None:
    note = met.scope.get(NOTE)
    if note is not None:
        note.space, note.root_path = met.scope.get(SPACE, ""), met.scope.get("root_path", "")
        note.api, note.operation = met.call.api, met.call.operation
        note.kind = met.edge.kind_of(met.call.operation)


async def _refuse(strike: Strike, met: _Met, send: Any) -> None:
    """Answer with a status in the API's own error form, and with what tells a client when to come again."""
    effect = strike.fault.effect
    status, added = effect.status or 429, []
    if strike.refused_for_s is not None and effect.rate_limit is not None:
        status, wait_s = 429, max(1, math.ceil(strike.refused_for_s))
        limit = str(effect.rate_limit.limit).encode()
        added = [(b"x-ratelimit-limit", limit), (b"x-ratelimit-remaining", str(strike.left).encode())]
        added += [(b"x-ratelimit-reset", str(wait_s).encode()), (b"retry-after", str(wait_s).encode())]
    elif effect.retry_after_s is not None:
        added = [(b"retry-after", str(effect.retry_after_s).encode())]
    answer = failure(met.edge.space.model, met.call.operation, status)
    told = [each for each in answer.headers if each[0] not in dict(added)]
    whole = Answer(status, [*told, *added], answer.body)
    await send_answer(send, whole, (), met.call.method == "HEAD")


def failure(model: Model, label: str, status: int) -> Answer:
    """Return an answer of a status in the error form of an operation, or of the API."""
    operation = next((each for each in model.operations if each.label == label), None)
    errors: Errors = model.errors[operation.errors if operation else "default"]
    by_status = {form.status: ProblemKind(kind) for kind, form in reversed(list(errors.forms.items()))}
    kind = _KINDS.get(status) or by_status.get(status, ProblemKind.INTERNAL)
    text = "too many requests" if status == 429 else f"planned fault: {status}"
    answer = error_answer(refuse(errors, Problem(kind, text), status), None)
    return answer if status not in (204, 304) else Answer(status, [], b"")


async def _lose(met: _Met, receive: Any, send: Any) -> None:
    """Answer as if all went well, from a copy of the state that is thrown away."""
    spaces = met.edge.spaces
    real = spaces.at(met.scope.get(SPACE, ""))
    name = f"\0{uuid.uuid4()}"
    spaces.open(name, real.store.fork()).clock.restore(real.clock)

    async def keep_space(message: Any) -> None:
        _note(met)  # the edge noted the copy, and changes that are thrown away
        if NOTE in met.scope:
            met.scope[NOTE].changes = ()
        await send(message)

    try:
        await met.edge({**met.scope, SPACE: name}, receive, keep_space)
    finally:
        spaces.drop(name)


async def _reset(scope: Any, receive: Any) -> None:
    """Cut the connection with a TCP reset; where there is none, in the same process, give no answer."""
    source = scope.get(CONNECTION, receive)
    transport = getattr(getattr(source, "__self__", None), "transport", None)
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    while (await source())["type"] != "http.disconnect":
        pass


def spoiled(send: Any, strikes: list[Strike]) -> Any:
    """Return a `send` that cuts, garbles or spreads the body of a reply as the strikes want."""
    effects = [strike.fault.effect for strike in strikes]
    truncate, malformed = any(each.truncate for each in effects), any(each.malformed for each in effects)
    drip_ms = sum(each.drip_ms for each in effects)
    if not (truncate or malformed or drip_ms):
        return send
    start: Any = None
    chunks: list[bytes] = []

    async def hold(message: Any) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        chunks.append(message.get("body", b""))
        if message.get("more_body", False):
            return
        body = b"".join(chunks)
        if malformed:
            body = garbled(body)
            start = {**start, "headers": _measured(start["headers"], body)}
        await send(start)
        await _spread(send, body[: len(body) // 2] if truncate else body, drip_ms, ends=not truncate)

    return hold


def garbled(body: bytes) -> bytes:
    """Return what is no JSON any more: the first two thirds of a body, and a bracket that nothing opened."""
    return body[: len(body) * 2 // 3] + b"]}"


def _measured(headers: Any, body: bytes) -> list[tuple[bytes, bytes]]:
    kept = [each for each in headers if each[0] != b"content-length"]
    return [*kept, (b"content-length", str(len(body)).encode())]


async def _spread(send: Any, body: bytes, drip_ms: float, *, ends: bool) -> None:
    """Send a body in pieces over a time; one that does not end is cut off by the server."""
    size = max(1, math.ceil(len(body) / PIECES)) if drip_ms else max(1, len(body))
    pieces = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        await asyncio.sleep(drip_ms / len(pieces) / 1000)
    if ends:
        await send({"type": "http.response.body", "body": b"", "more_body": False})
