"""What is served bit by bit is served in parts, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asgi.stage import Stage
from tests.conftest import fresh_app
from tests.model.compiling import document

BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
KEY = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
CONTENT = b"0123456789"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    paths = {
        "/files/{id}": {
            "parameters": [KEY],
            "put": {
                "requestBody": {"content": BYTES},
                "responses": {"204": {"description": "kept"}},
            },
            "get": {"responses": {"200": {"description": "the bytes", "content": BYTES}}},
        }
    }
    place = tmp_path / "api.json"
    place.write_text(document(paths), "utf-8")
    made = Stage(fresh_app(str(place)))
    headers = {"Content-Type": "application/octet-stream"}
    assert made.ask("PUT /files/a", CONTENT, headers=headers).status in (201, 204)
    return made


@pytest.mark.parametrize(
    ("asked", "status", "part", "told"),
    [
        ("bytes=0-4", 206, b"01234", "bytes 0-4/10"),
        ("bytes=5-", 206, b"56789", "bytes 5-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-30", 206, CONTENT, "bytes 0-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=4-2", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, CONTENT, None),
        ("items=0-1", 200, CONTENT, None),
        ("bytes=-", 200, CONTENT, None),
    ],
)
def test_a_part_is_what_its_range_says(
    stage: Stage, asked: str, status: int, part: bytes, told: str | None
) -> None:
    answer = stage.ask("GET /files/a", headers={"Range": asked})
    assert (answer.status, answer.body) == (status, part)
    assert answer.headers.get("content-range") == told
    assert answer.headers["content-length"] == str(len(part))


def test_the_whole_says_that_it_has_parts(stage: Stage) -> None:
    answer = stage.ask("GET /files/a")
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_part_of_another_version_is_the_whole(stage: Stage) -> None:
    headers = {"Range": "bytes=0-4", "If-Range": '"another"'}
    assert stage.ask("GET /files/a", headers=headers).body == CONTENT


def test_what_is_no_file_has_no_parts() -> None:
    headers = {"Range": "bytes=0-1", "X-Api-Key": "bookshop-key"}
    answer = Stage(fresh_app("bookshop")).ask("GET /shelves", headers=headers)
    assert (answer.status, "items" in answer.json) == (200, True)
    assert "accept-ranges" not in answer.headers
