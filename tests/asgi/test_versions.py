"""Versions of records are told and held as the document promises: tags, moments, and properties
that a change must carry (RFC 9110 section 13).
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.asgi.stage import Play, Stage, body_of

TEXT = {"type": "string"}
DOC = {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}, "v": TEXT}}
TAGGED = {"ETag": {"schema": TEXT}}
IDENTIFIED = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}


def header(name: str, **words: Any) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": TEXT, **words}


def said(schema: Any = DOC, headers: Any = None) -> dict[str, Any]:
    response = {"description": "", "content": {"application/json": {"schema": schema}}}
    return response | ({"headers": headers} if headers else {})


def none(*statuses: int) -> dict[str, Any]:
    return {str(status): {"description": "no"} for status in statuses}


def docs(
    *asked: Any,
    record: Any = DOC,
    told: Any = TAGGED,
    refusals: tuple[int, ...] = (412,),
    known: bool = True,
    method: str = "put",
) -> dict[str, Any]:
    """Return paths of documents whose changes take the headers that are `asked`."""
    reads = {"200": said(record, told), **(none(304) if known else {})}
    listed = {"200": said({"type": "array", "items": record}, told), **reads}
    changes = {"200": said(record, told), **none(404, *refusals)}
    return {
        "/docs": {
            "get": {"responses": {**listed, "200": listed["200"]}},
            "post": {"requestBody": body_of(record), "responses": {"201": said(record, told)}},
        },
        "/docs/{id}": {
            "parameters": [IDENTIFIED],
            "get": {"responses": {**reads, "200": said(record, told)}},
            method: {
                "parameters": list(asked),
                "requestBody": body_of(record),
                "responses": changes,
            },
            "delete": {"parameters": list(asked), "responses": none(204, *refusals)},
        },
    }


@pytest.fixture
def stage(play: Play) -> Stage:
    """Documents with tags, of which one is there."""
    stage = play(docs(header("If-Match"), header("If-None-Match")))
    stage.ask("POST /docs", {"v": "a"})
    return stage


def tag(stage: Stage, call: str = "GET /docs/1") -> str:
    return stage.ask(call).headers["etag"]


def test_a_reader_who_has_the_version_is_told_nothing_else(stage: Stage) -> None:
    answer = stage.ask("GET /docs/1", headers={"If-None-Match": tag(stage)})
    assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", tag(stage))


@pytest.mark.parametrize("sent", ["W/{tag}", '"x", {tag}', "*", 'W/"x" , W/{tag}'])
def test_a_reader_is_told_nothing_by_any_tag_that_is_the_same_weakly(
    stage: Stage, sent: str
) -> None:
    known = sent.replace("{tag}", tag(stage))
    assert stage.ask("GET /docs/1", headers={"If-None-Match": known}).status == 304


@pytest.mark.parametrize("call", ["HEAD /docs/1", "GET /docs", "HEAD /docs"])
def test_heads_and_lists_have_versions_too(stage: Stage, call: str) -> None:
    known = {"If-None-Match": tag(stage, call)}
    before = stage.ask(call, headers=known).status
    stage.ask("PUT /docs/1", {"v": "b"})
    assert (before, stage.ask(call, headers=known).status) == (304, 200)


def test_the_reply_to_a_write_tells_the_version_that_is_read_then(stage: Stage) -> None:
    made = stage.ask("POST /docs", {"v": "x"}).headers["etag"]
    changed = stage.ask("PUT /docs/1", {"v": "b"}).headers["etag"]
    assert (made, changed) == (tag(stage, "GET /docs/2"), tag(stage))


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_change_of_another_version_changes_nothing(stage: Stage, method: str) -> None:
    old = tag(stage)
    stage.ask("PUT /docs/1", {"v": "b"})
    body = {"v": "c"} if method == "PUT" else None
    refused = stage.ask(f"{method} /docs/1", body, {"If-Match": old})
    assert (refused.status, stage.ask("GET /docs/1").json["v"]) == (412, "b")


@pytest.mark.parametrize(
    ("sent", "status"),
    [("{tag}", 200), ("*", 200), ('"x", {tag}', 200), ("W/{tag}", 412), ('"x"', 412), ("", 412)],
)
def test_a_change_is_made_to_the_version_that_is_strongly_the_same(
    stage: Stage, sent: str, status: int
) -> None:
    wanted = sent.replace("{tag}", tag(stage))
    assert stage.ask("PUT /docs/1", {"v": "b"}, {"If-Match": wanted}).status == status


def test_a_tag_without_its_quotes_is_the_same_tag(stage: Stage) -> None:
    bare = tag(stage).strip('"')
    assert stage.ask("PUT /docs/1", {"v": "b"}, {"If-Match": bare}).status == 200


def test_a_record_that_is_not_there_is_not_found_whatever_version_is_wanted(stage: Stage) -> None:
    assert stage.ask("PUT /docs/9", {"v": "b"}, {"If-Match": '"x"'}).status == 404


def test_a_put_that_wants_nothing_to_be_there_makes_and_never_changes(play: Play) -> None:
    paths = docs(header("If-None-Match"), header("If-Match"))
    del paths["/docs"]["post"]
    paths["/docs/{id}"]["put"]["responses"]["201"] = said()
    stage = play(paths)
    wanted = {"If-None-Match": "*"}
    statuses = [stage.ask("PUT /docs/7", {"v": "a"}, wanted).status for _ in range(2)]
    absent = stage.ask("PUT /docs/8", {"v": "a"}, {"If-Match": "*"}).status
    assert (statuses, absent) == ([201, 412], 412)


def test_a_change_without_a_version_is_refused_where_one_is_needed(play: Play) -> None:
    stage = play(docs(header("If-Match", required=True), refusals=(412, 428)))
    stage.ask("POST /docs", {"v": "a"})
    without = stage.ask("PUT /docs/1", {"v": "b"}).status
    assert (without, stage.ask("GET /docs/1").json["v"]) == (428, "a")
    assert stage.ask("PUT /docs/1", {"v": "b"}, {"If-Match": tag(stage)}).status == 200


def test_a_required_condition_that_is_missing_is_a_bad_request_where_no_428_is_documented(
    play: Play,
) -> None:
    stage = play(docs(header("If-Match", required=True), refusals=(400, 412)))
    stage.ask("POST /docs", {"v": "a"})
    assert stage.ask("PUT /docs/1", {"v": "b"}).status == 400


def test_a_stale_change_is_a_conflict_where_that_alone_is_documented(play: Play) -> None:
    stage = play(docs(header("If-Match"), refusals=(409,)))
    stage.ask("POST /docs", {"v": "a"})
    assert stage.ask("PUT /docs/1", {"v": "b"}, {"If-Match": '"x"'}).status == 409


def test_a_documented_304_is_a_promise_by_itself(play: Play) -> None:
    stage = play(docs(told=None, refusals=()))
    stage.ask("POST /docs", {"v": "a"})
    assert stage.ask("GET /docs/1", headers={"If-None-Match": tag(stage)}).status == 304


def test_nothing_is_told_of_versions_where_nothing_is_declared(play: Play) -> None:
    stage = play(docs(told=None, refusals=(), known=False))
    made = stage.ask("POST /docs", {"v": "a"})
    changed = stage.ask("PUT /docs/1", {"v": "b"}, {"If-Match": '"x"'})
    assert ("etag" in made.headers, changed.status) == (False, 200)


MOMENT = {"Last-Modified": {"schema": TEXT}}
SINCE = (header("If-Unmodified-Since"),)


def aged(play: Play, record: Any = DOC) -> tuple[Stage, str]:
    """Return documents of which one was changed an hour ago, and that moment."""
    stage = play(docs(*SINCE, record=record, told=MOMENT))
    assert stage.space is not None
    stage.space.clock.freeze("2026-01-01T00:00:00Z")
    made = stage.ask("POST /docs", {"v": "a"}).headers["last-modified"]
    stage.space.clock.advance(hours=1)
    return stage, made


def test_a_reader_of_a_moment_is_told_nothing_until_something_changes(play: Play) -> None:
    stage, made = aged(play)
    known = {"If-Modified-Since": made}
    before = [stage.ask(call, headers=known).status for call in ("GET /docs/1", "GET /docs")]
    stage.ask("PUT /docs/1", {"v": "b"})
    after = [stage.ask(call, headers=known).status for call in ("GET /docs/1", "GET /docs")]
    assert (made, before, after) == ("Thu, 01 Jan 2026 00:00:00 GMT", [304, 304], [200, 200])


def test_a_change_since_a_moment_is_refused(play: Play) -> None:
    stage, made = aged(play)
    statuses = [
        stage.ask("PUT /docs/1", {"v": "b"}, {"If-Unmodified-Since": made}).status for _ in range(2)
    ]
    assert statuses == [200, 412]


def test_the_moment_is_that_of_the_property_that_tells_it(play: Play) -> None:
    updated = {"type": "string", "format": "date-time", "readOnly": True}
    record = {**DOC, "properties": {**DOC["properties"], "updated_at": updated}}
    stage, made = aged(play, record)
    stage.ask("PUT /docs/1", {"v": "b"})
    answer = stage.ask("GET /docs/1")
    assert answer.json["updated_at"] == "2026-01-01T01:00:00Z"
    assert answer.headers["last-modified"] == "Thu, 01 Jan 2026 01:00:00 GMT" != made


def test_a_moment_may_be_spelled_as_json_does(play: Play) -> None:
    stage, _ = aged(play)
    early = {"If-Unmodified-Since": "2025-12-31T23:59:59Z"}
    assert stage.ask("PUT /docs/1", {"v": "b"}, early).status == 412


def carried(name: str, schema: Any, **words: Any) -> dict[str, Any]:
    record = {**DOC, "properties": {**DOC["properties"], name: schema}, **words}
    return docs(record=record, told=None, refusals=(409,), known=False)


@pytest.mark.parametrize(
    ("name", "schema", "first"),
    [
        ("version", {"type": "integer"}, 1),
        ("lock_version", {"type": "integer"}, 1),
        ("resourceVersion", {"type": "string"}, "1"),
        ("revision", {"type": "integer", "description": "Optimistic lock."}, 1),
    ],
)
def test_a_change_carries_the_version_that_it_is_of(
    play: Play, name: str, schema: Any, first: Any
) -> None:
    stage = play(carried(name, schema))
    made = stage.ask("POST /docs", {"v": "a"}).json
    changed = stage.ask("PUT /docs/1", {"v": "b", name: made[name]})
    stale = stage.ask("PUT /docs/1", {"v": "c", name: made[name]})
    now = stage.ask("GET /docs/1").json
    assert (made[name], changed.status, stale.status, now["v"]) == (first, 200, 409, "b")
    assert str(now[name]) == "2"


@pytest.mark.parametrize("name", ["etag", "_etag"])
def test_a_tag_in_the_body_is_the_tag_in_the_header(play: Play, name: str) -> None:
    record = {**DOC, "properties": {**DOC["properties"], name: TEXT}}
    stage = play(docs(header("If-Match"), record=record, refusals=(409, 412)))
    made = stage.ask("POST /docs", {"v": "a"})
    assert made.headers["etag"] == f'"{made.json[name]}"'
    stage.ask("PUT /docs/1", {"v": "b", name: made.json[name]})
    assert stage.ask("PUT /docs/1", {"v": "c", name: made.json[name]}).status == 409
    assert tag(stage) == f'"{stage.ask("GET /docs/1").json[name]}"' != made.headers["etag"]


def test_a_version_that_means_something_else_is_what_clients_say(play: Play) -> None:
    stage = play(carried("version", {"type": "string", "example": "1.0.0"}))
    stage.ask("POST /docs", {"v": "a", "version": "1.0.0"})
    changed = stage.ask("PUT /docs/1", {"v": "b", "version": "1.1.0"})
    assert (changed.status, changed.json["version"]) == (200, "1.1.0")


def test_a_version_that_the_server_keeps_counts_the_changes(play: Play) -> None:
    stage = play(carried("version", {"type": "integer", "readOnly": True}))
    made = stage.ask("POST /docs", {"v": "a"}).json["version"]
    changed = stage.ask("PUT /docs/1", {"v": "b", "version": 9}).json["version"]
    assert (made, changed) == (1, 2)


def test_a_delete_carries_the_version_in_its_query(play: Play) -> None:
    paths = carried("version", {"type": "integer"})
    asked = {"name": "version", "in": "query", "schema": {"type": "integer"}}
    paths["/docs/{id}"]["delete"]["parameters"].append(asked)
    stage = play(paths)
    stage.ask("POST /docs", {"v": "a"})
    stage.ask("PUT /docs/1", {"v": "b", "version": 1})
    statuses = [stage.ask(f"DELETE /docs/1?version={number}").status for number in (1, 2)]
    assert statuses == [409, 204]


def test_the_semantics_say_which_property_is_the_version(play: Play) -> None:
    paths = carried("generation", {"type": "integer"})
    stage = play(paths, {"resources": {"docs": {"version": "generation"}}})
    stage.ask("POST /docs", {"v": "a"})
    numbers = [1, 1]
    statuses = [stage.ask("PUT /docs/1", {"v": "b", "generation": n}).status for n in numbers]
    assert statuses == [200, 409]


def test_the_semantics_say_that_a_version_is_none(play: Play) -> None:
    paths = carried("version", {"type": "integer"})
    stage = play(paths, {"resources": {"docs": {"version": None}}})
    stage.ask("POST /docs", {"v": "a", "version": 5})
    assert stage.ask("PUT /docs/1", {"v": "b", "version": 7}).json["version"] == 7
