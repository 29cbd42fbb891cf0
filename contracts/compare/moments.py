"""Moments as APIs write them: a JSON value in, the moment and the style that it is written in
out.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from contracts.compare.scalars import is_number

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?)?")
_RFC_2822 = re.compile(
    r"([A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(:\d\d)? (GMT|UTC|[+-]\d{4})"
)
_UNIX_S = range(946_684_800, 4_102_444_800)
"""The seconds of this century's moments; other numbers are taken for numbers."""


def moment_of(value: Any) -> datetime | None:
    """Return the moment that a value tells, None when it tells none."""
    if is_number(value):
        seconds = value if int(value) in _UNIX_S else value / 1000
        return datetime.fromtimestamp(seconds, UTC) if int(seconds) in _UNIX_S else None
    if not isinstance(value, str):
        return None
    try:
        if _RFC_3339.fullmatch(value):
            said = datetime.fromisoformat(value.upper().replace(" ", "T", 1))
        elif _RFC_2822.fullmatch(value):
            said = parsedate_to_datetime(value)
        else:
            return None
    except ValueError:
        return None
    return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)


def shape_of(value: Any) -> str:
    """Return how a moment is written, so that two of one style have the same shape."""
    if not isinstance(value, str):
        return type(value).__name__
    if _RFC_2822.fullmatch(value):
        return "RFC 2822 GMT" if value.endswith(("GMT", "UTC")) else "RFC 2822"
    zoned = (
        re.sub(r"[+-]\d\d:?\d\d$", "+0", value) if "T" in value.upper() or " " in value else value
    )
    return re.sub(
        r"\d", "0", re.sub(r"\.\d+", lambda found: "." + "0" * len(found.group()[1:]), zoned)
    )
