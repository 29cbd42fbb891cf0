"""What a reply tells of other pages is true, wherever the document has a place for it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.asgi.stage import Answer, Play, Stage

LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
TEXT = {"type": "string"}


def noted(
    play: Play,
    parameters: list[dict[str, Any]],
    beside: dict[str, Any],
    headers: dict[str, Any] | None = None,
    least: int = 0,
) -> Stage:
    """Return an app with three notes, whose list has properties beside the notes, of which it is to
    have at least some.
    """
    note = {
        "type": "object",
        "properties": {"id": {"type": "string", "readOnly": True}, "name": TEXT},
    }
    one = {"description": "d", "content": {"application/json": {"schema": note}}}
    listed = {
        "type": "object",
        "properties": {"notes": {"type": "array", "items": note, "minItems": least}, **beside},
    }
    many = {
        "description": "d",
        "headers": headers or {},
        "content": {"application/json": {"schema": listed}},
    }
    identifier = {"name": "id", "in": "path", "required": True, "schema": TEXT}
    paths = {
        "/notes": {
            "get": {"parameters": parameters, "responses": {"200": many}},
            "post": {
                "requestBody": {"content": {"application/json": {"schema": note}}},
                "responses": {"201": one},
            },
        },
        "/notes/{id}": {"get": {"parameters": [identifier], "responses": {"200": one}}},
    }
    made = play(paths)
    for name in "abc":
        assert made.ask("POST /notes", {"name": name}).status == 201
    return made


def in_json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def names(answer: Answer) -> list[str]:
    return [each["name"] for each in answer.json["notes"]]


def after(url: str) -> str:
    """Return the path and query of a URL."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def test_a_link_leads_on_though_no_parameter_asks_for_pages(play: Play) -> None:
    size = {"name": "page[size]", "in": "query", "schema": {"type": "integer"}}
    links = {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {**TEXT, "nullable": True}},
    }
    made = noted(play, [size], {"links": links})
    first = made.ask("GET /notes?page%5Bsize%5D=2")
    second = made.ask("GET " + after(first.json["links"]["next"]))
    assert (names(first), names(second)) == (["a", "b"], ["c"])
    assert second.json["links"]["next"] is None


def test_a_link_is_relative_where_the_document_shows_it_so(play: Play) -> None:
    offset = {"name": "offset", "in": "query", "schema": {"type": "integer"}}
    following = {**TEXT, "example": "/notes?offset=10"}
    made = noted(play, [LIMIT, offset], {"next": following})
    assert made.ask("GET /notes?limit=2").json["next"] == "/notes?limit=2&offset=2"


def test_first_and_last_and_counts_are_those_of_the_page(play: Play) -> None:
    beside = {
        "first_id": {**TEXT, "example": "x1"},
        "last_id": {**TEXT, "example": "x2"},
        "notesCount": {"type": "integer", "example": 90},
        "count": {"type": "integer", "description": "The number of notes in this response."},
        "has_more": {"type": "boolean"},
    }
    following = {"name": "after", "in": "query", "schema": TEXT}
    made = noted(play, [LIMIT, following], beside)
    body = made.ask("GET /notes?limit=2").json
    keys = [each["id"] for each in body["notes"]]
    assert [body["first_id"], body["last_id"]] == keys
    assert (body["notesCount"], body["count"], body["has_more"]) == (3, 2, True)
    rest = made.ask(f"GET /notes?limit=2&after={body['last_id']}")
    assert (names(rest), rest.json["has_more"]) == (["c"], False)


def test_an_example_of_a_token_is_never_handed_out(play: Play) -> None:
    paging = {
        "type": "object",
        "properties": {
            "prev_iterator": {**TEXT, "example": "p"},
            "next_page_token": {**TEXT, "example": "n"},
            "since": {"type": "integer", "example": 5},
        },
    }
    made = noted(
        play, [LIMIT, {"name": "page_token", "in": "query", "schema": TEXT}], {"paging": paging}
    )
    first = made.ask("GET /notes?limit=2").json["paging"]
    assert first.keys() == {"next_page_token"}
    rest = made.ask(f"GET /notes?limit=2&page_token={first['next_page_token']}")
    assert names(rest) == ["c"]
    assert "next_page_token" not in rest.json["paging"]


@pytest.mark.parametrize("name", ["X-Next-Cursor", "x-ms-continuation-token", "X-Next-Page"])
def test_a_header_tells_the_cursor(play: Play, name: str) -> None:
    cursor = {"name": "cursor", "in": "query", "schema": TEXT}
    made = noted(play, [LIMIT, cursor], {}, {name: {"schema": TEXT}})
    first = made.ask("GET /notes?limit=2")
    told = first.headers[name.lower()]
    rest = made.ask(f"GET /notes?limit=2&cursor={told}")
    assert (names(rest), rest.headers.get(name.lower())) == (["c"], None)


@pytest.mark.parametrize(
    ("schema", "words", "status"),
    [
        ({"type": "integer"}, "At most 2 of them.", 200),
        ({"type": "integer"}, "Page size, at most 2. A larger one is an error.", 400),
        ({"type": "integer", "maximum": 2}, "Page size", 400),
        ({"type": "integer", "maximum": 2}, "Page size; a larger one is capped.", 200),
    ],
)
def test_a_size_above_the_maximum_is_capped_or_refused_as_documented(
    play: Play, schema: dict[str, Any], words: str, status: int
) -> None:
    size = {"name": "limit", "in": "query", "schema": schema, "description": words}
    answer = noted(
        play, [size, {"name": "page", "in": "query", "schema": {"type": "integer"}}], {}
    ).ask("GET /notes?limit=3")
    assert answer.status == status
    if status == 200:
        assert names(answer) == ["a", "b"]


def test_a_list_begins_with_the_newest_where_the_document_says_so(play: Play) -> None:
    words = "Sort by creation time. Defaults to descending order, from newest to oldest."
    order = {
        "name": "sort",
        "in": "query",
        "schema": {"enum": ["asc", "desc"]},
        "description": words,
    }
    cursor = {"name": "cursor", "in": "query", "schema": TEXT}
    made = noted(play, [LIMIT, cursor, order], {"next_cursor": TEXT})
    first = made.ask("GET /notes?limit=2")
    rest = made.ask(f"GET /notes?limit=2&cursor={first.json['next_cursor']}")
    assert (names(first), names(rest)) == (["c", "b"], ["a"])


def test_a_broken_cursor_is_refused_in_one_sentence(play: Play) -> None:
    cursor = {"name": "cursor", "in": "query", "schema": TEXT}
    answer = noted(play, [LIMIT, cursor], {"next_cursor": TEXT}).ask("GET /notes?cursor=nonsense")
    told = "cursor is no cursor of this list: send one that a page of it has told"
    assert (answer.status, answer.json["detail"]) == (400, told)


def test_a_way_on_takes_the_place_of_every_other_one(play: Play) -> None:
    query = [LIMIT, {"name": "cursor", "in": "query", "schema": TEXT}]
    query.append({"name": "page", "in": "query", "schema": {"type": "integer"}})
    made = noted(play, query, {"next": {**TEXT, "format": "uri"}, "next_cursor": TEXT})
    body = made.ask("GET /notes?limit=1&page=2").json
    assert [each["name"] for each in body["notes"]] == ["b"]
    sent = parse_qs(urlsplit(body["next"]).query)
    assert sent.keys() == {"limit", "cursor"}
    assert names(made.ask("GET " + after(body["next"]))) == ["c"]


def test_the_end_is_told_where_a_reply_must_have_a_token(play: Play) -> None:
    cursor = {"name": "cursor", "in": "query", "schema": TEXT}
    inside = {
        "type": "object",
        "required": ["next_cursor"],
        "properties": {"next_cursor": TEXT, "next": TEXT},
    }
    stage = noted(play, [LIMIT, cursor], {"paging": inside})
    assert stage.ask("GET /notes?limit=1").json["paging"]["next_cursor"]
    assert stage.ask("GET /notes?limit=9").json["paging"] == {"next_cursor": ""}


def test_a_token_that_was_told_is_taken_whatever_the_form_of_its_parameter(play: Play) -> None:
    short = {"type": "string", "maxLength": 2}
    cursor = {"name": "cursor", "in": "query", "schema": short}
    stage = noted(play, [LIMIT, cursor], {"next_cursor": TEXT})
    token = stage.ask("GET /notes?limit=1").json["next_cursor"]
    assert names(stage.ask(f"GET /notes?limit=1&cursor={token}")) == ["b"]


@pytest.mark.parametrize("beside", [{}, {"links": {"type": "array", "items": {"type": "object"}}}])
def test_no_record_is_made_up_for_a_page_that_must_have_some(
    play: Play, beside: dict[str, Any]
) -> None:
    page = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    stage = noted(play, [page, LIMIT], beside, least=1)
    pages = [names(stage.ask(f"GET /notes?limit=2&page={number}")) for number in (1, 2, 3)]
    assert pages == [["a", "b"], ["c"], []]


def test_a_list_beside_another_shows_records_as_its_own_items_are(play: Play) -> None:
    field = {"type": "object", "properties": {"id": TEXT, "name": TEXT}}
    built_in = {"type": "object", "properties": {"name": TEXT}}
    listed = {
        "type": "object",
        "required": ["own", "built_in"],
        "properties": {
            "own": {"type": "array", "items": field},
            "built_in": {"type": "array", "items": built_in},
        },
    }
    body = {"content": {"application/json": {"schema": field}}}
    paths = {
        "/definitions": {
            "get": {"responses": {"200": {"description": "d", **in_json(listed)}}},
            "post": {"requestBody": body, "responses": {"201": {"description": "d", **body}}},
        },
        "/definitions/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
            "delete": {"responses": {"204": {"description": "d"}}},
        },
    }
    stage = play(paths)
    stage.ask("POST /definitions", {"name": "a"})
    (shown,) = stage.ask("GET /definitions").json["own"]
    assert (shown["name"], set(shown)) == ("a", {"id", "name"})
