"""Infer how a list is asked for: its query parameters in, paging, filters and the sort parameter
out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockserver.model.declared import Spec, resolved
from mockserver.model.paths import bare
from mockserver.model.types import Filter, Paging

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
_PREFIX = re.compile(r"^filter\[([^\]]+)\]|^filter[_.]")

Parameter = Mapping[str, Any]


def infer_paging(spec: Spec, parameters: list[Parameter]) -> Paging:
    """Return the paging that the names of the query parameters tell of.

    page and per_page; offset and limit; cursor and limit; after (the id of the last record seen)
    and limit.
    """
    query = [each for each in parameters if each.get("in") == "query"]
    size = _named(query, SIZES)
    page, offset = _named(query, PAGES), _named(query, OFFSETS)
    if size is None and page is None:
        return Paging()
    style = "page" if page is not None or offset is None else "offset"
    if page is None and offset is None:
        cursor, after = _named(query, CURSORS), _named(query, AFTERS)
        style = "cursor" if cursor is not None else "after" if after is not None else "page"
        offset = cursor or after
    schema = resolved(spec, (size or {}).get("schema"))
    default, maximum = schema.get("default"), schema.get("maximum")
    return Paging(
        style=style,
        number=(page or offset or {}).get("name"),
        size=size.get("name") if size else None,
        default=default if isinstance(default, int) else (None if size and page is None else 20),
        maximum=maximum if isinstance(maximum, int) and maximum < 1 << 31 else None,
        first=_first(spec, page),
    )


def infer_filters(
    parameters: list[Parameter], properties: Mapping[str, Any], paging: Paging
) -> tuple[Filter, ...]:
    """Return a filter for each query parameter that is named like a property.

    status, filter[status], filter_status, id__in, id[in], id:in, ids, and the members of an object
    `filter`.
    """
    by_name = {bare(name): name for name in properties}
    filters = []
    for each in parameters:
        name = str(each.get("name"))
        if each.get("in") != "query" or name in (paging.number, paging.size):
            continue
        field = _filtered(name, by_name)
        if field is not None:
            filters.append(Filter(name, field))
        elif bare(name) in FILTERS:
            members = (each.get("schema") or {}).get("properties") or {}
            known = [(member, _filtered(member, by_name)) for member in members]
            filters += [
                Filter(f"{name}.{member}", found) for member, found in known if found is not None
            ]
    return tuple(filters)


def _filtered(name: str, by_name: Mapping[str, str]) -> str | None:
    """Return the property that a parameter filters by: the one of its name, without what surrounds
    it.
    """
    inner = IN.sub("", _PREFIX.sub(lambda match: match[1] or "", name))
    several = (
        inner.removesuffix("s")
        if inner.endswith(("ids", "Ids", "IDs", "keys", "codes", "skus"))
        else inner
    )
    return next(
        (by_name[bare(each)] for each in (name, inner, several) if bare(each) in by_name), None
    )


def infer_sort(parameters: list[Parameter], properties: Mapping[str, Any]) -> str | None:
    """Return the query parameter that names the order."""
    found = _named([each for each in parameters if each.get("in") == "query"], SORTS)
    name = found.get("name") if found else None
    return None if name in properties and name != "sort" else name


def _named(parameters: list[Parameter], names: tuple[str, ...]) -> Parameter | None:
    for name in names:
        for each in parameters:
            if bare(str(each.get("name"))) == name:
                return each
    return None


def _first(spec: Spec, page: Parameter | None) -> int:
    schema = resolved(spec, (page or {}).get("schema"))
    return (
        0
        if schema.get("default") == 0 or (schema.get("minimum") == 0 and "default" not in schema)
        else 1
    )
