"""Explain a model: what was understood of each resource and each operation, and why, as values.

    shelves  at /shelves, by id: "id 82: id-fallback +60, read-only +12"
    GET /shelves/{shelf_id}/books  lists books below a shelf, by `list-collection`; pages by `page`
                                   and `limit`, filters by `author`, makes nothing of `pretty`

`explained` gives the same as JSON, whose shape is the schema Explanation of the control API.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from mockserver.model.batches.bulk import BulkShown, bulk_of
from mockserver.model.keys import UNSURE
from mockserver.model.report.starter import unsettled
from mockserver.model.search.queries import PLACES, ParameterUse, QueryUse, parameter_uses
from mockserver.model.types import Kind, Linkage, Model, Operation, Paging, Parent, Resource
from mockserver.slots import dataclass


@dataclass(frozen=True, slots=True)
class ParentShown:
    """A path parameter that chooses a collection, and the resource whose key it is; None where any
    value will do.
    """

    parameter: str
    resource: str | None


@dataclass(frozen=True, slots=True)
class PagingShown:
    """How a list is asked for page by page: the style, the parameters, and how many records
    come.
    """

    style: str
    parameters: Sequence[str]
    size: str | None
    default: int | None
    maximum: int | None


@dataclass(frozen=True, slots=True)
class FilterShown:
    """A parameter that narrows a list, and the property that it is about; empty where it names the
    properties itself.
    """

    parameter: str
    property: str


@dataclass(frozen=True, slots=True)
class QueryShown:
    """What a list makes of its query parameters; `unused` are declared, and nothing is done with
    them.
    """

    paging: PagingShown | None = None
    sort: Sequence[str] = ()
    search: Sequence[str] = ()
    filters: Sequence[FilterShown] = ()
    fields: Sequence[str] = ()
    unused: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LinkShown:
    """The links by which an operation is about records: their resource and path, and the path
    parameters that tell whose they are. Looked at from the other side (`back`), the records shown
    are those to which others are linked.
    """

    links: str
    path: str
    parents: Sequence[str]
    back: bool


@dataclass(frozen=True, slots=True)
class LinkedShown:
    """Where records are linked to those of another resource: the resource of the links, their path,
    and the resource to which they link.
    """

    links: str
    path: str
    resource: str | None


@dataclass(frozen=True, slots=True)
class OperationShown:
    """What an operation does, to what, and why we think so; `link` and `bulk` are None where it is
    not about linked records, or not about several.
    """

    operation: str
    kind: str
    resource: str
    key: str
    parents: Sequence[str]
    reason: str
    query: QueryShown | None
    link: LinkShown | None
    bulk: BulkShown | None


@dataclass(frozen=True, slots=True)
class ResourceShown:
    """A type of thing: where it is, what identifies it, and what was weighed, the best first.

    `key` is None for a single record; `doubt` says why the key is a guess, empty where it is none.
    """

    name: str
    path: str
    key: str | None
    rule: str
    weighed: Sequence[str]
    doubt: str
    parents: Sequence[ParentShown]
    linked: Sequence[LinkedShown]


def explain(model: Model) -> list[OperationShown]:
    """Return what each operation does, in the order of the document."""
    return [_operation(model, operation) for operation in model.operations]


def explain_resources(model: Model) -> list[ResourceShown]:
    """Return what is known of each resource that an operation is about, in the order of the
    document.
    """
    names = dict.fromkeys(operation.resource or "" for operation in model.operations)
    found = [model.resources[name] for name in names if name in model.resources]
    return [_resource(model, resource) for resource in found]


def explained(model: Model) -> dict[str, Any]:
    """Return all that is explained of a model, as JSON."""
    resources = explain_resources(model)
    operations = explain(model)
    return {
        "api": model.name,
        "source": model.document.source,
        "stateful": sum(map(is_stateful, model.operations)),
        "resources": [dataclasses.asdict(resource) for resource in resources],
        "operations": [dataclasses.asdict(operation) for operation in operations],
        "unsettled": unsettled(model),
    }


def is_stateful(operation: Operation) -> bool:
    """Tell whether an operation reads or changes the state."""
    return operation.kind is not Kind.STATELESS


def key_of(resource: Resource) -> str | None:
    """Return the property that identifies a record, dotted where it is in an object."""
    return resource.key_source or resource.key


def _operation(model: Model, operation: Operation) -> OperationShown:
    resource = model.resources.get(operation.resource or "")
    key = (key_of(resource) if resource else None) or ""
    parents = _splitting(operation.parents) if resource else []
    return OperationShown(
        operation=operation.label,
        kind=operation.kind.value,
        resource=operation.resource or "",
        key=key,
        parents=[parent.param for parent in parents],
        reason=operation.reason,
        query=_query(operation),
        link=_link(model, operation.membership),
        bulk=bulk_of(operation),
    )


def _link(model: Model, linkage: Linkage | None) -> LinkShown | None:
    if linkage is None:
        return None
    path = model.resources[linkage.links].path
    return LinkShown(linkage.links, path, list(linkage.above), linkage.back)


def _resource(model: Model, resource: Resource) -> ResourceShown:
    return ResourceShown(
        name=resource.name,
        path=resource.path,
        key=key_of(resource),
        rule=resource.key_rule,
        weighed=list(resource.key_weighed),
        doubt=UNSURE.get(resource.key_rule, ""),
        parents=[ParentShown(parent.param, parent.resource) for parent in resource.split],
        linked=[_linked(model.resources[name]) for name in resource.linked_by],
    )


def _linked(links: Resource) -> LinkedShown:
    return LinkedShown(links.name, links.path, links.split[-1].resource)


def _splitting(parents: Sequence[Parent]) -> list[Parent]:
    return [parent for parent in parents if parent.splits]


def _query(operation: Operation) -> QueryShown | None:
    """Return what a list makes of its query parameters, None where there is nothing to list."""
    uses = parameter_uses(operation)
    if not uses:
        return None
    filters = [FilterShown(use.parameter, use.property) for use in _used(uses, QueryUse.FILTER)]
    return QueryShown(
        paging=_paging(operation.paging, uses),
        sort=_names(uses, QueryUse.SORT),
        search=_names(uses, QueryUse.SEARCH),
        filters=filters,
        fields=_names(uses, QueryUse.FIELDS),
        unused=_names(uses, QueryUse.UNUSED),
    )


def _paging(paging: Paging, uses: Sequence[ParameterUse]) -> PagingShown | None:
    if paging.style == "none":
        return None
    return PagingShown(
        style=paging.style,
        parameters=[use.parameter for use in uses if use.use in PLACES],
        size=paging.size,
        default=paging.default,
        maximum=paging.maximum,
    )


def _used(uses: Sequence[ParameterUse], use: QueryUse) -> list[ParameterUse]:
    return [each for each in uses if each.use is use]


def _names(uses: Sequence[ParameterUse], use: QueryUse) -> list[str]:
    return [each.parameter for each in _used(uses, use)]
