"""Go down into schemas by the names that a change has for its place: a schema and a path in, the
schema there out.
"""

from __future__ import annotations

from collections.abc import Sequence

from contracts.changes.shape import shape_of
from contracts.changes.types import Spot
from contracts.changes.walk import ANY
from contracts.openapi import Spec
from mockserver.model.schema.schemas import Direction


def below(
    spec: Spec, spot: Spot, path: Sequence[str], direction: Direction, depth: int = 0
) -> Spot | None:
    """Return the schema at a path, in whichever alternative has it; None where there is none."""
    if not path:
        return spot
    shape = shape_of(spec, spot, direction)
    inner = {**shape.withheld, **shape.properties}.get(path[0])
    if path[0] == ANY:
        inner = shape.items or (shape.additional if isinstance(shape.additional, Spot) else None)
    if inner is not None:
        return below(spec, inner, path[1:], direction, depth)
    alternatives = (
        [each for choice in shape.choices for each in choice.alternatives] if depth < 4 else []
    )
    found = (below(spec, each, path, direction, depth + 1) for each in alternatives)
    return next((each for each in found if each is not None), None)
