"""Draw the bodies of calls that write: an operation in, valid bodies and those that break one rule
each out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.compare.scalars import is_integer, is_number
from contracts.drift.start import Start
from contracts.openapi import flattened, operation_at, properties, request_schema, type_of
from contracts.requests.samples import sample_bodies
from contracts.requests.spoils import spoils_of
from mockserver.call import Supply
from mockserver.lookup import MISSING, value_at
from mockserver.model.types import Children, Kind, Model, Operation, Resource
from mockserver.model.types.facts import is_nullable

Inner = dict[str, Any]
"""The record in a body, without what wraps it."""
MOST_SPOILS = 12
MOST_SINGLES = 4
MOST_OWNED = 4
LONG_AGO = "2001-02-03T04:05:06Z"


class Bodies:
    """The bodies for the operations of one API, each time other ones."""

    def __init__(self, model: Model, start: Start, supply: Supply) -> None:
        self._model, self._start, self._supply = model, start, supply
        self._spec = model.document.spec
        self._drawn = 0

    def plain(self, operation: Operation) -> list[Any]:
        """Return valid bodies, the fullest first; MISSING where an operation takes none."""
        self._drawn += 1
        drawn = sample_bodies(
            self._spec, operation, self._supply, f"{operation.label}/{self._drawn}"
        )
        return [self._referring(operation, each.value) for each in itertools.islice(drawn, 3)]

    def inners(self, operation: Operation) -> list[Inner]:
        """Return the records in valid bodies, the fullest first."""
        return [
            dict(self.inner(operation, each))
            for each in self.plain(operation)
            if isinstance(each, Mapping)
        ]

    def broken(self, operation: Operation) -> Iterator[Any]:
        """Yield bodies that break one rule of the document each."""
        for body in self.plain(operation)[:1]:
            if not isinstance(body, Mapping):
                continue
            spoils = [each for each in spoils_of(self._model, operation) if each.part == "body"]
            for spoil in spoils[:MOST_SPOILS]:
                rest = {
                    name: value
                    for name, value in self.inner(operation, body).items()
                    if name != spoil.place
                }
                yield self.wrapped(
                    operation,
                    rest if spoil.value is MISSING else {**rest, spoil.place: spoil.value},
                )

    def odd(self, operation: Operation) -> Iterator[Any]:
        """Yield bodies with what a server owns, what nobody knows, and values that are easily taken
        for none.
        """
        inners = self.inners(operation)
        if not inners:
            return
        least = inners[min(1, len(inners) - 1)]
        for extra in ({"no_such_property": 1}, *self._owned(operation), *self._falsy(operation)):
            yield self.wrapped(operation, {**least, **extra})

    def changes(self, operation: Operation) -> Iterator[Any]:
        """Yield bodies for a change: all, the least, one property alone, none, one to ignore,
        families of children.
        """
        inners = self.inners(operation)
        full = inners[0] if inners else {}
        least = inners[min(1, len(inners) - 1)] if inners else {}
        base = {} if operation.kind is Kind.MERGE else least
        singles = [{**base, name: value} for name, value in list(full.items())[:MOST_SINGLES]]
        ignored = itertools.islice(self._owned(operation), 1 if operation.kind is Kind.MERGE else 0)
        for inner in (full, least, *singles, {}, *ignored, *self._families(operation, full)):
            yield self.wrapped(operation, inner)

    def families(self, operation: Operation) -> Iterator[Any]:
        """Yield bodies with several children: more, fewer, others, none, the same one twice."""
        for inner in self.inners(operation)[:1]:
            yield from (self.wrapped(operation, each) for each in self._families(operation, inner))

    def unique(self, operation: Operation, taken: Mapping[str, Any]) -> Iterator[Any]:
        """Yield bodies with a value that another record has, where no two may have the same."""
        resource = self._resource(operation)
        inners = self.inners(operation)
        for names in resource.unique if resource is not None and inners else ():
            if all(name in taken for name in names):
                base = {} if operation.kind is Kind.MERGE else inners[0]
                yield self.wrapped(operation, {**base, **{name: taken[name] for name in names}})

    def inner(self, operation: Operation, body: Any) -> Mapping[str, Any]:
        """Return the record in a body."""
        wrapped = (
            body.get(operation.envelope.request or "", body) if isinstance(body, Mapping) else {}
        )
        return wrapped if isinstance(wrapped, Mapping) else body

    def wrapped(self, operation: Operation, inner: Mapping[str, Any]) -> Any:
        return (
            {operation.envelope.request: dict(inner)} if operation.envelope.request else dict(inner)
        )

    def _families(self, operation: Operation, inner: Mapping[str, Any]) -> Iterator[Inner]:
        resource = self._resource(operation)
        for children in resource.children if resource is not None else ():
            given = inner.get(children.field)
            first = next((each for each in given or () if isinstance(each, Mapping)), None)
            if first is None:
                continue
            one, two, three, four = (_sibling(children, first, number) for number in range(4))
            richer = {
                **two,
                **{name: _other(value) for name, value in two.items() if name != children.by},
            }
            for family in ([one, two, three], [three, richer], [four, one], [one, one], []):
                yield {**inner, children.field: family}

    def _owned(self, operation: Operation) -> Iterator[Inner]:
        """Yield properties that a server sets by itself, each with a value that it would not
        choose.
        """
        resource, fields = self._resource(operation), self._fields(operation)
        known = dict.fromkeys(name for name, child in fields.items() if child.get("readOnly"))
        if resource is not None:
            known |= dict.fromkeys(
                [resource.key or "", *resource.generated, *resource.touched, *resource.read_only]
            )
            known |= dict.fromkeys(each.field or "" for each in resource.parents)
        for name in [name for name in known if name][:MOST_OWNED]:
            shown = (
                properties(self._spec, resource.schema).get(name, {})
                if resource is not None
                else {}
            )
            number = type_of(shown) in ("integer", "number")
            yield {
                name: 987_654
                if number
                else LONG_AGO
                if shown.get("format") == "date-time"
                else "never-0"
            }

    def _falsy(self, operation: Operation) -> Iterator[Inner]:
        """Yield properties that have a default, each with null, false or zero, and texts of
        nothing.
        """
        resource = self._resource(operation)
        free = [
            name
            for name, child in self._fields(operation).items()
            if type_of(child) == "string"
            and not {"minLength", "enum", "format", "pattern", "readOnly"} & child.keys()
        ]
        yield from ({name: ""} for name in free[:2])
        for name, child in self._fields(operation).items():
            if "default" in child or (resource is not None and name in resource.defaults):
                if is_nullable(child):
                    yield {name: None}
                kind = type_of(child)
                if kind in ("boolean", "integer", "number"):
                    yield {name: False if kind == "boolean" else 0}

    def _fields(self, operation: Operation) -> dict[str, Mapping[str, Any]]:
        declared = operation_at(self._spec, operation.path, operation.method)
        if "requestBody" not in declared:
            return {}
        schema = flattened(self._spec, request_schema(declared))
        if operation.envelope.request:
            schema = flattened(
                self._spec, (schema.get("properties") or {}).get(operation.envelope.request)
            )
        return properties(self._spec, schema)

    def _referring(self, operation: Operation, value: Any) -> Any:
        """Return a body whose references are to what is there."""
        resource = self._resource(operation)
        if resource is None or not isinstance(value, Mapping):
            return value
        inner = dict(self.inner(operation, value))
        for reference in resource.references:
            held = [value_at(each, reference.by) for each in self._start.under(reference.resource)]
            held += [value_at(each, reference.field) for each in self._start.under(resource.name)]
            held = [each for each in held if each is not MISSING]
            if reference.field in inner and held:
                inner[reference.field] = held[0]
        return self.wrapped(operation, inner)

    def _resource(self, operation: Operation) -> Resource | None:
        return self._model.resources.get(operation.resource or "")


def _sibling(children: Children, child: Mapping[str, Any], number: int) -> Inner:
    """Return a child like another one, with a key of its own."""
    key = child.get(children.by)
    other = key + number if is_integer(key) else f"{key}{number or ''}"
    return {**child, children.by: other}


def _other(value: Any) -> Any:
    return value + 1 if is_number(value) else value
