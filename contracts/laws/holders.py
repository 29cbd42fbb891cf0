"""Laws of headers that say whose records are meant: those of another one are neither shown nor
changed, where the document says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.laws.bench.envelopes import records_of
from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.requests.samples import Body
from contracts.targets.scopes import another_value, whose
from contracts.targets.target import Answer
from mockserver.model.types import Operation

_APART = re.compile(
    r"\b(another|other|others|foreign|different|own|whose|only of|belong)\b", re.IGNORECASE
)
_SHARED = re.compile(r"\b(shared|public|all tenants|everybody|every tenant)\b", re.IGNORECASE)


def is_of_somebody(place: Place) -> bool:
    """Tell whether a header says whose records of a place are meant."""
    return place.create is not None and bool(whose(place.create))


def scopes_are_apart(world: World) -> None:
    """Call a record with the header of another one: it is not there."""
    tried = False
    for name in whose(world.maker.operation):
        if not _says_apart(world, name):
            continue
        tried = True
        world.begin()
        made = world.make()
        other = another_value(
            world.maker.operation,
            name,
            world.visit.subject.scope[name],
        )
        for operation, body in _calls(world, made):
            answer = _sent(
                world,
                operation,
                made,
                body,
                name,
                other,
            )
            if operation is world.place.list:
                _check_list(
                    world,
                    operation,
                    made,
                    answer,
                    other,
                )
            else:
                demand_refusal(operation, answer, f"the record is not one of {name} {other}")
        if world.find(made) is None:
            told = f"the record {made.key}, for it is not one of {name} {other}"
            raise Broken(world.maker.operation, told, "it is gone")
    if not tried:
        raise Untried("the document does not say that records of others are not shown")


def _says_apart(world: World, name: str) -> bool:
    spec = world.spec
    described = world.maker.operation.described
    parameter = described.parameter("header", name)
    words = [str((spec.get("info") or {}).get("description") or "")]
    words += [parameter.description if parameter is not None else ""]
    words += [each.described.description for each in world.place.operations]
    told = " ".join(words)
    return bool(_APART.search(told)) and not _SHARED.search(told)


def _calls(world: World, made: Made) -> Iterator[tuple[Operation, Body | None]]:
    """Yield what is tried with the header of another one, the reads first."""
    place = world.place
    if place.list is not None:
        yield place.list, None
    if place.read is not None:
        yield place.read, None
    for operation in place.changes:
        if operation.path.endswith("}"):
            yield operation, world.changing(operation, made, {})
    if place.delete is not None:
        yield place.delete, world.bare_body(place.delete)


def _sent(
    world: World, operation: Operation, made: Made, body: Body | None, name: str, other: str
) -> Answer:
    keys = world.above if operation is world.place.list else world.at(operation, made)
    sent = world.visit.granted(operation, keys, body)
    return world.visit.send_raw(sent.with_headers({**sent.headers, name: other}))


def _check_list(world: World, listing: Operation, made: Made, answer: Answer, other: str) -> None:
    """Hold that a list shows no record of somebody else."""
    if not answer.succeeded:
        return
    if made.key in map(world.key, records_of(listing, answer) or ()):
        raise Broken(
            listing,
            f"no record {made.key}, which is not of {other}",
            "it is in the list",
        )
