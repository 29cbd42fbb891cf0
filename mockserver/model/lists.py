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
from dataclasses import dataclass, field, replace
from typing import Any

from mockserver.model.arrangement import infer_sorting, infer_sparse
from mockserver.model.filters import infer_filters
from mockserver.model.paths import bare
from mockserver.model.properties import RecordProperties
from mockserver.model.types import (
    Described,
    DescribedParameter,
    Filter,
    Kind,
    Operator,
    Paging,
    Sorting,
    Sparse,
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
USUAL_SIZE = 20
LARGEST = 1 << 31
"""A maximum size that is as good as none."""
ON_MANY = frozenset({Kind.LIST, Kind.VIEW, Kind.COUNT, Kind.BULK_DELETE})
IN_PAGES = frozenset({Kind.LIST, Kind.VIEW, Kind.BULK_DELETE})
_INNER = re.compile(r"^(?!filter).*\[([^\]]+)\]$")
"""A name in brackets, that is not one of a filter."""
_INCLUSIVE = re.compile(r"\bonwards?\b|\binclu(?:ded|sive)\b", re.IGNORECASE)
"""What is said of a key with which a page begins."""


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


@dataclass(frozen=True, slots=True)
class Choices:
    """How a list is narrowed, ordered and shown, by the query parameters that are understood;
    `ignored` are the others.
    """

    filters: tuple[Filter, ...] = ()
    sorting: Sorting = field(default_factory=Sorting)
    sparse: tuple[Sparse, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def settled_choices(
    kind: Kind, query: Parameters, known: RecordProperties, paging: Paging, own: Settings
) -> Choices:
    """Return what the query parameters of an operation choose: as it is declared, else as it is
    inferred.
    """
    if kind is Kind.READ:
        return Choices(sparse=infer_sparse(query, known))
    if kind not in ON_MANY and kind is not Kind.CREATE:
        return Choices()
    sorting = _settled_sorting(kind, query, known, own)
    sparse = infer_sparse(query, known) if kind is not Kind.CREATE else ()
    taken = {paging.number, paging.size, sorting.param, sorting.direction}
    taken.update(shown.param for shown in sparse)
    others = [parameter for parameter in query if parameter.name not in taken]
    filters = _settled_filters(kind, others, known, own)
    if kind is Kind.CREATE:
        return Choices(filters)
    ignored = _ignored(others, filters, sorting)
    return Choices(filters, sorting, sparse, known.names, ignored)


def _settled_filters(
    kind: Kind, query: Parameters, known: RecordProperties, own: Settings
) -> tuple[Filter, ...]:
    """Return the filters that are declared, else those that are inferred. Of a create they are the
    properties that its query sets.
    """
    if "filters" in own:
        declared: Settings = own["filters"]
        return tuple(_filter(param, words) for param, words in declared.items())
    found = infer_filters(query, known)
    if kind is not Kind.CREATE:
        return found
    plain = (Operator.EQUAL, Operator.HAS, Operator.ON, Operator.IGNORE_CASE)
    settable = [each for each in found if each.operator in plain and not each.negated]
    return tuple(each for each in settable if each.field and "." not in each.field)


def _settled_sorting(
    kind: Kind, query: Parameters, known: RecordProperties, own: Settings
) -> Sorting:
    if kind not in ON_MANY:
        return Sorting()
    inferred = infer_sorting(query, known)
    return replace(inferred, param=own["sort"]) if "sort" in own else inferred


def _ignored(others: Parameters, filters: Sequence[Filter], sorting: Sorting) -> tuple[str, ...]:
    """Return the parameters that nothing is done with."""
    heard = [each.param for each in filters]
    heard += [name for name in (sorting.param, sorting.direction) if name]
    names = []
    for parameter in others:
        name = parameter.name
        inner = (f"{name}.", f"{name}[")
        is_heard = any(each == name or each.startswith(inner) for each in heard)
        is_part = any(name.startswith(f"{each}[") for each in heard)
        if not is_heard and not is_part:
            names.append(name)
    return tuple(names)


def _filter(param: str, words: Any) -> Filter:
    """Return a filter that is declared; its name says whether it takes several values."""
    separators = "," if _IN.search(param) else ""
    if isinstance(words, str):
        return Filter(param, words, separators=separators)
    return Filter(param, words["field"], words["must_exist"], separators=separators)


_IN = re.compile(r"(?:__in|\[in\]|:in|_in|\[\])$")


def _named(query: Parameters, names: Iterable[str]) -> DescribedParameter | None:
    """Return the parameter with the first of some names that there is."""
    by_name: dict[str, DescribedParameter] = {}
    for parameter in query:
        by_name.setdefault(bare(parameter.name), parameter)
    return next((by_name[name] for name in names if name in by_name), None)
