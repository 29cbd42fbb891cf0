"""The oracle's own store: records in a dictionary, all of which it looks at for every
list; slow, and plain enough to trust.

It shares no code with the stores that serve, so that one of the two is wrong where they do not
agree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cmp_to_key
from typing import Any

from mockserver.lookup import holds
from mockserver.model.types import Join, Operator
from mockserver.state import (
    Advance,
    AnyOf,
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

Choice = tuple[Condition | AnyOf, ...]
"""Conditions that have to be met together."""
DAY = len("2024-01-31")
LATEST = 2e11
"""Seconds since 1970 that are still a date."""
DATE = re.compile(r"\d{4}-\d\d-\d\d")
NAME = re.compile(r"\[(.*?)\]|([^.\[\]]+)")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


WORDLESS = re.compile(
    rf"https?://\S+|{UUID.pattern}|{DATE.pattern}([t ][\d:.]+\S*)?", re.IGNORECASE
)
"""A URL, a UUID or a moment: where all is searched for words, they are in none of these."""


class PlainStore:
    """Records by their collections and keys, and the numbers that sequences have given out."""

    def __init__(self) -> None:
        self._records: dict[tuple[Collection, str], Found] = {}
        self.gone: list[Found] = []
        self.numbers: dict[str, int] = {}

    @property
    def found(self) -> list[Found]:
        """All records, those that were put last at the end."""
        return list(self._records.values())

    def fork(self) -> PlainStore:
        """Return a store with the same records, of which later changes do not show here."""
        twin = PlainStore()
        twin._records, twin.numbers = dict(self._records), dict(self.numbers)
        twin.gone = list(self.gone)
        return twin

    @contextmanager
    def transaction(self) -> Iterator[PlainStore]:
        """Return this store: it has one user."""
        yield self

    def get(self, collection: Collection, key: str) -> Record | None:
        found = self._records.get((collection, key))
        return None if found is None else found.record

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
            old = self._records.pop(address, None)
            if isinstance(change, Put):
                self._records[address] = Found(change.collection, change.key, change.record)
            else:
                assert isinstance(change, Remove)
                self.gone += [] if old is None else [old]

    def select(self, collection: Collection, query: Query) -> Selection:
        below = [each for each in self._records.values() if _is_below(collection, each.collection)]
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
        if not all(_meets(record, condition) for condition in query.where):
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
            wanted = {name: _source(to, record, arguments) for name, to in join.on}
            if all(_same(_at(each.record, name), value) for name, value in wanted.items()):
                return each.record
        return None


def _source(source: Any, record: Record, arguments: Mapping[str, Any]) -> Any:
    if isinstance(source, str) and source.startswith("$"):
        return _at({**record, "record": record, "path": arguments}, source[1:])
    return source


def _is_below(above: Collection, collection: Collection) -> bool:
    depth = len(above.parents)
    return collection.resource == above.resource and collection.parents[:depth] == above.parents


def _compare(order: tuple[str, ...], one: Found, other: Found) -> int:
    for name in order:
        sign = -1 if name.startswith("-") else 1
        field = name.lstrip("-")
        first = _sortable(_at(one.record, field))
        second = _sortable(_at(other.record, field))
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
    """Null comes first, then numbers (false is 0 and true 1), texts, and the rest by its JSON."""
    if value is None:
        return (0, 0)
    if isinstance(value, str):
        return (2, value)
    if isinstance(value, int | float):
        return (1, value)
    return (3, json.dumps(value, separators=(",", ":"), ensure_ascii=False))


def _sortable_key(found: Found) -> tuple[Any, ...]:
    numeric = found.key.isdigit()
    return (
        0 if numeric else 1,
        int(found.key) if numeric else found.key,
        found.collection.parents,
        found.key,
    )


def _meets(record: Record, condition: Condition | AnyOf) -> bool:
    """Tell whether a record meets a condition."""
    if isinstance(condition, AnyOf):
        return any(_meets_all(record, choice) for choice in condition.choices)
    return _compares(record, condition) != condition.negated


def _meets_all(record: Record, choice: Choice) -> bool:
    return all(_meets(record, condition) for condition in choice)


def _same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal; the case of a UUID's letters is of no account."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, str) and isinstance(other, str) and UUID.fullmatch(one):
        return one.lower() == other.lower()  # RFC 9562, section 4
    return bool(one == other)


def _at(record: Any, path: str) -> Any:
    """Return the value at a dotted path, None where it leads nowhere."""
    for step in path.split("."):
        record = record.get(step) if isinstance(record, Mapping) else None
    return record


def _compares(record: Record, condition: Condition) -> bool:
    if condition.operator is Operator.EQUAL:
        found = _at(record, condition.field)
        return any(_same(found, value) for value in condition.values)
    found = _all_at(record, condition.field)
    if condition.operator is Operator.PRESENT:
        return any(each not in (None, "", {}) for each in found)
    if condition.operator is Operator.SEARCH:
        leaves = [each for each in _leaves(found) if not isinstance(each, bool)]
        texts = [str(each).lower() for each in leaves]
        spoken = [text for text in texts if not WORDLESS.fullmatch(text)]
        for value in condition.values:
            sought = str(value)
            is_words = all(letter.isalnum() or letter.isspace() for letter in sought)
            anywhere = condition.field == ""
            if _mentions(spoken if anywhere and is_words else texts, sought):
                return True
        return False
    for each in found:
        for value in condition.values:
            if _holds(each, condition.operator, value):
                return True
    return False


def _mentions(texts: list[str], sought: str) -> bool:
    """Tell whether every word of a search is a part of some text."""
    words = sought.lower().split()
    found = [word for word in words if any(word in text for text in texts)]
    return found == words


def _leaves(value: Any) -> Iterator[Any]:
    """Yield the values inside a value that are neither null nor have values inside themselves."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif value is not None:
        yield value


def _holds(found: Any, operator: Operator, value: Any) -> bool:
    """Tell whether one value of a record compares so with one that is wanted.

    Texts are compared in small letters, all but those of HAS.
    """
    one = str(found).lower()
    other = str(value).lower()
    match operator:
        case Operator.HAS:
            return _same(found, value)
        case Operator.IGNORE_CASE:
            return one == other
        case Operator.CONTAINS:
            return other in one
        case Operator.STARTS:
            return one.startswith(other)
        case Operator.ENDS:
            return one.endswith(other)
        case Operator.LIKE:
            pattern = re.escape(other)
            pattern = pattern.replace("%", ".*").replace("_", ".")
            return re.fullmatch(pattern, one, re.DOTALL) is not None
        case Operator.ON:
            day = _day(_moment(found))
            return day is not None and day == _day(_moment(value))
        case _:
            return _is_on_side(found, operator, value)


def _is_on_side(found: Any, operator: Operator, bound: Any) -> bool:
    """Tell whether a value is on the side of a bound that the operator names."""
    pair = _sizes(found, bound)
    if pair is None:
        return False
    one, other = pair
    match operator:
        case Operator.LESS:
            return bool(one < other)
        case Operator.AT_MOST:
            return bool(one <= other)
        case Operator.GREATER:
            return bool(one > other)
        case _:
            return bool(one >= other)


def _sizes(found: Any, bound: Any) -> tuple[Any, Any] | None:
    """Return two values so that they can be compared, None where they cannot."""
    if _is_amount(found) and _is_amount(bound):
        return float(found), float(bound)
    one = _moment(found)
    other = _moment(bound)
    if one is None and other is None:
        is_text = isinstance(found, str) and isinstance(bound, str)
        return (found, bound) if is_text else None
    if one is None or other is None:
        return None
    if any(DATE.fullmatch(str(each)) for each in (found, bound)):
        return _day(one), _day(other)
    return one.timestamp(), other.timestamp()


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else str(moment)[:DAY]


def _is_amount(value: Any) -> bool:
    """Tell whether a value is a number, or a text that spells one."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return True
    return re.fullmatch(r"-?\d+(\.\d+)?", str(value)) is not None


def _moment(value: Any) -> datetime | None:
    """Return the moment that a value tells: ISO 8601, RFC 5322, or seconds since 1970.

    A number that is too large for seconds counts milliseconds.
    """
    if _is_amount(value):
        seconds = float(value)
        if abs(seconds) > 1e11:
            seconds = seconds / 1000
        is_far = abs(seconds) > LATEST
        return None if is_far else datetime.fromtimestamp(seconds, UTC)
    text = str(value)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _mail_date(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _mail_date(text: str) -> datetime | None:
    """Return the moment of a text such as `Fri, 01 Mar 2024 00:00:00 GMT`."""
    if "," not in text:
        return None
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _all_at(record: Any, path: str) -> list[Any]:
    """Return the values at a path, in which an array stands for its items.

    An item that is a text or a number is found at the last name, too: `labels.name` of
    {labels: [bug]} is bug.
    """
    names = [one or other for one, other in NAME.findall(path)]
    found = [record]
    for depth, name in enumerate(names, 1):
        further: list[Any] = []
        for each in found:
            items = each if isinstance(each, list) else [each]
            for item in items:
                if isinstance(item, Mapping):
                    further += [item[name]] if name in item else []
                elif depth == len(names) and depth > 1 and item is not None:
                    further.append(item)
        found = further
    spread: list[Any] = []
    for each in found:
        spread += each if isinstance(each, list) else [each]
    return spread
