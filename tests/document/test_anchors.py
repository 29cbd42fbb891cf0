"""A schema is found by the names that it gives itself, and a dynamic one is filled by who refers
to it.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.schema.schemas import Direction, SchemaCompiler
from tests.document.documents import Load, answer_schema, answering, document_of, messages

HOME = {"$ref": "#/components/schemas/Tree"}
BOOK = {"type": "object", "required": ["isbn"], "properties": {"isbn": {"type": "string"}}}
LIST = {
    "$id": "https://example.com/list",
    "type": "object",
    "properties": {"data": {"type": "array", "items": {"$dynamicRef": "#item"}}},
    "$defs": {"any": {"$dynamicAnchor": "item"}},
}
ITEM_IS_BOOK = {
    "book": {"$dynamicAnchor": "item", "$ref": "#/components/schemas/Book"},
}


def tree(reference: Any, **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        **more,
        "properties": {"left": reference, "size": {"type": "integer"}},
    }


def modern(schema: Any, **schemas: Any) -> dict[str, Any]:
    return document_of(answering(schema), "3.1.0", components={"schemas": schemas})


@pytest.mark.parametrize(
    ("schema", "left"),
    [
        (tree({"$recursiveRef": "#"}, **{"$recursiveAnchor": True}), HOME),
        (tree({"$recursiveRef": "#"}), HOME),
        (tree({"$ref": "#"}), HOME),
        (tree({"$dynamicRef": "#node"}, **{"$dynamicAnchor": "node"}), HOME),
        (tree({"$dynamicRef": "#other"}, **{"$dynamicAnchor": "node"}), {}),
        (tree({"$ref": "tree"}, **{"$id": "https://example.com/tree"}), HOME),
        (tree({"$ref": "#"}, **{"$id": "https://example.com/tree"}), HOME),
        (tree(HOME), HOME),
    ],
)
def test_a_schema_refers_to_itself_by_its_place(load: Load, schema: Any, left: Any) -> None:
    document = load(modern(HOME, Tree=schema))
    assert document.spec["components"]["schemas"] == {"Tree": tree(left)}


def test_what_is_below_itself_is_checked(load: Load) -> None:
    schema = tree({"$recursiveRef": "#"}, **{"$recursiveAnchor": True})
    spec = load(modern(HOME, Tree=schema)).spec
    validator = SchemaCompiler(spec).compile(HOME, Direction.REPLY)
    assert validator.is_valid({"left": {"left": {"size": 1}}})
    assert not validator.is_valid({"left": {"left": {"size": "one"}}})


@pytest.mark.parametrize("end", ["", "#"])
def test_a_resource_is_found_by_its_identifier(load: Load, end: str) -> None:
    book = BOOK | {"$id": "https://example.com/schemas/book"}
    document = load(modern({"$ref": f"https://example.com/schemas/book{end}"}, Book=book))
    assert answer_schema(document) == {"$ref": "#/components/schemas/Book"}


def test_references_in_a_resource_are_relative_to_its_identifier(load: Load) -> None:
    book = BOOK | {"$id": "https://example.com/schemas/book"}
    shelf = {
        "$id": "https://example.com/schemas/shelf",
        "properties": {
            "first": {"$ref": "book"},
            "size": {"$ref": "book#/properties/isbn"},
            "tag": {"$ref": "#/$defs/tag"},
            "other": {"$ref": "#/components/schemas/Book"},
            "named": {"$ref": "#label"},
        },
        "$defs": {"tag": {"type": "string"}, "label": {"$anchor": "label", "type": "string"}},
    }
    document = load(modern({"$ref": "#/components/schemas/Shelf"}, Shelf=shelf, Book=book))
    assert document.spec["components"]["schemas"]["Shelf"]["properties"] == {
        "first": {"$ref": "#/components/schemas/Book"},
        "size": {"$ref": "#/components/schemas/isbn"},
        "tag": {"$ref": "#/components/schemas/tag"},
        "other": {"$ref": "#/components/schemas/Book"},
        "named": {"$ref": "#/components/schemas/label"},
    }
    assert not document.warnings


def test_files_beside_a_resource_are_found_as_before(load: Load) -> None:
    files = {"a.json": {"$id": "https://example.com/a.json", "items": {"$ref": "b.json"}}}
    document = load(modern({"$ref": "a.json"}), **files, **{"b.json": BOOK})
    assert document.spec["components"]["schemas"]["a"]["items"] == {
        "$ref": "#/components/schemas/b"
    }


def test_a_document_is_known_by_its_own_address(load: Load) -> None:
    address = "https://example.com/openapi.json"
    schema = {"$ref": f"{address}#/components/schemas/Book"}
    document = load(modern(schema, Book=BOOK) | {"openapi": "3.2.0", "$self": address})
    assert answer_schema(document) == {"$ref": "#/components/schemas/Book"}


def test_two_schemas_may_give_one_anchor(load: Load) -> None:
    ends = {"A": {"type": "string"}, "B": {"type": "integer"}}
    schemas = {
        name: {"items": {"$ref": "#end"}, "$defs": {"end": end | {"$anchor": "end"}}}
        for name, end in ends.items()
    }
    components = load(modern(HOME, **schemas)).spec["components"]["schemas"]
    found = {name: components[name]["items"]["$ref"].rpartition("/")[2] for name in ends}
    assert {name: components[end] for name, end in found.items()} == ends


@pytest.mark.parametrize(
    "reference", ["list", "https://example.com/list", "#/components/schemas/List"]
)
def test_a_list_of_anything_is_filled_with_books(load: Load, reference: str) -> None:
    books = {"$id": "https://example.com/books", "$ref": reference, "$defs": ITEM_IS_BOOK}
    document = load(
        modern({"$ref": "#/components/schemas/Books"}, List=LIST, Books=books, Book=BOOK)
    )
    components = document.spec["components"]["schemas"]
    assert components["Books"] == {"$ref": "#/components/schemas/List_Book"}
    items = {"type": "array", "items": {"$ref": "#/components/schemas/Book"}}
    assert components["List_Book"]["properties"]["data"] == items
    assert components["any"] == {}
    assert not document.warnings


def test_a_list_is_filled_where_it_is_used(load: Load) -> None:
    schema = {"$ref": "#/components/schemas/List", "$defs": ITEM_IS_BOOK}
    document = load(modern(schema, List=LIST, Book=BOOK))
    assert answer_schema(document) == {"$ref": "#/components/schemas/List_Book"}


def test_the_outermost_schema_fills(load: Load) -> None:
    nested = {
        "$ref": "#/components/schemas/Books",
        "$defs": {"text": {"$dynamicAnchor": "item", "type": "string"}},
    }
    books = {"$ref": "#/components/schemas/List", "$defs": ITEM_IS_BOOK}
    document = load(modern(nested, List=LIST, Books=books, Book=BOOK))
    validator = SchemaCompiler(document.spec).compile(answer_schema(document), Direction.REPLY)
    assert validator.is_valid({"data": ["a"]})
    assert not validator.is_valid({"data": [{"isbn": "1"}]})


def test_a_stricter_tree_is_strict_all_the_way_down(load: Load) -> None:
    loose = tree({"$dynamicRef": "#node"}, **{"$dynamicAnchor": "node"})
    strict = {
        "$dynamicAnchor": "node",
        "$ref": "#/components/schemas/Tree",
        "unevaluatedProperties": False,
    }
    document = load(modern({"$ref": "#/components/schemas/Strict"}, Tree=loose, Strict=strict))
    compiler = SchemaCompiler(document.spec)
    validator = compiler.compile({"$ref": "#/components/schemas/Strict"}, Direction.REPLY)
    assert validator.is_valid({"left": {"left": {"size": 1}}})
    assert not validator.is_valid({"left": {"left": {"other": 1}}})
    assert compiler.compile(HOME, Direction.REPLY).is_valid({"left": {"other": 1}})


def test_a_reference_to_a_whole_document_is_no_schema(load: Load) -> None:
    document = load(modern({"$ref": "#"}))
    assert answer_schema(document) == {}
    assert "no schema" in messages(document)
