"""Values that one document takes and the other does not: two schemas in, candidates out; and calls
made with them.

A change of a request shows in a call that OLD takes for right and NEW for wrong at that place. So
each candidate is put where the change is, and the two documents say whether it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from contracts.changes.patterns import stray
from contracts.changes.shape import Shape
from contracts.changes.walk import ANY
from mockserver.call import Supply
from mockserver.lookup import MISSING

LONGEST = 20_000
"""Characters of a text, or items of a list, that are still sent."""
EXTRA = "understudy_extra"
_TEXTS = (
    "x",
    "",
    "0",
    "2001-02-03",
    "2001-02-03T04:05:06Z",
    "a@example.com",
    "https://example.com/a",
)
_NUMBERS = (0, 1, -1, 1.5, 7, 2**31, 2**53 + 1)


def candidates(one: Shape, other: Shape, supply: Supply, salt: str) -> Iterator[Any]:
    """Yield values near the limits of two shapes, MISSING for one that is left out."""
    yield MISSING
    yield from one.enum or ()
    yield from _numbers(one, other)
    yield from _texts(one, other)
    yield from (None, True)
    item = supply.value(one.items.value if one.items else {}, f"{salt}/item")
    yield from _lists(one, other, "x" if item is MISSING else item)
    for schema in (one.spot, *(each for choice in one.choices for each in choice.alternatives)):
        made = supply.value(schema.value, f"{salt}/value")
        yield made
        if isinstance(made, dict):
            yield {**made, EXTRA: "x"}
            yield {name: child for name, child in made.items() if name in one.required}
    yield from ({}, {EXTRA: "x"}, {EXTRA: "x", f"{EXTRA}_2": "x"})


def _numbers(one: Shape, other: Shape) -> Iterator[Any]:
    limits = [
        bound[0] for bound in (one.lower, one.upper, other.lower, other.upper) if bound is not None
    ]
    for limit in limits:
        yield from (limit, limit - 1, limit + 1)
    for step in one.multiples:
        yield from (step, step * 3, step * 7)
    yield from _NUMBERS


def _texts(one: Shape, other: Shape) -> Iterator[str]:
    if one.patterns or other.patterns:
        found = stray(one.patterns, other.patterns) if one.patterns else None
        yield from [found] if found else []
    for shape in (other, one):
        for word in ("minLength", "maxLength"):
            yield from ("x" * n for n in _near(shape.sizes.get(word)))
    yield from _TEXTS


def _lists(one: Shape, other: Shape, item: Any) -> Iterator[list[Any]]:
    yield []
    yield [item, item]
    for shape in (other, one):
        for word in ("minItems", "maxItems"):
            yield from ([item] * n for n in _near(shape.sizes.get(word)))


def _near(size: int | None) -> list[int]:
    return [n for n in (size + 1, size - 1, size) if 0 <= n <= LONGEST] if size is not None else []


def put(value: Any, path: Sequence[str], new: Any) -> Any:
    """Return a JSON value with another one at a path; MISSING as a result when the path leads
    nowhere.
    """
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, list) and step == ANY and value:
        child = put(value[0], rest, new)
        return MISSING if child is MISSING else [child, *value[1:]]
    if not isinstance(value, dict) or (rest and step not in value and step != ANY):
        return MISSING
    step = EXTRA if step == ANY else step
    if not rest and new is MISSING:
        return {name: child for name, child in value.items() if name != step}
    child = put(value.get(step, {}), rest, new)
    return MISSING if child is MISSING else {**value, step: child}
