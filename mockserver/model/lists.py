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
from mockserver.model.types import (
    Described,
    DescribedParameter,
    DescribedSchema,
    Filter,
    Kind,
    Paging,
)

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
    "results",
    "resultsperpage",
    "itemsperpage",
    "pagelen",
    "batchsize",
    "maxrecords",
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
    "iterator",
    "startcursor",
    "scrollid",
    "exclusivestartkey",
)
AFTERS = ("after", "startingafter", "pageafter", "afterid", "sinceid")
WORDS: Mapping[str, re.Pattern[str]] = {
    "size": re.compile(
        r"\bper page\b|\bpage size\b|\bsize of (?:the|a|each) page\b"
        r"|\b(?:maximum|max\.?|number of|how many)\b[^.]*"
        r"\b(?:results|items|records|entries|objects|rows|resources|elements)\b[^.]*"
        r"\b(?:return|page|list|response|fetch)",
        re.IGNORECASE,
    ),
    "page": re.compile(
        r"\bpage (?:number|index)\b|\bnumber of the page\b|\bpage to (?:return|fetch|show)\b",
        re.IGNORECASE,
    ),
    "cursor": re.compile(
        r"\bcursor\b|\bpage token\b|\bpaginat|\bnext page\b|\boffset the result",
        re.IGNORECASE,
    ),
}
"""What descriptions say of the parameters of pages."""
SORTS = ("sort", "sortby", "orderby", "ordering", "order", "sortfield")
IN = re.compile(r"(?:__in|\[in\]|:in|_in|\[\])$")
"""How a parameter says that it takes several values: id__in, id[in], id:in, ids[]."""
FILTERS = ("filter", "filters", "where", "query")
"""Parameters that are objects of filters."""
EVERYTHING = frozenset({"all", "any", "both", "every", "*"})
"""Words of a filter that choose nothing."""
SEVERAL = ("ids", "Ids", "IDs", "keys", "codes", "skus")
"""How the name of a parameter ends that takes several keys."""
USUAL_SIZE = 20
LARGEST = 1 << 31
"""A maximum size that is as good as none."""
ON_MANY = frozenset({Kind.LIST, Kind.VIEW, Kind.COUNT, Kind.BULK_DELETE})
IN_PAGES = frozenset({Kind.LIST, Kind.VIEW, Kind.BULK_DELETE})
_INNER = re.compile(r"^(?!filter).*\[([^\]]+)\]$")
"""A name in brackets, that is not one of a filter."""
_INCLUSIVE = re.compile(r"\bonwards?\b|\binclu(?:ded|sive)\b", re.IGNORECASE)
"""What is said of a key with which a page begins."""
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


def settled_paging(
    kind: Kind, query: Parameters, own: Settings, usual: Settings, tokens: Collection[str] = ()
) -> Paging:
    """Return the paging of an operation; what is said of it goes over what is said of the API.
    `tokens` are the bare names under which replies tell what asks for the next page.
    """
    if kind not in IN_PAGES:
        return Paging()
    inferred = infer_paging(query, tokens)
    own_words = own.get("paging", {})
    if inferred.style == "none" and "style" not in own_words:
        return inferred
    declared = {**usual.get("paging", {}), **own_words}
    names = {parameter.name for parameter in query}
    for word in ("number", "size"):
        if word in declared and declared[word] not in names:
            del declared[word]
    return replace(inferred, **declared)


def infer_paging(query: Parameters, tokens: Collection[str] = ()) -> Paging:
    """Return the paging that the query parameters tell of, and the names of tokens in replies."""
    size = _numbered(query, SIZES, WORDS["size"])
    page = _numbered(query, PAGES, WORDS["page"])
    if size is None and page is None:
        return Paging()
    if size is page:
        page = _named(query, PAGES)
    style, number = _style(query, page, tokens)
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
    query: Parameters, page: DescribedParameter | None, tokens: Collection[str]
) -> tuple[str, DescribedParameter | None]:
    """Return the style of paging, and the parameter that names the page."""
    by_style = {"offset": OFFSETS, "cursor": CURSORS, "after": AFTERS}
    for style, names in by_style.items():
        number = _named(query, names)
        if number is None:
            continue
        if style == "cursor" and number.schema.says("pattern"):
            style = "after"  # a token that has to look like a key
        if page is None or bare(number.name) in tokens:
            return style, number
    told = _told(query, "string", WORDS["cursor"])
    if page is not None or told is None:
        return "page", page
    is_first = _INCLUSIVE.search(_description(told)) is not None
    return "from" if is_first else "cursor", told


def _numbered(
    query: Parameters, names: Sequence[str], words: re.Pattern[str]
) -> DescribedParameter | None:
    """Return the parameter of a number: the one of a known name, also in brackets
    (search[pageSize]), else the one that is described by certain words.
    """
    inner = [replace(each, name=_INNER.sub(r"\1", each.name)) for each in query]
    found = _named(query, names) or _named(inner, names)
    if found is None:
        return _told(query, "integer", words)
    place = query.index(found) if found in query else inner.index(found)
    return query[place]


def _told(query: Parameters, kind: str, words: re.Pattern[str]) -> DescribedParameter | None:
    """Return the only parameter of a type that is described by certain words."""
    found = [
        each for each in query if each.schema.own_type == kind and words.search(_description(each))
    ]
    return found[0] if len(found) == 1 else None


def _description(parameter: DescribedParameter) -> str:
    return parameter.description or str(parameter.schema.get("description", ""))


def _first(page: DescribedParameter | None) -> int:
    """Return the number of the first page."""
    words = page.schema.plain if page else {}
    return 0 if words.get("default", words.get("minimum")) == 0 else 1


def settled_filters(
    kind: Kind,
    query: Parameters,
    fields: Mapping[str, DescribedSchema],
    paging: Paging,
    own: Settings,
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


def infer_filters(
    query: Parameters, fields: Mapping[str, DescribedSchema], paging: Paging
) -> tuple[Filter, ...]:
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
            everything = _everything(parameter.schema, fields[field])
            filters.append(Filter(name, field, everything=everything))
        elif bare(name) in FILTERS:
            filters += _members(parameter, by_name)
    return tuple(filters)


def _everything(asked: DescribedSchema, field: DescribedSchema) -> frozenset[str]:
    """Return the words of a filter that mean every record: those that the property cannot be, such
    as `all` beside open and closed.
    """
    words = EVERYTHING.intersection(map(str, asked.get("enum") or ()))
    return words.difference(map(str, field.get("enum") or ()))


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
