from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Settings
from mockserver.model.schema.schemas import Direction, SchemaCompiler
from tests.asgi.stage import Play, Stage, body_of, operation

USER = {
    "type": "object",
    "required": ["id", "name", "password"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "password": {"type": "string", "writeOnly": True},
    },
}


def takes(
    schema: Any, value: Any, direction: Direction = Direction.REQUEST, **components: Any
) -> bool:
    """Tell whether a validator made of a schema takes a value."""
    return (
        SchemaCompiler({"components": {"schemas": components}})
        .compile(schema, direction)
        .is_valid(value)
    )


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


NESTED = [
    (USER, lambda value: value),
    ({"allOf": [USER, {"type": "object"}]}, lambda value: value),
    (reference("User"), lambda value: value),
    ({"type": "array", "items": USER}, lambda value: [value]),
    ({"type": "object", "properties": {"in": reference("User")}}, lambda value: {"in": value}),
    ({"type": "object", "additionalProperties": reference("User")}, lambda value: {"x": value}),
    ({"oneOf": [USER, {"type": "integer"}]}, lambda value: value),
    (
        {"required": ["id", "name", "password"], "allOf": [{"type": "object", "properties": USER["properties"]}]},
        lambda value: value,
    ),
    ({"type": "object", "required": USER["required"], "properties": {
        "id": reference("Id"), "name": {}, "password": reference("Secret")}}, lambda value: value),
]  # fmt: skip
PARTS = {
    "User": USER,
    "Id": {"type": "integer", "readOnly": True},
    "Secret": {"type": "string", "writeOnly": True},
}


@pytest.mark.parametrize(("schema", "within"), NESTED)
def test_a_request_never_has_to_carry_what_is_read_only(schema: Any, within: Any) -> None:
    assert takes(schema, within({"name": "a", "password": "b"}), **PARTS)
    assert not takes(schema, within({"name": "a"}), **PARTS)


@pytest.mark.parametrize(("schema", "within"), NESTED)
def test_a_reply_never_has_to_carry_what_is_write_only(schema: Any, within: Any) -> None:
    assert takes(schema, within({"id": 1, "name": "a"}), Direction.REPLY, **PARTS)
    assert not takes(schema, within({"name": "a"}), Direction.REPLY, **PARTS)


@pytest.mark.parametrize(
    ("schema", "value", "taken"),
    [
        ({"type": "string", "nullable": True}, None, True),
        ({"type": "string"}, None, False),
        ({"type": "string", "nullable": True, "enum": ["a"]}, None, True),
        ({"nullable": True, "allOf": [{"type": "string"}]}, None, True),
        ({"nullable": True, "allOf": [{"type": "string"}]}, 5, False),
        ({"nullable": True, "oneOf": [{"type": "string"}]}, None, True),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 1, False),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 2, True),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": False}, 1, True),
        ({"type": "integer", "maximum": 1, "exclusiveMaximum": True}, 1, False),
        ({"type": "number", "exclusiveMaximum": True}, 10**9, True),
        ({"type": "number", "exclusiveMinimum": 1}, 1, False),
        ({"type": "integer", "format": "int32"}, 2**31 - 1, True),
        ({"type": "integer", "format": "int32"}, 2**31, False),
        ({"type": "integer", "format": "int32"}, -(2**31) - 1, False),
        ({"type": "integer", "format": "int64"}, 2**63 - 1, True),
        ({"type": "integer", "format": "int64"}, 2**63, False),
        ({"type": "integer", "format": "int64"}, -(2**64), False),
        ({"type": "integer"}, 2**100, True),
        ({"type": "integer", "maximum": 2**70}, 2**71, False),
        ({"type": "integer"}, 1.0, True),
        ({"type": "integer"}, True, False),
        ({"type": "string", "format": "int32"}, "x", True),
        ({"type": "string", "format": "no-such-format"}, "x", True),
        ({"type": "string", "format": "uuid"}, "x", False),
        ({"type": "string", "format": "date-time"}, "2024-02-30T00:00:00Z", False),
    ],
)
def test_the_words_of_openapi_3_0_mean_what_they_say(schema: Any, value: Any, taken: bool) -> None:
    assert takes(schema, value) is taken


@pytest.mark.parametrize("pattern", ["(", "[", r"\p{Nothing}", "(?P<x>", "*", "a{2,1}"])
def test_a_pattern_that_cannot_be_compiled_is_left_out_and_no_other(pattern: str) -> None:
    schema = {
        "type": "object",
        "properties": {
            "bad": {"type": "string", "pattern": pattern},
            "good": {"type": "string", "pattern": "^[0-9]+$"},
            "pattern": {"type": "integer"},
        },
        "patternProperties": {pattern: {"type": "integer"}},
        "additionalProperties": False,
    }
    assert takes(schema, {"bad": "x", "good": "5", "pattern": 5})
    assert not takes(schema, {"good": "x"})
    assert not takes(schema, {"pattern": "x"})


def test_a_pattern_that_takes_forever_is_given_up() -> None:
    takes({"pattern": r"^(?=(a+))(a|aa|aaa)*\1$"}, "a" * 200 + "b")


@pytest.mark.parametrize(
    "name", ["Page«Book»", "List[Book]", "a b", "a%20b", 'a"b', "ü", "a.b-c_d", "a~1b"]
)
def test_a_component_may_be_called_anything(name: str) -> None:
    key = name.replace("~1", "/")
    assert takes(reference(name), 5, **{key: {"type": "integer"}})
    assert not takes(reference(name), "x", **{key: {"type": "integer"}})


def test_components_with_like_names_are_not_mixed_up() -> None:
    schema = {"type": "object", "properties": {"a": reference("a~1b"), "b": reference("a_b")}}
    parts = {"a/b": {"type": "integer"}, "a_b": {"type": "string"}}
    assert takes(schema, {"a": 1, "b": "x"}, **parts)
    assert not takes(schema, {"a": "x", "b": "x"}, **parts)
    assert not takes(schema, {"a": 1, "b": 1}, **parts)


def test_a_schema_that_holds_itself_is_followed() -> None:
    tree = {
        "type": "object",
        "properties": {
            "below": {"type": "array", "items": reference("Tree")},
            "n": {"type": "integer"},
        },
    }
    assert takes(reference("Tree"), {"below": [{"below": [], "n": 1}]}, Tree=tree)
    assert not takes(reference("Tree"), {"below": [{"below": [{"n": "x"}]}]}, Tree=tree)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/components/schemas/Missing"},
        {"minimum": "5"},
        {"allOf": {}},
        {"type": "strng"},
        "x",
        None,
    ],
)
def test_what_is_no_schema_lets_everything_pass(schema: Any) -> None:
    assert takes(schema, {"any": 1})


ACCOUNT = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "token": {"type": "string", "writeOnly": True},
        "owner": USER,
        "friends": {"type": "array", "items": USER},
        "named": {"type": "object", "additionalProperties": USER},
        "above": reference("Account"),
    },
}
KEYED = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
SENT = {"name": "a", "password": "s3cret"}


def accounts(play: Play) -> Stage:
    item = reference("Account")
    created = {
        "responses": {"201": {"description": "", "content": {"application/json": {"schema": item}}}}
    }
    paths = {
        "/accounts": {
            "get": operation({"type": "array", "items": item}),
            "post": {"requestBody": body_of(item), **created},
        },
        "/accounts/{id}": {
            "parameters": KEYED,
            "get": operation(item),
            "put": operation(item, requestBody=body_of(item)),
            "delete": operation(item),
        },
        "/example": {"post": operation({**ACCOUNT, "example": {"token": "s3cret", "owner": SENT}})},
    }
    return play(paths, components={"schemas": {"Account": ACCOUNT}})


def test_a_reply_never_carries_what_is_write_only(play: Play) -> None:
    stage = accounts(play)
    body = {
        "token": "s3cret",
        "owner": SENT,
        "friends": [SENT],
        "named": {"x": SENT},
        "above": {"token": "s3cret", "above": {"token": "s3cret", "owner": SENT}},
    }
    made = stage.ask("POST /accounts", body)
    assert made.status == 201, made.body
    one = f"/accounts/{made.json['id']}"
    replies = [
        made,
        stage.ask(f"GET {one}"),
        stage.ask("GET /accounts"),
        stage.ask(f"PUT {one}", body),
    ]
    replies += [stage.ask(f"DELETE {one}"), stage.ask("POST /example")]
    for each in replies:
        assert each.status in (200, 201), each.body
        assert b"s3cret" not in each.body
        assert b"token" not in each.body
    assert made.json["friends"][0]["name"] == "a"


def test_a_reply_that_breaks_the_document_is_500_where_replies_are_checked(play: Play) -> None:
    paths = {"/things": {"get": operation({"type": "array", "items": {"type": "object"}})}}
    said = {
        "resources": {"things": {"path": "/things", "key": "id"}},
        "operations": {
            "GET /things": {"kind": "list", "resource": "things", "envelope": {"many": "things"}}
        },
    }
    records = {"things": [{"id": 1}]}
    checked = play(paths, said, records, Settings(validate_responses=True, cors=False)).ask(
        "GET /things"
    )
    assert checked.status == 500, checked.body
    assert "array" in checked.json["detail"]
    assert play(paths, said, records).ask("GET /things").json == {"things": [{"id": 1}]}


def test_a_reply_that_breaks_the_document_changes_nothing_where_replies_are_checked(
    play: Play,
) -> None:
    nothing_fits = {"type": "string", "minLength": 3, "maxLength": 2}
    thing = {"type": "object", "properties": {"name": {"type": "string"}}}
    post = operation(nothing_fits, requestBody=body_of(thing))
    paths = {
        "/things": {"get": operation({"type": "array", "items": {"type": "object"}}), "post": post}
    }
    said = {
        "resources": {"things": {"path": "/things", "key": "id"}},
        "operations": {
            "GET /things": {"kind": "list", "resource": "things"},
            "POST /things": {"kind": "create", "resource": "things"},
        },
    }
    for check, (status, kept) in {True: (500, 0), False: (200, 1)}.items():
        stage = play(paths, said, {}, Settings(validate_responses=check, cors=False))
        assert stage.ask("POST /things", {"name": "a"}).status == status
        assert len(stage.ask("GET /things").json) == kept
