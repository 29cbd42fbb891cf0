"""What one member of an error body tells: its name and schema in, a part of a template out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.model.declared import type_of
from mockserver.model.paths import bare
from mockserver.model.types import Schema, Template

MESSAGES = (
    "message",
    "detail",
    "errormessage",
    "errordescription",
    "msg",
    "description",
    "developermessage",
    "details",
    "reason",
    "error",
    "err",
    "text",
    "usermessage",
    "title",
)
"""Names of the text that says what is wrong, the most telling first."""
TITLES = ("title", "error", "err", "reason", "summary", "statustext", "statusmessage")
CODES = (
    "code",
    "errorcode",
    "type",
    "errortype",
    "kind",
    "key",
    "slug",
    "rule",
    "id",
    "error",
    "err",
)
STATUSES = (
    "status",
    "statuscode",
    "httpstatus",
    "httpcode",
    "httpstatuscode",
    "code",
    "errorcode",
    "error",
)
PROPERTIES = (
    "property",
    "field",
    "param",
    "parameter",
    "attribute",
    "name",
    "fieldname",
    "propertyname",
    "target",
    "key",
)
POINTERS = ("pointer", "path", "jsonpointer", "instancepath", "propertypath", "location", "source")
LISTS = (
    "errors",
    "violations",
    "details",
    "issues",
    "invalidparams",
    "messages",
    "fields",
    "fielderrors",
    "causes",
)
WAITS = (
    "retryafter",
    "retryafterseconds",
    "retryaftersec",
    "retryafters",
    "retryin",
    "retryinseconds",
)
NESTS = (
    "error",
    "errors",
    "err",
    "fault",
    "problem",
    "detail",
    "response",
    "failure",
    "status",
    "exception",
)
_TOLD_FORMATS = (None, "uri-reference", "json-pointer", "text", "string", "markdown", "html")


@dataclass(frozen=True, slots=True)
class Level:
    """Where in a shape an object stands: how deep, and whether it tells of one violation (else of
    the refusal).
    """

    depth: int = 0
    entry: bool = False
    placed: bool = True


def carrier_of(fields: Mapping[str, Schema]) -> str | None:
    """Return the member that holds the message: the text with the most telling name."""
    by_name = {bare(name): name for name in reversed(list(fields))}
    texts = (
        by_name[name] for name in MESSAGES if name in by_name and is_text(fields[by_name[name]])
    )
    return next((name for name in texts if _is_free(fields[name])), None)


def plain(name: str, schema: Schema, level: Level, names: set[str]) -> Template:
    """Return the template of a member that holds one value, None when its name says nothing."""
    match type_of(schema):
        case "boolean":
            return (
                False
                if name in ("success", "ok", "succeeded")
                else True
                if name in (*TITLES, "failed")
                else None
            )
        case "integer" | "number":
            return _number(schema) if name in STATUSES else None
        case "array" if level.entry and name in ("loc", "path"):
            return "{steps}" if level.placed else []
        case "string" | None if is_text(schema):
            return _word(name, schema, level, names)
    return None


def is_text(schema: Schema) -> bool:
    """Tell whether a schema may be a text."""
    return type_of(schema) == "string" or (
        type_of(schema) is None
        and not {"properties", "items", "additionalProperties"} & schema.keys()
    )


def text(schema: Schema, part: str) -> Template:
    """Return the part where the schema takes any text, else what it lists or what is made from
    it.
    """
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return {"$one_of": list(schema["enum"])}
    if (
        part == "about:blank"
        and schema.get("format") in (*_TOLD_FORMATS, "uri", "url")
        and "pattern" not in schema
    ):
        return part
    return part if _is_free(schema) else made_of(schema, "message")


def made_of(schema: Any, name: str) -> Template:
    """Return the part of a member that its schema alone describes; one that tells how long to wait
    tells that.
    """
    if bare(name) in WAITS and type_of(schema) in ("integer", "number"):
        return "{retry_s}"
    return {"$made": schema, "$name": name}


def _word(name: str, schema: Schema, level: Level, names: set[str]) -> Template:
    """Return the template of a text that is not the message."""
    if level.entry and name in (*PROPERTIES, *POINTERS):
        part = "{property}" if name in PROPERTIES else "{pointer}"
        return text(schema, part if level.placed else "")
    if level.entry and name in ("in", "place"):
        return text(schema, "{place}") if level.placed else None
    if name == "type" and "title" in names:
        return text(schema, "about:blank")
    if name in ("error", "err") and "errordescription" in names:
        return text(schema, "{kind}")
    if name in TITLES:
        return text(schema, "{title}")
    if name in STATUSES and name not in CODES:
        return text(schema, "{status_text}")
    return (
        text(schema, "{rule}" if level.entry and level.placed else "{kind}")
        if name in CODES
        else None
    )


def _number(schema: Schema) -> Template:
    if schema.get("enum"):
        return {"$one_of": list(schema["enum"])}
    low, high = schema.get("minimum", 0), schema.get("maximum", 1000)
    fits = (
        isinstance(low, int | float)
        and isinstance(high, int | float)
        and low <= 400
        and high >= 499
    )
    return "{status}" if fits else made_of(schema, "code")


def _is_free(schema: Schema) -> bool:
    """Tell whether a text may say anything."""
    longest = schema.get("maxLength", 1000)
    bounded = isinstance(longest, int) and longest < 40
    return (
        not bounded
        and not {"enum", "const", "pattern"} & schema.keys()
        and schema.get("format") in _TOLD_FORMATS
    )
