"""Laws of values that must be in order, such as a start before its end, and of spans that must not
overlap, where the document says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contracts.laws.law import Broken, Untried
from contracts.laws.lessons import is_before, orders_in
from contracts.laws.nouns import is_name_of_key
from contracts.laws.places import Place
from contracts.laws.same import is_same, shown
from contracts.laws.visit import Made
from contracts.laws.world import World
from contracts.targets.target import Answer

_OVERLAP = re.compile(r"overlap|taken at that time|double[- ]book", re.IGNORECASE)
_NO_OVERLAP = re.compile(r"\b(may|can) overlap", re.IGNORECASE)
_REFUSALS = (400, 409, 422)


def has_order(place: Place) -> bool:
    """Tell whether words say that one property of a record must be before another one."""
    return place.create is not None and bool(_orders(place))


def told_order_is_refused(world: World) -> None:
    """Send pairs in the wrong order, when a record is made and when it is changed; send a span
    twice where spans must not overlap: each is refused.
    """
    operation = world.maker.operation
    tried = False
    for low, high in _orders(world.place):
        world.begin()
        made = world.make()
        first, second = made.sent.get(low), made.sent.get(high)
        if not is_before(first, second):
            continue
        tried = True
        answer = world.offer({low: second, high: first})
        if not isinstance(answer, Answer):
            told = f"a refusal, for {low} must be before {high}"
            raise Broken(
                operation,
                told,
                f"success with {shown(second)}",
                f"/{low}",
            )
        _check_changes(
            world,
            made,
            low,
            high,
        )
        _check_overlap(world, made, low, high)
    if not tried:
        raise Untried("no pair that must be in order can be sent")


def _check_changes(world: World, made: Made, low: str, high: str) -> None:
    """Change one of a pair so that they are in the wrong order."""
    for operation in world.place.changes:
        sent = operation.described.sent_schema.properties
        if not operation.path.endswith("}") or not {low, high} <= sent.keys():
            continue
        if not any(map(operation.described.documents, _REFUSALS)):
            continue
        fields = {low: made.sent[high], high: made.sent[low]}
        answer = world.change(operation, made, fields)
        if answer.succeeded:
            told = f"a refusal, for {low} must be before {high}"
            raise Broken(
                operation,
                told,
                str(answer.status),
                f"/{low}",
            )
        found = world.record(made)
        if low in found and not is_same(found[low], made.sent[low]):
            told = f"{shown(made.sent[low])}, for the call was refused"
            raise Broken(
                operation,
                told,
                shown(found[low]),
                f"/{low}",
            )


def _check_overlap(world: World, made: Made, low: str, high: str) -> None:
    """Send the same span for the same things again, where spans must not overlap."""
    operation = world.maker.operation
    if not operation.described.documents(409):
        return
    conflict = operation.described.response(409).description
    words = f"{operation.described.description} {conflict}"
    if not _OVERLAP.search(words) or _NO_OVERLAP.search(words):
        return
    same: Mapping[str, Any] = {
        name: value
        for name, value in made.sent.items()
        if name in (low, high) or is_name_of_key(name)
    }
    draft = world.maker.draft(operation, made.above)
    answer = world.send(
        operation,
        made.above,
        draft.with_record({**made.sent, **same}),
    )
    if answer.succeeded:
        told = f"a refusal, for the record {made.key} overlaps"
        raise Broken(
            operation,
            told,
            str(answer.status),
            "status",
        )


def _orders(place: Place) -> list[tuple[str, str]]:
    create = place.create
    if create is None or not any(map(create.described.documents, _REFUSALS)):
        return []
    fields = create.described.sent_schema.properties
    words = [create.described.description]
    for name, schema in fields.items():
        words.append(f"{name} {schema.get('description') or ''}")
    return [*dict.fromkeys(orders_in(". ".join(words), [*fields]))]
