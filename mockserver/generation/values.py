"""Make a value that satisfies a JSON Schema: the schema and a source of chance in, a JSON value
out.

What the document names comes first (`const`, `example`, `default`, `enum`), then the format or the
name of the property (Faker), then type and bounds:

    {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"},
     "city": {"type": "string"}, "kind": {"enum": ["novel", "essay"]}}}

becomes for instance

    {"id": 137, "city": "Lake Joyside", "kind": "novel"}

Recursion ends where a property is not required, and a value that would cost too much becomes a
smaller one (see `budget`).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import cycle, islice
from random import Random
from typing import TYPE_CHECKING, Any

from mockserver.budget import ValueBudget
from mockserver.generation.composition import EXAMPLES, Composition
from mockserver.generation.fakes import faked_bounds
from mockserver.generation.names import outcome_of
from mockserver.generation.numbers import number_for
from mockserver.generation.patterns import text_for
from mockserver.generation.recursion import Recursion, listed, may_be_null, size_of
from mockserver.generation.texts import make_text
from mockserver.lookup import MISSING
from mockserver.model.types.facts import finds
from mockserver.moments import zoned
from mockserver.slots import dataclass

if TYPE_CHECKING:
    from faker import Faker

Schema = Mapping[str, Any]
DEEPEST = 6
"""Objects nested deeper than this hold their required properties only."""
DEEP = 2
"""From this depth on, objects and arrays that are not required are left out, and the flattest
choice is taken.
"""
TRIES_AN_ITEM = 16
"""How often an item is made anew, for each item of an array, while it equals another one."""
MOST_TRIES = 1024
SMALLEST: Mapping[str, Callable[[], Any]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
}
"""What makes the smallest value of a type."""
_PYTHON_TYPES: Mapping[str, Any] = {
    "integer": int,
    "number": int | float,
    "string": str,
    "array": list,
    "object": Mapping,
}


@dataclass(frozen=True, slots=True)
class ValueContext:
    """One value in the making: its source of chance, and what it may still cost."""

    random: Random
    budget: ValueBudget


class ValueMaker:
    """Makes values for the schemas of one document; `components` resolve `$ref`."""

    def __init__(self, spec: Mapping[str, Any], faker: Faker, *, fresh: bool = False) -> None:
        """Take a document and a faker. `fresh` values are made anew: no examples and defaults,
        rarely null.
        """
        self._recursion = Recursion(spec)
        self._composition = Composition(self._recursion)
        self._faker = faker
        self._fresh = fresh
        self._null_from = DEEP if fresh else 1

    def make(
        self,
        schema: Any,
        name: str,
        random: Random,
        depth: int = 0,
        budget: ValueBudget | None = None,
    ) -> Any:
        """Return a value for the schema of a property of this name; MISSING when the schema forbids
        all.
        """
        return self._value(schema, name, ValueContext(random, budget or ValueBudget()), depth)

    def _value(self, schema: Any, name: str, context: ValueContext, depth: int) -> Any:
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        schema = self._recursion.resolved(schema)
        context.budget.spend()
        if schema is False or depth > 2 * DEEPEST:
            return MISSING
        if depth > DEEPEST and not self._recursion.fits(schema):
            return MISSING
        if not isinstance(schema, Mapping):
            return {}
        named = self._named(schema, context.random)
        if named is not MISSING:
            return named
        if context.budget.is_spent():
            return smallest_value(schema)
        if depth >= self._null_from and may_be_null(schema):
            return None
        whole = self._composition.whole(schema, reference, depth >= DEEP, context.budget)
        named = self._named(whole, context.random)
        if named is not MISSING:
            return named
        if whole.get("nullable") and depth >= self._null_from:
            return None
        return self._typed(whole, name, context, depth)

    def _named(self, schema: Schema, random: Random) -> Any:
        """Return the value that the schema itself names, MISSING when it names none."""
        if not self._fresh or "const" in schema:
            return named_value(schema)
        options = [option for option in listed(schema, "enum") if option is not None]
        if options:
            return random.choice(options)
        return named_value({"enum": schema["enum"]}) if "enum" in schema else MISSING

    def _typed(self, schema: Schema, name: str, context: ValueContext, depth: int) -> Any:
        match _type_of(schema):
            case "object":
                return self._object(schema, context, depth)
            case "array":
                return self._array(schema, name, context, depth)
            case "integer":
                return number_for(faked_bounds(schema), context.random, whole=True)
            case "number":
                return number_for(faked_bounds(schema), context.random, whole=False)
            case "boolean":
                return self._flag(name, context.random)
            case "null":
                return None
        content = schema.get("contentSchema")
        if isinstance(content, Mapping):
            return self._json_text(content, name, context, depth)
        return make_text(schema, name, context.random, self._faker, context.budget)

    def _flag(self, name: str, random: Random) -> bool:
        """Return a boolean: what it is in a reply to a request that went well, else any."""
        outcome = outcome_of(name)
        return random.random() < 0.5 if outcome is None else outcome

    def _json_text(self, content: Schema, name: str, context: ValueContext, depth: int) -> str:
        """Return a text that holds the JSON of another schema (JSON Schema 2020-12, validation
        8.5).
        """
        value = self._value(content, name, context, depth + 1)
        if value is MISSING:
            value = None
        return json.dumps(value, separators=(",", ":"))

    def _object(self, schema: Schema, context: ValueContext, depth: int) -> dict[str, Any]:
        required = frozenset(map(str, listed(schema, "required")))
        properties = _members(schema, "properties")
        wanted = []
        for name, child in properties.items():
            if name in required or self._is_wanted(child, context.budget, depth):
                wanted.append(name)
        undescribed = sorted(required - properties.keys())
        made = self._properties(schema, wanted, context, depth)
        made |= self._properties(schema, undescribed, context, depth)
        self._fill_up(schema, made, context, depth)
        optional = [name for name in made if name not in required]
        most = size_of(schema, "maxProperties", math.inf)
        while optional and len(made) > most:
            last = optional.pop()
            del made[last]
        return made

    def _properties(
        self, schema: Schema, names: Iterable[str], context: ValueContext, depth: int
    ) -> dict[str, Any]:
        """Return the properties of these names, without those that may not be."""
        made = {}
        for name in names:
            child = _property_schema(schema, name)
            value = self._value(child, name, context, depth + 1)
            if value is not MISSING:
                made[name] = value
        return made

    def _is_wanted(self, schema: Any, budget: ValueBudget, depth: int) -> bool:
        """Tell whether a property that is not required is made at this depth."""
        if depth >= DEEPEST or budget.is_tight():
            return False
        inner = self._recursion.resolved(schema)
        if isinstance(inner, Mapping) and inner.get("writeOnly"):
            return False
        if depth >= DEEP and self._recursion.is_deep(schema):
            return False
        return self._recursion.fits(schema)

    def _fill_up(
        self, schema: Schema, made: dict[str, Any], context: ValueContext, depth: int
    ) -> None:
        """Add properties until there are as many as there must be, unless those are too many."""
        least = size_of(schema, "minProperties", 0)
        if len(made) >= least or not context.budget.allows(least):
            return
        for name in self._more_names(schema, least, context, depth):
            if len(made) >= least:
                return
            if name not in made:
                more = self._properties(schema, [name], context, depth)
                made.update(more)

    def _more_names(
        self, schema: Schema, count: int, context: ValueContext, depth: int
    ) -> Iterator[str]:
        """Yield names that properties may have, those that are described first."""
        yield from _members(schema, "properties")
        naming = schema.get("propertyNames")
        patterns = list(_members(schema, "patternProperties"))
        if isinstance(naming, Mapping):
            text_schema = {"type": "string", **naming}
            names = self._candidates(text_schema, "name", context, depth)
            for name in islice(names, TRIES_AN_ITEM * count):
                yield str(name)
        elif schema.get("additionalProperties") is not False:
            for number in range(count):
                yield f"property{number}"
        elif patterns:
            for pattern in islice(cycle(patterns), TRIES_AN_ITEM * count):
                yield text_for(pattern, context.random, 1)

    def _array(self, schema: Schema, name: str, context: ValueContext, depth: int) -> list[Any]:
        places = self._places(schema, context.budget, depth)
        if schema.get("uniqueItems") and len(places) > 1:
            return self._distinct(places, name, context, depth)
        items = []
        for place in places:
            item = self._value(place, name, context, depth + 1)
            if item is not MISSING:
                items.append(item)
        return items

    def _places(self, schema: Schema, budget: ValueBudget, depth: int) -> list[Any]:
        """Return the schema of each item that is made; of none when there would be too many.

        `contains` asks something of some items beside what is asked of all: of the last ones.
        """
        most = size_of(schema, "maxItems", math.inf)
        first = listed(schema, "prefixItems")
        rest = schema.get("items", {})
        contained = 0
        if "contains" in schema:
            contained = size_of(schema, "minContains", 1)
        size = max(size_of(schema, "minItems", 0), contained)
        if depth < DEEPEST and not budget.is_tight():
            usual = len(first) or 1
            size = max(size, min(most, usual))
        if contained and rest is not False:
            size = max(size, min(most, len(first) + contained))
        if not budget.allows(size):
            return []
        places = first[:size]
        places += [rest] * (size - len(places))
        for at in range(size - contained, size):
            places[at] = _both(schema["contains"], places[at])
        return places

    def _distinct(
        self, places: list[Any], name: str, context: ValueContext, depth: int
    ) -> list[Any]:
        """Return items of which no two are equal, as far as they are found; the example of a schema
        is not used for several.
        """
        tries = min(TRIES_AN_ITEM * len(places), MOST_TRIES)
        uses = Counter(map(id, places))
        items: dict[str, Any] = {}
        exhausted: set[int] = set()
        for place in places:
            if id(place) in exhausted:
                continue
            is_shared = uses[id(place)] > 1
            schema = self._without_examples(place) if is_shared else place
            size_before = len(items)
            for item in islice(self._candidates(schema, name, context, depth), tries):
                items.setdefault(_identity(item), item)
                if len(items) > size_before:
                    break
            else:
                exhausted.add(id(place))
        return list(items.values())

    def _candidates(
        self, schema: Any, name: str, context: ValueContext, depth: int
    ) -> Iterator[Any]:
        """Yield values of a schema, each of its options once."""
        inner = self._recursion.resolved(schema)
        options = inner.get("enum") if isinstance(inner, Mapping) else None
        if isinstance(options, list):
            yield from options
            return
        while not context.budget.is_spent():
            value = self._value(schema, name, context, depth + 1)
            if value is not MISSING:
                yield value

    def _without_examples(self, schema: Any) -> Any:
        inner = self._recursion.resolved(schema)
        if not isinstance(inner, Mapping):
            return inner
        rest = dict(inner)
        for word in EXAMPLES:
            rest.pop(word, None)
        return rest


def named_value(schema: Schema) -> Any:
    """Return the value that the schema itself names, MISSING when it names none; a slip is passed
    over.
    """
    if "const" in schema:
        return schema["const"]
    options = listed(schema, "enum")
    shown = [schema[word] for word in ("example", "default") if word in schema]
    for value in (*shown, *listed(schema, "examples")):
        if _has_type(value, schema) and (not options or value in options):
            return _as_moment(value, schema)
    if not options:
        return MISSING
    return next((option for option in options if option is not None), None)


def _as_moment(value: Any, schema: Schema) -> Any:
    """Return a moment that is shown without its zone with one, anything else as it is."""
    is_moment = schema.get("format") == "date-time" and isinstance(value, str)
    if not is_moment:
        return value
    return zoned(value) or value


def smallest_value(schema: Schema) -> Any:
    """Return the smallest value of the type of a schema."""
    kind = _type_of(schema) if "type" in schema else "object"
    make = SMALLEST.get(kind)
    return make() if make else None


def _has_type(value: Any, schema: Schema) -> bool:
    """Tell whether a value has the type that its schema declares, if any."""
    declared = schema.get("type")
    if value is None:
        return bool(schema.get("nullable")) or "null" in (declared or ())
    if not isinstance(declared, str):
        return True
    if declared == "boolean" or isinstance(value, bool):
        return declared == "boolean" and isinstance(value, bool)
    if declared == "integer" and isinstance(value, float):
        return value.is_integer()
    expected = _PYTHON_TYPES.get(declared, object)
    return isinstance(value, expected)


def _members(schema: Schema, word: str) -> Mapping[str, Any]:
    """Return the map that a word of a schema holds; what is no map is empty."""
    value = schema.get(word)
    return value if isinstance(value, Mapping) else {}


def _property_schema(schema: Schema, name: str) -> Any:
    """Return the schema of a property: its own, that of the patterns of its name, else that of
    additional properties.
    """
    properties = _members(schema, "properties")
    if name in properties:
        return properties[name]
    patterns = _members(schema, "patternProperties").items()
    found = [child for pattern, child in patterns if finds(pattern, name)]
    if not found:
        return schema.get("additionalProperties", {})
    if len(found) == 1:
        return found[0]
    return {"allOf": found}


def _both(one: Any, other: Any) -> Any:
    """Return a schema that asks for what both schemas ask; one that asks for nothing counts as
    none.
    """
    return {"allOf": [one, other]} if other and other is not True else one


def _identity(value: Any) -> str:
    """Return the same text for equal JSON values, and for no others; true is not 1."""
    return json.dumps(value, sort_keys=True, default=str)


def _type_of(schema: Schema) -> str:
    declared = schema.get("type")
    if isinstance(declared, list):
        declared = next((name for name in declared if name != "null"), "null")
    if isinstance(declared, str):
        return declared
    if schema.keys() & {"properties", "additionalProperties", "patternProperties"}:
        return "object"
    if schema.keys() & {"items", "prefixItems", "contains"}:
        return "array"
    return "number" if "minimum" in schema or "maximum" in schema else "string"
