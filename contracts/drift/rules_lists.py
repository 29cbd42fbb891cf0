"""Lines about lists: how they are cut into pages, what surrounds them, their order, and what
narrows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.compare.differences import same
from contracts.drift.answers import place_of
from contracts.drift.groups import Group, Shown
from contracts.drift.lines import Line, Understanding
from contracts.oracle.judge import template_of
from contracts.oracle.oracle import LISTS
from mockserver.lookup import MISSING, value_at
from mockserver.model.envelopes import inside
from mockserver.model.types import Kind, Operation


def paging(word: str, value: Any) -> Line:
    """Return a line for how all lists are cut into pages."""
    return Line({"defaults": {"paging": {word: value}}})


def page_size(group: Group, _: Understanding) -> Iterator[Line]:
    """How many records a page has when nobody says."""
    for shown in group.shown[:4]:
        operation = shown.by.reading.operation
        if (
            operation is None
            or operation.paging.size in shown.by.reading.query
            or operation.kind not in LISTS
        ):
            continue
        body = _live(shown)
        told = inside(operation.envelope.many, body, "$size")
        records = inside(operation.envelope.many, body)
        held = len(records) if isinstance(records, list) else 0
        whole = (
            isinstance(inside(operation.envelope.many, body, "$total"), int)
            and _total(shown) == held
        )
        guesses = [
            told if isinstance(told, int) and told >= held else None,
            None if whole else held or None,
        ]
        yield from (paging("default", each) for each in guesses if each is not None)
        for each in guesses:
            if each is not None:
                yield paging("maximum", each)
                yield Line({"operations": {operation.label: {"paging": {"default": each}}}})
                target = (
                    f"$.paths['{operation.path}'].get.parameters[?@.name == "
                    f"'{operation.paging.size}'].schema"
                )
                yield Line(target=target, update={"default": each})
        yield paging("default", None)


def page_bounds(group: Group, _: Understanding) -> Iterator[Line]:
    """How large a page may be, and which number the first one has."""
    for shown in group.shown[:4]:
        operation = shown.by.reading.operation
        if operation is None or operation.paging.number is None:
            continue
        asked = shown.by.exchange.sent.target
        size = re.search(rf"[?&]{re.escape(operation.paging.size or '')}=(\d+)", asked)
        if size is not None:
            said = [
                int(each)
                for each in re.findall(r"\d+", str(_live(shown)))
                if 0 < int(each) < int(size[1])
            ]
            records = inside(operation.envelope.many, _live(shown))
            limits = (
                [len(records)] if isinstance(records, list) else sorted(set(said), reverse=True)[:3]
            )
            yield from (paging("maximum", each) for each in limits)
            yield paging("maximum", None)
        if f"{operation.paging.number}=" in asked:
            yield paging("first", 1 - operation.paging.first)


def past_end(group: Group, _: Understanding) -> Iterator[Line]:
    """A page after the last one is empty, or refused."""
    operation = group.smallest.by.reading.operation
    if operation is not None and operation.paging.number in group.smallest.by.reading.query:
        yield paging("past_end", "refused" if group.smallest.drift.live >= 400 else "empty")


def envelope(group: Group, _: Understanding) -> Iterator[Line]:
    """What surrounds one record, a list, a count or what was removed."""
    shown = group.smallest
    operation = shown.by.reading.operation
    if operation is None or shown.drift.place:
        return
    word = _word(operation)
    for each in group.shown[:6]:
        template = _guessed(operation, each)
        if template is not MISSING:
            yield Line({"defaults": {"envelope": {word: template}}})
            yield Line({"operations": {operation.label: {"envelope": {word: template}}}})


def order(group: Group, understanding: Understanding) -> Iterator[Line]:
    """Which property a list is ordered by."""
    shown = next((each for each in group.shown if each.drift.resource), group.smallest)
    operation = shown.by.reading.operation
    if operation is None or operation.resource is None or operation.kind not in LISTS:
        return
    records = [
        inside(operation.envelope.item, item)
        for item in _list(inside(operation.envelope.many, _live(shown)))
    ]
    for name in _orders(records):
        yield Line({"resources": {operation.resource: {"order": [name]}}})


def sort(group: Group, _: Understanding) -> Iterator[Line]:
    """A parameter that should name the order does nothing."""
    operation = group.smallest.by.reading.operation
    if operation is not None and operation.sort_param in group.smallest.by.reading.query:
        yield Line({"operations": {operation.label: {"sort": None}}})


def filters(group: Group, _: Understanding) -> Iterator[Line]:
    """A parameter that should narrow a list does nothing, or one that did nothing narrows it."""
    shown = group.smallest
    operation = shown.by.reading.operation
    if operation is None or operation.kind not in (*LISTS, Kind.COUNT):
        return
    asked = set(shown.by.reading.query)
    known = {each.param: each.field for each in operation.filters}
    if asked & known.keys():
        rest = {param: field for param, field in known.items() if param not in asked}
        yield Line({"operations": {operation.label: {"filters": rest}}})
    for name in sorted(asked - known.keys() - {operation.paging.size, operation.paging.number}):
        yield Line({"operations": {operation.label: {"filters": {**known, name: name}}}})


def _word(operation: Operation) -> str:
    if operation.kind in LISTS:
        return "many"
    if operation.kind in (Kind.DELETE, Kind.BULK_DELETE):
        return "removed"
    return "count" if operation.kind is Kind.COUNT else "one"


def _guessed(operation: Operation, shown: Shown) -> Any:
    """Return the envelope that the live body seems to have: the mock's value in it becomes
    `$value`, and so on.
    """
    body = _live(shown)
    ours = inside(template_of(operation), shown.by.answer.body)
    lists = operation.kind in LISTS
    if ours is MISSING:
        return body if operation.kind in (Kind.DELETE, Kind.BULK_DELETE) else MISSING
    roles = _roles(operation, shown) if lists else {}
    template = _abstract(body, ours, lists, roles)
    return template if place_of(template) != "?" else MISSING


def _roles(operation: Operation, shown: Shown) -> dict[str, Any]:
    """Return what the words of a list's envelope may stand for in the live answer."""
    held = len(_first_list(_live(shown)))
    query, paged = shown.by.reading.query, operation.paging
    return {
        "$total": held,
        "$page": query.get(paged.number or "", paged.first),
        "$size": query.get(paged.size or "", paged.default),
    }


def _first_list(body: Any) -> list[Any]:
    if isinstance(body, Mapping):
        return next((found for each in body.values() if (found := _first_list(each))), [])
    return _list(body)


def _abstract(body: Any, value: Any, lists: bool, roles: Mapping[str, Any]) -> Any:
    if lists and isinstance(body, list):
        return "$value"
    if not lists and _overlaps(body, value):
        return "$value"
    if isinstance(body, Mapping):
        return {name: _abstract(child, value, lists, roles) for name, child in body.items()}
    return next(
        (role for role, each in roles.items() if each is not None and same(each, body)), body
    )


def _overlaps(body: Any, value: Any) -> bool:
    if not isinstance(value, Mapping) or not isinstance(body, Mapping):
        return not isinstance(body, Mapping) and same(body, value)
    return len(body.keys() & value.keys()) * 2 > len(value)


def _orders(records: Sequence[Any]) -> Iterator[str]:
    """Yield the properties that records are ordered by, `-` in front for descending."""
    if len(records) < 2 or not all(isinstance(each, Mapping) for each in records):
        return
    for name in records[0]:
        values = [value_at(each, name) for each in records]
        if len({type(each) for each in values}) == 1 and isinstance(values[0], str | int | float):
            if len(set(values)) < 2:
                continue
            if values == sorted(values):
                yield name
            if values == sorted(values, reverse=True):
                yield f"-{name}"


def _total(shown: Shown) -> Any:
    operation = shown.by.reading.operation
    return (
        inside(operation.envelope.many, _live(shown), "$total")
        if operation is not None
        else MISSING
    )


def _live(shown: Shown) -> Any:
    return shown.by.exchange.answer.body if shown.by.exchange.answer is not None else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
