"""Tell how a finding came about: the exchanges of a run in, the few that lead to the last one
out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.targets.exchanges import Exchange
from contracts.targets.target import SAFE_METHODS

LONGEST = 10
"""Calls that a story has at most when nobody knows which of them matter."""


def leading_to(history: Sequence[Exchange], last: Exchange) -> tuple[Exchange, ...]:
    """Return the calls that had an effect on what the last one is about, and the last one.

    These are the writes that succeeded on the same path, above it, below it or on its siblings.
    """
    place = _steps(last)
    told = [
        each
        for each in history
        if each.number < last.number and _changed_something(each) and _touches(each, place)
    ]
    return (*told, last)


def closest(story: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """Return the end of a story without what happened to siblings, which seldom matters; LONGEST
    calls at most.
    """
    place = _steps(story[-1])
    told = [each for each in story[:-1] if _is_on_the_way(_steps(each), place)]
    return (*told[-(LONGEST - 1) :], story[-1])


def _steps(exchange: Exchange) -> list[str]:
    return exchange.sent.raw_path.strip("/").split("/")


def _changed_something(exchange: Exchange) -> bool:
    ok = exchange.answer is not None and exchange.answer.succeeded
    return ok and exchange.sent.method not in SAFE_METHODS


def _touches(exchange: Exchange, place: Sequence[str]) -> bool:
    """Tell whether a call was about what a path leads to: above it, below it, or on an item of the
    same collection.

    What was made in a collection above matters when it is what the path goes through.
    """
    steps = _steps(exchange)
    if not _is_on_the_way(steps, place):
        return len(steps) == len(place) and steps[:-1] == list(place[:-1])
    if exchange.sent.method == "POST" and len(steps) < len(place) - 1:
        return place[len(steps)] in set(_keys(exchange))
    return True


def _is_on_the_way(steps: Sequence[str], place: Sequence[str]) -> bool:
    shared = min(len(steps), len(place))
    return list(steps[:shared]) == list(place[:shared])


def _keys(exchange: Exchange) -> Iterator[str]:
    """Yield what may be the key of a record that was made."""
    answer = exchange.answer
    if answer is not None:
        yield answer.located_key
        yield from _scalars(answer.body)


def _scalars(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for child in value.values():
            yield from _scalars(child)
    elif isinstance(value, str | int):
        yield str(value)
