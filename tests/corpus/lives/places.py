"""Find the places of a document where records are made and read: the collection and its items, by
the shape of their paths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.openapi import Spec, operations
from mockserver.model.paths import canonical, collection_of, is_item, key_parameter
from mockserver.model.report.explain import is_stateful
from mockserver.model.types import Kind, Model

RESOURCE = frozenset({Kind.LIST, Kind.READ, Kind.CREATE, Kind.REPLACE, Kind.MERGE, Kind.UPSERT})
"""Kinds by which `explain` says that there is a resource at a path."""


@dataclass(frozen=True, slots=True)
class Place:
    """A collection and its items: the paths as the document writes them, and the methods there."""

    collection: str
    on_collection: Mapping[str, str]
    on_item: Mapping[str, str]
    """The path of each method: some documents write one place in two ways."""

    @property
    def key_param(self) -> str | None:
        path = next(iter(self.on_item.values()), None)
        return None if path is None else key_parameter(path)


def places_of(spec: Spec) -> dict[str, Place]:
    """Return every place of a document by the path of its collection."""
    collections: dict[str, dict[str, str]] = {}
    items: dict[str, dict[str, str]] = {}
    for path, method, _ in operations(spec):
        if "?" in path:
            continue
        found = items if is_item(path) else collections
        at = found.setdefault(collection_of(path), {})
        at.setdefault(method, path)
    return {
        path: Place(path, collections.get(path, {}), items.get(path, {}))
        for path in sorted({*collections, *items}, key=lambda path: (path.count("/"), path))
    }


def is_made(place: Place) -> bool:
    """Tell whether a client can make records there and ask for one by its key."""
    return "POST" in place.on_collection and bool(place.on_item)


def stateful_places(model: Model) -> tuple[dict[str, Place], list[str]]:
    """Return the places that `explain` calls stateful, and those that it should have: what takes a
    POST, and whose items can be read.
    """
    places = places_of(model.document.spec)
    told = set()
    for each in model.operations:
        if is_stateful(each) and each.kind in RESOURCE:
            path = each.path
            told.add(collection_of(path) if is_item(path) else canonical(path))
    stateful = {path: place for path, place in places.items() if path in told and place.on_item}
    missed = [
        path
        for path, place in places.items()
        if path not in told and is_made(place) and "GET" in place.on_item
    ]
    return stateful, missed
