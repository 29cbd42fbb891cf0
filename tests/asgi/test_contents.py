"""Bytes and texts that were sent are what comes back, with their media type."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asgi.stage import Play, Stage, body_of

EVERY_BYTE = bytes(range(256)) * 3
BINARY = {"type": "string", "format": "binary"}
FILE = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
}
DONE = {"responses": {"204": {"description": ""}}}
NAME = [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}]
ID = [{**NAME[0], "name": "id"}]


def showing(schema: Any, media_type: str = "application/json", status: int = 200) -> Any:
    content = {media_type: {} if schema is None else {"schema": schema}}
    return {"responses": {str(status): {"description": "", "content": content}}}


def blobs(play: Play, media_type: str, schema: Any = BINARY) -> Stage:
    item = {
        "parameters": NAME,
        "put": {"requestBody": body_of(schema or {}, media_type), **DONE},
        "get": showing(schema, media_type),
        "delete": DONE,
    }
    return play({"/blobs/{name}": item})


@pytest.mark.parametrize(
    ("declared", "media_type", "content"),
    [
        ("application/octet-stream", "application/octet-stream", EVERY_BYTE),
        ("image/*", "image/png", EVERY_BYTE),
        ("*/*", "application/zip", EVERY_BYTE),
        ("text/plain", "text/plain; charset=latin-1", "höi\r\n".encode("latin-1")),
        ("text/plain", "text/plain", "höi ☃".encode()),
        ("application/json", "application/json", b'"a text"'),
    ],
)
def test_what_was_put_comes_back_bit_by_bit(
    play: Play, declared: str, media_type: str, content: bytes
) -> None:
    stage = blobs(play, declared)
    assert stage.ask("PUT /blobs/a", content, {"Content-Type": media_type}).status == 204
    answer = stage.ask("GET /blobs/a")
    assert (answer.status, answer.body) == (200, content)
    assert answer.headers["content-type"] == media_type


def test_a_second_put_replaces_the_bytes_and_a_delete_takes_them_away(play: Play) -> None:
    stage = blobs(play, "application/octet-stream")
    headers = {"Content-Type": "application/octet-stream"}
    stage.ask("PUT /blobs/a", b"one", headers)
    stage.ask("PUT /blobs/a", b"two", headers)
    assert stage.ask("GET /blobs/a").body == b"two"
    assert stage.ask("GET /blobs/b").status == 404
    stage.ask("DELETE /blobs/a")
    assert stage.ask("GET /blobs/a").status == 404


def test_a_media_type_without_a_schema_takes_bytes_too(play: Play) -> None:
    stage = blobs(play, "application/pdf", None)
    stage.ask("PUT /blobs/a", EVERY_BYTE, {"Content-Type": "application/pdf"})
    assert stage.ask("GET /blobs/a").body == EVERY_BYTE


def test_the_content_of_a_record_is_read_and_written_beside_it(play: Play) -> None:
    stream = "application/octet-stream"
    stage = play(
        {
            "/files": {
                "get": showing({"type": "array", "items": FILE}),
                "post": {"requestBody": body_of(FILE), **showing(FILE, status=201)},
            },
            "/files/{id}": {"parameters": ID, "get": showing(FILE)},
            "/files/{id}/content": {
                "parameters": ID,
                "get": showing(BINARY, stream),
                "put": {"requestBody": body_of(BINARY, stream), **DONE},
            },
        }
    )
    made = stage.ask("POST /files", {"id": "f1", "name": "a.bin"}).json
    path = f"/files/{made['id']}"
    stage.ask(f"PUT {path}/content", EVERY_BYTE, {"Content-Type": stream})
    assert stage.ask(f"GET {path}/content").body == EVERY_BYTE
    assert stage.ask(f"GET {path}").json == made
    assert stage.ask("GET /files/other/content").status == 404


@pytest.mark.parametrize("media_type", ["application/json", "application/vnd.api+json"])
def test_an_answer_without_state_shows_what_was_sent_in_each_media_type(
    play: Play, media_type: str
) -> None:
    fields = {"amount": {"type": "integer"}, "currency": {"type": "string"}}
    schema = {"type": "object", "properties": fields}
    content = {
        "application/json": {"schema": schema, "example": {"amount": 1, "currency": "usd"}},
        "application/vnd.api+json": {"schema": schema, "example": {"amount": 2, "currency": "eur"}},
    }
    answer = {"200": {"description": "", "content": content}}
    stage = play({"/quote": {"post": {"requestBody": body_of(schema), "responses": answer}}})
    shown = stage.ask("POST /quote", {"amount": 7}, {"Accept": media_type})
    currencies = {"application/json": "usd", "application/vnd.api+json": "eur"}
    assert shown.json == {"amount": 7, "currency": currencies[media_type]}
