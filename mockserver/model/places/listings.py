"""Find the records that are only listed: a spot in, whether its list is one of records out.

GET /projects/{id}/files    {files: [{key, name}]}        records, although nothing makes them
GET /stats/daily            [{day, visits, sales}]        figures
GET /things/{id}/report     {id, tags: [{...}]}           one thing that shows an array
"""

from __future__ import annotations

from dataclasses import replace

from mockserver.model.envelopes import listed_records
from mockserver.model.paths import bare, collection_of, segments
from mockserver.model.places.survey import (
    KEYS,
    SEARCHES,
    Spot,
    is_collection,
    is_count,
    is_singleton,
)
from mockserver.model.types import Described, DescribedSchema

FIGURES = frozenset(
    {
        "aggregate",
        "aggregates",
        "analytics",
        "autocomplete",
        "histogram",
        "insights",
        "metrics",
        "performance",
        "permissions",
        "report",
        "reports",
        "scopes",
        "statistics",
        "stats",
        "suggest",
        "suggestions",
        "summary",
        "timeseries",
        "totals",
        "trends",
        "usage",
        "usages",
    }
)
"""Words of paths that tell figures, or names, and no records."""
NAMES = frozenset({"permissions", "scopes"})
"""Words of paths that list what may be done, which no client makes."""
IDS = frozenset({"id", "uuid", "guid"})
"""What only a record has, and no figure."""
NUMBERS = ("number", "integer")
LINKS = ("id", "key", "code")
"""How properties end that name a record."""


def is_listing(spot: Spot) -> bool:
    """Tell whether a path lists records that nothing makes where it can be seen: GET
    /projects/{id}/files.
    """
    reads = spot.on_collection.get("POST" if is_search(spot) else "GET")
    if spot.declared is not None or reads is None or _takes_records(spot):
        return False
    if is_singleton(spot) or is_count(spot):
        return False
    items = listed_records(reads.operation.success_schema(), spot.name)
    if items is None:
        return False
    names = {bare(name) for name in items.properties}
    has_keys = not names.isdisjoint({*KEYS, "name"})
    words = {bare(step) for step in segments(spot.path)}
    if words & FIGURES:
        return not names.isdisjoint(IDS) and bare(spot.name) not in NAMES
    return has_keys or (_are_records(items) and _asks_or_names(reads.operation, items))


def is_search(spot: Spot) -> bool:
    """Tell whether records are found by POST alone: POST /workspaces/{id}/tasks/search."""
    is_named = segments(spot.path)[-1:] and segments(spot.path)[-1].lower() in SEARCHES
    return bool(is_named) and list(spot.on_collection) == ["POST"]


def _takes_records(spot: Spot) -> bool:
    """Tell whether records are taken where they are listed, or are items of that path."""
    if any(collection_of(place.path) == spot.path for place in spot.on_item.values()):
        return True
    return is_collection(replace(spot, on_item={}))


def _are_records(items: DescribedSchema) -> bool:
    """Tell whether items without a key are records all the same, and no figures."""
    fields = items.properties
    numbers = []
    for name, child in fields.items():
        if child.type in NUMBERS and not bare(name).endswith(LINKS):
            numbers.append(name)
    return len(fields) > 1 and 2 * len(numbers) < len(fields)


def _asks_or_names(operation: Described, items: DescribedSchema) -> bool:
    """Tell whether a list takes parameters, or its items name other records."""
    if operation.parameters_in("query"):
        return True
    return any(bare(name).endswith(LINKS) for name in items.properties)
