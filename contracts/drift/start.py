"""What a server held before a run changed it: calls and their answers in, the records to begin a
mock with out.

Nothing is asked here. A run that wants to know more asks first (`oracle.survey`); a recording tells
what it does. A collection is `whole` when its answers show every record of it; of another one there
may be more than is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.openapi import is_at_or_below
from contracts.targets.exchanges import Exchange
from contracts.targets.reading import Reading, Readings
from contracts.targets.target import SAFE_METHODS
from mockserver.inventory import listed_records, placing, record_by_key, shown_record
from mockserver.lookup import MISSING, value_at
from mockserver.model.envelopes import inside
from mockserver.model.types import Kind, Model, Operation, Resource
from mockserver.state import Collection, Put, Record, key_of

Range = tuple[int, int]


@dataclass(slots=True)
class Start:
    """The records that were there, and the collections that are known whole: all of them when
    `trusted`.
    """

    records: dict[Collection, dict[str, Record]] = field(default_factory=dict)
    whole: set[Collection] = field(default_factory=set)
    trusted: bool = False

    def is_whole(self, resource: str, parents: tuple[str, ...]) -> bool:
        """Tell whether every record of a collection is known."""
        return self.trusted or any(
            Collection(resource, parents[:length]) in self.whole
            for length in range(len(parents) + 1)
        )

    def keys(self, resource: str) -> set[str]:
        """Return the keys of a resource, whatever their parents are."""
        return {
            key
            for at, records in self.records.items()
            if at.resource == resource
            for key in records
        }

    def under(self, resource: str, parents: tuple[str, ...] = ()) -> list[Record]:
        """Return the records of a collection, or of all below an ancestor."""
        return [
            record
            for at, records in self.records.items()
            if at.resource == resource and at.parents[: len(parents)] == parents
            for record in records.values()
        ]


class StartReader:
    """Reads one server's answers by one model."""

    def __init__(self, model: Model, readings: Readings) -> None:
        self._model, self._readings = model, readings
        self._start = Start()
        self._covered: dict[Collection, list[Range]] = {}
        self._ends: dict[Collection, int] = {}
        self._touched: set[str] = set()
        self._made: set[tuple[str, str]] = set()

    def read(self, exchanges: Iterable[Exchange]) -> Start:
        """Return what was there before the first change among calls that come in their order."""
        for each in exchanges:
            if each.answer is None or not 200 <= each.answer.status < 300:
                continue
            reading = self._readings.read(each.sent)
            if not self._is_touched(each.sent.bare_path):
                self._note_parents(reading)
            if each.sent.method not in SAFE_METHODS:
                self._note_change(each, reading)
            elif (
                each.sent.method == "GET"
                and reading.operation is not None
                and reading.operation.resource
            ):
                self._note_reading(each, reading, reading.operation)
        for at, ranges in self._covered.items():
            if at in self._ends and _covers(ranges, self._ends[at]):
                self._start.whole.add(at)
        return self._start

    def _note_change(self, each: Exchange, reading: Reading) -> None:
        self._touched.add(each.sent.bare_path)
        resource = (
            self._model.resources.get(reading.operation.resource or "")
            if reading.operation
            else None
        )
        if resource is not None and reading.operation is not None and each.answer is not None:
            record = shown_record(reading.operation, each.answer.body)
            key = value_at(record, resource.key or "")
            if key is not MISSING:
                self._made.add((resource.name, key_of(key)))

    def _note_parents(self, reading: Reading) -> None:
        """Keep the parents that an answer shows to be there, where nothing else tells of them."""
        above: tuple[str, ...] = ()
        for parent in reading.operation.parents if reading.operation is not None else ():
            if parent.resource is None or parent.param not in reading.path:
                continue
            key = reading.path[parent.param]
            self._imply(record_by_key(self._model, parent.resource, above, key))
            above = (*above, key_of(key)) if parent.splits else above

    def _imply(self, put: Put | None) -> None:
        """Keep a record of which nothing is known but its key."""
        if put is not None and (put.collection.resource, put.key) not in self._made:
            self._start.records.setdefault(put.collection, {}).setdefault(put.key, put.record)

    def _note_reading(self, each: Exchange, reading: Reading, operation: Operation) -> None:
        resource = self._model.resources[str(operation.resource)]
        body = each.answer.body if each.answer is not None else None
        if operation.kind is Kind.LIST and operation.view is None and not self._touched:
            status = each.answer.status if each.answer is not None else 0
            records = listed_records(operation, status, body)
            if records is not None:
                self._note_list(reading, operation, resource, records, body)
        elif operation.kind is Kind.READ and not self._is_touched(each.sent.bare_path):
            record = shown_record(operation, body)
            by_key = operation.key_field in (None, resource.key)
            asked = reading.path.get(operation.key_param or "", MISSING) if by_key else MISSING
            told = MISSING if record is None else record.get(resource.key or "", asked)
            if record is not None and (asked is MISSING or key_of(told) == key_of(asked)):
                self._put(resource, reading.path, record)

    def _note_list(
        self,
        reading: Reading,
        operation: Operation,
        resource: Resource,
        records: list[Record],
        body: Any,
    ) -> None:
        hidden = _told_by_filters(reading, operation, resource)
        known = [self._put(resource, reading.path, {**each, **hidden}) for each in records]
        paging = operation.paging
        if reading.faults or set(reading.query) - {paging.number, paging.size} or not all(known):
            return
        split = {parent.param for parent in resource.split}
        inner = [parent for parent in operation.parents if parent.param in reading.path]
        if any(parent.param not in split for parent in inner):
            return
        at = Collection(
            resource.name, tuple(key_of(reading.path[parent.param]) for parent in inner)
        )
        size = reading.query.get(paging.size or "", paging.default)
        number = reading.query.get(paging.number or "", None)
        offset = _offset(operation, number, size)
        if offset is None:
            return
        self._covered.setdefault(at, []).append((offset, offset + len(records)))
        total = inside(operation.envelope.many, body, "$total")
        if isinstance(total, int):
            self._ends[at] = total
        elif size is None or (0 < len(records) < size) or (offset == 0 and not records):
            self._ends[at] = offset + len(records)

    def _put(self, resource: Resource, path: Mapping[str, Any], record: Record) -> bool:
        """Keep a record where it belongs; tell whether that can be told."""
        placed = placing(self._model, resource, path, record)
        for put in placed.above:
            self._imply(put)
        own = placed.own
        if own is None or (resource.name, own.key) in self._made:
            return False
        kept = self._start.records.setdefault(own.collection, {})
        kept[own.key] = {**kept.get(own.key, {}), **record}
        return True

    def _is_touched(self, path: str) -> bool:
        return any(is_at_or_below(path, each) for each in self._touched)


def _told_by_filters(reading: Reading, operation: Operation, resource: Resource) -> dict[str, Any]:
    """Return what all records of a narrowed list have in properties that no answer shows."""
    asked = {
        each.field: reading.query[each.param]
        for each in operation.filters
        if each.is_equality and each.param in reading.query
    }
    return {
        name: value
        for name, value in asked.items()
        if name in resource.hidden and not isinstance(value, list)
    }


def _offset(operation: Operation, number: Any, size: int | None) -> int | None:
    """Return how many records come before a page, None when that cannot be told."""
    paging = operation.paging
    if number is None or paging.style == "none":
        return 0
    if paging.style == "offset":
        return int(number)
    return (
        (int(number) - paging.first) * size if paging.style == "page" and size is not None else None
    )


def _covers(ranges: list[Range], end: int) -> bool:
    reached = 0
    for begin, until in sorted(ranges):
        if begin > reached:
            break
        reached = max(reached, until)
    return reached >= end
