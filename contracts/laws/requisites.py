"""Laws of what a new record needs of another one, which it names or is below: it is refused where
that is in a state which the document forbids.

    POST /orders {"product_id": 7}       409: "The product is not active."
    POST /teams/3/posts                  409: "The team is archived."
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.compare.same import is_same, shown
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.nouns import nouns_of
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.referents import key_named, namings
from contracts.laws.verbs import verbs_of
from contracts.requests.caller import Keys
from contracts.targets.target import Answer
from mockserver.lookup import MISSING
from mockserver.model.types import Operation

ACCEPTED = 202
_REFUSALS = (409, 403, 422, 400)
_NEGATION = r"\b(not|no longer|isn't|aren't|unless|only|never)\b"
_REFUSES = re.compile(
    r"\b4\d\d\b|refus|reject|\b(cannot|can't|can not|must|only|unless|while|no|not|never)\b",
    re.IGNORECASE,
)
"""Words by which a description tells of a refusal."""
_BOTH = re.compile(r"\band\b", re.IGNORECASE)
"""What stands between two conditions that must both be met."""
_TURNED = {
    "inactive": "active",
    "disabled": "enabled",
    "closed": "open",
    "unpublished": "published",
}
"""What is said where a flag of the other name is not set."""


@dataclass(frozen=True, slots=True)
class Requisite:
    """What another record must be like: its property `name` must have the `allowed` value, or must
    not have one of the `forbidden` ones.

    `field` names that record, None where it is above.
    """

    place: Place
    field: str | None
    name: str
    allowed: Any
    forbidden: tuple[Any, ...]


def may_need_others(place: Place) -> bool:
    """Tell whether a create may be refused for a record that it names, or is below."""
    create = place.create
    if create is None or (place.key_param is None and not place.parameters):
        return False
    return any(map(create.described.documents, _REFUSALS))


def told_state_is_heeded(world: World) -> None:
    """Make a record below, or naming, one that is in a state which words forbid: it is refused."""
    tried = False
    for requisite in _requisites(world):
        if not _is_granted(world, requisite):
            continue
        for target, state in _forbidden(world, requisite):
            tried = True
            made = world.offer(*_naming(world, requisite, target))
            if not isinstance(made, Answer) and made.answer.status != ACCEPTED:
                why = f"{requisite.name} of {requisite.place.path} {target.key}"
                told = f"a refusal, for the {why} is {shown(state)}"
                raise Broken(
                    world.maker.operation,
                    told,
                    str(made.answer.status),
                    "status",
                )
    if not tried:
        raise Untried("the document does not say in which state of another record it is refused")


def _is_granted(world: World, requisite: Requisite) -> bool:
    """Tell whether a record is made where the other one is as it must be."""
    world.begin()
    target = _right(world, requisite)
    return not isinstance(
        world.offer(*_naming(world, requisite, target)),
        Answer,
    )


def _right(world: World, requisite: Requisite) -> Made:
    """Make another record, and bring it into the state in which it must be."""
    other = world.named(requisite.place)
    target = other.make_for_others(_above(world, requisite, other))
    if _state(other, target, requisite) not in requisite.forbidden:
        return target
    for way in _ways(other, requisite, requisite.allowed):
        done = _brought(other, target, requisite, way, requisite.allowed)
        if done and is_same(_state(other, target, requisite), requisite.allowed):
            break
    return target


def _forbidden(world: World, requisite: Requisite) -> Iterator[tuple[Made, Any]]:
    """Yield other records that are in a forbidden state, with that: new ones, those that got there
    by the record that was made, and those that were brought there.
    """
    other = world.named(requisite.place)
    world.begin()
    new = other.make(above=_above(world, requisite, other))
    if (state := _state(other, new, requisite)) in requisite.forbidden:
        yield new, state
    world.begin()
    used = _right(world, requisite)
    world.offer(*_naming(world, requisite, used))
    if (state := _state(other, used, requisite)) in requisite.forbidden:
        yield used, state
    for value in requisite.forbidden:
        for way in _ways(other, requisite, value):
            world.begin()
            target = _right(world, requisite)
            if not _brought(other, target, requisite, way, value):
                continue
            if is_same(_state(other, target, requisite), value):
                yield target, value
                break


def _above(world: World, requisite: Requisite, other: World) -> Keys:
    if requisite.field is not None:
        return other.above
    return world.parents.keys_for(
        requisite.place,
        world.place,
        world.above,
    )


def _naming(world: World, requisite: Requisite, target: Made) -> tuple[dict[str, Any], Keys]:
    """Return the properties and the parameters that lead to a record."""
    if requisite.field is None:
        return {}, {**world.above, world.place.parameters[-1]: target.key}
    naming = next(each for each in namings(world) if each.field == requisite.field)
    return {naming.field: key_named(world, naming, target)}, world.above


def _ways(other: World, requisite: Requisite, value: Any) -> Iterator[Operation]:
    """Yield what may bring a record into a state: a change of the property, or verbs."""
    for operation in other.place.changes:
        if requisite.name in operation.described.sent_schema.properties:
            yield operation
    stem = value if isinstance(value, str) else requisite.name.removeprefix("is_")
    for verb in verbs_of(other, 12):
        name = verb.path.rpartition("/")[2]
        if is_same(
            verb.sets.get(requisite.name, MISSING),
            value,
        ) or stem.startswith(name[:5]):
            yield verb


def _brought(other: World, target: Made, requisite: Requisite, way: Operation, value: Any) -> bool:
    """Do what may bring a record into a state; tell whether it was taken."""
    if way in other.place.changes:
        return other.change(
            way,
            target,
            {requisite.name: value},
        ).succeeded
    return other.send(
        way,
        other.at(way, target),
        other.bare_body(way),
    ).succeeded


def _state(other: World, target: Made, requisite: Requisite) -> Any:
    """Return the state in which a record is."""
    return (other.find(target) or {}).get(
        requisite.name,
        MISSING,
    )


def _requisites(world: World) -> Iterator[Requisite]:
    create = world.maker.operation
    described = create.described
    sentences: list[str] = []
    for text in (described.summary, described.description):
        sentences += filter(_REFUSES.search, _sentences(text))
    for status in filter(described.documents, _REFUSALS):
        sentences += _sentences(described.response(status).description)
    for place, field in _others(world):
        for sentence in sentences:
            said = {each.lower() for each in re.findall(r"[A-Za-z]+", sentence)}
            if said & nouns_of(place):
                for name, (allowed, forbidden) in _told(place, sentence).items():
                    yield Requisite(place, field, name, allowed, forbidden)


def _sentences(text: str) -> Iterator[str]:
    """Yield the parts of a text that tell one condition each."""
    for part in re.split(r"[.;:]\s|,?\s+or\s", text):
        if not _BOTH.search(part):
            yield part


def _others(world: World) -> Iterator[tuple[Place, str | None]]:
    for naming in namings(world):
        yield naming.place, naming.field
    owner = world.parents.owner(world.place)
    if owner is not None and owner[0].create is not None:
        yield owner[0], None


def _told(place: Place, sentence: str) -> Mapping[str, tuple[Any, tuple[Any, ...]]]:
    """Return which values of the properties of a record a sentence allows, and forbids."""
    found: dict[str, tuple[Any, tuple[Any, ...]]] = {}
    for name, schema in place.resource.record.properties.items():
        if schema.type == "boolean":
            value = _forbidden_flag(name.removeprefix("is_"), sentence)
            if value is not None:
                found[name] = (not value, (value,))
        elif schema.get("enum") and name in ("status", "state"):
            states = [each for each in schema.get("enum") or () if isinstance(each, str)]
            told = [
                each
                for each in states
                if re.search(
                    rf"\b{re.escape(each)}\b",
                    sentence,
                    re.I,
                )
            ]
            others = [each for each in states if each not in told]
            if len(told) != 1 or not others:
                continue
            if re.search(_NEGATION, sentence, re.IGNORECASE):
                found[name] = (told[0], tuple(others))
            else:
                found[name] = (others[0], (told[0],))
    return found


def _forbidden_flag(name: str, sentence: str) -> bool | None:
    """Return the value of a flag that a sentence forbids, None where it speaks of none."""
    spelled = re.escape(name).replace("_", "[_ ]")
    if re.search(
        rf"\b{spelled}\b",
        sentence,
        re.IGNORECASE,
    ):
        return re.search(_NEGATION, sentence, re.IGNORECASE) is None
    for turned, flag in _TURNED.items():
        if flag == name and re.search(
            rf"\b{turned}\b",
            sentence,
            re.IGNORECASE,
        ):
            return False
    return None
