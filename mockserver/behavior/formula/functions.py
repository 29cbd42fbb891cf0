"""The functions of formulas: values in, a value out. Each passes over null.

sum([1, null, 2])    3
min([])              null
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException
from typing import Any

from mockserver.behavior.template import spelled
from mockserver.moments import order_of

LONGEST_TEXT = 10_000
"""Characters of a text that a formula makes."""
CONTEXT = Context(prec=40)
"""How numbers are reckoned."""
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?")


def number_of(value: Any) -> Decimal | None:
    """Return the number that a value is, also as a text, None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int | float):
        return Decimal(repr(value))
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value)
    return None


def comparable(value: Any) -> Any:
    """Return a decimal as a number that can be compared with moments too."""
    return float(value) if isinstance(value, Decimal) else value


def flattened(values: Iterable[Any]) -> Iterator[Any]:
    """Yield the items of lists among values in their place."""
    for value in values:
        if isinstance(value, list):
            yield from value
        else:
            yield value


def _all_of(values: list[Any]) -> list[Any]:
    """Return the values that a function is about: the items of the one list that it is given, or
    all that it is given.
    """
    items = list(flattened(values))
    return [item for item in items if item is not None]


def _numbers_of(values: list[Any]) -> list[Decimal]:
    found = map(number_of, _all_of(values))
    return [number for number in found if number is not None]


def _sum(values: list[Any]) -> Decimal:
    total = Decimal(0)
    for number in _numbers_of(values):
        total = CONTEXT.add(total, number)
    return total


def _count(values: list[Any]) -> Decimal:
    return Decimal(len(_all_of(values)))


def _least(values: list[Any]) -> Any:
    return _outermost(values, -1)


def _greatest(values: list[Any]) -> Any:
    return _outermost(values, 1)


def _outermost(values: list[Any], direction: int) -> Any:
    """Return the least or the greatest of values, null where there are none."""
    found: Any = None
    for value in _all_of(values):
        if found is None or order_of(comparable(value), comparable(found)) == direction:
            found = value
    return found


def _length(values: list[Any]) -> Decimal | None:
    value = values[0] if values else None
    return Decimal(len(value)) if isinstance(value, str | list | Mapping) else None


def _round(values: list[Any]) -> Decimal | None:
    """Return a number with so many decimals, halves away from zero."""
    numbers = _numbers_of(values)
    if not numbers:
        return None
    digits = int(numbers[1]) if len(numbers) > 1 else 0
    places = Decimal(1).scaleb(-max(0, min(digits, 20)))
    try:
        return numbers[0].quantize(
            places,
            rounding=ROUND_HALF_UP,
            context=CONTEXT,
        )
    except DecimalException:
        return None


def _text(values: list[Any]) -> str:
    """Return values as one text, one after the other."""
    parts = []
    for value in flattened(values):
        shown = format(value, "f") if isinstance(value, Decimal) else value
        parts.append("" if shown is None else spelled(shown))
    return "".join(parts)[:LONGEST_TEXT]


def _in_case(change: Callable[[str], str]) -> Callable[[list[Any]], str | None]:
    """Return a function that changes a text."""

    def changed(values: list[Any]) -> str | None:
        value = values[0] if values else None
        return change(value) if isinstance(value, str) else None

    return changed


def _magnitude(values: list[Any]) -> Decimal | None:
    numbers = _numbers_of(values)
    return abs(numbers[0]) if numbers else None


CALLS: Mapping[str, Callable[[list[Any]], Any]] = {
    "sum": _sum,
    "count": _count,
    "min": _least,
    "max": _greatest,
    "any": lambda values: any(value is True for value in _all_of(values)),
    "all": lambda values: all(value is True for value in _all_of(values)),
    "first": lambda values: next(iter(_all_of(values)), None),
    "length": _length,
    "lower": _in_case(str.lower),
    "upper": _in_case(str.upper),
    "round": _round,
    "abs": _magnitude,
    "text": _text,
}
"""The functions of formulas."""
