"""What a document says of an operation is one value, made once."""

from __future__ import annotations

from typing import Any

import yaml

from mockserver.lookup import MISSING
from mockserver.model.describe import Schemas, describe
from mockserver.model.schema.schemas import Direction
from mockserver.model.types.described import Described

DOCUMENT = """
servers: [{url: https://e.com/v1}]
security: [{Key: []}]
paths:
  /pets:
    parameters: [{name: tag, in: query, schema: {type: string}}, {name: n, in: query, schema: {type: string}}]
    post:
      operationId: makePet
      deprecated: true
      x-note: seen
      parameters: [{name: n, in: query, schema: {type: integer}, style: pipeDelimited}]
      requestBody: {required: true, content: {
        text/csv: {schema: {type: string}},
        application/json: {schema: {$ref: '#/components/schemas/Pet'}, examples: {one: {value: {kind: Cat}}}}}}
      responses:
        '201': {description: made, headers: {Location: {required: true, schema: {type: string}}}, content: {
          application/json: {schema: {$ref: '#/components/schemas/Pet'}},
          application/xml: {schema: {type: string}, example: <a/>}}}
        4xx: {description: refused}
        default: {description: else}
      callbacks: {done: {'{$request.body#/url}': {post: {requestBody: {content: {application/json: {}}}}}}}
      security: [{}]
  /other:
    servers: [{url: /v2}]
    get: {responses: {}}
components:
  schemas:
    Pet:
      type: object
      required: [kind]
      properties: {kind: {type: string}, secret: {type: string, writeOnly: true}}
      discriminator: {propertyName: kind, mapping: {big: '#/components/schemas/Dog'}}
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
    Cat: {type: object, properties: {lives: {type: integer}}}
    Dog: {allOf: [{type: object, properties: {barks: {type: boolean}}}], required: [barks]}
    Node:
      type: object
      properties: {next: {$ref: '#/components/schemas/Node'}}
      oneOf: [{$ref: '#/components/schemas/Node'}]
"""
SPEC: dict[str, Any] = yaml.safe_load(DOCUMENT)


def described(label: str = "POST /pets") -> Described:
    return describe(SPEC, Schemas(SPEC))[label]


def test_parameters_of_the_path_go_to_its_operations_whose_own_win() -> None:
    found = {each.name: each for each in described().parameters}
    assert list(found) == ["tag", "n"]
    assert (found["n"].schema.type, found["n"].style, found["n"].explode) == (
        "integer",
        "pipeDelimited",
        False,
    )


def test_a_body_is_described_by_media_type_and_json_is_the_usual_one() -> None:
    request = described().request
    assert request is not None
    assert request.required
    assert list(request.content) == ["text/csv", "application/json"]
    assert request.content["application/json"].example == {"kind": "Cat"}
    assert request.content["text/csv"].example is MISSING
    schema = described().request_schema
    assert schema is not None
    assert schema.name == "Pet"


def test_a_response_is_found_by_status_then_by_class_then_by_default() -> None:
    operation = described()
    assert operation.response(201).description == "made"
    assert operation.response(404).description == "refused"
    assert operation.response(500).description == "else"
    assert operation.response(201).content["application/xml"].example == "<a/>"
    location = operation.response(201).header("location")
    assert location is not None
    assert location.required
    assert operation.success_statuses == [201]


def test_servers_and_security_of_an_operation_take_the_place_of_those_of_the_document() -> None:
    assert (described().servers, described("GET /other").servers) == (("/v1",), ("/v2",))
    assert described().security == ({},)
    assert described("GET /other").security == ({"Key": ()},)


def test_what_else_an_operation_says_is_kept() -> None:
    operation = described()
    assert (operation.operation_id, operation.deprecated) == ("makePet", True)
    assert operation.extensions == {"x-note": "seen"}
    (callback,) = operation.callbacks
    assert (callback.name, callback.method, callback.expression) == (
        "done",
        "POST",
        "{$request.body#/url}",
    )


def test_the_same_place_of_a_document_has_one_schema() -> None:
    schemas = Schemas(SPEC)
    operation = describe(SPEC, schemas)["POST /pets"]
    assert operation.request_schema is not None
    assert schemas.schema(operation.request_schema.raw) is operation.request_schema
    properties = operation.request_schema.properties
    assert operation.request_schema.properties is properties


def test_alternatives_are_kept_apart_with_the_tag_that_chooses_them() -> None:
    schema = described().request_schema
    assert schema is not None
    assert [(each.schema.name, each.tag) for each in schema.alternatives] == [
        ("Cat", "Cat"),
        ("Dog", "big"),
    ]
    assert set(schema.properties) == {"kind", "secret", "lives"}
    assert set(schema.all_properties) == {"kind", "secret", "lives", "barks"}
    assert schema.properties["secret"].is_write_only


def test_a_schema_that_holds_itself_is_described() -> None:
    schemas = Schemas(SPEC)
    node = schemas.schema({"$ref": "#/components/schemas/Node"})
    assert list(node.all_properties) == ["next"]
    assert list(node.properties["next"].properties["next"].properties) == ["next"]


def test_a_validator_is_compiled_once_for_each_direction() -> None:
    schema = Schemas(SPEC).schema(SPEC["components"]["schemas"]["Dog"])
    request = schema.validator(Direction.REQUEST)
    assert schema.validator(Direction.REQUEST) is request
    assert schema.validator(Direction.REPLY) is not request
    assert not request.is_valid({})
