"""What a document declares of an operation, read from the document itself.

This is for what compares documents or reads them by their pointers. What plays an operation reads
`Operation.described`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from mockserver.model.describe import METHODS as METHODS
from mockserver.model.describe import operations as operations
from mockserver.model.describe import parameters as parameters
from mockserver.model.parts import Composer
from mockserver.model.parts import Spec as Spec
from mockserver.model.parts import name_of as name_of
from mockserver.model.parts import resolved as resolved
from mockserver.model.types.described import is_json as is_json
from mockserver.model.types.facts import type_of as type_of


def operation_at(spec: Spec, path: str, method: str) -> Mapping[str, Any]:
    """Return the operation object."""
    found: Mapping[str, Any] = spec["paths"][path][method.lower()]
    return found


def flattened(spec: Spec, schema: Any) -> dict[str, Any]:
    """Return an object schema with the properties of `allOf`, and of the first choice, pulled
    together.
    """
    composer = Composer(partial(resolved, spec))
    return dict(composer.flat(schema))


def properties(spec: Spec, schema: Any) -> dict[str, Mapping[str, Any]]:
    """Return the properties of an object schema, each resolved."""
    found = flattened(spec, schema).get("properties") or {}
    return {str(name): resolved(spec, child) for name, child in found.items()}


def is_array(spec: Spec, schema: Any) -> bool:
    flat = flattened(spec, schema)
    return type_of(flat) == "array" or ("items" in flat and "properties" not in flat)


def success_statuses(operation: Mapping[str, Any]) -> list[int]:
    """Return the documented statuses of success, lowest first."""
    responses = operation.get("responses") or {}
    known = [
        int(status) for status in responses if str(status).isdigit() and 200 <= int(status) < 300
    ]
    return sorted(known) or ([200] if {"2XX", "2xx"} & set(map(str, responses)) else [])


def response_at(operation: Mapping[str, Any], status: int) -> Mapping[str, Any]:
    """Return the response object for a status: its own, that of its class, or the default."""
    responses = operation.get("responses") or {}
    for name in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        if isinstance(responses.get(name), Mapping):
            found: Mapping[str, Any] = responses[name]
            return found
    return {}


def json_content(content: Any) -> tuple[str, Mapping[str, Any]] | None:
    """Return media type and media type object for JSON, None when the content has none."""
    for media_type, media in (content or {}).items():
        if is_json(media_type) and isinstance(media, Mapping):
            return media_type, media
    return None


def success_schema(operation: Mapping[str, Any], preferred: int | None = None) -> Mapping[str, Any]:
    """Return the schema of the JSON body of success, of the preferred status first; empty when
    there is none.
    """
    for status in sorted(success_statuses(operation), key=lambda each: each != preferred):
        found = json_content(response_at(operation, status).get("content"))
        if found and isinstance(found[1].get("schema"), Mapping):
            schema: Mapping[str, Any] = found[1]["schema"]
            return schema
    return {}


def request_schema(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of the request body: JSON first, else the first media type."""
    content = (operation.get("requestBody") or {}).get("content") or {}
    found = json_content(content) or next(iter(content.items()), None)
    schema = found[1].get("schema") if found and isinstance(found[1], Mapping) else None
    return schema if isinstance(schema, Mapping) else {}


def success_media(operation: Mapping[str, Any], status: int) -> Mapping[str, Any] | None:
    """Return the media type object of a success response, JSON first; None when it has no body."""
    content = response_at(operation, status).get("content") or {}
    found = json_content(content)
    if found:
        return found[1]
    return next((media for media in content.values() if isinstance(media, Mapping)), None)
