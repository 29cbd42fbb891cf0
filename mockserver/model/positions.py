"""Find the property by which the records of a collection are kept in an order: the properties that
a client sends in, a position out.

    position: Place in the list, counted from 1 without gaps; the others move.

The name must be that of a position, and words must say that the others make way: a `priority`, or
an `order` that is a number like any other, is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mockserver.model.paths import bare
from mockserver.model.types import DescribedSchema, Position

_NAMES = frozenset(
    {
        "displayorder",
        "index",
        "order",
        "ordinal",
        "place",
        "pos",
        "position",
        "rank",
        "sequence",
        "sequencenumber",
        "sortindex",
        "sortorder",
    }
)
_CLOSED = re.compile(
    r"\b(without|no) gaps?\b|\bgap-?less|\bcontiguous|\bconsecutive|\bre-?(number|index|order)|"
    r"\b(others|rest|siblings|later|following|behind|after|below)\b.{0,40}"
    r"\b(move|shift|make (room|way)|close up|pushed)|"
    r"\b(move|shift|push)(s|es|ed)?\b.{0,20}\b(others|rest|siblings|later|following)\b",
    re.IGNORECASE,
)
_FROM_ZERO = re.compile(r"\b(from|at|with) (0|zero)\b|\b(0|zero)-(based|indexed)", re.IGNORECASE)


def find_position(fields: Mapping[str, DescribedSchema]) -> Position | None:
    """Return the position among the properties that are sent, None where no words tell of one."""
    for name, schema in fields.items():
        words = str(schema.get("description", ""))
        is_number = schema.type == "integer"
        if bare(name) in _NAMES and is_number and _CLOSED.search(words):
            is_from_zero = _FROM_ZERO.search(words) or schema.present.get("minimum") == 0
            return Position(name, 0 if is_from_zero else 1, is_told=True)
    return None
