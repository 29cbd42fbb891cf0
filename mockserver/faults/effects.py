"""What a fault does to a reply: a refusal in the API's own form in its place, or its body cut,
garbled or spread out on the way.

    refused    {"status": 503, "retry_after_s": 2}    503 as the API tells it, Retry-After: 2
    cut        {"truncate": true}                     the first half, then the connection ends
    garbled    {"malformed": true}                    two thirds, and a bracket that nothing opened
    spread     {"drip_ms": 500}                       pieces, half a second from first to last
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any

from mockserver.asgi.edge import Edge
from mockserver.asgi.replies.errorreply import Wanted
from mockserver.asgi.respond import Answer
from mockserver.faults.plan import Effect, Strike

WHY = "planned fault"
PIECES = 20
"""Into how many pieces a slow body is cut, at most."""


def refuses(strike: Strike) -> bool:
    """Tell whether a strike is a refusal."""
    effect = strike.fault.effect
    return effect.status is not None or strike.refused_for_s is not None


def refusal(strike: Strike, edge: Edge, scope: Any) -> Answer:
    """Return an answer with a status in the API's own error form, and with what tells a client when
    to come again.
    """
    effect = strike.fault.effect
    status = effect.status or 429
    wait_s = effect.retry_after_s
    told: dict[str, int] = {}
    if strike.refused_for_s is not None and effect.rate_limit is not None:
        status = 429
        wait_s = wait_s or math.ceil(strike.refused_for_s)
        told["x-ratelimit-limit"] = effect.rate_limit.limit
        told["x-ratelimit-remaining"] = strike.left
        told["x-ratelimit-reset"] = max(1, wait_s)
    if wait_s is not None:
        told["retry-after"] = max(1, wait_s)
    wanted = Wanted(status, WHY, wait_s)
    answer = edge.wanted(scope, wanted, effect.example)
    added = []
    for name, value in told.items():
        added.append((name.encode(), str(value).encode()))
    names = [name for name, _ in added]
    others = [header for header in answer.headers if header[0] not in names]
    headers = [*others, *added]
    return Answer(answer.status, headers, answer.body)


def spoiled(send: Any, effects: Sequence[Effect]) -> Any:
    """Return a `send` that cuts, garbles or spreads the body of a reply as the effects want."""
    truncate = any(effect.truncate for effect in effects)
    malformed = any(effect.malformed for effect in effects)
    drip_ms = sum(effect.drip_ms for effect in effects)
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
        if truncate:
            body = body[: len(body) // 2]
        await send(start)
        await _spread(send, body, drip_ms, ends=not truncate)

    return hold


def garbled(body: bytes) -> bytes:
    """Return what is no JSON any more: the first two thirds of a body, and a bracket that nothing
    opened.
    """
    return body[: len(body) * 2 // 3] + b"]}"


def _measured(headers: Any, body: bytes) -> list[tuple[bytes, bytes]]:
    """Return headers with the length of another body."""
    length = str(len(body)).encode()
    kept = [header for header in headers if header[0] != b"content-length"]
    return [*kept, (b"content-length", length)]


async def _spread(send: Any, body: bytes, drip_ms: float, *, ends: bool) -> None:
    """Send a body in pieces over a time; one that does not end is cut off by the server."""
    count = PIECES if drip_ms else 1
    size = max(1, math.ceil(len(body) / count))
    places = range(0, len(body), size)
    pieces = [body[at : at + size] for at in places]
    for piece in pieces:
        await send(_body_message(piece, True))
        await asyncio.sleep(drip_ms / len(pieces) / 1000)
    if ends:
        await send(_body_message(b"", False))


def _body_message(body: bytes, more: bool) -> Any:
    """Return the ASGI message for a piece of a body."""
    return {
        "type": "http.response.body",
        "body": body,
        "more_body": more,
    }
