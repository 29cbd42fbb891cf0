"""Settle how new records begin to which verbs do something: resources and operations in, resources
out.

    POST /posts/{id}/favorite    sets favorited=True, favorites_count+1
    POST /orders/{id}/ship       sets status=shipped        status: [shipped, pending, cancelled]

A new post is not favorited and nobody did it yet, and a new order is in the first state to which no
verb leads: pending. What requests carry is for clients to say. A new record is also as a list shows
records that is asked for nothing: with a filter `offline` whose default is false it is not offline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.model.paths import bare
from mockserver.model.types import Increase, Kind, Operation, Operator, Resource, Stamp

ON = frozenset({"enabled", "active", "activated", "isenabled", "isactive", "visible", "open"})
"""Flags that records have from the start."""


def with_beginnings(
    resources: Mapping[str, Resource], operations: Iterable[Operation]
) -> dict[str, Resource]:
    """Return the resources with the values that new records have of what verbs set."""
    grown = dict(resources)
    for operation in operations:
        resource = grown.get(operation.resource or "")
        if resource is None:
            continue
        begun = _begun(operation, resource, operations)
        if operation.kind is Kind.LIST:
            begun |= _listed(operation, resource)
        if not begun:
            continue
        defaults = {**begun, **resource.defaults}
        grown[resource.name] = replace(resource, defaults=defaults)
    return grown


def _begun(
    operation: Operation, resource: Resource, operations: Iterable[Operation]
) -> dict[str, Any]:
    """Return the values with which a record begins of what an operation sets."""
    found: dict[str, Any] = {}
    for name, value in operation.sets.items():
        if name in resource.writable:
            continue
        schema = resource.record.properties.get(name)
        if isinstance(value, Increase):
            found[name] = 0
        elif isinstance(value, bool):
            found[name] = bare(name) in ON
        elif isinstance(value, str) and schema is not None:
            options = schema.plain.get("enum", ())
            reached = _reached(name, resource, operations)
            left = [option for option in options if option not in reached]
            if left:
                found[name] = left[0]
        elif isinstance(value, Stamp) and schema is not None and schema.is_nullable:
            found[name] = None
    return found


def _listed(operation: Operation, resource: Resource) -> dict[str, Any]:
    """Return the values that records have in a list by the defaults of its filters, of what only
    the server says.
    """
    found = {}
    for narrowing in operation.filters:
        parameter = operation.described.parameter("query", narrowing.param)
        is_own = narrowing.field in resource.record.properties
        if parameter is None or not is_own or narrowing.field in resource.writable:
            continue
        default = parameter.schema.plain.get("default")
        is_equal = narrowing.operator is Operator.EQUAL and not narrowing.negated
        if is_equal and isinstance(default, bool):
            found[narrowing.field] = default
    return found


def _reached(name: str, resource: Resource, operations: Iterable[Operation]) -> list[Any]:
    """Return the values of a property to which verbs lead."""
    found = []
    for operation in operations:
        if operation.resource == resource.name and name in operation.sets:
            found.append(operation.sets[name])
    return found
