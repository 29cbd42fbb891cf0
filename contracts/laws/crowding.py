"""Laws of calls at the same time: what each of them did is there when all are done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.world import World
from contracts.laws.changing import is_replacing
from contracts.laws.creating import kept_of, lost, reader_of
from contracts.requests.fields import scalars, usual
from mockserver.model.types import Kind, Operation

AT_ONCE = 8
"""Records that are made at the same time."""
ROUNDS = 4
"""How often two changes meet."""


def concurrent_creates_survive(world: World) -> None:
    """Make records at the same time: each that was answered with success is there, with a key of
    its own.
    """
    operation = world.maker.operation
    if operation.key_param is not None:
        raise Untried("the client chooses the keys")
    made = world.maker.make_together(world.above, AT_ONCE)
    keys = {each.key for each in made}
    chosen = [each.sent[name] for each in made if (name := str(world.resource.key)) in each.sent]
    if len(set(map(str, chosen))) < len(chosen):
        raise Untried("one record alone can be made")
    if len(made) < 2:
        raise Untried("no two records could be made at the same time")
    if len(keys) < len(made):
        told = f"{len(keys)}: {', '.join(sorted(keys))}"
        raise Broken(operation, f"{len(made)} keys", told, f"/{world.resource.key}")
    for each in made:
        found = world.find(each)
        if found is None:
            raise Broken(
                reader_of(world), f"the record {each.key}, which was made among others", "nothing"
            )
        for loss in world.losses(kept_of(world, each), found):
            raise lost(reader_of(world), loss)


def concurrent_changes_survive(world: World) -> None:
    """Change two properties of a record at the same time: both changes are there."""
    tried = False
    for operation in world.place.changes:
        is_merge = operation.kind is Kind.MERGE and not is_replacing(world, operation)
        for fields in _pairs(world, operation) if is_merge else ():
            world.begin()
            made = world.make()
            bodies = [
                world.changing(operation, made, {name: value}) for name, value in fields.items()
            ]
            at = world.at(operation, made)
            answers = world.visit.send_together(
                [world.visit.granted(operation, at, body) for body in bodies]
            )
            if not all(each.succeeded for each in answers):
                continue
            tried = True
            for loss in world.losses(fields, world.record(made)):
                raise lost(operation, loss)
    if not tried:
        raise Untried("no two properties can be changed at the same time")


def _pairs(world: World, operation: Operation) -> Iterator[dict[str, Any]]:
    """Yield new values for two properties that need not be sent together."""
    least = world.visit.drafts.least(operation, world.draft(operation, world.above).record)
    fields = scalars(world.spec, operation, world.resource)
    found = {
        name: usual(world.spec, child, name, world.visit.drafts.supply)
        for name, child in fields.items()
    }
    free = [
        (name, choices) for name, choices in found.items() if name not in least and len(choices) > 1
    ]
    for at in range(ROUNDS if len(free) > 1 else 0):
        pair = [free[(at + step) % len(free)] for step in (0, 1)]
        yield {name: choices[at % len(choices)] for name, choices in pair}
