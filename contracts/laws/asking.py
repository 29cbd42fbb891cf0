"""Laws of every call: credentials are asked for, safe methods change nothing, HEAD is GET without
its body.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.credentials import openings
from contracts.laws.snapshot import Snapshot, check_unchanged, snapshot
from contracts.targets.target import Sent
from contracts.wire.safety import Safety
from contracts.wire.wire import rows_in
from mockserver.model.types import Operation

SAME_HEADERS = (
    "content-type",
    "etag",
    "last-modified",
    "location",
    "content-length",
    "x-total-count",
    "link",
)
"""What HEAD must say as GET does, where both say it (RFC 9110, section 9.3.2)."""
UNKNOWN = (405, 501)
"""Statuses of a server that does not have a method."""


def auth_is_enforced(world: World) -> None:
    """Call every operation without credentials and with wrong ones: it is refused, and changes
    nothing.
    """
    made = _some(world)[:1]
    if world.may_make and world.visit.subject.safety is Safety.ALL:
        with suppress(Untried):
            made = [*_there(world), *made[:1]]
    before: Snapshot | None = None
    with suppress(Untried):
        before = snapshot(world, made)
    tried = False
    for operation, sent in _calls(world, made):
        methods = (sent.method, "HEAD") if sent.method == "GET" else (sent.method,)
        asked = [replace(sent, method=method) for method in methods]
        for why, opened in [
            way for each in asked for way in openings(world.visit.subject, operation, each)
        ]:
            world.begin()
            answer = world.visit.send_raw(opened)
            tried = True
            if answer.status < 400:
                if _is_of_another_user(world, sent, opened, made):
                    raise Untried("any credential is that of a user of its own")
                told = f"{answer.status} for {opened.method}"
                raise Broken(operation, f"a refusal, for the credentials are {why}", told, "status")
            if opened.method not in ("GET", "HEAD") and before is not None:
                check_unchanged(world, operation, before, made, f"the credentials are {why}")
    if not tried:
        raise Untried("nothing here asks for credentials")


def _is_of_another_user(world: World, bare: Sent, opened: Sent, made: list[Made]) -> bool:
    """Tell whether a made-up credential is taken for that of another user, who sees none of the
    records that the first one made.
    """
    carried = {
        name: text for name, text in opened.headers.items() if bare.headers.get(name) != text
    }
    listing = world.place.list
    if listing is None or not made or not carried:
        return False
    with world.visit.off_stage():
        plain = world.visit.spelled(listing, made[0].above)
        right = world.visit.subject.granted(listing, plain)
        wrong = plain.with_headers({**plain.headers, **carried})
        ours = world.visit.send_raw(right)
        theirs = world.visit.send_raw(wrong)
    if not theirs.succeeded:
        return theirs.status in (403, 404)
    there = rows_in(ours.body)
    return bool(there) and not there & rows_in(theirs.body)


def safe_methods_are_safe(world: World) -> None:
    """Read all that can be read: nothing is changed by it."""
    made = _some(world)
    before = snapshot(world, made)
    if not before.records:
        raise Untried("there is no record")
    for operation, sent in _looks(world, made):
        for method in ("GET", "HEAD", "OPTIONS"):
            world.begin()
            world.visit.send_raw(replace(sent, method=method))
            check_unchanged(world, operation, before, made, f"{method} is safe")


def head_is_get(world: World) -> None:
    """Ask for the head of all that can be read: it is that of GET. (What follows a head, an HTTP
    server cuts off.) A server that has no heads at all says of each that it is not there.
    """
    made = _some(world)
    tried, unknown = False, True
    nowhere = [replace(each, key=_never(each.key)) for each in made[:1]]
    for operation, sent in [
        *_looks(world, made),
        *(each for each in _looks(world, nowhere) if each[0].key_param),
    ]:
        world.begin()
        whole = world.visit.send_raw(sent)
        head = world.visit.send_raw(replace(sent, method="HEAD"))
        if head.status in UNKNOWN or (unknown and head.status == 404 and whole.succeeded):
            continue
        tried = tried or whole.succeeded
        unknown = not tried
        if head.status != whole.status:
            raise Broken(
                operation, f"{whole.status}, the status of GET", str(head.status), "status"
            )
        for name in SAME_HEADERS if whole.succeeded else ():
            one, other = whole.headers.get(name), head.headers.get(name)
            if one is not None and other is not None and one != other:
                if world.visit.send_raw(sent).headers.get(name) != one:
                    continue  # it is another one each time
                raise Broken(operation, f"{one}, as GET says", other, name)
    if not tried:
        raise Untried("the server does not know HEAD")


def reads_something(place: Place) -> bool:
    return any(each.method == "GET" for each in place.operations)


def _looks(world: World, made: list[Made]) -> list[tuple[Operation, Sent]]:
    """Return the calls that read, with credentials."""
    calls = [each for each in _calls(world, made[:1]) if each[0].method == "GET"]
    return [(operation, world.visit.subject.granted(operation, sent)) for operation, sent in calls]


def _never(key: str) -> str:
    """Return a key of the same kind that no record has."""
    if key.isdigit():
        return "987654321"
    return "00000000-0000-4000-8000-000000000000" if len(key) == 36 else f"{key}-never"


def _some(world: World) -> list[Made]:
    """Return records to ask for: two that are made, or one that is there; none where there is no
    way to one.
    """
    if world.may_make:
        with suppress(Untried):
            return [world.make() for _ in range(2)]
    with suppress(Untried):
        return _there(world)
    return []


def _there(world: World) -> list[Made]:
    """Return a record that is there, as if it had been made. Raises Untried."""
    listed = world.listed()[:1]
    answer = world.visit.wire.last.answer
    assert answer is not None, "a list was shown"
    return [Made(world.key(each), world.above, each, answer, each) for each in listed]


def _calls(world: World, made: list[Made]) -> Iterator[tuple[Operation, Sent]]:
    """Yield a right call of every operation, without credentials: those that read first, those that
    delete last.
    """
    for operation in world.place.operations:
        if operation.method != "GET" and not world.may_write:
            continue
        if operation.key_param is None:
            body = None
            if operation in world.place.writes:
                draft = world.draft(operation, world.above)
                body = draft.with_record(world.maker.record(draft, world.above))
            elif operation.method != "GET":
                body = world.bare_body(operation)
            yield (
                operation,
                world.visit.spelled(
                    operation,
                    world.above,
                    body,
                ),
            )
        for each in made if operation.key_param is not None else ():
            keys, changing = world.at(operation, each), operation in world.place.writes
            body = (
                world.changing(
                    operation,
                    each,
                    {},
                )
                if changing
                else world.bare_body(operation)
            )
            yield (
                operation,
                world.visit.spelled(
                    operation,
                    keys,
                    body,
                ),
            )
