"""Laws of values that must be in order, such as a start before its end, and of spans that must not
overlap, where the document says so.
"""

from __future__ import annotations

import re

from contracts.compare.same import is_same, shown
from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.requests.lessons import is_before, orders_in
from contracts.targets.target import Answer
from mockserver.model.types import Operation

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
        _check_overlap(world, made)
    if not tried:
        raise Untried("no pair that must be in order can be sent")


def _check_changes(world: World, made: Made, low: str, high: str) -> None:
    """Change one of a pair so that they are in the wrong order."""
    for operation in world.place.changes:
        sent = operation.described.sent_schema.properties
        if not operation.path.endswith("}") or not _may_refuse(operation):
            continue
        if low not in sent or high not in sent:
            continue
        fields = {low: made.sent[high], high: made.sent[low]}
        answer = world.change(operation, made, fields)
        why = f"{low} must be before {high}"
        demand_refusal(operation, answer, why, f"/{low}")
        found = world.record(made)
        if low in found and not is_same(found[low], made.sent[low]):
            told = f"{shown(made.sent[low])}, for the call was refused"
            raise Broken(
                operation,
                told,
                shown(found[low]),
                f"/{low}",
            )


def _check_overlap(world: World, made: Made) -> None:
    """Send the same span for the same things again, where spans must not overlap."""
    operation = world.maker.operation
    if not operation.described.documents(409):
        return
    conflict = operation.described.response(409).description
    words = f"{operation.described.description} {conflict}"
    if not _OVERLAP.search(words) or _NO_OVERLAP.search(words):
        return
    draft = world.maker.draft(operation, made.above)
    again = draft.with_record(made.sent)
    answer = world.send(operation, made.above, again)
    demand_refusal(operation, answer, f"the record {made.key} overlaps")


def _may_refuse(operation: Operation) -> bool:
    return any(map(operation.described.documents, _REFUSALS))


def _orders(place: Place) -> list[tuple[str, str]]:
    create = place.create
    if create is None or not _may_refuse(create):
        return []
    fields = create.described.sent_schema.properties
    words = [create.described.description]
    for name, schema in fields.items():
        told = schema.get("description") or ""
        words.append(f"{name} {told}")
    text = ". ".join(words)
    found = orders_in(text, [*fields])
    return list(dict.fromkeys(found))
