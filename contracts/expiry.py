"""Tell whether a record may have gone by itself, or be left out of lists: what is shown of it in,
whether that may be out.

A client knows that a record has an end where one of its properties tells (`expires_at`,
`valid_until`, `ttl_seconds`), and that lists may leave it out where one tells that it is put away
(`archived: true`, `published: false`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from contracts.compare.likeness import moment

SLACK_S = 2.0
"""Seconds by which clocks differ, and calls are late."""
_END = re.compile(
    r"expir|valid_?(until|till|to)|deadline|deleted?_?(at|after)|purge|(^|_)until", re.I
)
_SPAN = re.compile(
    r"(^|_)ttl|time_?to_?live|life_?time|max_?age|retention|valid_?for|expires?_?(in|after)",
    re.IGNORECASE,
)
_DROPPED = re.compile(
    r"\b(last|latest|newest|most recent) \d+|\bolder\b.{0,60}(drop|remov|delet|discard|purg|rotat)|"
    r"retention|ring buffer|\bkept for\b|(drop|remov|delet|discard|purg)\w* the oldest",
    re.IGNORECASE,
)
_RECENT = re.compile(
    r"\b(last|past|recent|older than|more than|within|next|ahead)\b.{0,30}"
    r"\b(minute|hour|day|week|month|year)s?\b",
    re.IGNORECASE,
)
_AWAY = re.compile(r"archiv|delet|hidden|draft|trash|disabled|inactive|private|remov", re.I)
_DELETED = re.compile(r"archiv|delet|trash|purge|remov", re.IGNORECASE)
_ENDED = re.compile(
    r"^(expired|cancell?ed|terminated|ended|revoked|withdrawn)$",
    re.IGNORECASE,
)
"""States of a record that a delete brings to its end, and keeps."""
_STATE = re.compile(
    r"stat(e|us)$|visibility|stage|life_?cycle",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"archiv|disabl|deactivat|\bsoft|\bbin\b|trash|\bhid|\bmark|restor|kept|recover",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"restor|undelet|untrash|undo|recover|reviv|reinstat|bring.{1,20}back|\bdeleted\b|trash|\bbin\b",
    re.IGNORECASE,
)
_SHOWN = re.compile(
    r"publish|(^|_)active|visib|enabled|public$|listed",
    re.IGNORECASE,
)


def may_be_gone(record: Mapping[str, Any]) -> bool:
    """Tell whether a record tells of an end that may have come."""
    for name, value in record.items():
        if _SPAN.search(name) and value is not None:
            return _has_no_end(record)
        end = moment(value) if _END.search(name) else None
        if end is not None and end.timestamp() <= time.time() + SLACK_S:
            return True
    return False


def are_dropped(words: str) -> bool:
    """Tell whether words of a document say that older records go as new ones come."""
    return bool(_DROPPED.search(words))


def shows_recent_alone(words: str) -> bool:
    """Tell whether words of a list say that it leaves out what is of another time."""
    return bool(_RECENT.search(words))


def may_be_hidden(record: Mapping[str, Any]) -> bool:
    """Tell whether a record is put away, or not yet shown, so that lists may leave it out."""
    plain = _plain_values(record)
    return any(_is_flag(name, value, _AWAY) or _is_unset(name, value) for name, value in plain)


def may_hide(names: Iterable[str], states: Mapping[str, Sequence[Any]]) -> bool:
    """Tell whether records with properties of these names may be put away, so that lists leave them
    out; `states` are the values of those that have few.
    """
    flags = [True, False, None, "2001-02-03T04:05:06Z"]
    for name in names:
        if any(may_be_hidden({name: value}) for value in states.get(name, flags)):
            return True
    return False


def visible_value(name: str, choices: Sequence[Any]) -> Any:
    """Return the first of the values of a property that does not put a record away, None where the
    property says nothing of it: `published` of a `state` that may be `draft`.
    """
    away = [each for each in choices if may_be_hidden({name: each})]
    if not away:
        return None
    return next((each for each in choices if each not in away and each is not None), None)


def may_be_deleted(record: Mapping[str, Any], words: str = "") -> bool:
    """Tell whether a record that is read although it was deleted shows that it is so. Where the
    `words` of the delete say that the record is kept, any flag that puts it away does.
    """
    if _KEPT.search(words) and may_be_hidden(record):
        return True
    plain = [*_plain_values(record), *_plain_values(_states_in(record))]
    return any(_is_flag(name, value, _DELETED) or _is_ended(name, value) for name, value in plain)


def may_bring_back(words: str, of_delete: str) -> bool:
    """Tell whether what is called by these words may bring a deleted record back: they say so, or
    those of the delete say that the record is kept.
    """
    return bool(_BACK.search(words) or _KEPT.search(of_delete))


def _plain_values(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the properties of a record that are told, and are no lists or objects."""
    for name, value in record.items():
        if isinstance(
            value,
            str | int | None,
        ):
            yield name, value


def _is_flag(name: str, value: Any, meaning: re.Pattern[str]) -> bool:
    """Tell whether a property says yes: `archived: true`, `archived_at: 2026-01-01T00:00:00Z`,
    `status: archived`.
    """
    if isinstance(value, str) and _STATE.search(name):
        return bool(meaning.search(value))
    is_set = value is True or (isinstance(value, str) and moment(value) is not None)
    return is_set and bool(meaning.search(name))


def _states_in(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is inside of a state that is an object: `status: {state: expired}`."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        if _STATE.search(name) and isinstance(value, Mapping):
            found |= value
    return found


def _is_ended(name: str, value: Any) -> bool:
    """Tell whether a property says that a record has come to its end: `status: canceled`."""
    is_state = isinstance(value, str) and bool(_STATE.search(name))
    return is_state and bool(_ENDED.search(value))


def _is_unset(name: str, value: Any) -> bool:
    """Tell whether a property says that a record is not shown yet: `published: false`,
    `published_at: null`.
    """
    is_open = value is None and name.endswith(("_at", "At", "_on"))
    is_off = value is False or is_open
    return is_off and bool(_SHOWN.search(name))


def is_span(name: str) -> bool:
    """Tell whether a property of this name says how long a record is to be there."""
    return _SPAN.search(name) is not None


def _has_no_end(record: Mapping[str, Any]) -> bool:
    """Tell whether no moment tells when a span is over, or whether it is over by now."""
    ends = [moment(value) for name, value in record.items() if _END.search(name)]
    known = [end.timestamp() for end in ends if end is not None]
    return not known or min(known) <= time.time() + SLACK_S
