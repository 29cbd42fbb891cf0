"""Tell the alternatives of a schema apart: a discriminator and the alternative that was chosen in, what it says out.

An alternative goes by the key under which `mapping` leads to it, else by the name of its schema (OpenAPI 3.0.3,
Discriminator Object).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


def name_of(discriminator: Any, reference: Any) -> str | None:
    """Return the name by which a discriminator knows the schema at a reference, None when it has none."""
    if not isinstance(discriminator, Mapping) or not isinstance(reference, str):
        return None
    mapping = discriminator.get("mapping")
    if not isinstance(mapping, Mapping):
        return reference.rpartition("/")[2]
    names = [str(name) for name, place in mapping.items() if place == reference]
    return names[0] if names else reference.rpartition("/")[2]


def told_apart(schema: Schema, reference: Any) -> Schema:
    """Return a schema whose discriminator says which alternative it is; as it is where it says so itself."""
    discriminator = schema.get("discriminator")
    name = name_of(discriminator, reference)
    fields = schema.get("properties")
    told = discriminator.get("propertyName") if isinstance(discriminator, Mapping) else None
    if name is None or not isinstance(told, str) or not isinstance(fields, Mapping):
        return schema
    if not _takes(fields.get(told, {}), name):
        return schema
    required = schema.get("required")
    needed = [*(required if isinstance(required, list) else []), told]
    return {**schema, "properties": {**fields, told: {"enum": [name]}}, "required": list(dict.fromkeys(needed))}


def _takes(schema: Any, name: str) -> bool:
    """Tell whether a property may have this name for its value, by what it says without references."""
    if not isinstance(schema, Mapping):
        return False
    parts = schema.get("allOf")
    if isinstance(parts, list) and not all(_takes(part, name) for part in parts):
        return False
    options = schema.get("enum")
    if "const" in schema and schema["const"] != name:
        return False
    return not isinstance(options, list) or name in options
