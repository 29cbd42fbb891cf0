"""Records with resource names (Google AIP-122, 133 and 134) are known by them."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Settings
from tests.asgi.conftest import play
from tests.asgi.stage import Play, Stage, body_of

__all__ = ["play"]

TEXT = {"type": "string"}
PLAIN = Settings(fixtures=None, cors=False)
FORMS = (
    {"description": "The name of the book. Format: shelves/{shelf}/books/{book}, where book is"},
    {"description": "For example: `shelves/SHELF_ID/books/BOOK_ID`."},
    {"pattern": "^shelves/[^/]+/books/[^/]+$"},
)


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def told(schema: Any) -> dict[str, Any]:
    return {
        "responses": {
            "200": {"description": "", "content": {"application/json": {"schema": schema}}}
        }
    }


def at(*names: str, place: str = "path") -> list[dict[str, Any]]:
    return [{"name": n, "in": place, "required": place == "path", "schema": TEXT} for n in names]


def library(play: Play, form: dict[str, Any], base: str = "/v1") -> Stage:
    shelf = thing(name={**TEXT, "description": "Format: shelves/{shelf}"}, theme=TEXT)
    stamp = {"type": "string", "format": "date-time", "readOnly": True}
    author = thing(first=TEXT, last=TEXT)
    book = thing(name={**TEXT, **form}, title=TEXT, author=author, createTime=stamp)
    makes = {"parameters": at("bookId", place="query"), "requestBody": body_of(book)}
    changes = {"parameters": at("updateMask", place="query"), "requestBody": body_of(book)}
    books = thing(books={"type": "array", "items": book})
    paths = {
        f"{base}/shelves": {"post": {"requestBody": body_of(shelf), **told(shelf)}},
        f"{base}/shelves/{{shelf}}": {"get": told(shelf), "parameters": at("shelf")},
        f"{base}/shelves/{{shelf}}/books": {
            "post": {**makes, **told(book)},
            "get": told(books),
            "parameters": at("shelf"),
        },
        f"{base}/shelves/{{shelf}}/books/{{book}}": {
            "get": told(book),
            "patch": {**changes, **told(book)},
            "delete": told(thing()),
            "parameters": at("shelf", "book"),
        },
    }
    return play(paths, settings=PLAIN)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("base", ["", "/v1", "/api/v1"])
def test_a_record_is_read_by_the_name_that_its_create_tells(
    form: dict[str, Any], base: str, play: Play
) -> None:
    stage = library(play, form, base)
    shelf = stage.ask(f"POST {base}/shelves", {"theme": "sea"}).json["name"]
    assert shelf.startswith("shelves/")
    made = stage.ask(f"POST {base}/{shelf}/books", {"title": "Ahab"}).json
    assert made["name"].startswith(f"{shelf}/books/")
    assert stage.ask(f"GET {base}/{made['name']}").json == made
    assert stage.ask(f"GET {base}/{shelf}/books").json == {"books": [made]}
    assert stage.ask(f"DELETE {base}/{made['name']}").status == 200
    assert stage.ask(f"GET {base}/{made['name']}").status == 404


def test_a_client_may_say_the_last_step_of_a_name_once(play: Play) -> None:
    stage = library(play, FORMS[0])
    shelf = stage.ask("POST /v1/shelves", {"theme": "sea"}).json["name"]
    call = f"POST /v1/{shelf}/books?bookId=ahab"
    assert stage.ask(call, {"title": "Ahab"}).json["name"] == f"{shelf}/books/ahab"
    assert stage.ask(f"GET /v1/{shelf}/books/ahab").json["title"] == "Ahab"
    assert stage.ask(call, {"title": "Again"}).status in (400, 409)


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ("title", {"title": "B", "author": {"first": "a", "last": "b"}}),
        ("author", {"title": "A", "author": {"first": "x"}}),
        ("author.first", {"title": "A", "author": {"first": "x", "last": "b"}}),
        ("title, author.first", {"title": "B", "author": {"first": "x", "last": "b"}}),
        ("*", {"title": "B", "author": {"first": "x"}}),
        ("", {"title": "B", "author": {"first": "x"}}),
    ],
)
def test_a_change_is_about_what_its_mask_lists(
    mask: str, expected: dict[str, Any], play: Play
) -> None:
    stage = library(play, FORMS[0])
    shelf = stage.ask("POST /v1/shelves", {"theme": "sea"}).json["name"]
    sent = {"title": "A", "author": {"first": "a", "last": "b"}}
    made = stage.ask(f"POST /v1/{shelf}/books", sent).json
    query = f"?updateMask={mask.replace(' ', '%20')}" if mask else ""
    change = {"title": "B", "author": {"first": "x"}}
    stage.ask(f"PATCH /v1/{made['name']}{query}", change)
    assert stage.ask(f"GET /v1/{made['name']}").json == {**made, **expected}


def test_what_a_mask_lists_and_nobody_sends_is_taken_away(play: Play) -> None:
    stage = library(play, FORMS[0])
    shelf = stage.ask("POST /v1/shelves", {"theme": "sea"}).json["name"]
    made = stage.ask(f"POST /v1/{shelf}/books", {"title": "A", "author": {"first": "a"}}).json
    stage.ask(f"PATCH /v1/{made['name']}?updateMask=author", {})
    assert "author" not in stage.ask(f"GET /v1/{made['name']}").json


def test_a_name_of_no_such_form_is_a_name_and_nothing_else(play: Play) -> None:
    stage = library(play, {"description": "What people call it, as sea/shell/{x}"})
    shelf = stage.ask("POST /v1/shelves", {"theme": "sea"}).json["name"]
    made = stage.ask(f"POST /v1/{shelf}/books", {"name": "Ahab", "title": "A"}).json
    assert made["name"] == "Ahab"
