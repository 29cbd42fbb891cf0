"""Take writeOnly properties out of replies: a schema in, a function from value to value out
(OpenAPI 3.0.3, Schema).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.model.declared import Spec, flattened, properties, resolved

Hide = Callable[[Any], Any]
_NOTHING: Mapping[str, Any] = {}


def hider(spec: Spec, schema: Any) -> Hide | None:
    """Return what takes every writeOnly property out of a value, however deep; None when the schema
    has none.
    """
    return _Hider(spec, schema).hide if _has_secrets(spec, schema, set()) else None


class _Hider:
    """Knows the properties of each schema that it has met."""

    def __init__(self, spec: Spec, schema: Any) -> None:
        self._spec = spec
        self._schema = schema
        self._fields: dict[int, tuple[Mapping[str, Any], Any, Any]] = {}

    def hide(self, value: Any) -> Any:
        return self._hidden(self._schema, value)

    def _hidden(self, schema: Any, value: Any) -> Any:
        if not isinstance(value, Mapping | list):
            return value
        fields, items, rest = self._parts(schema)
        if isinstance(value, list):
            return [self._hidden(items, each) for each in value]
        return {
            name: self._hidden(fields.get(name, rest), each)
            for name, each in value.items()
            if fields.get(name, _NOTHING).get("writeOnly") is not True
        }

    def _parts(self, schema: Any) -> tuple[Mapping[str, Any], Any, Any]:
        """Return the schemas of the properties, of the items and of all other properties."""
        schema = resolved(self._spec, schema)
        known = self._fields.get(id(schema))
        if known is None:
            flat = flattened(self._spec, schema)
            known = (
                properties(self._spec, schema),
                flat.get("items", _NOTHING),
                flat.get("additionalProperties", _NOTHING),
            )
            self._fields[id(schema)] = known
        return known


def _has_secrets(spec: Spec, schema: Any, seen: set[int]) -> bool:
    schema = resolved(spec, schema)
    if id(schema) in seen:
        return False
    seen.add(id(schema))
    flat = flattened(spec, schema)
    fields = properties(spec, schema).values()
    inner = (*fields, flat.get("items"), flat.get("additionalProperties"))
    return any(each.get("writeOnly") is True for each in fields) or any(
        _has_secrets(spec, each, seen) for each in inner if isinstance(each, Mapping)
    )
