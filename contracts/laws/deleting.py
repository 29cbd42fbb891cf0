"""Laws of records that are deleted: they are gone everywhere, with what was below them, and nothing
else is.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from contracts.expiry import may_be_deleted
from contracts.laws.bench.envelopes import record_of, records_of
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.choosing import make_various
from contracts.laws.listing import make_up_to
from contracts.laws.snapshot import check_unchanged, snapshot
from contracts.openapi import operation_at, parameters
from contracts.requests.caller import Keys
from contracts.requests.fields import scalars, values
from contracts.targets.target import Answer
from mockserver.lookup import value_at
from mockserver.model.types import Kind, Operation

_OF_THE_GONE = re.compile(r"bin\b|trash|delet|remov|archiv|histor|audit|log", re.IGNORECASE)
"""What lists are called that show what was deleted."""


def has_bulk(place: Place) -> bool:
    return place.bulk is not None and place.list is not None


def is_below_others(place: Place) -> bool:
    return bool(place.parameters)


def deleted_is_gone(world: World) -> None:
    """Delete one of two records: nothing shows it any more, and a change does not bring it back."""
    kept, doomed, later = world.make(), world.make(), world.make()
    counted = [(each, world.count(each)) for each in world.place.counts] if world.is_alone else []
    with world.visit.off_stage():
        there = [each for each in (kept, later) if world.find(each) is not None]
    answer = world.delete(doomed)
    if not answer.succeeded:
        raise Untried(f"the record cannot be deleted: {answer.status} {answer.text[:200]}")
    _check_gone(world, doomed)
    for count, before in counted:
        if (now := world.count(count)) != before - 1:
            raise Broken(count, f"{before - 1}, one less than before", str(now))
    for each in there:
        _check_kept(world, each)
    for change in world.place.changes:
        responses = operation_at(world.spec, change.path, change.method).get("responses") or {}
        if change.kind is Kind.UPSERT or {"201", 201} & responses.keys():
            continue
        fields = {
            name: found[0]
            for name, schema in scalars(world.spec, change, world.resource).items()
            if (found := values(world.spec, schema, name, world.visit.drafts.supply))
        }
        try:
            status = world.change(change, doomed, dict([*fields.items()][:1])).status
        except Untried:
            return  # what is gone is not the run's own any more
        if status < 400:
            raise Broken(change, "a refusal, for the record was deleted", str(status), "status")
        _check_gone(world, doomed)


def bulk_delete_takes_what_is_selected(world: World) -> None:
    """Delete what a list shows: those records are gone, and all others are there."""
    operation, listing = world.place.bulk, world.place.list
    if operation is None or listing is None:
        raise Untried("there is nothing to delete at once")
    if not world.is_alone:
        raise Untried("others may change what is deleted")
    declared = parameters(world.spec, operation.path, operation.method)
    if any(each.get("in") == "query" and each.get("required") for each in declared):
        raise Untried("it deletes what its parameters select")
    other, there = _elsewhere(world)
    before_there = snapshot(world, there, other) if other is not None else None
    for at in range(len(_selections(world, operation))):
        make_up_to(world, 3)
        with world.visit.off_stage():
            make_various(world)
        asked = _selections(world, operation)[at]
        world.begin()
        before = {world.key(each) for each in world.listed()}
        page = records_of(listing, world.send(listing, world.above, asked=asked))
        paged = operation.paging.style != "none" or bool(asked)
        selected = {world.key(each) for each in page or ()} if paged else before
        answer = world.send(operation, world.above, world.bare_body(operation), asked)
        if not answer.succeeded:
            raise Untried(f"the records cannot be deleted: {answer.status} {answer.text[:200]}")
        left = {world.key(each) for each in world.listed()}
        if spared := selected & left:
            raise Broken(
                operation, f"{len(selected)} records to be gone", f"{min(spared)} is still there"
            )
        if missing := before - selected - left:
            raise Broken(
                operation, f"{len(before - selected)} records to be left", f"{min(missing)} is gone"
            )
        if before_there is not None:
            check_unchanged(
                world, operation, before_there, there, "they are below another parent", other
            )


def parent_takes_its_children(world: World) -> None:
    """Delete a parent: its children cannot be read, no list shows them, and no other parent's are
    gone.
    """
    owned = world.parents.owner(world.place)
    if (
        owned is None
        or owned[0].delete is None
        or not world.parents.is_own(world.place, world.above)
    ):
        raise Untried("no parent can be made and deleted here")
    owner, param = owned
    delete = owned[0].delete
    made = [world.make() for _ in range(2)]
    other, there = _elsewhere(world)
    above = world.parents.keys_for(owner, world.place, world.above)
    answer = world.send(delete, {**above, str(delete.key_param): world.above[param]})
    if not answer.succeeded:
        raise Untried(
            f"a parent with children cannot be deleted: {answer.status} {answer.text[:200]}"
        )
    for each in made:
        if world.place.read is not None and (status := world.read(each).status) < 400:
            raise Broken(
                world.place.read, "a refusal, for the parent was deleted", str(status), "status"
            )
    if world.place.list is not None:
        records = records_of(
            world.place.list,
            answer := world.send(world.place.list, world.above),
        )
        if answer.succeeded and records:
            raise Broken(
                world.place.list,
                "no children of a parent that was deleted",
                f"{len(records)} records",
            )
        declared = operation_at(world.spec, world.place.list.path, "get").get("responses") or {}
        if answer.succeeded and {"404", 404} & declared.keys():
            raise Broken(
                world.place.list, "404, for the parent was deleted", str(answer.status), "status"
            )
    for each in there if other is not None else ():
        if world.find(each) is None:
            raise Broken(
                delete,
                f"the record {each.key} to stay, for it is below another parent",
                "it is gone",
            )
    _check_not_listed_elsewhere(world, made)
    with suppress(Untried):
        if not isinstance(world.offer(), Answer):
            raise Broken(
                world.maker.operation, "a refusal, for the parent was deleted", "success", "status"
            )


def _check_gone(world: World, doomed: Made) -> None:
    read = world.place.read
    answer = world.read(doomed) if read is not None else None
    if read is not None and answer is not None and answer.status < 400:
        if may_be_deleted(record_of(read, answer) or {}, _words_of_delete(world)):
            raise Untried("the record is kept, and shows that it is put away")
        told = "a refusal, for the record was deleted"
        raise Broken(read, told, str(answer.status), "status")
    for listing in world.place.lists:
        with suppress(Untried):
            if any(world.key(each) == doomed.key for each in world.listed(listing)):
                raise Broken(
                    listing, f"no record {doomed.key}, which was deleted", "it is still in the list"
                )
    _check_not_listed_elsewhere(world, [doomed])


def _words_of_delete(world: World) -> str:
    """Return what the document says of the delete of a record."""
    if world.place.delete is None:
        return ""
    described = world.place.delete.described
    return f"{described.summary} {described.description}"


def _check_kept(world: World, kept: Made) -> None:
    if world.find(kept) is None:
        operation = world.place.delete
        assert operation is not None, "something was deleted"
        raise Broken(operation, f"the record {kept.key} to stay", "it is gone as well")


def _check_not_listed_elsewhere(world: World, gone: list[Made]) -> None:
    keys = {each.key for each in gone}
    for listing in world.place.elsewhere:
        if listing.kind is not Kind.LIST or _OF_THE_GONE.search(listing.path):
            continue
        with suppress(Untried):
            listed = [each for each in world.listed(listing) if world.key(each) in keys]
            same = [each for each in listed if _is_below(world, each)]
            if same:
                raise Broken(
                    listing,
                    "no record that was deleted",
                    f"{world.key(same[0])} is still in the list",
                )


def _is_below(world: World, record: object) -> bool:
    """Tell whether a record that another list shows is one of the collection, as far as it names
    its parents.
    """
    fields = {each.field: each.param for each in world.resource.parents if each.field}
    named = {
        field: str(record[field])
        for field in fields
        if isinstance(record, dict) and field in record
    }
    return all(world.above.get(fields[field]) == value for field, value in named.items())


def _selections(world: World, operation: Operation) -> list[dict[str, Any]]:
    """Return what asks for one record, for those with the value of one, and for the first page, as
    far as it can be.
    """
    size = operation.paging.size
    found: list[dict[str, Any]] = (
        [{size: 1}] if size is not None and operation.paging.style != "none" else []
    )
    with world.visit.off_stage():
        first = next(iter(world.listed()), {})
    for each in operation.filters:
        if not each.is_equality:
            continue
        value = value_at(first, each.field)
        if isinstance(value, str | int) and value != "":
            found.append({each.param: value})
    return [*found, {}]


def _elsewhere(world: World) -> tuple[Keys | None, list[Made]]:
    """Make a record below another parent, where there is one."""
    with suppress(Untried):
        above = world.another_above()
        return above, [world.make(above=above)]
    return None, []
