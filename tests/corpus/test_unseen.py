"""A document that nobody has seen is played right where naive mocks go wrong: parameters, puts,
parents, secrets.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Settings
from tests.asgi.conftest import play
from tests.asgi.stage import Play, Stage, body_of

__all__ = ["play"]

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
BOAT = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "id": {**NUMBER, "readOnly": True},
        "name": TEXT,
        "hull": {"enum": ["steel", "wood"]},
        "code": {**TEXT, "writeOnly": True},
    },
}
CREW = {"type": "object", "properties": {"id": {**NUMBER, "readOnly": True}, "rank": TEXT}}
PLAIN = Settings(fixtures=None, cors=False)


def at(*names: str) -> dict[str, Any]:
    return {
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": NUMBER} for name in names
        ]
    }


def told(schema: Any, status: str = "200") -> dict[str, Any]:
    return {
        "responses": {
            status: {"description": "", "content": {"application/json": {"schema": schema}}}
        }
    }


def many(schema: Any, *query: str) -> dict[str, Any]:
    asked = [
        {"name": name, "in": "query", "schema": NUMBER if name == "limit" else TEXT}
        for name in query
    ]
    return {"parameters": asked, **told({"type": "array", "items": schema})}


GONE = {"responses": {"204": {"description": ""}}}
PATHS = {
    "/boats": {
        "get": many(BOAT, "hull", "limit", "offset", "sort"),
        "post": {"requestBody": body_of(BOAT), **told(BOAT, "201")},
        "delete": GONE,
    },
    "/boats/{boat_id}": {
        "get": told(BOAT),
        "put": {
            "requestBody": body_of(BOAT),
            "responses": {**told(BOAT)["responses"], **told(BOAT, "201")["responses"]},
        },
        "patch": {"requestBody": body_of({**BOAT, "required": []}), **told(BOAT)},
        "delete": GONE,
        **at("boat_id"),
    },
    "/boats/{boat_id}/crew": {
        "get": told({"type": "array", "items": CREW}),
        "post": {"requestBody": body_of(CREW), **told(CREW, "201")},
        **at("boat_id"),
    },
    "/boats/{boat_id}/crew/{id}": {"get": told(CREW), **at("boat_id", "id")},
}


@pytest.fixture
def harbor(play: Play) -> Stage:
    """Play the document with the boats 1, 2 and 3."""
    stage = play(PATHS, settings=PLAIN)
    for name, hull in (("Ann", "steel"), ("Bea", "wood"), ("Cid", "steel")):
        assert (
            stage.ask("POST /boats", {"name": name, "hull": hull, "code": "secret"}).status == 201
        )
    return stage


def names(stage: Stage, query: str = "") -> list[str]:
    return [boat["name"] for boat in stage.ask(f"GET /boats{query}").json]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?hull=steel", ["Ann", "Cid"]),
        ("?limit=1&offset=1", ["Bea"]),
        ("?sort=-name", ["Cid", "Bea", "Ann"]),
    ],
)
def test_query_parameters_count(harbor: Stage, query: str, found: list[str]) -> None:
    assert names(harbor, query) == found


def test_put_replaces_and_patch_merges(harbor: Stage) -> None:
    assert "hull" in harbor.ask("PATCH /boats/1", {"name": "Ada"}).json
    assert "hull" not in harbor.ask("PUT /boats/1", {"name": "Ada"}).json
    assert harbor.ask("GET /boats/1").json == {"id": 1, "name": "Ada"}


def test_put_creates_where_the_document_says_so(harbor: Stage) -> None:
    assert harbor.ask("PUT /boats/9", {"name": "Eve"}).status == 201
    assert harbor.ask("PUT /boats/9", {"name": "Eve"}).status == 200
    assert names(harbor) == ["Ann", "Bea", "Cid", "Eve"]


def test_a_missing_parent_has_no_children(harbor: Stage) -> None:
    assert harbor.ask("POST /boats/7/crew", {"rank": "mate"}).status == 404
    assert harbor.ask("GET /boats/7/crew").status == 404


def test_children_go_with_their_parent(harbor: Stage) -> None:
    made = harbor.ask("POST /boats/1/crew", {"rank": "mate"}).json
    assert harbor.ask("DELETE /boats/1").status == 204
    assert harbor.ask(f"GET /boats/1/crew/{made['id']}").status == 404
    assert harbor.ask("PUT /boats/1", {"name": "Ann"}).status == 201
    assert harbor.ask("GET /boats/1/crew").json == []


def test_a_collection_that_is_deleted_is_empty(harbor: Stage) -> None:
    assert harbor.ask("DELETE /boats").status == 204
    assert names(harbor) == []


def test_what_is_write_only_is_taken_and_never_shown(harbor: Stage) -> None:
    shown = [
        harbor.ask(call, body).json
        for call, body in (("GET /boats/1", None), ("PATCH /boats/1", {"code": "x"}))
    ]
    assert all("code" not in boat for boat in [*shown, *harbor.ask("GET /boats").json])


@pytest.mark.parametrize("version", ["3.0.4", "3.1.1", "3.2.0"])
def test_every_version_of_openapi_is_played(play: Play, version: str) -> None:
    stage = play(PATHS, settings=PLAIN, openapi=version)
    assert stage.ask("POST /boats", {"name": "Ann"}).json["id"] == 1
    assert stage.ask("GET /boats/1").json["name"] == "Ann"


def test_a_record_of_one_of_several_kinds_says_of_which(play: Play) -> None:
    kind = {"type": "object", "required": ["kind"], "properties": {"id": NUMBER, "kind": TEXT}}
    union = {
        "oneOf": [{"$ref": "#/components/schemas/Tug"}, {"$ref": "#/components/schemas/Ferry"}],
        "discriminator": {"propertyName": "kind", "mapping": {"tug": "#/components/schemas/Tug"}},
    }
    paths = {
        "/boats": {"post": told(union, "201"), "get": many(union)},
        "/boats/{id}": {"get": told(union), **at("id")},
    }
    stage = play(paths, settings=PLAIN, components={"schemas": {"Tug": kind, "Ferry": kind}})
    assert stage.ask("POST /boats").json["kind"] == "tug"
    assert stage.ask("GET /boats").json == [stage.ask("GET /boats/1").json]


def test_a_put_leaves_alone_what_it_cannot_carry(play: Play) -> None:
    narrow = {"type": "object", "properties": {"name": TEXT}}
    item = {**PATHS["/boats/{boat_id}"], "put": {"requestBody": body_of(narrow), **told(BOAT)}}
    stage = play({**PATHS, "/boats/{boat_id}": item}, settings=PLAIN)
    stage.ask("POST /boats", {"name": "Ann", "hull": "wood"})
    assert stage.ask("PUT /boats/1", {"name": "Bea"}).json == {
        "id": 1,
        "name": "Bea",
        "hull": "wood",
    }
