"""A change says which properties it is about (Google AIP-134), and changes no others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behavior.world import World
from tests.model.compiling import document, does, many, thing

ADDRESS = thing(cityName="string", zip="string")
BOOK = thing(
    id={"type": "integer", "readOnly": True},
    title="string",
    pageCount={"type": "integer", "default": 1},
    author="string",
    address=ADDRESS,
)
MADE = {"title": "a", "pageCount": 3, "author": "Ada", "address": {"cityName": "Rom", "zip": "1"}}


def books(name: str = "update_mask", words: str = "", body: Any = None) -> World:
    mask = {"name": name, "in": "query", "schema": {"type": "string"}, "description": words}
    parameters = [] if body else [mask]
    paths = {
        "/books": {"get": does(many(BOOK)), "post": does(BOOK, BOOK, 201)},
        "/books/{id}": {
            "get": does(BOOK),
            "patch": does(BOOK, body or BOOK, parameters=parameters),
        },
    }
    world = World(document=document(paths))
    world.value("POST /books", MADE)
    return world


def patched(world: World, sent: Any, **query: Any) -> dict[str, Any]:
    """Return the book after a change of it."""
    world.value("PATCH /books/{id}", sent, path={"id": 1}, query=query)
    read = world.value("GET /books/{id}", path={"id": 1})
    return {name: read[name] for name in MADE if name in read}


@pytest.mark.parametrize(
    ("mask", "changed"),
    [
        ("title", {"title": "b"}),
        ("title,author", {"title": "b", "author": "Bob"}),
        (["title", "author"], {"title": "b", "author": "Bob"}),
        ("address.cityName", {"address": {"cityName": "Oslo", "zip": "1"}}),
        ("address.city_name", {"address": {"cityName": "Oslo", "zip": "1"}}),
        ("address", {"address": {"cityName": "Oslo"}}),
        ("id", {}),
    ],
)
def test_a_change_is_about_what_its_mask_names_alone(mask: Any, changed: Any) -> None:
    sent = {"title": "b", "author": "Bob", "address": {"cityName": "Oslo"}}
    assert patched(books(), sent, update_mask=mask) == {**MADE, **changed}


@pytest.mark.parametrize("name", ["updateMask", "update_mask", "updateMask.fieldPaths"])
def test_a_mask_is_known_by_its_name(name: str) -> None:
    sent = {"title": "b", "author": "Bob"}
    assert patched(books(name), sent, **{name: "title"}) == {**MADE, "title": "b"}


def test_fields_are_a_mask_where_words_say_that_they_are_changed() -> None:
    sent = {"title": "b", "author": "Bob"}
    changed = books("fields", "Comma-separated list of the fields to update.")
    assert patched(changed, sent, fields="title") == {**MADE, "title": "b"}
    shown = books("fields", "Fields to include in the response.")
    assert patched(shown, sent, fields="title") == {**MADE, **sent}


def test_what_a_mask_names_and_the_body_has_not_goes_back_to_its_default() -> None:
    left = patched(books(), {}, update_mask="author,pageCount,address.zip")
    assert left == {"title": "a", "pageCount": 1, "address": {"cityName": "Rom"}}


def test_a_mask_of_everything_replaces() -> None:
    assert patched(books(), {"title": "b"}, update_mask="*") == {"title": "b", "pageCount": 1}


@pytest.mark.parametrize("mask", ["colour", "address.street", "title,colour"])
def test_a_mask_of_what_is_not_there_is_refused(mask: str) -> None:
    world = books()
    sent = {"title": "b"}
    refusal = world.refusal("PATCH /books/{id}", sent, path={"id": 1}, query={"update_mask": mask})
    (violation,) = refusal.violations
    assert (refusal.kind, violation.place, violation.path) == ("invalid", "query", ("update_mask",))


def test_a_body_may_have_the_mask_beside_the_record() -> None:
    world = books(body=thing(book=BOOK, updateMask="string"))
    sent = {"book": {"title": "b", "author": "Bob"}, "updateMask": "title"}
    assert patched(world, sent) == {**MADE, "title": "b"}
