"""Parts of a schema that are closed one by one are closed together, where that is meant."""

from __future__ import annotations

from typing import Any

import pytest

from tests.document.documents import Load, answer_schema, answering, document_of, messages

TEXT = {"type": "string"}


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def mended(load: Load, schema: Any, **components: Any) -> tuple[Any, str]:
    document = load({**document_of(answering(schema)), "components": {"schemas": components}})
    return answer_schema(document), messages(document)


def test_parts_that_refuse_each_other_are_closed_together(load: Load) -> None:
    schema, told = mended(load, {"allOf": [closed(id=TEXT), closed(name=TEXT)]})
    assert schema == {
        "allOf": [
            {"type": "object", "properties": {"id": TEXT}},
            {"type": "object", "properties": {"name": TEXT}},
        ],
        "properties": {"id": {}, "name": {}},
        "additionalProperties": False,
    }
    assert "closed together" in told


def test_a_schema_that_is_closed_beside_its_parts_takes_theirs(load: Load) -> None:
    base = {"type": "object", "properties": {"id": TEXT}}
    own = {"allOf": [{"$ref": "#/components/schemas/Base"}], **closed(name=TEXT)}
    schema, told = mended(load, own, Base=base)
    assert schema["allOf"] == [{"$ref": "#/components/schemas/Base"}]
    assert schema["properties"] == {"id": {}, "name": TEXT}
    assert "closed together" in told


def test_a_part_that_is_closed_elsewhere_too_stays_so_there(load: Load) -> None:
    parts = [{"$ref": "#/components/schemas/Base"}, {"properties": {"name": TEXT}}]
    document = load(
        {
            **document_of(answering({"allOf": parts})),
            "components": {"schemas": {"Base": closed(id=TEXT)}},
        }
    )
    assert document.spec["components"]["schemas"]["Base"]["additionalProperties"] is False
    assert "additionalProperties" not in answer_schema(document)["allOf"][0]


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [closed(id=TEXT), {"properties": {"id": TEXT}}]},
        {"allOf": [closed(id=TEXT), {"additionalProperties": TEXT, "properties": {"a": TEXT}}]},
        {"allOf": [closed(id=TEXT), {"oneOf": [{"properties": {"name": TEXT}}]}]},
        {"allOf": [{"properties": {"id": TEXT}}, {"properties": {"name": TEXT}}]},
    ],
)
def test_what_does_not_contradict_itself_or_not_plainly_stays_as_it_is(
    load: Load, schema: Any
) -> None:
    assert mended(load, schema) == (schema, "")
