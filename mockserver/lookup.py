"""Look into JSON values: the value at a dotted path, and whether named values are as wanted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any


class _Missing:
    """The type of MISSING."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Any = _Missing()
"""Stands for what was not sent or is not there, which differs from null."""


def value_at(source: Any, path: str) -> Any:
    """Return the value at a dotted path, MISSING where the path leads nowhere."""
    for step in path.split("."):
        if not isinstance(source, Mapping) or step not in source:
            return MISSING
        source = source[step]
    return source


def put_at(target: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a dotted path; objects on the way are copied, and made where there is
    none.
    """
    *steps, last = path.split(".")
    for step in steps:
        inner = target.get(step)
        target[step] = dict(inner) if isinstance(inner, Mapping) else {}
        target = target[step]
    target[last] = value


def holds(condition: Mapping[str, Any], scope: Mapping[str, Any]) -> bool:
    """Tell whether every named value in the scope is the wanted one; an absent value counts as
    null.

    A wanted value may be a list (one of these), `{not: value}`, `{after: name}` (later or greater
    than the value of that name) or `$name` (equal to the value of that name).
    """
    return all(
        _is_wanted(value_at(scope, name), wanted, scope) for name, wanted in condition.items()
    )


def _is_wanted(value: Any, wanted: Any, scope: Mapping[str, Any]) -> bool:
    value = None if value is MISSING else value
    if isinstance(wanted, Mapping) and "not" in wanted:
        return bool(value != wanted["not"])
    if isinstance(wanted, Mapping) and "after" in wanted:
        other = value_at(scope, wanted["after"])
        if value is None:
            return False
        return other is MISSING or other is None or _is_later(value, other)
    if isinstance(wanted, list):
        return value in wanted
    if isinstance(wanted, str) and wanted.startswith("$"):
        wanted = value_at(scope, wanted[1:])
    return bool(value == (None if wanted is MISSING else wanted))


def _is_later(value: Any, other: Any) -> bool:
    if isinstance(value, int | float) and isinstance(other, int | float):
        return value > other
    try:
        return datetime.fromisoformat(value) > datetime.fromisoformat(other)
    except (TypeError, ValueError):
        return bool(str(value) > str(other))
