"""Which records a call sees, where some have gone without being forgotten."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.model.keys import GONE
from mockserver.state import Condition, Record

TRASHED, EXPIRED = "trashed", "expired"
HERE = Condition(GONE, (None,))
"""What records are that have not gone."""


def sees(call: Call, record: Record) -> bool:
    """Tell whether a call sees a record, which may have gone."""
    gone = record.get(GONE)
    if gone == EXPIRED:
        return False
    wanted = wanted_by(call)
    return wanted == "all" or (wanted == TRASHED) == (gone == TRASHED)


def wanted_by(call: Call) -> str:
    """Return which records a call is about: present, trashed or all."""
    sight = call.operation.sight
    if sight is None:
        return "present"
    if _is_set(call, sight.param):
        return sight.other
    return sight.usual


def is_for_good(call: Call) -> bool:
    """Tell whether a record that is removed does not go into the trash."""
    sight = call.operation.sight
    return sight is not None and _is_set(call, sight.purge)


def _is_set(call: Call, param: str | None) -> bool:
    """Tell whether a query parameter says yes."""
    return param is not None and call.query.get(param) in (True, "true", "1")


def condition(call: Call) -> Condition:
    """Return what the records must be that a list shows."""
    wanted = wanted_by(call)
    if wanted == TRASHED:
        return Condition(GONE, (TRASHED,))
    if wanted == "all":
        return Condition(GONE, (None, TRASHED))
    return HERE
