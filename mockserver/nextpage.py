"""The next page of a list: the query that asked for one page and the answer in, the query that asks
for the page after it out.

What the server says leads on: a URL in the envelope or the Link header (RFC 8288), of which the
query alone is taken, since no server may lead a request elsewhere; or a cursor. Where it says
nothing, pages are counted, and one that is not full is the last.

    {"items": [...], "next_cursor": "b7"}                →  limit=100&cursor=b7
    Link: <https://shop.example/items?page=3>; rel=next  →  page=3
    50 records of offset=100&limit=50                    →  offset=150&limit=50
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mockserver.lookup import MISSING, value_at
from mockserver.model.envelopes import inside
from mockserver.model.types import Operation
from mockserver.slots import dataclass
from mockserver.state import Record, key_of

PAGE = 100
"""Records that are asked for at a time."""
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_NEXT = re.compile(r";\s*rel\s*=\s*\"?[^\";]*\bnext\b", re.IGNORECASE)
_PAGES = re.compile(r";\s*rel\s*=\s*\"?[^\";]*\b(next|prev|previous|first|last)\b", re.IGNORECASE)
_ONWARD = ("$has_next", "$next", "$next_path", "$next_page", "$cursor")
"""What a page tells of those after it, by the roles of its envelope."""
Query = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page: the query that asked for it, the body and the Link header of the answer, the records
    in it, and how many pages and records there were up to its end.
    """

    query: Query
    body: Any
    link: str
    records: Sequence[Record]
    pages: int
    seen: int


def first_query(operation: Operation) -> Query:
    """Return the query that asks for the first page, as large as it may be."""
    paging = operation.paging
    number = first_number(operation)
    if paging.size is None:
        return number
    return {**number, paging.size: min(PAGE, paging.maximum or PAGE)}


def first_number(operation: Operation) -> Query:
    """Return what asks for the first page by its number, where one must be sent."""
    paging = operation.paging
    if paging.number is None or paging.style not in ("page", "offset"):
        return {}
    parameter = operation.described.parameter("query", paging.number)
    if parameter is None or not parameter.required:
        return {}
    return {paging.number: paging.first if paging.style == "page" else paging.origin}


def next_query(operation: Operation, page: ShownPage, key: str) -> Query | None:
    """Return the query that asks for the page after one, None where it is the last. `key` is the
    property that identifies a record.
    """
    if not page.records:
        return None
    many = operation.envelope.many
    led = _led(inside(many, page.body, "$next"), page.link)
    if led:
        return {**page.query, **led}
    goes_on = tells_onward(operation, page.body, page.link)
    if goes_on is False:
        return None
    number = operation.paging.number
    if number is None:
        return None
    if operation.paging.style == "cursor":
        cursor = inside(many, page.body, "$cursor")
        return None if cursor in (MISSING, None, "") else {**page.query, number: cursor}
    if not goes_on and _is_short(operation, page):
        return None
    return _counted(operation, page, number, key)


def may_begin_at_zero(operation: Operation) -> bool:
    """Tell whether the document leaves open whether the first page is number 0 or 1."""
    paging = operation.paging
    if paging.style != "page" or paging.first != 1:
        return False
    parameter = operation.described.parameter("query", paging.number or "")
    words = ("minimum", "default", "example")
    return parameter is None or not any(map(parameter.schema.says, words))


def tells_onward(operation: Operation, body: Any, link: str) -> bool | None:
    """Tell whether a page says that there are more, None where it does not say."""
    for role in _ONWARD:
        told = inside(operation.envelope.many, body, role)
        if told is not MISSING:
            return told not in (None, "", False)
    return bool(_NEXT.search(link)) if _PAGES.search(link) else None


def _is_short(operation: Operation, page: ShownPage) -> bool:
    """Tell whether a page has fewer records than it may have."""
    paging = operation.paging
    size = page.query.get(paging.size or "") or paging.default
    return size is not None and len(page.records) < int(size)


def _led(url: Any, link: str) -> Query:
    """Return the query of the URL of the next page, empty where there is none."""
    if not isinstance(url, str):
        targets = [target for target, params in _LINK.findall(link) if _NEXT.search(params)]
        url = targets[0] if targets else ""
    try:
        return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    except ValueError:
        return {}


def _counted(operation: Operation, page: ShownPage, number: str, key: str) -> Query | None:
    """Return the query for the page after one by counting."""
    paging = operation.paging
    match paging.style:
        case "page":
            return {**page.query, number: paging.first + page.pages}
        case "offset":
            return {**page.query, number: paging.origin + page.seen}
        case "after":
            last = value_at(page.records[-1], key)
            return None if last is MISSING else {**page.query, number: key_of(last)}
    return None
