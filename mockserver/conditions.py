"""Conditions as data, and whether a record meets them: a record and a condition in, true or false
out.

    Condition("status", ("open", "held"))                          one of the two
    Condition("tags", ("red",), Operator.HAS)                      an item of tags
    Condition("lines.price", (5,), Operator.AT_LEAST)              the price of some line
    Condition("metadata.labels[a.b/c]", ("x",), Operator.HAS)      a name with dots in it
    Condition("", ("old shoe",), Operator.SEARCH)                  both words, anywhere
    AnyOf(((Condition(...), Condition(...)), (Condition(...),)))   both, or the third
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Any

from mockserver.lookup import MISSING, value_at
from mockserver.model.types import Operator
from mockserver.moments import day_of, order_of
from mockserver.ordering import frozen
from mockserver.slots import dataclass

_STEP = re.compile(r"\[([^\]]*)\]|[^.\[\]]+")
"""A step of a path: a name, or a name in brackets, which may have dots in it."""
NOTHING: tuple[Any, ...] = (None, "", {})
"""Values that are as good as none."""
DEEPEST = 12
"""Objects and arrays inside each other that are searched."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A record is wanted when what is at `field` (dotted for nested objects) compares so with one
    of the `values`; where the condition is `negated`, when it does not.
    """

    field: str
    values: tuple[Any, ...]
    operator: Operator = Operator.EQUAL
    negated: bool = False

    @property
    def is_equality(self) -> bool:
        """Whether the value of the property alone tells, so that an index by it helps."""
        return self.operator is Operator.EQUAL and not self.negated


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A record is wanted when it meets all conditions of one of the `choices`."""

    choices: tuple[tuple[Condition | AnyOf, ...], ...]

    @property
    def is_equality(self) -> bool:
        return False


def meets(record: Mapping[str, Any], condition: Condition | AnyOf) -> bool:
    """Tell whether a record meets a condition."""
    if isinstance(condition, AnyOf):
        return any(meets_all(record, choice) for choice in condition.choices)
    return _compares(record, condition) is not condition.negated


def meets_all(record: Mapping[str, Any], conditions: tuple[Condition | AnyOf, ...]) -> bool:
    """Tell whether a record meets all conditions."""
    return all(meets(record, condition) for condition in conditions)


def values_under(source: Any, path: str) -> list[Any]:
    """Return the values at a path through objects and arrays: of an array its items, at the end
    too. What is no object where one is expected stands for what it would be called by: of
    `labels.name` each label that is a text, of `owner.id` an owner that is a number.
    """
    found = [source]
    steps = _steps(path)
    last = len(steps) - 1
    for place, step in enumerate(steps):
        stands = place == last > 0
        below: list[Any] = []
        for value in found:
            below += _below(value, step, stands)
        found = below
    items: list[Any] = []
    for value in found:
        items += value if isinstance(value, list) else [value]
    return items


@lru_cache(maxsize=10_000)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(match[1] or match[0] for match in _STEP.finditer(path))


def _below(value: Any, step: str, stands: bool) -> list[Any]:
    """Return what is one step below a value; items that are no objects where they stand for it."""
    if isinstance(value, Mapping):
        return [value[step]] if step in value else []
    if not isinstance(value, list):
        return [value] if stands and value is not None else []
    found = []
    for item in value:
        if isinstance(item, Mapping):
            if step in item:
                found.append(item[step])
        elif stands and item is not None:
            found.append(item)
    return found


_SIGN = re.compile(r"[^\w\s]")
_OPAQUE = re.compile(
    r"https?://\S+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d(?:[t ][\d:.]+\S*)?"
)
"""Texts that name a place, a record or a moment, and say nothing in words."""


def _compares(record: Mapping[str, Any], condition: Condition) -> bool:
    operator = condition.operator
    if operator is Operator.EQUAL:
        found = value_at(record, condition.field)
        own = frozen(None if found is MISSING else found)
        return own in map(frozen, condition.values)
    known = values_under(record, condition.field)
    if operator is Operator.PRESENT:
        return any(value not in NOTHING for value in known)
    if operator is Operator.SEARCH:
        texts = list(_texts(known, 0))
        if not condition.field:
            return any(_is_in_words(texts, str(value)) for value in condition.values)
        return any(_is_in(texts, str(value)) for value in condition.values)
    compare = COMPARISONS[operator]
    pairs = product(known, condition.values)
    return any(compare(value, wanted) for value, wanted in pairs)


def _texts(values: Any, depth: int) -> Iterator[str]:
    """Yield the texts inside values, in small letters."""
    if depth > DEEPEST:
        return
    for value in values:
        if isinstance(value, str):
            yield value.casefold()
        elif isinstance(value, Mapping):
            yield from _texts(value.values(), depth + 1)
        elif isinstance(value, list):
            yield from _texts(value, depth + 1)
        elif value is not None and not isinstance(value, bool):
            yield str(value).casefold()


def _is_in(texts: list[str], wanted: str) -> bool:
    """Tell whether each word of a text is somewhere in others.

    The words need not stand together: "old shoe" is in ["a shoe", "quite old"].
    """
    words = wanted.casefold().split()
    return all(any(word in text for text in texts) for word in words)


def _is_in_words(texts: list[str], wanted: str) -> bool:
    """Tell whether each word of a text is somewhere in others that say something: a plain word is
    looked for in no URL, UUID or moment.
    """
    if _SIGN.search(wanted):
        return _is_in(texts, wanted)
    said = []
    for text in texts:
        if _OPAQUE.fullmatch(text) is None:
            said.append(text)
    return _is_in(said, wanted)


def _folded(value: Any) -> str:
    return str(value).casefold()


def _is_same(value: Any, wanted: Any) -> bool:
    """Tell whether two values are equal."""
    return frozen(value) == frozen(wanted)


def _is_same_text(value: Any, wanted: Any) -> bool:
    """Tell whether two texts differ at most in the case of letters."""
    return _folded(value) == _folded(wanted)


def _contains(value: Any, wanted: Any) -> bool:
    """Tell whether a text is a part of another, in any case."""
    return _folded(wanted) in _folded(value)


def _starts(value: Any, wanted: Any) -> bool:
    """Tell whether a text begins with another, in any case."""
    return _folded(value).startswith(_folded(wanted))


def _ends(value: Any, wanted: Any) -> bool:
    """Tell whether a text ends with another, in any case."""
    return _folded(value).endswith(_folded(wanted))


def _is_like(value: Any, pattern: Any) -> bool:
    """Tell whether a text has a form, in which % stands for any text and _ for any letter."""
    text = str(pattern)
    form = re.escape(text)
    form = form.replace("%", ".*")
    form = form.replace("_", ".")
    found = re.fullmatch(form, str(value), re.IGNORECASE | re.DOTALL)
    return found is not None


def _is_less(value: Any, bound: Any) -> bool:
    return order_of(value, bound) == -1


def _is_at_most(value: Any, bound: Any) -> bool:
    """Tell whether a value is as large as a bound, or less."""
    return order_of(value, bound) in (-1, 0)


def _is_greater(value: Any, bound: Any) -> bool:
    return order_of(value, bound) == 1


def _is_at_least(value: Any, bound: Any) -> bool:
    """Tell whether a value is as large as a bound, or more."""
    return order_of(value, bound) in (0, 1)


def _is_on(value: Any, wanted: Any) -> bool:
    """Tell whether a moment is on the day of another."""
    day = day_of(value)
    return day is not None and day == day_of(wanted)


COMPARISONS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.HAS: _is_same,
    Operator.IGNORE_CASE: _is_same_text,
    Operator.CONTAINS: _contains,
    Operator.STARTS: _starts,
    Operator.ENDS: _ends,
    Operator.LIKE: _is_like,
    Operator.LESS: _is_less,
    Operator.AT_MOST: _is_at_most,
    Operator.GREATER: _is_greater,
    Operator.AT_LEAST: _is_at_least,
    Operator.ON: _is_on,
}
"""How a value of a record is compared with one that is wanted."""
