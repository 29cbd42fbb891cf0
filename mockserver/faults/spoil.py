"""Spoil replies: a `send` and what goes wrong in, one that cuts, garbles or spreads the body
out.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any

from mockserver.faults.plan import Effect

PIECES = 20
"""Into how many pieces a slow body is cut, at most."""


def spoiled(send: Any, effects: Sequence[Effect]) -> Any:
    """Return a `send` that cuts, garbles or spreads the body of a reply as the effects want."""
    truncate, malformed = (
        any(each.truncate for each in effects),
        any(each.malformed for each in effects),
    )
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
        await _spread(
            send, body[: len(body) // 2] if truncate else body, drip_ms, ends=not truncate
        )

    return hold


def garbled(body: bytes) -> bytes:
    """Return what is no JSON any more: the first two thirds of a body, and a bracket that nothing
    opened.
    """
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
