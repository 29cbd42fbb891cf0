"""Compare records of the mock with those of the live server: two JSON values in, their differences
by property out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.compare.alignment import Alignment
from contracts.compare.differences import Drift, Way, same, type_name
from contracts.compare.moments import moment_of
from contracts.compare.scalars import may_be_key
from mockserver.lookup import MISSING
from mockserver.model.types import Children, Model, Resource
from mockserver.state import key_of

Sent = Mapping[tuple[str, str], set[str]]
"""The properties that were sent for each record that the run made, by resource and key of the live
server.
"""


@dataclass(frozen=True, slots=True)
class Record:
    """What is being compared: a record of a resource at a place; `made` tells that nobody sent its
    other properties.
    """

    resource: Resource
    place: str
    sent: set[str] | None = None
    key: str | None = None

    def drift(self, way: Way, place: str, mock: Any, live: Any) -> Drift:
        return Drift(way, place, mock, live, self.resource.name, place[len(self.place) :])


class Records:
    """Compares records of one API."""

    def __init__(self, model: Model, alignment: Alignment, sent: Sent) -> None:
        self._model, self._alignment, self._sent = model, alignment, sent

    def compare(
        self, mock: Any, live: Any, resource: Resource, place: str, sent: set[str] | None = None
    ) -> list[Drift]:
        """Return where two records differ; `sent` are the properties that this very call sends."""
        if not isinstance(mock, Mapping) or not isinstance(live, Mapping):
            alike = (
                self._alignment.keys(live, mock, resource.name)
                if _are_keys(mock, live)
                else same(mock, live)
            )
            return [] if alike else [Drift(Way.TYPE, place, mock, live, resource.name)]
        key = live.get(resource.key or "")
        if sent is None and key is not None and self._alignment.is_new(key, resource.name):
            sent = self._sent.get((resource.name, key_of(key)), set())
        known = key_of(key) if isinstance(key, str | int) else None
        return list(self._fields(Record(resource, place, sent, known), mock, live, place))

    def listed(
        self, mock: Sequence[Any], live: Sequence[Any], resource: Resource, place: str, item: str
    ) -> list[Drift]:
        """Return where two lists of records differ; `item` is the pointer to the record in an
        item.
        """
        ours, theirs = ([_inner(each, item) for each in side] for side in (mock, live))
        if not resource.key or not all(
            isinstance(each, Mapping) and resource.key in each for each in (*ours, *theirs)
        ):
            if len(ours) != len(theirs):
                return [Drift(Way.RECORDS, place, mock, live)]
            pairs = [(index, index) for index in range(len(theirs))]
            return self._paired(ours, theirs, pairs, resource, place, item)
        name = resource.key
        keys = self._in_mock(
            [each[name] for each in theirs], [each[name] for each in ours], resource.name
        )
        own = [key_of(each[name]) for each in ours]
        pairs = [(own.index(key), index) for index, key in enumerate(keys) if key in own]
        found = self._paired(ours, theirs, pairs, resource, place, item)
        if own == keys:
            return found
        if sorted(own) == sorted(keys):
            return [Drift(Way.ORDER, place, own, keys, resource.name), *found]
        shorter = min(len(own), len(keys))
        way = Way.PAGE if own[:shorter] == keys[:shorter] else Way.RECORDS
        return [Drift(way, place, own, keys, resource.name), *found]

    def _paired(
        self,
        ours: Sequence[Any],
        theirs: Sequence[Any],
        pairs: Sequence[tuple[int, int]],
        resource: Resource,
        place: str,
        item: str,
    ) -> list[Drift]:
        found: list[Drift] = []
        for mine, its in pairs:
            found += self.compare(ours[mine], theirs[its], resource, f"{place}/{its}{item}")
        return found

    def _in_mock(self, live: Sequence[Any], mock: Sequence[Any], resource: str) -> list[str]:
        """Return the mock's keys for those of the live server; what is new on both sides is paired
        in its order.
        """
        known = [self._alignment.mock_key(key_of(key), resource) for key in live]
        new = [at for at, key in enumerate(live) if not self._alignment.knows(key, resource)]
        taken = {key for at, key in enumerate(known) if at not in new}
        free = [
            key_of(key)
            for key in mock
            if key_of(key) not in taken and self._alignment.is_unpaired(key, resource)
        ]
        for at, key in zip(new, free, strict=False):
            known[at] = key
        return known

    def _fields(
        self, record: Record, mock: Mapping[str, Any], live: Mapping[str, Any], place: str
    ) -> Iterator[Drift]:
        for name in mock:
            at = f"{place}/{name}"
            if name not in live:
                yield record.drift(Way.MISSING_FIELD, at, mock[name], MISSING)
            else:
                yield from self._field(record, name, mock[name], live[name], at)
        for name in live.keys() - mock.keys():
            yield record.drift(Way.EXTRA_FIELD, f"{place}/{name}", MISSING, live[name])

    def _field(
        self, record: Record, name: str, mock: Any, live: Any, place: str
    ) -> Iterator[Drift]:
        """Yield the differences of a property of a record, or of an object inside it."""
        outer = place == f"{record.place}/{name}"
        children = next(
            (each for each in record.resource.children if outer and each.field == name), None
        )
        if children is not None and isinstance(mock, list) and isinstance(live, list):
            yield from self._children(record, children, mock, live, place)
        elif isinstance(mock, Mapping) and isinstance(live, Mapping):
            yield from self._fields(record, mock, live, place)
        elif isinstance(mock, list) and isinstance(live, list):
            yield from self._items(record, name, mock, live, place)
        else:
            way = self._scalar(record, name, mock, live, outer)
            if way is not None:
                yield record.drift(way, place, mock, live)

    def _items(
        self, record: Record, name: str, mock: list[Any], live: list[Any], place: str
    ) -> Iterator[Drift]:
        if len(mock) != len(live):
            yield record.drift(Way.VALUE, place, mock, live)
            return
        for index, (ours, theirs) in enumerate(zip(mock, live, strict=True)):
            yield from self._field(record, name, ours, theirs, f"{place}/{index}")

    def _children(
        self, record: Record, children: Children, mock: list[Any], live: list[Any], place: str
    ) -> Iterator[Drift]:
        if len(mock) != len(live) or not all(isinstance(each, Mapping) for each in (*mock, *live)):
            yield record.drift(Way.VALUE, place, mock, live)
            return
        space = f"{record.resource.name}.{children.field}"
        for index, (ours, theirs) in enumerate(zip(mock, live, strict=True)):
            key, at = children.key, f"{place}/{index}"
            if (
                key in ours
                and key in theirs
                and not self._alignment.keys(theirs[key], ours[key], space)
            ):
                yield record.drift(Way.VALUE, f"{at}/{key}", ours[key], theirs[key])
            rest = [
                {name: value for name, value in each.items() if name != key}
                for each in (ours, theirs)
            ]
            yield from self._fields(record, rest[0], rest[1], at)

    def _scalar(self, record: Record, name: str, mock: Any, live: Any, outer: bool) -> Way | None:
        """Return in which way two values of a property differ, None when they are as good as
        equal.
        """
        space = _space(self._model, record.resource, name) if outer else None
        paired = (
            space is not None and _are_keys(mock, live) and self._alignment.keys(live, mock, space)
        )
        if paired or same(mock, live):
            return None
        if (
            moment_of(mock) is not None
            and moment_of(live) is not None
            and self._stamped(record, name, mock, live)
        ):
            return None if self._alignment.written_alike(live, mock) else Way.TIMESTAMP
        texts = isinstance(mock, str) and isinstance(live, str)
        if texts and (
            self._alignment.texts(live, mock) or _is_random(record.resource, name, mock, live)
        ):
            return None
        if self._is_made_up(record, name) and self._alignment.made(live, mock):
            return None
        return way_of(mock, live)

    def _stamped(self, record: Record, name: str, mock: Any, live: Any) -> bool:
        """Tell whether two moments are the same, or both of this run, and moved only when the other
        one did.
        """
        if moment_of(mock) != moment_of(live) and not self._alignment.moments(live, mock):
            return False
        return record.key is None or self._alignment.moved(
            (record.resource.name, record.key, name), live, mock
        )

    def _is_made_up(self, record: Record, name: str) -> bool:
        told = name in record.resource.defaults or record.resource.touched.get(name) == "counter"
        return record.sent is not None and name not in record.sent and not told


def way_of(mock: Any, live: Any) -> Way:
    """Return in which way two scalars that are not equal differ."""
    if type_name(mock) != type_name(live):
        return Way.TYPE
    if type_name(mock) == "number" and math.isclose(mock, live, rel_tol=1e-3):
        return Way.ROUNDING
    moments = moment_of(mock), moment_of(live)
    return (
        Way.TIMESTAMP
        if isinstance(mock, str) and None not in moments and moments[0] == moments[1]
        else Way.VALUE
    )


def _space(model: Model, resource: Resource, name: str) -> str | None:
    """Return the resource whose key a property holds, None when it holds none."""
    if name == resource.key:
        return resource.name
    if resource.generated.get(name) in ("sequence", "uuid"):
        return f"{resource.name}.{name}"
    for parent in resource.parents:
        if name in (parent.field, parent.param):
            return parent.resource
    for reference in resource.references:
        if name == reference.field and reference.by == model.resources[reference.resource].key:
            return reference.resource
    return None


def _are_keys(mock: Any, live: Any) -> bool:
    return may_be_key(mock) and may_be_key(live)


def _is_random(resource: Resource, name: str, mock: str, live: str) -> bool:
    """Tell whether two texts of a template with random parts agree in all else."""
    template = resource.computed.get(name)
    return isinstance(template, str) and "{random" in template and _bare(mock) == _bare(live)


def _bare(text: str) -> str:
    return re.sub(r"\w+://[^/]+", "", re.sub(r"\d+", "0", text))


def _inner(value: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        value = value.get(step, MISSING) if isinstance(value, Mapping) else MISSING
    return value
