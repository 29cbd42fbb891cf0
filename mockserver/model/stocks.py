"""Settle which collections begin with records: resources and operations in, resources out.

    GET /projects/{id}/files     and nothing makes files
    GET /styles/{key}            and nothing makes or lists styles

Records that nothing makes and that are listed all the same are *given*: each collection of them
begins with those that the document shows. So are those that are only read by their keys: the one of
any key is there. What nothing makes a client can but name, so each that a path names above others
is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from mockserver.model.places.atlas import Atlas
from mockserver.model.places.listings import is_listing
from mockserver.model.purpose.kinds import CHANGING
from mockserver.model.types import Kind, Operation, Resource

MAKING = frozenset({Kind.CREATE, Kind.UPSERT})
TELLING = MAKING | {Kind.LIST, Kind.VIEW}


def with_given(
    resources: Mapping[str, Resource], operations: Iterable[Operation], atlas: Atlas
) -> dict[str, Resource]:
    """Return the resources, given those that nothing makes; without those that are listed by no
    operation in the end.
    """
    kinds: dict[str, set[Kind]] = {}
    changed: set[str] = set()
    for operation in operations:
        name = operation.resource or ""
        known = kinds.setdefault(name, set())
        known.add(operation.kind)
        if operation.kind in CHANGING and not operation.sets:
            changed.add(name)
    found = {}
    for name, resource in resources.items():
        if resource.revises is not None:
            found[name] = resource
            continue
        spot = atlas.spot_of(name)
        are_links = resource.stands_for is not None
        is_listed = spot is not None and is_listing(spot) and not are_links
        known = kinds.get(name, set())
        if is_listed and not known:
            continue
        is_named = name not in atlas.declared and MAKING.isdisjoint(known)
        may_be_by_key = is_named and not is_listed and name not in changed
        by_key = may_be_by_key and _is_by_key(resource, known)
        is_given = is_named and (is_listed or by_key or _is_read_alone(resource, known))
        given = resource.given or is_given
        found[name] = replace(resource, given=given, by_key=by_key, named=is_named)
    return found


def _is_by_key(resource: Resource, kinds: AbstractSet[Kind]) -> bool:
    """Tell whether records are read by the keys that they have, and neither made nor listed, nor
    changed but by verbs.
    """
    if resource.key not in resource.record.properties:
        return False
    is_told = not kinds.isdisjoint(TELLING)
    return Kind.READ in kinds and not is_told


def _is_read_alone(resource: Resource, kinds: AbstractSet[Kind]) -> bool:
    """Tell whether a collection below no parent is listed."""
    is_plain = resource.key is not None and not resource.split
    return is_plain and Kind.LIST in kinds
