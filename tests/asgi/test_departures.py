"""Records go into a trash and come back, and expire, as the document says."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.state import Collection, Put, Query, Selection
from mockserver.stores.memory import MemoryStore
from tests.asgi.stage import Play, Stage, body_of

TEXT = {"type": "string"}
MOMENT = {"type": "string", "format": "date-time"}
NOTE = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "text": TEXT,
        "deleted_at": {**MOMENT, "nullable": True, "readOnly": True},
    },
}
IDENTIFIED = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}


def said(schema: Any = NOTE) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def notes(note: Any = NOTE, refusals: tuple[int, ...] = (404,)) -> dict[str, Any]:
    refused = {str(status): {"description": "no"} for status in refusals}
    include = {"name": "include_deleted", "in": "query", "schema": {"type": "boolean"}}
    purge = {"name": "permanent", "in": "query", "schema": {"type": "boolean"}}
    many = said({"type": "array", "items": note})
    return {
        "/notes": {
            "get": {"parameters": [include], "responses": {"200": many}},
            "post": {"requestBody": body_of(note), "responses": {"201": said(note)}},
        },
        "/notes/trash": {"get": {"responses": {"200": many}}},
        "/notes/{id}": {
            "parameters": [IDENTIFIED],
            "get": {"responses": {"200": said(note), **refused}},
            "delete": {"parameters": [purge], "responses": {"204": {"description": ""}}},
        },
        "/notes/{id}/restore": {
            "parameters": [IDENTIFIED],
            "post": {"responses": {"200": said(note), **refused}},
        },
    }


@pytest.fixture
def stage(play: Play) -> Stage:
    """Two notes, of which the first is in the trash."""
    stage = play(notes())
    assert stage.space is not None
    stage.space.clock.freeze("2026-01-01T00:00:00Z")
    for text in ("a", "b"):
        stage.ask("POST /notes", {"text": text})
    stage.ask("DELETE /notes/1")
    return stage


def ids(stage: Stage, call: str) -> list[int]:
    return [note["id"] for note in stage.ask(call).json]


def test_what_is_in_the_trash_is_listed_there_alone(stage: Stage) -> None:
    assert (stage.ask("GET /notes/1").status, ids(stage, "GET /notes")) == (404, [2])
    (trashed,) = stage.ask("GET /notes/trash").json
    assert (trashed["id"], trashed["deleted_at"]) == (1, "2026-01-01T00:00:00Z")


def test_a_list_shows_the_trash_where_it_is_asked_to(stage: Stage) -> None:
    assert ids(stage, "GET /notes?include_deleted=true") == [1, 2]


def test_what_is_restored_is_as_it_was(stage: Stage) -> None:
    restored = stage.ask("POST /notes/1/restore")
    assert (restored.status, restored.json["text"], restored.json["deleted_at"]) == (200, "a", None)
    assert (ids(stage, "GET /notes"), ids(stage, "GET /notes/trash")) == ([1, 2], [])


def test_what_is_in_no_trash_is_not_restored(stage: Stage) -> None:
    statuses = [stage.ask(f"POST /notes/{key}/restore").status for key in (2, 9)]
    assert statuses == [409, 404]


def test_what_is_removed_for_good_does_not_come_back(stage: Stage) -> None:
    for key in (1, 2):
        assert stage.ask(f"DELETE /notes/{key}?permanent=true").status == 204
    assert ids(stage, "GET /notes?include_deleted=true") == []


def test_what_was_there_once_is_gone_where_that_is_documented(play: Play) -> None:
    stage = play(notes(refusals=(404, 410)))
    stage.ask("POST /notes", {"text": "a"})
    stage.ask("DELETE /notes/1")
    assert [stage.ask(f"GET /notes/{key}").status for key in (1, 9)] == [410, 404]


def test_a_delete_forgets_where_there_is_no_trash(play: Play) -> None:
    paths = notes()
    del paths["/notes/trash"], paths["/notes/{id}/restore"]
    paths["/notes"]["get"]["parameters"] = []
    stage = play(paths)
    stage.ask("POST /notes", {"text": "a"})
    stage.ask("DELETE /notes/1")
    assert stage.space is not None
    assert stage.space.store.records("notes") == {}  # type: ignore[attr-defined]


GONE_THEN = "The note is deleted then."


@pytest.mark.parametrize(
    ("name", "schema", "value"),
    [
        ("expires_at", {**MOMENT, "description": GONE_THEN}, "2026-01-01T01:00:00Z"),
        ("ttl", {"type": "integer", "description": GONE_THEN}, 3600),
    ],
)
def test_a_record_is_there_until_its_time_is_over(
    play: Play, name: str, schema: Any, value: Any
) -> None:
    note = {**NOTE, "properties": {"id": NOTE["properties"]["id"], "text": TEXT, name: schema}}
    stage = play(notes(note))
    assert stage.space is not None
    stage.space.clock.freeze("2026-01-01T00:00:00Z")
    stage.ask("POST /notes", {"text": "a", name: value})
    stage.ask("POST /notes", {"text": "b"})
    stage.space.clock.advance(minutes=59)
    before = stage.ask("GET /notes/1").status
    stage.space.clock.advance(minutes=1)
    assert (before, stage.ask("GET /notes/1").status, ids(stage, "GET /notes")) == (200, 404, [2])


EXPIRING = {
    **NOTE,
    "properties": {
        "id": NOTE["properties"]["id"],
        "text": TEXT,
        "expires_at": {**MOMENT, "description": GONE_THEN},
    },
}


def test_a_call_looks_only_at_records_whose_time_is_over(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = play(notes(EXPIRING))
    assert stage.space is not None
    stage.space.clock.freeze("2026-01-01T00:00:00Z")
    for number in range(60):
        ends = f"2026-01-{1 + number % 30:02}T12:00:00Z"
        stage.ask("POST /notes", {"text": "a", "expires_at": ends})
    given_out = []
    select = MemoryStore.select

    def watched(store: MemoryStore, collection: Collection, query: Query) -> Selection:
        selection = select(store, collection, query)
        given_out.extend(selection.found)
        return selection

    monkeypatch.setattr(MemoryStore, "select", watched)
    assert stage.ask("GET /notes/5").status == 200
    assert len(given_out) <= 16
    stage.space.clock.advance(days=29)
    assert stage.ask("GET /notes/5").status == 404
    monkeypatch.undo()
    assert ids(stage, "GET /notes") == [30, 60]


def test_a_record_of_a_fixture_goes_when_its_time_is_over(play: Play) -> None:
    stage = play(notes(EXPIRING))
    assert stage.space is not None
    stage.space.clock.freeze("2026-01-01T00:00:00Z")
    puts = []
    for number, moment in enumerate(["2026-01-01T01:00:00Z", "2026-01-02T00:00:00Z", None]):
        record = {"id": number, "text": "a", "expires_at": moment}
        puts.append(Put(Collection("notes"), str(number), record))
    with stage.space.transaction() as transaction:
        transaction.apply(puts)
    stage.space.clock.advance(hours=2)
    assert ids(stage, "GET /notes") == [1, 2]
    stage.space.clock.advance(days=2)
    assert ids(stage, "GET /notes") == [2]


def test_a_record_whose_end_is_moved_is_there_until_then(play: Play) -> None:
    paths = notes(EXPIRING)
    replaced = {"requestBody": body_of(EXPIRING), "responses": {"200": said(EXPIRING)}}
    paths["/notes/{id}"]["put"] = replaced
    stage = play(paths)
    assert stage.space is not None
    stage.space.clock.freeze("2026-01-01T00:00:00Z")
    stage.ask("POST /notes", {"text": "a", "expires_at": "2026-01-03T00:00:00Z"})
    stage.ask("PUT /notes/1", {"text": "a", "expires_at": "2026-01-02T00:00:00Z"})
    stage.space.clock.advance(days=1)
    assert stage.ask("GET /notes/1").status == 404


def test_a_moment_that_was_over_when_it_was_sent_hides_no_record(play: Play) -> None:
    schema = {**MOMENT, "description": GONE_THEN}
    note = {**NOTE, "properties": {**NOTE["properties"], "expires_at": schema}}
    stage = play(notes(note))
    stage.ask("POST /notes", {"text": "a", "expires_at": "2021-11-13T00:00:00Z"})
    assert (stage.ask("GET /notes/1").status, ids(stage, "GET /notes")) == (200, [1])


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Once it is over the note is not deleted but cannot be used anymore.",
        "This note will never be removed.",
        "It won't be automatically purged.",
    ],
)
def test_what_has_expired_can_be_read_where_nothing_says_otherwise(play: Play, words: str) -> None:
    moment = {**MOMENT, "description": words}
    note = {**NOTE, "properties": {**NOTE["properties"], "expires_at": moment}}
    stage = play(notes(note))
    stage.ask("POST /notes", {"text": "a", "expires_at": "2000-01-01T00:00:00Z"})
    assert stage.ask("GET /notes/1").status == 200


def test_a_restore_that_sets_a_state_is_no_trash(play: Play) -> None:
    state = {"type": "string", "enum": ["active", "archived"], "readOnly": True}
    note = {**NOTE, "properties": {"id": NOTE["properties"]["id"], "text": TEXT, "status": state}}
    paths = notes(note)
    del paths["/notes/trash"]
    paths["/notes"]["get"]["parameters"] = []
    stage = play(paths)
    stage.ask("POST /notes", {"text": "a"})
    assert stage.ask("POST /notes/1/restore").json["status"] == "active"
    stage.ask("DELETE /notes/1")
    assert stage.ask("POST /notes/1/restore").status == 404
