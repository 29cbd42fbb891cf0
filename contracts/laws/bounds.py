"""Laws of what else a list is asked for: bounds, words and properties leave out what does not
fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts.laws.choosing import make_various
from contracts.laws.drafts import Record
from contracts.laws.law import Broken, Untried
from contracts.laws.places import Place
from contracts.laws.same import shown
from contracts.laws.world import World
from mockserver.lookup import value_at
from mockserver.model.types import Filter, Operation
from mockserver.model.types.reading import Language, Operator

Fits = Callable[[Any, Any], bool]
_BOUNDS: Mapping[Operator, Fits] = {
    Operator.AT_LEAST: lambda has, bound: has >= bound,
    Operator.GREATER: lambda has, bound: has >= bound,
    Operator.AT_MOST: lambda has, bound: has <= bound,
    Operator.LESS: lambda has, bound: has <= bound,
}
"""Whether a value fits a bound; one at the bound may be in or out."""
_WORDS = frozenset({Operator.CONTAINS, Operator.SEARCH})
"""Operators that look for a text in a text."""


def has_bounds(place: Place) -> bool:
    return any(_bounds(each) or _searches(each) or each.sparse for each in place.lists)


def bounds_choose(world: World) -> None:
    """Ask a list by bounds, by words and for some properties alone: what does not fit is not
    there.
    """
    make_various(world)
    tried = False
    for operation in world.place.lists:
        world.begin()
        every = world.listed(operation)
        for narrowing in _bounds(operation):
            tried = _check_bound(world, operation, narrowing, every) or tried
        for narrowing in _searches(operation):
            tried = _check_words(world, operation, narrowing, every) or tried
        tried = _check_fields(world, operation, every) or tried
    if not tried:
        raise Untried("no record shows a value that a list can be asked by")


def _bounds(operation: Operation) -> list[Filter]:
    return [each for each in _plain(operation) if each.operator in _BOUNDS]


def _searches(operation: Operation) -> list[Filter]:
    return [each for each in _plain(operation) if each.operator in _WORDS and each.field]


def _plain(operation: Operation) -> Iterator[Filter]:
    for narrowing in operation.filters:
        is_single = narrowing.language is Language.VALUE and not narrowing.others
        if is_single and not narrowing.negated:
            yield narrowing


def _check_bound(
    world: World,
    operation: Operation,
    narrowing: Filter,
    every: list[Record],
) -> bool:
    """Ask by a bound that some numbers fit and some do not; tell whether there is one."""
    known = [value_at(each, narrowing.field) for each in every]
    numbers = sorted({each for each in known if _is_number(each)})
    if len(numbers) < 2:
        return False
    fits = _BOUNDS[narrowing.operator]
    bound = numbers[len(numbers) // 2]
    if not any(fits(each, bound) for each in numbers):
        return False
    found = world.listed(operation, asked={narrowing.param: bound})
    for record in found:
        has = value_at(record, narrowing.field)
        if _is_number(has) and not fits(has, bound):
            told = f"no record beyond {narrowing.param} {shown(bound)}"
            raise Broken(
                operation,
                told,
                f"one with {shown(has)}",
                f"/{narrowing.field}",
            )
    return True


def _check_words(
    world: World,
    operation: Operation,
    narrowing: Filter,
    every: list[Record],
) -> bool:
    """Ask by a text that one record has: no record comes in which nothing holds it."""
    for record in every:
        text = value_at(record, narrowing.field)
        if not isinstance(text, str) or not text.isascii() or not text.isalnum():
            continue
        schema = operation.described.parameter("query", narrowing.param)
        if len(text) < 4 or schema is None or "enum" in schema.schema.raw:
            continue
        wanted = text[:20]
        found = world.listed(
            operation,
            asked={narrowing.param: wanted},
        )
        for other in found:
            if wanted.casefold() not in str(other).casefold():
                told = f"only records that hold {shown(wanted)}"
                raise Broken(
                    operation,
                    told,
                    shown(other.get(narrowing.field)),
                )
        return True
    return False


def _check_fields(world: World, operation: Operation, every: list[Record]) -> bool:
    """Ask for one property alone: others that the client gave are not shown."""
    tried = False
    for sparse in operation.sparse:
        parameter = operation.described.parameter("query", sparse.param)
        names = list(parameter.schema.get("enum") or ()) if parameter is not None else []
        if sparse.excludes or sparse.inside:
            continue
        needed = {each.partition(".")[0] for each in sparse.needed}
        for name in [each for each in names if isinstance(each, str) and each.isidentifier()]:
            others = set().union(*every) - {name, world.resource.key} - needed
            if not others:
                continue
            tried = True
            for record in world.listed(
                operation,
                asked={sparse.param: name},
            ):
                if more := others & record.keys():
                    told = f"{name} alone"
                    raise Broken(
                        operation,
                        told,
                        f"{min(more)} besides",
                        f"/{min(more)}",
                    )
    return tried


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
