"""An example that breaks the schema beside it is found, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.document import Document
from mockserver.document.normalize import normalize
from mockserver.model.report.review import broken_examples

SIZED = {"type": "object", "properties": {"size": {"type": "integer"}}}
GOOD, BAD = {"size": 1}, {"size": "large"}
READ = "/paths/~1n/get"
BODY = f"{READ}/responses/404/content/application~1json"


def found(operation: dict[str, Any], **components: Any) -> list[tuple[str, str]]:
    paths = {"/n": {"get": {"operationId": "read", "responses": {}} | operation}}
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}
    spec = normalize(document | {"components": components}, "t", [])
    findings = broken_examples(Document("t", "t.yaml", spec))
    return [(finding.pointer, finding.message) for finding in findings]


def answering(media_type: str = "application/json", **media: Any) -> dict[str, Any]:
    return {"responses": {"404": {"description": "", "content": {media_type: media}}}}


@pytest.mark.parametrize(
    ("operation", "pointer"),
    [
        (answering(schema=SIZED, example=BAD), f"{BODY}/example"),
        (
            answering(schema=SIZED, examples={"a": {"value": GOOD}, "b": {"value": BAD}}),
            f"{BODY}/examples/b/value",
        ),
        (answering(schema=SIZED | {"examples": [BAD]}), f"{BODY}/schema/example"),
        (
            answering(schema={"properties": {"size": {"type": "integer", "example": "large"}}}),
            f"{BODY}/schema/properties/size/example",
        ),
        (
            {"parameters": [{"name": "a", "in": "query", "schema": SIZED, "example": BAD}]},
            f"{READ}/parameters/0/example",
        ),
        (
            {"requestBody": {"content": {"application/json": {"schema": SIZED, "example": BAD}}}},
            f"{READ}/requestBody/content/application~1json/example",
        ),
    ],
)
def test_an_example_that_breaks_its_schema_is_found(operation: Any, pointer: str) -> None:
    ((place, message),) = found(operation)
    assert place == pointer
    assert '"large" is not of type "integer"' in message


def test_a_place_in_an_example_is_told() -> None:
    ((_, message),) = found(answering(schema=SIZED, example=BAD))
    assert message.startswith("the example breaks its schema at /size: ")


@pytest.mark.parametrize(
    "operation",
    [
        answering(schema=SIZED, example=GOOD),
        answering("application/xml", schema=SIZED, example="<n><size>1</size></n>"),
        answering(example=BAD),
        {"parameters": [{"name": "a", "in": "query", "schema": SIZED, "example": "size,1"}]},
        answering(schema={"$ref": "#/components/schemas/User"}, example={"name": "a"}),
        answering(schema={"$ref": "#/components/schemas/User"}, example={"id": 1}),
    ],
)
def test_an_example_that_may_be_right_is_let_be(operation: Any) -> None:
    properties = {"id": {"type": "integer", "readOnly": True}, "name": {"writeOnly": True}}
    user = {"type": "object", "required": ["id", "name"], "properties": properties}
    assert found(operation, schemas={"User": user}) == []
