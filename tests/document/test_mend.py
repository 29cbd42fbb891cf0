"""Laws of mending: each common fault is repaired, told with its place, and refused when strict."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.document.mend_schema import mend_schema
from mockserver.errors import DocumentError
from tests.document.documents import Load, answer_schema, answering, document_of, messages

ANSWER = {"200": {"description": ""}}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "default": 1}, {"type": "string", "default": "1"}),
        ({"type": "string", "default": True}, {"type": "string", "default": "true"}),
        ({"type": "integer", "default": "1"}, {"type": "integer", "default": 1}),
        ({"type": "integer", "default": "many"}, {"type": "integer"}),
        ({"type": "number", "default": "inf"}, {"type": "number"}),
        ({"type": "boolean", "default": "True"}, {"type": "boolean", "default": True}),
        ({"type": "integer", "enum": [2], "default": "1"}, {"type": "integer", "enum": [2]}),
        ({"type": "boolean", "default": None}, {"type": "boolean"}),
        ({"enum": ["a"], "default": "b"}, {"enum": ["a"]}),
        (
            {"type": "array", "enum": ["a"], "items": {"type": "string"}},
            {"type": "array", "items": {"type": "string", "enum": ["a"]}},
        ),
        ({"type": "array"}, {"type": "array", "items": {}}),
        ({"required": True, "type": "string"}, {"type": "string"}),
        ({"type": "mixed type"}, {}),
        ({"type": "float"}, {"type": "number", "format": "float"}),
        ({"properties": ["a"]}, {}),
        ({"allOf": {"type": "string"}}, {"allOf": [{"type": "string"}]}),
        ({"anyOf": []}, {}),
        ({"minLength": "3"}, {"minLength": 3}),
        ({"maxItems": -1}, {}),
        ({"maximum": "many"}, {}),
        ({"nullable": "true"}, {"nullable": True}),
        ({"pattern": 7}, {}),
        ({"pattern": "/^[a-z]+$/"}, {"pattern": "^[a-z]+$"}),
        ({"pattern": "/[a-z]\\/b$/u"}, {"pattern": "[a-z]\\/b$"}),
        ({"pattern": "/^a/gi"}, {"pattern": "(?i)^a"}),
        ({"patternProperties": {"/^x-/": {}}}, {"patternProperties": {"^x-": {}}}),
        ({"patternProperties": []}, {}),
        ({"enum": []}, {}),
        ("string", {}),
    ],
)
def test_a_fault_of_a_schema_is_mended_and_told(schema: Any, expected: Any) -> None:
    told: list[str] = []
    assert mend_schema(schema, told.append) == expected
    assert len(told) == 1


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"nullable": True, "enum": ["a"]}, {"nullable": True, "enum": ["a", None]}),
        ({"enum": ["a", None]}, {"enum": ["a", None], "nullable": True}),
        ({"required": []}, {}),
        ({"pattern": "/users/"}, {"pattern": "/users/"}),
        ({"pattern": "^/v1/$"}, {"pattern": "^/v1/$"}),
        ({"pattern": "/cost in \\$/"}, {"pattern": "/cost in \\$/"}),
        ({"required": ["a", "a"]}, {"required": ["a"]}),
        ({"type": "integer", "default": 1.0}, {"type": "integer", "default": 1.0}),
        (
            {"type": "string", "nullable": True, "default": None},
            {"type": "string", "nullable": True, "default": None},
        ),
        ({"items": [{"type": "string"}]}, {"prefixItems": [{"type": "string"}], "items": {}}),
    ],
)
def test_what_only_needs_other_words_is_not_told(schema: Any, expected: Any) -> None:
    told: list[str] = []
    assert mend_schema(schema, told.append) == expected
    assert not told


def test_a_media_type_that_is_told_by_a_word_is_spelled_out(load: Load) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    operation = {
        "parameters": [{"name": "body", "in": "body", "schema": schema}],
        "responses": {"201": {"description": "", "schema": schema}},
    }
    document = load(
        {
            "swagger": "2.0",
            "info": {"title": "a", "version": "1"},
            "consumes": ["json"],
            "produces": ["json"],
            "paths": {"/a": {"post": operation}},
        }
    )
    mended = document.spec["paths"]["/a"]["post"]
    assert list(mended["requestBody"]["content"]) == ["application/json"]
    assert list(mended["responses"]["201"]["content"]) == ["application/json"]
    assert "json is no media type; read as application/json" in messages(document)


def test_missing_info_is_filled_in(load: Load) -> None:
    document = load({"openapi": "3.0.0", "paths": answering({})}, "shop.json")
    assert document.spec["info"] == {"title": "shop", "version": "0"}
    assert "/info/title" in messages(document)


def test_a_version_that_is_a_number_becomes_text(load: Load) -> None:
    document = load(
        {"openapi": "3.0.0", "info": {"title": "a", "version": 2}, "paths": answering({})}
    )
    assert document.spec["info"]["version"] == "2"


def test_missing_and_duplicated_operation_ids_become_unique(load: Load) -> None:
    operations = [{"responses": ANSWER}, {"responses": ANSWER, "operationId": "do"}]
    paths = {
        "/a/{id}.json": {"get": operations[0]},
        "/b": {"get": operations[1], "put": operations[1]},
        "/a/id/json": {"get": operations[0]},
    }
    document = load(document_of(paths))
    ids = [
        item[method]["operationId"]
        for item in document.spec["paths"].values()
        for method in item
        if method != "parameters"
    ]
    assert ids == ["get_a_id_json", "do", "put_b", "get_a_id_json_2"]


def test_an_undeclared_path_parameter_is_taken_as_text(load: Load) -> None:
    document = load(document_of({"/a/{id}": {"get": {"operationId": "a", "responses": ANSWER}}}))
    assert document.spec["paths"]["/a/{id}"]["get"]["parameters"] == [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    ]
    assert "the path parameter id is not declared" in messages(document)


def test_a_path_parameter_of_the_path_item_counts_as_declared(load: Load) -> None:
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    item = {"parameters": [parameter], "get": {"operationId": "a", "responses": ANSWER}}
    document = load(document_of({"/a/{id}": item}), strict=True)
    assert document.spec["paths"]["/a/{id}"] == item


def test_a_surplus_path_parameter_is_dropped(load: Load) -> None:
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    document = load(document_of(answering({}, parameters=[parameter])))
    assert document.spec["paths"]["/things"]["get"]["parameters"] == []
    assert "is not in the path" in messages(document)


def test_a_parameter_that_stands_twice_counts_once(load: Load) -> None:
    first, second = (
        {"name": "a", "in": "query", "schema": {"type": kind}} for kind in ("string", "integer")
    )
    document = load(document_of(answering({}, parameters=[first, second])))
    assert document.spec["paths"]["/things"]["get"]["parameters"] == [first]


@pytest.mark.parametrize(
    "parameter", [{"in": "query"}, {"name": "a"}, {"name": "a", "in": "body"}, "page", None]
)
def test_a_parameter_that_cannot_be_understood_is_dropped(load: Load, parameter: Any) -> None:
    document = load(document_of(answering({}, parameters=[parameter])))
    assert document.spec["paths"]["/things"]["get"]["parameters"] == []
    assert document.warnings


def test_a_parameter_written_as_in_2_0_gets_a_schema(load: Load) -> None:
    document = load(
        document_of(answering({}, parameters=[{"name": "a", "in": "query", "type": "integer"}]))
    )
    assert document.spec["paths"]["/things"]["get"]["parameters"] == [
        {"name": "a", "in": "query", "schema": {"type": "integer"}}
    ]


@pytest.mark.parametrize("responses", [None, {}, [], {"ok": {}}, {"x-note": "none"}])
def test_missing_responses_become_an_empty_default(load: Load, responses: Any) -> None:
    document = load(document_of(answering({}, responses=responses)))
    assert document.spec["paths"]["/things"]["get"]["responses"] == {"default": {"description": ""}}
    assert document.warnings


def test_unquoted_and_lower_case_status_codes_are_read(load: Load) -> None:
    text = "openapi: 3.0.0\ninfo: {title: a, version: '1'}\npaths:\n  /a:\n    get:\n      operationId: a\n"
    text += "      responses:\n        200: {description: a}\n        4xx: {description: b}\n"
    document = load(text, "a.yaml")
    assert list(document.spec["paths"]["/a"]["get"]["responses"]) == ["200", "4XX"]


def test_a_response_without_a_description_gets_an_empty_one(load: Load) -> None:
    document = load(document_of(answering({}, responses={"200": {}})))
    assert document.spec["paths"]["/things"]["get"]["responses"] == ANSWER
    assert "no description" in messages(document)


def test_a_description_that_is_no_text_is_mended(load: Load) -> None:
    schema = {"description": 3, "properties": {"a": {"description": None}}}
    assert answer_schema(load(document_of(answering(schema)))) == {
        "description": "3",
        "properties": {"a": {}},
    }


def test_a_requirement_of_an_undefined_scheme_is_dropped(load: Load) -> None:
    schemes = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    security: list[dict[str, Any]] = [{"key": []}, {"nobody": []}]
    document = load(
        document_of(
            answering({}, security=security),
            components={"securitySchemes": schemes},
            security=security,
        )
    )
    assert document.spec["security"] == [{"key": []}]
    assert document.spec["paths"]["/things"]["get"]["security"] == [{"key": []}]
    assert "scheme that is not defined" in messages(document)


def test_an_http_scheme_is_written_small_and_code_of_the_author_is_dropped(load: Load) -> None:
    scheme = {"type": "http", "scheme": "Basic", "x-basicInfoFunc": "app.auth.basic"}
    document = load(document_of(answering({}), components={"securitySchemes": {"basic": scheme}}))
    assert document.spec["components"]["securitySchemes"] == {
        "basic": {"type": "http", "scheme": "basic"}
    }


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("v1", {"url": "/v1"}),
        ("api.example.com/v1", {"url": "https://api.example.com/v1"}),
        ("https://{host}/", {"url": "https://{host}/", "variables": {"host": {"default": "host"}}}),
        (
            "https://a/{$$.env.id}",
            {"url": "https://a/{env_id}", "variables": {"env_id": {"default": "env_id"}}},
        ),
    ],
)
def test_a_server_gets_a_url_that_can_be_computed(load: Load, url: str, expected: Any) -> None:
    document = load(document_of(answering({}), servers=[{"url": url}]))
    assert document.spec["servers"] == [expected]
    assert document.warnings


def test_a_query_and_a_fragment_that_tell_nothing_apart_are_cut_off(load: Load) -> None:
    get = {"operationId": "a", "responses": ANSWER}
    paths = {
        "/a?action=list": {"get": get},
        "b#first": {"get": get},
        "/b#second": {"get": get, "post": get},
    }
    document = load(document_of(paths))
    assert {path: sorted(item) for path, item in document.spec["paths"].items()} == {
        "/a": ["get"],
        "/b": ["get", "post"],
    }
    assert "another path with this method" in messages(document)


def test_a_query_that_tells_paths_apart_stays(load: Load) -> None:
    def read(*names: str, place: str = "query") -> dict[str, Any]:
        parameters = [{"name": name, "in": place, "schema": {}} for name in names]
        return {"get": {"parameters": parameters, "responses": ANSWER}}

    paths = {
        "/b/{k}": read("k", place="path"),
        "/b/{key}?acl": read("key", place="path"),
        "/b/{k}#uploadId": read("uploadId"),
        "/b/{k}?mode={mode}": read("mode", place="path"),
    }
    document = load(document_of(paths))
    assert list(document.spec["paths"]) == [
        "/b/{k}",
        "/b/{key}?acl",
        "/b/{k}?uploadId",
        "/b/{k}?mode={mode}",
    ]
    last = document.spec["paths"]["/b/{k}?mode={mode}"]["get"]["parameters"]
    assert [(each["name"], each["in"]) for each in last] == [("mode", "query"), ("k", "path")]


def test_a_document_of_webhooks_only_loads_with_a_message(load: Load) -> None:
    document = load(
        {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "webhooks": {"ping": {}}}
    )
    assert document.spec["paths"] == {}
    assert "nothing can be served" in messages(document)


def test_a_finding_names_file_line_and_pointer(load: Load) -> None:
    text = "openapi: 3.0.0\ninfo: {title: a, version: '1'}\npaths:\n  /a/{id}:\n    get:\n      responses: {}\n"
    document = load(text, "a.yaml")
    finding = next(finding for finding in document.warnings if "responses" in finding.message)
    assert finding.source.endswith("a.yaml")
    assert (finding.line, finding.pointer) == (6, "/paths/~1a~1{id}/get/responses")
    assert str(finding).endswith(
        "a.yaml:6: at /paths/~1a~1{id}/get/responses there are no responses; an empty default taken"
    )


def test_a_fault_is_an_error_when_strict(load: Load) -> None:
    paths = answering({"type": "string", "default": 1})
    with pytest.raises(DocumentError, match="the default 1 is no string; read as '1'"):
        load(document_of(paths), strict=True)


def test_a_fault_that_is_not_mended_is_worded_by_the_validator_when_strict(load: Load) -> None:
    with pytest.raises(DocumentError, match=r"at /info/contact/email .* is not of type"):
        load(
            {
                "openapi": "3.0.3",
                "info": {"title": "a", "version": "1", "contact": {"email": 5}},
                "paths": answering({}),
            },
            strict=True,
        )
