"""Compile small documents that are given as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mockserver.apis import Api, load_model
from mockserver.model.describe import Schemas
from mockserver.model.types import DescribedSchema, Model, Operation, Resource

NO_DOCUMENT: Mapping[str, Any] = {}
HEAD = "openapi: 3.0.3\ninfo: {title: Small, version: '1'}\n"


@cache
def compiled(document: str, semantics: str = "") -> Model:
    """Return the model of a document, whose head may be left out, and a semantics file."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "small"
        folder.mkdir()
        text = document if document.lstrip().startswith(("openapi", "{")) else HEAD + document
        (folder / "openapi.yaml").write_text(text)
        if semantics:
            (folder / "semantics.yaml").write_text(semantics)
        return load_model(Api("small", str(folder), folder, None))


def operation(model: Model, label: str) -> Operation:
    return next(each for each in model.operations if each.label == label)


def only_resource(model: Model) -> Resource:
    (resource,) = model.resources.values()
    return resource


def schema_of(raw: Any, spec: Mapping[str, Any] = NO_DOCUMENT) -> DescribedSchema:
    """Return a schema that stands in a document, an empty one where none is given."""
    return Schemas(spec).schema(raw)


def thing(**properties: Any) -> dict[str, Any]:
    """Return an object schema; a property given as a text is of that type."""
    given = properties or {"id": "integer", "name": "string"}
    schemas = {
        name: {"type": each} if isinstance(each, str) else each for name, each in given.items()
    }
    return {"type": "object", "properties": schemas}


def many(item: Any = None) -> dict[str, Any]:
    return {"type": "array", "items": thing() if item is None else item}


def does(
    reply: Any = None, body: Any = None, status: int = 200, query: Iterable[str] = (), **more: Any
) -> Any:
    """Return an operation object: the schemas of its reply and its body, its status and its query
    parameters.
    """
    response: dict[str, Any] = {"description": "d"}
    if reply is not None:
        response["content"] = {"application/json": {"schema": reply}}
    made: dict[str, Any] = {"responses": {str(status): response}}
    if body is not None:
        made["requestBody"] = {"content": {"application/json": {"schema": body}}}
    made["parameters"] = [
        {"name": name, "in": "query", "schema": {"type": "string"}} for name in query
    ]
    return made | more


def document(paths: Mapping[str, Any], **more: Any) -> str:
    """Return a document as text; the path parameters are declared."""
    items = {
        path: {
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {}}
                for name in re.findall(r"\{(\w+)\}", path)
            ],
            **operations,
        }
        for path, operations in paths.items()
    }
    return json.dumps(
        {"openapi": "3.0.3", "info": {"title": "Small", "version": "1"}, "paths": items, **more}
    )


def small(paths: Mapping[str, Any], semantics: str = "", **more: Any) -> Model:
    return compiled(document(paths, **more), semantics)
