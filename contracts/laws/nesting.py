"""Values below the surface of a record: a record that can be sent in, the same with one inner
scalar changed out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, zip_longest
from typing import Any

from contracts.compare.scalars import is_identical
from contracts.laws.bench.alternatives import alternative
from contracts.laws.bench.world import World
from contracts.openapi import flattened, properties
from contracts.requests.drafts import Record
from contracts.requests.fields import SCALARS, Schema, kind_of, sendable, values
from contracts.requests.samples import writable
from mockserver.lookup import MISSING
from mockserver.model.types import Operation

Steps = tuple[str | int, ...]
MOST = 12
"""Changes of one record at most."""
MOST_VALUES = 4
"""Values of one inner scalar at most."""
DEEPEST = 3


def nested(world: World, operation: Operation, record: Record) -> Iterator[dict[str, Any]]:
    """Yield properties of a record in which one scalar of an object or of an array's first item is
    another one.

    Each scalar is changed once before any is changed again.
    """
    spec, supply = world.spec, world.visit.drafts.supply
    every: list[list[dict[str, Any]]] = []
    for name, schema in sendable(spec, operation, world.resource).items():
        if kind_of(flattened(spec, schema)) in SCALARS:
            continue
        base = _base(world, schema, record.get(name), name)
        for steps, child in _leaves(world, schema, base, (), 0):
            old = _at(base, steps)
            told = str(steps[-1] if isinstance(steps[-1], str) else name)
            found = [
                each for each in values(spec, child, told, supply) if not is_identical(each, old)
            ]
            every.append([{name: _put(base, steps, each)} for each in found[:MOST_VALUES]])
    turns = (change for turn in zip_longest(*every) for change in turn if change is not None)
    yield from islice(turns, MOST)


def _base(world: World, schema: Schema, value: Any, name: str) -> Any:
    """Return an object or an array with an item, as it is sent or else as it is made from its
    schema.
    """
    supply, flat = world.visit.drafts.supply, flattened(world.spec, schema)
    if isinstance(value, Mapping | list) and value:
        return value
    made = supply.value(schema, f"laws/nested/{name}")
    if made in ([], MISSING, None) and "items" in flat:
        item = supply.value(flat["items"], f"laws/nested/{name}/0")
        made = MISSING if item is MISSING else [item]
    return writable(world.spec, schema, made)


def _leaves(
    world: World, schema: Schema, value: Any, steps: Steps, depth: int
) -> Iterator[tuple[Steps, Schema]]:
    """Yield where the scalars of a value are, and their schemas."""
    flat = flattened(world.spec, alternative(world.spec, schema, value))
    if depth > DEEPEST:
        return
    if isinstance(value, Mapping):
        for name, child in properties(world.spec, flat).items():
            if child.get("readOnly"):
                continue
            if kind_of(child) in SCALARS:
                yield (*steps, name), child
            elif name in value:
                yield from _leaves(world, child, value[name], (*steps, name), depth + 1)
    elif isinstance(value, list) and value:
        item = flattened(world.spec, flat.get("items", {}))
        if kind_of(item) in SCALARS:
            yield (*steps, 0), item
        else:
            yield from _leaves(world, item, value[0], (*steps, 0), depth + 1)


def _at(value: Any, steps: Steps) -> Any:
    for step in steps:
        value = value.get(step, MISSING) if isinstance(value, Mapping) else value[step]
    return value


def _put(value: Any, steps: Steps, new: Any) -> Any:
    """Return a value with another scalar in one place."""
    if not steps:
        return new
    step, *rest = steps
    if isinstance(value, Mapping):
        return {**value, step: _put(value.get(step), tuple(rest), new)}
    return [_put(each, tuple(rest), new) if at == step else each for at, each in enumerate(value)]
