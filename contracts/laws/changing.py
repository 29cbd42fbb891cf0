"""Laws of changes: a merge changes what was sent and nothing else, a replace resets the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.compare.dependence import dependents
from contracts.compare.same import changes, is_same, shown
from contracts.laws.bench.envelopes import record_of
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.nesting import nested
from contracts.openapi import properties, type_of
from contracts.requests.drafts import Record
from contracts.requests.fields import moments_of, record_schema, scalars, sendable, takes_operations
from contracts.targets.target import Answer
from mockserver.lookup import MISSING
from mockserver.model.types import Kind, Operation


def merges(place: Place) -> bool:
    return any(each.kind is Kind.MERGE for each in place.changes)


def replaces(place: Place) -> bool:
    return any(
        each.kind in (Kind.REPLACE, Kind.UPSERT)
        for each in (*place.changes, place.upsert)
        if each and each.key_param
    )


def merge_keeps_the_rest(world: World) -> None:
    """Change one property after another: what was sent is there, and every other property is as it
    was.
    """
    tried = False
    for operation in world.place.changes:
        if operation.kind is not Kind.MERGE or is_replacing(world, operation):
            continue
        if takes_operations(world.spec, operation):
            continue
        for fields in [*one_by_one(world, operation), _all_at_once(world, operation)]:
            world.begin()
            made = whole(world)
            before = world.record(made)
            answer = world.change(
                operation,
                made,
                fields,
            )
            if not answer.succeeded:
                continue
            tried = True
            after = after_change(
                world,
                operation,
                made,
            )
            _check_sent(
                world,
                operation,
                fields,
                after,
            )
            _check_reply(
                world,
                operation,
                fields,
                answer,
            )
            sent = world.visit.drafts.least(
                operation, {**world.draft(operation, made.above).record, **made.sent}
            )
            for name in dependents(_words(world, operation), fields):
                before = without(
                    before,
                    name,
                )
            _check_rest(
                world,
                operation,
                {**sent, **fields},
                before,
                after,
            )
    if not tried:
        raise Untried("the server refuses every change, or takes it for a whole record")


def is_replacing(world: World, operation: Operation) -> bool:
    """Tell whether a PUT that may be a merge, as the document leaves it open, replaces the record:
    of what was not sent nothing at all is left (RFC 9110, section 9.3.4).
    """
    if operation.method != "PUT" or operation.key_param is None:
        return False
    with world.visit.off_stage():
        made = whole(world)
        before = world.record(made)
        if not world.change(operation, made, {}).succeeded:
            return False
        after = world.find(made)
    if after is None:
        return False
    sent = world.visit.drafts.least(
        operation,
        made.sent,
    )
    fields = scalars(world.spec, operation, world.resource)
    rest = [name for name in fields if name in made.sent and name not in sent]
    told = [name for name in rest if before.get(name) not in (None, "", 0, False)]
    kept = [
        name
        for name in told
        if is_same(
            before[name],
            after.get(name, MISSING),
        )
    ]
    return len(told) > 1 and not kept


def _words(world: World, operation: Operation) -> dict[str, str]:
    """Return what the document says of the properties that writes carry and reads show."""
    words: dict[str, str] = {}
    sent = [record_schema(world.spec, each) for each in (*world.place.writes, operation)]
    for schema in (world.resource.schema, *sent):
        known = properties(world.spec, schema)
        for name, child in known.items():
            told = str(child.get("description", ""))
            before = words.get(name, "")
            words[name] = f"{before} {told}"
    return words


def without(record: Record, name: str) -> dict[str, Any]:
    """Return a record without a property."""
    left = dict(record)
    left.pop(name, None)
    return left


def replace_resets_the_rest(world: World) -> None:
    """Replace a whole record by what must be sent: the rest is gone, or back at its default."""
    tried = False
    for operation in [
        each for each in (*world.place.changes, world.place.upsert) if each is not None
    ]:
        if operation.kind not in (Kind.REPLACE, Kind.UPSERT) or operation.key_param is None:
            continue
        made = whole(world)
        before = world.record(made)
        if not world.change(operation, made, {}).succeeded:
            continue
        tried = True
        after = after_change(world, operation, made)
        least = world.visit.drafts.least(
            operation, {**world.draft(operation, made.above).record, **made.sent}
        )
        for name, schema in scalars(world.spec, operation, world.resource).items():
            is_key = is_same(before.get(name), made.key)
            is_kept = name in before and is_same(before[name], made.sent.get(name, MISSING))
            if name not in least and is_kept and not is_key:
                _check_reset(world, operation, name, schema, before[name], after.get(name, MISSING))
        for fields in one_by_one(world, operation):
            world.begin()
            made = whole(world)
            answer = world.change(operation, made, fields)
            if answer.succeeded:
                _check_sent(world, operation, fields, after_change(world, operation, made))
                _check_reply(world, operation, fields, answer)
    if not tried:
        raise Untried("the server refuses to replace a record")


def same_call_twice(world: World) -> None:
    """Make an idempotent call twice (RFC 9110, section 9.2.2): the second one changes nothing
    more.
    """
    puts = [each for each in world.place.writes if each.method == "PUT" and each.key_param]
    for operation in puts:
        world.begin()
        made = whole(world)
        fields = next(one_by_one(world, operation), {})
        first = world.change(operation, made, fields)
        if not first.succeeded:
            continue
        once = world.record(made)
        listed = _keys(world)
        world.change(operation, made, fields)
        twice = world.find(made)
        if twice is None:
            raise Broken(operation, f"the record {made.key} after the second call", "nothing")
        moving = _moving(world)
        for loss in [*changes(once, twice, moving), *changes(twice, once, moving)]:
            raise Broken(
                operation,
                f"{shown(loss.expected)}, as after the first call",
                shown(loss.actual),
                loss.place,
            )
        if listed is not None and (now := _keys(world)) != listed:
            raise Broken(
                operation, f"{len(listed)} records, as after the first call", str(len(now or ()))
            )
    if world.place.delete is not None:
        _check_deletes(world)
    elif not puts:
        raise Untried("there is no idempotent call")


def whole(world: World) -> Made:
    """Make a record with a value for every property, or as many as the server takes."""
    made = world.offer(full=True)
    if isinstance(made, Answer) and _learn_refused(world):
        made = world.offer(full=True)
    return world.make() if isinstance(made, Answer) else made


def _learn_refused(world: World) -> bool:
    """Learn which properties of a full record the server refuses; tell whether there are any."""
    drafts, operation = world.visit.drafts, world.maker.operation
    if operation.label in drafts.refused:
        return False
    full = drafts.full(world.maker.draft(operation, world.above), world.resource)
    refused = set()
    with world.visit.off_stage():
        least = world.make().sent
        for name in full.keys() - least.keys():
            if isinstance(world.offer({name: full[name]}), Answer):
                refused.add(name)
    drafts.refused[operation.label] = frozenset(refused)
    return bool(refused)


def one_by_one(world: World, operation: Operation) -> Iterator[dict[str, Any]]:
    """Yield changes of one property, first to another usual value and then to an odd one; last
    those inside one.
    """
    found = world.visit.drafts.others(operation, world.resource)
    for at in range(max(map(len, found.values()), default=0)):
        yield from ({name: choices[at]} for name, choices in found.items() if at < len(choices))
    yield from nested(world, operation, world.draft(operation, world.above).record)


def _all_at_once(world: World, operation: Operation) -> dict[str, Any]:
    """Return a change of every property."""
    found = world.visit.drafts.others(operation, world.resource)
    return {name: choices[0] for name, choices in found.items() if choices}


def after_change(world: World, operation: Operation, made: Made) -> Record:
    """Return the record after a change. Raises Broken when it is gone."""
    found = world.find(made)
    if found is None:
        raise Broken(operation, f"the record {made.key} after its change", "nothing")
    return found


def _check_sent(
    world: World, operation: Operation, fields: Mapping[str, Any], after: Record
) -> None:
    for loss in world.losses(fields, after):
        raise Broken(
            operation, f"{shown(loss.expected)}, as it was sent", shown(loss.actual), loss.place
        )
    for name, value in fields.items():
        if (
            value is None
            and after.get(name) is not None
            and name in properties(world.spec, world.resource.schema)
        ):
            raise Broken(operation, "null, as it was sent", shown(after[name]), f"/{name}")


def _check_reply(
    world: World, operation: Operation, fields: Mapping[str, Any], answer: Answer
) -> None:
    """Hold what the reply to a change shows of the record against what was sent; it may show
    less.
    """
    told = record_of(operation, answer)
    for loss in world.losses(fields, told) if told is not None else ():
        if loss.actual is not MISSING:
            raise Broken(
                operation, f"{shown(loss.expected)} in the reply", shown(loss.actual), loss.place
            )


def _check_rest(
    world: World, operation: Operation, sent: Mapping[str, Any], before: Record, after: Record
) -> None:
    """Hold what a client could have sent, and did not, against what it was."""
    mine = {
        *sendable(world.spec, world.maker.operation, world.resource),
        str(world.resource.key),
    }
    rest = {name: value for name, value in before.items() if name in mine and name not in sent}
    for loss in changes(rest, after):
        raise Broken(
            operation, f"{shown(loss.expected)}, as it was", shown(loss.actual), loss.place
        )


def _check_reset(
    world: World, operation: Operation, name: str, schema: Mapping[str, Any], old: Any, now: Any
) -> None:
    default = schema.get("default", world.resource.defaults.get(name, MISSING))
    if default is not MISSING:
        if not is_same(default, now) and now is not MISSING:
            raise Broken(
                operation, f"the default {shown(default)} of {name}", shown(now), f"/{name}"
            )
    elif (
        old not in (None, "", 0, False) and is_same(old, now) and not _may_be_made_up(world, schema)
    ):
        raise Broken(operation, f"nothing, for {name} was not sent", shown(now), f"/{name}")


def _may_be_made_up(world: World, schema: Mapping[str, Any]) -> bool:
    """Tell whether a server that must show a value may come upon the old one."""
    return type_of(schema) == "boolean" or "enum" in schema or world.resource.fill == "all"


def _check_deletes(world: World) -> None:
    world.begin()
    made = world.make()
    world.make()
    if not world.delete(made).succeeded:
        return
    once = _keys(world)
    try:
        second = world.delete(made)
    except Untried:
        return  # what is gone is not the run's own any more
    if second.status >= 500:
        assert world.place.delete is not None, "something was deleted"
        raise Broken(world.place.delete, "no failure of the server", str(second.status), "status")
    if once is not None and (now := _keys(world)) != once:
        assert world.place.delete is not None, "something was deleted"
        raise Broken(
            world.place.delete,
            f"{len(once)} records, as after the first call",
            str(len(now or ())),
        )


def _keys(world: World) -> list[str] | None:
    """Return the keys of all records, None where nobody can say."""
    if world.place.list is None or not world.is_alone:
        return None
    return sorted(world.key(each) for each in world.listed())


def _moving(world: World) -> set[str]:
    """Return the properties that may change with each call."""
    resource = world.resource
    _, updated = moments_of(world.spec, world.maker.operation, resource)
    return {
        *resource.touched,
        *resource.moving,
        *resource.computed,
        *updated,
        *resource.read_only,
    } - {str(resource.key)}
