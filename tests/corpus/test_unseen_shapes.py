"""A document of a shape that is less usual is played right: who makes records, under which names
and keys.
"""

from __future__ import annotations

from typing import Any

from mockserver.app import Settings
from tests.asgi.conftest import play
from tests.asgi.stage import Play, body_of

__all__ = ["play"]

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
PLAIN = Settings(fixtures=None, cors=False)


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def at(*names: str, schema: Any = TEXT) -> dict[str, Any]:
    named = [{"name": name, "in": "path", "required": True, "schema": schema} for name in names]
    return {"parameters": named}


def told(schema: Any, status: str = "200") -> dict[str, Any]:
    media = {"application/json": {"schema": schema}}
    return {"responses": {status: {"description": "", "content": media}}}


def many(schema: Any) -> dict[str, Any]:
    return told({"type": "array", "items": schema})


DONE = {"responses": {"default": {"description": ""}}}
GONE = {"responses": {"204": {"description": ""}}}


def test_a_post_makes_what_its_path_names_where_nothing_else_does(play: Play) -> None:
    shelf = thing(name=TEXT, books={"type": "array", "items": TEXT})
    paths = {
        "/shelves": {"get": many(TEXT)},
        "/shelves/{shelfName}": {
            "get": told(shelf),
            "post": DONE,
            "delete": DONE,
            **at("shelfName"),
        },
    }
    stage = play(paths, settings=PLAIN)
    for name in ("poetry", "plays"):
        assert stage.ask(f"POST /shelves/{name}").status == 200
    assert stage.ask("GET /shelves").json == ["poetry", "plays"]
    assert stage.ask("GET /shelves/poetry").json["name"] == "poetry"
    stage.ask("DELETE /shelves/poetry")
    assert stage.ask("GET /shelves/poetry").status == 404


def test_a_post_that_says_it_updates_makes_nothing(play: Play) -> None:
    boat = thing(id=TEXT, name=TEXT)
    changes = {"summary": "Update a boat", "requestBody": body_of(boat), **told(boat)}
    item = {"get": told(boat), "post": changes, "delete": DONE, **at("id")}
    stage = play({"/boats": {"get": many(boat)}, "/boats/{id}": item}, settings=PLAIN)
    assert stage.ask("POST /boats/1", {"name": "Ann"}).status == 404


def test_what_is_sent_as_the_name_of_a_thing_is_its_name(play: Play) -> None:
    boat = thing(boat_id=NUMBER, name=TEXT, hull=TEXT)
    sent = thing(boat_name=TEXT, hull=TEXT)
    paths = {
        "/boats": {"get": many(boat), "post": {"requestBody": body_of(sent), **told(boat, "201")}},
        "/boats/{name_or_id}": {"get": told(boat), **at("name_or_id")},
    }
    stage = play(paths, settings=PLAIN)
    made = stage.ask("POST /boats", {"boat_name": "Ann", "hull": "wood"}).json
    assert (made["name"], made["hull"]) == ("Ann", "wood")
    assert stage.ask("GET /boats/Ann").json == made


def test_an_order_with_items_is_one_order(play: Play) -> None:
    line = thing(sku=TEXT, quantity=NUMBER)
    sent = thing(reference=TEXT, items={"type": "array", "items": line})
    order = thing(id=NUMBER, reference=TEXT, status=TEXT)
    sent = {**sent, "required": ["reference", "items"]}
    paths = {
        "/orders": {
            "get": many(order),
            "post": {"requestBody": body_of(sent), **told(order, "201")},
        },
        "/orders/{id}": {"get": told(order), **at("id", schema=NUMBER)},
    }
    stage = play(paths, settings=PLAIN)
    lines = [{"sku": "a", "quantity": 1}, {"sku": "b", "quantity": 2}]
    made = stage.ask("POST /orders", {"reference": "A-1", "items": lines}).json
    assert made["reference"] == "A-1"
    assert [each["id"] for each in stage.ask("GET /orders").json] == [made["id"]]
