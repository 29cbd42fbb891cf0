"""Settle how a list is asked for: filters and the sort parameter.

They are inferred from the names of the query parameters, and what the semantics declare goes over
that:

    status, filter[status], status__in  the property `status` of the records
    sort, order_by                      the order

A search that is posted is asked for by the properties of its body.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from mockserver.model.paging import BODY
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

SORTS = ("sort", "sortby", "orderby", "ordering", "order", "sortfield")
IN = re.compile(r"(?:__in|\[in\]|:in|_in|\[\])$")
"""How a parameter says that it takes several values: id__in, id[in], id:in, ids[]."""
FILTERS = ("filter", "filters", "where", "query")
"""Parameters that are objects of filters."""
EVERYTHING = frozenset({"all", "any", "both", "every", "*"})
"""Words of a filter that choose nothing."""
SEVERAL = ("ids", "Ids", "IDs", "keys", "codes", "skus")
"""How the name of a parameter ends that takes several keys."""
ON_MANY = frozenset({Kind.LIST, Kind.VIEW, Kind.COUNT, Kind.BULK_DELETE})
_PREFIX = re.compile(r"^filter\[([^\]]+)\]|^filter[_.]")


def query_of(operation: Described, kind: Kind) -> Parameters:
    """Return the parameters that choose records: those of the query, and the properties of a
    search's body.
    """
    query = list(operation.parameters_in("query"))
    if kind is Kind.LIST and operation.method != "GET":
        fields = operation.sent_schema.properties
        for name, schema in fields.items():
            query.append(DescribedParameter(name, "query", False, schema, BODY, True))
    return query


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
        if name in paging.params:
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
