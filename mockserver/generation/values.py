"""Make a value that satisfies a JSON Schema: the schema and a source of chance in, a JSON value out.

What the document says comes first (`const`, `example`, `default`, `enum`), then the format or the name of the
property (Faker), then type and bounds. Recursion ends where a property is not required.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random
from typing import Any

from faker import Faker

from mockserver.generation.names import provider_for
from mockserver.generation.pattern import text_for
from mockserver.lookup import MISSING

DEEPEST = 6
"""Objects nested deeper than this hold their required properties only."""


class ValueMaker:
    """Makes values for the schemas of one document; `components` resolve `$ref`."""

    def __init__(self, spec: Mapping[str, Any], faker: Faker) -> None:
        self._spec = spec
        self._faker = faker

    def make(self, schema: Any, name: str, random: Random, depth: int = 0) -> Any:
        """Return a value for the schema of a property of this name; MISSING when the schema forbids all."""
        schema = self.resolved(schema)
        if schema is False or depth > 2 * DEEPEST:
            return MISSING
        if not isinstance(schema, Mapping):
            return {}
        said = _said(schema)
        if said is not MISSING:
            return said
        merged = self._merged(schema, random)
        said = _said(merged)
        if said is not MISSING:
            return said
        if merged.get("nullable") and depth > 0 and "enum" not in merged:
            return None
        return self._typed(merged, name, random, depth)

    def resolved(self, schema: Any) -> Any:
        """Follow local references (RFC 6901 fragments) to the schema they mean."""
        for _ in range(32):
            if not (isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str)):
                return schema
            target: Any = self._spec
            for step in schema["$ref"].removeprefix("#/").split("/"):
                step = step.replace("~1", "/").replace("~0", "~")
                target = target.get(step, {}) if isinstance(target, Mapping) else {}
            schema = target
        return {}

    def _merged(self, schema: Mapping[str, Any], random: Random) -> Mapping[str, Any]:
        """Return one schema for `allOf` and for the first choice of `oneOf` or `anyOf`."""
        if not any(word in schema for word in ("allOf", "oneOf", "anyOf")):
            return schema
        merged = {name: value for name, value in schema.items() if name not in ("allOf", "oneOf", "anyOf")}
        parts = [*schema.get("allOf", ())]
        for word in ("oneOf", "anyOf"):
            choices = [choice for choice in schema.get(word, ()) if not _is_null(self.resolved(choice))]
            if choices:
                parts.append(choices[0])
        for part in parts:
            inner = self.resolved(part)
            if isinstance(inner, Mapping):
                merged = _join(merged, self._merged(inner, random))
        return merged

    def _typed(self, schema: Mapping[str, Any], name: str, random: Random, depth: int) -> Any:
        match _type_of(schema):
            case "object":
                return self._object(schema, random, depth)
            case "array":
                return self._array(schema, name, random, depth)
            case "integer":
                return _number(schema, random, whole=True)
            case "number":
                return _number(schema, random, whole=False)
            case "boolean":
                return random.random() < 0.5
            case "null":
                return None
            case _:
                return self._text(schema, name, random)

    def _object(self, schema: Mapping[str, Any], random: Random, depth: int) -> dict[str, Any]:
        required = frozenset(schema.get("required", ())) if isinstance(schema.get("required"), list) else frozenset()
        properties = schema.get("properties", {})
        made: dict[str, Any] = {}
        for name, child in properties.items():
            inner = self.resolved(child)
            if name not in required and (depth >= DEEPEST or (isinstance(inner, Mapping) and inner.get("writeOnly"))):
                continue
            if (
                name not in required
                and depth >= 2
                and isinstance(inner, Mapping)
                and _type_of(inner) in ("object", "array")
            ):
                continue
            value = self.make(child, name, random, depth + 1)
            if value is not MISSING:
                made[name] = value
        for name in sorted(required - made.keys() - properties.keys()):
            made[name] = self.make(schema.get("additionalProperties", {}), name, random, depth + 1)
        return made

    def _array(self, schema: Mapping[str, Any], name: str, random: Random, depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        size = max(least, min(schema.get("maxItems", 1), 1 if depth < DEEPEST else 0))
        items = [self.make(schema.get("items", {}), name, random, depth + 1) for _ in range(size)]
        items = [item for item in items if item is not MISSING]
        if schema.get("uniqueItems"):
            items = [item for index, item in enumerate(items) if item not in items[:index]]
        return items

    def _text(self, schema: Mapping[str, Any], name: str, random: Random) -> str:
        pattern = schema.get("pattern")
        shortest, longest = schema.get("minLength", 0), schema.get("maxLength", math.inf)
        if isinstance(pattern, str):
            return text_for(pattern, random, shortest, longest)
        self._faker.seed_instance(random.getrandbits(64))
        provider = provider_for(name, schema)
        text = str(provider(self._faker)) if provider else self._faker.word()
        while len(text) < shortest:
            text += " " + self._faker.word()
        return text if len(text) <= longest else text[: int(longest)].ljust(int(shortest), "x")


def _said(schema: Mapping[str, Any]) -> Any:
    """Return the value that the schema itself names, MISSING when it names none."""
    for word in ("const", "example", "default"):
        if word in schema and not (word == "default" and schema[word] is None and not schema.get("nullable")):
            return schema[word]
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        return examples[0]
    options = schema.get("enum")
    if isinstance(options, list) and options:
        return next((option for option in options if option is not None), None)
    return MISSING


def _is_null(schema: Any) -> bool:
    return isinstance(schema, Mapping) and (schema.get("type") == "null" or schema.get("enum") == [None])


def _join(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    joined = {**other, **one}
    if "properties" in one and "properties" in other:
        joined["properties"] = {**other["properties"], **one["properties"]}
    if isinstance(one.get("required"), list) and isinstance(other.get("required"), list):
        joined["required"] = [*one["required"], *other["required"]]
    return joined


def _type_of(schema: Mapping[str, Any]) -> str:
    declared = schema.get("type")
    if isinstance(declared, list):
        declared = next((each for each in declared if each != "null"), "null")
    if isinstance(declared, str):
        return declared
    if "properties" in schema or "additionalProperties" in schema:
        return "object"
    if "items" in schema:
        return "array"
    return "number" if "minimum" in schema or "maximum" in schema else "string"


def _number(schema: Mapping[str, Any], random: Random, whole: bool) -> int | float:
    step = schema.get("multipleOf") or (1 if whole else 0.01)
    low, high = _bounds(schema)
    first, last = math.ceil(low / step), math.floor(high / step)
    if first * step in _excluded(schema, "exclusiveMinimum", "minimum"):
        first += 1
    if last * step in _excluded(schema, "exclusiveMaximum", "maximum"):
        last -= 1
    chosen = random.randint(first, max(first, last)) * step
    return int(chosen) if whole else round(float(chosen), 6)


def _bounds(schema: Mapping[str, Any]) -> tuple[float, float]:
    """Return the lowest and highest number, near 1 to 1000 where the schema leaves room."""
    lows = [schema[word] for word in ("minimum", "exclusiveMinimum") if _is_number(schema.get(word))]
    highs = [schema[word] for word in ("maximum", "exclusiveMaximum") if _is_number(schema.get(word))]
    high: float = min(highs) if highs else max([*lows, 0]) + 1000
    low: float = max(lows) if lows else min(1, high) if high >= 0 else high - 1000
    return low, high


def _excluded(schema: Mapping[str, Any], word: str, inclusive: str) -> tuple[float, ...]:
    """Return the bound that is not allowed itself, in the spelling of OpenAPI 3.0 or of JSON Schema."""
    value = schema.get(word)
    if value is True and _is_number(schema.get(inclusive)):
        return (schema[inclusive],)
    return (value,) if _is_number(value) else ()  # type: ignore[return-value]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
