"""Tell whether a record may have gone by itself, or be left out of lists: what is shown of it in,
whether that may be out.

A client knows that a record has an end where one of its properties tells (`expires_at`,
`valid_until`, `ttl_seconds`), and that lists may leave it out where one tells that it is put away
(`archived: true`, `published: false`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from typing import Any

from contracts.likeness import moment

SLACK_S = 2.0
"""Seconds by which clocks differ, and calls are late."""
_END = re.compile(
    r"expir|valid_?(until|till|to)|deadline|deleted?_?(at|after)|purge|(^|_)until", re.I
)
_SPAN = re.compile(r"(^|_)ttl|time_?to_?live|life_?time|max_?age|retention", re.IGNORECASE)
_AWAY = re.compile(r"archiv|delet|hidden|draft|trash|disabled|inactive|private|remov", re.I)
_SHOWN = re.compile(r"publish|(^|_)active|visib|enabled|public$|listed", re.IGNORECASE)
_WORDS = re.compile(r"\bexpir(e|es|ed|y|ation)\b|time[- ]to[- ]live|\bTTL\b", re.IGNORECASE)


def may_be_gone(record: Mapping[str, Any]) -> bool:
    """Tell whether a record tells of an end that may have come."""
    for name, value in record.items():
        if _SPAN.search(name) and value is not None:
            return _has_no_end(record)
        end = moment(value) if _END.search(name) else None
        if end is not None and end.timestamp() <= time.time() + SLACK_S:
            return True
    return False


def may_be_hidden(record: Mapping[str, Any]) -> bool:
    """Tell whether a record is put away, or not yet shown, so that lists may leave it out."""
    for name, value in record.items():
        if not isinstance(
            value,
            str | int | None,
        ):
            continue  # what nobody has told
        if value and _AWAY.search(f"{name} {_word(value)}"):
            return True
        if not value and _SHOWN.search(name):
            return True
    return False


def _word(value: Any) -> str:
    """Return a short text, such as that of a status."""
    return value if isinstance(value, str) and len(value) < 20 and value.isalpha() else ""


def tells_of_an_end(names: Iterable[str]) -> bool:
    """Tell whether properties of these names tell when a record goes."""
    return any(_END.search(name) or _SPAN.search(name) for name in names)


def speaks_of_an_end(text: str) -> bool:
    """Tell whether words of a document say that something expires."""
    return bool(_WORDS.search(text))


def _has_no_end(record: Mapping[str, Any]) -> bool:
    """Tell whether no moment tells when a span is over, or whether it is over by now."""
    ends = [moment(value) for name, value in record.items() if _END.search(name)]
    known = [end.timestamp() for end in ends if end is not None]
    return not known or min(known) <= time.time() + SLACK_S
