"""What a collection holds, as far as it is shown: a world in, records by key out, and whether they
are as they were.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from contracts.compare.same import changes, shown
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.openapi import properties
from contracts.requests.caller import Keys
from contracts.requests.drafts import Record
from contracts.requests.fields import moments_of, record_schema
from contracts.wire.second_look import WAITS_S
from mockserver.lookup import MISSING
from mockserver.model.types import Operation


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The records of a collection by key, and what each count says. Where nothing lists them, those
    that were made.
    """

    records: Mapping[str, Record]
    counts: Mapping[str, int]
    whole: bool


def snapshot(world: World, made: Collection[Made], above: Keys | None = None) -> Snapshot:
    """Look at a collection, off stage. Raises Untried where nothing shows a record."""
    with world.visit.off_stage():
        whole = world.place.list is not None and world.is_alone
        if whole:
            records = {world.key(each): each for each in world.listed(above=above)}
        else:
            records = {each.key: found for each in made if (found := world.find(each)) is not None}
        counts = {}
        for count in world.place.counts if world.is_alone else ():
            with suppress(Untried):
                counts[count.label] = world.count(count, above)
    return Snapshot(records, counts, whole)


def check_unchanged(
    world: World,
    operation: Operation,
    before: Snapshot,
    made: Collection[Made],
    why: str,
    above: Keys | None = None,
    ignored: Collection[str] = (),
) -> None:
    """Look again, and raise Broken where anything is not as it was; what changes by itself is no
    matter.
    """
    after = snapshot(world, made, above)
    ignored = {*ignored, *servers_own(world)}
    if before.records.keys() != after.records.keys():
        _check_still(world, made, above, after)
    if gone := before.records.keys() - after.records.keys():
        _show(world, made, above)
        raise Broken(
            operation,
            f"nothing to change, for {why}",
            f"the record {min(gone)} is gone",
        )
    if new := after.records.keys() - before.records.keys():
        _show(world, made, above)
        raise Broken(
            operation,
            f"nothing to change, for {why}",
            f"there is a new record, {min(new)}",
        )
    for key, record in before.records.items():
        losses = [*changes(record, after.records[key], ignored)]
        losses += [
            each for each in changes(after.records[key], record, ignored) if each.actual is MISSING
        ]
        if not losses:
            continue
        again = snapshot(world, made, above).records.get(
            key,
            {},
        )
        moving = {each.place for each in changes(after.records[key], again)}
        for loss in losses:
            if loss.place not in moving:
                _show(world, made, above)
                told = f"{shown(loss.expected)} became {shown(loss.actual)} in the record {key}"
                raise Broken(operation, f"nothing to change, for {why}", told, loss.place)
    if before.counts != after.counts:
        raise Broken(
            operation,
            f"nothing to change, for {why}",
            f"the count is {[*after.counts.values()]}",
        )


def _check_still(world: World, made: Collection[Made], above: Keys | None, after: Snapshot) -> None:
    """Raise Untried where records come and go although nobody does anything."""
    for wait_s in () if world.visit.subject.fresh else WAITS_S:
        time.sleep(wait_s)
        if snapshot(world, made, above).records.keys() != after.records.keys():
            raise Untried("records come and go by themselves")


def servers_own(world: World) -> set[str]:
    """Return the properties that no client can send, and that may change by themselves: all but
    keys and the moment of creation.
    """
    resource = world.resource
    writes = [*world.place.writes] or [each for each in (world.place.create,) if each]
    sent: set[str] = set()
    for each in writes:
        sent |= properties(world.spec, record_schema(world.spec, each)).keys()
    stays = {
        resource.key,
        *(each.field for each in resource.parents),
    }
    if writes:
        stays |= moments_of(world.spec, writes[0], resource)[0]
    stays |= {
        *resource.exclusive,
        *([resource.position.field] if resource.position else ()),
    }
    shown = set(properties(world.spec, resource.schema))
    own = (shown - sent) | set(resource.read_only) | set(resource.touched)
    return own - {str(name) for name in stays}


def _show(world: World, made: Collection[Made], above: Keys | None) -> None:
    """Look once more, for the story."""
    if world.place.list is not None and world.is_alone:
        world.listed(above=above)
        return
    for each in made:
        world.find(each)
