"""An operation is served below the servers of its own, and a path with a query is its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asgi.stage import Play

TEXT = {"type": "string"}


def answering(text: str, **more: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": {"enum": [text]}}}
    return {"responses": {"200": {"description": "", "content": content}}, **more}


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/beta/x", 200),
        ("/v1/y", 200),
        ("/upload/eu/up", 200),
        ("/beta/y", 404),
        ("/upload/v1/y", 404),
    ],
)
def test_an_operation_is_served_below_its_own_servers(play: Play, url: str, status: int) -> None:
    regions = {"region": {"default": "eu"}}
    uploads = [{"url": "https://files.example.com/upload/{region}", "variables": regions}]
    paths = {
        "/up": {"servers": uploads, "get": answering("up")},
        "/x": {"get": answering("x", servers=[{"url": "/beta"}])},
        "/y": {"get": answering("y")},
    }
    stage = play(paths, servers=[{"url": "https://api.example.com/v1"}])
    assert stage.ask(f"GET {url}").status == status


def test_two_operations_of_one_path_may_have_different_servers(play: Play) -> None:
    paths = {
        "/x": {
            "get": answering("new", servers=[{"url": "/v2"}]),
            "post": answering("old"),
        },
        "/v2/x": {"post": answering("other")},
    }
    stage = play(paths, servers=[{"url": "/"}])
    assert stage.ask("GET /v2/x").json == "new"
    assert stage.ask("POST /v2/x").json == "other"
    assert stage.ask("POST /x").json == "old"


def test_what_a_word_in_the_query_names_is_a_thing_of_its_own(play: Play) -> None:
    def thing(name: str) -> dict[str, Any]:
        schema = {"type": "object", "required": [name], "properties": {name: TEXT}}
        content = {"application/json": {"schema": schema}}
        answer = {"description": "", "content": content}
        parameters = [{"name": "k", "in": "path", "required": True, "schema": TEXT}]
        return {
            "parameters": parameters,
            "get": {"responses": {"200": answer, "404": {"description": ""}}},
            "put": {"requestBody": {"content": content}, "responses": {"200": answer}},
            "delete": {"responses": {"204": {"description": ""}}},
        }

    stage = play({"/b/{k}": thing("k"), "/b/{k}?acl": thing("acl")})
    stage.ask("PUT /b/x", {"k": "x"})
    stage.ask("PUT /b/x?acl", {"acl": "mine"})
    assert stage.ask("GET /b/x").json == {"k": "x"}
    assert stage.ask("GET /b/x?acl").json == {"acl": "mine"}
    assert stage.ask("DELETE /b/x?acl").status == 204
    assert stage.ask("GET /b/x?acl").status == 404
    assert stage.ask("GET /b/x").json == {"k": "x"}
