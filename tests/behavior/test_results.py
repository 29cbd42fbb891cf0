"""An operation on many records decides each of them alone, where the words say so."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from mockserver.app import Settings, space_of, wire
from mockserver.asgi.edge import Edge
from tests.conftest import client_of
from tests.model.compiling import compiled

BOOKS = """
paths:
  /books:
    get: {responses: {'200': {description: d, content: {application/json: {schema:
      {type: array, items: &book {type: object, required: [title], properties: {id: {type: integer, readOnly: true},
        title: {type: string}, isbn: {type: string}}}}}}}}}
    post: {requestBody: {content: {application/json: {schema: *book}}},
      responses: {'201': &one {description: d, content: {application/json: {schema: *book}}}}}
  /books/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one}}
    delete: {responses: {'204': {description: d}}}
  /books/bulk:
    post: {requestBody: {content: {application/json: {schema: {type: array, items: *book}}}},
      responses: {'207': {description: d, content: {application/json: {schema: {type: object}}}}}}
    delete: {requestBody: {content: {application/json: {schema: {type: array, items: {type: integer}}}}},
      responses: {'207': {description: d, content: {application/json: {schema: {type: object}}}}}}
"""
WORDS = """
resources: {books: {unique: [[isbn]]}}
operations:
  POST /books/bulk: &each
    kind: create
    resource: books
    results:
      many: {results: $value}
      done: {index: $index, status: $status, id: $key, book: $value}
      refused: {index: $index, status: $status, kind: $kind, error: $message}
  DELETE /books/bulk: {<<: *each, kind: bulk_delete}
"""


def replies(*requests: tuple[str, str, Any]) -> list[httpx.Response]:
    """Return the replies of a fresh mock to these requests."""
    return asyncio.run(_replies(*requests))


async def _replies(*requests: tuple[str, str, Any]) -> list[httpx.Response]:
    space = space_of(compiled(BOOKS, WORDS), None, Settings(fixtures=None))
    app = wire([Edge(space, space.model.base_paths)], Settings())
    async with client_of(app) as client:
        return [await client.request(method, path, json=body) for method, path, body in requests]


def test_each_item_is_taken_or_refused_alone() -> None:
    sent = [
        {"title": "Kindred", "isbn": "1"},
        {},
        {"title": "Dawn", "isbn": "1"},
        {"title": "Wild Seed"},
    ]
    made, listed = replies(("POST", "/books/bulk", sent), ("GET", "/books", None))
    assert made.status_code == 207
    first, second, third, fourth = made.json()["results"]
    assert first == {
        "index": 0,
        "status": 201,
        "id": 1,
        "book": {"id": 1, "title": "Kindred", "isbn": "1"},
    }
    assert (second["status"], second["kind"], second["error"]) == (
        400,
        "invalid",
        "title is required",
    )
    assert (third["status"], third["kind"]) == (409, "duplicate")
    assert fourth["book"]["title"] == "Wild Seed"
    assert [book["title"] for book in listed.json()] == ["Kindred", "Wild Seed"]


def test_a_body_that_is_wrong_as_a_whole_is_refused_as_a_whole() -> None:
    (reply,) = replies(("POST", "/books/bulk", {"title": "Kindred"}))
    assert reply.status_code == 400


def test_each_key_is_removed_or_refused_alone() -> None:
    _, removed, listed = replies(
        ("POST", "/books/bulk", [{"title": "Kindred"}, {"title": "Dawn"}]),
        ("DELETE", "/books/bulk", [2, 9]),
        ("GET", "/books", None),
    )
    first, second = removed.json()["results"]
    assert (first["status"], first["book"]["title"]) == (204, "Dawn")
    assert (second["status"], second["kind"]) == (404, "not_found")
    assert [book["title"] for book in listed.json()] == ["Kindred"]
