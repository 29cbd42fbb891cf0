"""A target as an ASGI application: what a tool sends to it goes out through the wire, and nowhere
else.

Schemathesis calls applications in its own process; this one stands for whatever is at the other end
of the wire. A request that may not leave is answered here, and marked, so that nothing is concluded
from the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any

from contracts.errors import ContractError, Stopped, Withheld
from contracts.targets.exchanges import Exchange
from contracts.targets.scopes import in_scope
from contracts.targets.target import Answer, Sent
from contracts.wire.wire import Lost, Wire
from mockserver.exchange import sent_from

NOTHING: Mapping[str, str] = MappingProxyType({})
WITHHELD = "Understudy-Withheld"
"""Header of an answer that did not come from the server: nothing is concluded from it."""
_HOP_BY_HOP = frozenset(
    {"connection", "transfer-encoding", "content-encoding", "content-length", "keep-alive"}
)
_ITS_OWN = frozenset({"host", "accept-encoding", "content-length", "connection"})
"""Headers that belong to a connection: the target has another host, and codings are its own
affair.
"""


class Gate:
    """The application. `watch` is told of every exchange; `broken` is what ended the run, once
    something has. Headers that say whose records are meant get the values of `scope`.
    """

    def __init__(
        self,
        wire: Wire,
        watch: Callable[[Exchange], None],
        scope: Mapping[str, str] = NOTHING,
    ) -> None:
        self._behind: tuple[Wire, Callable[[Exchange], None]] | None = (wire, watch)
        self._calls = ThreadPoolExecutor(1)  # the wire blocks, and takes one call at a time
        self.broken: Stopped | ContractError | None = None
        self._scope = scope

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        """Answer a request (ASGI 3)."""
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        answer = await asyncio.get_running_loop().run_in_executor(
            self._calls, self._answer, _sent(scope, body)
        )
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": _headers(answer)}
        )
        await send({"type": "http.response.body", "body": answer.content})

    def between(self, act: Callable[[Wire], bool]) -> bool:
        """Do something with the wire between two calls; false once the run is over."""

        def guarded() -> bool:
            if self.broken is not None or self._behind is None:
                return False
            try:
                return act(self._behind[0])
            except (Withheld, Lost):
                return False
            except (Stopped, ContractError) as end:
                self.broken = end
                return False

        return self._calls.submit(guarded).result()

    def close(self) -> Stopped | ContractError | None:
        """End the thread that makes the calls, return what ended the run, and let go: Schemathesis
        keeps the gate.
        """
        self._calls.shutdown()
        broken, self.broken, self._behind = self.broken, None, None
        return broken

    def _answer(self, sent: Sent) -> Answer:
        try:
            if self.broken is not None or self._behind is None:
                return _withheld("the run is over")
            wire, watch = self._behind
            answer = wire.send(self._in_scope(wire, sent))
            watch(wire.last)
        except (Withheld, Lost) as reason:
            return _withheld(str(reason))
        except (Stopped, ContractError) as end:
            self.broken = end
            return _withheld("the run is over")
        return answer

    def _in_scope(self, wire: Wire, sent: Sent) -> Sent:
        operation = wire.readings.read(sent).operation if self._scope else None
        if operation is None:
            return sent
        return sent.with_headers(in_scope(operation, sent.headers, self._scope))


def _withheld(reason: str) -> Answer:
    told = reason.encode("ascii", "replace").decode().replace("\n", " ")
    return Answer(403, {WITHHELD: told})


def _sent(scope: Mapping[str, Any], content: bytes) -> Sent:
    """Return a request without the headers of its connection."""
    sent = sent_from(scope, content)
    own = {name for name in sent.headers if name.lower() in _ITS_OWN}
    kept = {name.title(): value for name, value in sent.headers.items() if name not in own}
    return Sent(sent.method, sent.target, kept, content)


def _headers(answer: Answer) -> list[tuple[bytes, bytes]]:
    kept = {
        name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP
    }
    kept["content-length"] = answer.headers.get("content-length", str(len(answer.content)))
    return [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in kept.items()
    ]
