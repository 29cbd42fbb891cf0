from __future__ import annotations

import base64
from typing import Any

import pytest

from mockserver.app import Settings, make_app
from mockserver.errors import SettingsError
from tests.asgi.stage import Answer, Play, Stage, operation
from tests.conftest import fresh_app

SCHEMES = {
    "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "Query": {"type": "apiKey", "in": "query", "name": "key"},
    "Cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "Token": {"type": "apiKey", "in": "header", "name": "Authorization"},
    "Bearer": {"type": "http", "scheme": "bearer"},
    "Basic": {"type": "http", "scheme": "basic"},
    "OAuth": {"type": "oauth2", "flows": {}},
    "Digest": {"type": "http", "scheme": "digest"},
}
CREDENTIALS = [{"scheme": name, "value": "u:p" if name == "Basic" else "good"} for name in SCHEMES]
SAID = {
    "credentials": CREDENTIALS,
    "security": {"Token": {"prefix": "Token"}},
    "errors": {
        "default": {
            "body": {"code": "{code}"},
            "forms": {
                "unauthorized": {
                    "status": 401,
                    "code": "none",
                    "headers": {"WWW-Authenticate": "Key"},
                },
                "bad_credentials": {"status": 401, "code": "bad"},
                "forbidden": {"status": 403, "code": "scope"},
            },
        }
    },
}


def guarded(
    play: Play, *requirements: Any, settings: Settings | None = None, said: Any = SAID, **rest: Any
) -> Stage:
    paths = {"/things": {"get": operation(security=list(requirements), **rest)}}
    return play(paths, said, components={"securitySchemes": SCHEMES}, settings=settings)


def told(answer: Answer) -> Any:
    return answer.status if answer.status == 200 else answer.json["code"]


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


@pytest.mark.parametrize(
    ("scheme", "query", "headers", "expected"),
    [
        ("Key", "", {"x-key": "good"}, 200),
        ("Key", "", {"X-Key": "wrong"}, "bad"),
        ("Key", "", {"X-Key": ""}, "bad"),
        ("Key", "", {}, "none"),
        ("Query", "?key=good", {}, 200),
        ("Query", "?key=wrong", {}, "bad"),
        ("Query", "?Key=good", {}, "none"),
        ("Cookie", "", {"Cookie": "a=b; sid=good"}, 200),
        ("Cookie", "", {"Cookie": "sid=wrong"}, "bad"),
        ("Cookie", "", {"Cookie": "sid"}, "none"),
        ("Token", "", {"Authorization": "Token good"}, 200),
        ("Token", "", {"Authorization": "token  good"}, 200),
        ("Token", "", {"Authorization": "Token wrong"}, "bad"),
        ("Token", "", {"Authorization": "Bearer good"}, "none"),
        ("Token", "", {"Authorization": "good"}, "none"),
        ("Bearer", "", {"Authorization": "Bearer good"}, 200),
        ("Bearer", "", {"Authorization": "bearer good"}, 200),
        ("Bearer", "", {"Authorization": "Bearer wrong"}, "bad"),
        ("Bearer", "", {"Authorization": "Bearer"}, "bad"),
        ("OAuth", "", {"Authorization": "Bearer good"}, 200),
        ("Digest", "", {"Authorization": "Digest good"}, 200),
        ("Digest", "", {}, "none"),
        ("Basic", "", basic("u:p"), 200),
        ("Basic", "", basic("u:q"), "bad"),
        ("Basic", "", {"Authorization": "Basic !!!"}, "bad"),
        ("Basic", "", {"Authorization": "Basic é"}, "bad"),
        ("Basic", "", {"Authorization": "Basic /w=="}, "bad"),
        ("Basic", "", {"Authorization": "Basic"}, "bad"),
        ("Basic", "", {}, "none"),
    ],
)
def test_a_known_credential_is_let_in_and_any_other_is_refused(
    play: Play, scheme: str, query: str, headers: dict[str, str], expected: Any
) -> None:
    assert told(guarded(play, {scheme: []}).ask(f"GET /things{query}", headers=headers)) == expected


@pytest.mark.parametrize(
    ("headers", "query", "expected"),
    [
        ({"X-Key": "good"}, "?key=good", 200),
        ({"X-Key": "good"}, "", "none"),
        ({"X-Key": "good"}, "?key=bad", "bad"),
        ({}, "", "none"),
    ],
)
def test_schemes_of_one_requirement_are_all_needed(
    play: Play, headers: dict[str, str], query: str, expected: Any
) -> None:
    assert (
        told(guarded(play, {"Key": [], "Query": []}).ask(f"GET /things{query}", headers=headers))
        == expected
    )


@pytest.mark.parametrize(
    ("headers", "query", "expected"),
    [
        ({"X-Key": "good"}, "", 200),
        ({}, "?key=good", 200),
        ({"X-Key": "bad"}, "?key=good", 200),
        ({"X-Key": "bad"}, "", "bad"),
        ({}, "", "none"),
    ],
)
def test_one_of_several_requirements_is_enough(
    play: Play, headers: dict[str, str], query: str, expected: Any
) -> None:
    assert (
        told(guarded(play, {"Key": []}, {"Query": []}).ask(f"GET /things{query}", headers=headers))
        == expected
    )


def test_an_empty_requirement_lets_everybody_in_but_not_a_wrong_credential(play: Play) -> None:
    stage = guarded(play, {"Key": []}, {})
    assert told(stage.ask("GET /things")) == 200
    assert told(stage.ask("GET /things", headers={"X-Key": "good"})) == 200
    assert told(stage.ask("GET /things", headers={"X-Key": "bad"})) == "bad"


def test_no_requirement_of_its_own_takes_the_one_of_the_document_away(play: Play) -> None:
    paths = {"/open": {"get": operation(security=[])}, "/shut": {"get": operation()}}
    stage = play(paths, SAID, components={"securitySchemes": SCHEMES}, security=[{"Key": []}])
    assert stage.ask("GET /open").status == 200
    assert told(stage.ask("GET /shut")) == "none"


def test_the_headers_of_a_refusal_are_sent(play: Play) -> None:
    assert guarded(play, {"Key": []}).ask("GET /things").headers["www-authenticate"] == "Key"


@pytest.mark.parametrize(
    ("scopes", "expected"), [(["read"], "scope"), (["write", "x"], 200), (None, 200)]
)
def test_a_credential_without_the_scope_is_forbidden(
    play: Play, scopes: list[str] | None, expected: Any
) -> None:
    credential = {
        "scheme": "OAuth",
        "value": "good",
        **({} if scopes is None else {"scopes": scopes}),
    }
    for requirement, rest in (
        ({"OAuth": ["write"]}, {}),
        ({"OAuth": []}, {"x-scopes": ["write", "admin"]}),
    ):
        stage = guarded(play, requirement, said={**SAID, "credentials": [credential]}, **rest)
        assert told(stage.ask("GET /things", headers={"Authorization": "Bearer good"})) == expected


def test_a_scheme_counts_only_under_its_base_path() -> None:
    stage = Stage(fresh_app("bigcommerce-v2"))
    key, token = basic("admin:key"), {"X-Auth-Token": "tok"}
    assert stage.ask("GET /api/v2/products/32/images", headers=key).status == 200
    assert stage.ask("GET /stores/abc/v2/products/32/images", headers=token).status == 200
    assert stage.ask("GET /stores/abc/v2/products/32/images", headers=key).status == 401
    assert stage.ask("GET /api/v2/products/32/images", headers=token).status == 401


@pytest.mark.parametrize(
    ("auth", "headers", "expected"),
    [
        (["off"], {}, 200),
        (["any"], {"X-Key": "whatever"}, 200),
        (["any"], {}, "none"),
        (["known"], {"X-Key": "whatever"}, "bad"),
        (["Key=whatever"], {"X-Key": "whatever"}, 200),
        (["Key=whatever"], {"X-Key": "good"}, 200),
        (["Key=a=b"], {"X-Key": "a=b"}, 200),
    ],
)
def test_the_settings_say_who_may_call(
    play: Play, auth: list[str], headers: dict[str, str], expected: Any
) -> None:
    stage = guarded(play, {"Key": []}, settings=Settings(auth=auth, cors=False))
    assert told(stage.ask("GET /things", headers=headers)) == expected


@pytest.mark.parametrize("word", ["nobody", "", "Nokey=x", "=x", "key=x"])
def test_an_unknown_word_or_scheme_is_told_with_the_known_ones(word: str) -> None:
    with pytest.raises(SettingsError, match="ApiKey"):
        make_app(["bookshop"], Settings(auth=[word]))


def test_a_scheme_of_one_of_several_apis_is_known() -> None:
    make_app(["bookshop", "shoplazza"], Settings(auth=["ApiKey=x", "AccessToken=y"]))


@pytest.mark.parametrize("word", ["", "Bearer ", "Token ", "ApiKey "])
def test_a_key_in_the_header_authorization_may_have_a_word_before_it(play: Play, word: str) -> None:
    said = {**SAID, "security": {}}
    stage = guarded(play, {"Token": []}, said=said)
    assert told(stage.ask("GET /things", headers={"Authorization": f"{word}good"})) == 200
    assert told(stage.ask("GET /things", headers={"Authorization": f"{word}other"})) == "bad"


@pytest.mark.parametrize(
    "form", ["Token token={}", 'Token token="{}", email="a@b.ch"', "Key a={}", "Basic {}"]
)
def test_a_key_in_the_header_authorization_may_be_a_parameter(play: Play, form: str) -> None:
    stage = guarded(play, {"Token": []}, said={**SAID, "security": {}})
    for key, expected in (("good", 200), ("other", "bad")):
        sent = form.format(basic(f"{key}:x")["Authorization"].removeprefix("Basic "))
        if not form.startswith("Basic"):
            sent = form.format(key)
        assert told(stage.ask("GET /things", headers={"Authorization": sent})) == expected


@pytest.mark.parametrize(
    ("scheme", "sent", "expected"),
    [
        ("Bearer", "Bearer anything", 200),
        ("Bearer", "Bearer two words", "bad"),
        ("Bearer", "Bearer", "bad"),
        ("OAuth", "Bearer two words", "bad"),
        ("Digest", 'Digest username="u"', 200),
        ("Digest", "Digest u", "bad"),
        ("Digest", "Digest good", 200),
        ("Basic", basic("a:b")["Authorization"], 200),
        ("Basic", basic(":")["Authorization"], "bad"),
        ("Basic", "Basic !!", "bad"),
    ],
)
def test_where_any_credential_will_do_it_must_be_one(
    play: Play, scheme: str, sent: str, expected: Any
) -> None:
    stage = guarded(play, {scheme: []}, settings=Settings(auth=["any"], cors=False))
    assert told(stage.ask("GET /things", headers={"Authorization": sent})) == expected
