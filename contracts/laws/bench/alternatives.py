"""Choose among the alternatives of a schema: a schema and an object in, what the object keeps out.

oneOf: [{kind: custom, provider_id}, {kind: builtin, provider}]
{"kind": "builtin", "provider": "a"}                                keeps the second one
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.openapi import Spec, flattened, properties, resolved
from contracts.requests.fields import Schema
from mockserver.model.types.facts import admits


def alternative(spec: Spec, schema: Schema, value: Any) -> Schema:
    """Return the alternative of a schema that an object keeps, the schema itself where it has
    none: what another alternative has is nothing that a server must keep.
    """
    own = resolved(spec, schema)
    choices = own.get("oneOf") or own.get("anyOf") or ()
    if not isinstance(value, Mapping):
        return schema
    for choice in choices:
        if _is_kept(spec, choice, value):
            return resolved(spec, choice)
    return schema


def _is_kept(spec: Spec, schema: Schema, value: Mapping[str, Any]) -> bool:
    """Tell whether an object has what an object schema demands, and values that it admits."""
    known = properties(spec, schema)
    required = flattened(spec, schema).get("required") or ()
    if not known or not value.keys() >= set(required):
        return False
    for name, child in known.items():
        if name in value and not admits(child, value[name]):
            return False
    return True
