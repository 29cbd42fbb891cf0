"""Words tell what the records that name another one mean for it."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.call import ProblemKind
from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

SHELF = thing(id={"type": "integer", "readOnly": True}, name="string", parent_id="integer")
BOOK = thing(id={"type": "integer", "readOnly": True}, title="string", shelf_id="integer")


def library(
    deletes: str = "", held: str = "", unknown: str = "", cycle: str = "", status: str = "404"
) -> World:
    """Return an API of shelves, which may be on each other, and of books on them."""
    delete, make = does(status=204, description=deletes), does(BOOK, BOOK, 201)
    change = does(SHELF, SHELF)
    for operation, code, words in (
        (delete, "409", held),
        (make, status, unknown),
        (change, "409", cycle),
    ):
        if words:
            operation["responses"][code] = {"description": words}
    paths: dict[str, Any] = {
        "/shelves": {"get": does(many(SHELF)), "post": does(SHELF, SHELF, 201)},
        "/shelves/{id}": {"get": does(SHELF), "delete": delete, "patch": change},
        "/books": {"get": does(many(BOOK)), "post": make},
        "/books/{id}": {"get": does(BOOK), "delete": does(status=204)},
    }
    world = World(model=small(paths))
    world.value("POST /shelves", {"name": "a"})
    world.value("POST /shelves", {"name": "b", "parent_id": 1})
    world.value("POST /books", {"title": "x", "shelf_id": 2})
    return world


@pytest.mark.parametrize(
    ("deletes", "held", "is_held"),
    [
        ("", "The shelf still has books.", True),
        ("", "The shelf is not empty.", True),
        ("A shelf with books on it cannot be deleted.", "Conflict", True),
        ("", "Conflict", False),
        ("You need to have a permission.", "Conflict", False),
        ("A shelf with books on it cannot be deleted.", "", False),
    ],
)
def test_what_is_said_to_be_held_back_cannot_go(deletes: str, held: str, is_held: bool) -> None:
    world, path = library(deletes, held), {"id": 2}
    if is_held:
        problem = world.refusal("DELETE /shelves/{id}", path=path)
        assert problem.kind is ProblemKind.CONFLICT
        world.value("DELETE /books/{id}", path={"id": 1})
    world.value("DELETE /shelves/{id}", path=path)
    assert [shelf["id"] for shelf in world.value("GET /shelves")] == [1]


@pytest.mark.parametrize(
    ("words", "shelves", "books"),
    [
        ("Deletes the shelf and everything below it.", 0, 0),
        ("Deletes a shelf and all its books.", 1, 1),
        ("Deletes a shelf.", 1, 1),
    ],
)
def test_what_is_said_to_go_along_goes(words: str, shelves: int, books: int) -> None:
    world = library(words)
    world.value("DELETE /shelves/{id}", path={"id": 1})
    assert len(world.value("GET /shelves")) == shelves
    assert len(world.value("GET /books")) == books


@pytest.mark.parametrize(
    ("words", "status", "kind"),
    [
        ("The shelf does not exist.", "404", ProblemKind.PARENT_NOT_FOUND),
        ("shelf_id is unknown.", "422", ProblemKind.INVALID),
        ("No such shelf", "409", ProblemKind.CONFLICT),
    ],
)
def test_what_is_said_to_exist_must_exist(words: str, status: str, kind: ProblemKind) -> None:
    world = library(unknown=words, status=status)
    assert world.refusal("POST /books", {"title": "y", "shelf_id": 9}).kind is kind
    world.value("POST /books", {"title": "y", "shelf_id": 1})


def test_any_record_may_be_named_where_words_say_nothing_of_it() -> None:
    world = library(unknown="Not found")
    assert world.value("POST /books", {"title": "y", "shelf_id": 9})["shelf_id"] == 9


@pytest.mark.parametrize("words", ["Would make a cycle.", "Not on itself."])
def test_nothing_is_above_itself_where_words_say_so(words: str) -> None:
    world, path = library(cycle=words), {"id": 1}
    for above in (1, 2):
        problem = world.refusal("PATCH /shelves/{id}", {"parent_id": above}, path=path)
        assert problem.kind is ProblemKind.CONFLICT
    world.value("PATCH /shelves/{id}", {"parent_id": 1}, path={"id": 2})
    changed = library().value("PATCH /shelves/{id}", {"parent_id": 2}, path=path)
    assert changed["parent_id"] == 2


def test_what_is_above_in_the_path_need_not_be_named_in_the_body() -> None:
    make = does(BOOK, BOOK, 201)
    make["responses"]["404"] = {"description": "The shelf does not exist."}
    paths: dict[str, Any] = {
        "/shelves": {"post": does(SHELF, SHELF, 201)},
        "/shelves/{id}": {"get": does(SHELF)},
        "/shelves/{shelf_id}/books": {"get": does(many(BOOK)), "post": make},
        "/shelves/{shelf_id}/books/{id}": {"get": does(BOOK)},
    }
    world = World(model=small(paths))
    world.value("POST /shelves", {"name": "a"})
    path = {"shelf_id": 1}
    made = world.value("POST /shelves/{shelf_id}/books", {"title": "x", "shelf_id": 9}, path=path)
    assert made["shelf_id"] == 1


@pytest.mark.parametrize(
    ("words", "is_held"), [("It has bookings.", True), ("It has a confirmed booking.", False)]
)
def test_what_is_said_of_records_in_one_state_is_not_said_of_all(words: str, is_held: bool) -> None:
    room = thing(id={"type": "integer", "readOnly": True}, name="string")
    states = {"type": "string", "enum": ["confirmed", "cancelled"]}
    booking = thing(id={"type": "integer", "readOnly": True}, room_id="integer", status=states)
    delete = does(status=204)
    delete["responses"]["409"] = {"description": words}
    paths: dict[str, Any] = {
        "/rooms": {"post": does(room, room, 201)},
        "/rooms/{id}": {"get": does(room), "delete": delete},
        "/bookings": {"get": does(many(booking)), "post": does(booking, booking, 201)},
        "/bookings/{id}": {"get": does(booking)},
    }
    world = World(model=small(paths))
    world.value("POST /rooms", {"name": "a"})
    world.value("POST /bookings", {"room_id": 1, "status": "cancelled"})
    if is_held:
        world.refusal("DELETE /rooms/{id}", path={"id": 1})
    else:
        world.value("DELETE /rooms/{id}", path={"id": 1})
