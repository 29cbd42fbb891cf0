"""Relationships of JSON:API are changed at a path of their own, and are read with their record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

NAMED = thing(type="string", id="string")
TAGS = thing(tags=thing(data=many(NAMED)), author=thing(data=NAMED))
BOOK = thing(type="string", id="string", attributes=thing(title="string"), relationships=TAGS)
SENT = thing(data=thing(type="string", attributes=thing(title="string")))
PATH = "/books/{book_id}/relationships"
BOOKS = small(
    {
        "/books": {"get": does(thing(data=many(BOOK))), "post": does(thing(data=BOOK), SENT, 201)},
        "/books/{id}": {"get": does(thing(data=BOOK))},
        f"{PATH}/tags": {
            "post": does(status=204, body=thing(data=many(NAMED))),
            "patch": does(status=204, body=thing(data=many(NAMED))),
            "delete": does(status=204, body=thing(data=many(NAMED))),
        },
        f"{PATH}/author": {"patch": does(status=204, body=thing(data=NAMED))},
    }
)


def tag(name: str) -> dict[str, str]:
    return {"type": "tags", "id": name}


def test_what_a_record_names_is_added_taken_away_and_set() -> None:
    world = World(model=BOOKS)
    sent = {"data": {"type": "books", "attributes": {"title": "t"}}}
    key = world.value("POST /books", sent)["id"]
    path = {"book_id": key}

    def named(name: str) -> Any:
        shown = world.value("GET /books/{id}", path={"id": key})
        return shown["relationships"][name]["data"]

    world.value(f"POST {PATH}/tags", {"data": [tag("a"), tag("b")]}, path=path)
    world.value(f"POST {PATH}/tags", {"data": [tag("b"), tag("c")]}, path=path)
    assert named("tags") == [tag("a"), tag("b"), tag("c")]
    world.value(f"DELETE {PATH}/tags", {"data": [tag("a"), tag("z")]}, path=path)
    assert named("tags") == [tag("b"), tag("c")]
    world.value(f"PATCH {PATH}/tags", {"data": [tag("d")]}, path=path)
    assert named("tags") == [tag("d")]
    author = {"type": "people", "id": "9"}
    world.value(f"PATCH {PATH}/author", {"data": author}, path=path)
    assert named("author") == author
    world.value(f"PATCH {PATH}/author", {"data": None}, path=path)
    assert named("author") is None
    assert named("tags") == [tag("d")]


@pytest.mark.parametrize(
    "param",
    ["filter[author]", "filter[author.id]", "filter[author][id]", "author_id", "filter[authorId]"],
)
def test_a_list_is_narrowed_by_what_its_records_name(param: str) -> None:
    whole = thing(data=thing(attributes=thing(title="string"), relationships=TAGS))
    listed = does(thing(data=many(BOOK)), query=[param])
    world = World(model=small({"/books": {"get": listed, "post": does(thing(data=BOOK), whole)}}))
    for name in ("1", "2", "1"):
        named = {"author": {"data": {"type": "people", "id": name}}}
        world.value("POST /books", {"data": {"relationships": named}})
    assert len(world.value("GET /books", query={param: "1"})) == 2
    assert len(world.value("GET /books", query={param: "2"})) == 1
    assert world.value("GET /books", query={param: "3"}) == []
