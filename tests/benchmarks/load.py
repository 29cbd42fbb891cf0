"""Send one request over and over on many connections: a target and a request in, latencies and
statuses out.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What one burst measured: requests per second, latencies in milliseconds, statuses."""

    rate: float
    p50: float
    p99: float
    statuses: dict[int, int]


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to repeat; `{n}` in path or body is the number of the request."""

    name: str
    method: str
    path: str
    body: str = ""


def burst(port: int, ask: Ask, requests: int, connections: int, first: int) -> Load:
    """Send `requests` requests over `connections` keep-alive connections to a server on
    loopback.
    """
    return asyncio.run(_burst(port, ask, requests, connections, first))


async def _burst(port: int, ask: Ask, requests: int, connections: int, first: int) -> Load:
    numbers = iter(range(first, first + requests))
    took: list[float] = []
    statuses: dict[int, int] = {}
    began = time.perf_counter()
    await asyncio.gather(
        *(_connection(port, ask, numbers, took, statuses) for _ in range(connections))
    )
    elapsed = time.perf_counter() - began
    took.sort()
    return Load(len(took) / elapsed, _at(took, 0.5), _at(took, 0.99), statuses)


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


async def _connection(
    port: int, ask: Ask, numbers: object, took: list[float], statuses: dict[int, int]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in numbers:  # type: ignore[attr-defined]
        body = ask.body.replace("{n}", str(number)).encode()
        path = ask.path.replace("{n}", str(number))
        head = f"{ask.method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nX-Api-Key: understudy\r\nAccept: */*\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        began = time.perf_counter()
        writer.write(head.encode() + b"\r\n" + body)
        status, closes = await _reply(reader)
        took.append(time.perf_counter() - began)
        statuses[status] = statuses.get(status, 0) + 1
        if closes:
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


async def _reply(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    length = head.find(b"content-length:")
    if length >= 0:
        size = int(head[length + 15 : head.index(b"\r\n", length)])
        await reader.readexactly(size)
    elif b"transfer-encoding: chunked" in head:
        while size := int((await reader.readline()).strip() or b"0", 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return status, b"connection: close" in head
