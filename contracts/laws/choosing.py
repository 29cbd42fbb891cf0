"""Laws of what a list is asked for: a filter chooses what fits and nothing else, an order is
kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from contracts.compare.same import shown
from contracts.laws.bench.envelopes import total_of
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.walk import sizes
from contracts.laws.bench.world import World
from contracts.laws.listing import some
from contracts.laws.verbs import verbs_of
from contracts.openapi import of_value, parameters, properties, type_of
from contracts.requests.drafts import Record
from contracts.requests.fields import SCALARS, WORDS, kind_of, scalars, sendable, values
from contracts.targets.target import Answer
from mockserver.lookup import MISSING, value_at
from mockserver.model.types import Filter, Operation
from mockserver.model.types.facts import admits
from mockserver.model.types.reading import Language, Operator
from mockserver.state import key_of

MOST = 6
"""Values by which a list is filtered."""

MOVES = 3
"""Things that are done to records before a list is filtered."""
RECORDS = 5
"""Records that are made, with values of which some come twice."""

SEVERAL = re.compile(r"(?:__in|\[in\]|:in|_in|\[\])$")
"""How a parameter says that it takes several values: id__in, id[in], id:in, ids[]."""


def has_filters(place: Place) -> bool:
    return any(_equalities(each) for each in place.lists)


def _equalities(operation: Operation) -> list[Filter]:
    """Return the filters that choose by one value of a property, or of a list that it holds."""
    return [each for each in operation.filters if each.is_equality or _is_of_items(each)]


def _is_of_items(narrowing: Filter) -> bool:
    is_plain = narrowing.language is Language.VALUE and not narrowing.negated
    return is_plain and narrowing.operator is Operator.HAS and not narrowing.others


def filters_choose(world: World) -> None:
    """Ask a list for the records with a value: all that have it come, and no other."""
    make_various(world)
    tried = False
    for operation in world.place.lists:
        equalities = _equalities(operation)
        if not equalities:
            continue
        world.begin()
        every = world.listed(operation)
        for narrowing in equalities:
            tried = _check_filter(world, operation, narrowing, every) or tried
        _check_all_filters(
            world,
            operation,
            every,
        )
    if not tried:
        raise Untried("no record shows a value that a filter can be asked for")


def make_various(world: World) -> None:
    """Make records with different values, each with some that another one has too."""
    if not world.may_make:
        home = world.home()
        if home is not None:
            make_various(home)
        return
    fields = scalars(
        world.spec,
        world.maker.operation,
        world.resource,
    )
    supply = world.visit.drafts.supply
    choices = {name: _choices(world, schema, name, supply) for name, schema in fields.items()}
    choices |= _lists(world)
    usual = [
        {name: found[at % len(found)] for name, found in choices.items() if found}
        for at in range(RECORDS)
    ]
    with world.visit.off_stage():
        for fields_ in usual:
            if isinstance(world.offer(fields_), Answer):
                for name, value in fields_.items():
                    world.offer({name: value})
        _move_some(world, usual)


def _move_some(world: World, usual: list[dict[str, Any]]) -> None:
    """Do to records what can be done to them, and change one: a list must find them by what they
    are now.
    """
    for verb in verbs_of(world, MOVES):
        made = world.offer()
        if not isinstance(made, Answer):
            world.send(verb, world.at(verb, made))
    for operation in world.place.changes[:1]:
        made = world.offer(usual[0] if usual else {})
        if usual and not isinstance(made, Answer):
            with suppress(Untried):
                world.change(operation, made, usual[1])


def _lists(world: World) -> dict[str, list[Any]]:
    """Return lists of two items for the properties that hold several texts or numbers: each item
    is the first of one list and the second of another.
    """
    found: dict[str, list[Any]] = {}
    supply = world.visit.drafts.supply
    known = sendable(
        world.spec,
        world.maker.operation,
        world.resource,
    )
    for name, schema in known.items():
        item = of_value(world.spec, schema.get("items"))
        if type_of(schema) != "array" or kind_of(item) not in SCALARS:
            continue
        if schema.get("maxItems", 2) < 2:
            continue
        told = item.get("enum") or [supply.value(item, f"{name}/{number}") for number in range(4)]
        items = [each for each in _distinct(iter(told)) if each][:3]
        if len(items) == 3:
            first, second, third = items
            found[name] = [[first, second], [second, third], [third, first]]
    return found


def _choices(world: World, schema: Mapping[str, Any], name: str, supply: Any) -> list[Any]:
    """Return three or four values of a property: with five records, one comes twice."""
    found = values(world.spec, schema, name, supply)
    falsy = [each for each in found if each in (False, 0) and each is not None]
    usual = [each for each in found if each and len(str(each)) < 60][:3]
    twin = (
        [str(usual[0]).swapcase()]
        if usual and usual[0] in WORDS and not {"enum", "pattern"} & schema.keys()
        else []
    )
    kept = [*usual, *twin, *falsy[:1]]
    return kept[:4] if type_of(schema) != "boolean" else found


def _check_filter(
    world: World, operation: Operation, narrowing: Filter, every: list[Record]
) -> bool:
    """Hold one filter; tell whether it could be asked for anything."""
    known = [(world.key(each), value_at(each, narrowing.field)) for each in every]
    if _is_of_items(narrowing) and not any(isinstance(has, list) for _, has in known):
        return False
    held: list[Any] = []
    for _, has in known:
        held += _items(has)
    askable = (value for value in held if _can_ask(world, operation, narrowing, value))
    wanted = _distinct(askable)[:MOST]
    for value in wanted:
        _check_chosen(
            world,
            operation,
            {narrowing.param: value},
            [key for key, has in known if _fits(has, value)],
        )
    if len(wanted) > 1 and SEVERAL.search(narrowing.param):
        both = [key for key, has in known if any(_fits(has, value) for value in wanted[:2])]
        _check_chosen(world, operation, {narrowing.param: wanted[:2]}, both)
    nobody = "zulu"
    if wanted and not narrowing.must_exist and _can_ask(world, operation, narrowing, nobody):
        _check_chosen(world, operation, {narrowing.param: nobody}, [])
    return bool(wanted)


def _check_all_filters(world: World, operation: Operation, every: list[Record]) -> None:
    """Ask by several filters at once, for what one record has: what fits all of them comes."""
    for record in every[:2]:
        asked = {each: value_at(record, each.field) for each in _equalities(operation)}
        asked = {
            each: value for each, value in asked.items() if _can_ask(world, operation, each, value)
        }
        if len(asked) < 2:
            continue
        fitting = [
            world.key(other)
            for other in every
            if all(_fits(value_at(other, each.field), value) for each, value in asked.items())
        ]
        _check_chosen(
            world, operation, {each.param: value for each, value in asked.items()}, fitting
        )


def _check_chosen(
    world: World, operation: Operation, asked: Mapping[str, Any], fitting: Sequence[str]
) -> None:
    query = _nested(asked)
    pages = world.pages(
        operation, asked=query, size=small_size(world, operation) if len(fitting) < MOST else None
    )
    found = [world.key(each) for page in pages for each in page.records]
    told = " and ".join(f"{name} {shown(value)}" for name, value in asked.items())
    if wrong := [key for key in found if key not in fitting]:
        raise Broken(
            operation, f"the records with {told}: {some(list(fitting))}", f"{some(wrong)} besides"
        )
    if missed := [key for key in fitting if key not in found]:
        raise Broken(
            operation,
            f"all records with {told}: {some(list(fitting))}",
            f"{some(missed)} is not there",
        )
    total = total_of(operation, pages[0].answer)
    if total is not None and total != len(found) and operation.paging.number is not None:
        raise Broken(operation, f"a total of {len(found)}, of the records with {told}", str(total))
    for count in world.place.counts:
        names = {each.param for each in _equalities(count)}
        if world.is_alone and set(asked) <= names and operation is world.place.list:
            number = world.count(count, asked=query)
            if number != len(fitting):
                raise Broken(count, f"{len(fitting)} records with {told}", str(number))


def small_size(world: World, operation: Operation) -> int | None:
    """Return the size of a page on which not all records are."""
    least, most = sizes(world.spec, operation)
    return None if most is None else min(most, max(least, 2))


def _nested(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the query in which `filter.status` is a member of the object `filter`."""
    query: dict[str, Any] = {}
    for name, value in asked.items():
        outer, dot, inner = name.partition(".")
        if dot:
            query.setdefault(outer, {})[inner] = value
        else:
            query[name] = value
    return query


def _can_ask(world: World, operation: Operation, narrowing: Filter, value: Any) -> bool:
    """Tell whether a query can carry the value, and its parameter takes it."""
    if (
        not isinstance(value, str | int | float)
        or value == ""
        or "," in str(value)
        or len(str(value)) > 100
    ):
        return False
    declared = {
        str(each.get("name")): each
        for each in parameters(world.spec, operation.path, operation.method)
    }
    outer, dot, inner = narrowing.param.partition(".")
    schema = of_value(
        world.spec, declared.get(narrowing.param, declared.get(outer, {})).get("schema")
    )
    if dot and narrowing.param not in declared:
        schema = properties(world.spec, schema).get(inner, {})
    if type_of(schema) == "array":
        schema = of_value(world.spec, schema.get("items"))
    return admits(schema, value if type_of(schema) != "string" else _spelled(value))


def _spelled(value: Any) -> str:
    return key_of(value)


def _items(has: Any) -> list[Any]:
    """Return the values that a property holds: its own, or those of its list."""
    return has if isinstance(has, list) else [has]


def _fits(has: Any, value: Any) -> bool:
    if isinstance(has, list):
        return any(_fits(each, value) for each in has)
    return has is not MISSING and has is not None and key_of(has) == key_of(value)


def _distinct(found: Iterator[Any]) -> list[Any]:
    return list({key_of(each): each for each in found}.values())
