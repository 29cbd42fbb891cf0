"""Make a value fit the schema of a reply: what is wrong in it is respelled, made from the schema or
left out.

A record was shaped by the requests that made it, and a reply may describe it otherwise: a number
where text was sent, an object where its id was, a property that nobody sent. What fits stays as it
is. Of what does not, as much as can stays: first each fault is mended where it is,

    {id: 7, tags: "new"}  by  {id: text, tags: list of texts, name: required text}
    becomes {id: "7", tags: ["new"], name: "Larch"}

then, where the schema has alternatives, the value is mended by its own and after that by each other
one, and only where nothing helps it is made anew, with all that it can keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from itertools import islice
from typing import Any

from mockserver.budget import ValueBudget
from mockserver.call import Supply
from mockserver.lookup import MISSING
from mockserver.model.schema.alternatives import narrowed
from mockserver.model.schema.schemas import Direction, Validator, path_of
from mockserver.model.types import DescribedSchema
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.moments import zoned

ROUNDS = 8
"""How often a value is looked over before it is made anew as a whole."""
MOST_FAULTS = 32
"""Faults that are mended in one round."""
MOST_TOLD = 8
"""Faults that are told of one value."""
NODES_A_MEND = 20
"""What looking at a fault costs, in nodes of a value."""
DEEPEST = 4
"""Choices within choices that are tried."""
LONGEST_PATH = 24
"""Steps to a fault that is mended: of a schema that requires itself no value is ever whole."""
IDENTIFYING = ("id", "uuid", "guid", "gid", "uid", "key", "value", "slug", "code", "name")
"""Properties by which an object is named where its key alone was sent, the likeliest first."""
INSIDE = frozenset({"required", "additionalProperties", "unevaluatedProperties"})
"""Faults of an object that are put right among its properties."""
SHOWN = frozenset({"example", "examples", "default"})
"""Words that show values, which are not always valid."""

Path = tuple[str | int, ...]


class Conformer:
    """Mends values of one schema; the validator is compiled when it is first needed."""

    def __init__(self, schema: DescribedSchema, supply: Supply, level: int = 0) -> None:
        """Take how many conformers this one is inside of."""
        self._schema = schema
        self._supply = supply
        self._level = level

    @cached_property
    def _validator(self) -> Validator:
        validator: Validator = self._schema.validator(Direction.REPLY)
        return validator

    def fits(self, value: Any) -> bool:
        return bool(self._validator.is_valid(value))

    def faults(self, value: Any) -> tuple[str, ...]:
        """Return what is wrong in a value, one text for each fault: `/title: 5 is not of type
        "string"`.
        """
        errors = islice(self._validator.iter_errors(value), MOST_TOLD)
        texts = []
        for error in errors:
            steps = "".join(f"/{step}" for step in path_of(error, value))
            texts.append(f"reply {steps}".rstrip() + f": {error.message}")
        return tuple(texts)

    def conform(self, value: Any, salt: str, budget: ValueBudget | None = None) -> Any:
        """Return the value, or the nearest one that fits; with what can be mended in it when none
        is found, or none within the budget.
        """
        if self.fits(value):
            return value
        budget = budget or ValueBudget()
        if value is not None and self._present is not None:
            return self._present.conform(value, salt, budget)
        own = narrowed(self._schema, value)
        if own is not self._schema and self._level < DEEPEST:
            chosen = self._inner(own).conform(value, salt, budget)
            if self.fits(chosen):
                return chosen
        mended = self._mended(value, salt, budget)
        if budget.is_spent() or self.fits(mended):
            return mended
        for choice in self._choices if self._level < DEEPEST else ():
            chosen = choice.conform(value, salt, budget)
            if self.fits(chosen):
                return chosen
        anew = self._anew(value, salt, budget)
        return anew if self.fits(anew) else mended

    @cached_property
    def _present(self) -> Conformer | None:
        """What mends a value that is there where null is valid: no way out for it."""
        present = self._schema.present
        if present is self._schema:
            return None
        return Conformer(present, self._supply, self._level)

    def _mended(self, value: Any, salt: str, budget: ValueBudget) -> Any:
        """Return the value with each fault put right where it is, as far as that goes."""
        for _ in range(ROUNDS):
            errors = [] if budget.is_spent() else list(self._validator.iter_errors(value))
            if not any(error.instance_path or error.kind.name in INSIDE for error in errors):
                return value
            before = value
            for error in errors[:MOST_FAULTS]:
                if not budget.is_spent():
                    value = self._without_fault(value, error, salt, budget)
            if value == before:
                break
        return value

    def _without_fault(self, value: Any, error: Any, salt: str, budget: ValueBudget) -> Any:
        """Return the value with one fault put right."""
        path, kind = path_of(error, value), error.kind
        if len(path) > LONGEST_PATH:
            return value
        if kind.name == "required":
            place = (*path, kind.property)
            made = self._made(place, MISSING, salt, budget)
            return _put(value, place, None if made is MISSING else made)
        if kind.name in INSIDE:
            for name in kind.unexpected:
                value = _put(value, (*path, name), MISSING)
        elif path:
            old = _found(value, path, error.instance)
            value = _put(value, path, self._made(path, old, salt, budget))
        return value

    def _made(self, path: Path, old: Any, salt: str, budget: ValueBudget) -> Any:
        """Return what belongs at a path: the old value respelled, else one made from the schema
        there.

        An object that cannot be mended, and that nothing that is made is better than, stays: it may
        be a record.
        """
        schema = self._at(path)
        inner = self._inner(schema)
        again = _identified(old, schema) if schema.type == "object" else MISSING
        if again is MISSING:
            again = _respelled(old, schema.type, schema.format)
        if again is not MISSING and inner.fits(again):
            return again
        salt = f"{salt}/{'/'.join(map(str, path))}"
        budget.spend(NODES_A_MEND)
        made = self._supply.value(schema.raw, salt, budget)
        if made is MISSING or self._level >= DEEPEST:
            return made
        is_record = isinstance(old, Mapping) and bool(old)
        own = old if is_record else again
        mended = made
        for value in (made,) if own is MISSING else (own, made):
            mended = inner.conform(value, salt, budget)
            if inner.fits(mended):
                return mended
        return old if is_record else mended

    def _at(self, path: Path) -> DescribedSchema:
        """Return the schema at a path, one that says nothing where nothing is said."""
        schema = self._schema
        for step in path:
            if isinstance(step, int):
                first = schema.get("prefixItems") or ()
                is_placed = step < len(first)
                schema = schema.derived(first[step]) if is_placed else schema.items
            else:
                known = schema.properties.get(step) or schema.additional
                schema = known or NO_SCHEMA
        return schema

    @cached_property
    def _choices(self) -> tuple[Conformer, ...]:
        """What mends values by each alternative of the schema."""
        found = []
        common = self._schema.common
        for alternative in self._schema.alternatives:
            choice = alternative.schema
            if common.properties:
                choice = self._schema.joined([common, choice])
            found.append(self._inner(choice))
        return tuple(found)

    def _inner(self, schema: DescribedSchema) -> Conformer:
        return Conformer(schema, self._supply, self._level + 1)

    def _anew(self, value: Any, salt: str, budget: ValueBudget) -> Any:
        """Return a value made from the schema, with what it can keep of the old one."""
        candidates = self._candidates(salt, budget)
        fitting = (made for made in candidates if made is not MISSING and self.fits(made))
        made = next(fitting, MISSING)
        if made is MISSING:
            return value
        if not isinstance(made, Mapping) or not isinstance(value, Mapping):
            return made
        kept = _kept(made, value, self.fits)
        return kept if self.fits(kept) else value

    def _candidates(self, salt: str, budget: ValueBudget) -> Iterator[Any]:
        """Yield values made from the schema: as it is, without its examples, and of each choice."""
        choices = [choice._schema for choice in self._choices]
        for schema in (self._schema, *choices):
            yield self._supply.value(schema.raw, salt, budget)
            yield self._supply.value(_without_examples(schema), salt, budget)


def _found(value: Any, path: Path, reported: Any) -> Any:
    """Return what is at a path; `reported` is the same with its properties in another order."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return reported
    return value


def _kept(
    made: Mapping[str, Any], value: Mapping[str, Any], fits: Callable[[Any], bool]
) -> dict[str, Any]:
    """Return the made object with all of the old one that fits, down to the properties of the
    objects in it.
    """
    kept = dict(made)
    for name, child in value.items():
        if fits({**kept, name: child}):
            kept[name] = child
        elif isinstance(child, Mapping) and isinstance(made.get(name), Mapping):
            around = partial(_fits_around, dict(kept), name, fits)
            kept[name] = _kept(made[name], child, around)
    return kept


def _fits_around(
    kept: Mapping[str, Any], name: str, fits: Callable[[Any], bool], child: Any
) -> bool:
    return fits({**kept, name: child})


def _without_examples(schema: DescribedSchema, depth: int = 0) -> Any:
    """Return the schema without its examples and defaults, which are not always valid."""
    if depth > DEEPEST:
        return schema.raw
    plain = {word: said for word, said in schema.plain.items() if word not in SHOWN}
    properties = plain.get("properties")
    if isinstance(properties, Mapping):
        fields = {}
        for name, child in properties.items():
            fields[name] = _without_examples(schema.derived(child), depth + 1)
        plain["properties"] = fields
    if isinstance(plain.get("items"), Mapping):
        plain["items"] = _without_examples(schema.derived(plain["items"]), depth + 1)
    for word in ("allOf", "oneOf", "anyOf"):
        if isinstance(plain.get(word), list):
            parts = map(schema.derived, plain[word])
            plain[word] = [_without_examples(part, depth + 1) for part in parts]
    return plain


def _respelled(value: Any, kind: str | None, form: str | None = None) -> Any:
    """Return a scalar in another type: 5 as "5", "5" as 5, a moment without its zone as one in UTC;
    MISSING when it has no such spelling.
    """
    if form == "date-time" and isinstance(value, str):
        return zoned(value) or MISSING
    if kind == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if kind in ("integer", "number") and isinstance(value, str):
        try:
            is_whole = kind == "integer" or value.isdecimal()
            return int(value) if is_whole else float(value)
        except ValueError:
            return MISSING
    if kind == "array" and isinstance(value, str | int | Mapping):
        return [value]
    return MISSING


def _identified(value: Any, schema: DescribedSchema) -> Any:
    """Return the object of which a scalar is the key: 7 is {id: 7}, and "new" is {value: "new"}
    where the object has that; MISSING where no such property takes it.
    """
    if not isinstance(value, str | int) or isinstance(value, bool):
        return MISSING
    fields = schema.properties
    if not fields:
        return {"id": value}
    for name in IDENTIFYING:
        field = fields.get(name)
        if field is None:
            continue
        for spelled in (value, _respelled(value, field.type)):
            if spelled is not MISSING and field.validator(Direction.REPLY).is_valid(spelled):
                return {name: spelled}
    return MISSING


def _put(value: Any, path: Path, new: Any) -> Any:
    """Return the value with another one at a path; MISSING takes it out."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        child = _put(value[step], rest, new)
        put = [] if child is MISSING else [child]
        return [*value[:step], *put, *value[step + 1 :]]
    if isinstance(value, Mapping):
        child = _put(value.get(step), rest, new)
        if child is MISSING:
            return {name: kept for name, kept in value.items() if name != step}
        return {**value, step: child}
    return value
