"""Laws of what the server has a say in: keys, defaults, what it alone writes, what must be
unique.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from contracts.compare.likeness import moment
from contracts.compare.same import is_same, shown
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.creating import lost, reader_of, showings
from contracts.laws.snapshot import check_unchanged, snapshot
from contracts.openapi import operation_at, properties, success_statuses
from contracts.requests.fields import sendable, usual, values
from contracts.targets.target import Answer
from mockserver.lookup import MISSING, value_at
from mockserver.model.paths import bare
from mockserver.model.types import Operation


def has_unique(place: Place) -> bool:
    """Tell whether some values must be unique: those that are said to be, or a key that clients may
    choose.
    """
    resource = place.resource
    return bool(resource.unique) or (
        place.create is not None and resource.key not in resource.read_only
    )


def has_secrets(place: Place) -> bool:
    """Tell whether a create takes something that is never shown."""
    if place.create is None or not (place.read or place.list):
        return False
    schemas = place.create.described.sent_schema.properties.values()
    return any(schema.is_write_only for schema in schemas)


def secrets_are_not_shown(world: World) -> None:
    """Make a record with what can only be written: no reply shows it."""
    operation = world.maker.operation
    schemas = operation.described.sent_schema.properties
    names = [name for name, schema in schemas.items() if schema.is_write_only]
    known = world.visit.drafts.fields(operation)
    tried = False
    for name in names:
        found = usual(
            world.spec,
            known[name],
            name,
            world.visit.drafts.supply,
        )
        world.begin()
        made = world.offer({name: found[0]}) if found else None
        if made is None or isinstance(made, Answer):
            continue
        tried = True
        for shower, record in showings(world, operation, made):
            if name in record and is_same(record[name], found[0]):
                told = f"no {name}, which can only be written"
                raise Broken(
                    shower,
                    told,
                    "it is shown",
                    f"/{name}",
                )
    if not tried:
        raise Untried("no record has what can only be written")


def defaults_apply(world: World) -> None:
    """Make a record without what has a default and find the default; send null, false, zero and
    find them instead.
    """
    fields = sendable(
        world.spec,
        world.maker.operation,
        world.resource,
    )
    known = {
        name: schema.get("default", world.resource.defaults.get(name, MISSING))
        for name, schema in fields.items()
    }
    defaults = {name: value for name, value in known.items() if value is not MISSING}
    if not defaults:
        raise Untried("no property that a client can leave out has a default")
    made = world.make()
    record = world.record(made)
    shows = world.resource.record.properties
    for name, value in defaults.items():
        if value is None and name in shows and not shows[name].takes_null:
            continue
        if name not in made.sent and name in record and not is_same(record[name], value):
            raise Broken(
                reader_of(world),
                f"the default {shown(value)} of {name}",
                shown(record[name]),
                f"/{name}",
            )
    for name, value in defaults.items():
        for falsy in [
            each
            for each in values(world.spec, fields[name], name, world.visit.drafts.supply)
            if not each
        ]:
            if not is_same(falsy, value):
                _check_kept(world, name, falsy)


def read_only_cannot_be_written(world: World) -> None:
    """Send values for read-only properties when a record is made and when it is changed: they must
    not be kept.
    """
    record = world.record(world.make())
    forgeries = _forgeries(world, record)
    if not forgeries:
        raise Untried("no read-only property is shown")
    for name, value in forgeries.items():
        world.begin()
        forged = world.offer({name: value})
        if isinstance(forged, Answer):
            continue
        found = world.find(forged)
        is_kept = found is not None and is_same(found.get(name), value)
        if found is None or (is_kept and _is_kept_again(world, name, value)):
            told = shown(value) if found is not None else f"no record {forged.key}"
            raise Broken(world.maker.operation, f"a {name} of the server's own", told, f"/{name}")
    for change in world.place.changes:
        choices = world.visit.drafts.others(change, world.resource)
        full = {name: found[0] for name, found in choices.items() if found}
        for name, value in forgeries.items():
            world.begin()
            made = world.make()
            before = world.record(made)
            world.change(change, made, {**full, name: value})
            after = world.find(made)
            if after is None or (
                is_same(after.get(name), value) and not is_same(before.get(name), value)
            ):
                told = shown(value) if after is not None else f"no record {made.key}"
                raise Broken(
                    change,
                    f"{name} as it was, {shown(before.get(name))}",
                    told,
                    f"/{name}",
                )


def _is_kept_again(world: World, name: str, value: Any) -> bool:
    """Tell whether a value that was kept once is so again: the server may have come to the same
    one by itself, as its next number.
    """
    again = world.offer({name: value})
    if isinstance(again, Answer):
        return True
    found = world.find(again)
    return found is None or is_same(found.get(name), value)


def keys_are_not_reused(world: World) -> None:
    """Make records, delete the last and then all of them, make others: no key may come twice."""
    operation, place = world.maker.operation, f"/{world.resource.key}"
    if operation.key_param or world.resource.key in world.draft(operation, world.above).record:
        raise Untried("the client chooses the keys")
    made = [world.make() for _ in range(2)]
    if any(is_derived(each.key, each.sent) for each in made):
        raise Untried("the keys are made from what is sent, so they may come again")
    seen = {each.key for each in made}
    if len(seen) < len(made):
        raise Broken(operation, "a key of its own for each record", f"{made[0].key} twice", place)
    if world.place.delete is None:
        return
    for doomed in (made[1], made[0]):
        if not world.delete(doomed).succeeded:
            raise Untried("a record cannot be deleted")
        again = world.make().key
        if again in seen:
            if is_numbered(again) and not world.resource.key_lasts:
                raise Untried("numbers of deleted records come again, and nothing forbids it")
            told = f"{again}, the key of a deleted record"
            raise Broken(operation, "a key that no record had before", told, place)
        seen.add(again)


def is_numbered(key: str) -> bool:
    """Tell whether a key is a number, also behind a letter or two (`a7`) or in an opaque form
    (base64 of `Label:7`).
    """
    if re.fullmatch(r"[A-Za-z]{0,2}\d+", key) is not None:
        return True
    try:
        told = b64decode(key.encode(), validate=True).decode("ascii")
    except ValueError:
        return False
    return told.isprintable() and re.fullmatch(r"(.*\D)?\d+", told) is not None


def is_derived(key: str, sent: Any) -> bool:
    """Tell whether a key is made from a text that was sent, as a slug is from a title."""
    if isinstance(sent, Mapping):
        return any(is_derived(key, value) for value in sent.values())
    if not isinstance(sent, str) or key.isdigit():
        return False
    slug, base = bare(sent), bare(key)
    return len(slug) > 0 and (base.startswith(slug) or (len(base) > 2 and slug.startswith(base)))


def unique_is_kept(world: World) -> None:
    """Make a record with the unique values of another one: it must be refused, and the other one
    stay as it is.
    """
    made = world.make()
    before, tried = world.record(made), False
    for names in world.resource.unique:
        taken = {
            name: value
            for name in names
            if (value := value_at(before, name)) not in (MISSING, None)
        }
        if len(taken) == len(names):
            tried = True
            _check_conflict(world, made, taken)
            _check_own(world, made, taken)
    key = str(world.resource.key)
    if (
        key in made.sent
        and world.maker.operation is world.place.create
        and not _may_replace(world, world.maker.operation)
        and key not in _references(world)
    ):
        tried = True
        _check_conflict(world, made, {key: made.sent[key]})
    if not tried:
        raise Untried("nothing must be unique")
    _check_free_again(world, made)


def _may_replace(world: World, operation: Operation) -> bool:
    """Tell whether the document has more than one success for a create: it may replace a record."""
    declared = operation_at(world.spec, operation.path, operation.method)
    return len(success_statuses(declared)) > 1


def _check_free_again(world: World, made: Made) -> None:
    """Delete a record and make one with its unique values: nothing is in their way any more."""
    taken = {
        name: made.sent[name]
        for names in world.resource.unique
        for name in names
        if name in made.sent
    }
    if not taken or world.place.delete is None:
        return
    world.begin()
    with suppress(Untried):
        if not world.delete(made).succeeded:
            return
        again = world.offer(taken)
        if isinstance(again, Answer) and again.status == 409:
            what = f"success, for no record has this {', '.join(taken)} any more"
            raise Broken(world.maker.operation, what, str(again.status), "status")


def _check_kept(world: World, name: str, value: Any) -> None:
    """Send an empty value of a property: it is kept."""
    world.begin()
    made = world.offer({name: value})
    if isinstance(made, Answer):
        return
    record = world.record(made)
    for loss in world.losses({name: value}, record):
        raise lost(reader_of(world), loss)


def _check_conflict(world: World, made: Made, taken: Mapping[str, Any]) -> None:
    """Make, and change, another record to these values."""
    what = f"a refusal, for {', '.join(taken)} must be unique"
    world.begin()
    before = snapshot(world, [made])
    second = world.offer(taken)
    if isinstance(second, Answer):
        check_unchanged(world, world.maker.operation, before, [made], "the call was refused")
    elif _has(world.find(second) or {}, taken):
        raise Broken(world.maker.operation, what, str(second.answer.status), "status")
    for change in world.place.changes:
        world.begin()
        other = world.make()
        before = snapshot(world, [made, other])
        answer = world.change(change, other, taken)
        if answer.status >= 400:
            check_unchanged(world, change, before, [made, other], "the call was refused")
        elif _has(world.find(other) or {}, taken):
            raise Broken(change, what, str(answer.status), "status")


def _check_own(world: World, made: Made, taken: Mapping[str, Any]) -> None:
    """Change a record to the values that it has: they are its own, and no conflict."""
    for change in world.place.changes:
        world.begin()
        answer = world.change(change, made, taken)
        if answer.status == 409:
            raise Broken(
                change,
                f"success, for {', '.join(taken)} stays as it is",
                str(answer.status),
                "status",
            )


def _has(record: Mapping[str, Any], values_: Mapping[str, Any]) -> bool:
    return all(is_same(value_at(record, name), value) for name, value in values_.items())


def _references(world: World) -> set[str]:
    return {each.field for each in world.resource.references}


def _forgeries(world: World, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return other values for what only the server writes: another parent's key for that of the
    parent.
    """
    resource = world.resource
    declared = properties(world.spec, resource.schema)
    owned = sorted(name for name in resource.read_only if name in declared and name in record)
    if world.maker.operation.key_param:
        owned = [name for name in owned if name != resource.key]
    found = {name: other for name in owned if (other := _another(record[name])) is not MISSING}
    with suppress(Untried):
        strange = world.another_above() if world.place.parameters else {}
        for parent in resource.parents:
            if parent.field in found and parent.param in strange:
                key = strange[parent.param]
                found[parent.field] = (
                    int(key) if isinstance(record[parent.field], int) and key.isdigit() else key
                )
    return found


def _another(value: Any) -> Any:
    """Return another value of the same kind, MISSING for what cannot be forged."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 4_321
    if moment(value) is not None and isinstance(value, str):
        return (
            "2001-02-03T04:05:06Z"
            if value[10:11] == "T"
            else re.sub(r"\b(19|20)\d\d\b", "2001", value, count=1)
        )
    if isinstance(value, str) and value:
        at = next((at for at, sign in enumerate(value) if sign.isdigit()), 0)
        return f"{value[:at]}{'1' if value[at] != '1' else '2'}{value[at + 1 :]}"
    return MISSING
