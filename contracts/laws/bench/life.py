"""Let a record live: a place in, the calls of a life made there: a record is made, read, listed,
changed in each way and deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import chain, islice

from contracts.laws.bench.delivery import own_key
from contracts.laws.bench.law import Untried
from contracts.laws.bench.register import Making, noted
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.requests.samples import Body
from mockserver.model.types import Operation

TRIES = 4
"""Bodies that are tried for a change until one is taken."""


def live(world: World) -> None:
    """Make the calls. Raises Untried where no record can be made; what else cannot be done is left
    out.
    """
    world.settle()
    made = _made(world)
    with suppress(Untried):
        world.find(made)
    with suppress(Untried):
        world.listed(above=made.above)
    for operation in world.place.changes:
        with suppress(Untried):
            _change(world, operation, made)
    with suppress(Untried):
        world.delete(made)


def _made(world: World) -> Made:
    """Make a record with all properties, else with those that it needs, else as samples of its
    bodies are. Raises Untried.
    """
    for way in (partial(world.make, full=True), world.make, partial(_sampled, world)):
        with suppress(Untried):
            return way()
    raise Untried("no record can be made")


def _sampled(world: World) -> Made:
    """Make a record of which the body may be no JSON, as the bytes of a file. Raises Untried."""
    operation = world.maker.operation
    at = dict(world.above)
    if operation.key_param is not None:
        at[operation.key_param] = own_key(world.visit, operation, operation.key_param)
    for body in islice(_samples(world, operation), TRIES):
        if world.send(operation, at, body).succeeded:
            making = Making(operation, {}, world.above, at)
            return noted(world.visit, world.place, making, world.visit.wire.last)
    raise Untried(f"{operation.label} takes no sample")


def _change(world: World, operation: Operation, made: Made) -> None:
    """Change a record in a way that the server takes. Raises Untried."""
    bodies = chain(_drafted(world, operation, made), _samples(world, operation))
    for body in islice(bodies, TRIES):
        answer = world.send(operation, world.at(operation, made), body)
        if answer.succeeded:
            return


def _drafted(world: World, operation: Operation, made: Made) -> Iterator[Body]:
    """Yield bodies that change all properties of a record but its key."""
    drafts = world.visit.drafts
    for draft in drafts.of(operation, made.above):
        drafts.accepted[operation.label] = draft
        fields = dict(draft.record)
        fields.pop(world.resource.key or "", None)
        yield world.changing(operation, made, fields)


def _samples(world: World, operation: Operation) -> Iterator[Body]:
    bodies = world.visit.drafts.bodies
    return bodies.of(operation, f"life/{operation.label}", world.above)
