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

from mockserver.model.paths import bare, canonical, segments, singular
from mockserver.model.search.roles import COUNTS
from mockserver.model.types import DescribedSchema, Figure, FigureWay, Kind, Operation, Resource

TELLING = frozenset({"stats", "statistics", "summary", "totals", "counts", "overview", "metrics"})
"""Last words of paths that tell figures."""
NUMBERS = ("integer", "number")
DEEPEST = 2
"""Objects inside each other whose numbers are looked at."""

Resources = Mapping[str, Resource]


def with_figures(operations: tuple[Operation, ...], resources: Resources) -> tuple[Operation, ...]:
    """Return the operations, with what those without state tell of records in numbers."""
    found = []
    for operation in operations:
        figures = tuple(_figures(operation, resources))
        found.append(replace(operation, figures=figures) if figures else operation)
    return tuple(found)


def _figures(operation: Operation, resources: Resources) -> Iterator[Figure]:
    """Yield what an operation tells in numbers."""
    *above, last = segments(operation.path) or [""]
    is_plain = operation.kind is Kind.STATELESS and operation.reason != "declared"
    if operation.method != "GET" or not is_plain or bare(last) not in TELLING:
        return
    shown = operation.described.success_schema(operation.success)
    home = _resource_at("/" + "/".join(above), resources)
    if home is not None:
        yield from _of_one(shown, home, "", 0)
    elif not above or not resources.keys() & set(above):
        yield from _of_all(shown, resources, "", 0)


def _resource_at(path: str, resources: Resources) -> Resource | None:
    """Return the resource whose collection is at a path."""
    for resource in resources.values():
        is_kept = resource.key is not None and bool(resource.writable)
        if is_kept and resource.path and canonical(resource.path) == canonical(path):
            return resource
    return None


def _of_one(shown: DescribedSchema, resource: Resource, above: str, depth: int) -> Iterator[Figure]:
    """Yield the numbers that tell of the records of one resource."""
    for name, child in shown.properties.items():
        place = f"{above}.{name}" if above else name
        if child.type in NUMBERS:
            figure = _figure(place, name, child, resource)
            if figure is not None:
                yield figure
        elif child.additional is not None and child.additional.type in NUMBERS:
            field = _field_of(bare(name).removeprefix("by"), resource)
            if field is not None:
                yield Figure(place, resource.name, FigureWay.EACH, field)
        elif depth < DEEPEST:
            yield from _of_one(child, resource, place, depth + 1)


def _figure(place: str, name: str, child: DescribedSchema, resource: Resource) -> Figure | None:
    """Return what one number tells of the records of a resource."""
    spelled = bare(name)
    fields = resource.record.properties
    is_whole = child.type == "integer"
    summed = _field_of(spelled, resource) or _field_of(_without(spelled, "total", "sum"), resource)
    if summed is not None and fields[summed].type in NUMBERS and summed != resource.key:
        return Figure(place, resource.name, FigureWay.SUM, summed)
    nouns = {bare(resource.name), bare(singular(resource.name))}
    stem = _without(spelled, "total", "count", "num", "numberof")
    if is_whole and (spelled in COUNTS or stem in nouns):
        return Figure(place, resource.name)
    for field, schema in fields.items() if is_whole else ():
        for option in schema.get("enum") or ():
            if bare(str(option)) in (spelled, stem):
                return Figure(place, resource.name, field=field, value=option)
        if schema.type == "boolean" and bare(field).removeprefix("is") in (spelled, stem):
            return Figure(place, resource.name, field=field, value=True)
    return None


def _of_all(
    shown: DescribedSchema, resources: Resources, above: str, depth: int
) -> Iterator[Figure]:
    """Yield the numbers that tell how many records a resource has."""
    for name, child in shown.properties.items():
        place = f"{above}.{name}" if above else name
        stem = singular(_without(bare(name), "total", "count", "num", "numberof"))
        for resource in resources.values() if child.type == "integer" else ():
            is_kept = resource.key is not None and bool(resource.writable)
            if is_kept and bare(singular(resource.name)) == stem:
                yield Figure(place, resource.name)
        if depth < DEEPEST:
            yield from _of_all(child, resources, place, depth + 1)


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
