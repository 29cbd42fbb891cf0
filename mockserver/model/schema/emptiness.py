"""Tell patterns that match no text at all: a regular expression in, yes or no out.

    $a    a letter after the end        (?!)       a refusal of everything
    a^    a beginning after a letter    [^\\s\\S]    a letter that is none

Only what is proven is told: a pattern of which nothing is known may match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from re import _parser
from typing import Any

from mockserver.slots import dataclass

Part = tuple[Any, Any]
"""An operation of a parsed pattern and its arguments, such as MAX_REPEAT and (1, 5, parts)."""

LETTERS = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN"})
REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
LINES = re.compile(r"\(\?[a-z]*m")
"""Words that let `^` and `$` stand for the ends of lines."""
UNKNOWN = (re.error, RecursionError, OverflowError)
"""What parsing raises for words that `re` does not know."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is certain at a place of a pattern: that a letter came before, that the end did."""

    has_begun: bool = False
    has_ended: bool = False


@lru_cache(maxsize=1024)
def matches_nothing(pattern: str) -> bool:
    """Tell whether there is no text that a pattern matches (ECMA 262)."""
    if LINES.search(pattern):
        return False
    try:
        return _after_all(_parser.parse(pattern), Whereabouts()) is None
    except UNKNOWN:
        return False


def _after_all(parts: Iterable[Part], place: Whereabouts) -> Whereabouts | None:
    """Return what is certain after some parts, None where nothing gets there."""
    for operation, arguments in parts:
        after = _after(str(operation), arguments, place)
        if after is None:
            return None
        place = after
    return place


def _after(operation: str, arguments: Any, place: Whereabouts) -> Whereabouts | None:
    """Return what is certain after a part, None where nothing gets there."""
    if operation in LETTERS:
        is_none = operation == "IN" and _is_no_letter(arguments)
        return None if is_none or place.has_ended else Whereabouts(has_begun=True)
    if operation in REPEATS:
        least, _, inner = arguments
        return place if least == 0 else _after_all(inner, place)
    match operation:
        case "FAILURE":
            return None
        case "AT":
            return _after_anchor(str(arguments), place)
        case "SUBPATTERN":
            return _after_all(arguments[-1], place)
        case "ATOMIC_GROUP":
            return _after_all(arguments, place)
        case "BRANCH":
            return _after_one_of(arguments[1], place)
        case "ASSERT":
            is_ahead = arguments[0] > 0
            return None if is_ahead and _after_all(arguments[1], place) is None else place
        case "ASSERT_NOT":
            return None if all(map(_may_be_empty, arguments[1])) else place
    return place


def _after_anchor(anchor: str, place: Whereabouts) -> Whereabouts | None:
    if anchor == "AT_BEGINNING":
        return None if place.has_begun else place
    if anchor == "AT_END":
        return Whereabouts(place.has_begun, has_ended=True)
    return place


def _after_one_of(branches: Iterable[Iterable[Part]], place: Whereabouts) -> Whereabouts | None:
    """Return what is certain whichever branch is taken, None where none can be."""
    reached = [after for branch in branches if (after := _after_all(branch, place)) is not None]
    if not reached:
        return None
    return Whereabouts(
        has_begun=all(each.has_begun for each in reached),
        has_ended=all(each.has_ended for each in reached),
    )


def _may_be_empty(part: Part) -> bool:
    """Tell whether a part is one that is left out wherever it does not fit."""
    operation, arguments = part
    return str(operation) in REPEATS and arguments[0] == 0


def _is_no_letter(members: Sequence[Part]) -> bool:
    """Tell a class that excludes some letters and all others: `[^\\s\\S]`."""
    first, *excluded = members
    if str(first[0]) != "NEGATE":
        return False
    names = {str(kind) for operation, kind in excluded if str(operation) == "CATEGORY"}
    return any(name.replace("CATEGORY_", "CATEGORY_NOT_") in names for name in names)
