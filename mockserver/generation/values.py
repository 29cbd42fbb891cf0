"""Make a value that satisfies a JSON Schema: the schema and a source of chance in, a JSON value
out.

What the document says comes first (`const`, `example`, `default`, `enum`), then the format or the
name of the property (Faker), then type and bounds. Recursion ends where a property is not required.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from mockserver.generation.joining import join, plain_bounds
from mockserver.generation.names import provider_for
from mockserver.generation.numbers import number_for
from mockserver.generation.pattern import text_for
from mockserver.generation.recursion import COMPOSED, MOST_LEVELS, Recursion, listed, may_be_null
from mockserver.generation.said import said_value
from mockserver.generation.telling import told_apart
from mockserver.lookup import MISSING

if TYPE_CHECKING:
    from faker import Faker

DEEPEST = 6
"""Objects nested deeper than this hold their required properties only."""
DEEP = 2
"""From this depth on, objects and arrays that are not required are left out, and the flattest
choice is taken.
"""


class ValueMaker:
    """Makes values for the schemas of one document; `components` resolve `$ref`."""

    def __init__(self, spec: Mapping[str, Any], faker: Faker, *, fresh: bool = False) -> None:
        """Take a document and a faker. `fresh` values are made anew: no examples and defaults,
        rarely null.
        """
        self._recursion = Recursion(spec)
        self._faker = faker
        self._fresh = fresh
        self._null_from = DEEP if fresh else 1

    def make(self, schema: Any, name: str, random: Random, depth: int = 0) -> Any:
        """Return a value for the schema of a property of this name; MISSING when the schema forbids
        all.
        """
        named = schema.get("$ref") if isinstance(schema, Mapping) else None
        schema = self._recursion.resolved(schema)
        if (
            schema is False
            or depth > 2 * DEEPEST
            or (depth > DEEPEST and not self._recursion.fits(schema))
        ):
            return MISSING
        if not isinstance(schema, Mapping):
            return {}
        said = self._said(schema, random)
        if said is not MISSING:
            return said
        if depth >= self._null_from and may_be_null(schema):
            return None
        merged = self._merged(schema, depth)
        merged = (
            told_apart(merged, named) if "allOf" in schema and not _has_choice(schema) else merged
        )
        said = self._said(merged, random)
        if said is not MISSING:
            return said
        is_null = merged.get("nullable") and depth >= self._null_from
        return None if is_null else self._typed(merged, name, random, depth)

    def _said(self, schema: Mapping[str, Any], random: Random) -> Any:
        if not self._fresh or "const" in schema:
            return said_value(schema)
        options = [option for option in listed(schema, "enum") if option is not None]
        return (
            random.choice(options)
            if options
            else said_value({"enum": schema["enum"]})
            if "enum" in schema
            else MISSING
        )

    def _merged(
        self, schema: Mapping[str, Any], depth: int, above: tuple[Any, ...] = ()
    ) -> Mapping[str, Any]:
        """Return one schema for `allOf` and for a choice of `oneOf` and `anyOf`; `above` are those
        in the making.
        """
        if not any(word in schema for word in COMPOSED) or len(above) > MOST_LEVELS:
            return schema
        above = (*above, schema)
        merged = plain_bounds(
            {name: value for name, value in schema.items() if name not in COMPOSED}
        )
        parts, named = listed(schema, "allOf"), None
        for word in ("oneOf", "anyOf"):
            choices = [each for each in listed(schema, word) if self._is_open(each, above)]
            chosen = self._recursion.choice(choices, depth >= DEEP) if choices else None
            named = chosen.get("$ref") if isinstance(chosen, Mapping) else named
            parts = [*parts, self._alone(chosen, choices)] if choices else parts
        for part in parts:
            inner = self._recursion.resolved(part)
            if isinstance(inner, Mapping) and not _is_among(inner, above):
                merged = join(merged, plain_bounds(self._merged(inner, depth, above)))
        return merged if named is None else told_apart(merged, named)

    def _alone(self, chosen: Any, choices: list[Any]) -> Any:
        chosen = self._recursion.resolved(chosen)
        return _without_null(chosen) if isinstance(chosen, Mapping) and len(choices) > 1 else chosen

    def _is_open(self, choice: Any, above: tuple[Any, ...]) -> bool:
        """Tell whether a choice is more than null, and not what is being made."""
        inner = self._recursion.resolved(choice)
        return not _is_null(inner) and not _is_among(inner, above)

    def _typed(self, schema: Mapping[str, Any], name: str, random: Random, depth: int) -> Any:
        match _type_of(schema):
            case "object":
                return self._object(schema, random, depth)
            case "array":
                return self._array(schema, name, random, depth)
            case "integer":
                return number_for(schema, random, whole=True)
            case "number":
                return number_for(schema, random, whole=False)
            case "boolean":
                return random.random() < 0.5
            case "null":
                return None
            case _:
                return self._text(schema, name, random)

    def _object(self, schema: Mapping[str, Any], random: Random, depth: int) -> dict[str, Any]:
        required = frozenset(map(str, listed(schema, "required")))
        properties = schema.get("properties")
        properties = properties if isinstance(properties, Mapping) else {}
        wanted = [
            name
            for name, child in properties.items()
            if name in required or self._is_wanted(child, depth)
        ]
        made = self._made(wanted, properties, random, depth)
        others = schema.get("additionalProperties", {})
        for name in sorted(required - properties.keys()):
            made |= self._made([name], {name: others}, random, depth)
        for name in [
            *properties,
            *(f"property{number}" for number in range(_size(schema, "minProperties", 0))),
        ]:
            if len(made) < _size(schema, "minProperties", 0) and name not in made:
                made |= self._made([name], {name: properties.get(name, others)}, random, depth)
        for name in reversed([name for name in made if name not in required]):
            if len(made) > _size(schema, "maxProperties", math.inf):
                del made[name]
        return made

    def _made(
        self, names: Iterable[str], schemas: Mapping[str, Any], random: Random, depth: int
    ) -> dict[str, Any]:
        values = {name: self.make(schemas[name], name, random, depth + 1) for name in names}
        return {name: value for name, value in values.items() if value is not MISSING}

    def _is_wanted(self, schema: Any, depth: int) -> bool:
        """Tell whether a property that is not required is made at this depth."""
        inner = self._recursion.resolved(schema)
        if depth >= DEEPEST or (isinstance(inner, Mapping) and inner.get("writeOnly")):
            return False
        return (depth < DEEP or not self._recursion.is_deep(schema)) and self._recursion.fits(
            schema
        )

    def _array(self, schema: Mapping[str, Any], name: str, random: Random, depth: int) -> list[Any]:
        least, most = _size(schema, "minItems", 0), _size(schema, "maxItems", math.inf)
        size = max(least, min(most, 1 if depth < DEEPEST else 0))
        child = schema.get("items", {})
        if schema.get("uniqueItems") and size > 1:
            return self._distinct(child, size, name, random, depth)
        first = listed(schema, "prefixItems")
        items = [
            self.make(first[at] if at < len(first) else child, name, random, depth + 1)
            for at in range(max(size, min(len(first), most)) if depth < DEEPEST else size)
        ]
        return [item for item in items if item is not MISSING]

    def _distinct(self, schema: Any, size: int, name: str, random: Random, depth: int) -> list[Any]:
        """Return items of which no two are equal, as far as they are found; what the schema says is
        used once.
        """
        inner = self._recursion.resolved(schema)
        options = inner.get("enum") if isinstance(inner, Mapping) else None
        free = (
            inner
            if not isinstance(inner, Mapping)
            else {n: v for n, v in inner.items() if n not in _TOLD}
        )
        candidates = iter(options) if isinstance(options, list) else None
        items: list[Any] = []
        for _ in range(16 * size):
            if len(items) == size:
                break
            item = (
                next(candidates, MISSING)
                if candidates
                else self.make(free, name, random, depth + 1)
            )
            if item is not MISSING and not any(_is_same(item, each) for each in items):
                items.append(item)
        return items

    def _text(self, schema: Mapping[str, Any], name: str, random: Random) -> str:
        pattern = schema.get("pattern")
        shortest, longest = _size(schema, "minLength", 0), _size(schema, "maxLength", math.inf)
        if isinstance(pattern, str):
            return text_for(pattern, random, shortest, longest)
        self._faker.seed_instance(random.getrandbits(64))
        provider = provider_for(name, schema)
        text = str(provider(self._faker)) if provider else self._faker.word()
        while len(text) < shortest:
            text += " " + self._faker.word()
        return text if len(text) <= longest else text[: int(longest)].ljust(int(shortest), "x")


_TOLD = frozenset({"example", "examples", "default"})


def _is_null(schema: Any) -> bool:
    return isinstance(schema, Mapping) and (
        schema.get("type") == "null" or schema.get("enum") == [None]
    )


def _has_choice(schema: Mapping[str, Any]) -> bool:
    return "oneOf" in schema or "anyOf" in schema


def _is_among(schema: Any, schemas: tuple[Any, ...]) -> bool:
    return any(schema is each for each in schemas)


def _is_same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal; true is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _without_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a choice without its null, which more than one choice may allow."""
    return {name: value for name, value in schema.items() if name != "nullable"}


def _size(schema: Mapping[str, Any], word: str, otherwise: Any) -> Any:
    value = schema.get(word)
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


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
