"""Laws of calls that are made again: the same key of a request makes one record."""

from __future__ import annotations

import re

from contracts.compare.same import changes, shown
from contracts.laws.bench.envelopes import record_of
from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.places import Place
from contracts.laws.bench.world import World
from contracts.laws.snapshot import servers_own
from contracts.laws.verbs import verbs_of
from mockserver.model.types import Operation

_KEY = re.compile(r"idempoten", re.IGNORECASE)
_OTHER_BODY = re.compile(
    r"\b(another|other|different|changed)\b.{0,20}\b(body|request|payload|parameters|content|data)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"\b(brings?|returns?|gives?|gets?|answers?|answered|shows?|replays?|replayed)\b.{0,40}"
    r"\b(first|original|same|existing|earlier)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"\b(refus|reject|error|conflict|4\d\d)", re.IGNORECASE)


def takes_request_keys(place: Place) -> bool:
    """Tell whether a create takes the key of a request."""
    return place.create is not None and _header(place.create) is not None


def same_request_makes_one(world: World) -> None:
    """Make a record twice by one request, as its key says: it is one record. Another key makes
    another one.
    """
    operation = world.place.create
    name = _header(operation) if operation is not None else None
    if operation is None or name is None:
        raise Untried("no request has a key")
    draft = world.maker.draft(
        operation,
        world.above,
    )
    record = world.maker.record(
        draft,
        world.above,
    )
    body = draft.with_record(record)
    world.visit.number += 1
    request_key = world.visit.drafts.supply.uuid(f"request/{world.visit.number}")
    sent = world.visit.granted(
        operation,
        world.above,
        body,
    )
    sent = sent.with_headers(
        {**sent.headers, name: request_key},
    )
    first = world.visit.send_raw(sent)
    if not first.succeeded:
        raise Untried(f"{operation.label} refuses to make a record: {first.status}")
    second = world.visit.send_raw(sent)
    if not second.succeeded and _is_answered(operation, name) and 400 <= second.status < 500:
        told = f"the record of the first request, as {name} says"
        raise Broken(operation, told, str(second.status), "status")
    if not second.succeeded:
        return
    made = record_of(
        operation,
        first,
    )
    again = record_of(
        operation,
        second,
    )
    if made is None or again is None or not world.key(made) or not world.key(again):
        raise Untried("no reply shows a key")
    if world.key(made) != world.key(again):
        told = f"the record {world.key(made)}, for the request is the same"
        place = f"/{world.resource.key}"
        raise Broken(
            operation,
            told,
            f"another one, {world.key(again)}",
            place,
        )
    _check_other_body(
        world,
        operation,
        name,
        request_key,
    )


def _is_answered(operation: Operation, name: str) -> bool:
    """Tell whether words say that a request which is made again is answered as the first one."""
    header = operation.described.parameter("header", name)
    words = f"{operation.described.description} {header.description if header is not None else ''}"
    return _FIRST.search(words) is not None


def _check_other_body(world: World, operation: Operation, name: str, request_key: str) -> None:
    """Send another record with the key of a request, where the document says that this is
    refused.
    """
    described = operation.described
    header = described.parameter("header", name)
    words = f"{described.description} {header.description if header is not None else ''}"
    if not _OTHER_BODY.search(words) or not _REFUSED.search(words):
        return
    if not any(map(described.documents, (400, 409, 422))):
        return
    draft = world.maker.draft(operation, world.above)
    others = world.visit.drafts.others(operation, world.resource)
    changed = {each: found[0] for each, found in others.items() if found}
    record = {**world.maker.record(draft, world.above), **dict([*changed.items()][:1])}
    sent = world.visit.granted(operation, world.above, draft.with_record(record))
    answer = world.visit.send_raw(sent.with_headers({**sent.headers, name: request_key}))
    demand_refusal(operation, answer, f"the {name} is that of another request")


def has_verbs_with_keys(place: Place) -> bool:
    """Tell whether something may be done to records of a place by the key of a request."""
    return place.create is not None and place.read is not None


def same_request_does_it_once(world: World) -> None:
    """Do something to a record twice by one request, as its key says: it is done once."""
    tried = False
    for verb in verbs_of(world):
        name = _header(verb)
        if name is None:
            continue
        world.begin()
        made = world.make(full=True)
        world.visit.number += 1
        request_key = world.visit.drafts.supply.uuid(f"request/{world.visit.number}")
        sent = world.visit.granted(
            verb,
            world.at(verb, made),
            world.bare_body(verb),
        )
        sent = sent.with_headers({**sent.headers, name: request_key})
        if not world.visit.send_raw(sent).succeeded:
            continue
        first = world.record(made)
        world.visit.send_raw(sent)
        second = world.record(made)
        tried = True
        moving = {*servers_own(world), *world.resource.touched, *world.resource.moving}
        ignored = moving - {each for each in first if isinstance(first[each], int)}
        for loss in changes(first, second, ignored):
            told = f"{shown(loss.expected)}, for the request is the same"
            raise Broken(
                verb,
                told,
                shown(loss.actual),
                loss.place,
            )
    if not tried:
        raise Untried("nothing is done to a record by the key of a request")


def _header(operation: Operation) -> str | None:
    """Return the header that carries the key of a request."""
    headers = operation.described.parameters_in("header")
    return next(
        (each.name for each in headers if _KEY.search(each.name)),
        None,
    )
