"""A record lives through every operation of its place, on a mock that starts empty."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from contracts.laws.bench.law import Untried
from contracts.laws.bench.life import live
from contracts.laws.bench.places import places
from contracts.laws.bench.visit import Visit
from contracts.laws.bench.world import World
from contracts.played import played
from contracts.requests.bodies import Bodies
from contracts.requests.drafts import Drafts
from contracts.wire.safety import Safety
from contracts.wire.wire import Budget
from mockserver.generation.supply import SeededSupply

SHELF = "/shelves/{shelf_id}"
BOOKS = f"{SHELF}/books"
BOOK = f"{BOOKS}/{{book_id}}"


def lived(path: str, safety: Safety = Safety.ALL) -> list[str]:
    """Return the operations that a life calls with success."""
    subject = replace(played("bookshop", fixtures=None), safety=safety)
    spec = subject.model.document.spec
    supply = SeededSupply(spec, 1)
    wire = subject.wire("a life", lambda event: None, Budget())
    found = places(subject.model)
    drafts = Drafts(spec, supply, Bodies(subject.model, supply))
    with closing(wire):
        live(World(Visit(subject, wire, found, drafts), found[path]))
    return [each.operation for each in wire.history if each.answer and each.answer.succeeded]


@pytest.mark.parametrize(
    ("path", "operations"),
    [
        ("/shelves", ["POST /shelves", f"GET {SHELF}", "GET /shelves", f"DELETE {SHELF}"]),
        (
            BOOKS,
            [f"POST {BOOKS}", f"GET {BOOK}", f"GET {BOOKS}", f"PUT {BOOK}", f"PATCH {BOOK}"],
        ),
    ],
)
def test_a_record_lives_through_every_operation_of_its_place(
    path: str, operations: list[str]
) -> None:
    assert set(operations) <= set(lived(path))


def test_where_nothing_may_be_made_there_is_no_life() -> None:
    with pytest.raises(Untried):
        lived("/shelves", Safety.READ)
