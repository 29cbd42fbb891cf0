"""A list of many records holds nobody up: what it needs is arranged in the background."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from mockserver.app import Settings, make_edges, wire
from mockserver.exchange import Answer
from mockserver.state import Collection, Put
from mockserver.stores.listing import Listing
from mockserver.stores.table import LARGE
from mockserver.testing.inprocess import ask, sent_to

KEY = {"X-Api-Key": "bookshop-key"}


def test_others_are_answered_while_a_large_collection_is_arranged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edges = make_edges(["bookshop"], Settings())
    shelves = []
    for number in range(1, LARGE + 1):
        record = {"id": number, "name": f"Shelf {number}"}
        shelves.append(Put(Collection("shelves"), str(number), record))
    edges[0].space.store.apply(shelves)
    app = wire(edges, Settings())
    others_answered = threading.Event()
    fill = Listing.fill

    def slowly(self: Listing, records: Any) -> None:
        assert others_answered.wait(10)
        fill(self, records)

    async def both() -> tuple[Answer, Answer]:
        many = asyncio.create_task(ask(app, sent_to("GET", "/shelves", KEY)))
        await asyncio.sleep(0)
        one = await ask(app, sent_to("GET", "/shelves/1", KEY))
        others_answered.set()
        return await many, one

    monkeypatch.setattr(Listing, "fill", slowly)
    many, one = asyncio.run(both())
    assert (many.status, one.status) == (200, 200)
    assert many.body["total"] == LARGE
