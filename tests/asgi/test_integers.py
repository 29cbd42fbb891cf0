"""A whole number is an integer where the document says so, and what else was sent stays as it
is.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.asgi.codec.integers import with_integers
from tests.asgi.stage import Play, body_of, operation
from tests.described import schema_of

COUNT = {"type": "integer"}
SPEC = {"components": {"schemas": {"Count": COUNT, "Tree": {"properties": {"n": COUNT}}}}}
SPEC["components"]["schemas"]["Tree"]["properties"]["inner"] = {"$ref": "#/components/schemas/Tree"}


def written(schema: Any, value: Any) -> str:
    return repr(with_integers(schema_of(schema, SPEC), value))


@pytest.mark.parametrize(
    ("schema", "value", "stored"),
    [
        (COUNT, 1.0, 1),
        (COUNT, -0.0, 0),
        (COUNT, 1e2, 100),
        (COUNT, 1.5, 1.5),
        ({"type": "number"}, 1.0, 1.0),
        ({}, 1.0, 1.0),
        (True, 1.0, 1.0),
        ({"type": ["integer", "null"]}, 1.0, 1),
        ({"$ref": "#/components/schemas/Count"}, 1.0, 1),
        (
            {"$ref": "#/components/schemas/Tree"},
            {"inner": {"inner": {"n": 2.0}}},
            {"inner": {"inner": {"n": 2}}},
        ),
        ({"properties": {"n": COUNT}}, {"n": 1.0, "m": 1.0}, {"n": 1, "m": 1.0}),
        ({"additionalProperties": COUNT}, {"m": 1.0}, {"m": 1}),
        (
            {"patternProperties": {"^n": COUNT, "(": COUNT}},
            {"no": 1.0, "m": 1.0},
            {"no": 1, "m": 1.0},
        ),
        ({"items": COUNT}, [1.0, 2.5, True, None, "3.0"], [1, 2.5, True, None, "3.0"]),
        ({"prefixItems": [{}, COUNT], "items": COUNT}, [1.0, 1.0, 1.0], [1.0, 1, 1]),
        ({"allOf": [{"properties": {"n": COUNT}}]}, {"n": 1.0}, {"n": 1}),
        (
            {"oneOf": [{"type": "string"}, {"properties": {"n": {"anyOf": [COUNT]}}}]},
            {"n": 1.0},
            {"n": 1},
        ),
    ],
)
def test_a_whole_number_is_an_integer_where_the_schema_says_so(
    schema: Any, value: Any, stored: Any
) -> None:
    assert written(schema, value) == repr(stored)


def test_what_was_sent_as_1_0_is_stored_and_shown_as_1(play: Play) -> None:
    thing = {"type": "object", "properties": {"id": COUNT, "n": COUNT, "x": {"type": "number"}}}
    paths = {
        "/things": {"post": operation(thing, requestBody=body_of(thing))},
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": COUNT}],
            "get": operation(thing),
        },
    }
    stage = play(paths)
    headers = {"Content-Type": "application/json"}
    made = stage.ask("POST /things", b'{"n": 1.0, "x": 2.0}', headers)
    assert b'"n":1,"x":2.0' in made.body
    assert b'"n":1,"x":2.0' in stage.ask(f"GET /things/{made.json['id']}").body
