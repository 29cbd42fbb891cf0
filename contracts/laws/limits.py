"""Laws of what a record has room for: one more than that is refused where the document says so.

POST /rooms/{id}/bookings      409: "The room is full."           as many as the `seats` of it
POST /notes/{id}/tags          409: "A note has at most 5 tags."  five of them
POST /accounts/{id}/payments   422: "Insufficient funds."         no more than its `balance`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.nouns import nouns_of
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.requests.fields import kind_of
from contracts.targets.target import Answer
from mockserver.model.types import Operation
from mockserver.model.types.facts import admits

MOST = 12
"""Records that are made at most to fill another one."""
SMALL = 2
"""Room that a record is given where it can say how much it has."""
BEYOND = 1000
"""How much more than there is is asked for."""
ACCEPTED = 202
"""What was not done yet may still be refused (RFC 9110, section 15.3.3)."""
_REFUSALS = (409, 422)
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER = rf"\d+|{'|'.join(_WORDS)}"
_COUNT = re.compile(
    rf"\b(?:(?:at most|no more than|not more than|up to|maximum of) "
    rf"(?P<before>{_NUMBER}) (?P<things>\w+)|"
    rf"(?P<number>{_NUMBER}) (?P<nouns>\w+) (?:at (?:the )?most|or fewer|or less|maximum))\b",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"\bfull\b|\bno (?:free )?(?:seat|place|room)s?(?: is| are)? (?:left|free)|\bsold out\b"
    r"|\b(?:exceed\w*|beyond|at most|more than|over) (?:the |its )?(?:capacity|seats|places)\b",
    re.IGNORECASE,
)
_ROOM = re.compile(r"^(capacity|seats|places|max_?\w+|\w+_(capacity|limit))$", re.IGNORECASE)
_ELSE = re.compile(
    r"wait(ing)?[- ]?list|queue|overbook|unless|except|\bat (a time|once)\b|same time"
    r"|\bper (second|minute|hour|day|week|month|year|user|client|key|request|call|page)\b"
    r"|\bin (one|a) (call|request|batch)\b",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"\binsufficient\b|\bnot enough\b|\b(?:go|fall|be|is) (?:below zero|negative)\b"
    r"|\bmore than (?:the |its )?(?:balance|stock|there is|is left|is there)\b",
    re.IGNORECASE,
)
_HAS = re.compile(
    r"^(balance|funds|stock|available|remaining|left|points|credits?)$", re.IGNORECASE
)
_TAKES = re.compile(r"^(amount|quantity|points|units|value|credits)$", re.IGNORECASE)
_OVERDRAFT = re.compile(r"overdra|credit_?limit|back_?order", re.IGNORECASE)


def tells_of_room(place: Place) -> bool:
    """Tell whether the words of a create say that there is room for so many records."""
    words = _words(place.create)
    is_told = bool(_FULL.search(words) or _COUNT.search(words))
    return (bool(place.parameters) and is_told) or bool([*_shared(place)])


def _shared(place: Place) -> Iterator[tuple[str, str]]:
    """Yield the properties of which words say that so many records may have the same value, with
    the words: `A customer has at most 5 reservations.`
    """
    create = place.create
    if create is None or not any(map(create.described.documents, (403, *_REFUSALS))):
        return
    for name, schema in create.described.sent_schema.properties.items():
        words = str(schema.get("description") or "")
        if _COUNT.search(words) and schema.type == "string" and not _ELSE.search(words):
            yield name, words


def _check_shared(world: World) -> bool:
    """Make as many records with one value as words allow: one more is refused."""
    tried = False
    fields = world.visit.drafts.fields(world.maker.operation)
    for name, words in _shared(world.place):
        room = _counted(
            world,
            words,
        )
        value = world.visit.drafts.supply.value(
            fields[name],
            f"room/{world.visit.number}",
        )
        if room is None or not isinstance(value, str):
            continue
        world.begin()
        for _ in range(room):
            world.make({name: value})
        tried = True
        again = world.offer({name: value})
        if not isinstance(
            again,
            Answer,
        ):
            told = f"a refusal, for there are {room} with this {name}"
            raise Broken(world.maker.operation, told, str(again.answer.status), "status")
    return tried


def one_more_is_refused(world: World) -> None:
    """Make as many records below another one as it has room for: one more is refused."""
    if _check_shared(world):
        return
    owner = world.parents.owner(world.place)
    words = _words(world.maker.operation)
    if owner is None or _ELSE.search(words) or not world.is_alone:
        raise Untried("nothing above says how much room it has")
    room, above = _counted(world, words), world.above
    if room is None:
        room, above = _roomy(
            world,
            *owner,
        )
    world.begin()
    there = len(world.listed(above=above)) if world.place.list is not None else 0
    for _ in range(room - there):
        world.make(above=above)
    again = world.offer(above=above)
    if not isinstance(again, Answer) and again.answer.status != ACCEPTED:
        told = f"a refusal, for there is room for {room}"
        raise Broken(
            world.maker.operation,
            told,
            str(again.answer.status),
            "status",
        )


def _counted(world: World, words: str) -> int | None:
    """Return how many records words allow, None where they do not say it of these."""
    for match in _COUNT.finditer(words):
        things = match["things"] or match["nouns"]
        if things.lower() not in nouns_of(world.place):
            continue
        said = (match["before"] or match["number"]).lower()
        room = int(said) if said.isdigit() else _WORDS.index(said) + 1
        if room <= MOST:
            return room
    return None


def _roomy(world: World, owner: Place, param: str) -> tuple[int, Mapping[str, str]]:
    """Make a record above that has little room; return how much, and what leads to it. Raises
    Untried.
    """
    if owner.create is None or not _FULL.search(_words(world.maker.operation)):
        raise Untried("nothing above says how much room it has")
    fields = owner.create.described.sent_schema.properties
    names = [name for name in fields if _ROOM.match(name)]
    if len(names) != 1 or not admits(fields[names[0]].raw, SMALL):
        raise Untried("it cannot be said how much room there is")
    above = world.parents.keys_for(
        owner,
        world.place,
        world.above,
    )
    made = world.beside(owner).make({names[0]: SMALL}, above=above)
    if made.shown.get(names[0]) != SMALL:
        raise Untried("it is not shown how much room there is")
    return SMALL, {**world.above, param: made.key}


def has_stock(place: Place) -> bool:
    """Tell whether records show how much of something they have."""
    is_whole = place.create is not None and place.read is not None
    return is_whole and _stock(place) is not None


def no_more_than_there_is(world: World) -> None:
    """Take more than a record has, where the document says that this is refused."""
    name = _stock(world.place)
    tried = False
    for operation, field in _takers(world):
        world.begin()
        made = world.make()
        has = world.record(made).get(str(name))
        if isinstance(has, bool) or not isinstance(has, int | float):
            continue
        if has < 0:
            continue
        wanted = int(has) + BEYOND
        schema = operation.described.sent_schema.properties[field]
        if not admits(
            schema.raw,
            wanted,
        ):
            wanted = int(has) + 1
        if not admits(
            schema.raw,
            wanted,
        ):
            continue
        answer = _taken(
            world,
            operation,
            made,
            {field: wanted},
        )
        tried = True
        if answer.status != ACCEPTED:
            why = f"its {name} is {has}, and {wanted} were taken"
            demand_refusal(operation, answer, why)
    if not tried:
        raise Untried("the document does not say that what is not there cannot be taken")


def _taken(world: World, operation: Operation, made: Made, fields: dict[str, Any]) -> Answer:
    keys = {**made.above, _last_parameter(operation): made.key}
    draft = world.draft(operation, made.above)
    needed = world.visit.drafts.least(operation, draft.record)
    return world.send(
        operation,
        keys,
        draft.with_record({**needed, **fields}),
    )


def _last_parameter(operation: Operation) -> str:
    return operation.path.rpartition("{")[2].partition("}")[0]


def _takers(world: World) -> Iterator[tuple[Operation, str]]:
    """Yield what takes from a record by the words of its refusal, with the property that says how
    much. What may also bring something says so by another property, and is left out.
    """
    item = f"{world.place.item_path}/"
    for operation in world.visit.subject.model.operations:
        name = operation.path.removeprefix(item)
        is_below = operation.path.startswith(item) and "/" not in name and "{" not in name
        if operation.method != "POST" or not is_below or not _SHORT.search(_refusals(operation)):
            continue
        sent = operation.described.sent_schema.properties
        if any("enum" in schema.raw for schema in sent.values()):
            continue
        names = []
        for field, schema in sent.items():
            if _is_amount(field, schema.raw):
                names.append(field)
        if len(names) == 1:
            yield operation, names[0]


def _is_amount(name: str, schema: Mapping[str, Any]) -> bool:
    return bool(_TAKES.match(name)) and kind_of(schema) in ("integer", "number")


def _stock(place: Place) -> str | None:
    """Return the property that says how much there is, None where there is none, or more may be
    taken.
    """
    properties = place.resource.record.properties
    names = [name for name in properties if _HAS.match(name)]
    may_owe = any(map(_OVERDRAFT.search, properties))
    return names[0] if len(names) == 1 and not may_owe else None


def _words(operation: Operation | None) -> str:
    """Return what a create says of its refusals, empty where it documents none."""
    if operation is None:
        return ""
    found = _refusals(operation)
    return f"{operation.described.description} {found}" if found else ""


def _refusals(operation: Operation) -> str:
    described = operation.described
    found = []
    for status in _REFUSALS:
        if described.documents(status):
            found.append(described.response(status).description)
    return " ".join(found)
