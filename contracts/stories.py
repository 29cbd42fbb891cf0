"""Tell how a finding came about: the exchanges of a run in, the few that lead to the last one out."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.exchanges import Exchange
from contracts.safety import SAFE_METHODS

LONGEST = 10
"""Calls that a story has at most."""


def leading_to(history: Sequence[Exchange], last: Exchange) -> tuple[Exchange, ...]:
    """Return the calls that had an effect on what the last one is about, and the last one.

    These are the writes that succeeded on the same path, above it or below it; the latest LONGEST of them.
    """
    place = _steps(last)
    told = [
        each
        for each in history
        if each.number < last.number and _changed_something(each) and _touch(_steps(each), place)
    ]
    return (*told[-(LONGEST - 1) :], last)


def _steps(exchange: Exchange) -> list[str]:
    return exchange.sent.path.partition("?")[0].strip("/").split("/")


def _changed_something(exchange: Exchange) -> bool:
    ok = exchange.answer is not None and 200 <= exchange.answer.status < 300
    return ok and exchange.sent.method not in SAFE_METHODS


def _touch(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether one path leads to the other, or both to items of the same collection."""
    shared = min(len(one), len(other))
    return list(one[:shared]) == list(other[:shared]) or (len(one) == len(other) and one[:-1] == other[:-1])
