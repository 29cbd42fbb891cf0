"""The records of one resource in memory, with the listings that are made of them.

A listing is made of all records when it is first asked for and kept up with each change. Of a large
table that takes long; so whoever `waits` is told to have it arranged in another thread, while
others go on:

    asked for    MustArrange
    arranged     of the records as they are at first; which ones change from then on is noted
    settled      those are placed anew, and the listing is there

A table that begins as the copy of another one takes over the listings of that one as they are asked
for, and places anew what has changed since.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from mockserver.conditions import meets_all
from mockserver.ordering import Address, frozen
from mockserver.state import Record
from mockserver.stores.base import MustArrange
from mockserver.stores.listing import NOWHERE, GroupOf, Listing
from mockserver.stores.membership import dotted

MOST_REMOVED = 1_000
"""Removed records that a table remembers; the oldest goes."""
MOST_LISTINGS = {"by": 64, "meeting": 8}
"""Listings that a table keeps, by the value of a property and of what meets conditions; the oldest
goes, so that clients cannot pile them up.
"""
Order = tuple[str, ...]
Name = tuple[str, int, Order, str | None]
"""A kind of listing, how many parents it is by, its order, and the property or the conditions."""
LARGE = 4_000
"""Records from which on it takes long to look at them all."""


class Table:
    """The records of one resource, changed by who holds the `lock`; those of an `origin`, which
    nobody changes any more, to begin with.
    """

    def __init__(self, lock: AbstractContextManager[object], origin: Table | None = None) -> None:
        self._lock = lock
        self.records: dict[Address, Record] = {}
        self.removed: dict[Address, Record] = {}
        self._listings: dict[Name, Listing] = {}
        self._unsettled: dict[Name, set[Address]] = {}
        self._origin = origin
        self._changed: set[Address] = set()
        if origin is not None:
            self.records.update(origin.records)
            self.removed.update(origin.removed)
            origin._origin = None

    @property
    def is_large(self) -> bool:
        """Whether it takes long to look at all records."""
        return len(self.records) >= LARGE

    def put(self, address: Address, record: Record) -> Record | None:
        """Keep a record, and return the one that was there; it costs the listings."""
        old = self.records.get(address)
        self.records[address] = record
        self._note(address)
        for listing in self._listings.values():
            listing.put(address, record)
        return old

    def remove(self, address: Address) -> Record | None:
        """Forget a record, and return it; its place in a list can be told for a while."""
        old = self.records.pop(address, None)
        self._note(address)
        for listing in self._listings.values():
            listing.remove(address)
        if old is not None:
            self._remember(address, old)
        return old

    def listing(self, depth: int, order: Order, field: str | None, waits: bool = False) -> Listing:
        """Return the listing by the outermost `depth` parents and, when given, the value of a
        property. Raises MustArrange, for who waits.
        """

        def group_of(address: Address, record: Record) -> Any:
            value = None if field is None else frozen(dotted(record, field))
            return (address[0][:depth], value)

        return self._known(("by", depth, order, field), group_of, waits)

    def meeting(
        self, depth: int, order: Order, where: tuple[Any, ...], waits: bool = False
    ) -> Listing:
        """Return the listing of the records that meet conditions, by the outermost `depth` parents.
        Raises MustArrange, for who waits.
        """

        def group_of(address: Address, record: Record) -> Any:
            return (address[0][:depth], None) if meets_all(record, where) else NOWHERE

        return self._known(("meeting", depth, order, repr(where)), group_of, waits)

    def _known(self, name: Name, group_of: GroupOf, waits: bool) -> Listing:
        """Return a listing, made when it is first asked for."""
        known = self._listings.get(name) or self._inherited(name)
        if known is not None:
            return known
        made = Listing(name[2], group_of)
        if waits and self.is_large:
            raise MustArrange(partial(self._arrange, name, made))
        made.fill(self.records.items())
        self._keep(name, made)
        return made

    def _inherited(self, name: Name) -> Listing | None:
        """Return a listing that the origin has, with what has changed since."""
        if self._origin is None:
            return None
        if len(self._changed) > len(self.records) // 2:
            self._origin = None
            return None
        theirs = self._origin._listings.get(name)
        if theirs is None:
            return None
        twin = theirs.copy()
        twin.settle(self._changed, self.records)
        self._keep(name, twin)
        return twin

    def _arrange(self, name: Name, made: Listing) -> None:
        """Make a listing while others change the table."""
        with self._lock:
            if name in self._listings:
                return
            records = tuple(self.records.items())
            changed = self._unsettled[name] = set()
        try:
            made.fill(records)
            with self._lock:
                made.settle(changed, self.records)
                self._keep(name, made)
        finally:
            with self._lock:
                del self._unsettled[name]

    def _keep(self, name: Name, made: Listing) -> None:
        """Keep a listing; the oldest of its kind goes where there are too many."""
        kind = name[0]
        alike = [known for known in self._listings if known[0] == kind]
        if len(alike) >= MOST_LISTINGS[kind]:
            del self._listings[alike[0]]
        self._listings[name] = made

    def _note(self, address: Address) -> None:
        """Note that a record has changed, for listings that are in the making or to be copied."""
        if self._origin is not None:
            self._changed.add(address)
        for changed in self._unsettled.values():
            changed.add(address)

    def _remember(self, address: Address, record: Record) -> None:
        """Remember a removed record, so that its place in a list can still be told."""
        self.removed.pop(address, None)
        if len(self.removed) >= MOST_REMOVED:
            del self.removed[next(iter(self.removed))]
        self.removed[address] = record
