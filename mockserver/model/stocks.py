"""Settle which collections begin with records: resources and operations in, resources out.

    GET /projects/{id}/files     and nothing makes files

Records that nothing makes and that are listed all the same are *given*: each collection of them
begins with those that the document shows.
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
        kinds.setdefault(operation.resource or "", set()).add(operation.kind)
    found = {}
    for name, resource in resources.items():
        spot = atlas.spot_of(name)
        if spot is None or not is_listing(spot):
            is_given = _is_read_alone(resource, kinds.get(name, set()), atlas)
            found[name] = replace(resource, given=resource.given or is_given)
        elif name in kinds:
            is_given = MAKING.isdisjoint(kinds[name])
            found[name] = replace(resource, given=is_given)
    return found


def _is_read_alone(resource: Resource, kinds: AbstractSet[Kind], atlas: Atlas) -> bool:
    """Tell whether a collection below no parent is listed, and nothing makes its records."""
    is_plain = resource.key is not None and not resource.split
    is_declared = resource.name in atlas.declared
    return is_plain and not is_declared and Kind.LIST in kinds and MAKING.isdisjoint(kinds)
