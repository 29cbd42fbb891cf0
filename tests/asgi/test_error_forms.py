"""An operation refuses in the form and with the status that it documents, and tells the reason."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asgi.stage import Play, Stage, body_of, operation

TEXT = {"type": "string"}
PET = {
    "type": "object",
    "required": ["name"],
    "properties": {"id": {"type": "integer"}, "name": TEXT},
}


def told(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {"description": "", "content": {media_type: {"schema": schema}}}


def thing(*required: str, **members: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": members}


def pets(play: Play, errors: dict[str, Any], semantics: Any = None) -> Stage:
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    made = {"201": told(PET), **errors}
    read = operation(PET, parameters=[parameter])
    read["responses"] |= errors
    return play(
        {
            "/pets": {"post": {"requestBody": body_of(PET), "responses": made}},
            "/pets/{id}": {"get": read},
        },
        semantics=semantics,
        records={},
    )


def test_the_reason_is_in_the_documented_form(play: Play) -> None:
    stage = pets(play, {"400": told(thing("code", code={"type": "integer"}, message=TEXT))})
    answer = stage.ask("POST /pets", {})
    assert (answer.status, answer.headers["content-type"]) == (400, "application/json")
    assert answer.json == {"code": 400, "message": "name is required"}


def test_a_status_that_is_not_documented_is_told_as_problem_details(play: Play) -> None:
    stage = pets(play, {"400": told(thing(message=TEXT))})
    answer = stage.ask("GET /pets/9")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json["detail"] == "no record of pets has the key 9"


@pytest.mark.parametrize("documented", ["400", "415", "422"])
def test_a_media_type_that_is_not_taken_has_the_documented_status_that_comes_nearest(
    play: Play, documented: str
) -> None:
    stage = pets(play, {documented: told(thing(message=TEXT)), "404": told({})})
    answer = stage.ask("POST /pets", b"x", {"Content-Type": "image/png"})
    assert (answer.status, answer.json) == (
        int(documented),
        {"message": "the media type image/png is not taken here"},
    )


def test_a_list_of_what_is_wrong_says_nothing_twice(play: Play) -> None:
    listed = {"type": "array", "uniqueItems": True, "items": thing(reason=TEXT)}
    body = {"type": "object", "additionalProperties": {"type": "integer"}}
    stage = play(
        {"/pets": {"post": {"requestBody": body_of(body), "responses": {"400": told(listed)}}}},
        records={},
    )
    assert stage.ask("POST /pets", {"a": "x", "b": "x"}).json == [
        {"reason": '"x" is not of type "integer"'}
    ]


@pytest.mark.parametrize("name", ["default", "4XX"])
def test_a_default_or_a_class_documents_every_status(play: Play, name: str) -> None:
    stage = pets(play, {name: told(thing(error=thing(message=TEXT)))})
    assert stage.ask("GET /pets/9").json == {
        "error": {"message": "no record of pets has the key 9"}
    }


def test_422_is_for_what_is_invalid_where_400_is_not_documented(play: Play) -> None:
    stage = pets(play, {"422": told(thing(errors={"type": "array", "items": TEXT}))})
    answer = stage.ask("POST /pets", {})
    assert (answer.status, answer.json) == (422, {"errors": ["name is required"]})
    assert stage.ask("POST /pets", b"{", {"Content-Type": "application/json"}).status == 422


def test_400_is_taken_where_both_are_documented(play: Play) -> None:
    stage = pets(play, {"400": told(thing(a=TEXT)), "422": told(thing(b=TEXT))})
    assert stage.ask("POST /pets", {}).json == {"a": "name is required"}


def test_403_is_for_missing_credentials_where_401_is_not_documented(play: Play) -> None:
    guarded = operation({}, security=[{"key": []}])
    guarded["responses"]["403"] = told(thing(message=TEXT))
    schemes = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}
    answer = play({"/a": {"get": guarded}}, components=schemes).ask("GET /a")
    assert (answer.status, answer.json) == (403, {"message": "credentials are missing"})


def test_what_the_semantics_say_wins(play: Play) -> None:
    semantics = {
        "errors": {
            "default": {"body": {"oops": "{message}"}, "forms": {"invalid": {"status": 409}}}
        }
    }
    stage = pets(
        play, {"400": told(thing(message=TEXT)), "422": told(thing(message=TEXT))}, semantics
    )
    answer = stage.ask("POST /pets", {})
    assert (answer.status, answer.json) == (409, {"oops": "name is required"})


SAID = {
    "status": ({"invalid": {"status": 422}}, 422, {"message": "name is required"}),
    "body": ({"invalid": {"body": {"oops": "{message}"}}}, 400, {"oops": "name is required"}),
}


@pytest.mark.parametrize("word", SAID)
def test_what_the_semantics_say_of_one_kind_leaves_the_documented_bodies(
    play: Play, word: str
) -> None:
    forms, status, body = SAID[word]
    stage = pets(
        play, {"default": told(thing(message=TEXT))}, {"errors": {"default": {"forms": forms}}}
    )
    answer = stage.ask("POST /pets", {})
    assert (answer.status, answer.json) == (status, body)
    assert stage.ask("GET /pets/9").json == {"message": "no record of pets has the key 9"}


def test_what_the_semantics_say_of_one_kind_leaves_problem_details(play: Play) -> None:
    answer = pets(play, {}, {"errors": {"default": {"forms": {"invalid": {"status": 422}}}}}).ask(
        "GET /pets/9"
    )
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["detail"] == "no record of pets has the key 9"


def test_a_code_is_chosen_among_those_documented(play: Play) -> None:
    code = {"type": "string", "enum": ["INTERNAL", "NOT_FOUND", "BAD_REQUEST"]}
    stage = pets(play, {"default": told(thing(code=code, message=TEXT))})
    assert stage.ask("GET /pets/9").json["code"] == "NOT_FOUND"
    assert stage.ask("POST /pets", {}).json["code"] == "BAD_REQUEST"


def test_messages_go_under_their_properties(play: Play) -> None:
    by_property = {"type": "object", "additionalProperties": {"type": "array", "items": TEXT}}
    stage = pets(play, {"default": told(thing(message=TEXT, errors=by_property))})
    assert stage.ask("POST /pets", {"id": "x"}).json["errors"] == {
        "name": ["name is required"],
        "id": ['"x" is not of type "integer"'],
    }
    assert "errors" not in stage.ask("GET /pets/9").json


def test_a_source_points_into_the_body_or_names_the_parameter(play: Play) -> None:
    entry = thing(status=TEXT, detail=TEXT, source=thing(pointer=TEXT, parameter=TEXT))
    stage = pets(play, {"default": told(thing("errors", errors={"type": "array", "items": entry}))})
    assert stage.ask("POST /pets", {}).json["errors"][0]["source"] == {"pointer": "/name"}
    assert stage.ask("GET /pets/x").json["errors"][0]["source"] == {"parameter": "id"}
    missing = {"status": "404", "detail": "no record of pets has the key 9"}
    assert stage.ask("GET /pets/9").json == {"errors": [missing]}


def test_a_place_is_a_path_of_steps(play: Play) -> None:
    entry = thing("loc", "msg", "type", loc={"type": "array", "items": {}}, msg=TEXT, type=TEXT)
    stage = pets(play, {"422": told(thing(detail={"type": "array", "items": entry}))})
    assert stage.ask("POST /pets", {}).json == {
        "detail": [{"loc": ["body", "name"], "msg": "name is required", "type": "required"}]
    }


def test_a_text_is_told_as_text(play: Play) -> None:
    stage = pets(play, {"default": told(TEXT, "text/plain")})
    answer = stage.ask("POST /pets", {})
    assert (answer.headers["content-type"], answer.body) == ("text/plain", b"name is required")


def test_any_media_type_is_told_as_json(play: Play) -> None:
    stage = pets(play, {"default": told(thing(message=TEXT), "*/*")})
    answer = stage.ask("POST /pets", {})
    assert (answer.headers["content-type"], answer.json) == (
        "application/json",
        {"message": "name is required"},
    )


def test_required_members_are_filled_in(play: Play) -> None:
    stage = pets(
        play,
        {"400": told(thing("trace", message=TEXT, trace={"type": "string", "format": "uuid"}))},
    )
    assert len(stage.ask("POST /pets", {}).json["trace"]) == 36
