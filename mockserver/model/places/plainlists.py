"""Find the lists of plain values: the spots of a document in, those at which one is kept whole
marked out.

    GET, PUT    /articles/{id}/tags            ["news", "art"]
    POST        /articles/{id}/tags            adds to it
    DELETE      /articles/{id}/tags/{tag}      takes one away

    GET, PUT    /repos/{name}/topics           {names: ["api"]}

Such a list is one thing, in the order in which it was sent, and no collection of records: its
values have nothing but themselves. Where one of them can be named by a path, or words say that none
is there twice, none is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from mockserver.model.keys import CONTENT
from mockserver.model.paths import is_item, key_parameter
from mockserver.model.places.survey import Place, Spot, parent_path, writes_many
from mockserver.model.types import DescribedSchema, ValueChange, ValueList

VALUES = frozenset({"string", "integer", "number"})
"""Types of the values of a list."""
ONCE = re.compile(r"\b(unique|distinct|de-?duplicat|no duplicates?|a set of)", re.I)
"""Words for a list in which nothing is twice."""


def with_value_lists(spots: Mapping[str, Spot], declared: Collection[str]) -> Mapping[str, Spot]:
    """Return the spots, those at which a list of plain values is kept marked."""
    for path, spot in spots.items():
        if path not in declared:
            spot.values = _value_list(spot)
    return spots


def listed_values(schema: DescribedSchema) -> tuple[str, DescribedSchema] | None:
    """Return the property that holds a list of plain values, and the schema of that list; None
    where a body is nothing but such a list in no other way: ["a"], {names: ["a"]}.
    """
    if _holds_values(schema):
        return CONTENT, schema
    fields = schema.properties
    if len(fields) != 1:
        return None
    ((name, child),) = fields.items()
    return (name, child) if _holds_values(child) else None


def _holds_values(schema: DescribedSchema) -> bool:
    return schema.is_array and schema.items.own_type in VALUES


def _value_list(spot: Spot) -> ValueList | None:
    is_below = is_item(parent_path(spot.path)) and "POST" in spot.on_collection
    if not (is_below or writes_many(spot)):
        return None
    shown = _shown(spot)
    if shown is None or not all(map(_sends_values, spot.on_collection.values())):
        return None
    if not all(map(_names_value, spot.on_item.values())):
        return None
    field, values = shown
    schemas = [values, *_sent_lists(spot)]
    is_set = bool(spot.on_item) or any(map(_has_each_once, schemas))
    return ValueList(field, is_set)


def _shown(spot: Spot) -> tuple[str, DescribedSchema] | None:
    """Return the property that holds the list, and its schema, as it is read; as it is put where
    nothing is read, nor answered, and what is above shows it.
    """
    reads = spot.on_collection.get("GET")
    if reads is not None:
        return listed_values(reads.operation.success_schema())
    puts = spot.on_collection.get("PUT")
    if puts is None or not is_item(parent_path(spot.path)):
        return None
    if puts.operation.success_schema().is_object:
        return None
    sent = listed_values(puts.operation.sent_schema)
    return sent if sent is not None and sent[0] == CONTENT else None


def _sent_lists(spot: Spot) -> Iterator[DescribedSchema]:
    """Yield the schemas of the lists that are sent."""
    for place in spot.on_collection.values():
        found = listed_values(place.operation.sent_schema)
        if found is not None:
            yield found[1]


def _has_each_once(schema: DescribedSchema) -> bool:
    """Tell whether no value is twice in a list."""
    words = str(schema.get("description", ""))
    return bool(schema.get("uniqueItems")) or ONCE.search(words) is not None


def _sends_values(place: Place) -> bool:
    """Tell whether a request sends values alone, several or one, or nothing."""
    if place.operation.request is None:
        return place.method not in ("PUT", "PATCH")
    sent = place.operation.sent_schema
    if listed_values(sent) is not None or sent.own_type in VALUES:
        return True
    if place.method != "POST":
        return False
    fields = list(sent.properties.values())
    return len(fields) == 1 and fields[0].own_type in VALUES


def _names_value(place: Place) -> bool:
    """Tell whether an operation at the path of one value sends and shows nothing more of it."""
    if place.operation.sent_schema.properties:
        return False
    shown = place.operation.success_schema()
    return listed_values(shown) is not None or not shown.properties


def change_at(place: Place, values: ValueList | None) -> ValueChange | None:
    """Return what an operation does to the list of plain values at its place, None where there is
    none.
    """
    if values is None:
        return None
    named = key_parameter(place.path) if place.item else None
    if place.method in ("GET", "HEAD"):
        return ValueChange("look", named)
    word = "put"
    if named is not None or place.method == "POST":
        word = "add"
    if place.method == "DELETE":
        has_values = place.operation.request is not None
        word = "take" if named or has_values else "empty"
    sent = place.operation.sent_schema
    field = next(iter(sent.properties), None)
    return ValueChange(word, named, field)
