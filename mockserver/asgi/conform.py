"""Make a value fit the schema of a reply: what is wrong in it is respelled, made from the schema or
left out.

A record was shaped by the requests that made it, and a reply may describe it otherwise: a number
where text was sent, an object where its id was, a choice of shapes. What fits stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from mockserver.budget import ValueBudget
from mockserver.call import Supply
from mockserver.lookup import MISSING
from mockserver.model.declared import Spec, flattened, resolved, type_of
from mockserver.model.schemas import Direction, SchemaCompiler, Validator

ROUNDS = 8
"""How often a value is looked over before it is made anew as a whole."""

NODES_A_MEND = 20
"""What looking at a fault costs, in nodes of a value."""
DEEPEST = 4
"""Choices within choices that are tried."""
INSIDE = frozenset({"required", "additionalProperties", "unevaluatedProperties"})
"""Faults of an object that are put right among its properties."""
TOLD = frozenset({"example", "examples", "default"})

Path = tuple[str | int, ...]


class Conformer:
    """Mends values of one schema; the validator is compiled when it is first needed."""

    def __init__(
        self, spec: Spec, schema: Any, schemas: SchemaCompiler, supply: Supply, level: int = 0
    ) -> None:
        self._level = level
        self._spec = spec
        self._schema = schema
        self._schemas = schemas
        self._supply = supply
        self._validator: Validator | None = None
        self._choices: tuple[Conformer, ...] | None = None

    def fits(self, value: Any) -> bool:
        if self._validator is None:
            self._validator = self._schemas.compile(self._schema, Direction.REPLY)
        return bool(self._validator.is_valid(value))

    def conform(self, value: Any, salt: str, budget: ValueBudget | None = None) -> Any:
        """Return the value, or the nearest one that fits; with what can be mended in it when none
        is found, or none within the budget.
        """
        if self.fits(value):
            return value
        budget = budget or ValueBudget()
        present = self._present()
        if value is not None and present is not None:
            return present.conform(value, salt, budget)
        mended = self._mended(value, salt, budget)
        if budget.is_spent() or self.fits(mended):
            return mended
        for choice in self._choice() if self._level < DEEPEST else ():
            chosen = choice.conform(value, salt, budget)
            if self.fits(chosen):
                return chosen
        anew = self._anew(value, salt, budget)
        return anew if self.fits(anew) else mended

    def _present(self) -> Conformer | None:
        """Return what mends a value that is there where null is valid: no way out for it."""
        schema = dict(resolved(self._spec, self._schema))
        if not schema.pop("nullable", False):
            return None
        present = self._inner(schema)
        present._level = self._level
        return present

    def _mended(self, value: Any, salt: str, budget: ValueBudget) -> Any:
        """Return the value with each fault put right where it is, as far as that goes."""
        for _ in range(ROUNDS):
            if budget.is_spent():
                break
            errors = list(self._validator.iter_errors(value)) if self._validator else []
            if not any(error.instance_path or error.kind.name in INSIDE for error in errors):
                return value
            before = value
            for error in errors[:32]:
                if budget.is_spent():
                    break
                path = tuple(error.instance_path)
                kind: Any = error.kind
                if kind.name == "required":
                    made = self._made((*path, kind.property), MISSING, salt, budget)
                    value = _put(value, (*path, kind.property), None if made is MISSING else made)
                elif kind.name in ("additionalProperties", "unevaluatedProperties"):
                    for name in kind.unexpected:
                        value = _put(value, (*path, name), MISSING)
                elif path:
                    old = _found(value, path, error.instance)
                    value = _put(value, path, self._made(path, old, salt, budget))
            if value == before:
                break
        return value

    def _made(self, path: Path, old: Any, salt: str, budget: ValueBudget) -> Any:
        """Return what belongs at a path: the old value respelled, else one made from the schema
        there.

        An object that cannot be mended, and that nothing that is made is better than, stays: it may
        be a record.
        """
        schema = self._at(path)
        inner = self._inner(schema)
        again = _respelled(old, type_of(flattened(self._spec, schema)))
        if again is not MISSING and inner.fits(again):
            return again
        salt = f"{salt}/{'/'.join(map(str, path))}"
        budget.spend(NODES_A_MEND)
        made = self._supply.value(schema, salt, budget)
        if made is MISSING or self._level >= DEEPEST:
            return made
        for value in (old, made) if isinstance(old, Mapping) and old else (made,):
            mended = inner.conform(value, salt, budget)
            if inner.fits(mended):
                return mended
        return old if isinstance(old, Mapping) and old else mended

    def _at(self, path: Path) -> Any:
        """Return the schema at a path, an empty one where nothing is said."""
        schema: Any = self._schema
        for step in path:
            flat = flattened(self._spec, schema)
            if isinstance(step, int):
                first = flat.get("prefixItems") or ()
                schema = first[step] if step < len(first) else flat.get("items", {})
            else:
                known = flat.get("properties") or {}
                schema = known.get(step, flat.get("additionalProperties", {}))
        return schema

    def _choice(self) -> tuple[Conformer, ...]:
        if self._choices is None:
            schema = resolved(self._spec, self._schema)
            rest = {word: said for word, said in schema.items() if word not in ("oneOf", "anyOf")}
            self._choices = tuple(
                self._inner({"allOf": [rest, choice]} if rest.get("properties") else choice)
                for word in ("oneOf", "anyOf")
                for choice in schema.get(word) or ()
            )
        return self._choices

    def _inner(self, schema: Any) -> Conformer:
        return Conformer(self._spec, schema, self._schemas, self._supply, self._level + 1)

    def _anew(self, value: Any, salt: str, budget: ValueBudget) -> Any:
        """Return a value made from the schema, with what it can keep of the old one."""
        made = next(
            (
                each
                for each in self._candidates(salt, budget)
                if each is not MISSING and self.fits(each)
            ),
            MISSING,
        )
        if made is MISSING or not isinstance(made, Mapping) or not isinstance(value, Mapping):
            return value if made is MISSING else made
        kept = _kept(made, value, self.fits)
        return kept if self.fits(kept) else value

    def _candidates(self, salt: str, budget: ValueBudget) -> Iterator[Any]:
        """Yield values made from the schema: as it is, without its examples, and of each choice."""
        for schema in (self._schema, *(choice._schema for choice in self._choice())):
            yield self._supply.value(schema, salt, budget)
            yield self._supply.value(_untold(self._spec, schema), salt, budget)


def _found(value: Any, path: Path, told: Any) -> Any:
    """Return what is at a path; `told` is the same with its properties in another order."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return told
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
            around = partial(_around, dict(kept), name, fits)
            kept[name] = _kept(made[name], child, around)
    return kept


def _around(kept: Mapping[str, Any], name: str, fits: Callable[[Any], bool], child: Any) -> bool:
    return fits({**kept, name: child})


def _untold(spec: Spec, schema: Any, depth: int = 0) -> Any:
    """Return the schema without its examples and defaults, which are not always valid."""
    if depth > DEEPEST:
        return schema
    plain = {word: said for word, said in resolved(spec, schema).items() if word not in TOLD}
    if isinstance(plain.get("properties"), Mapping):
        plain["properties"] = {
            name: _untold(spec, child, depth + 1) for name, child in plain["properties"].items()
        }
    if isinstance(plain.get("items"), Mapping):
        plain["items"] = _untold(spec, plain["items"], depth + 1)
    for word in ("allOf", "oneOf", "anyOf"):
        if isinstance(plain.get(word), list):
            plain[word] = [_untold(spec, each, depth + 1) for each in plain[word]]
    return plain


def _respelled(value: Any, kind: str | None) -> Any:
    """Return a scalar in another type: 5 as "5", "5" as 5; MISSING when it has no such spelling."""
    if kind == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if kind in ("integer", "number") and isinstance(value, str):
        try:
            return int(value) if kind == "integer" else float(value)
        except ValueError:
            return MISSING
    if kind == "array" and isinstance(value, str | int | Mapping):
        return [value]
    if kind == "object" and isinstance(value, str | int) and not isinstance(value, bool):
        return {"id": value}
    return MISSING


def _put(value: Any, path: Path, new: Any) -> Any:
    """Return the value with another one at a path; MISSING takes it out."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        child = _put(value[step], rest, new)
        return [*value[:step], *([] if child is MISSING else [child]), *value[step + 1 :]]
    if isinstance(value, Mapping):
        child = _put(value.get(step), rest, new)
        others = {
            name: each for name, each in value.items() if name != step or child is not MISSING
        }
        return others if child is MISSING else {**others, step: child}
    return value
