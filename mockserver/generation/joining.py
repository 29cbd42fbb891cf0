"""Join the schemas of an `allOf`: two schemas in, one that asks for all that both ask for out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from mockserver.generation.numbers import exact

Schema = Mapping[str, Any]
TOLD = ("example", "examples", "default")
"""What a schema tells of its values without asking for it."""


def join(one: Schema, other: Schema) -> dict[str, Any]:
    """Return one schema for both. What the first tells wins; an example of a part is none of the
    whole object.
    """
    one, other = _without_partial(one, other), _without_partial(other, one)
    joined = {**other, **one}
    for word in one.keys() & other.keys() & JOINTS.keys():
        joined[word] = _joint(word, one[word], other[word])
    if joined.get("nullable") and not (one.get("nullable") and other.get("nullable")):
        del joined["nullable"]
    return joined


def plain_bounds(schema: Schema) -> dict[str, Any]:
    """Spell the boolean exclusive bounds of OpenAPI 3.0 as numbers, so that bounds of parts can be
    compared.
    """
    plain = dict(schema)
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(plain.get(exclusive), bool):
            said = plain.pop(exclusive)
            if said and inclusive in plain:
                plain[exclusive] = plain.pop(inclusive)
    return plain


def _joint(word: str, one: Any, other: Any) -> Any:
    """Return what both ask for; a value of the wrong type asks for nothing."""
    try:
        return JOINTS[word](one, other)
    except (TypeError, ValueError, AttributeError):
        return one


def _without_partial(schema: Schema, beside: Schema) -> Schema:
    """Return a schema without its example object when the other one has properties that are not in
    it.
    """
    if not isinstance(beside.get("properties"), Mapping):
        return schema
    told = [schema[word] for word in TOLD if word in schema]
    whole = all(
        isinstance(each, Mapping) and set(beside["properties"]) <= set(each) for each in told
    )
    return schema if whole else {name: value for name, value in schema.items() if name not in TOLD}


def _properties(one: Schema, other: Schema) -> dict[str, Any]:
    both = {
        name: {"allOf": [one[name], other[name]]}
        for name in one.keys() & other.keys()
        if one[name] != other[name]
    }
    return {**other, **one, **both}


def _types(one: Any, other: Any) -> Any:
    first, second = ([each] if isinstance(each, str) else list(each) for each in (one, other))
    common = [each for each in first if each in second]
    if not common and "integer" in (*first, *second):
        return "integer"
    return common[0] if len(common) == 1 else common or one


def _multiples(one: Any, other: Any) -> Any:
    first, second = exact(one), exact(other)
    if not first or not second:
        return one
    common = math.lcm(first.numerator * second.denominator, second.numerator * first.denominator)
    both = common / (first.denominator * second.denominator)
    return int(both) if both.is_integer() else both


JOINTS: Mapping[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
    "required": lambda one, other: list(dict.fromkeys([*one, *other])),
    "enum": lambda one, other: [each for each in one if each in other],
    "items": lambda one, other: one if one == other else {"allOf": [one, other]},
    "uniqueItems": lambda one, other: one or other,
    "multipleOf": _multiples,
    "properties": _properties,
    "type": _types,
}
