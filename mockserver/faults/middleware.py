"""Carry out faults: an ASGI application in, one around it out that delays, refuses or spoils replies."""

from __future__ import annotations

import asyncio
import math
import socket
import struct
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.asgi.api import Edge
from mockserver.asgi.note import NOTE, Note
from mockserver.asgi.refusal import refuse
from mockserver.asgi.request import SPACE, raw_path_of
from mockserver.asgi.respond import Answer, error_answer, send_answer
from mockserver.asgi.spaces import BadName, place
from mockserver.call import Problem, ProblemKind
from mockserver.faults.faults import Faults
from mockserver.faults.plan import Asked, Effect, Strike
from mockserver.faults.spoil import spoiled
from mockserver.model.types import Errors, Model
from mockserver.stores.base import Store

CONNECTION = "understudy.connection"
"""Where the scope of a request holds the `receive` of the server, by which its connection is found."""
_KINDS: Mapping[int, ProblemKind] = {
    400: ProblemKind.MALFORMED,
    401: ProblemKind.UNAUTHORIZED,
    403: ProblemKind.FORBIDDEN,
    404: ProblemKind.NOT_FOUND,
    409: ProblemKind.CONFLICT,
    422: ProblemKind.INVALID,
}


@dataclass(frozen=True, slots=True)
class Met:
    """A request that meets faults: its placed scope, its edge and its operation."""

    scope: Any
    edge: Edge
    call: Asked

    @property
    def space(self) -> str:
        return str(self.scope.get(SPACE, ""))


class FaultStage:
    """Wraps an ASGI application; requests that meet no fault go straight through."""

    def __init__(self, app: Any, edge_at: Callable[[str], Edge | None], faults: Faults) -> None:
        """Take what tells the edge of a raw path."""
        self._app = app
        self._edge_at = edge_at
        self._faults = faults

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        met = None if scope["type"] != "http" or self._faults.are_none else self._met(scope)
        if met is None:
            await self._app(scope, receive, send)
            return
        strikes = self._faults.meet(met.space, met.call)
        await asyncio.sleep(sum(strike.latency_ms for strike in strikes) / 1000)
        effects = [strike.fault.effect for strike in strikes]
        refused = next((strike for strike in strikes if _refuses(strike)), None)
        send = spoiled(send, effects) if strikes else send
        if any(each.reset for each in effects):
            await _reset(scope, receive)
        elif refused is not None:
            _note(met)
            await _refuse(refused, met, send)
        elif any(each.lost_write for each in effects):
            await aside(met, met.edge.spaces.at(met.space).store, receive, send)
        elif any(each.duplicate for each in effects):
            await self._twice(met, scope, receive, send)
        else:
            await self._from_state(met, effects, scope, receive, send)

    async def _from_state(self, met: Met, effects: Sequence[Effect], scope: Any, receive: Any, send: Any) -> None:
        """Answer a read from an earlier state where that is wanted, all else from the present one."""
        ages = [each.stale_ms for each in effects if each.stale_ms is not None]
        past = self._faults.past(met.space, met.call.api) if ages else None
        state = past.before(max(ages), self._faults.now_s()) if past else None
        if state is None:
            await self._once(met, scope, receive, send)
        else:
            await aside(met, state, receive, send)

    async def _once(self, met: Met, scope: Any, receive: Any, send: Any) -> None:
        """Let a call through; where stale reads are planned, remember the state that it puts an end to."""
        past = None if met.call.reads else self._faults.past(met.space, met.call.api)
        if past is None:
            await self._app(scope, receive, send)
            return
        note: Note = scope.get(NOTE) or Note()
        before, known = met.edge.spaces.at(met.space).store.fork(), len(note.changes)

        async def remember(message: Any) -> None:
            if message["type"] == "http.response.start" and len(note.changes) > known:
                past.leave(before, self._faults.now_s())
            await send(message)

        await self._app({**scope, NOTE: note}, receive, remember)

    async def _twice(self, met: Met, scope: Any, receive: Any, send: Any) -> None:
        """Carry a call out twice, as when something on its way repeats it; the second answer goes to the client."""
        came: list[Any] = []

        async def keep() -> Any:
            came.append(await receive())
            return came[-1]

        async def repeat() -> Any:
            return came.pop(0) if came else await receive()

        async def drop(message: Any) -> None:
            """Nobody gets the first answer."""

        await self._once(met, scope, keep, drop)
        if NOTE in scope:
            scope[NOTE].problem = None
        await self._once(met, scope, repeat, send)

    def _met(self, scope: Any) -> Met | None:
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
        label = route.name if route else ""
        return Met(placed, edge, Asked(edge.space.model.name, label, method, path, edge.kind_of(label)))


def _refuses(strike: Strike) -> bool:
    return strike.fault.effect.status is not None or strike.refused_for_s is not None


def _note(met: Met) -> None:
    note = met.scope.get(NOTE)
    if note is not None:
        note.space, note.root_path = met.space, met.scope.get("root_path", "")
        note.api, note.operation = met.call.api, met.call.operation
        note.kind = met.edge.kind_of(met.call.operation)


async def _refuse(strike: Strike, met: Met, send: Any) -> None:
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


async def aside(met: Met, store: Store, receive: Any, send: Any) -> None:
    """Answer as if all went well, from a copy of a state that is thrown away."""
    spaces = met.edge.spaces
    real = spaces.at(met.space)
    name = f"\0{uuid.uuid4()}"
    spaces.open(name, store.fork()).clock.restore(real.clock)

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
