"""Settle a disagreement between a record and the schema of its reply: the record wins.

What makes a reply fit its schema may spell a value otherwise, complete it and leave out what the
schema does not allow. It says nothing else in place of what a client has said:

    the record         {id: 7, kind: "boat", labels: ["red"]}
    made to fit        {id: "7", kind: "cat", labels: [{name: "Larch"}], lives: 9}
    what is answered   {id: "7", kind: "boat", labels: ["red"], lives: 9}

A null counts as nothing that was said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


def as_recorded(fitted: Any, told: Any, names: Collection[str], is_own: bool = False) -> Any:
    """Return what was made to fit with the values that were told in place of others; only
    properties of these names are a client's own, and all inside them.
    """
    if isinstance(told, Mapping) and isinstance(fitted, Mapping):
        return _as_object(fitted, told, names, is_own)
    if isinstance(told, list) and isinstance(fitted, list) and len(told) == len(fitted):
        kept = []
        for new, old in zip(fitted, told, strict=True):
            item = as_recorded(new, old, names, is_own)
            kept.append(item)
        return kept
    if not is_own or says(fitted, told):
        return fitted
    return told


def says(fitted: Any, told: Any) -> bool:
    """Tell whether a value says what was told, maybe in another spelling: 7 and "7", a value and
    the list of it, an object and its id.
    """
    if told is None or fitted == told:
        return True
    if isinstance(fitted, list):
        is_one = len(fitted) == 1
        return is_one and says(fitted[0], told)
    if isinstance(fitted, Mapping):
        return any(says(value, told) for value in fitted.values())
    if isinstance(told, Mapping):
        return fitted in told.values()
    if isinstance(told, list | bool) or isinstance(fitted, bool):
        return False
    return _is_respelled(fitted, told)


def _is_respelled(fitted: Any, told: Any) -> bool:
    """Tell whether two scalars are the same text, or the same number."""
    if str(fitted) == str(told):
        return True
    try:
        return float(fitted) == float(told)
    except (TypeError, ValueError, OverflowError):
        return False


def _as_object(
    fitted: Mapping[str, Any],
    told: Mapping[str, Any],
    names: Collection[str],
    is_own: bool,
) -> Mapping[str, Any]:
    """Return an object with what was told of its properties; one inside a client's own property
    that had to be made anew is that of the client.
    """
    kept = dict(fitted)
    contradicted = []
    for name in fitted.keys() & told.keys():
        inner = is_own or name in names
        value = as_recorded(fitted[name], told[name], names, inner)
        kept[name] = value
        if not says(fitted[name], value):
            contradicted.append(name)
    is_another = bool(contradicted) or fitted.keys().isdisjoint(told)
    has_lost = not told.keys() <= fitted.keys()
    if is_own and has_lost and is_another:
        return told
    return kept
