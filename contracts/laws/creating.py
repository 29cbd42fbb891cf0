"""Laws of records that are made: they are there, alone or together with others, as they were
sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.compare.same import Loss, shown
from contracts.expiry import may_be_hidden, shows_recent_alone
from contracts.laws.bench.batches import make_batch
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.nesting import nested
from contracts.requests.drafts import Record
from contracts.requests.fields import scalars, sendable, takes_array, values
from contracts.targets.target import Answer
from mockserver.lookup import MISSING
from mockserver.model.types import Kind, Operation

FAILED, UNAVAILABLE = 500, 503
"""Statuses from which on the server failed, and by which it says that it will be back."""


def has_batches(place: Place) -> bool:
    return bool(place.batches)


def created_is_readable(world: World) -> None:
    """Make a record, read it by its key, find it once in the list, and count one more."""
    operation = world.maker.operation
    before = [(each, world.count(each)) for each in world.place.counts] if world.is_alone else []
    made = world.make()
    found = _readable(world, made)
    if found is not None and world.key(found) not in ("", made.key):
        told = f"the record {world.key(found)}"
        raise Broken(
            reader_of(world),
            f"the record {made.key}",
            told,
            f"/{world.resource.key}",
        )
    if world.place.list is not None:
        times = [world.key(each) for each in world.listed()].count(made.key)
        if not times and may_be_hidden(found or made.shown):
            raise Untried("a list may leave out what is put away, as the new record is")
        if not times and shows_recent_alone(_words(world.place.list)):
            raise Untried("a list leaves out what is of another time, as the document says")
        if times != 1:
            raise Broken(
                world.place.list,
                f"the record {made.key} once in the list",
                f"it is there {times} times",
            )
    for count, number in before:
        if (now := world.count(count)) != number + 1:
            raise Broken(
                count,
                f"one record more than {number}",
                str(now),
            )
    if found is None and world.place.list is None:
        raise Untried(f"nothing shows what {operation.label} makes")


def _words(operation: Operation) -> str:
    return f"{operation.described.summary} {operation.described.description}"


def sent_is_read(world: World) -> None:
    """Make records of many values, one property at a time, and read each of them as it was sent."""
    operation = world.maker.operation
    record = world.maker.draft(operation, world.above).record
    for fields in [{}, *_one_by_one(world, operation), *nested(world, operation, record)]:
        world.begin()
        made = world.offer(fields)
        if not isinstance(made, Answer):
            _check_sent(world, operation, made)
        elif _has_failed(operation, made):
            raise Broken(operation, "no failure of the server", str(made.status), "status")
    world.begin()
    made = world.offer(full=True)
    if not isinstance(made, Answer):
        _check_sent(world, operation, made)


def _has_failed(operation: Operation, answer: Answer) -> bool:
    """Tell whether a server failed, and neither its document nor its answer says that it may."""
    if answer.status < FAILED or answer.status == UNAVAILABLE:
        return False
    return not operation.described.documents(answer.status)


def batch_makes_all(world: World) -> None:
    """Send records together: each of them is there, as it was sent, and counts."""
    tried = False
    for operation in world.place.writes:
        if operation.key_param is not None or not takes_array(world.spec, operation):
            continue
        world.begin()
        before = len(world.listed()) if world.place.list is not None and world.is_alone else None
        made = make_batch(
            world.maker,
            operation,
            world.above,
            3,
        )
        last = world.visit.wire.last.answer
        if last is not None and last.status == 207 and len(made) < 3:
            continue  # the reply tells of each by itself, and refuses some
        if (
            before is not None
            and operation.kind is Kind.CREATE
            and (now := len(world.listed())) != before + 3
        ):
            raise Broken(
                operation,
                f"{before + 3} records, 3 more than before",
                str(now),
            )
        for each in made:
            tried = True
            _check_member(world, operation, each)
    if not tried:
        raise Untried("no call shows the keys of several records that it makes")


def kept_of(world: World, made: Made) -> dict[str, Any]:
    """Return what was sent of a record and must stay as it was sent."""
    kept = sendable(
        world.spec,
        world.maker.operation,
        world.resource,
    )
    return {name: value for name, value in made.sent.items() if name in kept}


def lost(operation: Operation, loss: Loss) -> Broken:
    """Return what is broken when something that was sent is not read."""
    return Broken(
        operation, f"{shown(loss.expected)}, as it was sent", shown(loss.actual), loss.place
    )


def reader_of(world: World) -> Operation:
    """Return the operation that shows records."""
    return world.place.read or world.place.list or world.maker.operation


def _check_member(world: World, operation: Operation, made: Made) -> None:
    """Hold a record that was made among others against what was sent, and against its defaults."""
    found = world.find(made)
    if found is None:
        raise Broken(
            operation,
            f"the record {made.key}, which was made among others",
            "nothing",
        )
    for loss in world.losses(
        kept_of(world, made),
        found,
    ):
        raise lost(operation, loss)
    fields = sendable(world.spec, operation, world.resource)
    defaults = {name: schema["default"] for name, schema in fields.items() if "default" in schema}
    unsent = {
        name: value for name, value in defaults.items() if name not in made.sent and name in found
    }
    for loss in world.losses(
        unsent,
        found,
    ):
        raise Broken(
            operation, f"the default {shown(loss.expected)}", shown(loss.actual), loss.place
        )


def _one_by_one(world: World, operation: Operation) -> Iterator[dict[str, Any]]:
    """Yield values for the record, one property at a time, simple values of all properties
    first.
    """
    fields = scalars(world.spec, operation, world.resource)
    found = {
        name: values(
            world.spec,
            schema,
            name,
            world.visit.drafts.supply,
        )
        for name, schema in fields.items()
    }
    for at in range(max(map(len, found.values()), default=0)):
        yield from ({name: choices[at]} for name, choices in found.items() if at < len(choices))


def _check_sent(world: World, operation: Operation, made: Made) -> None:
    """Hold what the server shows of a record against what was sent: in its reply, when read, in the
    list.
    """
    sent = kept_of(world, made)
    for shower, record in showings(world, operation, made):
        for loss in world.losses(
            sent,
            record,
        ):
            if operation.key_param is not None and loss.actual == made.key:
                continue  # it has the name that the path gives it
            is_less = loss.actual is MISSING or (loss.actual is None and world.place.read)
            if shower is world.place.read or not is_less:  # other replies may show less
                raise lost(shower, loss)


def showings(
    world: World, operation: Operation, made: Made
) -> Iterator[tuple[Operation, Mapping[str, Any]]]:
    """Yield what shows the record, each with what it shows."""
    read = world.place.read
    listing = world.place.list
    if world.key(made.shown) == made.key:
        yield operation, made.shown
    if read is not None:
        yield read, world.record(made)
        if not world.is_alone:
            return
    if listing is None:
        return
    for each in world.listed():
        if world.key(each) == made.key:
            yield listing, each


def _readable(world: World, made: Made) -> Record | None:
    if world.place.read is None:
        return None
    answer = world.read(made)
    if not answer.succeeded:
        world.visit.unread.add(world.place.path)
        raise Broken(
            world.place.read, f"the record {made.key} that was made", str(answer.status), "status"
        )
    world.visit.unread.discard(world.place.path)
    return world.find(made)
