"""State as values: records, where they live, how they are asked for and how they change.

Nothing here touches a store; a store takes these values in and gives them out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import Any, Protocol

from mockserver.conditions import AnyOf as AnyOf
from mockserver.conditions import Condition as Condition
from mockserver.conditions import meets_all
from mockserver.model.types import View
from mockserver.ordering import UUID_LENGTH, Rank, compared, rank
from mockserver.slots import dataclass

Record = Mapping[str, Any]
"""One stored JSON object. Never changed in place: a change puts a new one."""


def key_of(value: Any) -> str:
    """Return the text that identifies a record: 247 and "247" are the same key, and a UUID is in
    either case.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return compared(text) if len(text) == UUID_LENGTH else text


@dataclass(frozen=True, slots=True)
class Collection:
    """The records of a resource under one parent.

    `parents` holds the keys from the outermost parent inwards. Fewer keys than the resource has
    parents mean all records below that ancestor: `Collection("images", ())` is every image of the
    store.
    """

    resource: str
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """Which records of a collection, in which order, and which slice of them.

    `order` holds property names, a leading `-` for descending; ties are broken by key.
    `arguments` are what the `view` compares with (the path parameters of the call). With a `start`
    the offset, which may then be negative, counts from the place of that record (which needs no
    more than the properties of the order, and need not be there any more); `beyond` tells whether
    what is at that very place comes before the slice. Where the matches need not be `counted`, the
    total may be that of the slice.
    """

    where: tuple[Condition | AnyOf, ...] = ()
    order: tuple[str, ...] = ()
    offset: int = 0
    limit: int | None = None
    view: View | None = None
    arguments: tuple[tuple[str, Any], ...] = ()
    start: Found | None = None
    beyond: bool = True
    counted: bool = True

    def slice_from(self, place: int) -> tuple[int, int | None]:
        """Return where the slice begins and ends, when so many records are before the start."""
        begin = place + self.offset
        end = None if self.limit is None else max(0, begin + self.limit)
        return max(0, begin), end


@dataclass(frozen=True, slots=True)
class Found:
    """One record with its address."""

    collection: Collection
    key: str
    record: Record


@dataclass(frozen=True, slots=True)
class Selection:
    """The slice that a query asked for, how many records match in all, and how many of them are
    before the slice.
    """

    found: tuple[Found, ...]
    total: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Put:
    """Store a record under a key, whether or not there was one."""

    collection: Collection
    key: str
    record: Record


@dataclass(frozen=True, slots=True)
class Remove:
    """Forget the record under a key."""

    collection: Collection
    key: str


@dataclass(frozen=True, slots=True)
class Advance:
    """Note that a sequence has given out all numbers up to `to`, so that none is given twice."""

    sequence: str
    to: int


Change = Put | Remove | Advance


class Reader(Protocol):
    """What a behavior may ask of the state before it decides."""

    def get(self, collection: Collection, key: str) -> Record | None: ...

    def removed(self, collection: Collection, key: str) -> Record | None:
        """Return the record that was last removed under a key, as long as that is remembered."""
        ...

    def select(self, collection: Collection, query: Query) -> Selection: ...

    def last(self, sequence: str) -> int:
        """Return the highest number that the sequence has given out, 0 when none."""
        ...


@dataclass(slots=True)
class Draft:
    """A reader that already sees the changes of the decision in the making.

    What `select` sees costs the slice and the records of that resource that have been changed.
    """

    reader: Reader
    changes: list[Change] = field(default_factory=list)
    _put: dict[str, dict[tuple[Collection, str], Record | None]] = field(default_factory=dict)
    _last: dict[str, int] = field(default_factory=dict)

    def get(self, collection: Collection, key: str) -> Record | None:
        changed = self._put.get(collection.resource)
        if changed and (collection, key) in changed:
            return changed[collection, key]
        return self.reader.get(collection, key)

    def removed(self, collection: Collection, key: str) -> Record | None:
        return self.reader.removed(collection, key)

    def select(self, collection: Collection, query: Query) -> Selection:
        changed = self.changed(collection.resource)
        if not changed or query.view is not None:
            return self.reader.select(collection, query)
        return Revision(self.reader, collection, query, changed).selection()

    def last(self, sequence: str) -> int:
        return self._last.get(sequence) or self.reader.last(sequence)

    def changed(self, resource: str) -> dict[tuple[Collection, str], Record | None]:
        """Return the records of a resource that this decision has put so far, None for a removed
        one. It grows with the decision.
        """
        return self._put.get(resource, {})

    @property
    def resources(self) -> Sequence[str]:
        """The names of the resources of which this decision has put or removed records so far."""
        return tuple(self._put)

    def put(self, collection: Collection, key: str, record: Record) -> None:
        self._put.setdefault(collection.resource, {})[collection, key] = record
        self.changes.append(Put(collection, key, record))

    def remove(self, collection: Collection, key: str) -> None:
        self._put.setdefault(collection.resource, {})[collection, key] = None
        self.changes.append(Remove(collection, key))

    def draw(self, sequence: str) -> int:
        """Return the next number of a sequence; a refused call gives none away."""
        number = self.last(sequence) + 1
        self._advance(sequence, number)
        return number

    def reserve(self, sequence: str, number: int) -> None:
        """Note that a number of a sequence is taken (by a client that chose its own key)."""
        if number > self.last(sequence):
            self._advance(sequence, number)

    def take(self, other: Draft) -> None:
        """Take over the changes of a draft that was made over this one."""
        for change in other.changes:
            match change:
                case Put(collection, key, record):
                    self.put(collection, key, record)
                case Remove(collection, key):
                    self.remove(collection, key)
                case Advance(sequence, number):
                    self._advance(sequence, number)

    def _advance(self, sequence: str, number: int) -> None:
        self._last[sequence] = number
        self.changes.append(Advance(sequence, number))


class Revision:
    """The answer to a query without a view when some records are not yet as they will be.

    The records that stay are read as a slice that is wide enough to have in it what is left of the
    page wanted when old records go and new ones come:

        stored   a b c d e f     page 3 to 5, b goes (one old), cc comes (one new)
        read         c d e f     from 3 - one new, up to 5 + one old
        will be  a c cc d e f    the page is d e
    """

    def __init__(
        self,
        reader: Reader,
        collection: Collection,
        query: Query,
        changed: Mapping[tuple[Collection, str], Record | None],
    ) -> None:
        self._reader = reader
        self._collection = collection
        self._query = query
        self._changed = changed
        self._old: list[Found] = []
        self._new: list[Found] = []
        for (place, key), record in changed.items():
            self._note(self._old, place, key, reader.get(place, key))
            self._note(self._new, place, key, record)

    def _note(
        self,
        known: list[Found],
        place: Collection,
        key: str,
        record: Record | None,
    ) -> None:
        """Note a record that the query is about."""
        above = self._collection.parents
        if record is None or place.parents[: len(above)] != above:
            return
        if meets_all(record, self._query.where):
            known.append(Found(place, key, record))

    def selection(self) -> Selection:
        """Return the slice of the records as they will be."""
        query = self._query
        place = 0 if query.start is None else self._place_of(query.start)
        begin, end = query.slice_from(place)
        first = max(0, begin - len(self._new))
        limit = None if end is None else max(0, end + len(self._old) - first)
        window = replace(
            query,
            start=None,
            offset=first,
            limit=limit,
        )
        stored = self._reader.select(self._collection, window)
        total = stored.total - len(self._old) + len(self._new)
        found, index = self._merged(stored.found, first)
        last = None if end is None else max(0, end - index)
        return Selection(tuple(found[max(0, begin - index) : last]), total, begin)

    def _merged(self, stored: tuple[Found, ...], first: int) -> tuple[list[Found], int]:
        """Return what will be where a slice is that begins at a place, and where that begins."""
        if first and not stored:
            return [], first
        found = []
        for each in stored:
            if (each.collection, each.key) not in self._changed:
                found.append(each)
        index = 0
        if not first:
            found += self._new
        else:
            edge = self._rank(stored[0])
            index = first - self._before(self._old, edge)
            for each in self._new:
                if self._rank(each) < edge:
                    index += 1
                else:
                    found.append(each)
        found.sort(key=self._rank)
        return found, index

    def _place_of(self, start: Found) -> int:
        """Return how many records will be before the place of one."""
        query = replace(self._query, offset=0, limit=0)
        place = self._reader.select(self._collection, query).offset
        bound = self._rank(start)
        beyond = query.beyond
        place -= self._before(self._old, bound, beyond)
        place += self._before(self._new, bound, beyond)
        return place

    def _before(self, known: list[Found], bound: Rank, beyond: bool = False) -> int:
        """Return how many of some records are before a rank, or up to it."""
        number = 0
        for each in known:
            ranked = self._rank(each)
            is_before = ranked < bound
            if beyond:
                is_before = not bound < ranked
            number += is_before
        return number

    def _rank(self, found: Found) -> Rank:
        return _rank(found, self._query)


def selected(found: list[Found], query: Query) -> Selection:
    """Return the slice of these records that a query without a view asks for."""
    matches = [each for each in found if meets_all(each.record, query.where)]
    matches.sort(key=lambda each: _rank(each, query))
    place = 0
    if query.start is not None:
        before = bisect_right if query.beyond else bisect_left
        place = before(matches, _rank(query.start, query), key=lambda each: _rank(each, query))
    begin, end = query.slice_from(place)
    return Selection(tuple(matches[begin:end]), len(matches), begin)


def _rank(found: Found, query: Query) -> Rank:
    return rank(query.order, (found.collection.parents, found.key), found.record)
