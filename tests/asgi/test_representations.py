"""Each media type of a reply has its own schema and example, and Accept chooses among them."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.asgi.codec.bodies import write_events
from tests.asgi.stage import Play, Stage, body_of

THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
REPORT = {
    "application/json": {"schema": THING, "example": {"id": 2}},
    "application/vnd.api+json": {
        "schema": {"type": "object", "required": ["data"], "properties": {"data": {}}},
        "example": {"data": {"id": "x"}},
    },
    "text/csv": {"schema": {"type": "string"}, "example": "a,b\n1,2"},
    "application/xml": {"schema": {"type": "object"}, "example": "<p><q>1</q></p>"},
}


def answering(content: Any, status: str = "200", **rest: Any) -> dict[str, Any]:
    return {"responses": {status: {"description": "", "content": content, **rest}}}


def accepted(stage: Stage, media_type: str, path: str = "/report") -> tuple[str, str]:
    answer = stage.ask(f"GET {path}", headers={"Accept": media_type})
    return answer.headers["content-type"], answer.body.decode()


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", '{"id":2}'),
        ("application/vnd.api+json", '{"data":{"id":"x"}}'),
        ("text/csv", "a,b\n1,2"),
        ("application/xml", "<p><q>1</q></p>"),
    ],
)
def test_each_media_type_is_answered_by_its_own_example(
    play: Play, media_type: str, body: str
) -> None:
    stage = play({"/report": {"get": answering(REPORT)}})
    assert accepted(stage, media_type) == (media_type, body)


def test_a_media_type_that_is_named_comes_before_one_that_is_made_of_it(play: Play) -> None:
    names = ("application/vnd.api+json", "application/json")
    stage = play({"/report": {"get": answering({name: REPORT[name] for name in names})}})
    assert accepted(stage, "application/json") == ("application/json", '{"id":2}')


def stateful(play: Play) -> Stage:
    """Play things that are also shown in HAL, and listed as lines and as JSON:API."""
    plain = {**THING, "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    hal = {
        "type": "object",
        "required": ["_links", "id"],
        "properties": {**plain["properties"], "_links": {"type": "object"}},
    }
    rows = {"type": "array", "items": plain}
    resource = {"type": "object", "required": ["id", "type"], "properties": {"id": {}, "type": {}}}
    api = {
        "type": "object",
        "required": ["data"],
        "properties": {"data": {"type": "array", "items": resource}},
    }
    listed = {
        "application/json": {"schema": rows},
        "application/vnd.api+json": {"schema": api},
        "application/jsonl": {"itemSchema": plain},
        "text/event-stream": {"itemSchema": plain},
    }
    read = {"application/json": {"schema": plain}, "application/hal+json": {"schema": hal}}
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    return play(
        {
            "/things": {
                "get": answering(listed),
                "post": {
                    "requestBody": body_of(plain),
                    **answering({"application/json": {"schema": plain}}, "201"),
                },
            },
            "/things/{id}": {"get": {"parameters": key, **answering(read)}},
        },
        records={"things": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]},
        openapi="3.2.0",
    )


def test_a_record_keeps_to_the_schema_of_the_media_type_it_is_read_in(play: Play) -> None:
    stage = stateful(play)
    assert accepted(stage, "application/json", "/things/1")[1] == '{"id":1,"name":"a"}'
    shown = stage.ask("GET /things/1", headers={"Accept": "application/hal+json"}).json
    assert (shown["id"], shown["name"], type(shown["_links"])) == (1, "a", dict)


def test_a_list_has_the_envelope_of_its_media_type(play: Play) -> None:
    stage = stateful(play)
    shown = stage.ask("GET /things", headers={"Accept": "application/vnd.api+json"}).json
    assert [row["id"] for row in shown["data"]] == [1, 2]
    assert set(shown["data"][0]) == {"id", "type"}


def test_the_records_of_a_sequential_media_type_come_one_after_the_other(play: Play) -> None:
    stage = stateful(play)
    lines = '{"id":1,"name":"a"}\n{"id":2,"name":"b"}\n'
    assert accepted(stage, "application/jsonl", "/things")[1] == lines
    events = 'data: {"id":1,"name":"a"}\n\ndata: {"id":2,"name":"b"}\n\n'
    assert accepted(stage, "text/event-stream", "/things")[1] == events


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1}, 'data: {"a":1}\n\n'),
        ({"event": "add", "data": {"n": 1}, "id": "7"}, 'event: add\nid: 7\ndata: {"n":1}\n\n'),
        (["x", "y\nz"], "data: x\n\ndata: y\ndata: z\n\n"),
        ({"event": "add", "other": 1}, 'data: {"event":"add","other":1}\n\n'),
        ([], ""),
    ],
)
def test_events_are_framed(value: Any, text: str) -> None:
    assert write_events(value).decode() == text


def test_a_text_that_holds_json_by_a_schema_of_its_own_is_made_so(play: Play) -> None:
    content = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": content}
    event = {"type": "object", "required": ["data"], "properties": {"data": data}}
    media = {"text/event-stream": {"itemSchema": event}}
    stage = play({"/feed": {"get": answering(media)}}, openapi="3.2.0")
    body = stage.ask("GET /feed").body.decode()
    assert body.startswith('data: {"n":')
    assert body.endswith("}\n\n")


def test_xml_that_is_given_as_text_is_the_document_itself(play: Play) -> None:
    media = {"application/xml": {"schema": {"type": "string"}, "example": "<node>abc</node>"}}
    stage = play({"/node": {"get": answering(media)}})
    for headers in ({}, {"Prefer": "code=200"}):
        assert stage.ask("GET /node", headers=headers).body == b"<node>abc</node>"


def test_the_only_documented_redirection_is_the_answer(play: Play) -> None:
    shown = {"Location": {"schema": {"type": "string", "example": "https://example.com/x"}}}
    made = {"Location": {"schema": {"type": "string", "format": "uri"}}}
    stage = play(
        {
            "/go": {"get": answering({}, "302", headers=shown)},
            "/away": {"get": answering({}, "307", headers=made)},
        }
    )
    answer = stage.ask("GET /go")
    assert (answer.status, answer.headers["location"]) == (302, "https://example.com/x")
    assert answer.body == b""
    assert stage.ask("GET /away").headers["location"].startswith("http")


def test_an_accepted_job_tells_where_it_is_and_when_to_come_again(play: Play) -> None:
    job = {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}}}
    headers = {
        "Location": {"schema": {"type": "string"}},
        "Retry-After": {"schema": {"type": "integer"}},
    }
    content = {"application/json": {"schema": job}}
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    read = answering(content)
    read["responses"]["404"] = {"description": ""}
    text = answering({"text/csv": {"schema": {"type": "string"}}})
    text["responses"]["404"] = {"description": ""}
    stage = play(
        {
            "/jobs": {
                "post": {
                    "requestBody": body_of(job),
                    **answering(content, "202", headers=headers),
                }
            },
            "/jobs/{id}": {"get": {"parameters": key, **read}},
            "/jobs/{id}/file": {"get": {"parameters": key, **text}},
        }
    )
    made = stage.ask("POST /jobs", {})
    assert (made.status, made.headers["retry-after"]) == (202, "1")
    place = made.headers["location"].removeprefix("http://testserver")
    assert stage.ask(f"GET {place}").json == made.json
    assert stage.ask(f"GET {place}/file").status == 200
    assert stage.ask("GET /jobs/99/file").status == 404


def test_a_deprecated_operation_says_so(play: Play) -> None:
    thing = {"application/json": {"schema": THING}}
    stage = play(
        {
            "/old": {"get": {"deprecated": True, **answering(thing)}},
            "/new": {"get": answering(thing)},
        }
    )
    assert stage.ask("GET /old").headers["deprecation"] == "@0"
    assert "deprecation" not in stage.ask("GET /new").headers


def test_a_base_path_may_be_left_out_or_doubled(play: Play) -> None:
    paths = {"/things": {"get": answering({"application/json": {"schema": THING}})}}
    stage = play(paths, servers=[{"url": "https://api.acme.test/v1"}])
    for path in ("/v1/things", "/things", "/v1/v1/things"):
        assert stage.ask(f"GET {path}").status == 200
    missing = stage.ask("GET /thingz")
    assert missing.status == 404
    assert missing.json["detail"] == "there is no /thingz; the paths here begin with /v1"
    assert stage.ask("GET /v1/thingz").json["detail"] == "there is no /v1/thingz"
    assert stage.ask("GET /v2/things").status == 404
