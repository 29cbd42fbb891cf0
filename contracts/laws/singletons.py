"""Laws of the one record of a path, such as `/me`, `/settings` or `/shops/{id}/address`: what is
written there is read there, and a call that is refused changes nothing.

    PATCH /settings {"language": "de"}      language is de, and all else is as it was
    PUT /settings {"language": "de"}        what was left out has its default again
    PATCH /settings {"page_size": "many"}   is refused, and nothing changed

At the end the record is written back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from contracts.compare.dependence import dependents
from contracts.compare.same import changes, is_same, shown
from contracts.laws.bench.envelopes import record_of
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.changing import one_by_one
from contracts.openapi import flattened, properties
from contracts.requests.drafts import Record
from contracts.requests.fields import record_schema, sendable, takes_operations, wrong_values
from contracts.targets.target import Answer
from mockserver.lookup import MISSING
from mockserver.model.types import Kind, Operation

MOST = 12
"""Bodies with one thing wrong that are sent by one operation."""
_DEEP = re.compile(
    r"\b(also|even) (inside|within|in) |\b(deep|recursiv)|nested (objects|properties|fields)",
    re.IGNORECASE,
)
MERGE_PATCH = "application/merge-patch+json"


def is_single(place: Place) -> bool:
    """Tell whether a place has one record, which can be read and written."""
    return place.resource.key is None and place.read is not None and bool(place.changes)


def what_is_written_is_kept(world: World) -> None:
    """Write one property after another: it is read, and every other one is as it was. Then leave
    out what may be left out.
    """
    first = _read(world)
    tried = False
    try:
        for operation in _writes(world):
            for fields in [*one_by_one(world, operation), *_inner(world, operation)]:
                tried = _check_change(world, operation, fields) or tried
            if operation.kind is not Kind.MERGE:
                tried = _check_reset(world, operation) or tried
    finally:
        _write_back(
            world,
            first,
        )
    if not tried:
        raise Untried("the server refuses every change")


def what_is_refused_is_not_written(world: World) -> None:
    """Write bodies of which one property is wrong and the others are new: where the server refuses
    one, nothing has changed.
    """
    first = _read(world)
    refused = False
    try:
        for operation in _writes(world):
            for name, body in _wrong(world, operation):
                world.begin()
                before = _read(world)
                answer = _sent(
                    world,
                    operation,
                    body,
                )
                if answer.status < 400:
                    continue
                refused = True
                _check_unchanged(world, operation, before, f"{name} was refused")
    finally:
        _write_back(
            world,
            first,
        )
    if not refused:
        raise Untried("the server refuses nothing")


@contextmanager
def written_back(world: World) -> Iterator[Record]:
    """Give the one record as it is, and write it back at the end."""
    first = _read(world)
    try:
        yield first
    finally:
        _write_back(
            world,
            first,
        )


def written(world: World, operation: Operation, fields: Mapping[str, Any]) -> Record | None:
    """Write some properties; return the record as it is read then, None where it is refused."""
    _, _, answer = _changed(world, operation, fields)
    return _read(world) if answer.succeeded else None


def _changed(
    world: World, operation: Operation, fields: Mapping[str, Any]
) -> tuple[Record, Record, Answer]:
    """Write some properties; return the record as it was before, what was sent, and the answer."""
    world.begin()
    before = _read(world)
    body = _body(
        world,
        operation,
        before,
        fields,
    )
    answer = _sent(
        world,
        operation,
        body,
    )
    return before, body, answer


def _writes(world: World) -> Iterator[Operation]:
    for operation in world.place.changes:
        if not takes_operations(world.spec, operation):
            yield operation


def _read(world: World) -> Record:
    """Return the record as it is now. Raises Untried."""
    return world.record(_one(world))


def _one(world: World) -> Made:
    """Return the one record, as what was made is."""
    return Made("", world.above, {}, Answer(200), {})


def _fields(world: World, operation: Operation) -> dict[str, Any]:
    return sendable(
        world.spec,
        operation,
        world.resource,
    )


def _sent(world: World, operation: Operation, record: Mapping[str, Any]) -> Answer:
    draft = world.draft(
        operation,
        world.above,
    )
    return world.send(operation, world.above, draft.with_record(dict(record)))


def _body(
    world: World, operation: Operation, before: Record, fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what is sent to change some properties: all of the record where it is replaced."""
    known = _fields(
        world,
        operation,
    )
    body: dict[str, Any] = {}
    if operation.kind is not Kind.MERGE:
        for name in known:
            if before.get(name) is not None:
                body[name] = before[name]
    schema = record_schema(
        world.spec,
        operation,
    )
    draft = world.draft(
        operation,
        world.above,
    )
    for name in schema.get("required") or ():
        if name in before:
            body[name] = before[name]
        elif name in draft.record:
            body[name] = draft.record[name]
    return {**body, **fields}


def _shown_of(world: World, fields: Mapping[str, Any], before: Record) -> dict[str, Any]:
    """Return what was sent of properties that a read shows, by the document or as it did before:
    what is written may be another thing than what is read.
    """
    read = world.place.read
    declared = set() if read is None else set(read.described.success_schema().properties)
    known = declared | set(before)
    return {name: value for name, value in fields.items() if name in known}


def _check_change(world: World, operation: Operation, fields: Mapping[str, Any]) -> bool:
    """Write some properties and hold what is read then; tell whether the server takes them."""
    before, body, answer = _changed(world, operation, fields)
    if not answer.succeeded:
        _check_unchanged(world, operation, before, "the call was refused")
        return False
    after = _read(world)
    sent = _shown_of(world, fields, before)
    for loss in world.losses(sent, after):
        told = f"{shown(loss.expected)}, as it was sent"
        raise Broken(operation, told, shown(loss.actual), loss.place)
    told_now = record_of(
        operation,
        answer,
    )
    if told_now is not None:
        for loss in world.losses(fields, told_now):
            if loss.actual is not MISSING:
                told = f"{shown(loss.expected)} in the reply"
                raise Broken(operation, told, shown(loss.actual), loss.place)
    _check_rest(
        world,
        operation,
        body,
        before,
        after,
    )
    return True


def _check_rest(
    world: World, operation: Operation, sent: Mapping[str, Any], before: Record, after: Record
) -> None:
    """Hold what a client could have sent, and did not, against what it was."""
    if operation.kind is not Kind.MERGE:
        return
    known = _fields(
        world,
        operation,
    )
    moved = dependents(_words(world, operation), sent)
    rest = {}
    for name in known:
        if name in before and name not in sent and name not in moved:
            rest[name] = before[name]
    for loss in changes(rest, after):
        told = f"{shown(loss.expected)}, as it was"
        raise Broken(operation, told, shown(loss.actual), loss.place)
    if not _is_deep(operation):
        return
    for name, value in sent.items():
        old, now = before.get(name), after.get(name)
        if isinstance(value, Mapping) and isinstance(old, Mapping) and isinstance(now, Mapping):
            inner = {each: kept for each, kept in old.items() if each not in value}
            for loss in changes(inner, now):
                told = f"{shown(loss.expected)}, as it was"
                raise Broken(operation, told, shown(loss.actual), f"/{name}{loss.place}")


def _is_deep(operation: Operation) -> bool:
    """Tell whether a merge goes into objects: by its media type (RFC 7396), or as words say."""
    described = operation.described
    request = described.request
    if request is not None and MERGE_PATCH in request.content:
        return True
    return bool(_DEEP.search(f"{described.summary} {described.description}"))


def _inner(world: World, operation: Operation) -> Iterator[dict[str, Any]]:
    """Yield changes of one property inside an object, where the rest of it stays."""
    if operation.kind is not Kind.MERGE or not _is_deep(operation):
        return
    before = _read(world)
    for name, schema in _fields(world, operation).items():
        old = before.get(name)
        if not isinstance(old, Mapping):
            continue
        known = properties(world.spec, flattened(world.spec, schema))
        for inner, child in known.items():
            supply = world.visit.drafts.supply
            value = supply.value({**child, "default": None}, f"one/{name}/{inner}")
            if isinstance(old.get(inner), bool):
                value = not old[inner]
            if value is not MISSING and value is not None and not is_same(old.get(inner), value):
                yield {name: {inner: value}}


def _check_reset(world: World, operation: Operation) -> bool:
    """Write what must be written alone: the rest has its default, or is gone; tell whether the
    server takes that.
    """
    changed = dict(_all_new(world, operation))
    before = _read(world)
    if not _sent(world, operation, _body(world, operation, before, changed)).succeeded:
        changed = {}
    world.begin()
    before = _read(world)
    schema = record_schema(
        world.spec,
        operation,
    )
    required = schema.get("required") or ()
    whole = _body(
        world,
        operation,
        before,
        changed,
    )
    least = {name: value for name, value in whole.items() if name in required}
    if not _sent(world, operation, least).succeeded:
        return False
    after = _read(world)
    for name, child in _fields(world, operation).items():
        if name in least or "default" not in child:
            continue
        default, now = child["default"], after.get(name)
        is_told = now is not None and default is not None and not isinstance(default, Mapping)
        if is_told and not is_same(default, now):
            told = f"the default {shown(default)} of {name}, which was not sent"
            raise Broken(operation, told, shown(now), f"/{name}")
    return True


def _all_new(world: World, operation: Operation) -> Iterator[tuple[str, Any]]:
    found = world.visit.drafts.others(operation, world.resource)
    for name, schema in _fields(world, operation).items():
        for value in found.get(name, ()):
            if value and value != schema.get("default"):
                yield name, value
                break


def _wrong(world: World, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield bodies of which one property is wrong, each with its name."""
    before = _read(world)
    new = dict(_all_new(world, operation))
    number = 0
    for name, schema in _fields(world, operation).items():
        rest = {other: value for other, value in new.items() if other != name}
        body = _body(world, operation, before, rest)
        body.pop(name, None)
        for value in wrong_values(flattened(world.spec, schema)):
            number += 1
            if number > MOST:
                return
            yield name, {**body, name: value}


def _check_unchanged(world: World, operation: Operation, before: Record, why: str) -> None:
    after = _read(world)
    known = {name: before[name] for name in _fields(world, operation) if name in before}
    for loss in changes(known, after):
        told = f"{shown(loss.expected)}, as it was, for {why}"
        raise Broken(operation, told, shown(loss.actual), loss.place)


def _words(world: World, operation: Operation) -> dict[str, str]:
    """Return what the document says of the properties that an operation carries."""
    known = _fields(world, operation)
    return {name: str(schema.get("description") or "") for name, schema in known.items()}


def _write_back(world: World, first: Record) -> None:
    """Write the record as it was at first, as far as the server lets that be done."""
    with world.visit.off_stage(), suppress(Untried):
        for operation in _writes(world):
            known = _fields(world, operation)
            old = {name: first[name] for name in known if first.get(name) is not None}
            if _sent(world, operation, _body(world, operation, first, old)).succeeded:
                return
