"""Tell where a list is not in the order that it promises: a settled call and the records shown in,
the first one that is out of place out.

    GET /notes?sort=-stars      stars go down
    GET /notes                  "Newest first.": keys that the server counts go down
    GET /notes                  `order: [title]` in the semantics: titles go up

Servers compare texts in different ways, and put what has no value where they like. So only values
are compared of which the order is the same in each of these ways.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from contracts.compare.likeness import moment
from contracts.oracle.settled import Settled
from mockserver.lookup import value_at
from mockserver.model.keys import CREATION
from mockserver.model.paths import bare
from mockserver.model.types import Resource

_ASKED = re.compile(r"([-+]?)(\w+)")
_PLAIN = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Promise:
    """The property by which a list is ordered, and whether the largest comes first."""

    field: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Misplaced:
    """The index of a record that should come before the one that is shown before it, with the
    values of both.
    """

    index: int
    field: str
    before: Any
    value: Any


def promise_of(settled: Settled, resource: Resource) -> Promise | None:
    """Return the order that a list promises, None where it promises none that can be held."""
    operation = settled.operation
    sorting = operation.sorting
    asked = [name for name in (sorting.param, sorting.direction) if name in settled.query]
    if asked:
        return _asked(settled, resource) if asked == [sorting.param] else None
    if operation.newest_first:
        is_counted = resource.key in resource.read_only
        return Promise(str(resource.key), True) if is_counted else None
    usual = ((), (resource.key,), (CREATION,))
    if resource.order in usual:
        return None
    first = resource.order[0]
    return Promise(
        first.removeprefix("-"),
        first.startswith("-"),
    )


def misplaced(promise: Promise, records: Sequence[Mapping[str, Any]]) -> Misplaced | None:
    """Return the first record that is out of place."""
    values = [value_at(each, promise.field) for each in records]
    for index, (before, value) in enumerate(pairwise(values), start=1):
        first, second = (value, before) if promise.descending else (before, value)
        if _is_surely_less(second, first):
            return Misplaced(index, promise.field, before, value)
    return None


def _asked(settled: Settled, resource: Resource) -> Promise | None:
    """Return the order that a call asks for by the name of one property."""
    sorting = settled.operation.sorting
    value = settled.query.get(sorting.param or "")
    match = _ASKED.fullmatch(value) if isinstance(value, str) else None
    if match is None or value in sorting.words or sorting.direction is not None:
        return None
    properties = resource.record.properties
    field = next(
        (name for name in properties if bare(name) == bare(match[2])),
        None,
    )
    return (
        None
        if field is None
        else Promise(
            field,
            match[1] == "-",
        )
    )


def _is_surely_less(one: Any, other: Any) -> bool:
    """Tell whether a value comes before another one in whatever way they are compared."""
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one < other
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    first, second = moment(one), moment(other)
    if first is not None and second is not None:
        return first < second
    is_plain = _PLAIN.fullmatch(one) and _PLAIN.fullmatch(other)
    is_number = one[:1].isdigit() or other[:1].isdigit()
    if not is_plain or is_number:
        return False
    return one < other and one.casefold() < other.casefold()
