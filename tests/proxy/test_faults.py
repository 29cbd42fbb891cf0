"""Faults planned before a live server act on what passes through."""

from __future__ import annotations

from typing import Any

import pytest

from tests.proxy.conftest import Between, Make

pytestmark = pytest.mark.anyio
KEY = {"X-Api-Key": "any-key-of-the-live-server"}


async def plan(at: Between, **words: Any) -> None:
    assert (await at.client.post("/__admin/faults", json=words)).status_code == 201


async def read(at: Between, name: str | None = None, **headers: str) -> tuple[str, str | None]:
    """Return the name of shelf 7 as a client reads it, and who answered; `name` is what the live
    server has.
    """
    if name is not None:
        at.live.reply(200, {"id": 7, "name": name})
    reply = await at.client.get("/shelves/7", headers=KEY | headers)
    return reply.json()["name"], reply.headers.get("understudy-answered")


async def rename(at: Between, status: int = 200) -> None:
    at.live.reply(status)
    await at.client.delete("/shelves/7/books/1", headers=KEY)


async def test_a_stale_read_is_what_the_live_server_answered_before_the_last_write(
    between: Make,
) -> None:
    at = between()
    await plan(at, stale_read=True)
    assert await read(at, "Poetry") == ("Poetry", None)
    await rename(at, status=404)
    assert await read(at, "Prose") == ("Prose", None)
    await rename(at)
    assert await read(at) == ("Prose", "proxy")
    assert await read(at, "Drama", **{"X-Api-Key": "other"}) == ("Drama", None)
    [*_, stale, _] = at.control.journal.of()
    assert (stale.operation, stale.note.live) == ("GET /shelves/{shelf_id}", False)


async def test_a_stale_read_is_what_the_live_server_answered_so_long_ago(between: Make) -> None:
    at, now_s = between(), 100.0
    at.control.faults._now_s = lambda: now_s
    await plan(at, stale_read="2s")
    assert await read(at, "Poetry") == ("Poetry", None)
    now_s += 1.5
    assert await read(at, "Prose") == ("Prose", None)
    now_s += 1.5
    assert await read(at) == ("Poetry", "proxy")
    now_s += 1.5
    assert await read(at) == ("Prose", "proxy")


async def test_a_lost_write_is_answered_and_never_reaches_the_live_server(between: Make) -> None:
    at = between()
    await plan(at, lost_write=True)
    made = await at.client.post("/shelves", headers=KEY, json={"name": "Poetry"})
    book = {"title": "Kindred", "author": "Octavia E. Butler"}
    kept = await at.client.put("/shelves/77/books/1", headers=KEY, json=book)
    gone = await at.client.delete("/shelves/77", headers=KEY)
    wrong = await at.client.post("/shelves", headers=KEY, json={"name": 5})
    assert [each.status_code for each in (made, kept, gone, wrong)] == [201, 200, 204, 400]
    assert {each.headers["understudy-answered"] for each in (made, kept, gone, wrong)} == {"mock"}
    assert at.live.asked == []
    assert [each.note.reasons for each in at.control.journal.of()][:3] == [()] * 3
    at.live.reply(404)
    assert (await at.client.get(f"/shelves/{made.json()['id']}", headers=KEY)).status_code == 404


async def test_a_duplicate_reaches_the_live_server_twice(between: Make) -> None:
    at = between()
    await plan(at, duplicate=True)
    for number in (7, 8):
        at.live.reply(201, {"id": number, "name": "Poetry"})
    made = await at.client.post("/shelves", headers=KEY, json={"name": "Poetry"})
    assert made.json()["id"] == 8
    assert [(method, body) for method, _, _, body in at.live.asked] == [
        ("POST", b'{"name":"Poetry"}')
    ] * 2
