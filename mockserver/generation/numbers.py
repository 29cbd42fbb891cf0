"""Choose a number that a schema allows: its bounds and a source of chance in, an integer or a float
out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

SMALLEST, LARGEST = 1, 1000
"""Where numbers are chosen from as long as the schema leaves room."""


def number_for(schema: Mapping[str, Any], random: Random, whole: bool) -> int | float:
    """Return a multiple of the step that is within the bounds, as far as there is one."""
    step = _step(schema, whole)
    low, above = _bound(schema, "minimum", "exclusiveMinimum", max)
    high, below = _bound(schema, "maximum", "exclusiveMaximum", min)
    first = None if low is None else math.ceil(low / step) + (above and low % step == 0)
    last = None if high is None else math.floor(high / step) - (below and high % step == 0)
    if first is not None and last is not None and first > last:
        return _between(low or Fraction(0), high or Fraction(0), whole)
    start, stop = _window(step, first, last)
    chosen = random.randint(start, stop) * step
    return int(chosen) if whole else float(chosen)


def _step(schema: Mapping[str, Any], whole: bool) -> Fraction:
    """Return what the numbers are multiples of; an integer that is a multiple of 2/3 is one of
    2.
    """
    said = exact(schema.get("multipleOf"))
    if said is None or said <= 0:
        return Fraction(1) if whole else Fraction(1, 100)
    return Fraction(said.numerator) if whole else said


def _bound(
    schema: Mapping[str, Any], inclusive: str, exclusive: str, nearest: Any
) -> tuple[Fraction | None, bool]:
    """Return a bound and whether it is not allowed itself, in the spelling of OpenAPI 3.0 or of
    JSON Schema.
    """
    said, open_said = exact(schema.get(inclusive)), exact(schema.get(exclusive))
    if open_said is None:
        return said, schema.get(exclusive) is True
    if said is None:
        return open_said, True
    bound: Fraction = nearest(said, open_said)
    return bound, bound == open_said


def _window(step: Fraction, first: int | None, last: int | None) -> tuple[int, int]:
    """Return the range of multiples to choose from: the usual one, moved to where the bounds
    are.
    """
    start = math.ceil(SMALLEST / step)
    stop = max(start, math.floor(LARGEST / step))
    room = stop - start
    if first is not None and first > start:
        start, stop = first, max(stop, first + room)
    if last is not None and last < stop:
        stop = last
        start = min(start, stop if first is None else max(first, stop - room))
        if first is None and start == stop:
            start = stop - room
    return start, stop


def _between(low: Fraction, high: Fraction, whole: bool) -> int | float:
    """Return a number from a range too narrow for the step."""
    return math.ceil(low) if whole else float((low + high) / 2)


def exact(value: Any) -> Fraction | None:
    """Return a finite number as it is written, None for anything else."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return None
    return Fraction(str(value))
