"""Follow references, and tell where recursion ends: a schema in, how deep its values have to be
out.

Theory: only what is required makes a value deep. A schema fits in some levels when its required
properties, the items that it must have, all parts of its `allOf` and one of its choices fit; each
object, array and reference is a level. A schema that fits in no number of levels has no finite
value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_LEVELS = 16
COMPOSED = ("allOf", "oneOf", "anyOf")


class Recursion:
    """The references of one document."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self._spec = spec
        self._known: dict[tuple[str, int], bool] = {}

    def resolved(self, schema: Any) -> Any:
        """Follow local references (RFC 6901 fragments) to the schema they mean."""
        for _ in range(32):
            if not is_reference(schema):
                return schema
            schema = self._target(schema["$ref"])
        return {}

    def fits(self, schema: Any, levels: int = MOST_LEVELS) -> bool:
        """Tell whether there is a value of this schema that is at most so many levels deep."""
        if levels < 0 or schema is False:
            return False
        if is_reference(schema):
            known = (schema["$ref"], levels)
            if known not in self._known:
                self._known[known] = self.fits(self._target(schema["$ref"]), levels - 1)
            return self._known[known]
        if not isinstance(schema, Mapping) or may_be_null(schema):
            return True
        if not all(self.fits(part, levels) for part in listed(schema, "allOf")):
            return False
        choices = (listed(schema, word) for word in ("oneOf", "anyOf"))
        if not all(any(self.fits(choice, levels) for choice in each) for each in choices if each):
            return False
        return all(self.fits(child, levels - 1) for child in _needed(schema))

    def choice(self, choices: list[Any], deep: bool) -> Any:
        """Return the first choice that has values; when deep inside, the one whose values are
        flattest.
        """
        for levels in range(MOST_LEVELS) if deep else (MOST_LEVELS,):
            for each in choices:
                if self.fits(each, levels):
                    return each
        return choices[0]

    def is_deep(self, schema: Any, above: tuple[Any, ...] = ()) -> bool:
        """Tell whether values of the schema are objects or arrays, by what it says first."""
        inner = self.resolved(schema)
        if not isinstance(inner, Mapping) or any(inner is each for each in above):
            return False
        if inner.get("type") in ("object", "array") or "properties" in inner or "items" in inner:
            return True
        parts = [*listed(inner, "allOf"), *listed(inner, "oneOf")[:1], *listed(inner, "anyOf")[:1]]
        return any(self.is_deep(part, (*above, inner)) for part in parts)

    def _target(self, reference: str) -> Any:
        target: Any = self._spec
        for step in reference.removeprefix("#/").split("/"):
            step = step.replace("~1", "/").replace("~0", "~")
            target = target.get(step, {}) if isinstance(target, Mapping) else {}
        return target


def is_reference(schema: Any) -> bool:
    return isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str)


def may_be_null(schema: Mapping[str, Any]) -> bool:
    """Tell whether `nullable` alone lets null in: not where a part of the schema still refuses
    it.
    """
    composed = any(word in schema for word in COMPOSED)
    return (
        bool(schema.get("nullable"))
        and "enum" not in schema
        and not ("type" in schema and composed)
    )


def listed(schema: Mapping[str, Any], word: str) -> list[Any]:
    """Return the list that a word of a schema holds; what is no list is empty."""
    value = schema.get(word)
    return value if isinstance(value, list) else []


def _needed(schema: Mapping[str, Any]) -> list[Any]:
    properties = schema.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    needed = [properties[name] for name in listed(schema, "required") if name in properties]
    return [*needed, schema["items"]] if schema.get("minItems") and "items" in schema else needed
