"""Laws of the one dialect: what OpenAPI 2.0, 3.1 and 3.2 become, and that nothing changes twice."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.document.findings import Finding
from mockserver.document.grammar import FIELDS
from mockserver.document.normalize import normalize
from mockserver.document.schemas import to_3_0
from tests.document.documents import Load, answer_schema, answering, document_of

WORDS = sorted(
    {word for fields in FIELDS.values() for word in fields}
    | {
        "type",
        "enum",
        "default",
        "required",
        "const",
        "nullable",
        "name",
        "in",
        "url",
        "variables",
        "security",
    }
    | {
        "format",
        "example",
        "examples",
        "minimum",
        "exclusiveMinimum",
        "host",
        "produces",
        "flows",
        "scheme",
    }
    | {"$defs", "200", "/a/{b}", "/a?b", "x-a", "A", "B"}
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.floats(-2, 2)
    | st.text(max_size=3)
    | st.sampled_from(
        ["string", "null", "array", "object", "path", "query", "body", "formData", "file", "http"]
    )
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
    ),
    max_leaves=20,
)
OPERATIONS = st.dictionaries(
    st.sampled_from(
        ["parameters", "responses", "requestBody", "security", "operationId", "servers", "produces"]
    ),
    VALUES,
    max_size=4,
)
ITEMS = st.dictionaries(
    st.sampled_from(["get", "post", "parameters", "x-a", "query"]), OPERATIONS | VALUES, max_size=3
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "paths": st.dictionaries(
            st.sampled_from(["/a/{b}", "/a?b", "/a?c={d}", "/a#b", "/a", "x-a", "a"]),
            ITEMS | VALUES,
            max_size=3,
        ),
        "components": st.dictionaries(
            st.sampled_from(sorted(FIELDS["components"])), VALUES, max_size=2
        ),
        **dict.fromkeys(
            ("definitions", "security", "securityDefinitions", "servers", "info", "tags", "host"),
            VALUES,
        ),
    },
)
VERSIONS = st.sampled_from(
    [("openapi", "3.0.3"), ("openapi", "3.1.0"), ("openapi", "3.2.0"), ("swagger", "2.0")]
)


@given(DOCUMENTS, VERSIONS)
@settings(deadline=None, max_examples=150)
def test_normalizing_never_fails_changes_no_input_and_nothing_twice(
    value: Any, version: tuple[str, str]
) -> None:
    document = {version[0]: version[1], **value}
    before = copy.deepcopy(document)
    once = normalize(document, "tests", [])
    findings: list[Finding] = []
    assert normalize(once, "tests", findings) == once
    assert not [finding for finding in findings if finding.fault]
    assert document == before


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"type": ["integer"]}, {"type": "integer"}),
        ({"type": ["string", "integer"]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        ({"type": "null"}, {"enum": [None], "nullable": True}),
        ({"const": 1}, {"enum": [1]}),
        ({"exclusiveMinimum": 1}, {"minimum": 1, "exclusiveMinimum": True}),
        ({"minimum": 5, "exclusiveMinimum": 1}, {"minimum": 5}),
        ({"maximum": 5, "exclusiveMaximum": 5}, {"maximum": 5, "exclusiveMaximum": True}),
        ({"examples": [1, 2]}, {"example": 1}),
        ({"examples": []}, {}),
        (True, {}),
        (False, {"not": {}}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "string", "nullable": True}),
        (
            {"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
            {"nullable": True, "allOf": [{"$ref": "#/components/schemas/A"}]},
        ),
        (
            {"anyOf": [{}, {"minLength": 1}, {"type": "null"}]},
            {"anyOf": [{}, {"minLength": 1}], "nullable": True},
        ),
        ({"$schema": "x", "$id": "y", "$comment": "z", "$defs": {}}, {}),
        ({"type": "file"}, {"type": "string", "format": "binary"}),
        ({"x-nullable": True, "type": "string"}, {"type": "string", "nullable": True}),
        ({"discriminator": "kind"}, {"discriminator": {"propertyName": "kind"}}),
        ({"$ref": "#/definitions/A"}, {"$ref": "#/components/schemas/A"}),
        ({"contentMediaType": "image/png"}, {"contentMediaType": "image/png", "format": "binary"}),
    ],
)
def test_a_schema_is_said_in_the_words_of_3_0(schema: Any, expected: Any) -> None:
    assert to_3_0(copy.deepcopy(schema)) == expected
    assert to_3_0(copy.deepcopy(expected)) == expected


def test_keywords_beyond_3_0_stay_in_place(load: Load) -> None:
    schema = {
        "type": "object",
        "patternProperties": {"^x": {"type": ["string", "null"]}},
        "if": {"required": ["a"]},
        "then": {"const": 1},
        "unevaluatedProperties": False,
        "prefixItems": [{"const": 1}],
    }
    assert answer_schema(load(document_of(answering(schema), "3.1.0"))) == {
        "type": "object",
        "patternProperties": {"^x": {"type": "string", "nullable": True}},
        "if": {"required": ["a"]},
        "then": {"enum": [1]},
        "unevaluatedProperties": False,
        "prefixItems": [{"enum": [1]}],
    }


def test_webhooks_are_left_out_and_told_but_are_no_fault(load: Load) -> None:
    document = load(document_of(answering({}), "3.1.0", webhooks={"ping": {}}), strict=True)
    assert "webhooks" not in document.spec
    assert [(finding.pointer, finding.fault) for finding in document.warnings] == [
        ("/webhooks", False)
    ]


def test_a_path_item_among_the_components_is_put_in_its_place(load: Load) -> None:
    item = answering({"type": "string"})["/things"]
    paths = {"/things": {"$ref": "#/components/pathItems/things"}}
    document = load(document_of(paths, "3.1.0", components={"pathItems": {"things": item}}))
    assert document.spec["paths"]["/things"]["get"]["operationId"] == "read"
    assert "pathItems" not in document.spec["components"]


def test_methods_without_a_field_of_their_own_are_left_out_and_told(load: Load) -> None:
    paths = answering({})
    get = paths["/things"]["get"]
    paths["/things"] |= {
        "query": get | {"operationId": "search"},
        "additionalOperations": {"COPY": get | {"operationId": "copy"}},
    }
    document = load(document_of(paths, "3.2.0"))
    assert list(document.spec["paths"]["/things"]) == ["get", "query"]
    assert "left out" in str(document.warnings[0])


def test_the_schema_of_items_of_a_stream_stays(load: Load) -> None:
    media = {"itemSchema": {"type": ["string", "null"]}}
    response = {"description": "", "content": {"application/jsonl": media}}
    paths = {"/things": {"get": {"operationId": "read", "responses": {"200": response}}}}
    spec = load(document_of(paths, "3.2.0")).spec
    content = spec["paths"]["/things"]["get"]["responses"]["200"]["content"]
    assert content["application/jsonl"]["itemSchema"] == {"type": "string", "nullable": True}


@pytest.mark.parametrize(
    ("media_type", "example", "value"),
    [
        ("application/json", {"dataValue": {"a": 1}}, {"a": 1}),
        ("application/json", {"dataValue": [1], "serializedValue": "[1]"}, [1]),
        ("application/json", {"serializedValue": '{"a": 1}'}, {"a": 1}),
        ("application/json", {"serializedValue": "{"}, "{"),
        ("application/problem+json", {"dataValue": None}, None),
        ("application/json", {"value": 1, "dataValue": 2}, 1),
        ("text/csv", {"dataValue": [[1, 2]], "serializedValue": "1,2"}, "1,2"),
        ("application/xml", {"dataValue": {"a": 1}}, {"a": 1}),
        ("multipart/form-data", {"dataValue": {"a": 1}, "serializedValue": "--b"}, {"a": 1}),
    ],
)
def test_an_example_of_3_2_shows_its_value(
    load: Load, media_type: str, example: Any, value: Any
) -> None:
    media = {"examples": {"one": example}}
    response = {"description": "", "content": {media_type: media}}
    paths = {"/things": {"get": {"operationId": "read", "responses": {"200": response}}}}
    spec = load(document_of(paths, "3.2.0")).spec
    content = spec["paths"]["/things"]["get"]["responses"]["200"]["content"]
    assert content[media_type]["examples"] == {"one": {"value": value}}


@pytest.mark.parametrize(
    ("version", "spoken"), [("3.0.1", "3.0.1"), ("3.1.0", "3.1.0"), ("2.0", "2.0")]
)
def test_a_document_remembers_its_version_and_speaks_3_0_3(
    load: Load, version: str, spoken: str
) -> None:
    document = load(
        document_of({"/a": {"get": {"responses": {"200": {"description": ""}}}}}, version)
    )
    assert document.version == spoken
    assert document.spec["openapi"] == "3.0.3"
    assert "swagger" not in document.spec


def old(operation: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """Give a Swagger 2.0 document with one operation."""
    operation = {"operationId": "write", "responses": {"200": {"description": "OK"}}} | operation
    return document_of({"/things": {"post": operation}}, "2.0", **rest)


def made(load: Load, document: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = load(document, strict=True).spec["paths"]["/things"]["post"]
    return operation


def test_a_body_parameter_becomes_a_request_body(load: Load) -> None:
    body = {"in": "body", "name": "it", "required": True, "schema": {"$ref": "#/definitions/Thing"}}
    document = old(
        {"parameters": [body]},
        consumes=["application/xml"],
        definitions={"Thing": {"type": "object"}},
    )
    assert made(load, document)["requestBody"] == {
        "required": True,
        "content": {"application/xml": {"schema": {"$ref": "#/components/schemas/Thing"}}},
    }


@pytest.mark.parametrize(
    ("field", "least"),
    [
        ({}, 1),
        ({"allowEmptyValue": False}, 1),
        ({"minLength": 3}, 3),
        ({"format": "byte"}, 1),
        ({"allowEmptyValue": True}, None),
        ({"default": ""}, None),
        ({"enum": ["", "a"]}, None),
        ({"type": "integer"}, None),
    ],
)
def test_a_form_field_is_not_empty_unless_it_says_so(
    load: Load, field: dict[str, Any], least: int | None
) -> None:
    note = {"in": "formData", "name": "note", "type": "string", **field}
    content = made(load, old({"parameters": [note]}))["requestBody"]["content"]
    (media,) = content.values()
    assert media["schema"]["properties"]["note"].get("minLength") == least


def test_form_fields_become_an_object(load: Load) -> None:
    fields = [
        {"in": "formData", "name": "file", "type": "file", "required": True},
        {"in": "formData", "name": "note", "type": "string", "maxLength": 9},
    ]
    document = old({"parameters": fields, "consumes": ["multipart/form-data"]})
    assert made(load, document)["requestBody"] == {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "note": {"type": "string", "maxLength": 9, "minLength": 1},
                    },
                }
            }
        },
    }


@pytest.mark.parametrize(
    ("collection", "style"),
    [
        (None, {"style": "form", "explode": False}),
        ("csv", {"style": "form", "explode": False}),
        ("multi", {"style": "form", "explode": True}),
        ("ssv", {"style": "spaceDelimited", "explode": False}),
        ("pipes", {"style": "pipeDelimited", "explode": False}),
    ],
)
def test_the_format_of_a_collection_becomes_a_style(
    load: Load, collection: str | None, style: dict[str, Any]
) -> None:
    parameter: dict[str, Any] = {
        "in": "query",
        "name": "ids",
        "type": "array",
        "items": {"type": "integer"},
    }
    chosen = {"collectionFormat": collection} if collection else {}
    (result,) = made(load, old({"parameters": [parameter | chosen]}))["parameters"]
    assert result == {
        "in": "query",
        "name": "ids",
        "schema": {"type": "array", "items": {"type": "integer"}},
        **style,
    }


def test_a_response_gets_content_for_each_media_type(load: Load) -> None:
    response = {
        "description": "OK",
        "schema": {"type": "string"},
        "examples": {"application/json": "a"},
        "headers": {"X-Rate": {"type": "integer", "description": "Left"}},
    }
    document = old({"responses": {"200": response}, "produces": ["application/json", "text/plain"]})
    assert made(load, document)["responses"]["200"] == {
        "description": "OK",
        "content": {
            "application/json": {"schema": {"type": "string"}, "example": "a"},
            "text/plain": {"schema": {"type": "string"}},
        },
        "headers": {"X-Rate": {"schema": {"type": "integer"}, "description": "Left"}},
    }


def test_the_base_path_becomes_a_server(load: Load) -> None:
    document = load(old({}, host="api.example.com", basePath="/v1/", schemes=["https", "http"]))
    assert document.spec["servers"] == [
        {"url": "https://api.example.com/v1"},
        {"url": "http://api.example.com/v1"},
    ]
    assert load(old({}, basePath="/v1")).spec["servers"] == [{"url": "/v1"}]


def test_security_definitions_become_schemes(load: Load) -> None:
    flow = {
        "type": "oauth2",
        "flow": "accessCode",
        "authorizationUrl": "https://a",
        "tokenUrl": "https://t",
    }
    definitions = {"basic": {"type": "basic"}, "oauth": flow | {"scopes": {"read": "Read"}}}
    document = load(old({"security": [{"basic": []}]}, securityDefinitions=definitions))
    assert document.spec["components"]["securitySchemes"] == {
        "basic": {"type": "http", "scheme": "basic"},
        "oauth": {
            "type": "oauth2",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": "https://a",
                    "tokenUrl": "https://t",
                    "scopes": {"read": "Read"},
                }
            },
        },
    }


def test_a_pointer_into_an_old_document_is_located(load: Load) -> None:
    text = "swagger: '2.0'\ninfo: {title: a, version: '1'}\npaths: {}\ndefinitions:\n  Pet:\n    type: string\n"
    document = load(text, "swagger.yaml")
    assert document.locate("/components/schemas/Pet/type")[1] == 6
