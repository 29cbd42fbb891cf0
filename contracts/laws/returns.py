"""Laws of records that are brought back after their delete, and of lists that are asked for what
was deleted.

    DELETE /files/7, POST /files/7/restore       the file is as it was before
    GET /files?include_deleted=true              shows it while it is deleted
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.compare.same import changes, shown
from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.changing import whole
from contracts.laws.verbs import verbs_of
from contracts.requests.fields import sendable
from mockserver.model.types import Operation

_BACK = re.compile(r"^(restore|undelete|untrash|recover|revive|reinstate)$", re.IGNORECASE)
_MARK = re.compile(r"^(is_?)?(deleted|trashed|removed)(_?(at|on))?$", re.IGNORECASE)
_TOO = re.compile(
    r"^(include|with|show|incl)_?(deleted|trashed|removed|archived)$",
    re.IGNORECASE,
)
_NOT_DELETED = re.compile(
    r"\bnot\b.{0,20}\b(deleted|in the (trash|bin)|trashed|gone)\b",
    re.IGNORECASE,
)


def may_come_back(place: Place) -> bool:
    return place.create is not None and place.delete is not None


def deleted_comes_back(world: World) -> None:
    """Delete a record and restore it: it is there as it was. Ask a list for what was deleted."""
    tried = _check_listed(world)
    for verb in verbs_of(world):
        if not _BACK.search(verb.path.rpartition("/")[2]):
            continue
        tried = _check_back(world, verb) or tried
        _check_refused(
            world,
            verb,
        )
    if not tried:
        raise Untried("nothing brings back what was deleted")


def _check_back(world: World, verb: Operation) -> bool:
    world.begin()
    made = whole(world)
    before = world.record(made)
    if not world.delete(made).succeeded:
        return False
    if not world.send(verb, world.at(verb, made)).succeeded:
        return False
    after = world.find(made)
    if after is None:
        raise Broken(verb, f"the record {made.key}, for it was brought back", "it is gone")
    known = sendable(
        world.spec,
        world.maker.operation,
        world.resource,
    )
    names = [name for name in before if name in known or _MARK.search(name)]
    kept = {name: before[name] for name in names}
    for loss in changes(kept, after):
        told = f"{shown(loss.expected)}, as it was before its delete"
        raise Broken(verb, told, shown(loss.actual), loss.place)
    if world.place.list is not None and not _is_listed(world, made, {}):
        told = f"the record {made.key}, for it was brought back"
        raise Broken(world.place.list, told, "it is not in the list")
    return True


def _check_refused(world: World, verb: Operation) -> None:
    """Restore what was not deleted, where the document says that this is refused."""
    described = verb.described
    told = f"{described.description} {described.response(409).description}"
    if not described.documents(409) or not _NOT_DELETED.search(told):
        return
    world.begin()
    made = world.make()
    answer = world.send(verb, world.at(verb, made))
    demand_refusal(verb, answer, f"the record {made.key} is not deleted")


def _check_listed(world: World) -> bool:
    """Ask a list for what was deleted too: it is there; else it is not."""
    tried = False
    listing = world.place.list
    for name in _parameters(listing):
        world.begin()
        made = world.make()
        other = world.make()
        if not world.delete(made).succeeded:
            continue
        asked = {name: True}
        if not _is_listed(world, other, asked):
            continue
        tried = True
        if not _is_listed(world, made, asked) and listing is not None:
            told = f"the record {made.key}, for {name} is true"
            raise Broken(listing, told, "it is not in the list")
        if _is_listed(world, made, {name: False}) and listing is not None:
            told = f"no record {made.key}, which was deleted"
            raise Broken(listing, told, "it is in the list")
    return tried


def _parameters(listing: Operation | None) -> Iterator[str]:
    """Yield the parameters that ask a list for what was deleted."""
    if listing is None:
        return
    for parameter in listing.described.parameters_in("query"):
        is_flag = parameter.schema.type == "boolean"
        if is_flag and _TOO.search(parameter.name) and "archived" not in parameter.name:
            yield parameter.name


def _is_listed(world: World, made: Made, asked: dict[str, bool]) -> bool:
    listed = world.listed(
        above=made.above,
        asked=asked,
    )
    return made.key in map(world.key, listed)
