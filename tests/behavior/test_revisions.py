"""What a record was is kept where the document lists its revisions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

NUMBER = {"type": "integer", "readOnly": True}
PAGE = thing(id=NUMBER, title="string", text="string")
SENT = thing(title="string", text="string")


def pages(word: str = "revisions", **more: Any) -> World:
    """Return an API of pages, and what keeps what they were."""
    revision = thing(number="integer", title="string", text="string")
    paths = {
        "/pages": {"get": does(many(PAGE)), "post": does(PAGE, SENT, 201)},
        "/pages/{id}": {
            "get": does(PAGE),
            "patch": does(PAGE, SENT),
            "delete": does(status=204),
        },
        f"/pages/{{id}}/{word}": {"get": does(many(revision)), **more},
        f"/pages/{{id}}/{word}/{{number}}": {"get": does(revision)},
    }
    return World(model=small(paths))


@pytest.mark.parametrize("word", ["revisions", "versions", "history"])
def test_each_change_is_kept(word: str) -> None:
    world, path = pages(word), {"id": 1}
    world.value("POST /pages", {"title": "a", "text": "x"})
    world.value("POST /pages", {"title": "z", "text": "z"})
    for sent in ({"title": "b"}, {"title": "b"}, {"text": "y"}):
        world.value("PATCH /pages/{id}", sent, path=path)
    kept = world.value(f"GET /pages/{{id}}/{word}", path=path)
    told = [(each["number"], each["title"], each["text"]) for each in kept]
    assert told == [(1, "a", "x"), (2, "b", "x"), (3, "b", "y")]
    one = world.value(f"GET /pages/{{id}}/{word}/{{number}}", path={"id": 1, "number": 2})
    assert one["text"] == "x"
    assert len(world.value(f"GET /pages/{{id}}/{word}", path={"id": 2})) == 1


def test_what_was_goes_with_the_record() -> None:
    world = pages()
    world.value("POST /pages", {"title": "a", "text": "x"})
    world.value("DELETE /pages/{id}", path={"id": 1})
    assert world.refusal("GET /pages/{id}/revisions", path={"id": 1}).kind == "parent_not_found"


def test_revisions_that_clients_make_are_theirs() -> None:
    world = pages(post=does(thing(number="integer", title="string"), thing(title="string"), 201))
    world.value("POST /pages", {"title": "a", "text": "x"})
    assert world.value("GET /pages/{id}/revisions", path={"id": 1}) == []
