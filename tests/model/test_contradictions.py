"""An error schema that no error can fit is told, at the words that contradict each other."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.report.contradictions import unfit_errors
from mockserver.model.schema.emptiness import matches_nothing
from tests.model.compiling import does, small, thing

CODE = {"type": "string", "enum": [1, 2]}
CLOSED = {"type": "object", "required": ["code"], "additionalProperties": False}
BODY = "/paths/~1n/get/responses/404/content/application~1json/schema"
SHARED = "/components/schemas/Error"
REFERENCE = {"$ref": "#/components/schemas/Error"}


def told(error: Any, status: Any = "404", **schemas: Any) -> list[tuple[str, str]]:
    """Return where what is told of a document with an error of two operations."""
    responses = {"200": {"description": "d"}}
    responses |= does(error, status=status)["responses"]
    paths = {"/n": {"get": {"responses": responses}, "put": {"responses": responses}}}
    findings = unfit_errors(small(paths, components={"schemas": schemas}).document)
    return [(finding.pointer, finding.message) for finding in findings]


def needs(**properties: Any) -> dict[str, Any]:
    return {**thing(**properties), "required": list(properties)}


@pytest.mark.parametrize(
    ("schema", "pointer", "words"),
    [
        (CLOSED, "", "additionalProperties and required contradict each other"),
        (needs(code=CODE), "/properties/code", "type and enum contradict each other"),
        (
            needs(code={"type": "string", "enum": ["a"], "pattern": "^b$"}),
            "/properties/code",
            "enum and pattern contradict each other",
        ),
        (
            needs(message={"type": "string", "pattern": "$a"}),
            "/properties/message",
            "the pattern '$a' matches nothing",
        ),
        (
            needs(errors={"type": "array", "minItems": 1, "items": needs(code=CODE)}),
            "/properties/errors/items/properties/code",
            "type and enum contradict each other",
        ),
        (
            {"allOf": [needs(code="string"), needs(code="integer")]},
            "",
            "the parts of allOf leave nothing that fits",
        ),
        (
            {"oneOf": [CLOSED, {"type": "string", "minLength": 4, "maxLength": 2}]},
            "/oneOf/0",
            "additionalProperties and required contradict each other",
        ),
        (
            needs(size={"type": "integer", "minimum": 4, "maximum": 2}),
            "/properties/size",
            "minimum and maximum contradict each other",
        ),
    ],
)
@pytest.mark.parametrize("shared", [False, True])
def test_what_contradicts_itself_is_told_where_it_is(
    schema: Any, pointer: str, words: str, shared: bool
) -> None:
    found = told(REFERENCE, Error=schema) if shared else told(schema)
    place = SHARED if shared else BODY
    assert found[0] == (f"{place}{pointer}", f"{words}: no error can fit")
    assert len(found) == (1 if shared else 2)


@pytest.mark.parametrize(
    "schema",
    [
        needs(code="string"),
        thing(code=CODE),
        {"type": "array", "items": needs(code=CODE)},
        {"oneOf": [CLOSED, needs(message="string")]},
        {"type": "object", "required": ["self"], "properties": {"code": {"type": "string"}}},
        needs(code={"type": "string", "enum": ["a"], "nullable": True}),
        {**CLOSED, "properties": {"code": {"type": "string", "writeOnly": True}}},
    ],
)
def test_a_schema_that_something_fits_is_not_told(schema: Any) -> None:
    assert told(schema) == []


def test_a_response_that_is_used_twice_is_told_once() -> None:
    response = does(CLOSED)["responses"]["200"]
    shown = {"200": {"description": "d"}, "404": {"$ref": "#/components/responses/Missing"}}
    paths = {path: {"get": {"responses": shown}} for path in ("/n", "/m")}
    model = small(paths, components={"responses": {"Missing": response}})
    assert [each.pointer for each in unfit_errors(model.document)] == [BODY]


def test_a_reply_of_success_is_none_of_an_error() -> None:
    assert told(CLOSED, "201") == []
    assert told(CLOSED, "default") != []


@pytest.mark.parametrize(
    "pattern",
    ["$a", "a^", "(?!)", "^$a", "(a$|b$)c", "[^\\s\\S]", "a(b^)+", "(?!a*)", "(?=a^)b", "(^a)^"],
)
def test_a_pattern_that_matches_nothing_is_known(pattern: str) -> None:
    assert matches_nothing(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["^a$", "(^a|b)c", "a*^b", "(a^)*b", "(?m)a\n^b", "^[^\\s]+$", "(a|$)b", "\\p{L}$a", "(?!a)b"],
)
def test_a_pattern_that_may_match_something_is_not(pattern: str) -> None:
    assert not matches_nothing(pattern)
