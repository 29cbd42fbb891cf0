"""Settle which collections begin with records: resources and operations in, resources out.

    GET /projects/{id}/files     and nothing makes files

Records that nothing makes and that are listed all the same are *given*: each collection of them
begins with those that the document shows. What nothing makes a client can but name, so each that a
path names above others is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from mockserver.model.atlas import Atlas
from mockserver.model.listings import is_listing
from mockserver.model.types import Kind, Operation, Resource

MAKING = frozenset({Kind.CREATE, Kind.UPSERT})


def with_given(
    resources: Mapping[str, Resource], operations: Iterable[Operation], atlas: Atlas
) -> dict[str, Resource]:
    """Return the resources, given those that nothing makes; without those that are listed by no
    operation in the end.
    """
    kinds: dict[str, set[Kind]] = {}
    for operation in operations:
        known = kinds.setdefault(operation.resource or "", set())
        known.add(operation.kind)
    found = {}
    for name, resource in resources.items():
        spot = atlas.spot_of(name)
        is_listed = spot is not None and is_listing(spot)
        known = kinds.get(name, set())
        if is_listed and not known:
            continue
        is_named = name not in atlas.declared and MAKING.isdisjoint(known)
        is_given = is_named and (is_listed or _is_read_alone(resource, known))
        found[name] = replace(resource, given=resource.given or is_given, named=is_named)
    return found


def _is_read_alone(resource: Resource, kinds: AbstractSet[Kind]) -> bool:
    """Tell whether a collection below no parent is listed."""
    is_plain = resource.key is not None and not resource.split
    return is_plain and Kind.LIST in kinds
