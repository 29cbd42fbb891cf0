"""What a body may set: an operation in, the properties that its own request schemas name out.

Two operations on a resource may take different properties: all when a record is made, two when it
is changed. What the other operation takes is no more known to this one than a property that nobody
names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.model.declared import Spec, flattened, operation_at, properties, resolved
from mockserver.model.types import Model, Operation


def accepted(model: Model, operation: Operation) -> frozenset[str] | None:
    """Return the names of the properties, None when the request schemas leave open which there
    are.
    """
    spec = model.document.spec
    content = resolved(
        spec, operation_at(spec, operation.path, operation.method).get("requestBody")
    ).get("content")
    names: set[str] = set()
    for media in (content or {}).values():
        named = _named(
            spec,
            media.get("schema") if isinstance(media, Mapping) else None,
            operation.envelope.request,
        )
        if named is None:
            return None
        names |= named
    return frozenset(names) or None


def _named(spec: Spec, schema: Any, wrapper: str | None) -> set[str] | None:
    if wrapper:
        schema = properties(spec, schema).get(wrapper, schema)
    flat = flattened(spec, schema)
    if "items" in flat and "properties" not in flat:
        schema = flat["items"]
        flat = flattened(spec, schema)
    choices = [
        each for word in ("oneOf", "anyOf") for each in resolved(spec, schema).get(word) or ()
    ]
    is_open = bool(flat.get("additionalProperties") or flat.get("patternProperties"))
    if is_open or any("properties" in flattened(spec, each) for each in choices):
        return None
    return set(flat["properties"]) if flat.get("properties") else None
