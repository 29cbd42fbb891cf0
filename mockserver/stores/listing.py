"""Ordered listings of a table's records: what a page of a big collection costs is the page.

A Listing groups the addresses of a table by a value (the parent, a property, membership of a view)
and keeps each group sorted. It is made from the whole table when first asked for and kept up with
each change, so that a slice costs its length and a logarithm, and a count costs nothing.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from sortedcontainers import SortedList

from mockserver.ordering import Address, Rank, rank
from mockserver.state import Record

NOWHERE: Any = object()
"""The group of a record that does not belong in the listing."""
GroupOf = Callable[[Address, Record], Hashable]
AT_ONCE = 2_000
"""Ranks that are sorted at once, so that other threads wait a few milliseconds at most."""


class Listing:
    """Groups of addresses, each sorted by rank."""

    def __init__(self, order: tuple[str, ...], group_of: GroupOf) -> None:
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
        for group, ranks in grouped.items():
            in_order = _in_order(ranks)
            self._groups[group] = SortedList(in_order)

    def copy(self) -> Listing:
        """Return a listing of the same, which goes its own way."""
        twin = Listing(self._order, self._group_of)
        twin._ranks = dict(self._ranks)
        for group, ranks in self._groups.items():
            twin._groups[group] = ranks.copy()
        return twin

    def settle(self, changed: Iterable[Address], records: Mapping[Address, Record]) -> None:
        """Place anew what has changed since the listing was made."""
        for address in changed:
            record = records.get(address)
            if record is None:
                self.remove(address)
            else:
                self.put(address, record)

    def put(self, address: Address, record: Record) -> None:
        """Place a new or changed record."""
        group = self._group_of(address, record)
        placed = None
        if group is not NOWHERE:
            ranked = rank(self._order, address, record)
            placed = (group, ranked)
        known = self._ranks.get(address)
        if known == placed:
            return
        if known is not None:
            self.remove(address)
        if placed is not None:
            self._ranks[address] = placed
            if group not in self._groups:
                self._groups[group] = SortedList()
            self._groups[group].add(placed[1])

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

    def place(self, group: Hashable, ranked: Rank, beyond: bool) -> int:
        """Return how many addresses are before a rank, or up to it where what has that very rank
        counts too.
        """
        ranks = self._groups.get(group)
        if ranks is None:
            return 0
        found = ranks.bisect_right(ranked) if beyond else ranks.bisect_left(ranked)
        return int(found)

    def slice(self, group: Hashable, start: int, stop: int | None) -> list[Address]:
        """Return the addresses from start up to, not including, stop."""
        ranks = self._groups.get(group)
        if ranks is None:
            return []
        return [ranked[-1] for ranked in ranks.islice(start, stop)]

    def merged(self, groups: Iterable[Hashable]) -> Iterator[Address]:
        """Return the addresses of several groups, in one order."""
        lists = [self._groups[group] for group in groups if group in self._groups]
        return (ranked[-1] for ranked in heapq.merge(*lists))


def _in_order(ranks: list[Rank]) -> list[Rank]:
    """Return ranks in their order, sorted by parts so that other threads come to their turn."""
    parts = []
    for at in range(0, len(ranks), AT_ONCE):
        part = ranks[at : at + AT_ONCE]
        parts.append(sorted(part))
    while len(parts) > 1:
        pairs = zip_longest(parts[::2], parts[1::2], fillvalue=())
        parts = [sorted((*one, *other)) for one, other in pairs]
    return parts[0] if parts else []
