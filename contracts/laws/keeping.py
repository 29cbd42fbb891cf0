"""Laws of what must stay: a refused call changes nothing, siblings and what is below other parents
are untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.snapshot import check_unchanged, servers_own, snapshot
from contracts.openapi import flattened, is_array, properties
from contracts.requests.caller import Keys
from contracts.requests.drafts import Record
from contracts.requests.fields import record_schema, scalars, usual, wrong_values
from contracts.requests.samples import Body
from contracts.targets.target import Answer
from mockserver.model.types import Kind, Operation

MOST = 16
"""Ill-formed bodies that are sent by one operation."""


def refused_changes_nothing(world: World) -> None:
    """Send bodies that are partly right: where the server refuses one, everything is as it was."""
    made = [world.make() for _ in range(2)]
    before = snapshot(world, made)
    refused = False
    for operation in world.place.writes:
        for _, (why, body) in zip(
            range(MOST), _ill_formed(world, operation, made[0]), strict=False
        ):
            world.begin()
            at = world.at(operation, made[0]) if operation.key_param else world.above
            answer = world.send(operation, at, body)
            if answer.status < 400:
                before = snapshot(world, made)
                continue
            refused = True
            check_unchanged(world, operation, before, made, f"the call was refused ({why})")
    if not refused:
        raise Untried("the server refuses nothing")


def siblings_are_untouched(world: World) -> None:
    """Make, change and delete a record: the others in the collection are as they were."""
    siblings = [world.make(full=True), world.make()]
    operation = world.maker.operation
    ruled = _ruled(world)
    before = _as_found(world, siblings)
    steps: list[tuple[Operation, Callable[[Made], Answer]]] = [
        (each, lambda made, each=each: world.change(each, made, _some_change(world, each)))  # type: ignore[misc]
        for each in world.place.changes
    ]
    if world.place.delete is not None:
        steps.append((world.place.delete, world.delete))
    made = world.make()
    _check_siblings(world, operation, before, siblings, ruled)
    for step, act in steps:
        act(made)
        _check_siblings(world, step, before, siblings, ruled)


def _as_found(world: World, made: Sequence[Made]) -> dict[str, Record]:
    """Return records by key as they are found one by one, off stage, for a list may show less, and
    without what changes from one look to the next.
    """
    found: dict[str, Record] = {}
    with world.visit.off_stage():
        for each in made:
            first = world.find(each)
            second = world.find(each)
            if first is None or second is None:
                continue
            moving = {name for name in first if first[name] != second.get(name)}
            found[each.key] = {name: first[name] for name in first if name not in moving}
    return found


def other_parents_are_untouched(world: World) -> None:
    """Call a record by another parent's path: it is refused, and what is below each parent stays as
    it is.
    """
    if world.place.item_path.count("{") < len(world.place.parameters) + 1:
        raise Untried("a record has a path without those above it")
    other = world.another_above()
    world.begin()
    with world.visit.off_stage():
        there = [world.make(above=other)]
        elsewhere = snapshot(world, there, other)
    made = world.make()
    check_unchanged(
        world, world.maker.operation, elsewhere, there, "it is below another parent", other
    )
    here = snapshot(world, [made])
    for operation, call in _by(world, made, other):
        answer = call()
        if answer.status < 400 and operation.kind is not Kind.UPSERT:
            raise Broken(
                operation,
                "a refusal, for the record is below another parent",
                str(answer.status),
                "status",
            )
        check_unchanged(world, operation, here, [made], "it is below another parent")
    if world.place.list is not None and made.key not in elsewhere.records:
        listed = {world.key(each) for each in world.listed(above=other)}
        if made.key in listed:
            raise Broken(
                world.place.list,
                f"no record {made.key}, which is below another parent",
                "it is in the list",
            )
    for operation in world.place.changes:
        world.change(operation, made, _some_change(world, operation))
        check_unchanged(world, operation, elsewhere, there, "it is below another parent", other)
    if world.place.delete is not None:
        world.delete(made)
        check_unchanged(
            world, world.place.delete, elsewhere, there, "it is below another parent", other
        )


def _by(world: World, made: Made, other: Keys) -> Iterator[tuple[Operation, Callable[[], Answer]]]:
    """Yield calls of a record by a path that is not its own, with their operations: those that read
    first.
    """
    strange = replace(made, above=other)
    if any(each.key == made.key for each in _records_below(world, other)):
        raise Untried("there is a record with the same key below the other parent")
    if world.place.read is not None:
        yield world.place.read, lambda: world.read(strange)
    for each in world.place.changes:
        yield each, lambda each=each: world.change(each, strange, _some_change(world, each))  # type: ignore[misc]
    if world.place.delete is not None:
        yield world.place.delete, lambda: world.delete(strange)


def _records_below(world: World, above: Keys) -> list[Made]:
    return [
        made for place, made in world.visit.made if place is world.place and made.above == above
    ]


def _check_siblings(
    world: World,
    operation: Operation,
    before: Mapping[str, Any],
    siblings: list[Made],
    ruled: set[str],
) -> None:
    for each in siblings:
        if each.key not in before:
            raise Untried(f"the record {each.key} was not shown before anything was done")
        found = world.find(each)
        if found is None:
            raise Broken(
                operation, f"the record {each.key} to stay, for it is another one", "it is gone"
            )
        for name, value in before[each.key].items():
            if name not in ruled and found.get(name) != value:
                told = f"{value!r} became {found.get(name)!r} in the record {each.key}"
                raise Broken(operation, "other records as they were", told, f"/{name}")


def _ruled(world: World) -> set[str]:
    """Return the properties by which the siblings of a record may change: positions, flags that one
    alone has.
    """
    resource = world.resource
    position = {resource.position.field} if resource.position else set()
    return {
        *resource.exclusive,
        *servers_own(world),
        *position,
        *(resource.touched if resource.position or resource.exclusive else ()),
    }


def _some_change(world: World, operation: Operation) -> dict[str, Any]:
    """Return a new value for one property."""
    for name, schema in scalars(world.spec, operation, world.resource).items():
        found = usual(world.spec, schema, name, world.visit.drafts.supply)
        if len(found) > 1:
            return {name: found[1]}
    return {}


def _ill_formed(world: World, operation: Operation, made: Made) -> Iterator[tuple[str, Body]]:
    """Yield bodies that a server should refuse, each with what is wrong: all but one thing is right
    and new.
    """
    draft = world.draft(operation, world.above)
    right = {**world.maker.record(draft, world.above), **_changes(world, operation)}
    if operation.key_param is not None:
        right = {
            **world.visit.drafts.least(operation, {**right, **made.sent}),
            **_changes(world, operation),
        }
    schema = record_schema(world.spec, operation)
    fields = {
        name: each
        for name, each in properties(world.spec, schema).items()
        if not each.get("readOnly")
    }
    if isinstance(draft.inner, list):
        first = {**world.visit.drafts.distinct(draft, world.resource, world.visit.number), **right}
        wrong = next((body for _, body in _ill_formed_items(fields, right)), None)
        if wrong is not None:
            yield "the last record is wrong", draft.with_record([first, wrong])
        taken = {
            name: made.sent[name]
            for names in world.resource.unique
            for name in names
            if name in made.sent
        }
        key = world.resource.key or ""
        if key in made.sent:
            taken = {**taken, key: made.sent[key]}
        if taken:
            yield "the last record is there already", draft.with_record([first, {**right, **taken}])
    for name, children in _children(world, fields, right):
        yield f"the last of {name} is wrong", draft.with_record({**right, name: children})
    for name, each in fields.items():
        for value in wrong_values(each):
            rest = {other: kept for other, kept in right.items() if other != name}
            yield f"{name} is wrong", draft.with_record({**rest, name: value})
    for name in schema.get("required") or ():
        if name in right and operation.kind is not Kind.MERGE:
            yield (
                f"{name} is missing",
                draft.with_record({key: kept for key, kept in right.items() if key != name}),
            )
    yield "it is no JSON", Body('{"', "application/json")


def _ill_formed_items(
    fields: Mapping[str, Any], right: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    for name, each in fields.items():
        for value in wrong_values(each):
            yield name, {**right, name: value}


def _children(
    world: World, fields: Mapping[str, Any], right: Mapping[str, Any]
) -> Iterator[tuple[str, list[Any]]]:
    """Yield arrays of objects of which the last one is wrong, by their properties."""
    for name, schema in fields.items():
        if not is_array(world.spec, schema):
            continue
        inner = properties(
            world.spec,
            flattened(world.spec, schema).get("items", {}),
        )
        there = right.get(name)
        first = next((each for each in there or () if isinstance(each, Mapping)), None)
        if first is None:
            first = world.visit.drafts.supply.value(
                flattened(world.spec, schema).get("items", {}), f"laws/{name}"
            )
        if not isinstance(first, Mapping):
            continue
        for field, child in inner.items():
            for value in wrong_values(child):
                yield name, [{**first, **_fresh(world, inner)}, {**first, field: value}]


def _fresh(world: World, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return another usual value for the first property of a child that has one."""
    for name, schema in fields.items():
        found = usual(world.spec, schema, name, world.visit.drafts.supply)
        if len(found) > 1:
            return {name: found[-1]}
    return {}


def _changes(world: World, operation: Operation) -> dict[str, Any]:
    """Return new values for all properties that take some."""
    found = {
        name: usual(world.spec, schema, name, world.visit.drafts.supply)
        for name, schema in scalars(world.spec, operation, world.resource).items()
    }
    return {name: choices[-1] for name, choices in found.items() if choices}
