"""A record tells the URL by which it is read, where it has a property for that."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.lookup import value_at
from tests.asgi.stage import Play, Stage, body_of

TEXT = {"type": "string"}
ADDRESS = {"type": "string", "format": "uri", "readOnly": True}
LINK = {"type": "object", "properties": {"href": TEXT}}


def replied(schema: Any) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def shops(play: Play, **more: Any) -> Stage:
    """Return a mock of books below shops, which have further properties."""
    book = {"type": "object", "properties": {"id": {"type": "integer"}, "title": TEXT, **more}}
    titled = {"type": "object", "properties": {"title": TEXT}}
    names = [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in ("s", "id")]
    many = {"type": "array", "items": book}
    paths = {
        "/shops/{s}/books": {
            "parameters": names[:1],
            "get": {"responses": {"200": replied(many)}},
            "post": {"requestBody": body_of(titled), "responses": {"201": replied(book)}},
        },
        "/shops/{s}/books/{id}": {
            "parameters": names,
            "get": {"responses": {"200": replied(book)}},
        },
    }
    return play(paths)


@pytest.mark.parametrize(
    ("place", "schema"),
    [
        ("self", {"self": TEXT}),
        ("resource_uri", {"resource_uri": TEXT}),
        ("url", {"url": ADDRESS}),
        ("links.self", {"links": {"type": "object", "properties": {"self": TEXT}}}),
        ("_links.self.href", {"_links": {"type": "object", "properties": {"self": LINK}}}),
        ("_links.self.href", {"_links": {"type": "object", "additionalProperties": LINK}}),
    ],
)
def test_the_url_in_a_record_is_that_by_which_it_is_read(
    play: Play, place: str, schema: Any
) -> None:
    stage = shops(play, **schema)
    made = stage.ask("POST /shops/north/books", {"title": "Kindred"}).json
    url = value_at(made, place)
    path = f"/shops/north/books/{made['id']}"
    assert str(url).endswith(path)
    assert stage.ask(f"GET {path}").json == made
    assert stage.ask("GET /shops/north/books").json == [made]


def test_a_url_that_is_about_something_else_is_not_touched(play: Play) -> None:
    stage = shops(play, url=TEXT, image_url=ADDRESS)
    made = stage.ask("POST /shops/north/books", {"title": "Kindred"}).json
    told = [str(made.get(name, "")) for name in ("url", "image_url")]
    assert not any("/shops/north" in url for url in told)
