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
    if not (page.has_next if step > 0 else page.has_previous) or paging.number is None:
        return None
    if page.start is not None:
        number = max(0, page.offset + step * (page.size or 0))
    else:
        number = page.number + step
    sent = request.query_pairs
    place = next((at for at, (name, _) in enumerate(sent) if name == paging.number), len(sent))
    others = [[pair for pair in part if pair[0] != paging.number] for part in (sent[:place], sent[place:])]
    return f"{request.url}?{urlencode([*others[0], (paging.number, str(number)), *others[1]])}"


def link_header(request: Request, paging: Paging, page: Page) -> str | None:
    """Return a Link header for the pages around this one, None when it stands alone."""
    links = [
        f'<{url}>; rel="{relation}"'
        for relation, step in (("next", 1), ("prev", -1))
        if (url := page_url(request, paging, page, step))
    ]
    return ", ".join(links) or None


def page_number(page: Page, step: int) -> int | None:
    """Return the number of the next (step 1) or previous (step -1) page, None when there is none."""
    if not (page.has_next if step > 0 else page.has_previous):
        return None
    return page.number + step if page.start is None else max(0, page.offset + step * (page.size or 0))


def cursor(page: Page) -> str | None:
    """Return what leads to the next page where pages are found by a cursor, None on the last one."""
    return str(page.offset + (page.size or 0)) if page.has_next else None
