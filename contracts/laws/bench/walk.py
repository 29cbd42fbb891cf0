"""Walk the pages of a list: what asks for a page in, the pages in order out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from contracts.laws.bench.envelopes import Record, onward, records_of, told_of, told_onward
from contracts.laws.bench.law import Untried
from contracts.openapi import Spec, parameters, resolved
from contracts.targets.target import Answer
from mockserver.lookup import MISSING
from mockserver.model.types import Operation
from mockserver.model.types.facts import bounds
from mockserver.nextpage import may_begin_at_zero

MOST = 100
"""Pages that are walked at most."""
WIDE = 100
"""Records that are asked for at once when all are wanted."""

Ask = Callable[[Mapping[str, Any]], Answer]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what it was asked by, the answer and the records in it."""

    asked: Mapping[str, Any]
    answer: Answer
    records: list[Record]


def walk(
    ask: Ask,
    operation: Operation,
    spec: Spec,
    key: Callable[[Record], str],
    size: int | None = None,
) -> list[Page]:
    """Return the pages of a list, of this size, else as large as can be. Raises Untried.

    With a size the pages are walked until one is empty; without one, a page that is not full is the
    last, unless it tells that there are more. Where the document leaves open which number the first
    one has, it is 0 where number 1 is another page.
    """
    full = sizes(spec, operation)[1] if size is None else None
    size = full if size is None else size
    asked = first_page(operation, size)
    pages: list[Page] = []
    seen: set[str] = set()
    shift = 0
    while True:
        answer = ask(asked)
        if pages and 400 <= answer.status < 500:
            return pages
        records = records_of(operation, answer) if answer.succeeded else None
        if records is None:
            raise Untried(f"{operation.label} shows no list: {answer.status} {answer.text[:200]}")
        pages.append(Page(asked, answer, records))
        keys = set(map(key, records))
        if not records or keys <= seen:
            return pages
        is_short = full is not None and len(records) < full
        if is_short and not told_onward(operation, answer):
            return pages
        seen |= keys
        count = sum(len(page.records) for page in pages)
        onwards = next_page(
            operation,
            pages[-1],
            len(pages) + shift,
            count,
            key,
        )
        if onwards is None:
            return pages
        if len(pages) >= MOST:
            raise Untried(f"{operation.label} has more than {MOST} pages")
        asked = onwards
        if len(pages) == 1 and may_begin_at_zero(operation):
            name = str(operation.paging.number)
            second = {**pages[0].asked, name: 1}
            answer = ask(second)
            if _is_another(operation, answer, seen, key):
                shift = -1
                asked = second


def _is_another(
    operation: Operation, answer: Answer, seen: Set[str], key: Callable[[Record], str]
) -> bool:
    """Tell whether a page shows records, and none that were seen."""
    if not answer.succeeded:
        return False
    records = records_of(operation, answer)
    if not records:
        return False
    return seen.isdisjoint(map(key, records))


def first_page(operation: Operation, size: int | None) -> Mapping[str, Any]:
    """Return what asks for the first page of so many records."""
    name = operation.paging.size
    if not name or size is None:
        return {}
    return {name: size}


def next_page(
    operation: Operation, page: Page, walked: int, records: int, key: Callable[[Record], str]
) -> Mapping[str, Any] | None:
    """Return what asks for the page after so many pages with so many records, None when there is no
    way onward.
    """
    paging = operation.paging
    if paging.style == "none" or paging.number is None:
        return None
    match paging.style:
        case "page":
            return {**page.asked, paging.number: paging.first + walked}
        case "offset":
            return {**page.asked, paging.number: records}
        case "after":
            return {**page.asked, paging.number: key(page.records[-1])}
    cursor = told_of(operation, page.answer, "$cursor")
    if cursor is MISSING or cursor is None:
        url = onward(operation, page.answer, "$next", "next") or ""
        query = parse_qsl(url.partition("?")[2])
        cursor = dict(query).get(paging.number)
    if cursor in (None, ""):
        return None
    return {**page.asked, paging.number: cursor}


def sizes(spec: Spec, operation: Operation) -> tuple[int, int | None]:
    """Return the smallest and the largest size of a page that can be asked for, None when none
    can.
    """
    paging = operation.paging
    declared = parameters(spec, operation.path, operation.method)
    sizes = [each for each in declared if each.get("name") == paging.size]
    if paging.size is None or not sizes:
        return 1, None
    schema = resolved(spec, sizes[-1].get("schema"))
    least, most = bounds(schema)
    largest = min(WIDE, most, paging.maximum or WIDE)
    return max(1, int(max(least, 1))), int(largest)
