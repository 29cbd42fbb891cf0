"""Tell in which words a document describes the properties of a resource: where a property stands in
a record in, all that is said of it out.

    POST /notes   {summary: {description: Cut to 50 characters.}}
    GET /notes/7  {summary: {type: string}}

What a request says of a property counts for what a reply shows of it, though the reply has a schema
of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.model.types import Kind, Model, Operation, Resource
from mockserver.model.types.schema import NO_SCHEMA, DescribedSchema

WRITES = frozenset(
    {
        Kind.CREATE,
        Kind.REPLACE,
        Kind.MERGE,
        Kind.UPSERT,
    }
)
"""Kinds whose requests carry a record."""


class Wording:
    """Knows what is said of the properties of each resource of a model."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._schemas: dict[str, tuple[DescribedSchema, ...]] = {}
        self._known: dict[tuple[str, tuple[str, ...]], str] = {}

    def of(self, resource: Resource, place: str) -> str:
        """Return what is said of a property; `place` is a JSON pointer into a record, or a list of
        records.
        """
        steps = tuple(step for step in place.split("/") if step and not step.isdigit())
        known = self._known.get((resource.name, steps))
        if known is None:
            told = [_described(schema, steps) for schema in self.schemas(resource)]
            known = " ".join(dict.fromkeys(filter(None, told)))
            self._known[resource.name, steps] = known
        return known

    def schemas(self, resource: Resource) -> tuple[DescribedSchema, ...]:
        """Return the schemas of the records of a resource, as it is shown and as it is sent."""
        known = self._schemas.get(resource.name)
        if known is None:
            known = self._schemas[resource.name] = (resource.record, *self._sent(resource))
        return known

    def _sent(self, resource: Resource) -> Iterator[DescribedSchema]:
        for operation in self._model.operations:
            if operation.resource == resource.name and operation.kind in WRITES:
                yield record_schema(operation)


def record_schema(operation: Operation) -> DescribedSchema:
    """Return the schema of the record that a request carries, without its wrapper and its array."""
    schema = operation.described.sent_schema
    if operation.envelope.request:
        schema = schema.properties.get(
            operation.envelope.request,
            NO_SCHEMA,
        )
    return schema.items if schema.is_array else schema


def _described(schema: DescribedSchema, steps: tuple[str, ...]) -> str:
    """Return the description of what is inside of a schema, empty where it has none."""
    for step in steps:
        schema = _inner(schema).properties.get(step, NO_SCHEMA)
    return str(schema.get("description") or "")


def _inner(schema: DescribedSchema) -> DescribedSchema:
    """Return the schema of the items of an array, of anything else the schema itself."""
    return schema.items if schema.is_array else schema
