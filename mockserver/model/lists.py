"""Settle how a list is asked for: paging, filters and the sort parameter.

They are inferred from the names of the query parameters, and what the semantics declare goes over
that:

    page, per_page                      pages by their number
    offset, limit                       pages by an offset
    cursor, limit; after, limit         pages by a cursor, or by the key of the last record
    status, filter[status], status__in  the property `status` of the records
    sort, order_by                      the order

A search that is posted is asked for by the properties of its body.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.model.paths import bare
from mockserver.model.types import Described, DescribedParameter, Filter, Kind, Paging

Parameters = Sequence[DescribedParameter]
Settings = Mapping[str, Any]
"""What the semantics say, of an operation or of all."""

PAGES = ("page", "pagenumber", "pageno", "pageindex", "currentpage", "pagenumber", "p")
OFFSETS = ("offset", "skip", "start", "startat", "pageoffset", "startindex")
SIZES = (
    "limit",
    "perpage",
    "pagesize",
    "size",
    "count",
    "maxresults",
    "pagelimit",
    "take",
    "top",
    "maxitems",
    "rows",
)
CURSORS = (
    "cursor",
    "pagecursor",
    "pagetoken",
    "nexttoken",
    "nextpagetoken",
    "continuationtoken",
    "continue",
    "marker",
)
AFTERS = ("after", "startingafter", "pageafter", "afterid", "sinceid")
SORTS = ("sort", "sortby", "orderby", "ordering", "order", "sortfield")
IN = re.compile(r"(?:__in|\[in\]|:in|_in|\[\])$")
"""How a parameter says that it takes several values: id__in, id[in], id:in, ids[]."""
FILTERS = ("filter", "filters", "where", "query")
"""Parameters that are objects of filters."""
SEVERAL = ("ids", "Ids", "IDs", "keys", "codes", "skus")
"""How the name of a parameter ends that takes several keys."""
USUAL_SIZE = 20
LARGEST = 1 << 31
"""A maximum size that is as good as none."""
ALL = frozenset({"all", "any", "both", "*"})
"""Choices of a filter for which every record will do."""
ON_MANY = frozenset({Kind.LIST, Kind.VIEW, Kind.COUNT, Kind.BULK_DELETE})
IN_PAGES = frozenset({Kind.LIST, Kind.VIEW, Kind.BULK_DELETE})
_PREFIX = re.compile(r"^filter\[([^\]]+)\]|^filter[_.]")


def query_of(operation: Described, kind: Kind) -> Parameters:
    """Return the parameters that choose records: those of the query, and the properties of a
    search's body.
    """
    query = list(operation.parameters_in("query"))
    if kind is Kind.LIST and operation.method != "GET":
        fields = operation.sent_schema.properties
        for name, schema in fields.items():
            query.append(DescribedParameter(name, "query", False, schema, "form", True))
    return query


def settled_paging(kind: Kind, query: Parameters, own: Settings, usual: Settings) -> Paging:
    """Return the paging of an operation; what is said of it goes over what is said of the API."""
    if kind not in IN_PAGES:
        return Paging()
    inferred = infer_paging(query)
    own_words = own.get("paging", {})
    if inferred.style == "none" and "style" not in own_words:
        return inferred
    declared = {**usual.get("paging", {}), **own_words}
    names = {parameter.name for parameter in query}
    for word in ("number", "size"):
        if word in declared and declared[word] not in names:
            del declared[word]
    return replace(inferred, **declared)


def infer_paging(query: Parameters) -> Paging:
    """Return the paging that the names of the query parameters tell of."""
    size = _named(query, SIZES)
    page = _named(query, PAGES)
    if size is None and page is None:
        return Paging()
    style, number = _style(query, page)
    default = maximum = None
    if size is not None:
        default = size.schema.plain.get("default")
        maximum = size.schema.plain.get("maximum")
    if not isinstance(default, int):
        default = None if size and not page else USUAL_SIZE
    if not isinstance(maximum, int) or maximum >= LARGEST:
        maximum = None
    return Paging(
        style=style,
        number=number.name if number else None,
        size=size.name if size else None,
        default=default,
        maximum=maximum,
        first=_first(page),
    )


def _style(
    query: Parameters, page: DescribedParameter | None
) -> tuple[str, DescribedParameter | None]:
    """Return the style of paging, and the parameter that names the page."""
    by_style = {"offset": OFFSETS, "cursor": CURSORS, "after": AFTERS}
    if page is None:
        for style, names in by_style.items():
            number = _named(query, names)
            if number is not None:
                return style, number
    return "page", page


def _first(page: DescribedParameter | None) -> int:
    """Return the number of the first page."""
    words = page.schema.plain if page else {}
    return 0 if words.get("default", words.get("minimum")) == 0 else 1


def settled_filters(
    kind: Kind, query: Parameters, fields: Collection[str], paging: Paging, own: Settings
) -> tuple[Filter, ...]:
    """Return the filters of an operation: those that are declared, else those that are inferred."""
    if kind not in ON_MANY and kind is not Kind.CREATE:
        return ()
    if "filters" not in own:
        return infer_filters(query, fields, paging)
    declared: Settings = own["filters"]
    return tuple(_filter(param, words) for param, words in declared.items())


def _filter(param: str, words: Any) -> Filter:
    if isinstance(words, str):
        return Filter(param, words)
    return Filter(param, words["field"], words["must_exist"])


def infer_filters(query: Parameters, fields: Iterable[str], paging: Paging) -> tuple[Filter, ...]:
    """Return a filter for each query parameter that is named like a property.

    status, filter[status], filter_status, id__in, id[in], id:in, ids, and the members of an object
    `filter`.
    """
    by_name = {bare(name): name for name in fields}
    filters = []
    for parameter in query:
        name = parameter.name
        if name in (paging.number, paging.size):
            continue
        field = _filtered(name, by_name)
        if field is not None:
            passing = ALL.intersection(map(str, parameter.schema.get("enum") or ()))
            filters.append(Filter(name, field, passing=passing))
        elif bare(name) in FILTERS:
            filters += _members(parameter, by_name)
    return tuple(filters)


def _members(parameter: DescribedParameter, by_name: Mapping[str, str]) -> list[Filter]:
    """Return the filters that are members of an object: filter[status]=open."""
    found = []
    for member in parameter.schema.properties:
        field = _filtered(member, by_name)
        if field is not None:
            found.append(Filter(f"{parameter.name}.{member}", field))
    return found


def _filtered(name: str, by_name: Mapping[str, str]) -> str | None:
    """Return the property that a parameter filters by: the one of its name, without what surrounds
    it.
    """
    inner = IN.sub("", _PREFIX.sub(_within, name))
    single = inner.removesuffix("s") if inner.endswith(SEVERAL) else inner
    for spelled in (name, inner, single):
        if bare(spelled) in by_name:
            return by_name[bare(spelled)]
    return None


def _within(match: re.Match[str]) -> str:
    """Return the name between brackets: filter[status] is about status."""
    return match[1] or ""


def infer_sort(query: Parameters, fields: Collection[str]) -> str | None:
    """Return the query parameter that names the order."""
    found = _named(query, SORTS)
    if found is None:
        return None
    is_filter = found.name in fields and found.name != "sort"
    return None if is_filter else found.name


def _named(query: Parameters, names: Iterable[str]) -> DescribedParameter | None:
    """Return the parameter with the first of some names that there is."""
    by_name: dict[str, DescribedParameter] = {}
    for parameter in query:
        by_name.setdefault(bare(parameter.name), parameter)
    return next((by_name[name] for name in names if name in by_name), None)
