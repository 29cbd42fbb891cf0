"""Laws of what a record gets where it is not sent: what the settings, or the record above, say.

PUT /settings {"default_shipping": "express"}
POST /orders {"product_id": 7}                  shipping is express
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from contracts.compare.same import is_same, shown
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.nouns import nouns_of
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.singletons import is_single, written, written_back
from contracts.requests.caller import Keys
from contracts.requests.fields import values
from mockserver.model.types import Operation
from mockserver.model.types.facts import admits

_UNSENT = re.compile(
    r"\b(not|isn't|aren't) (sent|given|set|told|there|specified|provided)\b|\bomitted\b|"
    r"\bleft out\b|\bmissing\b|\babsent\b|\bwithout\b|\bdefaults?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heritage:
    """A property `field` that has the value of `source`, a property of a record of `place`, where
    it is not sent.
    """

    field: str
    place: Place
    source: str


def may_inherit(place: Place) -> bool:
    """Tell whether a create takes a property that can be left out and has words of its own."""
    return place.create is not None and place.key_param is not None


def told_defaults_follow(world: World) -> None:
    """Write one value after another where the default is told, and make a record without it."""
    tried = False
    for heritage in _heritages(world):
        wanted = _two_values(world, heritage)
        if heritage.place.resource.key is None:
            tried = _check_single(world, heritage, wanted) or tried
        else:
            tried = _check_owner(world, heritage, wanted) or tried
    if not tried:
        raise Untried("the document does not say that another record tells a default")


def _check_single(world: World, heritage: Heritage, wanted: list[Any]) -> bool:
    """Write the one record that tells the default, and write it back at the end."""
    source = world.beside(heritage.place)
    source.above = {name: world.above[name] for name in heritage.place.parameters}
    tried = False
    with written_back(source):
        for operation in heritage.place.changes:
            for value in wanted:
                if written(source, operation, {heritage.source: value}) is None:
                    continue
                _check(world, heritage, value, world.above)
                tried = True
    return tried


def _check_owner(world: World, heritage: Heritage, wanted: list[Any]) -> bool:
    """Make records above that tell different defaults."""
    owner = world.parents.owner(world.place)
    if owner is None:
        return False
    place, param = owner
    above = world.parents.keys_for(
        place,
        world.place,
        world.above,
    )
    for value in wanted:
        world.begin()
        made = world.beside(place).make(
            {heritage.source: value},
            above=above,
        )
        if is_same(made.shown.get(heritage.source), value):
            _check(
                world,
                heritage,
                value,
                {**world.above, param: made.key},
                anew=False,
            )
    return bool(wanted)


def _check(world: World, heritage: Heritage, value: Any, above: Keys, anew: bool = True) -> None:
    """Make a record without the property: it has the value that is told."""
    if anew:
        world.begin()
    with _leaving_out(world, heritage.field, above):
        made = world.make(above=above)
    if heritage.field in made.sent:
        raise Untried(f"{heritage.field} cannot be left out")
    has = _shown(world, made, heritage.field)
    if not is_same(has, value):
        told = f"{shown(value)}, the {heritage.source} of {heritage.place.path}"
        raise Broken(
            world.maker.operation,
            told,
            shown(has),
            f"/{heritage.field}",
        )


def _shown(world: World, made: Made, name: str) -> Any:
    """Return a property of a new record, as its reply shows it or as it is read. Raises Untried."""
    return made.shown[name] if name in made.shown else world.record(made).get(name)


@contextmanager
def _leaving_out(world: World, name: str, above: Keys) -> Iterator[None]:
    """Let records be made without a property. Raises Untried."""
    operation = world.maker.operation
    accepted = world.visit.drafts.accepted
    draft = world.maker.draft(operation, above)
    bare = {each: value for each, value in draft.record.items() if each != name}
    accepted[operation.label] = replace(draft, record=bare)
    try:
        yield
    finally:
        accepted[operation.label] = draft


def _heritages(world: World) -> Iterator[Heritage]:
    create = world.maker.operation
    described = create.described.sent_schema
    for name, schema in described.properties.items():
        if name in described.required or "default" in schema.plain:
            continue
        own = str(schema.get("description") or "")
        for place, operation in _sources(world):
            for source, told in operation.described.sent_schema.properties.items():
                words = str(told.get("description") or "")
                if _is_told(name, own, source, words, nouns_of(place)):
                    yield Heritage(name, place, source)


def _sources(world: World) -> Iterator[tuple[Place, Operation]]:
    """Yield the places whose records may tell defaults, with what writes them."""
    for place in world.visit.places.values():
        if is_single(place) and set(place.parameters) <= set(world.above):
            yield place, place.changes[0]
    owner = world.parents.owner(world.place)
    if owner is not None and owner[0].create is not None:
        yield owner[0], owner[0].create


def _is_told(name: str, own: str, source: str, words: str, nouns: Collection[str]) -> bool:
    """Tell whether words say that a property comes from another one: its own name that one, or
    that is called as its default is. A property of the same name is meant where its own words name
    what has it: "As the shop has it, where it is not sent."
    """
    if not _UNSENT.search(f"{own} {words}"):
        return False
    if source == name:
        said = {each.lower() for each in re.findall(r"[A-Za-z]+", own)}
        return not said.isdisjoint(nouns) and _UNSENT.search(own) is not None
    if re.search(
        rf"\b{re.escape(source)}\b",
        own,
    ) and _UNSENT.search(own):
        return True
    return source.lower().removeprefix("default").lstrip("_") == name.lower()


def _two_values(world: World, heritage: Heritage) -> list[Any]:
    """Return two values that both properties take."""
    place = heritage.place
    writer = place.changes[0] if place.resource.key is None else place.create
    if writer is None:
        return []
    schema = writer.described.sent_schema.properties[heritage.source].plain
    taken = world.visit.drafts.fields(world.maker.operation)[heritage.field]
    found = schema.get("enum") or values(
        world.spec,
        schema,
        heritage.source,
        world.visit.drafts.supply,
    )
    found = [each for each in found if each is not None and admits(taken, each)]
    return found[:2] if len(found) > 1 else []
