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

from contracts.targets.exchanges import Exchange
from contracts.targets.reading import Reading, Readings
from contracts.targets.target import SAFE_METHODS
from mockserver.lookup import MISSING, value_at
from mockserver.model.envelopes import inside
from mockserver.model.types import Kind, Model, Operation, Resource
from mockserver.state import Advance, Change, Collection, Put, Record, key_of

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

    def changes(self, model: Model) -> list[Change]:
        """Return what puts these records into an empty store."""
        found: list[Change] = []
        for at, records in self.records.items():
            resource = model.resources[at.resource]
            hidden = {
                name: value for name, value in resource.defaults.items() if name in resource.hidden
            }
            for key, record in records.items():
                found += [Put(at, key, {**hidden, **record}), *_numbers(resource, record)]
        return found


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
            if not self._is_touched(bare(each.sent.target)):
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
        self._touched.add(bare(each.sent.target))
        resource = (
            self._model.resources.get(reading.operation.resource or "")
            if reading.operation
            else None
        )
        if resource is not None and reading.operation is not None and each.answer is not None:
            record = inside(reading.operation.envelope.one, each.answer.body)
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
            self._imply(self._model.resources[parent.resource], above, key)
            above = (*above, key_of(key)) if parent.splits else above

    def _imply(self, resource: Resource, above: tuple[str, ...], key: Any) -> None:
        """Keep a record of which nothing is known but its key."""
        at = Collection(resource.name, above[: len(resource.split)])
        if (
            len(at.parents) == len(resource.split)
            and resource.key
            and (resource.name, key_of(key)) not in self._made
        ):
            self._start.records.setdefault(at, {}).setdefault(key_of(key), {resource.key: key})

    def _note_reading(self, each: Exchange, reading: Reading, operation: Operation) -> None:
        resource = self._model.resources[str(operation.resource)]
        body = each.answer.body if each.answer is not None else None
        if operation.kind is Kind.LIST and operation.view is None and not self._touched:
            empty = (
                body is None
                and each.answer is not None
                and each.answer.status in (204, operation.envelope.empty)
            )
            value = [] if empty else inside(operation.envelope.many, body)
            if isinstance(value, list):
                self._note_list(reading, operation, resource, value, body)
        elif operation.kind is Kind.READ and not self._is_touched(bare(each.sent.target)):
            record = inside(operation.envelope.one, body)
            by_key = operation.key_field in (None, resource.key)
            asked = reading.path.get(operation.key_param or "", MISSING) if by_key else MISSING
            told = record.get(resource.key or "", asked) if isinstance(record, dict) else MISSING
            if isinstance(record, dict) and (asked is MISSING or key_of(told) == key_of(asked)):
                self._put(resource, reading.path, record)

    def _note_list(
        self,
        reading: Reading,
        operation: Operation,
        resource: Resource,
        items: list[Any],
        body: Any,
    ) -> None:
        records = [inside(operation.envelope.item, item) for item in items]
        hidden = _told_by_filters(reading, operation, resource)
        records = [{**each, **hidden} if isinstance(each, dict) else each for each in records]
        known = [
            self._put(resource, reading.path, each) for each in records if isinstance(each, dict)
        ]
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
        self._covered.setdefault(at, []).append((offset, offset + len(items)))
        total = inside(operation.envelope.many, body, "$total")
        if isinstance(total, int):
            self._ends[at] = total
        elif size is None or (0 < len(items) < size) or (offset == 0 and not items):
            self._ends[at] = offset + len(items)

    def _put(self, resource: Resource, path: Mapping[str, Any], record: Record) -> bool:
        """Keep a record where it belongs; tell whether that can be told."""
        parents: list[str] = []
        for parent in resource.split:
            value = path.get(parent.param, record.get(parent.field or parent.param))
            if value is None:
                return False
            if parent.resource is not None:
                self._imply(self._model.resources[parent.resource], tuple(parents), value)
            parents.append(key_of(value))
        key = value_at(record, resource.key) if resource.key else ""
        if key is MISSING or key is None or (resource.name, key_of(key)) in self._made:
            return False
        kept = self._start.records.setdefault(Collection(resource.name, tuple(parents)), {})
        kept[key_of(key)] = {**kept.get(key_of(key), {}), **record}
        return True

    def _is_touched(self, path: str) -> bool:
        return any(path == each or path.startswith(f"{each}/") for each in self._touched)


def bare(path: str) -> str:
    """Return a path without its query and trailing slash."""
    return path.partition("?")[0].rstrip("/")


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


def _numbers(resource: Resource, record: Record) -> list[Change]:
    """Return what keeps the numbers of a record from being given out again."""
    key = record.get(resource.key or "")
    found: list[Change] = []
    if isinstance(key, int) and not isinstance(key, bool):
        found.append(Advance(resource.name, key))
    for children in resource.children:
        for child in record.get(children.field) or ():
            if isinstance(child, Mapping) and isinstance(child.get(children.key), int):
                found.append(Advance(f"{resource.name}.{children.field}", child[children.key]))
    return found
