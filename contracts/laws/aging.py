"""The law of moments: when a record was created stays, when it was changed goes forward, changes
are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.compare.likeness import moment
from contracts.compare.same import is_same, shown
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.world import World
from contracts.laws.changing import after_change, one_by_one, whole
from contracts.requests.fields import moments_of
from mockserver.lookup import MISSING
from mockserver.model.types import Operation

Record = Mapping[str, Any]


def moments_go_forward(world: World) -> None:
    """Change a record: when it was created stays, when it was changed does not go back, a count of
    changes grows.
    """
    created, updated = moments_of(world.spec, world.maker.operation, world.resource)
    counters = {
        name for name, generator in world.resource.touched.items() if generator == "counter"
    }
    if not created and not updated and not counters:
        raise Untried("no moment of creation or change is shown")
    for operation in world.place.changes:
        world.begin()
        made = whole(world)
        before = world.record(made)
        fields = next(one_by_one(world, operation), {})
        if not world.change(operation, made, fields).succeeded:
            continue
        after = after_change(world, operation, made)
        for name in created & before.keys():
            if not is_same(before[name], after.get(name, MISSING)):
                what = f"{shown(before[name])}, when it was created"
                raise Broken(operation, what, shown(after.get(name, MISSING)), f"/{name}")
        for name in updated & before.keys():
            _check_later(operation, name, before, after, name in world.resource.touched)
        for name in counters & before.keys():
            if is_same(before[name], after.get(name)):
                raise Broken(
                    operation,
                    f"more than {shown(before[name])} changes",
                    shown(after[name]),
                    f"/{name}",
                )


def _check_later(
    operation: Operation, name: str, before: Record, after: Record, touched: bool
) -> None:
    """Hold a moment of change against the one before; it must have moved where it is told to the
    microsecond.
    """
    was, now = moment(before[name]), moment(after.get(name))
    if was is None:
        return
    exact = touched and was.microsecond % 1000 > 0
    if now is None or now < was or (exact and now == was):
        what = f"later than {before[name]}" if exact else f"{before[name]} or later"
        raise Broken(operation, what, shown(after.get(name, MISSING)), f"/{name}")
