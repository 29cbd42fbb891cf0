"""Tell what a list makes of its query parameters: an operation in, a use of each parameter out.

    page=2        page      what asks for a page: `page`, `offset` or `cursor`
    limit=5       size
    sort=name     sort
    genre=poetry  filter    of the property `genre`
    pretty=true   unused    declared, and nothing is done with it

The uses of `GET /shelves?page=2&limit=5&sort=name&genre=poetry&pretty=true`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from mockserver.model.search.lists import ON_MANY, query_of
from mockserver.model.types import BY_PLACE, DescribedParameter, Operation, Operator, Paging
from mockserver.slots import dataclass


class QueryUse(StrEnum):
    """What a query parameter is for."""

    PAGE = "page"
    OFFSET = "offset"
    CURSOR = "cursor"
    SIZE = "size"
    SORT = "sort"
    SEARCH = "search"
    FIELDS = "fields"
    FILTER = "filter"
    UNUSED = "unused"


PLACES = frozenset({QueryUse.PAGE, QueryUse.OFFSET, QueryUse.CURSOR})
"""Uses of the parameters that ask for a page."""


@dataclass(frozen=True, slots=True)
class ParameterUse:
    """A query parameter and what it is for; a filter is about a `property` of the record."""

    parameter: str
    use: QueryUse
    property: str = ""


def parameter_uses(operation: Operation) -> Sequence[ParameterUse]:
    """Return what a list does with each of its query parameters, in the order of the document; none
    where the operation lists nothing.
    """
    if operation.kind not in ON_MANY:
        return ()
    known = {use.parameter: use for use in _known(operation)}
    uses = []
    for parameter in query_of(operation.described, operation.kind):
        for name in _spelled(parameter, known):
            uses.append(_use(name, parameter, known))
    return tuple(uses)


def _spelled(parameter: DescribedParameter, known: Mapping[str, ParameterUse]) -> Sequence[str]:
    """Return the name of a parameter; of an object, the names of its members where any of them is
    understood.
    """
    name = parameter.name
    members = [f"{name}.{member}" for member in parameter.schema.properties]
    is_heard = any(_use(member, parameter, known).use is not QueryUse.UNUSED for member in members)
    return members if is_heard and name not in known else [name]


def _use(
    name: str, parameter: DescribedParameter, known: Mapping[str, ParameterUse]
) -> ParameterUse:
    """Return what a parameter, or a member of an object, is for; a member of one that is spread
    over the query is known by its own name.
    """
    use = known.get(name)
    if use is None and parameter.is_spread:
        use = known.get(name.removeprefix(f"{parameter.name}."))
    return replace(use or ParameterUse(name, QueryUse.UNUSED), parameter=name)


def _known(operation: Operation) -> Iterator[ParameterUse]:
    """Yield what is understood; the paging last, for it goes over a filter of the same name."""
    for each in operation.filters:
        is_search = each.operator is Operator.SEARCH
        use = QueryUse.SEARCH if is_search else QueryUse.FILTER
        yield ParameterUse(each.param, use, each.field)
    sorting = operation.sorting
    for param in filter(None, (sorting.param, sorting.direction)):
        yield ParameterUse(param, QueryUse.SORT)
    for sparse in operation.sparse:
        yield ParameterUse(sparse.param, QueryUse.FIELDS)
    yield from _paging(operation.paging)


def _paging(paging: Paging) -> Iterator[ParameterUse]:
    if paging.size:
        yield ParameterUse(paging.size, QueryUse.SIZE)
    if paging.number:
        yield ParameterUse(paging.number, _place(paging.style))
    if paging.back:
        yield ParameterUse(paging.back, QueryUse.CURSOR)
    for way in paging.others:
        yield ParameterUse(way.param, _place(way.style))


def _place(style: str) -> QueryUse:
    return QueryUse.CURSOR if style in BY_PLACE else QueryUse(style)
