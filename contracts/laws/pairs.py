"""Laws of values that must be in order, such as a start before its end, and of spans that must not
overlap, where the document says so.
"""

from __future__ import annotations

import re
from typing import Any

from contracts.compare.same import is_same, shown
from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.requests.caller import Keys
from contracts.requests.companions import companions
from contracts.requests.lessons import is_before, orders_in
from contracts.targets.target import Answer
from mockserver.model.types import Operation
from mockserver.model.types.facts import bounds

_OVERLAP = re.compile(
    r"overlap|\bat (that|this|the same) time\b|double[- ]book|\b(booked|taken) at one of\b",
    re.IGNORECASE,
)
_NO_OVERLAP = re.compile(r"\b(may|can) overlap", re.IGNORECASE)
_OWN = re.compile(
    r"\b(?P<not>not|never|no)?\s*(?P<way>before|earlier than|less than|below|after|later than|"
    r"greater than|more than|above|at least|at most)\s+(?:the\s+)?[`'\"]?(?P<other>\w+)",
    re.IGNORECASE,
)
_LESS = frozenset({"before", "earlier than", "less than", "below", "at most"})
_STRICT = re.compile(r"\b4\d\d\b|\bmust\b|refused|\berror\b", re.IGNORECASE)
_PAIRS = {
    "date-time": ("2030-01-02T08:00:00Z", "2030-01-02T09:00:00Z"),
    "date": ("2030-01-02", "2030-01-03"),
}
_REFUSALS = (400, 409, 422)


def has_order(place: Place) -> bool:
    """Tell whether words say that one property of a record must be before another one."""
    return place.create is not None and bool(_orders(place))


def told_order_is_refused(world: World) -> None:
    """Send pairs in the wrong order, when a record is made and when it is changed; send a span
    twice where spans must not overlap: each is refused.
    """
    operation = world.maker.operation
    fields = world.visit.drafts.fields(operation)
    tried = False
    for low, high in _orders(world.place):
        world.begin()
        beside = {**companions(fields, low), **companions(fields, high)}
        made = world.make({**beside, **_in_order(world, low, high)})
        first, second = made.sent.get(low), made.sent.get(high)
        if not is_before(first, second):
            continue
        tried = True
        answer = world.offer(
            {**beside, low: second, high: first},
        )
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
        _check_overlap(
            world,
            made,
        )
    if not tried:
        raise Untried("no pair that must be in order can be sent")


def _in_order(world: World, low: str, high: str) -> dict[str, Any]:
    """Return values in order for two moments or dates, which a record need not have."""
    fields = world.visit.drafts.fields(world.maker.operation)
    kind = fields.get(low, {}).get("format")
    numbers = [fields.get(name, {}).get("type") for name in (low, high)]
    if set(numbers) <= {"integer", "number"}:
        least = max(
            bounds(fields[low])[0],
            bounds(fields[high])[0],
            1,
        )
        return {low: int(least) + 1, high: int(least) + 2}
    if kind not in _PAIRS or fields.get(high, {}).get("format") != kind:
        return {}
    first, second = _PAIRS[kind]
    return {low: first, high: second}


def _check_changes(world: World, made: Made, low: str, high: str) -> None:
    """Change one of a pair so that they are in the wrong order."""
    for operation in world.place.changes:
        sent = operation.described.sent_schema.properties
        if not operation.path.endswith("}") or not _may_refuse(operation):
            continue
        if low not in sent or high not in sent:
            continue
        fields = {low: made.sent[high], high: made.sent[low]}
        answer = world.change(
            operation,
            made,
            fields,
        )
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
    above = _where_held(world, words)
    draft = world.maker.draft(
        operation,
        above,
    )
    again = draft.with_record(made.sent)
    if above != made.above and not world.send(operation, above, again).succeeded:
        return
    answer = world.send(
        operation,
        above,
        again,
    )
    demand_refusal(operation, answer, f"the record {made.key} overlaps")


def _where_held(world: World, words: str) -> Keys:
    """Return what leads to where spans must not overlap: below a record that has a flag for it,
    where words name one.
    """
    owner = world.parents.owner(world.place)
    create = owner[0].create if owner is not None else None
    if owner is None or create is None:
        return world.above
    place, param = owner
    for name, schema in create.described.sent_schema.properties.items():
        if schema.type == "boolean" and re.search(rf"\b{re.escape(name)}\b", words, re.I):
            above = world.parents.keys_for(place, world.place, world.above)
            held = world.beside(place).make({name: True}, above=above)
            return {**world.above, param: held.key}
    return world.above


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
    found = [*orders_in(text, [*fields])]
    for name, schema in fields.items():
        found += _own_orders(name, str(schema.get("description") or ""), [*fields])
    return list(dict.fromkeys(found))


def _own_orders(name: str, words: str, names: list[str]) -> list[tuple[str, str]]:
    """Return the pairs that words of a property tell of it and another one, the least first:
    `Not before starts_at.`, `Below price (422 otherwise).`
    """
    found = []
    for match in _OWN.finditer(words):
        other = match["other"]
        is_negated = match["not"] is not None
        if other not in names or other == name:
            continue
        if not is_negated and not _STRICT.search(words):
            continue
        is_less = (match["way"].lower() in _LESS) is not is_negated
        found.append((name, other) if is_less else (other, name))
    return found
