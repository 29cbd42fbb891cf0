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

from contracts.compare.same import is_same
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
    """What another record must not be like: its property `name` must not have the `value`.

    `field` names that record, None where it is above.
    """

    place: Place
    field: str | None
    name: str
    value: Any


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
        other = world.beside(requisite.place)
        for steps in _ways(other, requisite):
            world.begin()
            target = other.make_for_others(_above(world, requisite))
            fields, above = _naming(world, requisite, target)
            if isinstance(world.offer(fields, above), Answer):
                continue
            if steps is not None and not _brought(other, target, requisite, steps):
                continue
            if not _is_so(other, target, requisite):
                continue
            tried = True
            made = world.offer(fields, above)
            if not isinstance(made, Answer) and made.answer.status != ACCEPTED:
                why = f"{requisite.name} of {requisite.place.path} {target.key}"
                told = f"a refusal, for the {why} is {requisite.value}"
                raise Broken(
                    world.maker.operation,
                    told,
                    str(made.answer.status),
                    "status",
                )
            break
    if not tried:
        raise Untried("the document does not say in which state of another record it is refused")


def _above(world: World, requisite: Requisite) -> Keys:
    if requisite.field is not None:
        return {}
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


def _ways(other: World, requisite: Requisite) -> Iterator[Operation | None]:
    """Yield what may bring a record into a state: None for the new record itself, a change of the
    property, or verbs.
    """
    yield None
    for operation in other.place.changes:
        if requisite.name in operation.described.sent_schema.properties:
            yield operation
    stem = requisite.name.removeprefix("is_")
    if isinstance(requisite.value, str):
        stem = requisite.value
    for verb in verbs_of(other, 12):
        name = verb.path.rpartition("/")[2]
        if verb.sets.get(requisite.name) == requisite.value or stem.startswith(name[:5]):
            yield verb


def _brought(other: World, target: Made, requisite: Requisite, way: Operation) -> bool:
    """Do what may bring a record into a state; tell whether it was taken."""
    if way in other.place.changes:
        return other.change(
            way,
            target,
            {requisite.name: requisite.value},
        ).succeeded
    return other.send(
        way,
        other.at(way, target),
        other.bare_body(way),
    ).succeeded


def _is_so(other: World, target: Made, requisite: Requisite) -> bool:
    """Tell whether a record is in the state that is forbidden."""
    found = other.find(target) or {}
    return is_same(
        found.get(requisite.name, MISSING),
        requisite.value,
    )


def _requisites(world: World) -> Iterator[Requisite]:
    create = world.maker.operation
    described = create.described
    texts = [described.summary, described.description]
    texts += [
        described.response(each).description for each in _REFUSALS if described.documents(each)
    ]
    sentences: list[str] = []
    for text in texts:
        parts = re.split(r"[.;:]\s|,?\s+or\s", text)
        sentences += [each for each in parts if not _BOTH.search(each)]
    for place, field in _others(world):
        for sentence in sentences:
            said = {each.lower() for each in re.findall(r"[A-Za-z]+", sentence)}
            if said & nouns_of(place):
                for name, value in _told(place, sentence).items():
                    yield Requisite(place, field, name, value)


def _others(world: World) -> Iterator[tuple[Place, str | None]]:
    for naming in namings(world):
        yield naming.place, naming.field
    owner = world.parents.owner(world.place)
    if owner is not None and owner[0].create is not None:
        yield owner[0], None


def _told(place: Place, sentence: str) -> Mapping[str, Any]:
    """Return which values of the properties of a record a sentence forbids."""
    found: dict[str, Any] = {}
    for name, schema in place.resource.record.properties.items():
        if schema.type == "boolean":
            value = _forbidden_flag(name.removeprefix("is_"), sentence)
            if value is not None:
                found[name] = value
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
            if len(told) == 1:
                others = [each for each in states if each != told[0]]
                is_negated = re.search(_NEGATION, sentence, re.I) is not None
                found[name] = others[-1] if is_negated else told[0]
    return found


def _forbidden_flag(name: str, sentence: str) -> bool | None:
    """Return the value of a flag that a sentence forbids, None where it speaks of none."""
    spelled = re.escape(name).replace("_", "[_ ]")
    if re.search(rf"\b{spelled}\b", sentence, re.IGNORECASE):
        return re.search(_NEGATION, sentence, re.IGNORECASE) is None
    for turned, flag in _TURNED.items():
        if flag == name and re.search(rf"\b{turned}\b", sentence, re.IGNORECASE):
            return False
    return None
