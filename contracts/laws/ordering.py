"""Laws of order: a list comes in the order asked for, or in its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from contracts.compare.likeness import moment
from contracts.compare.same import shown
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.world import World
from contracts.laws.choosing import make_various, small_size
from contracts.laws.listing import make_up_to, some
from contracts.openapi import parameters, properties, resolved, type_of
from contracts.requests.fields import SCALARS, kind_of
from contracts.requests.lessons import DECIMAL
from mockserver.lookup import value_at
from mockserver.model.keys import CREATION
from mockserver.model.paths import bare
from mockserver.model.types import Operation

_DIRECTIONS = frozenset(
    {"direction", "sortdirection", "sortorder", "orderdirection", "order", "dir", "sortdir"}
)
_WAY = re.compile(r"^([-+]?)(.*?)(?:[:_. ](asc|desc)(?:ending)?)?$", re.IGNORECASE)
_NUMERIC = re.compile(r"\bas (a )?(numbers?|decimals?|amounts?)\b|\bnumeric", re.IGNORECASE)
_MINUS = re.compile(r"(^|[\s`'\"(|])-(\w|`|\{|<)|minus|hyphen|prefix", re.IGNORECASE)


def has_order(place: Place) -> bool:
    return any(each.sort_param or _own_order(place) for each in place.lists)


def order_holds(world: World) -> None:
    """Ask a list for an order, and for the opposite one: all records come, and in that order."""
    if world.may_make:
        make_various(world)
    make_up_to(world, 2)
    for operation in world.place.lists:
        for way in [*_ways(world, operation), *_given(world, operation)]:
            world.begin()
            _check_order(world, operation, way)


@dataclass(frozen=True, slots=True)
class Way:
    """An order: what asks for it, by which property, whether the largest comes first, and whether
    texts of decimals are numbers.
    """

    asked: Mapping[str, Any]
    field: str
    descending: bool
    numeric: bool = False


def _own_order(place: Place) -> bool:
    usual = ((), (place.resource.key,), (CREATION,))
    return place.resource.order not in usual


def _given(world: World, operation: Operation) -> Iterator[Way]:
    """Yield the order that the records have when none is asked for."""
    if _own_order(world.place) and operation is world.place.list:
        first = world.resource.order[0]
        yield Way(
            {},
            first.lstrip("-"),
            first.startswith("-"),
        )


def _ways(world: World, operation: Operation) -> Iterator[Way]:
    """Yield the orders that can be asked for, as the document spells them."""
    declared = parameters(
        world.spec,
        operation.path,
        operation.method,
    )
    asking = next((each for each in declared if each.get("name") == operation.sort_param), None)
    if operation.sort_param is None or asking is None:
        return
    schema = resolved(world.spec, asking.get("schema"))
    schema = resolved(world.spec, schema.get("items")) if type_of(schema) == "array" else schema
    if type_of(schema) == "object":
        return
    shown_ = properties(world.spec, world.resource.schema)
    sortable = {bare(name): name for name, child in shown_.items() if kind_of(child) in SCALARS}
    turn = next(
        (
            each
            for each in declared
            if bare(str(each.get("name"))) in _DIRECTIONS and each is not asking
        ),
        None,
    )
    words = (
        asking.get("description", ""),
        schema.get("description", ""),
        schema.get("pattern", ""),
    )
    minus = any(_MINUS.search(str(each)) for each in words)
    numeric = any(_NUMERIC.search(str(each)) for each in words)
    said = [
        name for name in sortable.values() if name == world.resource.key or _is_named(name, words)
    ]
    told = schema.get("enum") or [*said, *(f"-{name}" for name in said if minus)]
    for each in [str(word) for word in told]:
        match = _WAY.match(each)
        field = sortable.get(bare(match[2])) if match else None
        if match is None or field is None:
            continue
        way = (match[3] or _usual_turn(world, turn)).lower()
        descending = match[1] == "-" or way == "desc"
        yield Way(
            {operation.sort_param: each},
            field,
            descending,
            numeric,
        )
        if turn is not None and not descending and not match[3]:
            yield Way(
                {operation.sort_param: each, str(turn["name"]): _down(world, turn)}, field, True
            )


def _usual_turn(world: World, turn: Mapping[str, Any] | None) -> str:
    """Return the direction that is taken where none is asked for: asc, desc, or an empty text.

    A document may say that the newest come first unless another direction is asked for.
    """
    if turn is None:
        return ""
    usual = str(
        resolved(world.spec, turn.get("schema")).get(
            "default",
            "",
        )
    )
    return usual.lower()[:4]


def _is_named(name: str, words: Iterable[object]) -> bool:
    """Tell whether the document names a property where it describes the order: no other is sure to
    be known.
    """
    return any(
        re.search(
            rf"(?<![\w]){re.escape(name)}(?![\w])",
            str(each),
        )
        for each in words
    )


def _down(world: World, turn: Mapping[str, Any]) -> str:
    """Return the word for descending."""
    choices = [
        str(each)
        for each in resolved(
            world.spec,
            turn.get("schema"),
        ).get("enum")
        or ()
    ]
    return next((each for each in choices if each.lower().startswith("desc")), "desc")


def _check_order(world: World, operation: Operation, way: Way) -> None:
    small = small_size(world, operation) if world.may_make else None
    try:
        pages = world.pages(
            operation,
            asked=way.asked,
            size=small,
        )
    except Untried:
        return  # the server takes another spelling than the document tells
    found = [each for page in pages for each in page.records]
    with world.visit.off_stage():
        every = {world.key(each) for each in world.listed(operation)}
    told = f"the order by {way.field}{', descending' if way.descending else ''}"
    if way.asked and (missed := every - {world.key(each) for each in found}):
        raise Broken(
            operation, f"all {len(every)} records in {told}", f"{some(missed)} is not there"
        )
    there = [value_at(each, way.field) for each in found]
    plain = [_rank(value, way.numeric) for value in there]
    known = [each for each in plain if each is not None]
    ranks = known[::-1] if way.descending else known
    if any(type(one) is type(other) and one > other for one, other in pairwise(ranks)):
        raise Broken(
            operation,
            told,
            ", ".join(shown(each) for each in there[:12]),
        )


def _rank(value: Any, numeric: bool) -> Any:
    """Return what a value is compared by, None for what servers may put in different orders."""
    if isinstance(value, int | float):
        return float(value)
    if numeric and isinstance(value, str) and DECIMAL.fullmatch(value):
        return float(value)
    if not isinstance(value, str):
        return None
    when = moment(value) if value[:1].isdigit() or "," in value else None
    if when is not None:
        return when
    return value if value.isascii() and value.isalpha() and value.islower() else None
