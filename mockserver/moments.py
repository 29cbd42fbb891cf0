"""Read dates and moments in the forms that APIs write them, and compare values by size: a text or a
number in, which of two comes first out.

    2024-03-01            a day
    2024-03-01T00:00:00Z  a moment; without a zone it is UTC
    Fri, 01 Mar 2024 ...  a moment of RFC 9110 and RFC 5322
    1709251200            seconds since 1970, beside another moment
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[-+]\d\d:\d\d)")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
SHORTEST = 8
"""Letters of a date, at least."""
_MILLISECONDS = 100_000_000_000
"""A number that is no number of seconds since 1970 any more."""
_LATEST = 200_000_000_000
"""Seconds since 1970 that are still a date."""


@lru_cache(maxsize=10_000)
def moment_of(text: str) -> datetime | None:
    """Return the moment that a text tells, None where it tells none."""
    if len(text) < SHORTEST:
        return None
    found = _iso(text) or _written_out(text)
    if found is None:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def zoned(text: str) -> str | None:
    """Return a moment as RFC 3339 writes it, where a text of ISO 8601 tells one:
    2020-09-22T09:00:00 is 2020-09-22T09:00:00Z.
    """
    if _RFC_3339.fullmatch(text):
        return text
    found = _iso(text) if len(text) >= SHORTEST else None
    if found is None:
        return None
    if found.tzinfo is None:
        return f"{found.isoformat()}Z"
    return found.isoformat()


def is_day(text: Any) -> bool:
    """Tell whether a text is a date without a time."""
    return isinstance(text, str) and _DAY.fullmatch(text) is not None


def day_of(value: Any) -> date | None:
    """Return the day of a moment, in its own zone; None where it tells none."""
    found = _moment(value)
    return None if found is None else found.date()


def order_of(value: Any, bound: Any) -> int | None:
    """Return -1, 0 or 1 as a value is less than, equal to or greater than a bound; None where they
    cannot be compared. Beside a day, a moment counts as its day.
    """
    pair: Any = _numbers(value, bound) or _moments(value, bound) or _texts(value, bound)
    if pair is None:
        return None
    one, other = pair
    return int(one > other) - int(one < other)


def _numbers(value: Any, bound: Any) -> tuple[float, float] | None:
    one = _number(value)
    other = _number(bound)
    if one is None or other is None:
        return None
    return one, other


def _moments(value: Any, bound: Any) -> tuple[Any, Any] | None:
    one = _moment(value)
    other = _moment(bound)
    if one is None or other is None:
        return None
    if is_day(bound) or is_day(value):
        return one.date(), other.date()
    return one, other


def _texts(value: Any, bound: Any) -> tuple[str, str] | None:
    if not isinstance(value, str) or not isinstance(bound, str):
        return None
    if _is_sized(value) or _is_sized(bound):
        return None
    return value, bound


def _is_sized(text: str) -> bool:
    return moment_of(text) is not None or _number(text) is not None


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    is_number = isinstance(value, str) and _NUMBER.fullmatch(value)
    return float(value) if is_number else None


def _moment(value: Any) -> datetime | None:
    number = _number(value)
    if number is None:
        return moment_of(value) if isinstance(value, str) else None
    seconds = number / 1000 if abs(number) > _MILLISECONDS else number
    if abs(seconds) > _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _written_out(text: str) -> datetime | None:
    """Return the moment of a text as mails and HTTP headers write it."""
    if "," not in text:
        return None
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
