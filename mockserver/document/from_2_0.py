"""A Swagger 2.0 document in, the same as OpenAPI 3.0.3 out (schemas' own keywords excepted).

Source of the rules: the OpenAPI 2.0 and 3.0.3 specifications side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockserver.document.grammar import METHODS

_SCHEMA_KEYWORDS = (
    *("type", "format", "items", "default", "enum", "pattern", "multipleOf", "uniqueItems"),
    *("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
    *("maxLength", "minLength", "maxItems", "minItems"),
    *("x-nullable", "x-example", "example"),
)
_MOVED = (
    *("swagger", "host", "basePath", "schemes", "consumes", "produces"),
    *("definitions", "parameters", "responses", "securityDefinitions"),
)
_STYLES: dict[str, dict[str, Any]] = {
    "multi": {"style": "form", "explode": True},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
}
_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_JSON = ["application/json"]


def from_2_0(document: dict[str, Any]) -> dict[str, Any]:
    """Give the OpenAPI 3.0.3 form of a Swagger 2.0 document whose references are settled.

    References to `#/definitions/...` are left to the pass over the schemas.
    """
    rest = {key: value for key, value in document.items() if key not in _MOVED}
    schemes = _dict(document.get("securityDefinitions"))
    components = {
        "schemas": _dict(document.get("definitions")),
        "securitySchemes": {name: _security_scheme(scheme) for name, scheme in schemes.items()},
    }
    paths = {
        path: _path_item(item, document) for path, item in _dict(document.get("paths")).items()
    }
    return (
        {"openapi": "3.0.3", "servers": _servers(document)}
        | rest
        | {"paths": paths, "components": components}
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _servers(document: dict[str, Any]) -> list[dict[str, Any]]:
    path = document.get("basePath")
    base = "/" + (path.strip("/") if isinstance(path, str) else "")
    host = document.get("host")
    if not isinstance(host, str) or not host:
        return [{"url": base}]
    schemes = [scheme for scheme in _list(document.get("schemes")) if isinstance(scheme, str)]
    return [{"url": f"{scheme}://{host}{base.rstrip('/')}"} for scheme in schemes or ["https"]]


def _security_scheme(scheme: Any) -> Any:
    if not isinstance(scheme, dict):
        return scheme
    if scheme.get("type") == "basic":
        return scheme | {"type": "http", "scheme": "basic"}
    if scheme.get("type") != "oauth2":
        return scheme
    moved = ("authorizationUrl", "tokenUrl", "scopes")
    flow = {key: scheme[key] for key in moved if key in scheme}
    name = _FLOWS.get(scheme.get("flow", ""), scheme.get("flow", "implicit"))
    rest = {key: value for key, value in scheme.items() if key not in (*moved, "flow")}
    return rest | {"flows": {name: {"scopes": {}} | flow}}


def _path_item(item: Any, document: dict[str, Any]) -> Any:
    if not isinstance(item, dict):
        return item
    shared = _list(item.get("parameters"))
    loose = [parameter for parameter in shared if not _is_body(parameter)]
    body = [parameter for parameter in shared if _is_body(parameter)]
    moved = {"parameters": [_parameter(parameter) for parameter in loose]} if loose else {}
    rest = {key: value for key, value in item.items() if key != "parameters"}
    operations = {
        method: _operation(item[method], body, document)
        for method in METHODS
        if isinstance(item.get(method), dict)
    }
    return rest | moved | operations


def _operation(
    operation: dict[str, Any], shared: list[Any], document: dict[str, Any]
) -> dict[str, Any]:
    """Convert an operation; `shared` are the body parameters of its path item."""
    dropped = ("parameters", "consumes", "produces", "schemes", "responses")
    rest = {key: value for key, value in operation.items() if key not in dropped}
    own = _list(operation.get("parameters"))
    loose = [_parameter(parameter) for parameter in own if not _is_body(parameter)]
    body = _request_body([*shared, *own], _media_types("consumes", operation, document))
    produces = _media_types("produces", operation, document) or _JSON
    responses = {
        code: _response(value, produces)
        for code, value in _dict(operation.get("responses")).items()
    }
    converted = {"parameters": loose, "requestBody": body, "responses": responses}
    return rest | {key: value for key, value in converted.items() if value}


def _media_types(field: str, operation: dict[str, Any], document: dict[str, Any]) -> list[str]:
    chosen = (
        operation[field] if isinstance(operation.get(field), list) else _list(document.get(field))
    )
    return [name for name in chosen if isinstance(name, str)]


def _is_body(parameter: Any) -> bool:
    return isinstance(parameter, dict) and parameter.get("in") in ("body", "formData")


def _request_body(parameters: Iterable[Any], consumes: list[str]) -> dict[str, Any] | None:
    carriers = [parameter for parameter in parameters if _is_body(parameter)]
    bodies = [parameter for parameter in carriers if parameter["in"] == "body"]
    if bodies:
        return _body(bodies[-1], consumes or _JSON)
    return _form(carriers, consumes) if carriers else None


def _body(parameter: dict[str, Any], consumes: list[str]) -> dict[str, Any]:
    kept = {key: parameter[key] for key in ("description", "required") if key in parameter}
    extensions = {key: value for key, value in parameter.items() if key.startswith("x-")}
    media = {"schema": parameter.get("schema", {})}
    return kept | extensions | {"content": dict.fromkeys(consumes, media)}


def _form(fields: list[dict[str, Any]], consumes: list[str]) -> dict[str, Any]:
    named = {field["name"]: field for field in fields if isinstance(field.get("name"), str)}
    required = [name for name, field in named.items() if field.get("required") is True]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {n: _form_field(f) for n, f in named.items()},
    }
    if required:
        schema["required"] = required
    has_file = any(field.get("type") == "file" for field in named.values())
    types = [name for name in consumes if name in _FORMS] or [_FORMS[0] if has_file else _FORMS[1]]
    return {"content": {name: {"schema": schema} for name in types}} | (
        {"required": True} if required else {}
    )


def _form_field(field: dict[str, Any]) -> dict[str, Any]:
    """Return the property of a form field, which is not empty unless `allowEmptyValue` says so
    (OpenAPI 2.0, Parameter Object).
    """
    description = {"description": field["description"]} if "description" in field else {}
    schema, rest = _lift(field)
    may_be_empty = rest.get("allowEmptyValue") is True or schema.get("default") == ""
    if schema.get("type") == "string" and "enum" not in schema and not may_be_empty:
        schema.setdefault("minLength", 1)
    return schema | description


def _lift(carrier: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part a parameter or header in its schema and the rest."""
    schema = {key: value for key, value in carrier.items() if key in _SCHEMA_KEYWORDS}
    rest = {key: value for key, value in carrier.items() if key not in _SCHEMA_KEYWORDS}
    return schema, rest


def _parameter(parameter: Any) -> Any:
    if not isinstance(parameter, dict):
        return parameter
    schema, rest = _lift(parameter)
    collection = rest.pop("collectionFormat", "csv")
    if schema.get("type") == "array" and parameter.get("in") in ("query", "path", "header"):
        form = (
            {"style": "form", "explode": False}
            if parameter["in"] == "query"
            else {"style": "simple"}
        )
        rest |= _STYLES.get(collection, form) if parameter["in"] == "query" else form
    return rest | {"schema": rest.get("schema", schema)}


def _response(response: Any, produces: list[str]) -> Any:
    if not isinstance(response, dict):
        return response
    rest = {
        key: value
        for key, value in response.items()
        if key not in ("schema", "examples", "headers")
    }
    examples = _dict(response.get("examples"))
    if "schema" in response or examples:
        rest["content"] = _content(response, examples, produces)
    headers = _dict(response.get("headers"))
    return rest | (
        {"headers": {name: _header(header) for name, header in headers.items()}} if headers else {}
    )


def _content(
    response: dict[str, Any], examples: dict[str, Any], produces: list[str]
) -> dict[str, Any]:
    schema = {"schema": response["schema"]} if "schema" in response else {}
    if schema.get("schema", {}) == {"type": "file"} and produces == _JSON:
        produces = ["application/octet-stream"]
    given = {name: {"example": value} for name, value in examples.items() if "/" in name}
    if examples and not given:  # a common slip: the example itself, without a media type
        given = {produces[0]: {"example": examples}}
    names = dict.fromkeys([*produces, *given] if schema else given)
    return {name: schema | given.get(name, {}) for name in names}


def _header(header: Any) -> Any:
    if not isinstance(header, dict):
        return header
    schema, rest = _lift(header)
    rest.pop("collectionFormat", None)
    return rest | {"schema": schema}
