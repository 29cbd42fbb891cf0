"""Settle how new records begin to which verbs do something: resources and operations in, resources
out.

    POST /posts/{id}/favorite    sets favorited=True, favorites_count+1
    POST /orders/{id}/ship       sets status=shipped        status: [shipped, pending, cancelled]

A new post is not favorited and nobody did it yet, and a new order is in the first state to which no
verb leads: pending. What requests carry is for clients to say. A new record is also as a list shows
records that is asked for nothing: with a filter `offline` whose default is false it is not offline,
and with a filter `state` whose default is `active` it is active.
And where a create cannot say in which state its record is, it is in the one that is called as a
beginning is: open, draft, pending.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.model.paths import bare
from mockserver.model.types import Flip, Increase, Kind, Operation, Operator, Resource, Stamp

ON = frozenset({"enabled", "active", "activated", "isenabled", "isactive", "visible", "open"})
"""Flags that records have from the start."""
STATES = frozenset({"state", "status"})
"""What tells how far a record is."""
FIRST = ("open", "new", "created", "draft", "pending", "queued", "todo", "opened", "active")
"""States in which records begin, the likeliest first."""


def with_beginnings(
    resources: Mapping[str, Resource], operations: Iterable[Operation]
) -> dict[str, Resource]:
    """Return the resources with the values that new records have of what verbs set."""
    grown = dict(resources)
    lists_first = sorted(operations, key=lambda operation: operation.kind is not Kind.LIST)
    for operation in lists_first:
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
    for operation in operations:
        resource = grown.get(operation.resource or "")
        if resource is None or operation.kind is not Kind.CREATE:
            continue
        begun = _first_states(operation, resource, operations)
        if begun:
            defaults = {**begun, **resource.defaults}
            grown[resource.name] = replace(resource, defaults=defaults)
    return grown


def _first_states(
    create: Operation, resource: Resource, operations: Iterable[Operation]
) -> dict[str, Any]:
    """Return the states in which records begin that a create cannot say."""
    found = {}
    fields = resource.record.properties
    for name, schema in fields.items():
        if bare(name) not in STATES:
            continue
        if name in create.carries or name in resource.generated:
            continue
        if schema.own_type not in ("string", None):
            continue
        if schema.says("example") or schema.says("default"):
            continue
        options = schema.get("enum")
        if not options:
            options = _listed_states(name, resource, operations)
        first = _first(options)
        if first is not None:
            found[name] = first
    return found


def _first(options: Sequence[Any]) -> Any:
    """Return the one of several states in which a record begins, None where none is called so."""
    spelled = {}
    for option in options:
        word = str(option).lower()
        spelled[word] = option
    for state in FIRST:
        if state in spelled:
            return spelled[state]
    return None


def _listed_states(name: str, resource: Resource, operations: Iterable[Operation]) -> Sequence[Any]:
    """Return the states by which a list of records is filtered."""
    for operation in operations:
        if operation.resource != resource.name:
            continue
        if operation.kind is not Kind.LIST:
            continue
        described = operation.described
        for narrowing in operation.filters:
            if narrowing.field != name:
                continue
            parameter = described.parameter("query", narrowing.param)
            if parameter is not None:
                return parameter.schema.get("enum") or ()
    return ()


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
        elif isinstance(value, bool | Flip):
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
        options = resource.record.properties[narrowing.field].get("enum") or ()
        if is_equal and (isinstance(default, bool) or default in options):
            found[narrowing.field] = default
    return found


def _reached(name: str, resource: Resource, operations: Iterable[Operation]) -> list[Any]:
    """Return the values of a property to which verbs lead."""
    found = []
    for operation in operations:
        if operation.resource == resource.name and name in operation.sets:
            found.append(operation.sets[name])
    return found
