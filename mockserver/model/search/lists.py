"""Settle how a list is asked for: filters, the order and what is shown of a record.

They are inferred from the query parameters, and what the semantics declare goes over that:

    status, filter[status], status__in  the property `status` of the records
    sort, order_by                      the order
    fields                              the properties that are shown

A search that is posted is asked for by the properties of its body.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from mockserver.model.search.arrangement import infer_sorting, infer_sparse
from mockserver.model.search.filters import infer_filters
from mockserver.model.search.paging import BODY
from mockserver.model.search.properties import RecordProperties
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
from mockserver.slots import dataclass

Parameters = Sequence[DescribedParameter]
Settings = Mapping[str, Any]
"""What the semantics say, of an operation or of all."""

ON_MANY = frozenset({Kind.LIST, Kind.VIEW, Kind.COUNT, Kind.BULK_DELETE})


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
    taken = {*paging.params, sorting.param, sorting.direction}
    taken.update(shown.param for shown in sparse)
    others = [parameter for parameter in query if parameter.name not in taken]
    filters = _settled_filters(kind, others, known, own)
    filters = _untaken(filters, taken)
    if kind is Kind.CREATE:
        return Choices(filters)
    ignored = _ignored(others, filters, sorting, paging, sparse)
    return Choices(filters, sorting, sparse, known.names, ignored)


def _untaken(filters: Sequence[Filter], taken: Collection[str | None]) -> tuple[Filter, ...]:
    """Return the filters but for members of objects that page, sort or show."""
    found = []
    for narrowing in filters:
        container, _, member = narrowing.param.rpartition(".")
        is_taken = bool(container) and member in taken
        if not is_taken and narrowing.param not in taken:
            found.append(narrowing)
    return tuple(found)


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


def _ignored(
    others: Parameters,
    filters: Sequence[Filter],
    sorting: Sorting,
    paging: Paging,
    sparse: Sequence[Sparse],
) -> tuple[str, ...]:
    """Return the parameters that nothing is done with.

    A parameter is heard as a whole, by a member of it (`filter.status`), or as a part of conditions
    that are spread over several (`filters[0][value]`).
    """
    heard = [narrowing.param for narrowing in filters]
    heard += [shown.param for shown in sparse]
    heard += filter(None, (sorting.param, sorting.direction))
    heard += paging.params
    names = []
    for parameter in others:
        name = parameter.name
        inner = (f"{name}.", f"{name}[")
        is_heard = any(each == name or each.startswith(inner) for each in heard)
        members = parameter.schema.properties.keys()
        if parameter.is_spread and not members.isdisjoint(heard):
            continue
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
