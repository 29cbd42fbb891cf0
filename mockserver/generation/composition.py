"""Pull the parts of a schema together: `allOf`, and a choice of `oneOf` and `anyOf`, in, one schema
that asks for all of it out.

    {"allOf": [{"minimum": 2}, {"type": "integer", "minimum": 5}]}

becomes

    {"type": "integer", "minimum": 5}

Theory: a value must satisfy all parts at once, so for each keyword the stricter demand is kept:
the greater of two lower bounds, the options that both name, the properties of both. Of alternatives
one is chosen, and then is a part like any other. Where a discriminator tells alternatives apart,
its property says which one was chosen:

    {"oneOf": [{"$ref": "#/components/schemas/Dog"}], "discriminator": {"propertyName": "kind"}}

becomes the schema of a dog whose `kind` is "Dog".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from mockserver.budget import ValueBudget
from mockserver.generation.numbers import exact
from mockserver.generation.recursion import (
    CHOICES,
    COMPOSED,
    MOST_LEVELS,
    Recursion,
    is_reference,
    listed,
)
from mockserver.model.schema.parts import name_of

Schema = Mapping[str, Any]
EXAMPLES = ("example", "examples", "default")
"""Words that show values without asking for them."""


class Composition:
    """Pulls the schemas of one document together."""

    def __init__(self, recursion: Recursion) -> None:
        self._recursion = recursion

    def whole(self, schema: Schema, reference: Any, deep: bool, budget: ValueBudget) -> Schema:
        """Return one schema for a composed one; `reference` is what led to it, if anything.

        When deep inside a value, the choice whose values are flattest is taken.
        """
        merged = self._merged(schema, deep, budget, ())
        has_choice = "oneOf" in schema or "anyOf" in schema
        if "allOf" in schema and not has_choice:
            return with_tag(merged, reference)
        return merged

    def _merged(
        self, schema: Schema, deep: bool, budget: ValueBudget, above: tuple[Any, ...]
    ) -> Schema:
        """Return one schema; `above` are those in the making, which may not hold themselves."""
        is_composed = any(word in schema for word in COMPOSED)
        if not is_composed or len(above) > MOST_LEVELS:
            return schema
        above = (*above, schema)
        own = {name: value for name, value in schema.items() if name not in COMPOSED}
        merged = plain_bounds(own)
        parts = list(listed(schema, "allOf"))
        reference = None
        for word in CHOICES:
            choices = listed(schema, word)
            possible = [choice for choice in choices if self._is_open(choice, above)]
            if not possible:
                continue
            chosen = self._recursion.choice(possible, deep)
            if is_reference(chosen):
                reference = chosen["$ref"]
            alone = self._alone(chosen) if len(possible) > 1 else chosen
            parts.append(alone)
        for part in parts:
            inner = self._recursion.resolved(part)
            if not isinstance(inner, Mapping) or _is_among(inner, above):
                continue
            if budget.is_spent():
                break
            budget.spend()
            whole = self._merged(inner, deep, budget, above)
            merged = join(merged, plain_bounds(whole))
        if reference is None:
            return merged
        return with_tag(merged, reference)

    def _alone(self, chosen: Any) -> Any:
        """Return a choice without its null, which more than one choice may allow."""
        inner = self._recursion.resolved(chosen)
        if not isinstance(inner, Mapping):
            return inner
        alone = dict(inner)
        alone.pop("nullable", None)
        return alone

    def _is_open(self, choice: Any, above: tuple[Any, ...]) -> bool:
        """Tell whether a choice is more than null, and not what is being made."""
        inner = self._recursion.resolved(choice)
        return not _is_null(inner) and not _is_among(inner, above)


def join(one: Schema, other: Schema) -> dict[str, Any]:
    """Return one schema for both. What the first tells wins; an example of a part is none of the
    whole object.
    """
    first = _without_partial(one, other)
    second = _without_partial(other, one)
    joined = dict(second)
    for word, asked in first.items():
        if word in second and word in JOINTS:
            joined[word] = _joint(word, asked, second[word])
        else:
            joined[word] = asked
    both_nullable = first.get("nullable") and second.get("nullable")
    if not both_nullable:
        joined.pop("nullable", None)
    return joined


def plain_bounds(schema: Schema) -> dict[str, Any]:
    """Spell the boolean exclusive bounds of OpenAPI 3.0 as numbers, so that bounds of parts can be
    compared.
    """
    plain = dict(schema)
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if not isinstance(plain.get(exclusive), bool):
            continue
        excludes = plain.pop(exclusive)
        if excludes and inclusive in plain:
            plain[exclusive] = plain.pop(inclusive)
    return plain


def with_tag(schema: Schema, reference: Any) -> Schema:
    """Return a schema whose discriminator says which alternative it is; as it is where it says so
    itself.
    """
    discriminator = schema.get("discriminator")
    fields = schema.get("properties")
    tag = name_of(discriminator, {"$ref": reference})
    if tag is None or not isinstance(fields, Mapping):
        return schema
    name = discriminator.get("propertyName") if isinstance(discriminator, Mapping) else None
    if not isinstance(name, str):
        return schema
    if not _takes(fields.get(name, {}), tag):
        return schema
    tagged = dict(schema)
    tagged["properties"] = {**fields, name: {"enum": [tag]}}
    tagged["required"] = _required(listed(schema, "required"), [name])
    return tagged


def _takes(schema: Any, tag: str) -> bool:
    """Tell whether a property may have this tag for its value, by what it says without
    references.
    """
    if not isinstance(schema, Mapping):
        return False
    parts = listed(schema, "allOf")
    if not all(_takes(part, tag) for part in parts):
        return False
    if "const" in schema and schema["const"] != tag:
        return False
    options = schema.get("enum")
    if not isinstance(options, list):
        return True
    return tag in options


def _is_null(schema: Any) -> bool:
    if not isinstance(schema, Mapping):
        return False
    return schema.get("type") == "null" or schema.get("enum") == [None]


def _is_among(schema: Any, schemas: tuple[Any, ...]) -> bool:
    return any(schema is known for known in schemas)


def _joint(word: str, one: Any, other: Any) -> Any:
    """Return what both ask for; a value of the wrong type asks for nothing."""
    join_values = JOINTS[word]
    try:
        return join_values(one, other)
    except (TypeError, ValueError, AttributeError):
        return one


def _without_partial(schema: Schema, beside: Schema) -> Schema:
    """Return a schema without its example object when the other one has properties that are not in
    it.
    """
    fields = beside.get("properties")
    if not isinstance(fields, Mapping):
        return schema
    examples = [schema[word] for word in EXAMPLES if word in schema]
    if all(_shows(example, fields) for example in examples):
        return schema
    rest = dict(schema)
    for word in EXAMPLES:
        rest.pop(word, None)
    return rest


def _shows(example: Any, fields: Schema) -> bool:
    """Tell whether an example has all of some properties."""
    if not isinstance(example, Mapping):
        return False
    return fields.keys() <= example.keys()


def _both(one: Any, other: Any) -> Any:
    """Return a schema that asks for what both schemas ask."""
    if one == other:
        return one
    return {"allOf": [one, other]}


def _properties(one: Schema, other: Schema) -> dict[str, Any]:
    joined = dict(other)
    for name, schema in one.items():
        if name in other:
            joined[name] = _both(schema, other[name])
        else:
            joined[name] = schema
    return joined


def _required(one: Any, other: Any) -> list[Any]:
    """Return the names of both lists, each once."""
    names = dict.fromkeys(one)
    names.update(dict.fromkeys(other))
    return list(names)


def _options(one: Any, other: Any) -> list[Any]:
    return [option for option in one if option in other]


def _either(one: Any, other: Any) -> Any:
    return one or other


def _types(one: Any, other: Any) -> Any:
    """Return the type that both allow, or the types; an integer is a number."""
    first = _names(one)
    second = _names(other)
    common = _options(first, second)
    if len(common) == 1:
        return common[0]
    if common:
        return common
    if "integer" in first or "integer" in second:
        return "integer"
    return one


def _names(types: Any) -> list[Any]:
    return [types] if isinstance(types, str) else list(types)


def _multiples(one: Any, other: Any) -> Any:
    """Return the least common multiple of two numbers."""
    first = exact(one)
    second = exact(other)
    if not first or not second:
        return one
    scaled_first = first.numerator * second.denominator
    scaled_second = second.numerator * first.denominator
    common = math.lcm(scaled_first, scaled_second)
    both = common / (first.denominator * second.denominator)
    return int(both) if both.is_integer() else both


LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
JOINTS: Mapping[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(LEAST, max),
    **dict.fromkeys(MOST, min),
    **dict.fromkeys(("items", "contains", "propertyNames"), _both),
    **dict.fromkeys(("properties", "patternProperties"), _properties),
    "required": _required,
    "enum": _options,
    "uniqueItems": _either,
    "multipleOf": _multiples,
    "type": _types,
}
