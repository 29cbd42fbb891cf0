"""Faults of lists: of pages, totals, links, filters and orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Boolean, Text, cast, func, or_, select

from tests.live.shop import listing
from tests.planted.calls import Step, get
from tests.planted.fault import Fault, Phase, wrong

Filters = dict[str, Any]


def _overlap(offset: int, limit: int) -> tuple[int, int]:
    return max(0, offset - 1), limit


def _gap(offset: int, limit: int) -> tuple[int, int]:
    return offset + 1 if offset else 0, limit


def _one_more(offset: int, limit: int) -> tuple[int, int]:
    return offset, limit + 1


def _one_less(offset: int, limit: int) -> tuple[int, int]:
    return offset, limit - 1 if limit > 1 else limit


def _three_at_most(offset: int, limit: int) -> tuple[int, int]:
    return offset, min(limit, 3)


def _by_pages(offset: int, limit: int) -> tuple[int, int]:
    """Take an offset that is no multiple of the limit for the page that it is on."""
    return offset - offset % limit, limit


def _one_too_many(connection: Any, asked: Any, condition: Any) -> int:
    return listing.counted(connection, asked, condition) + (1 if asked.filters else 0)


def _of_this_page(connection: Any, asked: Any, condition: Any) -> int:
    total = listing.counted(connection, asked, condition)
    return total if asked.limit is None else min(total, asked.limit)


def _unfiltered(connection: Any, asked: Any, condition: Any) -> int:
    return listing.counted(connection, asked, listing.within(asked.table, asked.within))


def _no_last(offset: int, limit: int, total: int) -> tuple[bool, bool]:
    return offset + 2 * limit < total, offset > 0


def _always_more(offset: int, limit: int, total: int) -> tuple[bool, bool]:
    return offset + limit <= total, offset > 0


def _no_first(offset: int, limit: int, total: int) -> tuple[bool, bool]:
    return offset + limit < total, offset > limit


def _round_again(connection: Any, statement: Any, asked: Any) -> list[Any]:
    """Begin again after the last page."""
    rows = listing.fetched(connection, statement, asked)
    return (
        rows
        if rows or not asked.offset
        else listing.fetched(connection, statement.offset(0), asked)
    )


def _after_the_cut(connection: Any, statement: Any, asked: Any) -> list[Any]:
    """Look for what is asked for on the page alone."""
    table = asked.table
    every = (
        select(table)
        .where(listing.within(table, asked.within))
        .order_by(*listing.ordered(table, asked.sort))
    )
    rows = listing.fetched(connection, every.offset(asked.offset).limit(asked.limit), asked)
    return [row for row in rows if all(row[name] == value for name, value in asked.filters.items())]


def _sort_after_the_cut(connection: Any, statement: Any, asked: Any) -> list[Any]:
    """Order what is on the page alone."""
    if asked.sort.lstrip("-") not in ("name", "weight"):
        return listing.fetched(connection, statement, asked)
    rows = listing.fetched(connection, statement.order_by(None).order_by(asked.table.c.id), asked)
    return sorted(
        rows, key=lambda row: row[asked.sort.lstrip("-")], reverse=asked.sort.startswith("-")
    )


def _ignoring(*names: str) -> Callable[..., Any]:
    def matching(table: Any, filters: Filters) -> Any:
        return listing.matching(
            table, {name: value for name, value in filters.items() if name not in names}
        )

    return matching


def _one_of_them(table: Any, filters: Filters) -> Any:
    return or_(*(table.c[name] == value for name, value in filters.items())) if filters else True


def _last_of_them(table: Any, filters: Filters) -> Any:
    return listing.matching(table, dict(list(filters.items())[-1:]))


def _containing(table: Any, filters: Filters) -> Any:
    texts = {name: value for name, value in filters.items() if name in ("city", "sku")}
    exact = listing.matching(
        table, {name: value for name, value in filters.items() if name not in texts}
    )
    for name, value in texts.items():
        exact = exact & table.c[name].contains(value, autoescape=True)
    return exact


def _folding(table: Any, filters: Filters) -> Any:
    texts = {name: value for name, value in filters.items() if name in ("city", "sku")}
    exact = listing.matching(
        table, {name: value for name, value in filters.items() if name not in texts}
    )
    for name, value in texts.items():
        exact = exact & (func.lower(table.c[name]) == value.lower())
    return exact


def _true_only(table: Any, filters: Filters) -> Any:
    return listing.matching(
        table, {name: value for name, value in filters.items() if value is not False}
    )


def _turned_flags(table: Any, filters: Filters) -> Any:
    """Take a flag that is asked to be false for one that is asked to be true."""
    flags = {name: True for name in filters if isinstance(table.c[name].type, Boolean)}
    return listing.matching(table, {**filters, **flags})


def _ascending(table: Any, sort: str) -> Any:
    return listing.ordered(table, sort.removeprefix("-"))


def _as_text(table: Any, sort: str) -> Any:
    column = cast(table.c[sort.removeprefix("-")], Text)
    return (column.desc() if sort.startswith("-") else column.asc(), table.c.id.asc())


def _unordered(table: Any, sort: str) -> Any:
    return listing.ordered(table, "id" if sort in ("name", "-name", "weight", "-weight") else sort)


def _fault(
    name: str, sentence: str, *shows: Step, area: str, phase: Phase = Phase.MACHINE, **habits: Any
) -> Fault:
    return Fault(name, sentence, area, phase, wrong(**habits), shows)


def _page(name: str, sentence: str, *shows: Step, **habits: Any) -> Fault:
    return _fault(name, sentence, *shows, area="pages", **habits)


def _filter(name: str, sentence: str, *shows: Step, **habits: Any) -> Fault:
    return _fault(name, sentence, *shows, area="filters", **habits)


def _order(name: str, sentence: str, *shows: Step, **habits: Any) -> Fault:
    return _fault(name, sentence, *shows, area="order", **habits)


SECOND, YORK = get("/customers?limit=2&page=2"), get("/customers?city=York")
FAULTS = (
    _page(
        "pages-overlap",
        "A page begins with the last record of the one before.",
        SECOND,
        cut=_overlap,
    ),
    _page("pages-gap", "Between two pages a record is lost.", SECOND, cut=_gap),
    _page(
        "limit-one-more",
        "A page has one record more than the limit.",
        get("/customers?limit=2"),
        cut=_one_more,
    ),
    _page(
        "limit-one-less",
        "A page has one record less than the limit.",
        get("/customers?limit=2"),
        cut=_one_less,
    ),
    _page(
        "limit-capped",
        "A page has three records at most, whatever the limit.",
        get("/customers"),
        cut=_three_at_most,
    ),
    _page(
        "offset-by-pages",
        "An offset leads to the beginning of a page.",
        get("/orders?offset=1&limit=2"),
        cut=_by_pages,
    ),
    _page(
        "total-one-more",
        "The total is one too high when a filter is given.",
        YORK,
        counted=_one_too_many,
    ),
    _page(
        "total-of-page",
        "The total is that of this page.",
        get("/customers?limit=2"),
        counted=_of_this_page,
    ),
    _page("total-unfiltered", "The total does not look at filters.", YORK, counted=_unfiltered),
    _page(
        "next-missing",
        "The last page but one has no link to the last.",
        get("/customers?limit=2"),
        beside=_no_last,
    ),
    _page(
        "next-too-many",
        "The last page has a link to the next when it is full.",
        get("/customers?limit=4"),
        beside=_always_more,
    ),
    _page(
        "previous-missing", "The second page has no link to the first.", SECOND, beside=_no_first
    ),
    _page(
        "pages-round-again",
        "After the last page comes the first.",
        get("/customers?limit=2&page=9"),
        fetched=_round_again,
    ),
    _filter("filter-ignored", "A filter is ignored.", YORK, matching=_ignoring("city", "rush")),
    _filter(
        "filter-contains", "A filter finds what contains the text.", YORK, matching=_containing
    ),
    _filter(
        "filter-folds-case",
        "A filter does not look at small and large letters.",
        get("/customers?city=yORK"),
        matching=_folding,
    ),
    _filter(
        "filter-or",
        "Of two filters one must hold.",
        get("/customers?city=York&newsletter=true"),
        matching=_one_of_them,
    ),
    _filter(
        "filter-last",
        "Of two filters the last must hold.",
        get("/customers?city=York&newsletter=true"),
        matching=_last_of_them,
    ),
    _filter(
        "filter-false",
        "A filter for false finds everything.",
        get("/orders?rush=false"),
        matching=_true_only,
    ),
    _filter(
        "filter-complement",
        "A filter for false finds what is true.",
        get("/orders?rush=false"),
        matching=_turned_flags,
    ),
    _filter(
        "filter-after-page",
        "A filter looks at one page alone.",
        get("/customers?city=York&limit=3"),
        fetched=_after_the_cut,
    ),
    _filter(
        "count-unfiltered",
        "A count does not look at filters.",
        get("/customers/count?city=York"),
        counts=_ignoring("city", "tier", "newsletter"),
    ),
    _order(
        "order-ascending",
        "To order downwards is to order upwards.",
        get("/orders?sort=-weight"),
        ordered=_ascending,
    ),
    _order(
        "order-as-text",
        "Numbers are ordered as texts.",
        get("/orders?sort=weight"),
        ordered=_as_text,
    ),
    _order(
        "order-ignored", "An order is ignored.", get("/customers?sort=-name"), ordered=_unordered
    ),
    _order(
        "order-within-page",
        "Each page is ordered by itself.",
        get("/customers?sort=-name&limit=2"),
        fetched=_sort_after_the_cut,
    ),
)
