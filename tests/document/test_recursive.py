"""A schema that calls itself by a name of its own is one that refers to itself."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.document.normalize import normalize
from mockserver.model.schemas import Direction, SchemaCompiler
from tests.document.documents import document_of

HOME = {"$ref": "#/components/schemas/a~1b"}


def tree(reference: Any, **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        **more,
        "properties": {"left": reference, "size": {"type": "integer"}},
    }


def spec_of(schema: Any) -> Any:
    return normalize(document_of({}, "3.1.0", components={"schemas": {"a/b": schema}}), "tree", [])


@pytest.mark.parametrize(
    ("schema", "left"),
    [
        (tree({"$recursiveRef": "#"}, **{"$recursiveAnchor": True}), HOME),
        (tree({"$recursiveRef": "#"}), HOME),
        (tree({"$dynamicRef": "#node"}, **{"$dynamicAnchor": "node"}), HOME),
        (tree({"$dynamicRef": "#other"}, **{"$dynamicAnchor": "node"}), {}),
        (tree(HOME), HOME),
    ],
)
def test_a_schema_refers_to_itself_by_its_place(schema: Any, left: Any) -> None:
    assert spec_of(schema)["components"]["schemas"]["a/b"] == tree(left)


def test_what_is_below_itself_is_checked() -> None:
    schema = tree({"$recursiveRef": "#"}, **{"$recursiveAnchor": True})
    validator = SchemaCompiler(spec_of(schema)).compile(HOME, Direction.REPLY)
    assert validator.is_valid({"left": {"left": {"size": 1}}})
    assert not validator.is_valid({"left": {"left": {"size": "one"}}})
