"""Habits of an API about requests: media types beside the documented ones, query parameters without a value."""

from __future__ import annotations

from tests.asgi.stage import Play, body_of, operation

COUNTED = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
PATHS = {
    "/things": {
        "get": operation(
            {"type": "array", "items": COUNTED},
            parameters=[{"name": "n", "in": "query", "schema": {"type": "integer", "default": 7}}],
        ),
        "post": operation(COUNTED, requestBody=body_of(COUNTED)),
    },
    "/things/{id}": {
        "get": operation(
            COUNTED, parameters=[{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
        )
    },
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_a_body_is_taken_in_the_media_types_that_are_declared_beside_the_document(play: Play) -> None:
    stage = play(PATHS, {"defaults": {"request_media_types": ["application/x-www-form-urlencoded"]}})
    assert stage.ask("POST /things", b"n=5", FORM).json["n"] == 5
    assert stage.ask("POST /things", b"n=x", FORM).status == 400
    assert play(PATHS).ask("POST /things", b"n=5", FORM).status == 415


def test_a_query_parameter_without_a_value_is_as_good_as_absent_by_habit(play: Play) -> None:
    stage = play(PATHS, {"defaults": {"empty_query": "absent"}})
    assert stage.ask("GET /things?n=").status == 200
    assert play(PATHS).ask("GET /things?n=").status == 400


def test_a_body_is_read_in_the_types_that_the_api_coerces_before_it_is_checked(play: Play) -> None:
    stage = play(PATHS, {"defaults": {"coerce": ["integer"]}})
    assert stage.ask("POST /things", b'{"n": "5"}', {"Content-Type": "application/json"}).json["n"] == 5
    assert stage.ask("POST /things", b'{"n": "x"}', {"Content-Type": "application/json"}).status == 400
