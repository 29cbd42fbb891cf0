from __future__ import annotations

from typing import Any

import pytest

from tests.asgi.stage import Play, Stage, body_of, operation


def offering(play: Play, *media_types: str) -> Stage:
    content = {each: {"schema": {"type": "object"}} for each in media_types}
    return play({"/x": {"get": {"responses": {"200": {"description": "", "content": content}}}}})


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/xml", "application/xml"),
        ("APPLICATION/XML", "application/xml"),
        ("application/json;q=0.5, application/xml", "application/xml"),
        ("application/json;q=0.5, application/xml;q=0.4", "application/json"),
        ("application/json;q=0, */*", "application/xml"),
        ("*/*;q=0.1, application/xml", "application/xml"),
        ("*/*, application/xml", "application/xml"),
        ("application/*, */*", "application/json"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
        ("application/xml;charset=utf-8", "application/xml"),
        (" , application/xml ,, ", "application/xml"),
        ("text/html", None),
        ("application/json;q=0, application/xml;q=0", None),
        ("application/json;q=nan", None),
        ("application/json;q=x", None),
        ("nonsense", None),
        ("*/*;q=0", None),
    ],
)
def test_the_media_type_is_the_best_of_those_accepted(
    play: Play, accept: str | None, chosen: str | None
) -> None:
    stage = offering(play, "application/json", "application/xml")
    answer = stage.ask("GET /x", headers={} if accept is None else {"Accept": accept})
    assert (answer.status, answer.headers["content-type"]) == (
        (200, chosen) if chosen else (406, "application/problem+json")
    )


def test_several_accept_headers_are_one(play: Play) -> None:
    headers = [("Accept", "text/html"), ("Accept", "application/xml")]
    assert (
        offering(play, "application/json", "application/xml").ask("GET /x", headers=headers).status
        == 200
    )


@pytest.mark.parametrize(
    ("offered", "sent"),
    [("*/*", "application/json"), ("application/*", "application/json"), ("text/*", "text/plain")],
)
def test_a_range_in_the_document_is_sent_as_one_media_type(
    play: Play, offered: str, sent: str
) -> None:
    assert offering(play, offered).ask("GET /x").headers["content-type"] == sent


def test_what_is_like_json_may_be_asked_for_as_json(play: Play) -> None:
    answer = offering(play, "application/vnd.api+json").ask(
        "GET /x", headers={"Accept": "application/json"}
    )
    assert answer.headers["content-type"] == "application/vnd.api+json"


def taking(play: Play, *media_types: str, schema: Any = None) -> Stage:
    body = body_of({"type": "object"} if schema is None else schema, *media_types)
    return play({"/x": {"post": operation(requestBody=body)}})


@pytest.mark.parametrize(
    ("declared", "sent", "status"),
    [
        ("application/json", "application/json", 200),
        ("application/json", "Application/JSON; charset=utf-8", 200),
        ("application/json; charset=utf-8", "application/json", 200),
        ("application/json", "application/merge-patch+json", 200),
        ("application/*", "application/json", 200),
        ("*/*", "application/json", 200),
        ("*/*", "text/plain", 200),
        ("application/json", None, 200),
        ("application/json", "text/plain", 415),
        ("application/json", "json", 415),
        ("application/json", "", 200),
        ("application/json", ";", 415),
        ("text/*", "application/json", 415),
    ],
)
def test_a_body_of_a_media_type_that_is_not_taken_is_refused(
    play: Play, declared: str, sent: str | None, status: int
) -> None:
    stage = taking(play, declared, schema={})
    headers = {} if sent is None else {"Content-Type": sent}
    assert stage.ask("POST /x", b"{}", headers).status == status
