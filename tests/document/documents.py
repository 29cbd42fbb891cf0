"""Small documents, and what to look at in loaded ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.document import Document

Load = Callable[..., Document]


def document_of(
    paths: dict[str, Any] | None = None, version: str = "3.0.3", **rest: Any
) -> dict[str, Any]:
    """Give a valid document around some paths."""
    key = "swagger" if version == "2.0" else "openapi"
    return {key: version, "info": {"title": "Tests", "version": "1"}, "paths": paths or {}, **rest}


def answering(schema: Any, **rest: Any) -> dict[str, Any]:
    """Give a path with one operation that answers by a schema."""
    content = {"application/json": {"schema": schema}}
    operation = {
        "operationId": "read",
        "responses": {"200": {"description": "", "content": content}},
    }
    return {"/things": {"get": operation | rest}}


def answer_schema(document: Document) -> Any:
    """Take the schema that `answering` put in."""
    response = document.spec["paths"]["/things"]["get"]["responses"]["200"]
    return response["content"]["application/json"]["schema"]


def messages(document: Document) -> str:
    """Join what was found in a document."""
    return "\n".join(map(str, document.warnings))
