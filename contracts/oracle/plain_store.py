"""The oracle's own store: a list of records, all of which it looks at every time; slow, and plain
enough to trust.

It shares no code with the stores that serve, so that one of the two is wrong where they do not
agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cmp_to_key
from typing import Any

from mockserver.lookup import holds
from mockserver.model.types import Join
from mockserver.state import (
    Advance,
    Change,
    Collection,
    Found,
    Put,
    Query,
    Record,
    Remove,
    Selection,
)

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class PlainStore:
    """Records by their collections and keys, and the numbers that sequences have given out."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.gone: list[Found] = []
        self.numbers: dict[str, int] = {}

    def fork(self) -> PlainStore:
        """Return a store with the same records, of which later changes do not show here."""
        twin = PlainStore()
        twin.found, twin.numbers = list(self.found), dict(self.numbers)
        twin.gone = list(self.gone)
        return twin

    @contextmanager
    def transaction(self) -> Iterator[PlainStore]:
        """Return this store: it has one user."""
        yield self

    def get(self, collection: Collection, key: str) -> Record | None:
        for each in self.found:
            if each.collection == collection and each.key == key:
                return each.record
        return None

    def removed(self, collection: Collection, key: str) -> Record | None:
        for each in reversed(self.gone):
            if each.collection == collection and each.key == key:
                return each.record
        return None

    def last(self, sequence: str) -> int:
        return self.numbers.get(sequence, 0)

    def apply(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if isinstance(change, Advance):
                self.numbers[change.sequence] = max(change.to, self.last(change.sequence))
                continue
            address = (change.collection, change.key)
            old = [each for each in self.found if (each.collection, each.key) == address]
            self.found = [each for each in self.found if each not in old]
            if isinstance(change, Put):
                self.found.append(Found(change.collection, change.key, change.record))
            else:
                assert isinstance(change, Remove)
                self.gone += old

    def select(self, collection: Collection, query: Query) -> Selection:
        below = [each for each in self.found if _is_below(collection, each.collection)]
        wanted = [each for each in below if self._is_wanted(each.record, query)]
        wanted.sort(key=cmp_to_key(lambda one, other: _compare(query.order, one, other)))
        begin = query.offset
        if query.start is not None:
            begin += sum(_is_before(each, query.start, query) for each in wanted)
        end = len(wanted) if query.limit is None else begin + query.limit
        found = [each for at, each in enumerate(wanted) if begin <= at < end]
        return Selection(
            tuple(found),
            len(wanted),
            max(0, begin),
        )

    def _is_wanted(self, record: Record, query: Query) -> bool:
        for condition in query.where:
            found = _at(record, condition.field)
            if not any(_same(found, value) for value in condition.values):
                return False
        if query.view is None:
            return True
        arguments = dict(query.arguments)
        scope: dict[str, Any] = {**record, "path": arguments}
        if query.view.join:
            scope[query.view.join.name] = self._joined(query.view.join, record, arguments)
        return any(holds(condition, scope) for condition in query.view.any_of)

    def _joined(
        self,
        join: Join,
        record: Record,
        arguments: Mapping[str, Any],
    ) -> Record | None:
        every = self.select(Collection(join.resource), Query()).found
        for each in every:
            if all(
                _same(_at(each.record, name), _source(to, record, arguments))
                for name, to in join.on
            ):
                return each.record
        return None


def _source(source: Any, record: Record, arguments: Mapping[str, Any]) -> Any:
    if isinstance(source, str) and source.startswith("$"):
        return _at({**record, "record": record, "path": arguments}, source[1:])
    return source


def _is_below(above: Collection, collection: Collection) -> bool:
    depth = len(above.parents)
    return collection.resource == above.resource and collection.parents[:depth] == above.parents


def _at(record: Any, path: str) -> Any:
    for step in path.split("."):
        record = record.get(step) if isinstance(record, Mapping) else None
    return record


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, str) and isinstance(other, str) and UUID.fullmatch(one):
        return one.lower() == other.lower()  # RFC 9562, section 4
    return bool(one == other)


def _compare(order: tuple[str, ...], one: Found, other: Found) -> int:
    for name in order:
        sign = -1 if name.startswith("-") else 1
        field = name.lstrip("-")
        first = _sortable(one.record.get(field))
        second = _sortable(other.record.get(field))
        if first != second:
            return sign if first > second else -sign
    first_key = _sortable_key(one)
    second_key = _sortable_key(other)
    return (first_key > second_key) - (first_key < second_key)


def _is_before(found: Found, start: Found, query: Query) -> bool:
    """Tell whether a record comes before a slice that begins at the place of another."""
    order = _compare(query.order, found, start)
    return order < 0 or (order == 0 and query.beyond)


def _sortable(value: Any) -> tuple[int, Any]:
    """Null comes first, then numbers (false is 0 and true 1), then texts."""
    return (0, 0) if value is None else (2, value) if isinstance(value, str) else (1, value)


def _sortable_key(found: Found) -> tuple[Any, ...]:
    numeric = found.key.isdigit()
    return (
        0 if numeric else 1,
        int(found.key) if numeric else found.key,
        found.collection.parents,
        found.key,
    )
