"""Laws of upserts: the same one twice is one record, another one replaces it, children and their
keys follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from contracts.compare.same import changes, is_same, losses, shown
from contracts.laws.bench.envelopes import record_of
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.world import World
from contracts.laws.snapshot import servers_own
from contracts.openapi import flattened, parameters, properties, resolved
from contracts.requests.caller import Keys
from contracts.requests.drafts import Record, natural_key
from contracts.requests.fields import record_schema, scalars, usual
from contracts.requests.neighbors import key_neighbors, neighbors
from contracts.requests.samples import writable
from contracts.targets.target import Answer
from mockserver.lookup import value_at
from mockserver.model.types import Children, Operation
from mockserver.model.types.facts import admits
from mockserver.state import key_of


def has_upsert(place: Place) -> bool:
    return place.upsert is not None


def has_children(place: Place) -> bool:
    return place.upsert is not None and bool(place.resource.children)


def upsert_is_idempotent(world: World) -> None:
    """Upsert a record twice: it is one record, as it was after the first time, with the keys that
    it had.
    """
    upsert = _begun(world)
    record = upsert.record
    answer = upsert.answer or upsert.send(world, record)
    first = _shown(world, upsert, _taken(answer))
    number = len(world.listed()) if world.place.list is not None and world.is_alone else None
    _check_status(world, upsert, record)
    second = _kept(world, upsert, record)
    resource = world.resource
    moving = {
        *servers_own(world),
        *resource.touched,
        *resource.moving,
        *resource.computed,
    }
    for loss in [*changes(first, second, moving), *changes(second, first, moving)]:
        told = f"{shown(loss.expected)}, as after the first time"
        raise Broken(upsert.operation, told, shown(loss.actual), loss.place)
    if number is not None and (now := len(world.listed())) != number:
        raise Broken(upsert.operation, f"{number} records, as after the first time", str(now))


def _check_status(world: World, upsert: _Upsert, record: Record) -> None:
    """Hold that a PUT of what is there does not say that it made it (RFC 9110, section 9.3.4)."""
    operation = upsert.operation
    documents = operation.described.documents
    if operation.method != "PUT" or not (documents(201) and (documents(200) or documents(204))):
        return
    again = upsert.send(world, record)
    if again.status == 201:
        told = "200, for the record is there already"
        raise Broken(operation, told, "201", "status")


def upsert_replaces(world: World) -> None:
    """Upsert a record again with other values: it is the same record with these values."""
    upsert = _begun(world)
    first = _kept(world, upsert, upsert.record)
    fields = scalars(world.spec, upsert.operation, world.resource)
    fields.pop(_found_by(world, upsert.operation), None)
    for name, schema in fields.items():
        for value in usual(world.spec, schema, name, world.visit.drafts.supply)[:2]:
            answer = upsert.send(world, {**upsert.record, name: value})
            if not answer.succeeded:
                continue
            now = _shown(world, upsert, answer)
            for loss in world.losses({name: value}, now):
                raise Broken(
                    upsert.operation,
                    f"{shown(value)}, as it was sent",
                    shown(loss.actual),
                    loss.place,
                )
            if not is_same(world.key(first), world.key(now)):
                raise Broken(
                    upsert.operation,
                    f"the key {world.key(first)}",
                    world.key(now),
                    f"/{world.resource.key}",
                )


def upsert_replaces_children(world: World) -> None:
    """Upsert with other children: those sent are there and no other, and those that stayed have
    their keys.
    """
    upsert = _begun(world)
    for children in world.resource.children:
        given = _some_children(world, upsert, children)
        others = [{**each, **_other_values(world, children)} for each in given[:2]]
        nobody: list[list[dict[str, Any]]] = [[]] if world.resource.keep_empty else []
        near = _near_children(world, children, given[0])
        for part in (given[:1], others, given[1:], given, [*given[2:], *given[:1]], *near, *nobody):
            world.begin()
            before = _by(
                children, _kept(world, upsert, {**upsert.record, children.field: given[:2]})
            )
            after = _by(children, _kept(world, upsert, {**upsert.record, children.field: part}))
            wanted = {key_of(each[children.by]): each for each in part}
            if missing := wanted.keys() - after.keys():
                raise Broken(
                    upsert.operation, f"the child {min(missing)}", "nothing", f"/{children.field}"
                )
            if more := after.keys() - wanted.keys():
                raise Broken(
                    upsert.operation, "no child that was left out", min(more), f"/{children.field}"
                )
            for key in before.keys() & after.keys():
                was, now = before[key].get(children.key), after[key].get(children.key)
                if was != now:
                    told = f"the key {shown(was)} of the child {key}"
                    raise Broken(upsert.operation, told, shown(now), f"/{children.field}")
            for key, sent in wanted.items():
                for loss in losses(world.spec, _item(world, children), sent, after[key]):
                    raise Broken(
                        upsert.operation,
                        f"{shown(loss.expected)}, as it was sent",
                        shown(loss.actual),
                    )


def near_keys_are_others(world: World) -> None:
    """Upsert records whose keys are nearly that of another one: each is a record of its own."""
    upsert = _begun(world)
    _kept(world, upsert, upsert.record)
    tried = False
    for near in _near(world, upsert):
        with suppress(Untried):  # one that the server refuses, or that may not be sent
            tried = _is_apart(world, upsert, near) or tried
    if not tried:
        raise Untried("no other key is near one, or the server takes none")


@dataclass(frozen=True, slots=True)
class _Upsert:
    """An upsert of one record: where it is sent and what, and the answer where it was sent
    already.
    """

    operation: Operation
    at: Keys
    record: Record
    answer: Answer | None = None

    def send(self, world: World, record: Mapping[str, Any]) -> Answer:
        return world.send(
            self.operation,
            self.at,
            world.draft(self.operation, world.above).with_record(dict(record)),
        )


def _begun(world: World) -> _Upsert:
    """Make a record that can be upserted. Raises Untried."""
    operation = world.place.upsert
    if operation is None:
        raise Untried("there is no upsert")
    if operation.key_param is None:
        world.maker.draft(operation, world.above)
        draft = world.draft(operation, world.above)
        record: Record = world.maker.record(draft, world.above)
        if record.get(_found_by(world, operation)) is None:
            record = _found(world, operation, record)
        return _Upsert(operation, world.above, record)
    made = world.make()
    at = {**made.above, operation.key_param: made.key}
    if world.maker.operation is operation:
        return _Upsert(operation, at, made.sent, made.answer)
    known = properties(world.spec, record_schema(world.spec, operation))
    return _Upsert(
        operation,
        at,
        {name: made.sent[name] for name in made.sent.keys() & known},
    )


def _found(world: World, operation: Operation, record: Record) -> Record:
    """Return a record with a value by which an upsert finds it. Raises Untried where none can be
    sent.
    """
    field = _found_by(world, operation)
    fields = properties(world.spec, record_schema(world.spec, operation))
    supply = world.visit.drafts.supply
    if field not in fields:
        raise Untried(f"{operation.label} sends no {field}, by which it would find a record")
    world.visit.number += 1
    schema = fields[field]
    for value in usual(world.spec, schema, field, supply):
        if not isinstance(value, str | int) or not value:
            continue
        own = {**record, field: value}
        known = world.draft(operation, world.above)
        draft = replace(known, record=own)
        return world.visit.drafts.distinct(
            draft,
            world.resource,
            world.visit.number,
        )
    raise Untried(f"there is no value of {field}")


def _near(world: World, upsert: _Upsert) -> list[_Upsert]:
    """Return upserts of records that are not there yet, with keys near that of another one."""
    name = upsert.operation.key_param
    known = {_identity(world, upsert.operation, each) for each in world.listed()}
    if name is not None:
        declared = parameters(world.spec, upsert.operation.path, upsert.operation.method)
        schema = next(
            (resolved(world.spec, each["schema"]) for each in declared if each["name"] == name),
            {},
        )
        keys = [each for each in key_neighbors(upsert.at[name], schema) if each not in known]
        field = str(upsert.operation.key_field or world.resource.key)
        named = [{field: key} if field in upsert.record else {} for key in keys]
        return [
            replace(
                upsert, at={**upsert.at, name: key}, record={**upsert.record, **fields}, answer=None
            )
            for key, fields in zip(keys, named, strict=True)
        ]
    field = _found_by(world, upsert.operation)
    schema = properties(world.spec, record_schema(world.spec, upsert.operation)).get(field, {})
    keys = [
        each
        for each in neighbors(upsert.record.get(field))
        if key_of(each) not in known and admits(schema, each)
    ]
    return [replace(upsert, record={**upsert.record, field: key}, answer=None) for key in keys]


def _is_apart(world: World, upsert: _Upsert, near: _Upsert) -> bool:
    """Hold that a record with a near key is one of its own; tell whether the server takes it.
    Raises Untried.
    """
    answer = near.send(world, near.record)
    if not answer.succeeded:
        return False
    told = _key(world, near)
    shown_key = _identity(world, upsert.operation, _shown(world, near, answer))
    if shown_key not in ("", told):
        raise Broken(
            upsert.operation, f"a record with the key {told}", f"the one with the key {shown_key}"
        )
    if world.place.delete is not None and upsert.operation.key_param is not None:
        world.send(world.place.delete, near.at, world.bare_body(world.place.delete))
        if world.place.read is not None and not world.send(world.place.read, upsert.at).succeeded:
            raise Broken(
                world.place.delete,
                f"the record {_key(world, upsert)}, for {told} is another",
                "nothing",
            )
    return True


def _key(world: World, upsert: _Upsert) -> str:
    name = upsert.operation.key_param
    return (
        upsert.at[name]
        if name is not None
        else key_of(upsert.record.get(_found_by(world, upsert.operation)))
    )


def _found_by(world: World, operation: Operation) -> str:
    """Return the property by which an upsert finds its record."""
    return natural_key(operation) or str(world.resource.key)


def _identity(world: World, operation: Operation, record: Record) -> str:
    """Return the value of it in a record as a text, an empty one where the record does not show
    it.
    """
    found = value_at(record, _found_by(world, operation))
    return key_of(found) if isinstance(found, str | int | float) else ""


def _kept(world: World, upsert: _Upsert, record: Mapping[str, Any]) -> Record:
    """Send a record and return it as it is kept. Raises Untried."""
    return _shown(world, upsert, _taken(upsert.send(world, record)))


def _taken(answer: Answer) -> Answer:
    """Return the answer of an upsert that was not refused. Raises Untried."""
    if not answer.succeeded:
        raise Untried(f"the upsert is refused: {answer.status} {answer.text[:200]}")
    return answer


def _shown(world: World, upsert: _Upsert, answer: Answer) -> Record:
    """Return the record as it is read, or listed; as the answer shows it where nothing else does.
    Raises Untried.
    """
    told = record_of(upsert.operation, answer)
    read = world.place.read
    if read is not None and upsert.operation.key_param is not None:
        found = record_of(read, world.send(read, upsert.at))
    elif world.place.list is not None:
        key = _identity(world, upsert.operation, upsert.record)
        every = world.listed()
        same = (each for each in every if _identity(world, upsert.operation, each) == key)
        found = next(same, None)
    else:
        found = told
    if found is None:
        raise Broken(upsert.operation, "the record that was sent", "nothing shows it")
    return found


def _some_children(world: World, upsert: _Upsert, children: Children) -> list[dict[str, Any]]:
    """Return three children that can be told apart. Raises Untried."""
    schema = _item(world, children)
    fields = properties(world.spec, schema)
    supply = world.visit.drafts.supply
    names = usual(world.spec, fields.get(children.by, {}), children.by, supply)[:3]
    if len(names) < 3:
        raise Untried(f"there are no three values of {children.by}")
    required = [
        each for each in schema.get("required") or () if not fields.get(each, {}).get("readOnly")
    ]
    made = [
        supply.value({**schema, "properties": {n: fields[n] for n in required}}, f"laws/{n}")
        for n in names
    ]
    kept = [writable(world.spec, schema, each) for each in made]
    whole = [dict(each) if isinstance(each, Mapping) else {} for each in kept]
    return [{**each, children.by: name} for each, name in zip(whole, names, strict=True)]


def _near_children(
    world: World, children: Children, child: dict[str, Any]
) -> list[list[dict[str, Any]]]:
    """Return a child beside one whose name differs in case alone, where there is one."""
    schema = properties(world.spec, _item(world, children)).get(children.by, {})
    return [
        [child, {**child, children.by: name}]
        for name in key_neighbors(child[children.by], schema)[:1]
    ]


def _other_values(world: World, children: Children) -> dict[str, Any]:
    """Return other values for what a child holds beside what it is told by."""
    fields = properties(world.spec, _item(world, children))
    free = {name: each for name, each in fields.items() if name not in (children.by, children.key)}
    free = {name: each for name, each in free.items() if not each.get("readOnly")}
    found = {
        name: usual(world.spec, each, name, world.visit.drafts.supply)
        for name, each in free.items()
    }
    return {name: choices[-1] for name, choices in found.items() if choices}


def _item(world: World, children: Children) -> Mapping[str, Any]:
    operation = world.place.upsert
    assert operation is not None, "asked before"
    fields = properties(world.spec, record_schema(world.spec, operation))
    return flattened(
        world.spec, flattened(world.spec, fields.get(children.field, {})).get("items", {})
    )


def _by(children: Children, record: Record) -> dict[str, Record]:
    found = [each for each in record.get(children.field) or () if isinstance(each, Mapping)]
    return {key_of(each.get(children.by)): each for each in found}
