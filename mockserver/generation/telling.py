"""Tell the alternatives of a schema apart: a discriminator and the alternative that was chosen in,
what it says out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.model.declared import name_of

Schema = Mapping[str, Any]


def told_apart(schema: Schema, reference: Any) -> Schema:
    """Return a schema whose discriminator says which alternative it is; as it is where it says so
    itself.
    """
    discriminator = schema.get("discriminator")
    name = name_of(discriminator, {"$ref": reference})
    fields = schema.get("properties")
    told = discriminator.get("propertyName") if isinstance(discriminator, Mapping) else None
    if name is None or not isinstance(told, str) or not isinstance(fields, Mapping):
        return schema
    if not _takes(fields.get(told, {}), name):
        return schema
    required = schema.get("required")
    needed = [*(required if isinstance(required, list) else []), told]
    return {
        **schema,
        "properties": {**fields, told: {"enum": [name]}},
        "required": list(dict.fromkeys(needed)),
    }


def _takes(schema: Any, name: str) -> bool:
    """Tell whether a property may have this name for its value, by what it says without
    references.
    """
    if not isinstance(schema, Mapping):
        return False
    parts = schema.get("allOf")
    if isinstance(parts, list) and not all(_takes(part, name) for part in parts):
        return False
    options = schema.get("enum")
    if "const" in schema and schema["const"] != name:
        return False
    return not isinstance(options, list) or name in options
