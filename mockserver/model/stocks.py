"""Settle which collections begin with records: resources and operations in, resources out.

    GET /projects/{id}/files     and nothing makes files

Records that nothing makes and that are listed all the same are *given*: each collection of them
begins with those that the document shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
            found[name] = resource
        elif name in kinds:
            is_given = MAKING.isdisjoint(kinds[name])
            found[name] = replace(resource, given=is_given)
    return found
