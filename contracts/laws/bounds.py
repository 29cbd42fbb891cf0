"""Laws of what else a list is asked for: bounds, words and properties leave out what does not
fit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

from contracts.compare.likeness import ANY_CASE
from contracts.compare.same import shown
from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.places import Place
from contracts.laws.bench.world import World
from contracts.laws.choosing import make_various
from contracts.requests.drafts import Record
from contracts.requests.lessons import is_before, rank_of
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
_LOW = frozenset({Operator.AT_LEAST, Operator.GREATER})
_HIGH = frozenset({Operator.AT_MOST, Operator.LESS})
_INCLUSIVE = frozenset({Operator.AT_LEAST, Operator.AT_MOST})
_ONLY = re.compile(r"\bonly\b", re.IGNORECASE)
_AT = re.compile(
    r"at least|at most|\bor (more|less|later|earlier|newer|older|above|below|higher|lower|greater)"
    r"|inclu|minimum|maximum|\bfrom\b|up to|so many",
    re.IGNORECASE,
)
_HOLDS = re.compile(r"\b(hold|contain)s?\b", re.IGNORECASE)
_REFUSES = re.compile(r"\b(400|422|refus\w+|error|invalid|must)\b", re.IGNORECASE)
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
            tried = (
                _check_bound(
                    world,
                    operation,
                    narrowing,
                    every,
                )
                or tried
            )
        for narrowing in _searches(operation):
            tried = _check_words(world, operation, narrowing, every) or tried
        tried = _check_order(world, operation, every) or tried
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
    """Ask by a bound that some values fit and some do not; tell whether there is one.

    What fits must come where words say that the list shows it, that at the bound where they say
    so.
    """
    values = sorted((value_at(each, narrowing.field) for each in every), key=_order)
    ranked = {rank_of(each): each for each in values}
    ranked.pop(None, None)
    known = [*ranked.values()]
    if len(known) < 2:
        return False
    is_low = narrowing.operator in _LOW
    bound = known[len(known) // 2 if is_low else (len(known) - 1) // 2]
    limit = _order(bound)
    fits = _BOUNDS[narrowing.operator]
    found = world.listed(operation, asked={narrowing.param: bound})
    for record in found:
        has = value_at(record, narrowing.field)
        if rank_of(has) is not None and not fits(_order(has), limit):
            told = f"no record beyond {narrowing.param} {shown(bound)}"
            raise Broken(
                operation,
                told,
                f"one with {shown(has)}",
                f"/{narrowing.field}",
            )
    words = _words(operation, narrowing)
    keys = {world.key(each) for each in found}
    for record in every:
        rank = rank_of(value_at(record, narrowing.field))
        if rank is None or not fits(rank, limit) or not _ONLY.search(words):
            continue
        is_at_bound = rank == limit
        if is_at_bound and not (narrowing.operator in _INCLUSIVE and _AT.search(words)):
            continue
        if world.key(record) not in keys:
            told = f"all records within {narrowing.param} {shown(bound)}"
            raise Broken(operation, told, f"{world.key(record)} is not there")
    return True


def _check_order(world: World, operation: Operation, every: list[Record]) -> bool:
    """Ask by a least value above the most one, where words say that this is refused."""
    tried = False
    bounds = _bounds(operation)
    for low, high in product(bounds, bounds):
        is_pair = low.operator in _LOW and high.operator in _HIGH and low.field == high.field
        words = f"{_words(operation, low)} {_words(operation, high)}"
        if not is_pair or not _REFUSES.search(words):
            continue
        if not re.search(rf"\b({re.escape(low.param)}|{re.escape(high.param)})\b", words):
            continue
        found = sorted((value_at(each, low.field) for each in every), key=_order)
        if len(found) < 2 or not is_before(found[0], found[-1]):
            continue
        tried = True
        asked = {low.param: found[-1], high.param: found[0]}
        answer = world.send(operation, world.above, asked=asked)
        demand_refusal(operation, answer, f"{low.param} is after {high.param}")
    return tried


def _words(operation: Operation, narrowing: Filter) -> str:
    parameter = operation.described.parameter("query", narrowing.param)
    return parameter.description if parameter is not None else ""


def _order(value: Any) -> float:
    found = rank_of(value)
    return -math.inf if found is None else found


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
        words = _words(operation, narrowing)
        found = world.listed(
            operation,
            asked={narrowing.param: wanted},
        )
        if _HOLDS.search(words):
            _check_held(
                world,
                operation,
                record,
                found,
                wanted,
            )
        if _HOLDS.search(words) and ANY_CASE.search(words):
            turned = wanted.swapcase()
            folded = world.listed(
                operation,
                asked={narrowing.param: turned},
            )
            _check_held(
                world,
                operation,
                record,
                folded,
                turned,
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


def _check_held(
    world: World,
    operation: Operation,
    record: Record,
    found: list[Record],
    wanted: str,
) -> None:
    """Hold that a record which holds a text comes where a list is asked for that text."""
    key = world.key(record)
    if key not in map(world.key, found):
        told = f"the record {key}, which holds {shown(wanted)}"
        raise Broken(operation, told, "it is not there")


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
