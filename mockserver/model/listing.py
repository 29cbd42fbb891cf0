"""Settle how a list is asked for: what is declared of its pages and filters goes over what is
inferred.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.model.declared import Spec, properties, request_schema
from mockserver.model.lists import infer_filters, infer_paging
from mockserver.model.survey import Place
from mockserver.model.types import Filter, Kind, Paging

ON_MANY = frozenset({Kind.LIST, Kind.VIEW, Kind.COUNT, Kind.BULK_DELETE})


def asked_in_body(spec: Spec, place: Place, kind: Kind) -> list[Mapping[str, Any]]:
    """Return the properties of a search's body as parameters of its query."""
    if kind is not Kind.LIST or place.method == "GET":
        return []
    fields = properties(spec, request_schema(place.operation))
    return [{"name": name, "in": "query", "schema": schema} for name, schema in fields.items()]


def settled_paging(
    spec: Spec, kind: Kind, query: list[Any], said: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Paging:
    """Return the paging of an operation; `said` of it goes over the defaults of the API."""
    if kind not in (Kind.LIST, Kind.VIEW, Kind.BULK_DELETE):
        return Paging()
    paging = infer_paging(spec, query)
    declared = {**defaults.get("paging", {}), **said.get("paging", {})}
    names = {each.get("name") for each in query}
    declared = {
        word: value
        for word, value in declared.items()
        if word not in ("number", "size") or value in names
    }
    if paging.style == "none" and "style" not in said.get("paging", {}):
        return paging
    return replace(paging, **declared)


def settled_filters(
    kind: Kind, query: list[Any], fields: Mapping[str, Any], paging: Paging, said: Mapping[str, Any]
) -> tuple[Filter, ...]:
    """Return the filters of an operation."""
    if kind not in ON_MANY and kind is not Kind.CREATE:
        return ()
    if "filters" in said:
        return tuple(_filter(param, each) for param, each in said["filters"].items())
    return infer_filters(query, fields, paging)


def _filter(param: str, said: Any) -> Filter:
    return (
        Filter(param, said)
        if isinstance(said, str)
        else Filter(param, said["field"], said["must_exist"])
    )
