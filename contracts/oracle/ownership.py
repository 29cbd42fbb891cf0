"""Which properties of a record a client has a say in: a model in, names by resource out.

What a client cannot send is the server's own: a status that moves on by itself, a moment of change,
a count, a signed link. It may be another value each time, unless something says that it stays: the
key does, and what the semantics of the API declare.

    POST /exports {"format": "csv"}  ->  {"id": 7, "format": "csv", "status": "pending"}

`format` is the client's, `status` is the server's own, and `id` stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.compare.dependence import dependents, is_of_one
from contracts.compare.descriptions import WRITES, Wording, record_schema
from mockserver.model.types import Model, Operation, Resource


class Ownership:
    """Knows whose the properties of each resource are. What is sent is the client's from then
    on.
    """

    def __init__(self, model: Model) -> None:
        self.wording = Wording(model)
        self._sent: dict[str, set[str]] = {}
        self._own: dict[str, frozenset[str]] = {}
        self._moving: dict[str, frozenset[str]] = {}
        for operation in model.operations:
            if operation.kind in WRITES and operation.resource:
                names = set(record_schema(operation).properties)
                self._sent.setdefault(
                    operation.resource,
                    set(),
                ).update(names)

    def note(self, operation: Operation, body: Any) -> None:
        """Take note of what a client sent."""
        inner = record_in(
            operation,
            body,
        )
        if operation.resource and isinstance(inner, Mapping):
            self._sent.setdefault(
                operation.resource,
                set(),
            ).update(map(str, inner))

    def is_clients(self, resource: Resource, name: str) -> bool:
        """Tell whether a property has the value that a client gave it, or that is declared."""
        if name == resource.key:
            return True
        if name in self._declared(resource):
            return True
        position = resource.position
        if position is not None and position.field == name:
            return False
        if name in resource.read_only:
            return False
        if name in self._depending(resource):
            return False
        if self._is_of_one(resource, name):
            return False
        return name in self._sent.get(
            resource.name,
            (),
        )

    def _is_of_one(self, resource: Resource, name: str) -> bool:
        """Tell whether a flag goes when another record has it, by the words of the document."""
        child = resource.record.properties.get(name)
        if child is None or child.type != "boolean":
            return False
        return is_of_one(self.wording.of(resource, name))

    def _depending(self, resource: Resource) -> frozenset[str]:
        """Return the properties that others may take along, by the words of the document."""
        known = self._moving.get(resource.name)
        if known is None:
            words = self._words(resource)
            known = frozenset(dependents(words, tuple(words)))
            self._moving[resource.name] = known
        return known

    def _words(self, resource: Resource) -> dict[str, str]:
        """Return what the document says of the properties that are sent and shown."""
        names: set[str] = set()
        for schema in self.wording.schemas(resource):
            names |= schema.properties.keys()
        return {name: self.wording.of(resource, name) for name in sorted(names)}

    def _declared(self, resource: Resource) -> frozenset[str]:
        """Return the properties of which the semantics of the API, or the path, say the value."""
        known = self._own.get(resource.name)
        if known is None:
            names = {
                *resource.computed,
                *resource.assigned,
                *resource.exclusive,
                *(each.field for each in resource.parents if each.field),
            }
            moments = {n for n, made in resource.generated.items() if made.startswith("now-")}
            names |= moments - resource.touched.keys()
            position = resource.position
            if position is not None and not position.is_told:
                names.add(position.field)
            if resource.states is not None:
                names.add(resource.states.field)
            known = self._own[resource.name] = frozenset(names)
        return known


def record_in(operation: Operation, body: Any) -> Any:
    """Return the record that a request carries."""
    wrapper = operation.envelope.request
    inner = body.get(wrapper) if wrapper and isinstance(body, Mapping) else body
    return inner[0] if isinstance(inner, list) and len(inner) == 1 else inner
