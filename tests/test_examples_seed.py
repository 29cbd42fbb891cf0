"""A fresh mock answers with the examples of its document, and with as many generated records as are
asked for.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Settings
from mockserver.state import Collection, Query
from tests.asgi.conftest import play
from tests.asgi.stage import Play, Stage, body_of

__all__ = ["play"]

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
SHELF = {"type": "object", "required": ["id", "name"], "properties": {"id": NUMBER, "name": TEXT}}
BOOK = {
    "type": "object",
    "required": ["id", "title"],
    "properties": {
        "id": NUMBER,
        "shelf_id": NUMBER,
        "title": TEXT,
        "kind": {"enum": ["novel", "essay", "poems"]},
    },
}


def said(schema: Any, **media: Any) -> dict[str, Any]:
    return {
        "200": {"description": "", "content": {"application/json": {"schema": schema, **media}}}
    }


def named(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": NUMBER} for name in names]


def shop(
    play: Play,
    shelves: Any = None,
    books: Any = None,
    settings: Settings | None = None,
    records: Any = None,
    **more: Any,
) -> Stage:
    made = {"201": {"description": "", "content": {"application/json": {"schema": SHELF}}}}
    paths = {
        "/shelves": {
            "get": {"responses": said({"type": "array", "items": SHELF}, **(shelves or {}))},
            "post": {
                "requestBody": body_of({"type": "object", "properties": {"name": TEXT}}),
                "responses": made,
            },
        },
        "/shelves/{shelf_id}": {
            "get": {"parameters": named("shelf_id"), "responses": said(SHELF, **more)},
            "delete": {"parameters": named("shelf_id"), "responses": {"204": {"description": ""}}},
        },
        "/shelves/{shelf_id}/books": {
            "get": {
                "parameters": named("shelf_id"),
                "responses": said({"type": "array", "items": BOOK}, **(books or {})),
            }
        },
        "/shelves/{shelf_id}/books/{id}": {
            "get": {"parameters": named("shelf_id", "id"), "responses": said(BOOK)}
        },
    }
    return play(paths, None, records, settings or Settings(cors=False))


FICTION = {"id": 7, "name": "Fiction"}


def test_a_cold_list_answers_with_the_examples(play: Play) -> None:
    stage = shop(play, {"example": [FICTION]})
    assert stage.ask("GET /shelves").json == [FICTION]
    assert stage.ask("GET /shelves/7").json == FICTION


def test_examples_can_be_changed_and_removed(play: Play) -> None:
    stage = shop(play, {"example": [FICTION]})
    assert stage.ask("DELETE /shelves/7").status == 204
    assert stage.ask("GET /shelves").json == []


def test_a_new_record_does_not_take_the_key_of_an_example(play: Play) -> None:
    assert shop(play, {"example": [FICTION]}).ask("POST /shelves", {"name": "New"}).json["id"] == 8


def test_named_examples_of_lists_and_reads_are_all_taken_each_key_once(play: Play) -> None:
    science = {"id": 8, "name": "Science"}
    listed = {
        "examples": {"one": {"value": [FICTION]}, "other": {"value": [{"id": 7, "name": "Again"}]}}
    }
    assert shop(play, listed, example=science).ask("GET /shelves").json == [FICTION, science]


@pytest.mark.parametrize(
    "example", [{"name": "no key"}, {"id": 9}, {"id": {"a": 1}, "name": "x"}, "text", None, []]
)
def test_an_example_that_is_no_whole_record_is_passed_over(play: Play, example: Any) -> None:
    assert shop(play, {"example": [example, FICTION]}).ask("GET /shelves").json == [FICTION]


def pets(listed: Any, *, key: Any = None, **media: Any) -> dict[str, Any]:
    """A list and a read of pets; `listed` is the example of the list."""
    properties = {"name": TEXT} | ({"id": key} if key else {})
    pet = {"type": "object", "required": ["name"], "properties": properties}
    item = {"parameters": named("id") if key in (None, NUMBER) else [ID], "responses": said(pet)}
    many = said({"type": "array", "items": pet}, example=listed, **media)
    return {
        "/pets": {
            "get": {"responses": many},
            "post": {"requestBody": body_of(pet), "responses": said(pet)},
        },
        "/pets/{id}": {"get": item},
    }


ID = {"name": "id", "in": "path", "required": True, "schema": TEXT}
TIGER, LION = {"name": "Tiger"}, {"name": "Lion"}


def test_rows_without_their_key_are_records_with_made_keys(play: Play) -> None:
    stage = play(pets([TIGER, LION, TIGER], key=NUMBER))
    rows = stage.ask("GET /pets").json
    assert rows == [{"id": 1, **TIGER}, {"id": 2, **LION}, {"id": 3, **TIGER}]
    assert stage.ask("GET /pets/2").json == {"id": 2, **LION}
    assert stage.ask("POST /pets", {"name": "Bear"}).json["id"] == 4


def test_rows_without_their_key_are_given_one_that_is_text(play: Play) -> None:
    stage = play(pets([TIGER, LION], key={"type": "string", "format": "uuid"}))
    rows = stage.ask("GET /pets").json
    assert {row["name"] for row in rows} == {"Tiger", "Lion"}
    assert stage.ask(f"GET /pets/{rows[1]['id']}").json == rows[1]


def test_the_first_row_without_its_key_has_the_key_that_the_document_shows(play: Play) -> None:
    stage = play(pets([TIGER, LION], key={**NUMBER, "example": 10}))
    assert stage.ask("GET /pets").json == [{"id": 10, **TIGER}, {"id": 11, **LION}]


def test_rows_whose_schema_has_no_key_are_records_too(play: Play) -> None:
    stage = play(pets([TIGER]))
    assert stage.ask("GET /pets").json == [TIGER]


def test_rows_in_an_envelope_are_records_without_their_key_too(play: Play) -> None:
    pet = {"type": "object", "properties": {"id": NUMBER, "name": TEXT}}
    page = {
        "type": "object",
        "properties": {"total": NUMBER, "items": {"type": "array", "items": pet}},
    }
    paths = {
        "/pets": {"get": {"responses": said(page, example={"total": 1, "items": [TIGER]})}},
        "/pets/{id}": {"get": {"parameters": named("id"), "responses": said(pet)}},
    }
    assert play(paths).ask("GET /pets").json["items"] == [{"id": 1, **TIGER}]


def test_rows_without_their_key_hang_below_their_parents(play: Play) -> None:
    stage = shop(play, {"example": [FICTION]}, {"example": [{"title": "Kindred"}]})
    book = {"id": 1, "title": "Kindred", "shelf_id": 7}
    assert stage.ask("GET /shelves/7/books").json == [book]
    assert stage.ask("GET /shelves/7/books/1").json == book


@pytest.mark.parametrize("example", [[{"color": "red"}], [{}], ["Tiger"], {"pets": [TIGER]}])
def test_what_has_no_property_of_a_record_is_none(play: Play, example: Any) -> None:
    assert play(pets(example, key=NUMBER)).ask("GET /pets").json == []


def test_the_example_of_a_schema_is_a_record(play: Play) -> None:
    schema = {**SHELF, "example": FICTION}
    paths = {
        "/shelves": {"get": {"responses": said({"type": "array", "items": schema})}},
        "/shelves/{id}": {"get": {"parameters": named("id"), "responses": said(schema)}},
    }
    assert play(paths).ask("GET /shelves").json == [FICTION]


def test_the_examples_of_properties_make_a_record(play: Play) -> None:
    schema = {
        "type": "object",
        "properties": {"id": {**NUMBER, "example": 10}, "name": {**TEXT, "example": "doggie"}},
    }
    paths = {"/pets/{petId}": {"get": {"parameters": named("petId"), "responses": said(schema)}}}
    assert play(paths).ask("GET /pets/10").json == {"id": 10, "name": "doggie"}


def test_a_child_hangs_below_the_parent_that_it_names(play: Play) -> None:
    shelves = {"example": [FICTION, {"id": 8, "name": "Science"}]}
    book = {"id": 1, "shelf_id": 8, "title": "A Brief History of Time"}
    stage = shop(play, shelves, {"example": [book]})
    assert stage.ask("GET /shelves/8/books").json == [book]
    assert stage.ask("GET /shelves/7/books").json == []


def test_a_child_of_a_parent_that_is_not_there_goes_below_the_first(play: Play) -> None:
    stage = shop(
        play, {"example": [FICTION]}, {"example": [{"id": 1, "shelf_id": 99, "title": "Kindred"}]}
    )
    assert stage.ask("GET /shelves/7/books/1").json == {"id": 1, "shelf_id": 7, "title": "Kindred"}


def test_a_child_without_any_parent_is_left_out(play: Play) -> None:
    stage = shop(play, None, {"example": [{"id": 1, "shelf_id": 99, "title": "Kindred"}]})
    assert stage.ask("GET /shelves").json == []
    assert stage.ask("GET /shelves/99/books").status == 404


def test_a_fixture_takes_the_place_of_examples(play: Play) -> None:
    mine = {"id": 1, "name": "Mine"}
    assert shop(play, {"example": [FICTION]}, records={"shelves": [mine]}).ask(
        "GET /shelves"
    ).json == [mine]
    assert (
        shop(play, {"example": [FICTION]}, records={"shelves": []}).ask("GET /shelves").json == []
    )


def test_fixtures_none_starts_empty(play: Play) -> None:
    stage = shop(play, {"example": [FICTION]}, settings=Settings(fixtures=None))
    assert stage.ask("GET /shelves").json == []


def test_populate_fills_each_collection_parents_first(play: Play) -> None:
    stage = shop(play, settings=Settings(populate=4))
    shelves = stage.ask("GET /shelves").json
    assert len({each["id"] for each in shelves}) == len(shelves) == 4
    for shelf in shelves:
        books = stage.ask(f"GET /shelves/{shelf['id']}/books").json
        assert len(books) == 4
        assert {book["shelf_id"] for book in books} == {shelf["id"]}


@pytest.mark.parametrize(
    "schema", [TEXT, {"type": "string", "example": "abc"}, {"type": "string", "format": "uuid"}]
)
def test_populate_fills_below_a_parameter_that_is_no_resource(play: Play, schema: Any) -> None:
    store = {"name": "store", "in": "path", "required": True, "schema": schema}
    several = {"parameters": [store], "responses": said({"type": "array", "items": SHELF})}
    one = {"parameters": [store, *named("id")], "responses": said(SHELF)}
    stage = play(
        {"/stores/{store}/shelves": {"get": several}, "/stores/{store}/shelves/{id}": {"get": one}},
        settings=Settings(populate=3),
    )
    assert stage.space is not None
    with stage.space.store.transaction() as reader:
        found = {each.collection for each in reader.select(Collection("shelves"), Query()).found}
    ((key,),) = (each.parents for each in found)
    assert key == schema.get("example", key)
    assert len(stage.ask(f"GET /stores/{key}/shelves").json) == 3


def test_populate_fills_below_records_that_are_read_but_never_made(play: Play) -> None:
    paths = {
        "/shelves": {"get": {"responses": said({"type": "array", "items": SHELF})}},
        "/shelves/{shelf_id}": {"get": {"parameters": named("shelf_id"), "responses": said(SHELF)}},
        "/shelves/{shelf_id}/notes": {
            "get": {
                "parameters": named("shelf_id"),
                "responses": said({"type": "array", "items": SHELF}),
            },
            "post": {
                "parameters": named("shelf_id"),
                "requestBody": body_of(SHELF),
                "responses": said(SHELF),
            },
        },
        "/shelves/{shelf_id}/notes/{id}": {
            "get": {"parameters": named("shelf_id", "id"), "responses": said(SHELF)}
        },
    }
    stage = play(paths, settings=Settings(populate=2))
    for shelf in stage.ask("GET /shelves").json:
        assert len(stage.ask(f"GET /shelves/{shelf['id']}/notes").json) == 2


def test_populate_names_records_that_are_there_when_two_name_each_other(play: Play) -> None:
    build = {
        "type": "object",
        "properties": {"id": NUMBER, "deploy_id": NUMBER},
        "required": ["id", "deploy_id"],
    }
    deploy = {
        "type": "object",
        "properties": {"id": NUMBER, "build_id": NUMBER},
        "required": ["id", "build_id"],
    }
    paths = {
        f"/{name}s{item}": {
            "get": {
                "parameters": named("id") if item else [],
                "responses": said(schema if item else {"type": "array", "items": schema}),
            }
        }
        for name, schema in (("build", build), ("deploy", deploy))
        for item in ("", "/{id}")
    }
    stage = play(paths, settings=Settings(populate=3))
    builds, deploys = stage.ask("GET /builds").json, stage.ask("GET /deploys").json
    assert {each["deploy_id"] for each in builds} <= {each["id"] for each in deploys}
    assert {each["build_id"] for each in deploys} <= {each["id"] for each in builds}


def test_populate_adds_to_what_is_there(play: Play) -> None:
    shelves = (
        shop(play, {"example": [FICTION]}, settings=Settings(populate=3)).ask("GET /shelves").json
    )
    assert len(shelves) == 3
    assert FICTION in shelves


def test_populated_records_differ_and_depend_on_the_seed_alone(play: Play) -> None:
    first, second = (
        shop(play, settings=Settings(populate=5, seed=1)).ask("GET /shelves").json for _ in range(2)
    )
    other = shop(play, settings=Settings(populate=5, seed=2)).ask("GET /shelves").json
    assert first == second != other
    assert len({each["name"] for each in first}) > 1


def test_populate_names_records_that_are_there(play: Play) -> None:
    order = {"type": "object", "properties": {"id": NUMBER, "customer_id": NUMBER}}
    person = {"type": "object", "properties": {"id": NUMBER, "name": TEXT}}
    paths = {
        f"/{name}{item}": {
            "get": {
                "parameters": named("id") if item else [],
                "responses": said(schema if item else {"type": "array", "items": schema}),
            }
        }
        for name, schema in (("orders", order), ("customers", person))
        for item in ("", "/{id}")
    }
    stage = play(paths, settings=Settings(populate=6))
    customers = {each["id"] for each in stage.ask("GET /customers").json}
    assert {each["customer_id"] for each in stage.ask("GET /orders").json} <= customers
