"""A merge patch through HTTP: null takes away a member, whatever its schema (RFC 7396)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asgi.stage import Play, Stage
from tests.model.compiling import does, many, thing

MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}
KINDS = {"type": "string", "enum": ["a", "b"]}
DAY = {"type": "string", "format": "date"}
EITHER = {"oneOf": [{"type": "string"}, {"type": "integer"}]}
INNER = thing(deep="string", kept="string")
RECORD: dict[str, Any] = {
    **thing(id="integer", name="string", kind=KINDS, day=DAY, either=EITHER, inner=INNER),
    "required": ["id", "name"],
}
SENT = {"name": "n", "kind": "a", "day": "2024-01-01", "either": 1, "inner": {"deep": "d"}}


def patched(play: Play, body: Any) -> Stage:
    patch = does(RECORD, body)
    content = patch["requestBody"]["content"]
    content[MERGE_PATCH["Content-Type"]] = content.pop("application/json")
    paths = {
        "/things": {"get": does(many(RECORD)), "post": does(RECORD, RECORD, 201)},
        "/things/{id}": {"get": does(RECORD), "patch": patch},
    }
    return play(paths, records={"things": [{"id": 1, **SENT}]})


@pytest.mark.parametrize("name", ["kind", "day", "either", "inner"])
@pytest.mark.parametrize("wrapper", [None, "thing"])
def test_a_null_of_a_merge_patch_removes_a_member_of_any_schema(
    play: Play, name: str, wrapper: str | None
) -> None:
    loose = {**RECORD, "required": []}
    stage = patched(play, loose if wrapper is None else thing(**{wrapper: loose}))
    sent: Any = {name: None}
    answer = stage.ask("PATCH /things/1", {wrapper: sent} if wrapper else sent, MERGE_PATCH)
    assert answer.status == 200
    left = {other: value for other, value in SENT.items() if other != name}
    assert stage.ask("GET /things/1").json == {"id": 1, **left}


def test_a_null_of_a_merge_patch_takes_away_nothing_that_is_required(play: Play) -> None:
    stage = patched(play, RECORD)
    assert stage.ask("PATCH /things/1", {"name": None}, MERGE_PATCH).status == 400
    assert stage.ask("GET /things/1").json == {"id": 1, **SENT}
