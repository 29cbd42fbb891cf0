"""Follow references, and tell where recursion ends: a schema in, how deep its values have to be
out.

Theory: only what is required makes a value deep. A schema fits in some levels when its required
properties, the items that it must have, all parts of its `allOf` and one of its choices fit; each
object, array and reference is a level. A schema that fits in no number of levels has no finite
value:

    Tree: {required: [left, right], properties: {left: <Tree>, right: <Tree>}}

An optional `left` would fit in one level, a list of trees too, for it may be empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_LEVELS = 16
COMPOSED = ("allOf", "oneOf", "anyOf")
CHOICES = ("oneOf", "anyOf")


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
                target = self._target(schema["$ref"])
                self._known[known] = self.fits(target, levels - 1)
            return self._known[known]
        if not isinstance(schema, Mapping) or may_be_null(schema):
            return True
        parts = listed(schema, "allOf")
        if not all(self.fits(part, levels) for part in parts):
            return False
        for word in CHOICES:
            choices = listed(schema, word)
            if choices and not any(self.fits(choice, levels) for choice in choices):
                return False
        needed = _needed(schema)
        return all(self.fits(child, levels - 1) for child in needed)

    def choice(self, choices: list[Any], deep: bool) -> Any:
        """Return the first choice that has values; when deep inside, the one whose values are
        flattest.
        """
        for levels in range(MOST_LEVELS) if deep else (MOST_LEVELS,):
            for choice in choices:
                if self.fits(choice, levels):
                    return choice
        return choices[0]

    def is_deep(self, schema: Any) -> bool:
        """Tell whether values of the schema are objects or arrays, by what it says first."""
        seen: set[int] = set()
        waiting = [schema]
        while waiting:
            inner = self.resolved(waiting.pop())
            if not isinstance(inner, Mapping) or id(inner) in seen:
                continue
            seen.add(id(inner))
            if inner.get("type") in ("object", "array"):
                return True
            if "properties" in inner or "items" in inner:
                return True
            waiting += listed(inner, "allOf")
            for word in CHOICES:
                waiting += listed(inner, word)[:1]
        return False

    def _target(self, reference: str) -> Any:
        target: Any = self._spec
        steps = reference.removeprefix("#/").split("/")
        for step in steps:
            if not isinstance(target, Mapping):
                return {}
            name = step.replace("~1", "/").replace("~0", "~")
            target = target.get(name, {})
        return target


def is_reference(schema: Any) -> bool:
    return isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str)


def may_be_null(schema: Mapping[str, Any]) -> bool:
    """Tell whether `nullable` alone lets null in: not where a part of the schema still refuses
    it.
    """
    if not schema.get("nullable") or "enum" in schema:
        return False
    is_composed = any(word in schema for word in COMPOSED)
    return not (is_composed and "type" in schema)


def listed(schema: Mapping[str, Any], word: str) -> list[Any]:
    """Return the list that a word of a schema holds; what is no list is empty."""
    value = schema.get(word)
    return value if isinstance(value, list) else []


def size_of(schema: Mapping[str, Any], word: str, otherwise: Any) -> Any:
    """Return the whole number that a word of a schema holds, such as `minItems`."""
    value = schema.get(word)
    if isinstance(value, bool) or not isinstance(value, int):
        return otherwise
    return value


def _needed(schema: Mapping[str, Any]) -> list[Any]:
    """Return the schemas of which an object or an array must have values."""
    properties = schema.get("properties")
    needed = []
    if isinstance(properties, Mapping):
        for name in listed(schema, "required"):
            if name in properties:
                needed.append(properties[name])
    if schema.get("minItems") and "items" in schema:
        needed.append(schema["items"])
    return needed
