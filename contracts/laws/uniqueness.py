"""Laws of what must be unique by the words of the document alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from contracts.compare.likeness import ANY_CASE
from contracts.compare.same import shown
from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.combinations import combinations, same_is_refused, tells_of_combinations
from contracts.targets.target import Answer
from mockserver.model.types import DescribedSchema
from mockserver.model.types.facts import admits

_UNIQUE = re.compile(r"[`'\"]?(\w+)[`'\"]?\s+(must|has to|have to|should)\s+be\s+unique", re.I)
_TAKEN = re.compile(
    r"\b(\w+)[`'\"]? (?:that )?(?:is |are )?(?:already |there )?(?:taken|in use|exists|used)\b",
    re.I,
)
_OWN = re.compile(r"\bunique\b|\bif (it is )?taken\b", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(together|pair|combination|within|per|each|among|same \w+ and|in (its|the|a|one|this)"
    r"|not (be )?unique)\b",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\b(?:in|within|among|across) (?:the|a|an|its|this|all) (\w{3,})", re.IGNORECASE
)
_REFUSALS = (400, 409, 422)


def tells_of_unique(place: Place) -> bool:
    """Tell whether the words of a create say that a property must be unique."""
    return bool([*_told(place)]) or tells_of_combinations(place)


def told_unique_is_refused(world: World) -> None:
    """Make two records with a value that must be unique: the second one is refused, in any case
    where the document says so, and so is a change to that value. What is unique together with
    others is refused as well.
    """
    operation = world.maker.operation
    fields = world.visit.drafts.fields(operation)
    tried = same_is_refused(world)
    for name, any_case in _told(world.place):
        if name not in fields or name == world.resource.key:
            continue
        world.begin()
        made = world.make(full=True)
        value = made.sent.get(name)
        if not isinstance(value, str):
            continue
        tried = True
        cases = [value, *_in_other_case(value)] if any_case else [value]
        for each in cases:
            if admits(fields[name], each):
                _check_refused(
                    world,
                    made,
                    name,
                    each,
                )
        _check_changes(world, made, name)
    if not tried:
        raise Untried("no value that must be unique can be sent")


def _check_refused(world: World, made: Made, name: str, value: str) -> None:
    again = world.offer({name: value})
    if not isinstance(again, Answer):
        told = f"a refusal, for there is a record with the {name} {shown(made.sent[name])}"
        actual = f"success with {shown(value)}"
        raise Broken(
            world.maker.operation,
            told,
            actual,
            f"/{name}",
        )


def _check_changes(world: World, made: Made, name: str) -> None:
    """Change another record to the value that must be unique."""
    for operation in world.place.changes:
        sent = operation.described.sent_schema.properties
        is_of_record = operation.path.endswith("}") and name in sent
        if not is_of_record or not operation.described.documents(409):
            continue
        world.begin()
        other = world.make(full=True)
        if other.sent.get(name) == made.sent[name]:
            continue
        answer = world.change(
            operation,
            other,
            {name: made.sent[name]},
        )
        told = f"another record has the {name} {shown(made.sent[name])}"
        demand_refusal(
            operation,
            answer,
            told,
            f"/{name}",
        )


def _in_other_case(value: str) -> list[str]:
    """Return the text with the case of its letters turned: of all, of those before an @ sign, and
    of the first one.
    """
    name, sign, domain = value.partition("@")
    turned = [
        value.swapcase(),
        f"{name.swapcase()}{sign}{domain}",
        f"{value[:1].swapcase()}{value[1:]}",
    ]
    return [each for each in dict.fromkeys(turned) if each != value]


def _is_together(words: str, fields: Iterable[str]) -> bool:
    """Tell whether words say that values need to be unique with others alone. `In the fleet` is
    everywhere, where no property of a record names its fleet.
    """
    match = _WHERE.search(words)
    if match is not None and not any(match[1].lower() in name.lower() for name in fields):
        words = words.replace(match[0], "")
    return bool(_TOGETHER.search(words))


def _told(place: Place) -> Iterator[tuple[str, bool]]:
    """Yield the properties that must be unique, and whether in any case."""
    create = place.create
    if create is None or not any(map(create.described.documents, _REFUSALS)):
        return
    described = create.described
    fields = described.sent_schema.properties
    words = described.words
    found: dict[str, bool] = {}
    if described.documents(409):
        conflict = described.response(409).description
        for sentence in re.split(r"[.;]", words):
            match = _UNIQUE.search(sentence) or _TAKEN.search(sentence)
            if match is not None and not _TOGETHER.search(sentence):
                found[match[1]] = bool(ANY_CASE.search(words))
        match = _TAKEN.search(conflict)
        if match is not None and not _TOGETHER.search(f"{conflict} {words}"):
            found.setdefault(match[1], bool(ANY_CASE.search(f"{conflict} {words}")))
    for name, schema in fields.items():
        own = str(schema.get("description") or "")
        if _OWN.search(own) and not _is_together(own, fields):
            found[name] = found.get(name, False) or bool(ANY_CASE.search(own))
    together = frozenset[str]()
    for names in combinations(place):
        together |= names
    for name, any_case in found.items():
        if name not in fields:
            continue
        if name not in together or _is_alone(fields[name]):
            yield name, any_case


def _is_alone(schema: DescribedSchema) -> bool:
    """Tell whether the words of a property say that it is unique by itself."""
    own = str(schema.get("description") or "")
    return bool(_OWN.search(own)) and not _TOGETHER.search(own)
