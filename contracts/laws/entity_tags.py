"""Laws of versions: a change gives a record another entity tag, and a stale one changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from contracts.compare.same import is_same, shown
from contracts.laws.bench.envelopes import record_of
from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.changing import one_by_one, whole
from contracts.requests.samples import Body
from contracts.targets.target import Answer
from mockserver.exchange import Sent
from mockserver.model.types import Kind, Operation

CHANGES = frozenset({Kind.MERGE, Kind.REPLACE})
_RISES = re.compile(
    r"\b(goes up|increment|increas|rais|changes|counts up|new one|another one)\w*\b.{0,30}"
    r"\b(each|every|any) (change|update|write|edit)",
    re.IGNORECASE,
)
MOST = 8
"""Properties that are changed one after another."""


def has_versions(place: Place) -> bool:
    """Tell whether the document has entity tags for the records of a place."""
    if place.read is None:
        return False
    reply = place.read.described.response(place.read.success)
    names = {name.lower() for name in reply.headers}
    if any(_version_field(each) for each in place.changes):
        return True
    return "etag" in names or any(_takes_if_match(each) for each in place.changes)


def stale_changes_nothing(world: World) -> None:
    """Change a record by its entity tag (RFC 9110, section 13.1.1): it has another one then, and a
    change by the old one is refused.
    """
    read = world.place.read
    tried = _check_versions(world)
    for operation in world.place.changes:
        if tried and _version_field(operation):
            continue
        if read is None or operation.kind not in CHANGES or not _names_its_record(operation):
            continue
        world.begin()
        made = whole(world)
        old = _tag(world.read(made))
        if old is None:
            raise Untried("no reply has an entity tag")
        changed = _changed(
            world,
            operation,
            made,
            old,
        )
        if changed is None:
            continue
        tried = True
        new = _tag(world.read(made))
        if new == old:
            told = "another entity tag, for the record was changed"
            raise Broken(read, told, f"{old} again", "etag")
        _check_not_modified(
            world,
            read,
            made,
            old,
            new,
        )
        _check_each(
            world,
            operation,
            made,
        )
        if _takes_if_match(operation):
            _check_stale(world, operation, made, old)
    tried = _check_deletes(world) or tried
    tried = _check_guards(world) or tried
    if not tried:
        raise Untried("the server refuses every change")


def _version_field(operation: Operation) -> str | None:
    """Return the property of a body that carries the version which a change is for, where the
    document says that another one is refused.
    """
    conditions = operation.conditions
    if conditions is None or conditions.param is not None:
        return None
    is_refused = any(map(operation.described.documents, (409, 412)))
    return conditions.field if is_refused else None


def _check_versions(world: World) -> bool:
    """Change a record, and then again with the version that it had before: that is refused."""
    tried = False
    for operation in world.place.changes:
        field = _version_field(operation)
        if field is None or not _names_its_record(operation):
            continue
        world.begin()
        made = world.make()
        old = world.record(made).get(field)
        changes_ = [*one_by_one(world, operation)][:MOST]
        changes_ = [fields for fields in changes_ if field not in fields]
        if old is None or not changes_:
            continue
        if not world.change(operation, made, changes_[0]).succeeded:
            continue
        before = world.record(made)
        tried = True
        if is_same(before.get(field), old):
            schema = world.resource.record.properties.get(field)
            words = str(schema.get("description") or "") if schema is not None else ""
            if not _RISES.search(words):
                continue
            raise Broken(operation, "another version, as it says", shown(old), f"/{field}")
        fields = changes_[-1]
        body = world.changing(operation, made, {**fields, field: old})
        sent = world.visit.granted(operation, world.at(operation, made), body)
        answer = world.visit.send_raw(_with_version(sent, field, old))
        demand_refusal(operation, answer, f"{field} is that of an earlier version")
    return tried


def _with_version(sent: Sent, field: str, old: object) -> Sent:
    """Return a request whose body carries a version."""
    body = sent.body
    if not isinstance(body, Mapping):
        return sent
    content = json.dumps({**body, field: old}).encode()
    return replace(sent, content=content)


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


def _check_each(world: World, operation: Operation, made: Made) -> None:
    """Change one property after another: each change gives the record another tag."""
    read = world.place.read
    others = world.visit.drafts.others(operation, world.resource)
    for name, choices in [*others.items()][:MOST]:
        before = world.read(made)
        old = _tag(before)
        if read is None or old is None or not choices:
            continue
        headers = {"If-Match": old} if _takes_if_match(operation) else {}
        body = world.changing(operation, made, {name: choices[0]})
        _sent(world, operation, made, body, headers)
        after = world.read(made)
        first = record_of(read, before) or {}
        second = record_of(read, after) or {}
        if not is_same(first.get(name), second.get(name)) and _tag(after) == old:
            told = f"another entity tag, for {name} was changed"
            raise Broken(read, told, f"{old} again", "etag")


def _check_not_modified(
    world: World, read: Operation, made: Made, old: str, new: str | None
) -> None:
    """Ask for the record unless it has a tag: that which it had, and it is shown; that which it
    has, and it is not, where the document has that (RFC 9110, section 13.2.2).
    """
    answer = _sent(
        world,
        read,
        made,
        None,
        {"If-None-Match": old},
    )
    if answer.status == 304:
        told = "the record, for it was changed since it had this entity tag"
        raise Broken(read, told, "304", "status")
    if new is None or not _takes(read, "if-none-match") or not read.described.documents(304):
        return
    answer = _sent(
        world,
        read,
        made,
        None,
        {"If-None-Match": new},
    )
    if answer.status == 200 and answer.headers.get("etag") == new:
        told = "304, for the record has this entity tag"
        raise Broken(read, told, "200", "status")


def _check_deletes(world: World) -> bool:
    """Delete a record by the tag that it had: it is refused, and the record is there."""
    delete = world.place.delete
    changes = [each for each in world.place.changes if _names_its_record(each)]
    if delete is None or not _takes_if_match(delete) or not changes:
        return False
    world.begin()
    made = whole(world)
    old = _tag(world.read(made))
    if old is None or _changed(world, changes[0], made, old) is None:
        return False
    answer = _sent(
        world,
        delete,
        made,
        None,
        {"If-Match": old},
    )
    _demand_stale_refused(delete, answer)
    if world.find(made) is None:
        raise Broken(delete, "the record, for its delete was refused", "it is gone")
    return True


def _check_guards(world: World) -> bool:
    """Send what the document wants a precondition for without one (428, RFC 6585), and a replace
    that must find nothing where there is a record.
    """
    tried = False
    for operation in (*world.place.changes, world.place.upsert, world.place.delete):
        if operation is None or not _names_its_record(operation):
            continue
        if operation.described.documents(428) and _takes_if_match(operation):
            tried = True
            _check_refused(world, operation, "If-Match", "", "nothing says of which version")
        takes_none = _takes(operation, "if-none-match") and operation.described.documents(412)
        if takes_none and operation.method == "PUT":
            tried = True
            _check_refused(world, operation, "If-None-Match", "*", "there is such a record")
    return tried


def _check_refused(world: World, operation: Operation, name: str, value: str, why: str) -> None:
    """Send a call with one condition or with none: it is refused and changes nothing."""
    world.begin()
    made = whole(world)
    before = world.record(made)
    is_delete = operation.kind is Kind.DELETE
    fields = {} if is_delete else next(iter(one_by_one(world, operation)), {})
    body = world.bare_body(operation) if is_delete else world.changing(operation, made, fields)
    sent = world.visit.granted(operation, world.at(operation, made), body)
    kept = {each: text for each, text in sent.headers.items() if not each.lower().startswith("if-")}
    answer = world.visit.send_raw(sent.with_headers({**kept, **({name: value} if value else {})}))
    demand_refusal(operation, answer, why)
    after = world.find(made)
    if after is None or any(not is_same(before.get(each), after.get(each)) for each in fields):
        raise Broken(operation, "the record as it was, for the call was refused", shown(after))


def _check_stale(world: World, operation: Operation, made: Made, old: str) -> None:
    """Send a change with the tag that the record had: it is refused and changes nothing."""
    before = world.record(made)
    for fields in one_by_one(world, operation):
        if all(is_same(before.get(name), value) for name, value in fields.items()):
            continue
        body = world.changing(operation, made, fields)
        answer = _sent(
            world,
            operation,
            made,
            body,
            {"If-Match": old},
        )
        _demand_stale_refused(operation, answer)
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
    return _takes(operation, "if-match")


def _takes(operation: Operation, name: str) -> bool:
    names = {each.name.lower() for each in operation.described.parameters_in("header")}
    return name in names


def _demand_stale_refused(operation: Operation, answer: Answer) -> None:
    """Raise Broken where a call with the entity tag of an earlier version is granted."""
    why = "the entity tag is that of an earlier version"
    demand_refusal(operation, answer, why, refusal="a refusal (412)")


def _names_its_record(operation: Operation) -> bool:
    return operation.path.endswith("}")
