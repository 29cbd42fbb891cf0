"""Find the defaults of what a record holds: the schemas of its properties in, their defaults and
those of the objects in them out.

    lines: [{sku, quantity: {default: 1}}]      {lines: InnerDefaults({quantity: 1})}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.model.types import DescribedSchema, InnerDefaults
from mockserver.model.types.schema import NO_SCHEMA

Fields = Mapping[str, DescribedSchema]
DEEPEST = 4
"""Objects within objects whose defaults are looked for."""


def inner_defaults(sent: Fields, shown: Fields, depth: int = 0) -> dict[str, InnerDefaults]:
    """Return the defaults inside of properties, by their names; what a request says goes before
    what a reply does.
    """
    found = {}
    for name in [*sent, *(name for name in shown if name not in sent)]:
        one = _object_in(sent.get(name, NO_SCHEMA))
        other = _object_in(shown.get(name, NO_SCHEMA))
        values = defaults_of(other.properties) | defaults_of(one.properties)
        inner = {}
        if depth < DEEPEST:
            inner = inner_defaults(one.properties, other.properties, depth + 1)
        if values or inner:
            found[name] = InnerDefaults(values, inner)
    return found


def defaults_of(fields: Fields) -> dict[str, Any]:
    """Return the values that schemas say properties have when nobody sends them."""
    found = {}
    for name, schema in fields.items():
        if "default" in schema.plain:
            found[name] = schema.plain["default"]
    return found


def _object_in(schema: DescribedSchema) -> DescribedSchema:
    """Return an object, or the one that each item of a list is; none where there are several to
    choose from.
    """
    schema = schema.items if schema.is_array else schema
    return NO_SCHEMA if schema.alternatives else schema
