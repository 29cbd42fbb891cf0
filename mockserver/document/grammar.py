"""The shape of OpenAPI 2.0 to 3.2 as a table, and one walk that rebuilds a document by it.

A value is only looked into where the table says what it is. Examples, defaults, enums and
extensions are data: nothing in them is a reference or a schema, whatever it looks like. In

    responses: {'200': {content: {application/json: {schema: ..., example: {schema: ...}}}}}

the first `schema` is one, by `operation.responses: map of response`, `response.content: map of
media` and `media.schema: one schema`; the second one is part of an example.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Literal, NamedTuple

from mockserver.document.pointers import Trail


class Shape(NamedTuple):
    """What a field holds: one object of a kind, or a map or a list of them."""

    container: Literal["one", "map", "list"]
    kind: str


def _one(kind: str, *fields: str) -> dict[str, Shape]:
    return dict.fromkeys(fields, Shape("one", kind))


def _map(kind: str, *fields: str) -> dict[str, Shape]:
    return dict.fromkeys(fields, Shape("map", kind))


def _list(kind: str, *fields: str) -> dict[str, Shape]:
    return dict.fromkeys(fields, Shape("list", kind))


REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
"""The words that refer to a schema; to anything else, only the first one does."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The methods of path items; the last one since OpenAPI 3.2."""

_TEXT = _one("text", "description", "summary", "title")
_SCHEMA = (
    _map("schema", "properties", "patternProperties", "dependentSchemas")
    | _list("schema", "allOf", "anyOf", "oneOf", "prefixItems")
    | _one(
        "schema", "items", "not", "if", "then", "else", "contains", "propertyNames", "contentSchema"
    )
    | _one("schema_or_flag", "additionalProperties", "additionalItems")
    | _one("schema_or_flag", "unevaluatedProperties", "unevaluatedItems")
    | _one("discriminator", "discriminator")
    | _TEXT
)
_CARRIER = _one("schema", "schema") | _map("media", "content") | _map("example", "examples") | _TEXT
_COMPONENTS = (
    _map("schema", "schemas")
    | _map("response", "responses")
    | _map("parameter", "parameters")
    | _map("example", "examples")
    | _map("request_body", "requestBodies")
    | _map("header", "headers")
    | _map("security_scheme", "securitySchemes")
    | _map("link", "links")
    | _map("callback", "callbacks")
    | _map("path_item", "pathItems")
    | _map("media", "mediaTypes")
)

FIELDS: dict[str, dict[str, Shape]] = {
    "document": _map("path_item", "paths", "webhooks", "x-webhooks")
    | _one("components", "components")
    | _one("info", "info")
    | _list("tag", "tags")
    | _map("schema", "definitions")
    | _map("parameter", "parameters")
    | _map("response", "responses")
    | _map("security_scheme", "securityDefinitions"),
    "components": _COMPONENTS,
    "info": _TEXT,
    "tag": _TEXT,
    "path_item": _one("operation", *METHODS)
    | _map("operation", "additionalOperations")
    | _list("parameter", "parameters")
    | _TEXT,
    "operation": _list("parameter", "parameters")
    | _one("request_body", "requestBody")
    | _map("response", "responses")
    | _map("callback", "callbacks")
    | _TEXT,
    "parameter": _CARRIER | _one("schema", "items"),
    "header": _CARRIER | _one("schema", "items"),
    "request_body": _map("media", "content") | _TEXT,
    "response": _one("schema", "schema")
    | _map("header", "headers")
    | _map("media", "content")
    | _map("link", "links")
    | _TEXT,
    "media": _one("schema", "schema", "itemSchema")
    | _map("example", "examples")
    | _map("encoding", "encoding"),
    "encoding": _map("header", "headers"),
    "callback": {},
    "schema": _SCHEMA,
    "schema_or_flag": _SCHEMA,
    "security_scheme": _TEXT,
    "example": _TEXT,
    "link": _TEXT,
    "discriminator": {},
    "text": {},
}

EXTENSIBLE = frozenset({"path_item", "response", "callback"})
"""Kinds whose maps may also hold `x-...` extensions beside the members."""


class _Signal(Enum):
    DROP = "drop"


_SCHEMAS = (Shape("one", "schema"), Shape("one", "schema_or_flag"))
_LONELY = Shape("list", "schema")  # one schema where a list belongs is a schema all the same

DROP: Any = _Signal.DROP
"""Returned by a visitor whose value has to go."""

Visitor = Callable[[Any, Trail], Any]
Follow = Callable[[dict[str, Any], Shape, Trail], Any]


class Walk:
    """One walk over a document.

    `visit` names a function for some kinds; it gets the rebuilt value, which is its own to change,
    and returns what takes its place; what is inside comes first. The kind "data" is all that is no
    OpenAPI object; it is not its own. `follow` is asked at every reference; without it references
    stay.
    """

    def __init__(self, visit: Mapping[str, Visitor], follow: Follow | None = None) -> None:
        self._visit = visit
        self._follow = follow
        self._data = visit.get("data")

    def rebuild(self, value: Any, shape: Shape, trail: Trail) -> Any:
        """Rebuild a value by its shape; a container of the wrong type is returned as it is."""
        if type(value) is dict and self._follow is not None and _is_reference(value, shape):
            return self._follow(value, shape, trail)
        if shape.container == "one" or (type(value) is dict and shape == _LONELY):
            return self._one(value, shape.kind, trail)
        if shape.container == "map" and type(value) is dict:
            return self._members(value, shape.kind, trail)
        if shape.container == "list" and type(value) is list:
            return self._entries(value, shape.kind, trail)
        return value

    def _one(self, value: Any, kind: str, trail: Trail) -> Any:
        if kind == "callback" and type(value) is dict:
            value = self._members(value, "path_item", trail)
        elif type(value) is dict:
            value = self._fields(value, FIELDS[kind], trail)
        elif type(value) is list and kind == "schema":
            return self._entries(
                value, kind, trail
            )  # `items` of several schemas, until draft 2019-09
        visitor = self._visit.get(kind)
        if visitor is None:
            return value
        return visitor(value, trail)

    def _fields(
        self, value: dict[str, Any], fields: dict[str, Shape], trail: Trail
    ) -> dict[str, Any]:
        rebuilt = {}
        for name, member in value.items():
            shape = fields.get(name)
            if shape is None:
                if self._data is not None and type(member) in (dict, list):
                    member = self._data(member, (trail, name))
            elif not (shape.kind == "text" and type(member) is str):
                member = self.rebuild(member, shape, (trail, name))
                if member is DROP:
                    continue
            rebuilt[name] = member
        return rebuilt

    def _members(self, value: dict[str, Any], kind: str, trail: Trail) -> dict[str, Any]:
        shape = Shape("one", kind)
        extensible = kind in EXTENSIBLE
        rebuilt = {}
        for name, member in value.items():
            if not (extensible and name.startswith("x-")):
                member = self.rebuild(member, shape, (trail, name))
                if member is DROP:
                    continue
            rebuilt[name] = member
        return rebuilt

    def _entries(self, value: list[Any], kind: str, trail: Trail) -> list[Any]:
        shape = Shape("one", kind)
        rebuilt = []
        for index, entry in enumerate(value):
            member = self.rebuild(entry, shape, (trail, str(index)))
            if member is not DROP:
                rebuilt.append(member)
        return rebuilt


def _is_reference(value: dict[str, Any], shape: Shape) -> bool:
    if value.keys().isdisjoint(REFERENCES):
        return False
    words = REFERENCES if shape in _SCHEMAS else ("$ref",)
    texts = [value.get(word) for word in words]
    return any(isinstance(text, str) for text in texts)


def walk_document(
    document: dict[str, Any], visit: Mapping[str, Visitor], trail: Trail
) -> dict[str, Any]:
    """Rebuild a whole document whose references are already settled."""
    rebuilt: dict[str, Any] = Walk(visit).rebuild(document, Shape("one", "document"), trail)
    return rebuilt
