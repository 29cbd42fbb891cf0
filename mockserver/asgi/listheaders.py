"""Headers that tell of a list: its page in, how many records there are and where the other pages
are out.

A header that the document declares under a known name is filled in. Where the envelope of a list
tells neither, `X-Total-Count` and `Link` (RFC 8288) come with it even so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from mockserver.asgi.paging import link_header, page_number
from mockserver.asgi.request import Request
from mockserver.call import Page
from mockserver.model.paths import bare
from mockserver.model.roles import MAY_LACK
from mockserver.model.types import Operation, Template

ROLES: Mapping[str, tuple[str, ...]] = {
    "total": (
        "xtotalcount",
        "xtotal",
        "totalcount",
        "xtotalitems",
        "xpaginationtotal",
        "xpaginationtotalcount",
    ),
    "pages": (
        "xtotalpages",
        "xpagecount",
        "xpages",
        "xpaginationpagecount",
        "xpaginationtotalpages",
    ),
    "page": ("xpage", "xcurrentpage", "xpaginationpage", "xpaginationcurrentpage"),
    "size": ("xperpage", "xpagesize", "xlimit", "xpaginationlimit", "xpaginationperpage"),
    "next": ("xnextpage", "xpaginationnextpage"),
    "previous": ("xprevpage", "xpreviouspage", "xpaginationprevpage"),
    "link": ("link",),
}
"""Names under which documents declare such headers, without hyphens."""
TOTAL = frozenset({"$total"})
PAGES = MAY_LACK | {"$has_next", "$is_last"}


class ListHeaders:
    """The headers of one list operation. `declared` are the names that its document gives to
    headers.
    """

    def __init__(self, operation: Operation, declared: Collection[str], extra: bool) -> None:
        self._paging = operation.paging
        self.known = {name.lower(): role for name in declared if (role := _role(name)) is not None}
        told = words_in(operation.envelope.many)
        roles = set(self.known.values())
        if extra and "total" not in roles and not told & TOTAL:
            self.known["x-total-count"] = "total"
        if extra and "link" not in roles and not told & PAGES:
            self.known["link"] = "link"

    def of(self, page: Page, request: Request) -> dict[str, str]:
        """Return the headers of a page by name; those that have nothing to tell are left out."""
        told = {name: _TELL[role](page) for name, role in self.known.items() if role != "link"}
        if "link" in self.known:
            told["link"] = link_header(request, self._paging, page)
        return {name: str(value) for name, value in told.items() if value is not None}


def words_in(template: Template) -> frozenset[str]:
    """Return the roles that an envelope plays, such as `$total`."""
    if isinstance(template, str):
        return frozenset({template.rstrip("?")})
    children = (
        template.values()
        if isinstance(template, Mapping)
        else template
        if isinstance(template, list)
        else ()
    )
    return frozenset().union(*map(words_in, children))


def _role(name: str) -> str | None:
    return next((role for role, names in ROLES.items() if bare(name) in names), None)


def _pages(page: Page) -> int:
    size = page.size or max(page.total, 1)
    return max(1, -(-page.total // size))


def _number(page: Page) -> int:
    return page.number if page.start is None else page.offset // (page.size or 1) + 1


_TELL: Mapping[str, Callable[[Page], Any]] = {
    "total": lambda page: page.total,
    "pages": _pages,
    "page": _number,
    "size": lambda page: page.size if page.size is not None else page.total,
    "next": lambda page: page_number(page, 1),
    "previous": lambda page: page_number(page, -1),
}
