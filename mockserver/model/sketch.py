"""Sketch a resource as the document alone shows it: its spot in, its record and what requests carry
of it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.model.atlas import Atlas
from mockserver.model.declared import (
    Spec,
    flattened,
    is_array,
    properties,
    request_schema,
    success_schema,
)
from mockserver.model.envelopes import many_envelope, one_envelope, request_envelope
from mockserver.model.paths import bare, key_parameter
from mockserver.model.survey import Place, Spot, is_singleton


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the document shows of a resource: its spot, its record and what requests carry of it."""

    spot: Spot | None
    schema: Mapping[str, Any]
    fields: Mapping[str, Mapping[str, Any]]
    sent: Mapping[str, Any]
    carried: Mapping[str, Mapping[str, Any]]

    @property
    def has_items(self) -> bool:
        return self.spot is not None and bool(self.spot.on_item)

    @property
    def writable(self) -> frozenset[str]:
        """The properties that some request carries."""
        return frozenset(name for name, child in self.carried.items() if not child.get("readOnly"))


def sketch(name: str, atlas: Atlas) -> Sketch:
    path = atlas.paths.get(name)
    spot = atlas.spots.get(path) if path else None
    told = key_parameter(spot.item_path) if spot and spot.item_path else None
    schema = record_schema(atlas.spec, spot, name, atlas.declared.get(name, {}).get("key") or told)
    fields = properties(atlas.spec, schema)
    sent = [sent_record(atlas.spec, place, name, fields) for place in writes_on(spot)]
    carried = {
        field: child
        for each in reversed(sent)
        for field, child in properties(atlas.spec, each).items()
    }
    return Sketch(spot, schema, fields, sent[0] if sent else {}, carried)


def record_schema(spec: Spec, spot: Spot | None, name: str, key: str | None) -> dict[str, Any]:
    """Return the schema of a stored record: that of a read, else of a list, a create, or of what is
    sent.
    """
    if spot is None:
        return {}
    read = [
        _read_record(spec, spot, place, name, key)
        for place in (spot.on_item.get("GET"), spot.on_collection.get("GET"))
    ]
    found = [flattened(spec, record) for record in read if properties(spec, record)]
    if found:
        return _with_properties(spec, found[0], found[-1])
    for place in writes_on(spot):
        record = one_envelope(spec, success_schema(place.operation), name, key)[1]
        if _is_record(spec, record, sent_record(spec, place, name, {})):
            return flattened(spec, record)
    sent = [sent_record(spec, place, name, {}) for place in writes_on(spot)]
    return dict(next((each for each in sent if each.get("properties")), {}))


def _read_record(spec: Spec, spot: Spot, place: Place | None, name: str, key: str | None) -> Any:
    """Return the schema of the record that a GET shows, of one of the records where it lists
    them.
    """
    if place is None:
        return {}
    schema = success_schema(place.operation)
    listed = not place.item and not is_singleton(spec, spot)
    many = many_envelope(spec, schema, name) if listed else None
    return (
        one_envelope(spec, many[1] if many else schema, name, key)[1] if many or not listed else {}
    )


def _with_properties(spec: Spec, one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a read with what a list alone shows of the same records."""
    mine, theirs = properties(spec, one), properties(spec, other)
    if not mine.keys() & theirs.keys():
        return one
    return {**one, "properties": {**theirs, **mine}}


def _is_record(spec: Spec, schema: Any, sent: Any) -> bool:
    """Tell whether the reply to a write is the record: it shows something of what was sent, or its
    id.
    """
    fields = properties(spec, schema)
    return bool(fields.keys() & properties(spec, sent).keys()) or any(
        bare(name) == "id" for name in fields
    )


def writes_on(spot: Spot | None) -> list[Place]:
    """Return the operations that send a record, creates first."""
    if spot is None:
        return []
    item = [spot.on_item.get(method) for method in ("PUT", "PATCH", "POST")]
    places = [spot.on_collection.get("POST"), *item, *map(spot.on_collection.get, ("PUT", "PATCH"))]
    return [place for place in places if place is not None]


def sent_record(spec: Spec, place: Place, name: str, known: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of the record that a request sends, without its envelope; of one, where it
    sends many.
    """
    schema: Any = request_schema(place.operation)
    wrapper = request_envelope(spec, schema, name, known.keys())
    if wrapper:
        schema = properties(spec, schema)[wrapper]
    if is_array(spec, schema):
        schema = flattened(spec, schema).get("items", {})
    return flattened(spec, schema)
