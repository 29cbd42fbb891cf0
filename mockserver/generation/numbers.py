"""Choose a number that a schema allows: its bounds and a source of chance in, an integer or a float
out.

    {"minimum": 10, "exclusiveMaximum": 20, "multipleOf": 5}      10 or 15
    {"type": "integer", "format": "int8"}                         -128 to 127
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

from mockserver.model.schema.formats import INTEGER_RANGES

SMALLEST, LARGEST = 1, 1000
"""Where numbers are chosen from as long as the schema leaves room."""


def number_for(schema: Mapping[str, Any], random: Random, whole: bool) -> int | float:
    """Return a multiple of the step that is within the bounds, as far as there is one."""
    if whole:
        schema = _within_format(schema)
    step = _step(schema, whole)
    low, is_above = _bound(schema, "minimum", "exclusiveMinimum", max)
    high, is_below = _bound(schema, "maximum", "exclusiveMaximum", min)
    first = last = None
    if low is not None:
        is_excluded = is_above and low % step == 0
        first = math.ceil(low / step) + is_excluded
    if high is not None:
        is_excluded = is_below and high % step == 0
        last = math.floor(high / step) - is_excluded
    if first is not None and last is not None and first > last:
        return _between(low or Fraction(0), high or Fraction(0), whole)
    start, stop = _window(step, first, last)
    factor = random.randint(start, stop)
    chosen = factor * step
    return int(chosen) if whole else float(chosen)


def _within_format(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema of integers with the bounds of its format, as far as they are near and it has
    none of its own.
    """
    bounds = INTEGER_RANGES.get(str(schema.get("format")))
    if bounds is None:
        return schema
    lowest, highest = bounds
    if lowest <= -LARGEST:
        return {"maximum": highest, **schema}
    return {"minimum": lowest, "maximum": highest, **schema}


def _step(schema: Mapping[str, Any], whole: bool) -> Fraction:
    """Return what the numbers are multiples of; an integer that is a multiple of 2/3 is one of
    2.
    """
    declared = exact(schema.get("multipleOf"))
    if declared is None or declared <= 0:
        return Fraction(1) if whole else Fraction(1, 100)
    return Fraction(declared.numerator) if whole else declared


def _bound(
    schema: Mapping[str, Any], inclusive: str, exclusive: str, nearest: Any
) -> tuple[Fraction | None, bool]:
    """Return a bound and whether it is not allowed itself, in the spelling of OpenAPI 3.0 or of
    JSON Schema.
    """
    closed = exact(schema.get(inclusive))
    open_end = exact(schema.get(exclusive))
    if open_end is None:
        return closed, schema.get(exclusive) is True
    if closed is None:
        return open_end, True
    bound: Fraction = nearest(closed, open_end)
    return bound, bound == open_end


def _window(step: Fraction, first: int | None, last: int | None) -> tuple[int, int]:
    """Return the range of multiples to choose from: the usual one, moved to where the bounds
    are.
    """
    start = math.ceil(SMALLEST / step)
    stop = max(start, math.floor(LARGEST / step))
    room = stop - start
    if first is not None and first > start:
        start = first
        stop = max(stop, first + room)
    if last is None or last >= stop:
        return start, stop
    if first is not None:
        lowest = max(first, last - room)
        return min(start, lowest), last
    if start < last:
        return start, last
    return last - room, last


def _between(low: Fraction, high: Fraction, whole: bool) -> int | float:
    """Return a number from a range too narrow for the step."""
    if whole:
        return math.ceil(low)
    middle = (low + high) / 2
    return float(middle)


def exact(value: Any) -> Fraction | None:
    """Return a finite number as it is written, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value):
        return None
    digits = str(value)
    return Fraction(digits)
