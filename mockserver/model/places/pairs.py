"""Find records that are known by their owner and their name: the spots of a document in, those with
what makes and lists such records elsewhere among them out.

    GET, DELETE   /kites/{owner}/{kite}     one, by two names
    GET, POST     /clubs/{club}/kites       makes and lists those whose owner is a club
    GET           /users/{user}/kites       lists those whose owner is a user
    GET, POST     /user/kites               makes and lists those of who calls

What the semantics name stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from mockserver.model.envelopes import many_envelope, one_envelope
from mockserver.model.paths import (
    bare,
    key_parameter,
    parameter_names,
    segments,
    singular,
    whole_parameter,
)
from mockserver.model.places.links import GENERIC
from mockserver.model.places.survey import Spot, add_place
from mockserver.model.types import DescribedSchema
from mockserver.model.types.relation import CALLER
from mockserver.model.types.schema import NO_SCHEMA

NAMES = ("name", "slug")
"""Properties by which a record may be called below its owner, the best first."""

LEAST_ALIKE = 2
"""Properties that records of the same kind have in common, at least."""
WHO_CALLS = frozenset({"user", "me", "self"})
"""Words of paths that stand for who calls."""
OWNER_NAMES = ("login", "username", "slug", "name")
"""Properties of an owner by which it is called, the best first."""


def with_pairs(spots: Mapping[str, Spot], declared: Collection[str]) -> dict[str, Spot]:
    """Return the spots, with those that make or list what has an owner and a name moved to the one
    that shows them.
    """
    kept = dict(spots)
    for path, home in spots.items():
        name = None if path in declared else _name_of_pair(home)
        if name is None:
            continue
        below = [spot for spot in spots.values() if spot.path not in declared]
        below = [spot for spot in below if _is_below_owner(spot, home)]
        if not any("POST" in spot.on_collection for spot in below):
            continue
        home.named_by = name
        for spot in below:
            _lodge(spot, home)
            kept.pop(spot.path, None)
    return kept


def _name_of_pair(spot: Spot) -> str | None:
    """Return the property that is the second name of what a path shows by two, None where it shows
    no such thing: `name` of /kites/{owner}/{kite}.
    """
    *_, before, last = ("", "", *segments(spot.path))
    reads = spot.on_item.get("GET")
    if whole_parameter(last) is None or reads is None or "POST" in spot.on_collection:
        return None
    called = bare(singular(before))
    param = bare(key_parameter(reads.path) or "")
    fields = _shown(spot).properties
    for name in NAMES:
        is_meant = param in (called, name, f"{called}{name}")
        if is_meant and name in fields and len(parameter_names(spot.path)) == 1:
            return name
    return None


def _is_below_owner(spot: Spot, home: Spot) -> bool:
    """Tell whether all that there is at a path makes or lists, below one parameter or a word for
    who calls, what a home shows.
    """
    *_, owner, last = ("", "", *segments(spot.path))
    *_, called, _ = ("", "", *segments(home.path))
    is_near = whole_parameter(owner) is not None or bare(owner) in WHO_CALLS
    if spot is home or last != called or not is_near or len(parameter_names(spot.path)) > 1:
        return False
    if _is_by_number(spot):
        return False
    if spot.on_item or spot.others or not spot.on_collection.keys() <= {"GET", "POST"}:
        return False
    wanted = _shown(home)
    return all(_is_alike(shown, wanted) for shown in _shown_at(spot))


def _is_alike(shown: DescribedSchema, wanted: DescribedSchema) -> bool:
    """Tell whether two schemas are of the same records: they have the same name, or most of the
    properties, among them the name by which a record is called.
    """
    if shown.name and shown.name == wanted.name:
        return True
    mine, theirs = shown.properties.keys(), wanted.properties.keys()
    both = mine & theirs
    if both.isdisjoint(NAMES) or len(both) < LEAST_ALIKE:
        return False
    smaller = min(len(mine), len(theirs))
    return 4 * len(both) >= 3 * smaller


def _is_by_number(spot: Spot) -> bool:
    """Tell whether a path names what its records are below by an id, which is no name of an
    owner.
    """
    for place in spot.places:
        for parameter in place.operation.parameters_in("path"):
            if bare(parameter.name) in GENERIC or parameter.schema.type == "integer":
                return True
    return False


def _shown_at(spot: Spot) -> list[DescribedSchema]:
    """Return the schemas of the records that are made and listed at a path."""
    found = []
    for method, place in spot.on_collection.items():
        schema = place.operation.success_schema()
        many = many_envelope(schema, spot.name) if method == "GET" else None
        if many is not None:
            schema = many[1]
        record = one_envelope(schema, spot.name, None)[1]
        found.append(record)
    return found


def _shown(home: Spot) -> DescribedSchema:
    """Return the schema of the record that is read."""
    reads = home.on_item.get("GET")
    if reads is None:
        return NO_SCHEMA
    schema = reads.operation.success_schema()
    return one_envelope(schema, home.name, None)[1]


def _lodge(spot: Spot, home: Spot) -> None:
    """Give the operations of a path to a home, with its parameter for the owner there."""
    (owner,) = parameter_names(home.path)
    param = next(iter(parameter_names(spot.path)), CALLER)
    home.links[spot.path] = {}
    home.owners[param] = owner
    for place in spot.places:
        moved = replace(place, collection=home.path)
        add_place(home, moved)


def owner_place(owner: str, fields: Mapping[str, DescribedSchema]) -> str | None:
    """Return the property that holds the name of an owner, dotted where it is in an object; None
    where there is none.
    """
    held = fields.get(owner, NO_SCHEMA)
    if held.own_type == "string":
        return owner
    for name in OWNER_NAMES:
        if held.properties.get(name, NO_SCHEMA).own_type == "string":
            return f"{owner}.{name}"
    return None
