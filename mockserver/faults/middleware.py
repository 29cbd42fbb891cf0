"""Carry out faults: an ASGI application in, one around it out that delays, refuses or spoils
replies.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from mockserver.asgi.edge import Edge
from mockserver.asgi.located import LOCATED, Located
from mockserver.asgi.request import FAILING, FAILING_DELIVERIES, NOTE, SPACE, Note
from mockserver.asgi.respond import send_answer
from mockserver.asgi.threads import ThreadStage
from mockserver.errors import StoreError
from mockserver.faults import live
from mockserver.faults.effects import refusal, refuses, spoiled
from mockserver.faults.faults import Faults
from mockserver.faults.plan import Asked, Effect, Strike
from mockserver.slots import dataclass
from mockserver.stores.base import Store

Result = TypeVar("Result")
CONNECTION = "understudy.connection"
"""Where the scope of a request holds the `receive` of the server, by which its connection is
found.
"""


@dataclass(frozen=True, slots=True)
class Met:
    """A request that meets faults: where it belongs, its edge and its operation."""

    scope: Any
    located: Located
    edge: Edge
    call: Asked

    @property
    def space(self) -> str:
        return self.located.space


class FaultStage:
    """Wraps an ASGI application; requests that meet no fault go straight through."""

    def __init__(self, app: Any, edges: Sequence[Edge], faults: Faults, live: bool = False) -> None:
        """Take the edges, and whether a live server answers in their place."""
        self._live = live
        self._app = app
        self._edges = {edge.name: edge for edge in edges}
        self._faults = faults

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        met = None if scope["type"] != "http" or self._faults.are_none else self._met(scope)
        if met is None:
            await self._app(scope, receive, send)
            return
        strikes = await self._struck(met)
        latency_ms = sum(strike.latency_ms for strike in strikes)
        await asyncio.sleep(latency_ms / 1000)
        effects = [strike.fault.effect for strike in strikes]
        refusing = filter(refuses, strikes)
        refused = next(refusing, None)
        if strikes:
            send = spoiled(send, effects)
        fails = any(effect.fail_job for effect in effects)
        if fails:
            scope = {**scope, FAILING: True}
            met = replace(met, scope=scope)
        failing = max((effect.failing for effect in effects), default=0)
        if failing:
            scope = {**scope, FAILING_DELIVERIES: failing}
            met = replace(met, scope=scope)
        if any(effect.reset for effect in effects):
            await _reset(scope, receive)
        elif refused is not None:
            _note(met)
            answer = refusal(refused, met.edge, met.scope)
            is_head = met.call.method == "HEAD"
            await send_answer(send, answer, met.edge.headers(), is_head)
        elif any(effect.lost_write for effect in effects):
            await self._lost(met, receive, send)
        elif any(effect.duplicate for effect in effects):
            await self._twice(met, scope, receive, send)
        else:
            await self._from_state(met, effects, scope, receive, send)

    async def _struck(self, met: Met) -> Sequence[Strike]:
        """Return what strikes a call, and count it; in a thread where others count, too. Where that
        fails, so will what is behind.
        """
        faults = self._faults
        if not faults.may_meet(met.space, met.call):
            return ()
        if not faults.is_shared:
            return faults.meet(met.space, met.call)
        try:
            return await asyncio.to_thread(faults.meet, met.space, met.call)
        except StoreError:
            return ()

    async def _lost(self, met: Met, receive: Any, send: Any) -> None:
        """Answer a write from a copy of the state, which is thrown away; nothing goes to a live
        server.
        """
        store = met.edge.spaces.at(met.space).store
        if not self._live:
            await aside(met, store, receive, send)
            return
        hear, note = _heard(receive), met.scope.get(NOTE) or Note()

        async def ask(scope: Any, take: Any) -> None:
            note.problem = None
            await aside(replace(met, scope=scope), store, hear(), take)

        await live.lose(met.edge, met.call.operation, ask, {**met.scope, NOTE: note}, send)

    async def _before_live(
        self, met: Met, ages: Sequence[float], scope: Any, receive: Any, send: Any
    ) -> None:
        """Answer a read as the live server did some time ago where that is wanted, let all else
        through to it.
        """
        earlier = self._faults.earlier(met.space, met.call.api)
        now_s = self._faults.now_s

        async def ask(scope: Any, take: Any) -> None:
            await self._app(scope, receive, take)

        if earlier is None:
            await ask(scope, send)
        elif not met.call.reads:
            await live.note_write(earlier, now_s, ask, scope, send)
        else:
            read = live.read_of(met.scope, met.edge)
            before = earlier.before(read, max(ages), now_s()) if ages else None
            if before is None:
                await live.remember(earlier, read, now_s, ask, scope, send)
            else:
                _note(met)
                await live.give_again(before, send)

    async def _from_state(
        self, met: Met, effects: Sequence[Effect], scope: Any, receive: Any, send: Any
    ) -> None:
        """Answer a read from an earlier state where that is wanted, all else from the present
        one.
        """
        wanted = [effect.stale_ms for effect in effects]
        ages = [age_ms for age_ms in wanted if age_ms is not None]
        if self._live:
            await self._before_live(met, ages, scope, receive, send)
            return
        past = self._faults.past(met.space, met.call.api) if ages else None
        state = past.before(max(ages), self._faults.now_s()) if past else None
        if state is None:
            await self._once(met, scope, receive, send)
        else:
            await aside(met, state, receive, send)

    async def _once(self, met: Met, scope: Any, receive: Any, send: Any) -> None:
        """Let a call through; where stale reads are planned, remember the state that it puts an end
        to.
        """
        if self._live:
            await self._before_live(met, (), scope, receive, send)
            return
        past = None if met.call.reads else self._faults.past(met.space, met.call.api)
        if past is None:
            await self._app(scope, receive, send)
            return
        note: Note = scope.get(NOTE) or Note()
        known = len(note.changes)
        present = met.edge.spaces.at(met.space).store
        before = await _off_loop(present, present.fork)

        async def remember(message: Any) -> None:
            if message["type"] == "http.response.start" and len(note.changes) > known:
                past.leave(before, self._faults.now_s())
            await send(message)

        await self._app({**scope, NOTE: note}, receive, remember)

    async def _twice(self, met: Met, scope: Any, receive: Any, send: Any) -> None:
        """Carry a call out twice, as when something on its way repeats it; the second answer goes
        to the client.
        """
        hear = _heard(receive)

        async def drop(message: Any) -> None:
            """Nobody gets the first answer."""

        await self._once(met, scope, hear(), drop)
        if NOTE in scope:
            scope[NOTE].problem = None
        await self._once(met, scope, hear(), send)

    def _met(self, scope: Any) -> Met | None:
        """Return a request that belongs to an API, None for any other."""
        located: Located | None = scope.get(LOCATED)
        edge = self._edges.get(located.api) if located else None
        if located is None or edge is None:
            return None
        label = ""
        if located.route is not None:
            label = located.route.name
        call = Asked(
            located.api,
            label,
            scope["method"],
            located.raw_path,
            edge.kind_of(label),
        )
        return Met(scope, located, edge, call)


def _heard(receive: Any) -> Callable[[], Any]:
    """Return what gives a `receive` each time, which tells what came before once more, and then
    goes on.
    """
    came: list[Any] = []

    def hear() -> Any:
        told = 0

        async def again() -> Any:
            nonlocal told
            if told == len(came):
                came.append(await receive())
            told += 1
            return came[told - 1]

        return again

    return hear


def _note(met: Met) -> None:
    """Write down where a request belongs that no edge answers, or one in another space."""
    note = met.scope.get(NOTE)
    if note is None:
        return
    note.space = met.space
    note.root_path = met.located.root_path
    note.api = met.call.api
    note.operation = met.call.operation
    note.kind = met.edge.kind_of(met.call.operation)


async def aside(met: Met, store: Store, receive: Any, send: Any) -> None:
    """Answer as if all went well, from a copy of a state that is thrown away."""
    spaces = met.edge.spaces
    name = f"\0{uuid.uuid4()}"
    edge: Any = ThreadStage(met.edge) if store.is_durable else met.edge

    def open_copy() -> None:
        real = spaces.at(met.space)
        copy = spaces.open(name, spaces.start_of(met.space))
        copy.store.restore(store)
        copy.clock.restore(real.clock)

    await _off_loop(store, open_copy)

    async def keep_space(message: Any) -> None:
        _note(met)  # the edge noted the copy, and changes that are thrown away
        if NOTE in met.scope:
            met.scope[NOTE].changes = ()
        await send(message)

    inside = {**met.scope, SPACE: name, LOCATED: replace(met.located, space=name)}
    try:
        await edge(inside, receive, keep_space)
    finally:
        await _off_loop(store, lambda: spaces.drop(name))


async def _off_loop(store: Store, step: Callable[[], Result]) -> Result:
    """Return what a step gives that asks a store, in a thread where that may take long."""
    return await asyncio.to_thread(step) if store.is_durable else step()


async def _reset(scope: Any, receive: Any) -> None:
    """Cut the connection with a TCP reset; where there is none, in the same process, give no
    answer.
    """
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
