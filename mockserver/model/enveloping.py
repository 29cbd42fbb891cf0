"""Infer the envelope of one operation: what surrounds records in its replies and in its request."""

from __future__ import annotations

from typing import Any

from mockserver.model.declared import (
    Spec,
    properties,
    request_schema,
    resolved,
    success_media,
    success_schema,
    success_statuses,
)
from mockserver.model.envelopes import (
    count_envelope,
    many_envelope,
    map_items,
    one_envelope,
    request_envelope,
)
from mockserver.model.survey import Place
from mockserver.model.types import Envelope, Kind, Resource

LISTS = frozenset({Kind.LIST, Kind.VIEW})
REMOVALS = frozenset({Kind.DELETE, Kind.BULK_DELETE})


def infer_envelope(
    spec: Spec, place: Place, kind: Kind, resource: Resource, status: int
) -> Envelope:
    """Return the envelope of an operation whose normal answer has this status."""
    schema = success_schema(place.operation, status)
    known = properties(spec, resource.schema).keys()
    one: Any = "$value"
    many: Any = "$value"
    item: Any = "$value"
    if kind in LISTS:
        many, item = _many(spec, schema, resource)
    elif kind is not Kind.COUNT and kind not in REMOVALS:
        one = one_envelope(spec, schema, resource.name, resource.key)[0]
    return Envelope(
        one=one,
        many=many,
        item=item,
        count=count_envelope(spec, schema) if kind is Kind.COUNT else "$value",
        removed=_removed(spec, place, kind, resource) if kind in REMOVALS else None,
        request=request_envelope(spec, request_schema(place.operation), resource.name, known),
    )


def _many(spec: Spec, schema: Any, resource: Resource) -> tuple[Any, Any]:
    """Return the templates of a list and of each record in it: [{product: {...}}].

    A list that is documented as a map shows each record under its key, one documented as a single
    record the first.
    """
    found = many_envelope(spec, schema, resource.name)
    if found is None and map_items(spec, schema) is not None:
        return "$map", "$value"
    if found is None and properties(spec, schema):
        return _first(one_envelope(spec, schema, resource.name, resource.key)[0]), "$value"
    if found is None:
        return "$value", "$value"
    item = one_envelope(spec, found[1], resource.name, resource.key)[0]
    return found[0], item if item != ["$value"] else "$value"


def _first(template: Any) -> Any:
    """Return the template of one record as that of the first of many."""
    if isinstance(template, dict):
        return {name: _first(child) for name, child in template.items()}
    return "$first" if template == "$value" else template


def _removed(spec: Spec, place: Place, kind: Kind, resource: Resource) -> Any:
    """Return the body of the reply to a delete: nothing, the record, or what the schema asks
    for.
    """
    statuses = success_statuses(place.operation)
    if not statuses or 204 in statuses or success_media(place.operation, statuses[0]) is None:
        return None
    schema = success_schema(place.operation)
    template, record = one_envelope(spec, schema, resource.name, resource.key)
    if kind is Kind.DELETE and resource.key in properties(spec, record):
        return template
    return {"$made": resolved(spec, schema), "$name": resource.name} if schema else None
