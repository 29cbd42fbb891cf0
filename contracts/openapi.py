"""What an OpenAPI document says of an operation, read from the document itself.

The mock plays `Operation.described`. What holds the mock to its document, or one document to
another, reads the document here, so that a fault of `mockserver.model.describe` can be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from mockserver.model.describe import operations as operations
from mockserver.model.describe import parameters as parameters
from mockserver.model.schema.parts import Composer
from mockserver.model.schema.parts import Spec as Spec
from mockserver.model.schema.parts import resolved as resolved
from mockserver.model.types.described import is_json as is_json
from mockserver.model.types.facts import type_of as type_of

Fields = Mapping[str, Any]
"""An object of a document, by the names of its fields."""


def operation_at(spec: Spec, path: str, method: str) -> Fields:
    """Return the operation object."""
    found: Fields = spec["paths"][path][method.lower()]
    return found


def flattened(spec: Spec, schema: Any) -> dict[str, Any]:
    """Return an object schema with the properties of `allOf`, and of the first choice, pulled
    together.
    """
    composer = Composer(partial(resolved, spec))
    return dict(composer.flat(schema))


def properties(spec: Spec, schema: Any) -> dict[str, Fields]:
    """Return the properties of an object schema, each resolved."""
    declared = flattened(spec, schema).get("properties") or {}
    found = {}
    for name, child in declared.items():
        found[str(name)] = of_value(spec, child)
    return found


def of_value(spec: Spec, schema: Any) -> Fields:
    """Return the schema of a value, resolved, with what the parts of `allOf` say where it is no
    object: frameworks write an enumeration with a default as `{"default": 1, "allOf": [{"$ref"}]}`.
    """
    own = resolved(spec, schema)
    parts = [of_value(spec, part) for part in own.get("allOf") or ()]
    if not parts or any("properties" in part or type_of(part) == "object" for part in parts):
        return own
    joined: dict[str, Any] = {}
    for part in parts:
        joined.update(part)
    for word, said in own.items():
        if word != "allOf":
            joined[word] = said
    return joined


def is_array(spec: Spec, schema: Any) -> bool:
    """Tell whether a schema is of a list."""
    flat = flattened(spec, schema)
    if type_of(flat) == "array":
        return True
    return "items" in flat and "properties" not in flat


def success_statuses(operation: Fields) -> list[int]:
    """Return the documented statuses of success, lowest first."""
    known = []
    is_class_documented = False
    for name in operation.get("responses") or {}:
        status = str(name)
        if status.upper() == "2XX":
            is_class_documented = True
        if status.isdigit() and 200 <= int(status) < 300:
            known.append(int(status))
    if not known and is_class_documented:
        return [200]
    return sorted(known)


def response_at(operation: Fields, status: int) -> Fields:
    """Return the response object for a status: its own, that of its class, or the default."""
    responses = operation.get("responses") or {}
    hundreds = status // 100
    for name in (str(status), f"{hundreds}XX", f"{hundreds}xx", "default"):
        found = responses.get(name)
        if isinstance(found, Mapping):
            return found
    return {}


def json_content(content: Any) -> tuple[str, Fields] | None:
    """Return media type and media type object for JSON, None when the content has none."""
    for media_type, media in (content or {}).items():
        if is_json(media_type) and isinstance(media, Mapping):
            return media_type, media
    return None


def success_schema(operation: Fields, preferred: int | None = None) -> Fields:
    """Return the schema of the JSON body of success, of the preferred status first; empty when
    there is none.
    """
    statuses = success_statuses(operation)
    if preferred in statuses:
        statuses.remove(preferred)
        statuses.insert(0, preferred)
    for status in statuses:
        content = response_at(operation, status).get("content")
        found = json_content(content)
        schema = found[1].get("schema") if found else None
        if isinstance(schema, Mapping):
            return schema
    return {}


def request_schema(operation: Fields) -> Fields:
    """Return the schema of the request body: JSON first, else the first media type."""
    body = operation.get("requestBody") or {}
    content = body.get("content") or {}
    _, media = json_content(content) or next(iter(content.items()), ("", {}))
    schema = media.get("schema") if isinstance(media, Mapping) else None
    return schema if isinstance(schema, Mapping) else {}


def is_at_or_below(path: str, item: str) -> bool:
    """Tell whether a path is that of an item, or of something below it."""
    return path == item or path.startswith(f"{item}/")
