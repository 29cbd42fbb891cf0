"""The law of flags that one record at most may have: they go from the others, where the document
says so.

    PATCH /posts/2 {"pinned": true}    "One post at most is pinned: another one is pinned no more."
    GET /posts/1                       pinned is false
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compare.dependence import is_of_one
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.referents import namings
from contracts.targets.target import Answer
from mockserver.model.types import Kind


def has_flags_of_one(place: Place) -> bool:
    """Tell whether words say that one record at most has a flag."""
    return bool([*_flags(place)])


def flag_is_of_one(world: World) -> None:
    """Give a flag to one record after another, when it is made and when it is changed: the one
    before has it no more.
    """
    tried = False
    for name in _flags(world.place):
        world.begin()
        first = world.make({name: True})
        if world.record(first).get(name) is not True:
            continue
        beside = {}
        for naming in namings(world):
            if naming.field in first.sent:
                beside[naming.field] = first.sent[naming.field]
        second = world.offer({**beside, name: True})
        if isinstance(second, Answer):
            continue  # it may be refused as well
        tried = True
        _check_gone(world, name, first, second)
        for operation in world.place.changes:
            sent = operation.described.sent_schema.properties
            if operation.kind is not Kind.MERGE or name not in sent:
                continue
            if world.change(operation, first, {name: True}).succeeded:
                _check_gone(world, name, second, first)
    if not tried:
        raise Untried("the document does not say that one record at most has a flag")


def _check_gone(world: World, name: str, before: Made, now: Made) -> None:
    if world.record(now).get(name) is not True:
        return
    if world.record(before).get(name) is True:
        told = f"no {name} of the record {before.key}, for {now.key} has it"
        raise Broken(world.maker.operation, told, "true", f"/{name}")


def _flags(place: Place) -> Iterator[str]:
    """Yield the flags that a client can set and that are of one record by their words."""
    if place.create is None or place.read is None:
        return
    for name, schema in place.create.described.sent_schema.properties.items():
        if schema.type == "boolean" and is_of_one(str(schema.get("description") or "")):
            yield name
