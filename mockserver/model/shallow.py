"""Bring items home whose path is not below that of their collection: spots in, fewer spots out.

POST /sites/{site_id}/builds makes what GET /builds/{build_id} reads: the parent is named once,
where a thing is made, and its key is enough from then on. Such items are those of the collection
whose name and properties are theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockserver.model.declared import Spec, properties, success_schema
from mockserver.model.envelopes import many_envelope, one_envelope
from mockserver.model.paths import (
    bare,
    canonical,
    parameter_names,
    segments,
    singular,
    whole_parameter,
)
from mockserver.model.survey import Place, Spot, is_collection


def bring_home(spec: Spec, spots: Mapping[str, Spot], declared: set[str]) -> dict[str, Spot]:
    """Return the spots; those of shallow items alone are gone, unless the semantics name them."""
    kept = dict(spots)
    for spot in spots.values():
        homes = (
            [] if _stands_alone(spot) or spot.path in declared else list(_homes(spec, spot, spots))
        )
        makers = [home for home in homes if "POST" in home.on_collection]
        home = (
            (makers if len(makers) == 1 else homes)[:1]
            if len(makers) == 1 or len(homes) == 1
            else []
        )
        if home:
            _move(spot, home[0])
            del kept[spot.path]
    return kept


def _stands_alone(spot: Spot) -> bool:
    """Tell whether items are made or listed where they are, or are none."""
    return not spot.on_item or bool(spot.on_collection)


def _homes(spec: Spec, spot: Spot, spots: Mapping[str, Spot]) -> Iterator[Spot]:
    """Yield the collections that the items of a spot may be from: below one more parent, of the
    same things.
    """
    steps = segments(spot.path)
    within = steps[
        : 1 + max((at for at, step in enumerate(steps) if parameter_names(step)), default=-1)
    ]
    for other in spots.values():
        deeper = len(parameter_names(other.path)) > len(parameter_names(spot.path))
        if (
            deeper
            and segments(other.path)[: len(within)] == within
            and _is_named_alike(spot, other)
            and is_collection(spec, other)
            and _is_alike(spec, spot, other)
        ):
            yield other


def _is_named_alike(spot: Spot, other: Spot) -> bool:
    """Tell whether two spots are about the same things: /builds and /sites/{id}/builds, /rows and
    /rows/table/{id}.
    """
    mine, theirs = segments(spot.path), segments(other.path)
    if theirs and whole_parameter(theirs[-1]):
        return theirs[:-2] == mine
    return bare(singular(spot.name)) == bare(singular(other.name))


def _is_alike(spec: Spec, spot: Spot, other: Spot) -> bool:
    """Tell whether what is read at one spot has at least half of the properties of what the other
    shows.
    """
    read = spot.on_item.get("GET")
    mine = _shown(spec, read, spot.name) if read else set()
    for place in (
        other.on_item.get("GET"),
        other.on_collection.get("POST"),
        other.on_collection.get("GET"),
    ):
        theirs = _shown(spec, place, other.name) if place else set()
        if mine and theirs:
            return 2 * len(mine & theirs) >= min(len(mine), len(theirs))
    return True


def _shown(spec: Spec, place: Place, name: str) -> set[str]:
    schema: Any = success_schema(place.operation)
    many = many_envelope(spec, schema, name) if place.method == "GET" and not place.item else None
    return set(properties(spec, one_envelope(spec, many[1] if many else schema, name, None)[1]))


def _move(spot: Spot, home: Spot) -> None:
    for place in (*spot.on_item.values(), *spot.others):
        moved = replace(place, collection=home.path)
        if home.on_item.setdefault(place.method, moved) is not moved:
            home.others.append(moved)
    home.shallow.append(canonical(spot.path))
