"""Order and equality of JSON values: what places a record among others, and what groups it with its
equals.

The stores and the draft of a decision must agree on both, so both take them from here.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any

from mockserver.jsontext import dumps
from mockserver.lookup import MISSING, value_at

Address = tuple[tuple[str, ...], str]
"""Where a record is in its table: the keys of its parents and its own."""
Rank = tuple[Any, ...]

MOST_DIGITS = 18
"""Digits of a key that is placed as a number."""
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
UUID_LENGTH = 36


def compared(text: str) -> str:
    """Return a text as it is compared with others: a UUID in small letters (RFC 9562, section 4),
    all else as it is.
    """
    return text.lower() if len(text) == UUID_LENGTH and _UUID.fullmatch(text) else text


class _Descending:
    """Turns the order of a value around."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Descending) -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Descending) and bool(other.value == self.value)

    def __hash__(self) -> int:
        return hash(self.value)


def sortable(value: Any) -> tuple[int, Any]:
    """Return a value that can be compared with that of any other JSON value: null, numbers, text,
    the rest by its JSON text.
    """
    if value is None:
        return (0, 0)
    if isinstance(value, int | float):
        return (1, value)
    if isinstance(value, str):
        return (2, value)
    return (3, dumps(value).decode())


def frozen(value: Any) -> Hashable:
    """Return a hashable stand-in for a JSON value, equal for equal values; true differs from 1.

    Of a UUID the case of its letters is of no account.
    """
    if isinstance(value, str):
        return compared(value)
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, Mapping):
        return ("object", tuple(sorted((name, frozen(child)) for name, child in value.items())))
    if isinstance(value, list | tuple):
        return ("array", tuple(map(frozen, value)))
    result: Hashable = value
    return result


def same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal; the case of a UUID's letters is of no account."""
    return one is other or frozen(one) == frozen(other)


def _key_rank(key: str) -> tuple[int, Any]:
    is_number = len(key) <= MOST_DIGITS and key.isdecimal()
    return (1, int(key)) if is_number else (2, key)


def rank(order: tuple[str, ...], address: Address, record: Mapping[str, Any]) -> Rank:
    """Return what places a record among others: the ordering properties, then the key."""
    parts: list[Any] = []
    for name in order:
        found = value_at(record, name.removeprefix("-"))
        value = sortable(None if found is MISSING else found)
        parts.append(_Descending(value) if name.startswith("-") else value)
    return (*parts, _key_rank(address[1]), address)
