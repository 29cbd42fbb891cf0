"""Laws of records that name others: what is named must exist where the document says so, and what
was deleted is named no more where it says that.

Which records a property names is told by its words and its name: `assignee_id`, "id of a user that
exists", names one of `/users`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.compare.same import shown
from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.nouns import EXISTS, is_name_of_key, named_place, nouns_of
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.openapi import properties
from contracts.requests.bodies import alike
from contracts.requests.fields import record_schema
from contracts.targets.target import Answer
from mockserver.model.types import Operation
from mockserver.state import key_of

FAR = 7_000_000
"""How far a number is from those that are given out in a run."""
_CLEARS = re.compile(
    r"\b(remov|clear|unset|unassign|detach|reset|empt|null)\w*",
    re.IGNORECASE,
)
_CLEARS_ALONE = re.compile(
    r"\b(clear|unset|unassign|detach|reset|null|keep|kept|stay|remain)\w*", re.IGNORECASE
)
_HELD = re.compile(
    r"\b(cannot|can't|can not|must not|may not|not be|refused|in use|only)\b", re.IGNORECASE
)
_WHILE = re.compile(
    r"\b(while|as long as|still|unless|until|not empty)\b|\bthere (is|are) \w+|"
    r"\bhas (a|any|some)\b",
    re.IGNORECASE,
)
_ALONG = re.compile(
    r"\b(and|with|along with|including|together with)\s+(all|any|its|their|the|every|also)\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"(_count|Count|_total)$|^(num|number)_", re.IGNORECASE)
_EVER = re.compile(r"\bever\b|lifetime|all time|so far|including deleted", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Naming:
    """A property that names a record of a place; `words` are those that describe it."""

    field: str
    place: Place
    words: str


def names_others(place: Place) -> bool:
    """Tell whether records of a place may name others: there is a property like `user_id`."""
    if place.create is None:
        return False
    schema = place.create.described.sent_schema
    return any(map(is_name_of_key, schema.properties))


def named_must_exist(world: World) -> None:
    """Send the key of a record that is not there, where the document says that it must exist: the
    call is refused.
    """
    tried = False
    for naming in namings(world):
        if not EXISTS.search(naming.words):
            continue
        target = _gone(
            world,
            naming,
        )
        key = key_named(
            world,
            naming,
            target,
        )
        world.begin()
        made = world.offer({naming.field: key})
        if not isinstance(made, Answer) and _is_back(world, naming, target):
            target = _far(target)
            key = key_named(world, naming, target)
            world.begin()
            made = world.offer({naming.field: key})
        tried = True
        if not isinstance(made, Answer):
            told = f"a refusal, for there is no record {key} of {naming.place.path}"
            raise Broken(
                world.maker.operation,
                told,
                "success",
                f"/{naming.field}",
            )
    if not tried:
        raise Untried("the document does not say that what is named must exist")


def deleted_is_not_named(world: World) -> None:
    """Delete what a record names, where the document says what becomes of that: it is named no
    more. What counts the records that name it follows when one of them goes.
    """
    tried = False
    for naming in namings(world):
        world.begin()
        other = world.named(naming.place)
        target = other.make_for_others()
        before = other.find(target)
        made = world.offer({naming.field: key_named(world, naming, target)})
        if isinstance(made, Answer) or before is None:
            continue
        tried = _check_counts(world, other, target, made, before) or tried
        tried = _check_cleared(world, other, target, naming) or tried
        tried = _check_held(world, other, naming) or tried
        tried = _check_along(world, other, naming) or tried
    if not tried:
        raise Untried("the document does not say what becomes of what is named")


def _check_counts(
    world: World,
    other: World,
    target: Made,
    made: Made,
    before: Mapping[str, Any],
) -> bool:
    """Hold that a number which rose with a new record that names another falls when it goes."""
    during = other.find(target) or {}
    risen = [name for name in before if _has_risen(other, name, before, during)]
    if not risen or world.place.delete is None or not world.delete(made).succeeded:
        return False
    after = other.find(target) or {}
    for name in risen:
        if after.get(name) == during[name]:
            told = f"{shown(before[name])}, as before the record that was deleted"
            raise Broken(
                world.place.delete,
                told,
                shown(after[name]),
                f"/{name}",
            )
    return True


def _has_risen(
    other: World,
    name: str,
    before: Mapping[str, Any],
    during: Mapping[str, Any],
) -> bool:
    schema = other.resource.record.properties.get(name)
    words = str(schema.get("description") or "") if schema is not None else ""
    was, now = before[name], during.get(name)
    is_number = isinstance(was, int) and isinstance(now, int) and not isinstance(was, bool)
    is_count = bool(_COUNTS.search(name)) and not _EVER.search(words)
    return is_number and is_count and now == was + 1


def _check_cleared(world: World, other: World, target: Made, naming: Naming) -> bool:
    """Hold that what was deleted is named no more, where its delete says so."""
    delete = naming.place.delete
    if delete is None:
        return False
    words = f"{delete.described.summary} {delete.described.description}"
    if naming.field not in words or not _CLEARS.search(words):
        return False
    made = world.make({naming.field: key_named(world, naming, target)})
    if not other.delete(target).succeeded:
        return False
    found = world.find(made)
    if found is None:
        return True
    value = found.get(naming.field)
    if value is not None and key_of(value) == target.key:
        raise Broken(
            delete,
            f"no {naming.field} that names it",
            shown(value),
            f"/{naming.field}",
        )
    return True


def _check_held(world: World, other: World, naming: Naming) -> bool:
    """Hold that what a record names is not deleted, where its delete says so."""
    delete = naming.place.delete
    if delete is None or not any(map(delete.described.documents, (400, 409, 422))):
        return False
    words = _words_of(delete)
    is_told = _HELD.search(words) or _WHILE.search(words)
    if not is_told or not _speaks_of(world, words):
        return False
    world.begin()
    target = other.make_for_others()
    made = world.offer({naming.field: key_named(world, naming, target)})
    if isinstance(made, Answer):
        return False
    answer = other.delete(target)
    demand_refusal(delete, answer, f"the record {made.key} of {world.place.path} names it")
    if other.find(target) is None:
        told = f"the record {target.key}, for its delete was refused"
        raise Broken(delete, told, "it is gone")
    return True


def _check_along(world: World, other: World, naming: Naming) -> bool:
    """Hold that what names a deleted record goes along, where its delete says so."""
    delete = naming.place.delete
    if delete is None:
        return False
    words = delete.described.words
    if naming.field in words or _HELD.search(words) or not _speaks_of(world, words):
        return False
    if not _ALONG.search(words) or _CLEARS_ALONE.search(words):
        return False
    world.begin()
    target = other.make_for_others()
    made = world.offer({naming.field: key_named(world, naming, target)})
    if isinstance(made, Answer) or not other.delete(target).succeeded:
        return False
    if world.find(made) is not None:
        told = f"no record {made.key}, for the record that it names was deleted"
        raise Broken(delete, told, "it is shown")
    return True


def _words_of(delete: Operation) -> str:
    """Return what the document says of a delete and of its refusals."""
    described = delete.described
    refusals = [
        described.responses[each] for each in ("400", "409", "422") if each in described.responses
    ]
    told = " ".join(each.description for each in refusals)
    return f"{described.words}. {told}"


def _speaks_of(world: World, words: str) -> bool:
    """Tell whether words speak of the records of a place."""
    said = {each.lower() for each in re.findall(r"[A-Za-z]+", words)}
    return bool(said & nouns_of(world.place))


def namings(world: World) -> Iterator[Naming]:
    """Yield the properties that name records of places where some can be made."""
    spec, operation = world.spec, world.maker.operation
    for name, schema in properties(spec, record_schema(spec, operation)).items():
        words = str(schema.get("description") or "")
        place = named_place(world.visit.places.values(), world.place, name, words)
        if place is not None:
            yield Naming(name, place, words)


def key_named(world: World, naming: Naming, target: Made) -> Any:
    """Return the key of a record as the property takes it."""
    schema = properties(
        world.spec,
        record_schema(world.spec, world.maker.operation),
    )
    is_number = schema[naming.field].get("type") in ("integer", "number")
    return alike(target.key, 1 if is_number else "")


def _gone(world: World, naming: Naming) -> Made:
    """Return a record that was deleted, one that nobody made where none can be deleted. Raises
    Untried.
    """
    other = world.named(naming.place)
    with world.visit.off_stage():
        target = other.make_for_others()
        is_gone = naming.place.delete is not None and other.delete(target).succeeded
    return target if is_gone else _far(target)


def _is_back(world: World, naming: Naming, target: Made) -> bool:
    """Tell whether the key of a deleted record was given to another one."""
    with world.visit.off_stage():
        other = world.named(naming.place)
        found = other.find(target)
    return found is not None


def _far(target: Made) -> Made:
    """Return a record with a key that no server gives out in a run. Raises Untried."""
    if not target.key.isdigit():
        raise Untried("what is named cannot be deleted, or its key is given again")
    return replace(target, key=str(int(target.key) + FAR))
