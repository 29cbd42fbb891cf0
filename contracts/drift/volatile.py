"""What changes by itself: calls and their answers in, the places where one call that was made twice
differs out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from contracts.compare.differences import normal, same
from contracts.compare.values import differences
from contracts.targets.exchanges import Exchange
from contracts.targets.reading import Readings
from contracts.targets.target import SAFE_METHODS, Answer

Place = tuple[str, str]
"""The label of an operation, and a pointer into its answers or the name of a header."""
QUIET = frozenset({"date", "content-length", "set-cookie", "connection", "server"})


def volatile(exchanges: Sequence[Exchange], readings: Readings) -> frozenset[Place]:
    """Return the places that differ between two answers to the same call with no change in
    between.
    """
    found: set[Place] = set()
    seen: dict[Any, Answer] = {}
    for each in exchanges:
        if each.sent.method not in SAFE_METHODS:
            seen.clear()
            continue
        if each.answer is None:
            continue
        asked = (each.sent.method, each.sent.target, tuple(sorted(each.sent.headers.items())))
        before = seen.setdefault(asked, each.answer)
        label = readings.read(each.sent).label or f"{each.sent.method} {each.sent.bare_path}"
        found |= {(label, place) for place in _apart(before, each.answer)}
    return frozenset(found)


def _apart(one: Answer, other: Answer) -> Iterator[str]:
    if one.status != other.status:
        yield "status"
        return
    yield from (normal(each.place) for each in differences(one.body, other.body, same))
    names = one.headers.keys() | other.headers.keys()
    for name in names - QUIET:
        if one.headers.get(name) != other.headers.get(name):
            yield name.title()
