"""Laws of versions: a change gives a record another entity tag, and a stale one changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.laws.changing import one_by_one, whole
from contracts.laws.law import Broken, Untried
from contracts.laws.places import Place
from contracts.laws.same import is_same, shown
from contracts.laws.visit import Made
from contracts.laws.world import World
from contracts.lifecycle.samples import Body
from contracts.targets.target import Answer
from mockserver.model.types import Kind, Operation

CHANGES = frozenset({Kind.MERGE, Kind.REPLACE})


def has_versions(place: Place) -> bool:
    """Tell whether the document has entity tags for the records of a place."""
    if place.read is None:
        return False
    reply = place.read.described.response(place.read.success)
    names = {name.lower() for name in reply.headers}
    return "etag" in names or any(_takes_if_match(each) for each in place.changes)


def stale_changes_nothing(world: World) -> None:
    """Change a record by its entity tag (RFC 9110, section 13.1.1): it has another one then, and a
    change by the old one is refused.
    """
    read = world.place.read
    tried = False
    for operation in world.place.changes:
        if read is None or operation.kind not in CHANGES or not _names_its_record(operation):
            continue
        world.begin()
        made = whole(world)
        old = _tag(world.read(made))
        if old is None:
            raise Untried("no reply has an entity tag")
        changed = _changed(world, operation, made, old)
        if changed is None:
            continue
        tried = True
        new = _tag(world.read(made))
        if new == old:
            told = "another entity tag, for the record was changed"
            raise Broken(read, told, f"{old} again", "etag")
        _check_not_modified(world, read, made, old)
        if _takes_if_match(operation):
            _check_stale(world, operation, made, old)
    if not tried:
        raise Untried("the server refuses every change")


def _changed(
    world: World,
    operation: Operation,
    made: Made,
    tag: str,
) -> Mapping[str, object] | None:
    """Change one property; return the change, None where the server takes none that shows."""
    headers = {"If-Match": tag} if _takes_if_match(operation) else {}
    for fields in one_by_one(world, operation):
        before = world.record(made)
        body = world.changing(operation, made, fields)
        answer = _sent(world, operation, made, body, headers)
        if not answer.succeeded:
            continue
        after = world.record(made)
        if any(not is_same(before.get(name), after.get(name)) for name in fields):
            return fields
        return None
    return None


def _check_not_modified(world: World, read: Operation, made: Made, old: str) -> None:
    """Ask for the record unless it has the tag that it had: it is shown."""
    answer = _sent(world, read, made, None, {"If-None-Match": old})
    if answer.status == 304:
        told = "the record, for it was changed since it had this entity tag"
        raise Broken(read, told, "304", "status")


def _check_stale(world: World, operation: Operation, made: Made, old: str) -> None:
    """Send a change with the tag that the record had: it is refused and changes nothing."""
    before = world.record(made)
    for fields in one_by_one(world, operation):
        if all(is_same(before.get(name), value) for name, value in fields.items()):
            continue
        body = world.changing(operation, made, fields)
        answer = _sent(world, operation, made, body, {"If-Match": old})
        if answer.succeeded:
            told = "a refusal (412), for the entity tag is that of an earlier version"
            raise Broken(operation, told, str(answer.status), "status")
        after = world.record(made)
        for name in fields:
            if not is_same(before.get(name), after.get(name)):
                expected = f"{shown(before.get(name))}, for the call was refused"
                raise Broken(
                    operation,
                    expected,
                    shown(after.get(name)),
                    f"/{name}",
                )
        return


def _sent(
    world: World,
    operation: Operation,
    made: Made,
    body: Body | None,
    headers: Mapping[str, str],
) -> Answer:
    sent = world.visit.granted(operation, world.at(operation, made), body)
    return world.visit.send_raw(sent.with_headers({**sent.headers, **headers}))


def _tag(answer: Answer) -> str | None:
    return answer.headers.get("etag") if answer.succeeded else None


def _takes_if_match(operation: Operation) -> bool:
    names = {each.name.lower() for each in operation.described.parameters_in("header")}
    return "if-match" in names


def _names_its_record(operation: Operation) -> bool:
    return operation.path.endswith("}")
