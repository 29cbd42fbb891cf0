"""Links between pages: a request and its page in, absolute URLs and a Link header out (RFC
8288).
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from mockserver.asgi.request import Request
from mockserver.call import Page
from mockserver.model.types import Paging

Pairs = list[tuple[str, str]]
"""Query parameters, each with one value, in an order."""


def page_url(request: Request, paging: Paging, page: Page, step: int) -> str | None:
    """Return the absolute URL of the next (step 1) or previous (step -1) page, None when there is
    none.

    All other parameters are kept, in the order in which they were sent, or in that of the alphabet
    where that is the habit.
    """
    place = cursor(page, step) if paging.style == "after" else page_number(page, step)
    if place is None or paging.number is None:
        return None
    return _url(request, paging, place)


def page_path(request: Request, paging: Paging, page: Page, step: int) -> str | None:
    """Return the path and query of the next or previous page, None when there is none."""
    url = page_url(request, paging, page, step)
    if url is None:
        return None
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def _url(request: Request, paging: Paging, number: int | str) -> str:
    """Return the URL of a request with what asks for another page: a number, an offset, a key."""
    pairs = _with_number(request.query_pairs, paging, number)
    if paging.sorted_links:
        pairs.sort()
    query = urlencode(pairs)
    return f"{request.url}?{query}" if query else request.url


def _with_number(sent: Pairs, paging: Paging, number: int | str) -> Pairs:
    """Return query parameters with the number in its place, at the end where none was sent."""
    name = paging.number or ""
    names = [each for each, _ in sent]
    place = names.index(name) if name in names else len(names)
    pairs = [pair for pair in sent if pair[0] != name]
    if paging.first_in_links or number != paging.first:
        pairs.insert(place, (name, str(number)))
    return pairs


def link_header(request: Request, paging: Paging, page: Page) -> str | None:
    """Return a Link header for the pages around this one, and the first and last; None when it
    stands alone.
    """
    if paging.number is None or not page.size or not (page.has_next or page.has_previous):
        return None
    last = max(page.total - 1, 0) // page.size
    numbers: dict[str, int | str | None] = {
        "next": page_number(page, 1),
        "prev": page_number(page, -1),
        "first": page.first,
        "last": page.first + last,
    }
    if page.start is not None:
        numbers |= {"first": 0, "last": last * page.size}
    if paging.style == "after":
        numbers = {"next": cursor(page, 1)}
    links = []
    for relation, number in numbers.items():
        if number is not None:
            url = _url(request, paging, number)
            links.append(f'<{url}>; rel="{relation}"')
    return ", ".join(links)


def page_number(page: Page, step: int) -> int | None:
    """Return the number of the next (step 1) or previous (step -1) page, None when there is
    none.
    """
    if not (page.has_next if step > 0 else page.has_previous):
        return None
    return (
        page.number + step if page.start is None else max(0, page.offset + step * (page.size or 0))
    )


def cursor(page: Page, step: int = 1) -> str | None:
    """Return what leads to the next (step 1) or previous (step -1) page where pages are found by a
    cursor, None when there is none. Nothing leads back where that is the key of a record.
    """
    if page.last is not None:
        return page.last if page.has_next and step > 0 else None
    number = page_number(page, step)
    return None if number is None else str(number)
