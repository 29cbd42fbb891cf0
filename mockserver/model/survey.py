"""Survey a document's paths: which of them are collections, items, counts and singletons, and of
what.

A collection is known by its canonical path (no trailing slash). An item path is the collection's
path and a parameter. What shares a canonical collection path is about one resource, unless the
semantics say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.model.declared import (
    Spec,
    is_array,
    operations,
    properties,
    request_schema,
    success_schema,
)
from mockserver.model.envelopes import many_envelope
from mockserver.model.paths import (
    bare,
    canonical,
    collection_of,
    is_item,
    is_version,
    literals,
    segments,
)

COLLECTION, SINGLETON = "collection", "singleton"
KEYS = frozenset({"id", "uuid", "key", "code", "sku", "guid"})
"""Names by which a record that is sent among others may say which one it is."""


@dataclass(frozen=True, slots=True)
class Place:
    """One operation and where it is: its path, and the canonical path of its collection."""

    path: str
    method: str
    operation: Mapping[str, Any]
    collection: str
    item: bool

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(slots=True)
class Spot:
    """A canonical collection path with the operations on it and on its items.

    `declared` is what the semantics say that it is: a collection, a singleton, or nothing. `others`
    are operations whose method has a place already, as /things/{id} and /things/by/{name}.json
    have. `shallow` are the canonical paths without the last parents under which its items are too,
    see `shallow`.
    """

    path: str
    declared: str | None = None
    on_collection: dict[str, Place] = field(default_factory=dict)
    on_item: dict[str, Place] = field(default_factory=dict)
    others: list[Place] = field(default_factory=list)
    shallow: list[str] = field(default_factory=list)

    @property
    def item_path(self) -> str | None:
        """The path of an item, None when the document has none."""
        return next((place.path for place in self.on_item.values()), None)

    @property
    def own_path(self) -> str:
        """The path that tells what this is about: of /rows/table/{table_id} that of its items,
        /rows/{row_id}.
        """
        return self.shallow[0] if self.shallow and is_item(self.path) else self.path

    @property
    def name(self) -> str:
        """The last fixed segment of the path that is no version: /users/v1 is about users."""
        fixed = literals(self.own_path)
        return next(
            (step for step in reversed(fixed) if not is_version(step)),
            fixed[-1] if fixed else "root",
        )


def survey(spec: Spec) -> dict[str, Spot]:
    """Return every canonical collection path with its operations, in the order of the document."""
    spots: dict[str, Spot] = {}
    lists = _listed_by_parameter(spec)
    for path, method, operation in operations(spec):
        is_list = canonical(path) in lists
        collection = canonical(path) if is_list else collection_of(path)
        place = Place(path, method, operation, collection, is_item(path) and not is_list)
        spot = spots.setdefault(collection, Spot(collection))
        kept = (spot.on_item if place.item else spot.on_collection).setdefault(method, place)
        if kept is not place:
            spot.others.append(place)
    return spots


def _listed_by_parameter(spec: Spec) -> set[str]:
    """Return the paths that end in a parameter and are collections all the same: they list, and
    have items.

    /rows/table/{table_id} with /rows/table/{table_id}/{row_id} or with /rows/{row_id}
    """
    methods: dict[str, dict[str, Mapping[str, Any]]] = {}
    for path, method, operation in operations(spec):
        methods.setdefault(canonical(path), {})[method] = operation
    above = {collection_of(path) for path in methods if is_item(path)}
    beside = {
        path
        for path in methods
        if parent_path(collection_of(path)) in above and "GET" in methods[path]
    }
    return {
        path
        for path in (above | beside) & methods.keys()
        if is_item(path) and _lists(spec, methods[path])
    }


def _lists(spec: Spec, methods: Mapping[str, Mapping[str, Any]]) -> bool:
    if "GET" not in methods:
        return "POST" in methods
    schema = success_schema(methods["GET"])
    has_key = any(
        name.lower() in ("id", "uuid", "key", "name") for name in properties(spec, schema)
    )
    return is_array(spec, schema) or (not has_key and many_envelope(spec, schema, "") is not None)


def is_singleton(spec: Spec, spot: Spot) -> bool:
    """Tell whether a path is one thing: read and written in place, without items or a list."""
    if spot.declared is not None:
        return spot.declared == SINGLETON
    reads = spot.on_collection.get("GET")
    if spot.on_item or reads is None or not {"PUT", "PATCH"} & spot.on_collection.keys():
        return False
    return not is_array(spec, success_schema(reads.operation)) and not is_collection(spec, spot)


def is_collection(spec: Spec, spot: Spot) -> bool:
    """Tell whether records live here: there are items, or what is listed is posted, or put with its
    keys.
    """
    if spot.declared is not None:
        return spot.declared == COLLECTION
    if spot.on_item:
        return True
    reads = spot.on_collection.get("GET")
    if reads is None or not ("POST" in spot.on_collection or takes_keyed(spec, spot)):
        return False
    return many_envelope(spec, success_schema(reads.operation), spot.name) is not None


def takes_keyed(spec: Spec, spot: Spot) -> bool:
    """Tell whether a PUT or a PATCH on a collection takes things that carry their keys."""
    return any(
        carries_keys(spec, place)
        for name, place in spot.on_collection.items()
        if name in ("PUT", "PATCH")
    )


def carries_keys(spec: Spec, place: Place) -> bool:
    """Tell whether what is sent are things that carry their keys: [{"id": 1, ...}, ...]."""
    many = many_envelope(spec, request_schema(place.operation), "")
    return many is not None and any(bare(name) in KEYS for name in properties(spec, many[1]))


def is_count(spec: Spec, spot: Spot) -> bool:
    """Tell whether a path answers with how many there are: it ends in `count` and gives a
    number.
    """
    reads = spot.on_collection.get("GET")
    if reads is None or segments(spot.path)[-1:] not in (["count"], ["_count"], ["$count"]):
        return False
    schema = success_schema(reads.operation)
    names = {name.lower() for name in properties(spec, schema)}
    return not names or bool(names & {"count", "total", "data"})


def parent_path(path: str) -> str:
    """Return the canonical path without its last segment."""
    return canonical("/".join(segments(path)[:-1]))
