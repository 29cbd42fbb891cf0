"""Carry out before a live server what the mock does to its own state: stale reads and lost
writes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from mockserver.asgi.edge import Edge
from mockserver.asgi.request import ANSWERED, NOTE, raw_path_of
from mockserver.call import ProblemKind
from mockserver.faults.past import Earlier, Name
from mockserver.model.types import Kind

_VARY = frozenset({b"accept", b"accept-language", b"authorization", b"cookie", b"range"})
"""Headers on which a reply depends, beside those that carry a key of the API."""
_OF_STATE = frozenset(
    ProblemKind(each)
    for each in ("not_found", "parent_not_found", "conflict", "duplicate", "transition", "too_many")
)
"""What a mock refuses because its own state is not that of the live server."""
Answer = Callable[[Any, Any], Awaitable[None]]
"""Answers a scope, given what takes the messages."""


def read_of(scope: Any, edge: Edge) -> Name:
    """Return what makes a read the same as another one: its target and the headers on which the
    reply depends.
    """
    schemes = edge.space.model.security.schemes
    vary = _VARY | {
        str(each.get("name")).lower().encode()
        for each in schemes.values()
        if each.get("in") == "header"
    }
    sent = sorted(
        (name + b": " + value).decode("latin-1") for name, value in scope["headers"] if name in vary
    )
    return (scope["method"], raw_path_of(scope), scope["query_string"].decode("latin-1"), *sent)


async def give_again(messages: tuple[Any, ...], send: Any) -> None:
    """Send a reply that was seen before, marked as one that the live server did not give."""
    for message in messages:
        await send(_marked(message, b"proxy"))


async def remember(
    earlier: Earlier, read: Name, now_s: Callable[[], float], ask: Answer, scope: Any, send: Any
) -> None:
    """Ask for a read and remember its whole reply."""
    came: list[Any] = []

    async def keep(message: Any) -> None:
        came.append(message)
        await send(message)

    await ask(scope, keep)
    if came and not came[-1].get("more_body", False):
        earlier.saw(read, tuple(came), now_s())


async def note_write(
    earlier: Earlier, now_s: Callable[[], float], ask: Answer, scope: Any, send: Any
) -> None:
    """Ask for a write, and note that there was one unless it was refused."""

    async def watch(message: Any) -> None:
        is_start = message["type"] == "http.response.start"
        if is_start and message["status"] < 400:
            earlier.wrote(now_s())
        await send(message)

    await ask(scope, watch)


async def lose(edge: Edge, label: str, ask: Answer, scope: Any, send: Any) -> None:
    """Answer a write by the mock, as nobody passes it on: by its state or, where that knows nothing
    of the record, as the document shows a success. The scope holds a Note.
    """
    came: list[Any] = []

    async def keep(message: Any) -> None:
        came.append(message)

    await ask(scope, keep)
    operation = edge.space.model.labeled(label)
    problem = scope[NOTE].problem
    is_of_state = problem is not None and problem.kind in _OF_STATE
    refused = is_of_state and not problem.chosen
    if operation is not None and refused:
        status = operation.created if operation.kind is Kind.CREATE else operation.success
        query = b"&".join(each for each in (scope["query_string"], b"__code=%d" % status) if each)
        before, came[:] = list(came), []
        await ask({**scope, "query_string": query}, keep)
        came[:] = came if came and came[0].get("status") == status else before
    for message in came:
        await send(_marked(message, b"mock"))


def _marked(message: Any, by: bytes) -> Any:
    if message["type"] != "http.response.start":
        return message
    return {
        **message,
        "headers": [*(each for each in message["headers"] if each[0] != ANSWERED), (ANSWERED, by)],
    }
