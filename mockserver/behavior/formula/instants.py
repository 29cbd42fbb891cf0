"""Moments in texts: a text in, seconds since 1970 out."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def moment_in(text: str) -> float | None:
    """Return the moment that a text tells, as HTTP or RFC 3339 spell it; None for any other."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text.strip())
        except (ValueError, OverflowError):
            continue
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.timestamp()
    return None
