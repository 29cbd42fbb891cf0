"""Ordered listings of a table's records: what a page of a big collection costs is the page.

A Listing groups the addresses of a table by a value (the parent, a property, membership of a view) and keeps
each group sorted. It is made from the whole table when first asked for and kept up with each change, so that
a slice costs its length and a logarithm, and a count costs nothing.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any

from sortedcontainers import SortedList

from mockserver.state import Record

Address = tuple[tuple[str, ...], str]
"""Where a record is in its table: the keys of its parents and its own."""
Rank = tuple[Any, ...]
NOWHERE: Any = object()
"""The group of a record that does not belong in the listing."""

_DIGITS = re.compile(r"\d{1,18}")


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
    """Return a value that can be compared with that of any other JSON value: null, numbers, text, the rest."""
    if value is None:
        return (0, 0)
    if isinstance(value, int | float):
        return (1, value)
    if isinstance(value, str):
        return (2, value)
    return (3, repr(value))


def frozen(value: Any) -> Hashable:
    """Return a hashable stand-in for a JSON value, equal for equal values; true differs from 1."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, Mapping):
        return ("object", tuple(sorted((name, frozen(child)) for name, child in value.items())))
    if isinstance(value, list | tuple):
        return ("array", tuple(map(frozen, value)))
    result: Hashable = value
    return result


def _key_rank(key: str) -> tuple[int, Any]:
    return (1, int(key)) if _DIGITS.fullmatch(key) else (2, key)


def rank(order: tuple[str, ...], address: Address, record: Record) -> Rank:
    """Return what places a record among others: the ordering properties, then the key."""
    parts: list[Any] = []
    for name in order:
        value = sortable(record.get(name.removeprefix("-")))
        parts.append(_Descending(value) if name.startswith("-") else value)
    return (*parts, _key_rank(address[1]), address)


class Listing:
    """Groups of addresses, each sorted by rank."""

    def __init__(self, order: tuple[str, ...], group_of: Callable[[Address, Record], Hashable]) -> None:
        self._order = order
        self._group_of = group_of
        self._groups: dict[Hashable, SortedList] = {}
        self._ranks: dict[Address, tuple[Hashable, Rank]] = {}

    def fill(self, records: Iterable[tuple[Address, Record]]) -> None:
        """Take in all records of a table at once."""
        grouped: dict[Hashable, list[Rank]] = {}
        for address, record in records:
            group = self._group_of(address, record)
            if group is not NOWHERE:
                ranked = rank(self._order, address, record)
                self._ranks[address] = (group, ranked)
                grouped.setdefault(group, []).append(ranked)
        self._groups = {group: SortedList(ranks) for group, ranks in grouped.items()}

    def put(self, address: Address, record: Record) -> None:
        """Place a new or changed record."""
        group = self._group_of(address, record)
        placed = None if group is NOWHERE else (group, rank(self._order, address, record))
        if self._ranks.get(address) == placed:
            return
        self.remove(address)
        if placed is not None:
            self._ranks[address] = placed
            self._groups.setdefault(placed[0], SortedList()).add(placed[1])

    def remove(self, address: Address) -> None:
        """Forget a record, if it is here."""
        placed = self._ranks.pop(address, None)
        if placed is not None:
            group = self._groups[placed[0]]
            group.remove(placed[1])
            if not group:
                del self._groups[placed[0]]

    def size(self, group: Hashable) -> int:
        return len(self._groups.get(group, ()))

    def slice(self, group: Hashable, start: int, stop: int | None) -> list[Address]:
        """Return the addresses from start up to, not including, stop."""
        ranks = self._groups.get(group)
        return [] if ranks is None else [ranked[-1] for ranked in ranks.islice(start, stop)]

    def merged(self, groups: Iterable[Hashable]) -> Iterator[Address]:
        """Return the addresses of several groups, in one order."""
        lists = [self._groups[group] for group in groups if group in self._groups]
        return (ranked[-1] for ranked in heapq.merge(*lists))
