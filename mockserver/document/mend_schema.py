"""One schema in OpenAPI 3.0.3's words in, the same without its common faults out, and the
findings.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from mockserver.document.schemas import Schema

Tell = Callable[[str], None]

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
_LITERAL = re.compile(r"/(.+)/([dgimsuvy]*)", re.DOTALL)
_ENDS = re.compile(r"(?<!\\)(\\\\)*\$$")
_SLIPS: dict[str, dict[str, Any]] = {
    "int": {"type": "integer"},
    "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64"},
    "long": {"type": "integer", "format": "int64"},
    "float": {"type": "number", "format": "float"},
    "double": {"type": "number", "format": "double"},
    "decimal": {"type": "number"},
    "bool": {"type": "boolean"},
    "str": {"type": "string"},
    "text": {"type": "string"},
    "uuid": {"type": "string", "format": "uuid"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "date-time": {"type": "string", "format": "date-time"},
    "list": {"type": "array"},
    "dict": {"type": "object"},
    "map": {"type": "object"},
    "hash": {"type": "object"},
    "any": {},
}


def mend_schema(schema: Any, tell: Tell) -> Schema:
    """Mend a schema, which is the caller's own and may be changed; idempotent. `tell` gets each
    message.
    """
    if not isinstance(schema, dict):
        tell(f"{schema!r:.60} is no schema; anything is allowed there")
        return {}
    for keyword in [keyword for keyword in _FAULTS if keyword in schema]:
        if keyword in schema:
            _FAULTS[keyword](schema, tell)
    return schema


def _type(schema: Schema, tell: Tell) -> None:
    kind = schema["type"]
    if not isinstance(kind, str) or kind not in _TYPES:
        del schema["type"]
        meant = _SLIPS.get(kind.lower(), {}) if isinstance(kind, str) else {}
        tell(f"{kind!r:.60} is no type; read as {meant.get('type', 'any type')}")
        for keyword, value in meant.items():
            schema.setdefault(keyword, value)
    if schema.get("type") == "array" and "items" not in schema and "prefixItems" not in schema:
        schema["items"] = {}
        tell("an array without items; any items are allowed")


def _items(schema: Schema, _tell: Tell) -> None:
    """Say a list of item schemas (JSON Schema until draft 2019-09) with the newer prefixItems."""
    if isinstance(schema["items"], list):
        schema["prefixItems"] = schema["items"]
        schema["items"] = {}


def _enum(schema: Schema, tell: Tell) -> None:
    values = schema["enum"]
    if not isinstance(values, list) or not values:
        del schema["enum"]
        tell("an enum that lists nothing; dropped")
    elif schema.get("type") == "array" and not any(
        isinstance(value, list | None) for value in values
    ):
        del schema["enum"]
        schema["items"] = (
            {"enum": values} | schema["items"] if isinstance(schema.get("items"), dict) else {}
        )
        tell("an enum of the items stands on the array; moved to the items")
    elif None in values:
        schema.setdefault("nullable", True)
    elif schema.get("nullable") is True:
        schema["enum"] = [*values, None]


def _default(schema: Schema, tell: Tell) -> None:
    default = schema["default"]
    if _fits(default, schema):
        return
    meant = _read(default, schema.get("type"))
    if meant is not None and _fits(meant, schema):
        schema["default"] = meant
        tell(f"the default {default!r:.60} is no {schema['type']}; read as {meant!r:.60}")
        return
    tell(f"the default {default!r:.60} does not fit the schema; dropped")
    del schema["default"]


def _read(value: Any, kind: Any) -> Any:
    """Return a value of another type as one of this type, None where it cannot be meant: "5" is the
    integer 5.
    """
    read = _READERS.get(kind) if isinstance(kind, str) else None
    is_scalar = isinstance(value, str | int | float)
    if read is None or not is_scalar:
        return None
    try:
        return read(value)
    except (ValueError, KeyError, OverflowError):
        return None


def _read_flag(value: Any) -> bool:
    return {"true": True, "false": False}[str(value).lower()]


def _read_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_number(value: Any) -> float:
    number = float(str(value))
    if not math.isfinite(number):
        raise ValueError(value)
    return number


_READERS: dict[str, Callable[[Any], Any]] = {
    "integer": lambda value: int(str(value)),
    "number": _read_number,
    "boolean": _read_flag,
    "string": _read_text,
}
"""How a value of another type is read."""


def _fits(value: Any, schema: Schema) -> bool:
    if value is None:
        return schema.get("nullable") is True or not schema.keys() & {"type", "enum"}
    if isinstance(schema.get("enum"), list) and value not in schema["enum"]:
        return False
    kind = schema.get("type")
    if isinstance(value, bool) and kind in ("integer", "number"):
        return False
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return not isinstance(kind, str) or kind not in _TYPES or isinstance(value, _TYPES[kind])


def _required(schema: Schema, tell: Tell) -> None:
    names = schema["required"]
    if not isinstance(names, list):
        del schema["required"]
        tell(f"required: {names!r:.60} is no list of names; dropped")
        return
    kept: list[str] = []
    for name in names:
        if not isinstance(name, str):
            continue
        meant = _spelled(name, schema, tell)
        if meant not in kept:
            kept.append(meant)
    if kept:
        schema["required"] = kept
    else:
        del schema["required"]


def _spelled(name: str, schema: Schema, tell: Tell) -> str:
    """Return a required name as the one property is called that has it in another case."""
    fields = schema.get("properties")
    if not isinstance(fields, dict) or name in fields:
        return name
    wanted = name.lower()
    alike = []
    for field in fields:
        spelled = str(field).lower()
        if spelled == wanted:
            alike.append(str(field))
    if len(alike) != 1:
        return name
    tell(f"required: {name!r:.60} is no property; read as {alike[0]!r:.60}")
    return alike[0]


def _map(keyword: str) -> Callable[[Schema, Tell], None]:
    def mend(schema: Schema, tell: Tell) -> None:
        if not isinstance(schema[keyword], dict):
            tell(f"{keyword} is no map of schemas; dropped")
            del schema[keyword]

    return mend


def _list(keyword: str) -> Callable[[Schema, Tell], None]:
    def mend(schema: Schema, tell: Tell) -> None:
        if isinstance(schema[keyword], dict):
            schema[keyword] = [schema[keyword]]
            tell(f"{keyword} is one schema, not a list; made one")
        elif not isinstance(schema[keyword], list) or not schema[keyword]:
            tell(f"{keyword} lists no schemas; dropped")
            del schema[keyword]

    return mend


def _number(keyword: str) -> Callable[[Schema, Tell], None]:
    """Read a limit that was written as text; a count is whole and not negative."""
    read = float if keyword in ("minimum", "maximum", "multipleOf") else _count

    def mend(schema: Schema, tell: Tell) -> None:
        value = schema[keyword]
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and (value >= 0 or read is float)
        ):
            return
        try:
            schema[keyword] = read(value)
            tell(f"{keyword} {value!r:.60} is no number; read as {schema[keyword]}")
        except (TypeError, ValueError):
            del schema[keyword]
            tell(f"{keyword} {value!r:.60} is no such limit; dropped")

    return mend


def _count(value: Any) -> int:
    count = int(value)
    if count < 0:
        raise ValueError(value)
    return count


def _pattern(schema: Schema, tell: Tell) -> None:
    pattern = schema["pattern"]
    if not isinstance(pattern, str):
        tell("the pattern is no text; dropped")
        del schema["pattern"]
        return
    schema["pattern"] = _plain_pattern(pattern, tell)


def _pattern_properties(schema: Schema, tell: Tell) -> None:
    schemas = schema["patternProperties"]
    if not isinstance(schemas, dict):
        _map("patternProperties")(schema, tell)
        return
    plain: Schema = {}
    for pattern, child in schemas.items():
        plain[_plain_pattern(pattern, tell)] = child
    schema["patternProperties"] = plain


def _plain_pattern(pattern: str, tell: Tell) -> str:
    """Take a pattern out of the slashes of JavaScript (ECMA-262, section 12.9.5): /^[a-z]+$/i.

    Only where an anchor stands beside a slash, for taken literally no text ever fits that.
    """
    literal = _LITERAL.fullmatch(pattern)
    if literal is None:
        return pattern
    body, flags = literal.groups()
    if not body.startswith("^") and not _ENDS.search(body):
        return pattern
    plain = f"(?i){body}" if "i" in flags else body
    tell(f"the pattern {pattern} is written as in JavaScript; read as {plain}")
    return plain


def _flag(keyword: str) -> Callable[[Schema, Tell], None]:
    def mend(schema: Schema, tell: Tell) -> None:
        value = schema[keyword]
        if not isinstance(value, bool):
            schema[keyword] = str(value).lower() == "true"
            tell(f"{keyword} {value!r:.60} is neither true nor false; read as {schema[keyword]}")

    return mend


_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_FLAGS = ("nullable", "readOnly", "writeOnly", "uniqueItems", "deprecated")

_FAULTS: dict[str, Callable[[Schema, Tell], None]] = {
    **{keyword: _flag(keyword) for keyword in _FLAGS},
    "items": _items,
    "type": _type,
    "enum": _enum,
    "default": _default,
    "required": _required,
    **{keyword: _map(keyword) for keyword in ("properties", "dependentSchemas")},
    **{keyword: _list(keyword) for keyword in ("allOf", "anyOf", "oneOf")},
    **{keyword: _number(keyword) for keyword in (*_COUNTS, "minimum", "maximum", "multipleOf")},
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
}
