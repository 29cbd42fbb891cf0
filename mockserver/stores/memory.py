"""A store in memory: a table for each resource, with listings made on demand and kept up by each
change.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from mockserver.conditions import meets_all
from mockserver.ordering import Address, Rank, frozen, rank
from mockserver.state import (
    Advance,
    Change,
    Collection,
    Condition,
    Found,
    Put,
    Query,
    Record,
    Remove,
    Selection,
)
from mockserver.stores.base import Contents, Store
from mockserver.stores.listing import Listing
from mockserver.stores.membership import Membership
from mockserver.stores.table import LARGE, Table

MOST_PARTS = 10_000
"""Tenants whose state a store keeps; the oldest goes, so that clients cannot pile them up."""


class MemoryStore:
    """State in memory. One transaction runs at a time, from whichever thread.

    A fork shares the tables with its origin until one of the two writes: the writer then takes a
    copy of the table for itself. So a fork costs the same however large the state is, and as much
    again for each tenant.
    """

    is_durable = False

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}
        self._owned: set[str] = set()
        self._memberships: dict[Any, Membership] = {}
        self._sequences: dict[str, int] = {}
        self._parts: dict[str, MemoryStore] = {}
        self._lock = threading.RLock()
        self._waits = False

    def transaction(
        self, reads: bool = False, waits: bool = False
    ) -> AbstractContextManager[MemoryStore]:
        """Return this store, which is locked within a `with` statement."""
        return _Waiting(self) if waits else self

    def __enter__(self) -> MemoryStore:
        self._lock.acquire()
        return self

    def __exit__(self, *error: object) -> None:
        self._lock.release()

    def fork(self) -> MemoryStore:
        """Return a store with the same state; later changes of either do not show in the other."""
        with self._lock:
            twin = self._alone()
            twin._parts = {name: part.fork() for name, part in self._parts.items()}
            return twin

    def keep(self) -> str:
        """Keep nothing: a fork is there as long as somebody holds it."""
        return ""

    def kept(self, name: str) -> MemoryStore:
        """Return this store: forks have no names."""
        return self

    def part(self, name: str, start: MemoryStore) -> MemoryStore:
        """Return the state of a tenant, which a fork and a restore take along; one that is new
        begins with a start.
        """
        with self._lock:
            if name not in self._parts:
                if len(self._parts) >= MOST_PARTS:
                    del self._parts[next(iter(self._parts))]
                self._parts[name] = start._alone()
            return self._parts[name]

    def _alone(self) -> MemoryStore:
        """Return a fork without the states of tenants."""
        with self._lock:
            twin = MemoryStore()
            twin._tables = dict(self._tables)
            twin._sequences = dict(self._sequences)
            self._owned.clear()
            return twin

    def restore(self, snapshot: MemoryStore) -> None:
        """Take the state of a snapshot (a fork made earlier), which stays as it is."""
        copy = snapshot.fork()
        with self._lock:
            self._tables, self._sequences, self._parts = copy._tables, copy._sequences, copy._parts
            self._owned.clear()
            self._memberships.clear()

    def start(self, anew: bool = False) -> MemoryStore:
        """Return a fork of the present state."""
        return self.fork()

    def space(self, name: str, start: Store, anew: bool = False) -> tuple[MemoryStore, MemoryStore]:
        """Return a fork of a start, and the start."""
        if not isinstance(start, MemoryStore):
            raise TypeError("a space in memory begins with a state in memory")
        return start.fork(), start

    def forget(self, name: str) -> bool:
        """Forget nothing: a space that nobody holds is gone."""
        return False

    def sweep(self, most: int, idle_s: float) -> tuple[str, ...]:
        """Forget nothing, either."""
        return ()

    def names(self) -> tuple[str, ...]:
        """Return no names: whoever holds the spaces knows them."""
        return ()

    def close(self) -> None:
        """Do nothing: nothing is held open."""

    def contents(self) -> Contents:
        """Return all that is kept; it changes with the store."""
        records = {}
        removed = {}
        for name, table in self._tables.items():
            records[name] = table.records
            removed[name] = table.removed
        parts = {name: part.contents() for name, part in self._parts.items()}
        return Contents(records, removed, self._sequences, parts)

    def get(self, collection: Collection, key: str) -> Record | None:
        table = self._tables.get(collection.resource)
        if table is None:
            return None
        return table.records.get((collection.parents, key))

    def removed(self, collection: Collection, key: str) -> Record | None:
        return self._table(collection.resource).removed.get((collection.parents, key))

    def last(self, sequence: str) -> int:
        return self._sequences.get(sequence, 0)

    def select(self, collection: Collection, query: Query) -> Selection:
        """Return a slice of the matching records; one condition or none costs the slice alone."""
        table = self._table(collection.resource)
        if query.view is not None:
            listing = self._membership(collection, query).listing
            groups: list[Any] = [collection.parents]
            if query.where:
                return self._scan(table, collection.resource, listing, groups, query.where, query)
            return self._slice(table, collection.resource, listing, groups, query)
        depth = len(collection.parents)
        groups = [(collection.parents, None)]
        others = query.where
        best = self._best(table, collection, query)
        if best is not None:
            listing = table.listing(depth, query.order, best.field, self._waits)
            values = dict.fromkeys(map(frozen, best.values))
            groups = [(collection.parents, value) for value in values]
            others = tuple(condition for condition in query.where if condition is not best)
        else:
            listing = table.listing(depth, query.order, None, self._waits)
        if not others and len(groups) == 1:
            return self._slice(table, collection.resource, listing, groups, query)
        if sum(map(listing.size, groups)) >= LARGE:
            listing = table.meeting(depth, query.order, query.where, self._waits)
            groups = [(collection.parents, None)]
            return self._slice(table, collection.resource, listing, groups, query)
        return self._scan(table, collection.resource, listing, groups, others, query)

    def apply(self, changes: Iterable[Change]) -> None:
        """Apply changes in order; each costs the listings that the record is in."""
        for change in changes:
            if isinstance(change, Advance):
                known = self._sequences.get(change.sequence, 0)
                self._sequences[change.sequence] = max(change.to, known)
            elif isinstance(change, Put):
                self._put(change)
            else:
                self._remove(change)

    def _put(self, change: Put) -> None:
        resource = change.collection.resource
        table = self._tables[resource] if resource in self._owned else self._own_table(resource)
        address = (change.collection.parents, change.key)
        old = table.put(address, change.record)
        for membership in self._memberships.values():
            membership.put(change.collection.resource, address, old, change.record)

    def _remove(self, change: Remove) -> None:
        table = self._own_table(change.collection.resource)
        address = (change.collection.parents, change.key)
        old = table.remove(address)
        if old is not None:
            for membership in self._memberships.values():
                membership.put(change.collection.resource, address, old, None)

    def _table(self, resource: str) -> Table:
        table = self._tables.get(resource)
        if table is None:
            table = self._tables[resource] = Table(self._lock)
        return table

    def _own_table(self, resource: str) -> Table:
        """Return a table that only this store writes to; a shared one is copied first."""
        if resource not in self._owned:
            self._tables[resource] = Table(self._lock, self._table(resource))
            self._owned.add(resource)
        return self._tables[resource]

    def _membership(self, collection: Collection, query: Query) -> Membership:
        depth = len(collection.parents)
        name = (
            collection.resource,
            depth,
            query.view.name if query.view else "",
            query.arguments,
            query.order,
        )
        if name not in self._memberships:
            self._memberships[name] = Membership(self, collection.resource, depth, query)
        return self._memberships[name]

    def records(self, resource: str) -> dict[Address, Record]:
        """Return the table of a resource: address -> record. Not to be changed by the caller."""
        return self._table(resource).records

    def _best(self, table: Table, collection: Collection, query: Query) -> Condition | None:
        """Return the equality that the fewest records meet, None where there is none."""
        best = None
        fewest = 0
        for condition in query.where:
            if not isinstance(condition, Condition) or not condition.is_equality:
                continue
            matches = self._matches(table, collection, query, condition)
            if best is None or matches < fewest:
                best = condition
                fewest = matches
        return best

    def _matches(self, table: Table, collection: Collection, query: Query, condition: Any) -> int:
        depth = len(collection.parents)
        listing = table.listing(depth, query.order, condition.field, self._waits)
        matches = 0
        for value in condition.values:
            group = (collection.parents, frozen(value))
            matches += listing.size(group)
        return matches

    def _slice(
        self, table: Table, resource: str, listing: Listing, groups: list[Any], query: Query
    ) -> Selection:
        group = groups[0]
        total = listing.size(group)
        place = 0
        if query.start is not None:
            place = listing.place(group, _rank(query.start, query), query.beyond)
        begin, end = query.slice_from(place)
        addresses = listing.slice(group, begin, end)
        return Selection(_found(table, resource, addresses), total, begin)

    def _scan(
        self,
        table: Table,
        resource: str,
        listing: Listing,
        groups: list[Any],
        others: tuple[Any, ...],
        query: Query,
    ) -> Selection:
        matches = []
        for address in listing.merged(groups):
            record = table.records[address]
            if meets_all(record, others):
                matches.append(address)
        place = 0
        if query.start is not None:
            before = bisect_right if query.beyond else bisect_left
            place = before(
                matches,
                _rank(query.start, query),
                key=lambda address: rank(query.order, address, table.records[address]),
            )
        begin, end = query.slice_from(place)
        found = _found(table, resource, matches[begin:end])
        return Selection(found, len(matches), begin)


class _Waiting:
    """A transaction for who waits for what is to be arranged."""

    __slots__ = ("_store",)

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def __enter__(self) -> MemoryStore:
        self._store.__enter__()
        self._store._waits = True
        return self._store

    def __exit__(self, *error: object) -> None:
        self._store._waits = False
        self._store.__exit__()


def _rank(found: Found, query: Query) -> Rank:
    return rank(query.order, (found.collection.parents, found.key), found.record)


def _found(table: Table, resource: str, addresses: Iterable[Address]) -> tuple[Found, ...]:
    """Return the records at some addresses, with where they are."""
    places: dict[tuple[str, ...], Collection] = {}
    found = []
    for address in addresses:
        parents, key = address
        place = places.get(parents)
        if place is None:
            place = Collection(resource, parents)
            places[parents] = place
        record = table.records[address]
        found.append(Found(place, key, record))
    return tuple(found)
