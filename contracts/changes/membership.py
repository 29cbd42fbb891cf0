"""A schema beside alternatives: a pair of schemas of which one has a choice in, the alternatives
that may be the other one out.

    OLD  {type: object}
    NEW  {anyOf: [{type: object}, {type: array}]}     the first may be what OLD says
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.changes.rules.schema import RULES_OF
from contracts.changes.rules.schema_pair import SchemaPair, SchemaRule
from contracts.changes.shape import Choice, Shape, settle, shape_of
from contracts.changes.types import Found, Spot
from contracts.openapi import Spec
from mockserver.model.schema.schemas import Direction

_TYPES = frozenset(
    {
        "array",
        "boolean",
        "integer",
        "number",
        "object",
        "string",
    }
)


def members(old: Spec, new: Spec, pair: SchemaPair) -> Iterator[tuple[Spot, Spot]]:
    """Yield the pairs of schemas of which one is an alternative of the side that has a choice, and
    the other one the side that has none.

    An alternative that is taken only where no other one is (`oneOf`) is no member of a request.
    """
    before, after = pair.old, pair.new
    if before.choices and after.choices:
        return
    for whole in _wholes(old, before, pair.direction):
        yield whole, after.spot
    for whole in _wholes(new, after, pair.direction):
        yield before.spot, whole


def told_members(pair: SchemaPair) -> tuple[SchemaRule, Found]:
    """Return what is told where all alternatives of a choice but one are new, or gone."""
    word, said = "added", "may be"
    if pair.old.choices:
        word, said = "removed", "was"
    name = f"{pair.direction.name.lower()}-alternative-{word}"
    rules = {each.name: each for each in RULES_OF[pair.direction]}
    choice = (pair.old.choices or pair.new.choices)[0]
    count = len(choice.alternatives)
    found = pair.found(f"it {said} one of {count} alternatives")
    return rules[name], found


def _wholes(spec: Spec, shape: Shape, direction: Direction) -> Iterator[Spot]:
    """Yield each alternative together with what stands beside its keyword."""
    if len(shape.choices) != 1:
        return
    choice = shape.choices[0]
    schema = settle(spec, shape.spot)
    for index in range(len(choice.alternatives)):
        if direction is Direction.REPLY or _takes_alone(spec, choice, index):
            yield _with_rest(schema, choice, index)


def _takes_alone(spec: Spec, choice: Choice, index: int) -> bool:
    """Tell whether what an alternative of a request takes is refused by none of the others: those
    of a `oneOf` must be of other types.
    """
    if choice.keyword == "anyOf":
        return True
    shapes = [shape_of(spec, each, Direction.REQUEST) for each in choice.alternatives]
    types = list(map(_types, shapes))
    own = types.pop(index)
    return all(own.isdisjoint(each) for each in types)


def _types(shape: Shape) -> frozenset[str]:
    """Return the types that a value may have; an integer is a number."""
    types = _TYPES if shape.types is None else shape.types
    if "number" in types:
        types |= {"integer"}
    return types | {"null"} if shape.nullable else types


def _with_rest(schema: Spot, choice: Choice, index: int) -> Spot:
    alternative = choice.alternatives[index]
    if not isinstance(schema.value, Mapping):
        return alternative
    rest = dict(schema.value)
    for word in (choice.keyword, "discriminator"):
        rest.pop(word, None)
    if not rest:
        return alternative
    whole = {"allOf": [rest, alternative.value]}
    return Spot(whole, schema.at(choice.keyword, index))
