"""Laws of two users: what one of them may not see is neither shown to them nor changed by them.

Nobody tells which records are of one user alone, so a server is held to what it claims itself:

    POST /notes      as Ann  ->  201 {"id": 7}
    GET /notes/7     as Bob  ->  404             it claims that Bob has no such note
    GET /notes       as Bob  ->  200 [{"id": 7}] broken: the list shows it to him
    DELETE /notes/7  as Bob  ->  204             broken, where Ann's note is gone

What both may see is shared, and nothing is said about it; unless the document says in words that a
list or a read is about one's own records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from contracts.compare.likeness import moment
from contracts.compare.same import is_same
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.walk import walk
from contracts.laws.bench.world import World
from contracts.laws.changing import one_by_one
from contracts.laws.verbs import verbs_of
from contracts.requests.caller import NOTHING, Keys
from contracts.requests.drafts import Record
from contracts.requests.samples import Body
from contracts.targets.target import Answer
from contracts.wire.subject import Subject
from mockserver.model.types import Operation

HIDDEN = frozenset({404, 410})
"""Statuses by which a server claims that there is nothing for a user."""
REFUSED = frozenset({403, *HIDDEN})
_OWN = re.compile(
    r"\bown (?!ers?\b)\w|\bof (others|other users)\b|\b(caller|current user|authenticated user)\b",
    re.IGNORECASE,
)
_SHARED = re.compile(r"\b(public|shared?|everyone|everybody|all users|anyone)\b", re.IGNORECASE)


def has_records(place: Place) -> bool:
    """Tell whether records can be made at a place and looked at."""
    return place.make is not None and (place.read is not None or place.list is not None)


def others_are_not_shown(world: World) -> None:
    """Make a record as one user, and look for it as the other one, in every way."""
    other = _other(world)
    made = world.make()
    seen = _seen(world, other, made)
    listing, read = world.place.list, world.place.read
    if listing is not None and seen.is_listed:
        is_private = seen.read_status in HIDDEN or _is_about_own(listing)
        if is_private and _is_seen_so_again(world, other, made, seen):
            told = f"no record {made.key}, which the other user made"
            raise Broken(listing, told, "it is in the list")
    if read is None or seen.read_status is None or seen.read_status >= 300:
        return
    if _is_about_own(read):
        told = "a refusal, for the other user made the record"
        raise Broken(read, told, str(seen.read_status), "status")
    if seen.is_listed is False and _is_listed_for_owner(world, made):
        claim = _claim_of_absence(world, other, made)
        if claim is not None:
            told = f"a refusal, as {claim.label} says that there is no such record for this user"
            raise Broken(read, told, str(seen.read_status), "status")


def others_are_not_changed(world: World) -> None:
    """Make records as one user, and change and delete them as the other one, who may not see
    them.
    """
    other = _other(world)
    tried = False
    for operation in _acts(world):
        world.begin()
        made = world.make(full=True)
        if not _is_private(world, other, made, operation):
            continue
        tried = True
        _check_act(world, other, operation, made)
    tried = _check_making(world, other) or tried
    if not tried:
        raise Untried("the other user may see all that is made here")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a user sees of a record of somebody else; None where there is no way to look."""

    read_status: int | None
    is_listed: bool | None


def _other(world: World) -> Subject:
    """Return the server as the second user calls it. Raises Untried where there is none, or where
    nothing asks who calls.
    """
    other = world.visit.subject.as_other()
    if other is None:
        raise Untried("there is no second user: say --auth-other SCHEME=VALUE")
    operation = world.maker.operation
    if other.credentials(operation) == world.visit.subject.credentials(operation):
        raise Untried(f"{operation.label} takes no credentials of users")
    return other


def _seen(world: World, other: Subject, made: Made) -> _Seen:
    """Return what the other user sees of a record. Raises Untried where they are let in nowhere."""
    read, listing = world.place.read, world.place.list
    status = None
    if read is not None:
        status = _sent(world, other, read, world.at(read, made)).status
    is_listed = None
    if listing is not None:
        is_listed = _is_listed(world, other, made)
    if status == 401:
        raise Untried("the second user is not let in (401): is --auth-other right?")
    return _Seen(status, is_listed)


def _is_listed(world: World, user: Subject, made: Made) -> bool | None:
    """Tell whether a list shows a record to a user, None where they are refused the list."""
    listing = world.place.list
    assert listing is not None, "asked before"
    try:
        pages = walk(
            lambda more: _sent(world, user, listing, made.above, asked=more),
            listing,
            world.spec,
            world.key,
            None,
        )
    except Untried:
        return None
    return any(made.key in map(world.key, page.records) for page in pages)


def _is_listed_for_owner(world: World, made: Made) -> bool:
    with world.visit.off_stage():
        return _is_listed(world, world.visit.subject, made) is True


def _is_seen_so_again(world: World, other: Subject, made: Made, seen: _Seen) -> bool:
    """Tell whether the other user sees a record as before, which its owner sees, too: else it comes
    or goes meanwhile.
    """
    with world.visit.off_stage():
        return _seen(world, other, made) == seen and _is_listed_for_owner(world, made)


def _claim_of_absence(world: World, other: Subject, made: Made) -> Operation | None:
    """Return the operation that tells the other user that there is no such record, None where none
    does.
    """
    for operation in _acts(world):
        body = _body(world, operation, made)
        keys = world.at(operation, made)
        answer = _sent(world, other, operation, keys, body)
        if answer.status in HIDDEN:
            return operation
        if answer.succeeded:
            return None
    return None


def _is_private(world: World, other: Subject, made: Made, operation: Operation) -> bool:
    """Tell whether a record is one that the other user may not see, or not change, as the server or
    the document says.
    """
    if _is_about_own(operation):
        return True
    with world.visit.off_stage():
        seen = _seen(world, other, made)
    if seen.read_status is None:
        return seen.is_listed is False and _is_listed_for_owner(world, made)
    if seen.read_status not in REFUSED or seen.is_listed:
        return False
    with world.visit.off_stage():
        return world.find(made) is not None


def _check_act(world: World, other: Subject, operation: Operation, made: Made) -> None:
    """Do one thing to a record as the other user: it is refused, or has no effect on it."""
    with world.visit.off_stage():
        before = world.record(made)
    body = _body(world, operation, made, before)
    keys = world.at(operation, made)
    answer = _sent(world, other, operation, keys, body)
    if not answer.succeeded:
        return
    after = world.find(made)
    if after is None or _differ(before, after):
        told = "a refusal, for the record is another user's"
        raise Broken(operation, told, f"{answer.status}, and it was done", "status")


def _check_making(world: World, other: Subject) -> bool:
    """Make a record as the other user below a parent that they may not see: it is refused. Tell
    whether that could be tried.
    """
    listing, make = world.place.list, world.place.create
    if listing is None or make is None or not world.place.parameters or not world.may_make:
        return False
    world.begin()
    refused = _sent(world, other, listing, world.above)
    if refused.status not in HIDDEN:
        return False
    draft = world.draft(make, world.above)
    record = world.maker.record(draft, world.above)
    before = {world.key(each) for each in world.listed()}
    answer = _sent(world, other, make, world.above, draft.with_record(record))
    if not answer.succeeded:
        return True
    after = {world.key(each) for each in world.listed()}
    if after - before:
        told = f"a refusal, as {listing.label} says that there is no such collection for this user"
        raise Broken(make, told, str(answer.status), "status")
    return True


def _acts(world: World) -> Iterator[Operation]:
    """Yield what changes a record at a path of its own, its delete last."""
    yield from (each for each in world.place.changes if each.key_param)
    yield from verbs_of(world)
    if world.place.delete is not None:
        yield world.place.delete


def _body(world: World, operation: Operation, made: Made, before: Record = NOTHING) -> Body | None:
    """Return a body that changes something where an operation changes what it is sent."""
    if operation not in world.place.changes:
        return world.bare_body(operation)
    for fields in one_by_one(world, operation):
        if any(not is_same(before.get(name), value) for name, value in fields.items()):
            with suppress(Untried):
                return world.changing(operation, made, fields)
    return world.changing(operation, made, {})


def _differ(before: Record, after: Record) -> bool:
    """Tell whether a record was changed, by what a read shows of it; moments move by themselves."""
    lasting = [name for name, value in before.items() if moment(value) is None]
    return any(name not in after or not is_same(before[name], after[name]) for name in lasting)


def _sent(
    world: World,
    user: Subject,
    operation: Operation,
    keys: Keys,
    body: Body | None = None,
    asked: Record = NOTHING,
) -> Answer:
    """Call an operation with the credentials of a user. Raises Untried."""
    spelled = world.visit.spelled(operation, keys, body, asked)
    return world.visit.send_raw(user.granted(operation, spelled))


def _is_about_own(operation: Operation) -> bool:
    """Tell whether the document says that an operation is about one's own records alone."""
    described = operation.described
    known = described.responses
    refusals = [known[status].description for status in ("403", "404") if status in known]
    words = " ".join([described.summary, described.description, *refusals])
    return _OWN.search(words) is not None and _SHARED.search(words) is None
