"""Find the verbs that count once, however often they are called: operations in, each with the turn
that it takes, and resources that keep it.

    PUT, DELETE   /photos/{id}/like       like_count +1, -1     a photo is liked, or it is not
    POST          /photos/{id}/view       view_count +1         each view counts

Where a flag tells whether it is done (`liked`), that is asked; else a property that never leaves
the server is. A verb is done once where another one takes it back, and where its method says so
(RFC 9110 section 9.2.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mockserver.model.types import Increase, Operation, Resource, Stamp, VerbTurn

Operations = tuple[Operation, ...]
Resources = Mapping[str, Resource]


def with_turns(
    operations: Operations,
    resources: Resources,
) -> tuple[Operations, dict[str, Resource]]:
    """Return the operations with the turns that they take, and the resources that keep those."""
    kept = dict(resources)
    found = []
    for operation in operations:
        turn = _turn(operation, operations)
        resource = kept.get(operation.resource or "")
        if turn is None or resource is None:
            found.append(operation)
            continue
        hidden = resource.hidden | {turn.field}
        kept[resource.name] = replace(resource, hidden=hidden)
        found.append(replace(operation, turn=turn))
    return tuple(found), kept


def _turn(
    operation: Operation,
    operations: Sequence[Operation],
) -> VerbTurn | None:
    """Return the turn that an operation takes, None where it counts each time or a flag tells."""
    counts: dict[str, int] = {}
    for name, value in operation.sets.items():
        if isinstance(value, Increase):
            counts[name] = value.by
        elif not isinstance(value, Stamp):
            return None
    for name, by in counts.items():
        is_safe_again = operation.method in ("PUT", "DELETE")
        if is_safe_again or _is_taken_back(name, by, operation, operations):
            return VerbTurn(f"$turn_{name}", by > 0)
    return None


def _is_taken_back(
    name: str,
    by: int,
    operation: Operation,
    operations: Sequence[Operation],
) -> bool:
    """Tell whether another operation counts the other way."""
    for other in operations:
        if other.resource != operation.resource:
            continue
        value = other.sets.get(name)
        if isinstance(value, Increase) and value.by == -by:
            return True
    return False
