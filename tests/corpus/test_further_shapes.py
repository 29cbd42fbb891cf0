"""A document of another shape that is less usual is played right: where records are made and
found.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Settings
from tests.asgi.conftest import play
from tests.asgi.stage import Play, body_of
from tests.corpus.test_unseen_shapes import (
    GONE,
    NUMBER,
    TEXT,
    at,
    many,
    thing,
    told,
)

__all__ = ["play"]

PLAIN = Settings(fixtures=None, cors=False)
REFERENCE = {"$ref": "#/components/schemas/Boat"}
BOAT = {"schemas": {"Boat": thing(id={**NUMBER, "readOnly": True}, name=TEXT, dockId=NUMBER)}}
MAKES_BOAT = {"requestBody": body_of(REFERENCE), **told(REFERENCE, "201")}
ONE_BOAT = {"get": told(REFERENCE), "delete": GONE, **at("id", schema=NUMBER)}
PAGED = told(thing(content={"type": "array", "items": REFERENCE}, page=NUMBER))


@pytest.mark.parametrize(
    ("make", "listed", "one"),
    [
        ("/boats", "/v2/boats", "/boats"),
        ("/v1/boats", "/v2/boats", "/v1/boats"),
        ("/boats", "/api/v1/boats", "/api/v1/boats"),
        ("/fleet/boats", "/rest/2.0/fleet/boats", "/rest/2.0/fleet/boats"),
    ],
)
def test_what_one_version_of_a_path_makes_another_one_shows(
    make: str, listed: str, one: str, play: Play
) -> None:
    paths = {make: {"post": MAKES_BOAT}, f"{one}/{{id}}": ONE_BOAT}
    paths[listed] = {**paths.get(listed, {}), "get": PAGED}
    stage = play(paths, components=BOAT, settings=PLAIN)
    key = stage.ask(f"POST {make}", {"name": "Ida"}).json["id"]
    assert [boat["name"] for boat in stage.ask(f"GET {listed}").json["content"]] == ["Ida"]
    assert stage.ask(f"GET {one}/{key}").json["name"] == "Ida"


def test_two_versions_of_one_schema_have_the_same_records(play: Play) -> None:
    paths = {}
    for version in ("v1", "v2", "v3"):
        paths[f"/{version}/boats"] = {"post": MAKES_BOAT, "get": many(REFERENCE)}
        paths[f"/{version}/boats/{{id}}"] = ONE_BOAT
    stage = play(paths, components=BOAT, settings=PLAIN)
    key = stage.ask("POST /v1/boats", {"name": "Ida"}).json["id"]
    assert stage.ask(f"GET /v2/boats/{key}").json["name"] == "Ida"
    assert stage.ask(f"DELETE /v3/boats/{key}").status == 204
    assert stage.ask("GET /v1/boats").json == []


def test_two_versions_of_different_schemas_are_kept_apart(play: Play) -> None:
    old, new = thing(id=NUMBER, name=TEXT), thing(key=TEXT, title=TEXT)
    paths = {
        f"/{version}/boats": {
            "post": {"requestBody": body_of(schema), **told(schema)},
            "get": many(schema),
        }
        for version, schema in (("v1", old), ("v2", new))
    }
    stage = play(paths, settings=PLAIN)
    stage.ask("POST /v1/boats", {"name": "Ida"})
    assert len(stage.ask("GET /v1/boats").json) == 1
    assert stage.ask("GET /v2/boats").json == []


def test_a_singular_path_has_the_items_of_the_plural_though_no_reply_is_described(
    play: Play,
) -> None:
    done = {"responses": {"200": {"description": "OK"}}}
    writes = {"requestBody": body_of(thing(name=TEXT)), **done}
    one = {"get": done, "put": writes, "delete": GONE, **at("id", schema=NUMBER)}
    paths = {"/companies": {"get": done, "post": writes}, "/company/{id}": one}
    stage = play(paths, settings=PLAIN)
    made = stage.ask("POST /companies", {"name": "Acme"}).json
    assert made["name"] == "Acme"
    assert stage.ask(f"GET /company/{made['id']}").json == made
    assert stage.ask("GET /companies").json == [made]


def test_what_a_post_below_parents_makes_is_among_those_that_name_the_last_of_them(
    play: Play,
) -> None:
    dock = thing(id=NUMBER, name=TEXT)
    paths = {
        "/yards/{yardId}/docks": {
            "post": {"requestBody": body_of(dock), **told(dock)},
            **at("yardId"),
        },
        "/yards/{yardId}/docks/{dockId}/boats": {"post": MAKES_BOAT, **at("yardId", "dockId")},
        "/boats": {"get": many(REFERENCE), "post": MAKES_BOAT},
        "/boats/{id}": ONE_BOAT,
    }
    stage = play(paths, components=BOAT, settings=PLAIN)
    key = stage.ask("POST /yards/a/docks", {"name": "East"}).json["id"]
    boats = [stage.ask(f"POST /yards/a/docks/{key}/boats", {"name": n}).json for n in "xy"]
    assert boats[0]["id"] != boats[1]["id"]
    assert {boat["dockId"] for boat in boats} == {key}
    assert stage.ask("GET /boats").json == boats
    assert stage.ask(f"GET /boats/{boats[1]['id']}").json == boats[1]


@pytest.mark.parametrize(
    ("param", "schema", "key"),
    [
        ("id", NUMBER, "id"),
        ("slug", TEXT, "slug"),
        ("postId", TEXT, "id"),
        ("post", TEXT, "id"),
        ("post_slug", TEXT, "slug"),
    ],
)
def test_a_create_that_no_reply_describes_tells_the_key_all_the_same(
    param: str, schema: Any, key: str, play: Play
) -> None:
    done = {"responses": {"200": {"description": "OK"}}}
    sent = thing(title=TEXT, username=TEXT)
    writes = {"requestBody": body_of(sent), **done}
    one = {"get": done, "put": writes, "delete": GONE, **at(param, schema=schema)}
    paths = {"/posts": {"get": done, "post": writes}, f"/posts/{{{param}}}": one}
    stage = play(paths, settings=PLAIN)
    first = stage.ask("POST /posts", {"title": "one", "username": "ada"}).json
    other = stage.ask("POST /posts", {"title": "two", "username": "ada"}).json
    assert first[key] != other[key]
    assert stage.ask(f"GET /posts/{first[key]}").json == first
    assert stage.ask("GET /posts").json == [first, other]
