"""Find the value that a schema itself names: the schema in, its constant, example, default or first
option out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.generation.recursion import listed
from mockserver.lookup import MISSING

_PYTHON_TYPES: Mapping[str, Any] = {
    "integer": int,
    "number": int | float,
    "string": str,
    "array": list,
    "object": Mapping,
}


def said_value(schema: Mapping[str, Any]) -> Any:
    """Return the value that the schema itself names, MISSING when it names none; a slip is passed
    over.
    """
    if "const" in schema:
        return schema["const"]
    options = listed(schema, "enum")
    told = [schema[word] for word in ("example", "default") if word in schema]
    for value in (*told, *listed(schema, "examples")):
        if _has_type(value, schema) and (not options or value in options):
            return value
    return next((option for option in options if option is not None), None) if options else MISSING


def _has_type(value: Any, schema: Mapping[str, Any]) -> bool:
    declared = schema.get("type")
    if value is None:
        return bool(schema.get("nullable")) or "null" in (declared or ())
    if isinstance(value, bool) or declared == "boolean":
        return isinstance(value, bool) and declared in ("boolean", None)
    if declared == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(
        value, _PYTHON_TYPES.get(declared, object) if isinstance(declared, str) else object
    )
