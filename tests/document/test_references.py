"""Laws of references: where each leads, and what stands for one that leads nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.errors import DocumentError
from tests.document.documents import Load, answer_schema, answering, document_of, messages

STRING = {"type": "string"}
PET = {"$ref": "#/components/schemas/Pet"}


def test_a_schema_keeps_a_local_reference(load: Load) -> None:
    document = load(document_of(answering(PET), components={"schemas": {"Pet": STRING}}))
    assert answer_schema(document) == PET
    assert document.spec["components"]["schemas"] == {"Pet": STRING}


def test_a_component_that_only_points_at_another_keeps_its_name(load: Load) -> None:
    schemas = {"Image": {"$ref": "#/components/schemas/Picture"}, "Picture": STRING}
    document = load(
        document_of(
            answering({"$ref": "#/components/schemas/Image"}), components={"schemas": schemas}
        )
    )
    assert answer_schema(document) == {"$ref": "#/components/schemas/Image"}
    assert document.spec["components"]["schemas"] == schemas


def test_parameters_responses_bodies_and_headers_stand_in_their_places(load: Load) -> None:
    components = {
        "parameters": {"page": {"name": "page", "in": "query", "schema": STRING}},
        "responses": {
            "gone": {"description": "Gone", "headers": {"X-A": {"$ref": "#/components/headers/a"}}}
        },
        "headers": {"a": {"schema": STRING}},
        "requestBodies": {"body": {"content": {"application/json": {"schema": STRING}}}},
        "examples": {"one": {"value": 1}},
    }
    operation = {
        "operationId": "write",
        "parameters": [{"$ref": "#/components/parameters/page"}],
        "requestBody": {"$ref": "#/components/requestBodies/body"},
        "responses": {"410": {"$ref": "#/components/responses/gone"}},
    }
    made = load(document_of({"/a": {"post": operation}}, components=components)).spec["paths"][
        "/a"
    ]["post"]
    assert made["parameters"] == [{"name": "page", "in": "query", "schema": STRING}]
    assert made["requestBody"] == {"content": {"application/json": {"schema": STRING}}}
    assert made["responses"] == {
        "410": {"description": "Gone", "headers": {"X-A": {"schema": STRING}}}
    }


def test_a_schema_that_holds_itself_keeps_the_reference(load: Load) -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    document = load(document_of(answering(STRING), components={"schemas": {"Node": node}}))
    assert document.spec["components"]["schemas"]["Node"] == node


def test_schemas_of_other_files_become_components_with_their_own_names(load: Load) -> None:
    document = load(
        document_of(answering({"$ref": "more.json#/Pet"})),
        **{
            "more.json": {
                "Pet": {"properties": {"owner": {"$ref": "#/Owner"}, "dog": {"$ref": "dog.yaml"}}},
                "Owner": STRING,
            },
            "dog.yaml": "type: object\nproperties:\n  parent: {$ref: dog.yaml}\n",
        },
    )
    assert answer_schema(document) == PET
    assert document.spec["components"]["schemas"] == {
        "Pet": {
            "properties": {
                "owner": {"$ref": "#/components/schemas/Owner"},
                "dog": {"$ref": "#/components/schemas/dog"},
            }
        },
        "Owner": STRING,
        "dog": {"type": "object", "properties": {"parent": {"$ref": "#/components/schemas/dog"}}},
    }


def test_two_schemas_of_one_name_stay_two(load: Load) -> None:
    schema = {"properties": {"a": {"$ref": "one.json#/Pet"}, "b": {"$ref": "two.json#/Pet"}}}
    files = {"one.json": {"Pet": STRING}, "two.json": {"Pet": {"type": "integer"}}}
    document = load(document_of(answering(schema)), **files)
    names = [
        value["$ref"].rpartition("/")[2] for value in answer_schema(document)["properties"].values()
    ]
    assert [document.spec["components"]["schemas"][name]["type"] for name in names] == [
        "string",
        "integer",
    ]


def test_a_section_may_stand_in_another_file(load: Load) -> None:
    document = load(
        document_of(answering(PET), components={"schemas": {"$ref": "schemas/_index.json"}}),
        **{
            "schemas__index.json": {},
            "schemas/_index.json": {"Pet": {"$ref": "./Pet.json"}},
            "schemas/Pet.json": STRING,
        },
    )
    assert document.spec["components"]["schemas"] == {"Pet": STRING}


def test_a_path_item_may_stand_in_another_file(load: Load) -> None:
    item = answering({"$ref": "#/Thing"})["/things"]
    files = {"paths/things.json": item | {"Thing": STRING}}
    document = load(document_of({"/things": {"$ref": "paths/things.json"}}), **files)
    assert answer_schema(document) == {"$ref": "#/components/schemas/Thing"}


def test_a_reference_may_lead_into_a_path(load: Load) -> None:
    way = "#/paths/~1a~1%7Bid%7D/get/responses/200/content/application~1json/schema"
    paths = answering({"$ref": way})
    inner = answering({"type": "integer"})["/things"]["get"] | {"operationId": "a"}
    paths["/a/{id}"] = {
        "get": inner,
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": STRING}],
    }
    document = load(document_of(paths))
    name = answer_schema(document)["$ref"].rpartition("/")[2]
    assert document.spec["components"]["schemas"][name] == {"type": "integer"}


def test_siblings_with_an_effect_stay_beside_a_reference(load: Load) -> None:
    document = load(
        document_of(answering(PET | {"nullable": True}), components={"schemas": {"Pet": STRING}})
    )
    assert answer_schema(document) == {"nullable": True, "allOf": [PET]}


def test_of_siblings_without_an_effect_the_words_stay(load: Load) -> None:
    document = load(
        document_of(
            answering(PET | {"description": "A pet", "title": "Pet"}),
            components={"schemas": {"Pet": STRING}},
        )
    )
    assert answer_schema(document) == PET | {"description": "A pet"}


def test_a_reference_in_example_data_is_data(load: Load) -> None:
    data = {"$ref": "https://example.com/Users/1"}
    document = load(
        document_of(answering({"type": "object", "example": data, "default": data, "enum": [data]}))
    )
    assert answer_schema(document) == {
        "type": "object",
        "example": data,
        "default": data,
        "enum": [data],
    }
    assert not document.warnings


def test_an_example_that_only_names_a_file_is_that_file(load: Load) -> None:
    document = load(
        document_of(answering({"example": {"$ref": "pet.json"}})), **{"pet.json": {"id": 1}}
    )
    assert answer_schema(document) == {"example": {"id": 1}}


def test_a_property_may_be_named_ref(load: Load) -> None:
    schema = {"type": "object", "properties": {"$ref": {"type": "string"}}}
    assert answer_schema(load(document_of(answering(schema)))) == schema


def test_a_description_may_stand_in_a_file(load: Load) -> None:
    paths = answering(STRING, description={"$ref": "docs/things.md"})
    document = load(document_of(paths), **{"docs/things.md": "# Things"})
    assert document.spec["paths"]["/things"]["get"]["description"] == "# Things"


@pytest.mark.parametrize(
    "target", ["#/components/schemas/Nobody", "missing.yaml", "https://example.com/pet.json"]
)
def test_a_schema_that_cannot_be_found_allows_everything_and_is_told(
    load: Load, target: str
) -> None:
    document = load(document_of(answering({"$ref": target})))
    assert answer_schema(document) == {}
    assert "anything is allowed there" in messages(document)


def test_a_parameter_that_cannot_be_found_is_left_out(load: Load) -> None:
    document = load(
        document_of(answering(STRING, parameters=[{"$ref": "https://example.com/p.json"}]))
    )
    assert document.spec["paths"]["/things"]["get"]["parameters"] == []


def test_a_dangling_reference_is_an_error_when_strict(load: Load) -> None:
    with pytest.raises(DocumentError, match="leads nowhere"):
        load(document_of(answering(PET)), strict=True)


@pytest.mark.parametrize("section", ["responses", "parameters"])
def test_references_in_a_circle_end(load: Load, section: str) -> None:
    circle: dict[str, Any] = {
        "a": {"$ref": f"#/components/{section}/b"},
        "b": {"$ref": f"#/components/{section}/a"},
    }
    document = load(document_of(answering(STRING), components={section: circle}))
    assert document.spec["paths"]["/things"]


def test_schemas_in_a_circle_of_files_end(load: Load) -> None:
    files = {"a.json": {"$ref": "b.json"}, "b.json": {"$ref": "a.json"}}
    document = load(document_of(answering({"$ref": "a.json"})), **files)
    assert answer_schema(document) == {}
    assert "circle" in messages(document)


def test_definitions_inside_a_schema_become_components(load: Load) -> None:
    pet = {"properties": {"tag": {"$ref": "#/$defs/Tag"}}, "$defs": {"Tag": STRING}}
    document = load(document_of(answering(PET), "3.1.0", components={"schemas": {"Pet": pet}}))
    assert document.spec["components"]["schemas"] == {
        "Pet": {"properties": {"tag": {"$ref": "#/components/schemas/Tag"}}},
        "Tag": STRING,
    }


def test_an_anchor_is_found(load: Load) -> None:
    schemas = {"Pet": {"$anchor": "pet", "type": "string"}}
    document = load(
        document_of(answering({"$ref": "#pet"}), "3.1.0", components={"schemas": schemas})
    )
    assert answer_schema(document) == PET


def test_a_discriminator_points_at_local_names(load: Load) -> None:
    schema = {
        "oneOf": [{"$ref": "dog.json"}],
        "discriminator": {"propertyName": "kind", "mapping": {"d": "dog.json"}},
    }
    document = load(document_of(answering(schema)), **{"dog.json": {"type": "object"}})
    assert answer_schema(document)["discriminator"]["mapping"] == {"d": "#/components/schemas/dog"}


def test_odd_names_of_components_are_made_plain(load: Load) -> None:
    schemas = {"Page«Pet»": STRING}
    document = load(
        document_of(
            answering({"$ref": "#/components/schemas/Page%C2%ABPet%C2%BB"}),
            components={"schemas": schemas},
        )
    )
    assert answer_schema(document) == {"$ref": "#/components/schemas/Page_Pet_"}
    assert document.spec["components"]["schemas"] == {"Page_Pet_": STRING}


def test_a_finding_and_a_pointer_lead_to_the_file_they_came_from(load: Load) -> None:
    pet = "type: object\nproperties:\n  tags:\n    type: array\n"
    document = load(document_of(answering({"$ref": "pet.yaml"})), **{"pet.yaml": pet})
    (finding,) = document.warnings
    assert finding.source.endswith("pet.yaml")
    assert finding.line == 3
    source, line = document.locate("/components/schemas/pet/properties/tags/type")
    assert (source.rpartition("/")[2], line) == ("pet.yaml", 4)
