"""Bodies in media types other than JSON: texts and bytes as they are, lines, CSV, ranges and
vendors' JSON.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.asgi.stage import Play, Stage, body_of

THING = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
}
RECORDS = [{"id": 1, "name": "a, b"}, {"id": 2, "tags": ["x"], "ok": True}]


def answering(media: dict[str, Any]) -> dict[str, Any]:
    return {"get": {"responses": {"200": {"description": "", "content": media}}}}


def taking(play: Play, schema: Any, media_type: str) -> Stage:
    made = {"responses": {"204": {"description": ""}}, "requestBody": body_of(schema, media_type)}
    return play({"/upload": {"post": made}})


@pytest.mark.parametrize(
    "media_type", ["text/plain", "text/html", "application/octet-stream", "application/pdf"]
)
def test_a_text_is_sent_as_it_is(play: Play, media_type: str) -> None:
    answer = play(
        {"/a": answering({media_type: {"schema": {"type": "string"}, "example": "plain"}})}
    ).ask("GET /a")
    assert (answer.headers["content-type"], answer.body) == (media_type, b"plain")


@pytest.mark.parametrize(
    ("documented", "sent"),
    [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/*", "text/plain"),
        ("application/vnd.shop.v2+json", "application/vnd.shop.v2+json"),
        ("application/json; charset=utf-8", "application/json; charset=utf-8"),
    ],
)
def test_a_range_is_answered_in_a_media_type_of_its_own(
    play: Play, documented: str, sent: str
) -> None:
    stage = play({"/a": answering({documented: {"example": "x"}})})
    assert stage.ask("GET /a").headers["content-type"] == sent
    assert stage.ask("GET /a", None, {"Accept": "application/json, text/plain"}).status == 200


@pytest.mark.parametrize(
    "accept", ["application/json", "*/*", "application/*;q=0.5", "application/vnd.shop+json"]
)
def test_json_of_a_vendor_is_accepted_as_json(play: Play, accept: str) -> None:
    stage = play({"/a": answering({"application/vnd.shop+json": {"example": {}}})})
    assert stage.ask("GET /a", None, {"Accept": accept}).status == 200


def test_lines_of_json_are_sent(play: Play) -> None:
    answer = play({"/a": answering({"application/x-ndjson": {"example": RECORDS}})}).ask("GET /a")
    assert answer.body == b'{"id":1,"name":"a, b"}\n{"id":2,"tags":["x"],"ok":true}\n'


def test_records_are_sent_as_csv(play: Play) -> None:
    answer = play({"/a": answering({"text/csv": {"example": RECORDS}})}).ask("GET /a")
    assert answer.body == b'id,name,tags,ok\r\n1,"a, b",,\r\n2,,"[""x""]",true\r\n'


@pytest.mark.parametrize(
    "media_type", ["application/octet-stream", "image/png", "application/pdf", "*/*", "image/*"]
)
def test_bytes_are_taken_where_they_are_declared(play: Play, media_type: str) -> None:
    stage = taking(play, {"type": "string", "format": "binary"}, media_type)
    sent = {
        "Content-Type": media_type.replace("image/*", "image/gif").replace("*/*", "application/zip")
    }
    assert stage.ask("POST /upload", b"\x00\xff\x10", sent).status == 204
    assert stage.ask("POST /upload", b"x", {"Content-Type": "x/y"}).status == (
        204 if media_type == "*/*" else 415
    )


@pytest.mark.parametrize(
    "schema", [THING, {"type": "array", "items": THING}, {"type": "string"}, {}]
)
def test_lines_of_json_are_taken(play: Play, schema: Any) -> None:
    stage = taking(play, schema, "application/x-ndjson")
    assert (
        stage.ask(
            "POST /upload", b'{"id": 1}\n{"id": 2}\n', {"Content-Type": "application/x-ndjson"}
        ).status
        == 204
    )


def test_a_wrong_line_is_told_by_its_number(play: Play) -> None:
    stage = taking(play, THING, "application/x-ndjson")
    answer = stage.ask(
        "POST /upload", b'{"id": 1}\n{"id": "x"}', {"Content-Type": "application/x-ndjson"}
    )
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (400, "/1/id")
    answer = stage.ask("POST /upload", b'{"id": 1}\n{', {"Content-Type": "application/x-ndjson"})
    assert answer.json["detail"].startswith("the body is not application/x-ndjson: line 2: ")


@pytest.mark.parametrize("schema", [THING, {"allOf": [THING]}])
def test_an_object_in_bytes_is_json(play: Play, schema: Any) -> None:
    stage = taking(play, schema, "application/octet-stream")
    for body, status in ((b'{"id": 1}', 204), (b'{"id": "x"}', 400), (b"\x00", 400)):
        assert (
            stage.ask("POST /upload", body, {"Content-Type": "application/octet-stream"}).status
            == status
        )


def test_a_media_type_that_a_header_parameter_lists_is_taken(play: Play) -> None:
    listed = {
        "name": "Content-type",
        "in": "header",
        "schema": {"type": "string", "enum": ["application/x-tar"]},
    }
    post = {
        "parameters": [listed],
        "requestBody": body_of({"type": "string"}, "application/octet-stream"),
    }
    stage = play({"/build": {"post": {**post, "responses": {"204": {"description": ""}}}}})
    for media_type, status in (
        ("application/x-tar", 204),
        ("application/octet-stream", 204),
        ("image/png", 415),
    ):
        assert stage.ask("POST /build", b"\x00\xff", {"Content-Type": media_type}).status == status
