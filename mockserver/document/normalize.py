"""A document with settled references in any dialect in, the one dialect of this project out.

That dialect is OpenAPI 3.0.3, mended, plus those JSON Schema keywords which 3.0 does not know:

    openapi: 3.1.0
    paths: {/pets: {get: {responses: {'200': {content: {application/json: {schema:
        {type: [integer, 'null'], exclusiveMinimum: 0}}}}}}}}

becomes, with what is missing filled in,

    openapi: 3.0.3
    paths: {/pets: {get: {operationId: get_pets, responses: {'200': {description: '', content:
        {application/json: {schema:
            {type: integer, nullable: true, minimum: 0, exclusiveMinimum: true}}}}}}}}

First the frame is rewritten (`from_2_0`, `from_3_1`); then one walk from the inside outward
rewrites (`schemas`) and mends (`mend_schema`) each schema and cleans what the frame is made of;
where schemas extend one, `inheritance` says so as a choice; at last `mend` looks at what hangs
together: paths, operations, security, servers.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from mockserver.document.closure import close_together
from mockserver.document.findings import Finding
from mockserver.document.from_2_0 import from_2_0
from mockserver.document.from_3_1 import from_3_1
from mockserver.document.grammar import DROP, walk_document
from mockserver.document.inheritance import spread
from mockserver.document.mend import mend
from mockserver.document.mend_schema import mend_schema
from mockserver.document.pointers import MISSING, Place, Trail, place_of, split
from mockserver.document.schemas import to_3_0

_PLACES = ("query", "path", "header", "cookie")
_EXAMPLE_VALUES = ("dataValue", "serializedValue")
_DATA = re.compile("json|^multipart/|x-www-form-urlencoded")
"""Media types whose bodies are made of data."""
_SHORT = {
    "json": "application/json",
    "xml": "application/xml",
    "yaml": "application/yaml",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
    "text": "text/plain",
    "plain": "text/plain",
    "html": "text/html",
    "csv": "text/csv",
    "binary": "application/octet-stream",
}
"""Words that stand for a media type."""
_LIFTED = (
    "type",
    "format",
    "items",
    "enum",
    "default",
    "minimum",
    "maximum",
    "pattern",
    "minLength",
    "maxLength",
)


def normalize(document: dict[str, Any], name: str, findings: list[Finding]) -> dict[str, Any]:
    """Convert and mend a document without changing it; idempotent.

    `name` becomes its title where it has none. Pointers of the findings are into the result.
    """
    version = str(document.get("openapi", ""))
    lowered = from_3_1(from_2_0(document) if "swagger" in document else document, findings)
    visits = _Visits(version, findings)
    rebuilt = walk_document(lowered, visits.table(), Place("", ""))
    close_together(rebuilt, visits.composed, findings)
    spread(rebuilt)
    return mend(rebuilt, name, findings)


def _example_value(data: Any, text: Any, media_type: str) -> Any:
    """Choose what an example shows: its data, but its text in a form that only it can show."""
    is_data = "/" not in media_type or _DATA.search(media_type) is not None
    if text is MISSING or (is_data and data is not MISSING):
        return data
    if "json" in media_type and isinstance(text, str):
        with suppress(ValueError):
            return json.loads(text)
    return text


class _Visits:
    """What is done to each kind of object on the walk."""

    def __init__(self, version: str, findings: list[Finding]) -> None:
        self._findings = findings
        self.composed: list[str] = []
        self._modern = version.startswith(("3.1", "3.2"))
        self._terse = version.startswith("3.2")  # responses need no description

    def table(self) -> dict[str, Any]:
        return {
            "schema": self._schema,
            "schema_or_flag": self._schema_or_flag,
            "text": self._text,
            "parameter": self._parameter,
            "response": self._response,
            "request_body": self._request_body,
            "media": self._media,
            "header": self._media,
            "example": self._example,
        }

    def _tell(self, trail: Trail, message: str) -> None:
        self._findings.append(Finding(message, place_of(trail).pointer))

    def _schema(self, value: Any, trail: Trail) -> Any:
        if type(value) is dict or type(value) is bool:
            value = to_3_0(value)
            if self._modern and value.get("type") == "array" and "prefixItems" not in value:
                value.setdefault("items", {})  # which 3.0 demands, but 3.1 does not
        mended = mend_schema(value, lambda message: self._tell(trail, message))
        if "allOf" in mended:
            self.composed.append(place_of(trail).pointer)
        return mended

    def _schema_or_flag(self, value: Any, trail: Trail) -> Any:
        return value if isinstance(value, bool) else self._schema(value, trail)

    def _text(self, value: Any, trail: Trail) -> Any:
        if value is None or isinstance(value, dict | list):
            self._tell(trail, "this is no text; dropped")
            return DROP
        self._tell(trail, "this is no text; taken as such")
        return str(value)

    def _parameter(self, value: Any, trail: Trail) -> Any:
        if (
            not isinstance(value, dict)
            or value.get("in") not in _PLACES
            or not isinstance(value.get("name"), str)
        ):
            self._tell(
                trail, f"a parameter without a name, or not in one of {', '.join(_PLACES)}; dropped"
            )
            return DROP
        if value["in"] == "path" and value.get("required") is not True:
            self._tell(trail, f"the path parameter {value['name']} is required whatever it says")
            value["required"] = True
        if "schema" not in value and not isinstance(value.get("content"), dict):
            self._tell(trail, f"the parameter {value['name']} has no schema; mended")
            lifted = {keyword: value.pop(keyword) for keyword in _LIFTED if keyword in value}
            value["schema"] = self._schema(lifted or {"type": "string"}, trail)
        return value

    def _response(self, value: Any, trail: Trail) -> Any:
        if not isinstance(value, dict):
            self._tell(trail, "this is no response; an empty one taken")
            return {"description": ""}
        if not isinstance(value.get("description"), str):
            if not self._terse:
                self._tell(trail, "the response has no description; an empty one taken")
            value["description"] = ""
        return self._contents(value, trail)

    def _request_body(self, value: Any, trail: Trail) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("content"), dict):
            self._tell(trail, "a request body without content; dropped")
            return DROP
        return self._media_types(value, trail)

    def _contents(self, value: dict[str, Any], trail: Trail) -> dict[str, Any]:
        for field in ("content", "headers"):
            if field in value and not isinstance(value[field], dict):
                self._tell(trail, f"{field} is no map; dropped")
                del value[field]
        return self._media_types(value, trail)

    def _media_types(self, value: dict[str, Any], trail: Trail) -> dict[str, Any]:
        """Spell out media types that are told by a word: json is application/json."""
        content = value.get("content", {})
        for word in [name for name in content if name in _SHORT]:
            meant = _SHORT[word]
            self._tell(trail, f"{word} is no media type; read as {meant}")
            content.setdefault(meant, content.pop(word))
        return value

    def _example(self, value: Any, trail: Trail) -> Any:
        """Say the two values of an OpenAPI 3.2 example (section 4.19) with the one of 3.0."""
        if not isinstance(value, dict) or value.keys().isdisjoint(_EXAMPLE_VALUES):
            return value
        data, text = (value.pop(word, MISSING) for word in _EXAMPLE_VALUES)
        *_, media_type, _, _ = ["", *split(place_of(trail).pointer)]
        if "value" not in value:
            value["value"] = _example_value(data, text, media_type)
        return value

    def _media(self, value: Any, trail: Trail) -> Any:
        if isinstance(value, dict):
            return value
        if value is not None:
            self._tell(trail, "this is no object; dropped")
            return DROP
        return {}
