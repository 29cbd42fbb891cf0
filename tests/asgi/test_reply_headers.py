"""Headers that a document declares come with the replies; creates tell where, lists tell how
many.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.asgi.replies.headers import declared_headers, spelled
from mockserver.lookup import MISSING
from tests.asgi.stage import Play, Stage, body_of
from tests.described import response_of

TEXT = {"type": "string"}
PET = {"type": "object", "properties": {"id": {"type": "integer"}, "name": TEXT}}
PETS = [{"id": number, "name": f"pet {number}"} for number in range(1, 6)]
PAGED = [
    {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}},
    {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 2}},
]


def said(schema: Any, **headers: Any) -> dict[str, Any]:
    return {
        "description": "",
        "headers": headers,
        "content": {"application/json": {"schema": schema}},
    }


def pets(
    play: Play, listed: Any = None, semantics: Any = None, parameters: Any = PAGED, **headers: Any
) -> Stage:
    identified = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    many = listed or {"type": "array", "items": PET}
    paths = {
        "/pets": {
            "get": {"parameters": parameters, "responses": {"200": said(many, **headers)}},
            "post": {"requestBody": body_of(PET), "responses": {"201": said(PET)}},
        },
        "/pets/{id}": {
            "get": {"parameters": [identified], "responses": {"200": said(PET, **headers)}}
        },
    }
    return play(paths, semantics, {"pets": PETS})


def test_a_required_header_always_comes(play: Play) -> None:
    stage = pets(play, ETag={"required": True, "schema": TEXT}, Age={"schema": {"type": "integer"}})
    first, second = stage.ask("GET /pets/1").headers, stage.ask("GET /pets/1").headers
    assert first["etag"] == second["etag"] != ""
    assert "age" not in first


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ({"schema": TEXT, "example": "abc"}, "abc"),
        ({"schema": {"type": "string", "example": "abc"}}, "abc"),
        ({"schema": {"type": "integer", "default": 30}}, "30"),
        ({"schema": {"type": "string", "enum": ["no-store"]}}, "no-store"),
        ({"schema": TEXT, "examples": {"a": {"value": "abc"}}}, "abc"),
        ({"schema": {"type": "integer"}, "example": "seconds"}, None),
        ({"schema": TEXT}, None),
    ],
)
def test_any_other_header_comes_when_the_document_says_what_it_is(
    header: Any, text: str | None
) -> None:
    made = declared_headers(response_of({"headers": {"X-A": header}}), lambda schema, name: MISSING)
    assert made.get("x-a") == text


def test_a_header_of_the_server_or_of_the_habits_is_not_made() -> None:
    response = {"headers": {"Content-Type": {"example": "a/b"}, "X-A": {"example": "b"}}}
    assert declared_headers(response_of(response), lambda schema, name: "c", {"x-a"}) == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        ([1, "b"], "1,b"),
        ({"a": 1, "b": False}, "a,1,b,false"),
        ("a\r\nb: c", "a b: c"),
        (2.5, "2.5"),
    ],
)
def test_a_value_is_spelled_in_one_line(value: Any, text: str) -> None:
    assert spelled(value) == text


def test_a_create_tells_where_the_record_is(play: Play) -> None:
    stage = pets(play)
    place = stage.ask("POST /pets", {"name": "new"}).headers["location"]
    assert place == "http://testserver/pets/6"
    assert stage.ask(f"GET {place.removeprefix('http://testserver')}").json["name"] == "new"


def test_a_list_without_an_envelope_tells_how_many_there_are_and_where_the_others_are(
    play: Play,
) -> None:
    headers = pets(play).ask("GET /pets?page=2").headers
    assert headers["x-total-count"] == "5"
    here = "http://testserver/pets"
    assert headers["link"] == (
        f'<{here}?page=3>; rel="next", <{here}?page=1>; rel="prev", '
        f'<{here}?page=1>; rel="first", <{here}?page=3>; rel="last"'
    )


def test_offsets_are_counted_in_records(play: Play) -> None:
    offsets = [{"name": "offset", "in": "query", "schema": {"type": "integer"}}, PAGED[1]]
    link = pets(play, parameters=offsets).ask("GET /pets?offset=2&limit=2").headers["link"]
    assert '?offset=4&limit=2>; rel="next"' in link
    assert '?offset=0&limit=2>; rel="first"' in link
    assert '?offset=4&limit=2>; rel="last"' in link


def test_a_page_that_stands_alone_has_no_links(play: Play) -> None:
    assert "link" not in pets(play).ask("GET /pets?limit=10").headers


def test_an_envelope_that_tells_leaves_no_room(play: Play) -> None:
    listed = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": PET},
            "total": {"type": "integer"},
            "next": {"type": "string", "nullable": True},
        },
    }
    headers = pets(play, listed).ask("GET /pets").headers
    assert "x-total-count" not in headers
    assert "link" not in headers


def test_semantics_can_turn_the_headers_of_lists_off(play: Play) -> None:
    headers = pets(play, semantics={"defaults": {"list_headers": False}}).ask("GET /pets").headers
    assert "x-total-count" not in headers
    assert "link" not in headers


def test_declared_headers_of_a_list_tell_its_page(play: Play) -> None:
    number = {"schema": {"type": "integer"}}
    names = ("X-Total", "X-Total-Pages", "X-Page", "X-Per-Page", "X-Next-Page", "X-Prev-Page")
    headers = pets(play, **dict.fromkeys(names, number)).ask("GET /pets?page=2").headers
    assert [headers[name.lower()] for name in names] == ["5", "3", "2", "2", "3", "1"]
    assert "x-total-count" not in headers


def test_a_refusal_has_the_headers_that_its_status_declares(play: Play) -> None:
    refused = {
        "429": said({}),
        "404": said({}, **{"Retry-After": {"required": True, "schema": {"type": "integer"}}}),
    }
    parameter = {"name": "id", "in": "path", "required": True, "schema": TEXT}
    does = {"parameters": [parameter], "responses": {"200": said(PET), **refused}}
    stage = play({"/a/{id}": {"get": does, "delete": does}})
    assert int(stage.ask("GET /a/1").headers["retry-after"]) >= 0


def test_an_example_that_breaks_its_own_schema_is_not_sent(play: Play) -> None:
    wrong = {"schema": {"type": "string", "format": "uuid"}, "example": "abc"}
    headers = (
        pets(play, **{"X-Optional": wrong, "X-Required": {**wrong, "required": True}})
        .ask("GET /pets/1")
        .headers
    )
    assert "x-optional" not in headers
    assert len(headers["x-required"]) == 36


@pytest.mark.parametrize("key", ["/{id}", "({id})", "('{id}')"])
def test_a_create_tells_the_place_as_the_document_spells_keys(play: Play, key: str) -> None:
    identified = {"name": "id", "in": "path", "required": True, "schema": TEXT}
    paths = {
        "/pets": {"post": {"requestBody": body_of(PET), "responses": {"201": said(PET)}}},
        f"/pets{key}": {"get": {"parameters": [identified], "responses": {"200": said(PET)}}},
    }
    stage = play(paths)
    made = stage.ask("POST /pets", {"name": "Rex"})
    assert made.headers["location"].endswith(key.replace("{id}", str(made.json["id"])))
