"""Look for what was sent in what came back, whatever shape it has: JSON values in, scalars by name and keys out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockserver.state import key_of

Scalar = str | int | float | bool
DEEPEST = 8
"""Levels of a reply that are looked at."""


def scalars(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield name and value of every scalar, nearest to the root first; items of an array have its name."""
    if depth > DEEPEST:
        return
    inner: list[tuple[str, Any]] = []
    children = value.items() if isinstance(value, Mapping) else [(name, each) for each in value]
    for child_name, child in children:
        if isinstance(child, Mapping | list):
            inner.append((child_name, child))
        elif child is not None:
            yield child_name, child
    for child_name, child in inner:
        yield from scalars(child, child_name, depth + 1)


def by_name(value: Any) -> dict[str, list[Any]]:
    """Return the scalars of a reply by the name of their property."""
    found: dict[str, list[Any]] = {}
    if isinstance(value, Mapping | list):
        for name, each in scalars(value):
            found.setdefault(name, []).append(each)
    return found


def lost(sent: Any, got: Any, shown: Iterable[str]) -> list[str]:
    """Return the names of scalars that were sent, should be shown, and are not there with that value.

    A name whose values are of another type in the reply cannot be compared.
    """
    there = by_name(got)
    missing = []
    for name, value in scalars(sent) if isinstance(sent, Mapping | list) else ():
        alike = [each for each in there.get(name, ()) if type(each) is type(value)]
        if (alike and value not in alike) or (name not in there and name in set(shown) and not _is_blank(value)):
            missing.append(name)
    return missing


def common(sent: Any, got: Any) -> int:
    """Return how many scalars of what was sent are in a reply under the same name."""
    there = by_name(got)
    pairs = scalars(sent) if isinstance(sent, Mapping | list) else ()
    return sum(value in there.get(name, ()) for name, value in pairs)


def keys_in(reply: Any, names: Iterable[str]) -> Iterator[str]:
    """Yield what may be the key of a record in a reply: the values under likely names, then a bare scalar."""
    if isinstance(reply, str | int) and not isinstance(reply, bool) and reply != "":
        yield key_of(reply)
        return
    there = by_name(reply)
    for name in names:
        for value in there.get(name, ()):
            yield key_of(value)


def is_there(key: str, reply: Any) -> bool:
    """Tell whether a key is among the scalars of a reply, or names one of its objects."""
    if not isinstance(reply, Mapping | list):
        return False
    if any(key_of(value) == key for _, value in scalars(reply)):
        return True
    return isinstance(reply, Mapping) and key in reply


def _is_blank(value: Any) -> bool:
    return value in ("", [], {})
