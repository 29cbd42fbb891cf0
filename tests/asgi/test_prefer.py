"""A client chooses a documented response with `Prefer`, or with `__code` and the like in the
query.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Settings
from mockserver.asgi.preference import read_preferences
from tests.asgi.stage import Play, Stage, body_of

PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "minimum": 1, "example": 7},
        "name": {"type": "string", "example": "Rex"},
        "kind": {"type": "string", "enum": ["dog", "cat", "owl", "hen"]},
    },
}
ERROR = {"type": "object", "properties": {"message": {"type": "string"}}}
LISTED = {
    "schema": {"type": "array", "items": PET},
    "examples": {"none": {"value": []}, "one": {"value": [{"id": 1, "name": "Tom"}]}},
}
SECURED = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}


def said(media: Any = None, **rest: Any) -> dict[str, Any]:
    return {
        "description": "",
        **({"content": {"application/json": media}} if media else {}),
        **rest,
    }


def pets(play: Play, **document: Any) -> Stage:
    listed = {
        "200": said(LISTED),
        "404": said({"schema": ERROR, "example": {"message": "no pets"}}),
    }
    made = {
        "201": said({"schema": PET}),
        "5XX": said({"schema": ERROR}),
        "default": said({"schema": ERROR, "example": {"message": "oh"}}),
    }
    paths = {
        "/pets": {
            "get": {
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 1}},
                    {"name": "page", "in": "query", "schema": {"type": "integer"}},
                ],
                "responses": {**listed, "204": said()},
            },
            "post": {"requestBody": body_of(PET), "responses": made},
        }
    }
    semantics = {"defaults": {"unknown_query": "refuse"}}
    return play(
        paths, semantics, {"pets": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]}, **document
    )


def preferred(stage: Stage, call: str, text: str, body: Any = None) -> Any:
    return stage.ask(call, body, {"Prefer": text})


def test_a_code_brings_the_documented_response(play: Play) -> None:
    answer = preferred(pets(play), "GET /pets", "code=404")
    assert (answer.status, answer.json) == (404, {"message": "no pets"})
    assert answer.headers["preference-applied"] == "code=404"


def test_an_example_is_chosen_by_its_name(play: Play) -> None:
    answer = preferred(pets(play), "GET /pets", "example=one")
    assert (answer.status, answer.json) == (200, [{"id": 1, "name": "Tom"}])
    assert preferred(pets(play), "GET /pets", 'code=200, example="none"').json == []


def test_the_class_and_the_default_document_a_code_too(play: Play) -> None:
    stage = pets(play)
    assert preferred(stage, "POST /pets", "code=503").status == 503
    answer = preferred(stage, "POST /pets", "code=418")
    assert (answer.status, answer.json) == (418, {"message": "oh"})


def test_without_an_example_the_value_comes_from_the_schema(play: Play) -> None:
    answer = preferred(pets(play), "POST /pets", "code=201", {"id": 9, "name": "c"})
    assert answer.status == 201
    assert (answer.json["id"], answer.json["name"]) == (7, "Rex")


def test_a_response_without_a_body_has_none(play: Play) -> None:
    answer = preferred(pets(play), "GET /pets", "code=204")
    assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("code=409", "no response 409 is documented here (documented: 200, 404, 204)"),
        ("example=two", "the response 200 has no example 'two' (documented: none, one)"),
        ("code=abc", "code must be a status of three digits, such as 404, not 'abc'"),
        ("dynamic=maybe", "dynamic must be true or false, not 'maybe'"),
    ],
)
def test_what_is_not_documented_is_refused_by_naming_what_is(
    play: Play, text: str, told: str
) -> None:
    answer = preferred(pets(play), "GET /pets", text)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json["detail"] == told


def test_a_preferred_response_changes_nothing(play: Play) -> None:
    stage = pets(play)
    preferred(stage, "POST /pets", "code=201", {"id": 9, "name": "c"})
    assert len(stage.ask("GET /pets?limit=10").json) == 2


def test_dynamic_values_come_from_the_schema_and_not_from_its_examples(play: Play) -> None:
    stage = pets(play)
    made = [preferred(stage, "POST /pets", "dynamic=true", NEW).json for _ in range(5)]
    assert len({each["id"] for each in made}) > 1
    assert all(
        isinstance(each["id"], int) and each["id"] >= 1 and each["kind"] in PET_KINDS
        for each in made
    )


NEW = {"id": 9, "name": "c"}
PET_KINDS = ("dog", "cat", "owl", "hen")


def test_a_seed_makes_dynamic_values_repeatable(play: Play) -> None:
    stage = pets(play)
    made = [preferred(stage, "POST /pets", f"dynamic=true, seed={seed}", NEW) for seed in (7, 7, 8)]
    first, second, other = (each.json for each in made)
    assert first == second != other


def test_the_query_says_the_same(play: Play) -> None:
    stage = pets(play)
    assert stage.ask("GET /pets?__code=404").headers["preference-applied"] == "code=404"
    assert stage.ask("GET /pets?__example=one").json == [{"id": 1, "name": "Tom"}]
    assert (
        stage.ask("POST /pets?__dynamic=true&__seed=7", NEW).json
        == preferred(stage, "POST /pets", "dynamic=true, seed=7", NEW).json
    )


def test_the_query_is_passed_over_where_the_header_has_a_word(play: Play) -> None:
    assert pets(play).ask("GET /pets?__code=404", None, {"Prefer": "example=one"}).status == 200


def test_our_query_parameters_are_neither_unknown_nor_in_links(play: Play) -> None:
    answer = pets(play).ask("GET /pets?__dynamic=false&__seed=3")
    assert (answer.status, answer.json) == (200, [{"id": 1, "name": "a"}])
    assert "__" not in answer.headers.get("link", "")


def test_other_preferences_are_not_ours(play: Play) -> None:
    answer = preferred(pets(play), "GET /pets", "return=minimal, respond-async, wait=10")
    assert answer.status == 200
    assert "preference-applied" not in answer.headers


def test_credentials_are_checked_even_so(play: Play) -> None:
    stage = pets(play, components=SECURED, security=[{"key": []}])
    assert preferred(stage, "GET /pets", "code=404").status == 401
    assert stage.ask("GET /pets", None, {"Prefer": "code=404", "X-Key": "understudy"}).status == 404


@pytest.mark.parametrize("text", ["code=201", "dynamic=true", "example=one"])
def test_a_success_is_for_a_valid_request_alone(play: Play, text: str) -> None:
    answer = preferred(pets(play), "POST /pets", text, {"id": "x"})
    assert (answer.status, answer.json["message"]) == (
        400,
        'name is required; "x" is not of type "integer"',
    )
    assert pets(play).ask("GET /pets?limit=x", None, {"Prefer": "code=200"}).status == 400


def test_an_error_is_for_any_request(play: Play) -> None:
    assert preferred(pets(play), "POST /pets", "code=503", {"id": "x"}).status == 503


PROBLEM = {
    "type": "object",
    "required": ["title", "status", "detail", "errors"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
WAIT = {"schema": {"type": "integer"}, "required": True}


def errors(play: Play, **document: Any) -> Stage:
    """Play reads that document errors without an example, and one with an example in its schema."""
    shown = {"type": "object", "example": {"oops": 1}}
    told = {
        "200": said({"schema": PET}),
        "400": {"description": ""},
        "401": said({"schema": ERROR}),
        "404": {"description": "", "content": {"application/problem+json": {"schema": PROBLEM}}},
        "409": said({"schema": shown}),
        "429": said({"schema": ERROR}, headers={"X-Retry-After": WAIT}),
        "503": said(
            {"schema": {**ERROR, "required": ["retry_after"]}},
            headers={"Retry-After": {"schema": {"type": "integer"}, "example": 30}},
        ),
    }
    told["503"]["content"]["application/json"]["schema"]["properties"] = {
        "message": {"type": "string"},
        "retry_after": {"type": "integer"},
    }
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    return play({"/pets/{id}": {"get": {"parameters": [key], "responses": told, **document}}})


def test_an_error_without_an_example_is_told_as_a_real_one(play: Play) -> None:
    answer = preferred(errors(play), "GET /pets/1", "code=404")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json == {
        "title": "Not Found",
        "status": 404,
        "detail": "Not Found (preferred response)",
        "errors": [],
    }
    assert answer.headers["preference-applied"] == "code=404"


def test_an_example_in_the_schema_of_an_error_is_shown(play: Play) -> None:
    assert preferred(errors(play), "GET /pets/1", "code=409").json == {"oops": 1}


def test_an_error_of_which_nothing_is_documented_is_problem_details(play: Play) -> None:
    answer = preferred(errors(play), "GET /pets/1", "code=400")
    assert (answer.status, answer.json["status"], answer.json["title"]) == (400, 400, "Bad Request")


def test_an_error_made_from_its_schema_tells_its_own_status(play: Play) -> None:
    answer = preferred(errors(play), "GET /pets/1", "code=404, dynamic=true, seed=1")
    assert (answer.status, answer.json["status"]) == (404, 404)


def test_a_wait_is_a_second_or_what_the_document_shows(play: Play) -> None:
    stage = errors(play)
    limited = preferred(stage, "GET /pets/1", "code=429").headers
    assert (limited["x-retry-after"], limited["retry-after"]) == ("1", "1")
    away = preferred(stage, "GET /pets/1", "code=503")
    assert (away.headers["retry-after"], away.json["retry_after"]) == ("30", 30)


@pytest.mark.parametrize(
    ("scheme", "challenge"),
    [
        ({"type": "http", "scheme": "basic"}, 'Basic realm="api"'),
        ({"type": "http", "scheme": "bearer"}, "Bearer"),
        ({"type": "openIdConnect", "openIdConnectUrl": "https://example.com/"}, "Bearer"),
    ],
)
def test_a_401_tells_which_credentials_would_do(
    play: Play, scheme: dict[str, str], challenge: str
) -> None:
    answers = {"200": said({"schema": PET}), "401": said({"schema": ERROR})}
    item = {"get": {"security": [{"way": []}], "responses": answers}}
    stage = play({"/me": item}, components={"securitySchemes": {"way": scheme}})
    assert stage.ask("GET /me").headers["www-authenticate"] == challenge


def test_an_accepted_media_type_is_chosen_or_refused(play: Play) -> None:
    stage = pets(play)
    assert stage.ask("GET /pets", None, {"Prefer": "code=404", "Accept": "text/html"}).status == 406


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("code=404", {"code": "404"}),
        ("Code = 404 , example=a", {"code": "404", "example": "a"}),
        ('example="a, b"; x=1, code=200', {"example": "a, b", "code": "200"}),
        (r'example="say \"hi\""', {"example": 'say "hi"'}),
        ("code=404, code=500", {"code": "404"}),
        ("respond-async", {"respond-async": ""}),
        ("", {}),
    ],
)
def test_preferences_are_read_as_rfc_7240_spells_them(text: str, found: dict[str, str]) -> None:
    assert read_preferences(text) == found


def _made_anew(play: Play) -> Stage:
    pet = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    listed = {"type": "array", "minItems": 1, "items": pet}
    paths = {
        "/pets": {
            "get": {
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
                "responses": {
                    "200": said({"schema": listed, "example": [{"name": "Rex"}]}),
                    "404": said(
                        {"schema": ERROR, "examples": {"no": {"value": {"message": "no"}}}}
                    ),
                },
            },
            "post": {"requestBody": body_of(pet), "responses": {"201": said({"schema": pet})}},
            "delete": {"responses": {"204": said()}},
        }
    }
    return play(paths, settings=Settings(cors=False, dynamic=True))


def test_where_all_is_made_anew_no_reply_is_the_example_and_nothing_is_kept(play: Play) -> None:
    stage = _made_anew(play)
    first, second = [stage.ask("GET /pets") for _ in range(2)]
    assert first.status == second.status == 200
    assert [{"name": "Rex"}] != first.json != second.json
    assert "preference-applied" not in first.headers
    assert stage.ask("POST /pets", {"name": "Tom"}).status == 201
    assert stage.ask("DELETE /pets").status == 204


def test_where_all_is_made_anew_requests_are_still_checked(play: Play) -> None:
    stage = _made_anew(play)
    assert stage.ask("GET /pets?limit=x").status == 400
    assert stage.ask("POST /pets", {}).status == 400
    assert preferred(stage, "GET /pets", "example=no, code=404").json == {"message": "no"}


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"code": {"type": "string", "example": "taken"}}, {"code": "taken"}),
        (
            {"code": {"type": "string", "example": "x"}, "n": {"type": "integer"}},
            {"code": "x"},
        ),
        ({"code": {"type": "string", "example": "x"}, "message": {"type": "string"}}, None),
    ],
)
def test_an_error_whose_texts_have_examples_is_shown_by_them(
    play: Play, fields: Any, shown: Any
) -> None:
    told = {"200": said({"schema": PET}), "409": said({"schema": {"properties": fields}})}
    stage = play({"/pets": {"get": {"responses": told}}})
    body = preferred(stage, "GET /pets", "code=409").json
    if shown is None:
        assert "preferred response" in body["message"]
    else:
        assert shown.items() <= body.items()


@pytest.mark.parametrize(("is_declared", "status"), [(True, 204), (False, 200)])
def test_a_change_is_answered_without_a_body_where_a_client_may_prefer_that(
    is_declared: bool, status: int, play: Play
) -> None:
    boat = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    text = {"schema": {"type": "string"}}
    declared = {"parameters": [{"name": "Prefer", "in": "header", **text}] if is_declared else []}
    key = {"parameters": [{"name": "id", "in": "path", "required": True, **text}]}
    change = {"requestBody": body_of(boat), "responses": {"200": said({"schema": boat})}}
    reads = {"responses": {"200": said({"schema": boat})}, **declared}
    makes = {"requestBody": body_of(boat), "responses": {"201": said({"schema": boat})}, **declared}
    paths = {
        "/boats": {"post": makes},
        "/boats/{id}": {"get": reads, "patch": {**change, **declared}, **key},
    }
    stage = play(paths, settings=Settings(fixtures=None, cors=False))
    minimal = {"Prefer": "return=minimal"}
    made = stage.ask("POST /boats", {"id": 1, "name": "Ida"}, minimal)
    assert (made.status, made.body == b"") == (201, is_declared)
    changed = stage.ask("PATCH /boats/1", {"name": "Eva"}, minimal)
    assert (changed.status, changed.body == b"") == (status, is_declared)
    assert changed.headers.get("preference-applied") == ("return=minimal" if is_declared else None)
    assert stage.ask("GET /boats/1", headers=minimal).json["name"] == "Eva"
