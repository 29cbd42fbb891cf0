"""Headers of a reply are held to what the document declares of them."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Settings
from mockserver.asgi.replies.headers import HeldHeaders
from tests.asgi.stage import Play
from tests.described import operation_of

INTEGER = {"type": "integer", "minimum": 0}
WRONG = [
    ({"X-Left": {"schema": INTEGER}}, {"x-left": "7"}, []),
    ({"X-Left": {"schema": INTEGER}}, {}, []),
    (
        {"X-Left": {"schema": INTEGER}},
        {"x-left": "many"},
        [("X-Left", '"many" is not of type "integer"')],
    ),
    (
        {"X-Left": {"schema": INTEGER}},
        {"x-left": "-1"},
        [("X-Left", "-1 is less than the minimum of 0")],
    ),
    (
        {"X-Left": {"schema": INTEGER, "required": True}},
        {},
        [("X-Left", "the header X-Left is required")],
    ),
    ({"X-All": {"schema": {"type": "array", "items": INTEGER}}}, {"x-all": "1,2"}, []),
    ({"X-All": {"schema": {"type": "array", "maxItems": 1}}}, {"x-all": "a,b"}, [("X-All", None)]),
    (
        {"X-Map": {"content": {"application/json": {"schema": {"required": ["a"]}}}}},
        {"x-map": "{}"},
        [("X-Map", None)],
    ),
    ({"Content-Type": {"schema": INTEGER, "required": True}}, {"content-type": "text/plain"}, []),
    ({"X-Ours": {"schema": INTEGER, "required": True}}, {}, []),
]


@pytest.mark.parametrize(("declared", "came", "wrong"), WRONG)
def test_a_header_is_read_in_its_style_and_held_to_its_schema(
    declared: Any, came: Any, wrong: Any
) -> None:
    held = HeldHeaders(
        operation_of({"responses": {"200": {"headers": declared}}}), "reply", {"x-ours"}
    )
    found = held.violations(200, [(name.encode(), text.encode()) for name, text in came.items()])
    told = [(each.path[1], each.message) for each in found]
    assert [name for name, _ in told] == [name for name, _ in wrong]
    assert all(
        text == expected for (_, text), (_, expected) in zip(told, wrong, strict=True) if expected
    )


def test_a_strict_mock_refuses_to_send_a_header_that_breaks_the_document_and_changes_nothing(
    play: Play,
) -> None:
    thing = {
        "type": "object",
        "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
    }
    content = {"application/json": {"schema": thing}}
    made = {
        "description": "",
        "content": content,
        "headers": {"Location": {"schema": {"type": "string", "maxLength": 3}}},
    }
    listed = {
        "description": "",
        "content": {"application/json": {"schema": {"type": "array", "items": thing}}},
    }
    paths = {
        "/things": {
            "post": {"requestBody": {"content": content}, "responses": {"201": made}},
            "get": {"responses": {"200": listed}},
        },
        "/things/{id}": {
            "get": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
                ],
                "responses": {"200": {"description": "", "content": content}},
            }
        },
    }
    stage = play(paths, None, {"things": []}, Settings(validate_responses=True, cors=False))
    refused = stage.ask("POST /things", {"name": "a"})
    assert (refused.status, "headers/Location" in str(refused.json)) == (500, True)
    assert stage.ask("GET /things").json == []
