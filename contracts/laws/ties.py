"""Laws of links between records, such as the tags of a post: what is linked is listed once, what is
taken off is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.laws.bench.envelopes import key_shown, records_of
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.maker import key_for
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.requests.caller import Keys
from mockserver.model.types import Kind, Operation


@dataclass(frozen=True, slots=True)
class Ties:
    """The operations on what is linked to a record: `put` links by the key in its path."""

    listing: Operation
    put: Operation
    take: Operation | None


def may_have_links(place: Place) -> bool:
    return place.create is not None and place.key_param is not None


def links_are_kept(world: World) -> None:
    """Link a record twice and take it off: it is listed once, and then no more."""
    tried = False
    for ties in _ties(world):
        world.begin()
        with world.visit.off_stage():
            key = key_for(world.visit, ties.put.resource or "")
        if key is None:
            continue
        made = world.make()
        at = {**world.at(ties.put, made), **_above(world, made)}
        at[str(ties.put.key_param)] = key
        if not world.send(ties.put, at).succeeded:
            continue
        tried = True
        _check(
            world,
            ties,
            made,
            key,
            1,
            "linked",
        )
        if world.send(ties.put, at).succeeded:
            _check(
                world,
                ties,
                made,
                key,
                1,
                "linked twice",
            )
        if ties.take is not None and world.send(ties.take, at).succeeded:
            _check(
                world,
                ties,
                made,
                key,
                0,
                "taken off",
            )
    if not tried:
        raise Untried("nothing is linked to a record by its key")


def _ties(world: World) -> Iterator[Ties]:
    item = f"{world.place.path}/{{{world.place.key_param}}}/"
    known = [
        each
        for each in world.visit.subject.model.operations
        if each.membership is not None and each.path.startswith(item)
    ]
    for put in known:
        if put.method != "PUT" or put.key_param is None or put.described.request is not None:
            continue
        path = put.path.rpartition("/")[0]
        listing = _first(known, "GET", path)
        take = _first(
            known,
            "DELETE",
            put.path,
        )
        if listing is not None and listing.kind is Kind.LIST:
            yield Ties(listing, put, take)


def _first(known: list[Operation], method: str, path: str) -> Operation | None:
    return next(
        (each for each in known if each.method == method and each.path == path),
        None,
    )


def _above(world: World, made: Made) -> Keys:
    return {**made.above, str(world.place.key_param): made.key}


def _check(world: World, ties: Ties, made: Made, key: str, times: int, why: str) -> None:
    """Hold how often a record is listed among those that are linked."""
    answer = world.send(ties.listing, _above(world, made))
    rows = records_of(ties.listing, answer) if answer.succeeded else None
    if rows is None:
        raise Untried(f"{ties.listing.label} is refused")
    resource = world.visit.subject.model.resources[str(ties.put.resource)]
    keys = [key_shown(resource, each) for each in rows]
    if keys.count(key) != times:
        told = f"the record {key} {times} times, for it was {why}"
        raise Broken(
            ties.listing,
            told,
            f"it is there {keys.count(key)} times",
        )
