"""Find the replies that tell of records in numbers: operations and resources in, the operations
with what they count out.

    GET /tickets/stats      {total, open, closed, by_status: {open: 1}}    status: [open, closed]
    GET /orders/summary     {count, total: number}                         total: number
    GET /stats              {users: integer, orders_count: integer}

The last word of the path says that there are figures; the names of numbers say which: that of a
count, of an option or a flag that a record has, of a number that is added up, or of all records of
a resource. What else is there stays as the document shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockserver.model.paths import bare, canonical, segments, singular
from mockserver.model.search.roles import COUNTS
from mockserver.model.types import (
    DescribedSchema,
    FigureWay,
    Kind,
    Operation,
    RecordFigure,
    Resource,
)

TELLING = frozenset({"stats", "statistics", "summary", "totals", "counts", "overview", "metrics"})
"""Last words of paths that tell figures."""
NUMBERS = ("integer", "number")
COUNTING = ("total", "count", "num", "numberof")
"""What names of numbers have around them that count records."""
DEEPEST = 2
"""Objects inside each other whose numbers are looked at."""

Resources = Mapping[str, Resource]


def with_figures(operations: tuple[Operation, ...], resources: Resources) -> tuple[Operation, ...]:
    """Return the operations, with what those without state tell of records in numbers."""
    found = []
    for operation in operations:
        figures = tuple(_figures(operation, resources))
        if figures:
            operation = replace(operation, figures=figures)
        found.append(operation)
    return tuple(found)


def _figures(operation: Operation, resources: Resources) -> Iterator[RecordFigure]:
    """Yield what an operation tells in numbers."""
    *above, last = segments(operation.path) or [""]
    if operation.kind is not Kind.STATELESS or operation.reason == "declared":
        return
    if operation.method != "GET" or bare(last) not in TELLING:
        return
    shown = operation.described.success_schema(operation.success)
    home = _resource_at("/" + "/".join(above), resources)
    if home is not None:
        yield from _of_one(shown, home, "", 0)
    elif not above or not resources.keys() & set(above):
        yield from _of_all(shown, resources, "", 0)


def _resource_at(path: str, resources: Resources) -> Resource | None:
    """Return the resource whose collection is at a path."""
    wanted = canonical(path)
    for resource in _kept(resources):
        if resource.path and canonical(resource.path) == wanted:
            return resource
    return None


def _kept(resources: Resources) -> Iterator[Resource]:
    """Yield the resources of which clients make records."""
    for resource in resources.values():
        if resource.key is not None and resource.writable:
            yield resource


def _of_one(
    shown: DescribedSchema,
    resource: Resource,
    above: str,
    depth: int,
) -> Iterator[RecordFigure]:
    """Yield the numbers that tell of the records of one resource."""
    for name, child in shown.properties.items():
        place = f"{above}.{name}" if above else name
        figure = None
        if child.type in NUMBERS:
            figure = _sum(place, name, resource)
        if figure is None and child.type == "integer":
            figure = _count(place, name, resource)
        if figure is None and child.additional is not None:
            figure = _each(place, name, child.additional, resource)
        if figure is not None:
            yield figure
        elif depth < DEEPEST:
            yield from _of_one(
                child,
                resource,
                place,
                depth + 1,
            )


def _sum(place: str, name: str, resource: Resource) -> RecordFigure | None:
    """Return the sum of the numbers that records have in the property of a name: total, or amount
    of total_amount.
    """
    spelled = bare(name)
    stem = _without(spelled, "total", "sum")
    field = _field_of(spelled, resource) or _field_of(stem, resource)
    if field is None or field == resource.key:
        return None
    schema = resource.record.properties[field]
    if schema.type not in NUMBERS:
        return None
    return RecordFigure(place, resource.name, FigureWay.SUM, field)


def _count(place: str, name: str, resource: Resource) -> RecordFigure | None:
    """Return how many records there are: all, or those that are so."""
    spelled = bare(name)
    stem = _without(spelled, *COUNTING)
    nouns = {
        bare(resource.name),
        bare(singular(resource.name)),
    }
    if spelled in COUNTS or stem in nouns:
        return RecordFigure(place, resource.name)
    names = (spelled, stem)
    for field, schema in resource.record.properties.items():
        value = _value_called(names, field, schema)
        if value is not None:
            return RecordFigure(
                place,
                resource.name,
                field=field,
                value=value,
            )
    return None


def _value_called(
    names: tuple[str, ...],
    field: str,
    schema: DescribedSchema,
) -> Any:
    """Return the option of a property, or the truth of a flag, that has one of some names."""
    for option in schema.get("enum") or ():
        if bare(str(option)) in names:
            return option
    stem = bare(field).removeprefix("is")
    if schema.type == "boolean" and stem in names:
        return True
    return None


def _each(
    place: str,
    name: str,
    counted: DescribedSchema,
    resource: Resource,
) -> RecordFigure | None:
    """Return how many records there are of each value: by_status."""
    stem = bare(name).removeprefix("by")
    field = _field_of(stem, resource)
    if field is None or counted.type not in NUMBERS:
        return None
    return RecordFigure(place, resource.name, FigureWay.EACH, field)


def _of_all(
    shown: DescribedSchema,
    resources: Resources,
    above: str,
    depth: int,
) -> Iterator[RecordFigure]:
    """Yield the numbers that tell how many records a resource has."""
    for name, child in shown.properties.items():
        place = f"{above}.{name}" if above else name
        stem = _without(bare(name), *COUNTING)
        if child.type == "integer":
            yield from _of_those(place, singular(stem), resources)
        if depth < DEEPEST:
            yield from _of_all(
                child,
                resources,
                place,
                depth + 1,
            )


def _of_those(place: str, noun: str, resources: Resources) -> Iterator[RecordFigure]:
    """Yield how many records there are that a noun names."""
    for resource in _kept(resources):
        called = singular(resource.name)
        if bare(called) == noun:
            yield RecordFigure(place, resource.name)


def _field_of(spelled: str, resource: Resource) -> str | None:
    """Return the property of a bare name."""
    for field in resource.record.properties:
        if bare(field) == spelled:
            return field
    return None


def _without(spelled: str, *words: str) -> str:
    """Return a name without the words that say that it counts or adds."""
    for word in words:
        spelled = spelled.removeprefix(word).removesuffix(word)
    return spelled
