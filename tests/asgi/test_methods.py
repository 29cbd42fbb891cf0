from __future__ import annotations

import pytest

from tests.asgi.stage import Play, Stage, body_of, operation
from tests.conftest import APIS, fresh_app

PATHS = {
    "/things/": {"get": operation({"type": "object"}), "post": operation({"type": "object"})},
    "/bare": {"get": operation({"type": "object"})},
    "/kept": {"put": operation({"type": "object"}, requestBody=body_of({"type": "object"}))},
}
UNKNOWN = {
    "bigcommerce-v2": (
        "/stores/abc/v2/nothing",
        [{"status": 404, "message": "The requested resource was not found."}],
    ),
    "bookshop": (
        "/nothing",
        {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "there is no /nothing",
        },
    ),
    "omnitron": ("/api/v1/nothing/", {"detail": "Not found.", "code": "not_found"}),
    "shoplazza": ("/openapi/2022-01/nothing", {"errors": ["Not Found"]}),
}


def slash(play: Play, habit: str) -> Stage:
    return play(PATHS, {"defaults": {"slash": habit}})


@pytest.mark.parametrize(
    ("habit", "call", "status"),
    [
        ("accept", "GET /things", 200),
        ("accept", "GET /bare/", 200),
        ("accept", "POST /things", 200),
        ("redirect", "GET /things", 301),
        ("redirect", "HEAD /things", 301),
        ("redirect", "GET /bare/", 404),
        ("redirect", "POST /things", 301),
        ("redirect", "DELETE /things", 301),
        ("redirect", "DELETE /things/", 405),
        ("redirect", "GET /things/", 200),
        ("strict", "GET /things", 404),
        ("strict", "GET /bare/", 404),
        ("strict", "OPTIONS /bare/", 404),
        ("strict", "GET /things/", 200),
        ("strict", "GET /bare", 200),
    ],
)
def test_a_trailing_slash_is_taken_by_habit(play: Play, habit: str, call: str, status: int) -> None:
    assert slash(play, habit).ask(call).status == status


def test_a_redirect_keeps_the_path_and_the_query_as_they_were_sent(play: Play) -> None:
    stage = slash(play, "redirect")
    assert stage.ask("GET /things?a=1%2C2&b").headers["location"] == "/things/?a=1%2C2&b"
    assert (
        stage.ask("GET /under/things", root_path="/under").headers["location"] == "/under/things/"
    )


@pytest.mark.parametrize("path", ["/things/", "/bare", "/bare?x=1"])
def test_head_is_get_without_its_body_but_with_its_length(play: Play, path: str) -> None:
    stage = play(PATHS)
    got, head = stage.ask(f"GET {path}"), stage.ask(f"HEAD {path}")
    assert head.body == b""
    assert (head.status, head.headers) == (got.status, got.headers)
    assert head.headers["content-length"] == str(len(got.body))


def test_head_of_nothing_has_no_body_either(play: Play) -> None:
    head = play(PATHS).ask("HEAD /nothing")
    assert (head.status, head.body) == (404, b"")
    assert int(head.headers["content-length"]) > 0


def test_head_without_get_is_not_allowed(play: Play) -> None:
    assert play(PATHS).ask("HEAD /kept").status == 405


def test_options_tells_what_is_allowed(play: Play) -> None:
    answer = play(PATHS).ask("OPTIONS /things/")
    assert (answer.status, answer.body, "content-length" in answer.headers) == (204, b"", False)
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_options_of_the_document_are_its_own(play: Play) -> None:
    assert play({"/o": {"options": operation({"type": "object"})}}).ask("OPTIONS /o").status == 200


def test_a_method_that_is_not_there_is_refused_with_those_that_are(play: Play) -> None:
    answer = play(PATHS).ask("DELETE /bare")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json["title"] == "Method Not Allowed"


@pytest.mark.parametrize(("method", "status"), [("BREW", 501), ("PATCH", 501), ("DELETE", 405)])
def test_a_method_that_nobody_knows_is_not_implemented(
    play: Play, method: str, status: int
) -> None:
    stage = play(PATHS, {"defaults": {"unimplemented": ["PATCH"]}})
    assert stage.ask(f"{method} /bare").status == status


@pytest.mark.parametrize("name", APIS)
def test_a_path_that_is_not_there_is_refused_in_the_api_s_form(name: str) -> None:
    path, body = UNKNOWN[name]
    answer = Stage(fresh_app(name)).ask(f"GET {path}", headers={"Accept": "application/json"})
    assert answer.status == 404
    assert answer.json == body


def test_a_path_under_which_the_api_is_mounted_is_left_out_of_account(play: Play) -> None:
    assert play(PATHS).ask("GET /v1/bare", root_path="/v1").status == 200


def test_two_spellings_of_one_path_are_two_operations(play: Play) -> None:
    one = operation({"type": "string", "enum": ["without"]})
    two = operation({"type": "string", "enum": ["with"]})
    stage = play({"/a": {"get": one}, "/a/": {"get": two}}, {"defaults": {"slash": "strict"}})
    assert stage.ask("GET /a").status == 200
    assert stage.ask("GET /a/").status == 200


def test_a_failure_inside_the_mock_is_answered_in_the_api_s_form_and_told(
    play: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stage = play(PATHS, {"errors": {"default": {"body": {"oops": "{status}"}}}})

    def fail(*_: object) -> None:
        raise RuntimeError("boom")

    with monkeypatch.context() as patch:
        patch.setattr("mockserver.space.decide", fail)
        answer = stage.ask("GET /bare")
    assert (answer.status, answer.json) == (500, {"oops": 500})
    assert "GET /bare failed inside the mock" in caplog.text
    assert "boom" in caplog.text
    assert stage.ask("GET /bare").status == 200


def test_other_protocols_are_left_alone(play: Play) -> None:
    import asyncio

    asyncio.run(play(PATHS).app({"type": "websocket", "path": "/bare", "headers": []}, None, None))
