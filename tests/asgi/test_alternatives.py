"""A record has one of the alternatives of its schema, and is stored and shown whole by it."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.schema.alternatives import narrowed
from tests.asgi.stage import Play, Stage
from tests.described import schema_of

ID = {"id": {"type": "integer", "readOnly": True}}
TEXT = {"type": "string"}
NUMBER = {"type": "number"}


def shape(tag: str, name: str, **rest: Any) -> dict[str, Any]:
    properties = {**ID, "kind": {"type": "string", "enum": [tag]}, name: NUMBER}
    return {"type": "object", "required": ["kind", name], "properties": properties, **rest}


def loose(name: str, **properties: Any) -> dict[str, Any]:
    """Return an object whose tag may be any text."""
    own = {**ID, "kind": TEXT, name: TEXT, **properties}
    return {"type": "object", "required": ["kind", name], "properties": own}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def tagged(*names: str, word: str = "oneOf", mapping: Any = None) -> dict[str, Any]:
    told = {"propertyName": "kind"} | ({"mapping": mapping} if mapping else {})
    return {word: [ref(name) for name in names], "discriminator": told}


def played(play: Play, schema: Any, **components: Any) -> Stage:
    """Play a collection of things of a schema."""
    content = {"application/json": {"schema": schema}}
    listed = {"application/json": {"schema": {"type": "array", "items": schema}}}
    answer = {"200": {"description": "", "content": content}, "404": {"description": ""}}
    body = {"required": True, "content": content}
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    paths = {
        "/things": {
            "get": {"responses": {"200": {"description": "", "content": listed}}},
            "post": {
                "requestBody": body,
                "responses": {"201": {"description": "", "content": content}},
            },
        },
        "/things/{id}": {
            "parameters": key,
            "get": {"responses": answer},
            "put": {"requestBody": body, "responses": answer},
            "patch": {"requestBody": {"content": content}, "responses": answer},
        },
    }
    return play(paths, records={"things": []}, components={"schemas": components})


CLOSED = {"additionalProperties": False}
UNIONS: list[tuple[str, Any, dict[str, Any], list[dict[str, Any]]]] = [
    (
        "tags that are constant",
        {"oneOf": [ref("Circle"), ref("Square")]},
        {"Circle": shape("circle", "r", **CLOSED), "Square": shape("square", "side", **CLOSED)},
        [{"kind": "circle", "r": 1.5}, {"kind": "square", "side": 2}],
    ),
    (
        "names of schemas as tags",
        tagged("Cat", "Dog"),
        {"Cat": loose("lives"), "Dog": loose("bark")},
        [{"kind": "Dog", "bark": "b"}, {"kind": "Cat", "lives": "9"}],
    ),
    (
        "mapped tags",
        tagged("Cat", "Dog", mapping={"c": "#/components/schemas/Cat", "d": "Dog"}),
        {"Cat": loose("lives"), "Dog": loose("bark")},
        [{"kind": "d", "bark": "b"}, {"kind": "c", "lives": "9"}],
    ),
    (
        "anyOf with tags, beside properties of all",
        {"type": "object", "properties": {"name": TEXT}, **tagged("Cat", "Dog", word="anyOf")},
        {"Cat": loose("lives"), "Dog": loose("bark")},
        [{"name": "Rex", "kind": "Dog", "bark": "b"}, {"name": "Tom", "kind": "Cat", "lives": "9"}],
    ),
    (
        "a discriminator inside an alternative",
        {"oneOf": [ref("Pet"), ref("Plant")]},
        {
            "Pet": tagged("Cat", "Dog"),
            "Cat": loose("lives"),
            "Dog": loose("bark"),
            "Plant": {
                "type": "object",
                "required": ["leaves"],
                "properties": {**ID, "leaves": TEXT},
            },
        },
        [{"kind": "Dog", "bark": "b"}, {"leaves": "many"}, {"kind": "Cat", "lives": "9"}],
    ),
    (
        "alternatives in a part of allOf",
        {"allOf": [{"properties": {**ID, "name": TEXT}}, {"oneOf": [ref("A"), ref("B")]}]},
        {"A": shape("a", "x"), "B": shape("b", "y")},
        [{"name": "n", "kind": "b", "y": 2}, {"name": "n", "kind": "a", "x": 1}],
    ),
]


@pytest.mark.parametrize(
    ("schema", "components", "bodies"), [union[1:] for union in UNIONS], ids=[u[0] for u in UNIONS]
)
def test_a_body_of_any_alternative_is_stored_and_shown_whole(
    play: Play, schema: Any, components: Any, bodies: list[dict[str, Any]]
) -> None:
    stage = played(play, schema, **components)
    for number, body in enumerate(bodies, 1):
        made = stage.ask("POST /things", body)
        whole = {"id": number, **body}
        assert (made.status, made.json) == (201, whole)
        assert stage.ask(f"GET /things/{number}").json == whole
        replaced = stage.ask(f"PUT /things/{number}", bodies[0])
        assert replaced.json == {"id": number, **bodies[0]}
        stage.ask(f"PUT /things/{number}", body)
    listed = [{"id": number, **body} for number, body in enumerate(bodies, 1)]
    assert stage.ask("GET /things").json == listed


def test_a_change_to_another_alternative_leaves_behind_what_only_the_first_has(play: Play) -> None:
    stage = played(play, tagged("Cat", "Dog"), Cat=loose("lives"), Dog=loose("bark"))
    stage.ask("POST /things", {"kind": "Cat", "lives": "9"})
    changed = stage.ask("PATCH /things/1", {"kind": "Dog", "bark": "b"})
    assert changed.json == {"id": 1, "kind": "Dog", "bark": "b"}


def test_a_value_that_nobody_sent_is_made_by_the_alternative_of_the_record(play: Play) -> None:
    cat, dog = loose("lives"), loose("bark", chip={"type": "integer", "readOnly": True})
    dog["required"].append("chip")
    stage = played(play, tagged("Cat", "Dog"), Cat=cat, Dog=dog)
    made = stage.ask("POST /things", {"kind": "Dog", "bark": "b"}).json
    assert isinstance(made["chip"], int)
    assert "chip" not in stage.ask("POST /things", {"kind": "Cat", "lives": "9"}).json


def test_a_value_of_several_alternatives_of_any_of_keeps_all_its_properties() -> None:
    one = {"type": "object", "properties": {"a": TEXT}}
    other = {"type": "object", "properties": {"b": TEXT}}
    schema = schema_of({"anyOf": [one, other]})
    assert set(narrowed(schema, {"a": "x", "b": "y"}).properties) == {"a", "b"}
    assert set(narrowed(schema, {"a": "x"}).properties) == {"a"}


def test_what_an_extending_schema_adds_is_stored_and_can_be_changed_to_another(play: Play) -> None:
    base = {"type": "object", "required": ["kind"], "properties": {**ID, "kind": TEXT}}
    told = {"propertyName": "kind", "mapping": {"circle": "Circle", "square": "Square"}}
    circle = {"type": "object", "properties": {"r": NUMBER}}
    square = {"type": "object", "properties": {"side": NUMBER}}
    stage = played(
        play,
        ref("Shape"),
        Shape={**base, "discriminator": told},
        Circle={"allOf": [ref("Shape"), circle]},
        Square={"allOf": [ref("Shape"), square]},
    )
    assert stage.ask("POST /things", {"kind": "circle", "r": 2}).json["r"] == 2
    changed = stage.ask("PUT /things/1", {"kind": "square", "side": 3}).json
    assert changed == {"id": 1, "kind": "square", "side": 3}
    assert stage.ask("GET /things").json == [changed]


MAPPED = {"circle": "#/components/schemas/Circle", "square": "Square"}


@pytest.mark.parametrize("word", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"kind": "circle", "r": "1"}, 201),
        ({"kind": "circle", "side": "1"}, 400),
        ({"kind": "Square", "side": "1"}, 201),
        ({"kind": "Square", "r": "1"}, 400),
        ({"kind": "oval", "r": "1"}, 400),
    ],
)
def test_an_object_has_to_be_what_its_discriminator_says(
    play: Play, word: str, sent: Any, status: int
) -> None:
    schema = tagged("Circle", "Square", word=word, mapping=MAPPED)
    stage = played(play, schema, Circle=loose("r"), Square=loose("side"))
    assert stage.ask("POST /things", sent).status == status


def test_a_discriminator_that_names_no_alternative_chooses_by_what_is_sent(play: Play) -> None:
    stage = played(play, tagged("Circle", "Square"), Circle=loose("r"), Square=loose("side"))
    assert stage.ask("POST /things", {"kind": "round", "r": "1"}).json["r"] == "1"
