"""Links between pages: a request and its page in, absolute URLs and a Link header out (RFC 8288)."""

from __future__ import annotations

from urllib.parse import urlencode

from mockserver.asgi.request import Request
from mockserver.call import Page
from mockserver.model.types import Paging


def page_url(request: Request, paging: Paging, page: Page, step: int) -> str | None:
    """Return the absolute URL of the next (step 1) or previous (step -1) page, None when there is none.

    All other parameters are kept, in the order in which they were sent.
    """
    number = page_number(page, step)
    return None if number is None or paging.number is None else _url(request, paging, number)


def _url(request: Request, paging: Paging, number: int) -> str:
    """Return the URL of a request with another number of the page, or another offset."""
    sent, name = request.query_pairs, paging.number or ""
    if number == paging.first and not paging.first_in_links:
        rest = urlencode([pair for pair in sent if pair[0] != name])
        return f"{request.url}?{rest}" if rest else request.url
    place = next((at for at, pair in enumerate(sent) if pair[0] == name), len(sent))
    others = [[pair for pair in part if pair[0] != name] for part in (sent[:place], sent[place:])]
    return f"{request.url}?{urlencode([*others[0], (name, str(number)), *others[1]])}"


def link_header(request: Request, paging: Paging, page: Page) -> str | None:
    """Return a Link header for the pages around this one, and the first and last; None when it stands alone."""
    if paging.number is None or not page.size or not (page.has_next or page.has_previous):
        return None
    last = max(page.total - 1, 0) // page.size
    ends = (page.first, page.first + last) if page.start is None else (0, last * page.size)
    numbers = {"next": page_number(page, 1), "prev": page_number(page, -1), "first": ends[0], "last": ends[1]}
    return ", ".join(
        f'<{_url(request, paging, number)}>; rel="{relation}"'
        for relation, number in numbers.items()
        if number is not None
    )


def page_number(page: Page, step: int) -> int | None:
    """Return the number of the next (step 1) or previous (step -1) page, None when there is none."""
    if not (page.has_next if step > 0 else page.has_previous):
        return None
    return page.number + step if page.start is None else max(0, page.offset + step * (page.size or 0))


def cursor(page: Page) -> str | None:
    """Return what leads to the next page where pages are found by a cursor, None on the last one."""
    return str(page.offset + (page.size or 0)) if page.has_next else None
