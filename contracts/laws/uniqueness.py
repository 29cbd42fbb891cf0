"""Laws of what must be unique by the words of the document alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.laws.fields import scalars
from contracts.laws.law import Broken, Untried
from contracts.laws.places import Place
from contracts.laws.same import shown
from contracts.laws.world import World
from contracts.targets.target import Answer
from mockserver.model.types.facts import admits

_UNIQUE = re.compile(r"[`'\"]?(\w+)[`'\"]?\s+(must|has to|have to|should)\s+be\s+unique", re.I)
_TOGETHER = re.compile(
    r"\b(together|pair|combination|within|per|each|among|same \w+ and|in (its|the|a|one|this))\b",
    re.IGNORECASE,
)
_ANY_CASE = re.compile(
    r"upper and lower case are the same|case[- ]?insensitiv|(ignoring|regardless of|without) case",
    re.IGNORECASE,
)


def tells_of_unique(place: Place) -> bool:
    """Tell whether the words of a create say that a property must be unique."""
    return bool([*_told(place)])


def told_unique_is_refused(world: World) -> None:
    """Make two records with a value that must be unique: the second one is refused, in any case
    where the document says so.
    """
    operation = world.maker.operation
    fields = scalars(world.spec, operation, world.resource)
    tried = False
    for name, any_case in _told(world.place):
        if name not in fields:
            continue
        world.begin()
        made = world.make(full=True)
        value = made.sent.get(name)
        if not isinstance(value, str):
            continue
        tried = True
        cases = [value, *_in_other_case(value)] if any_case else [value]
        for each in cases:
            again = world.offer({name: each}) if admits(fields[name], each) else None
            if again is not None and not isinstance(again, Answer):
                told = f"a refusal, for there is a record with the {name} {shown(value)}"
                raise Broken(operation, told, f"success with {shown(each)}", f"/{name}")
    if not tried:
        raise Untried("no value that must be unique can be sent")


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


def _told(place: Place) -> Iterator[tuple[str, bool]]:
    """Yield the properties that must be unique, and whether in any case."""
    if place.create is None or not place.create.described.documents(409):
        return
    words = f"{place.create.described.summary}. {place.create.described.description}"
    for sentence in words.split("."):
        match = _UNIQUE.search(sentence)
        if match is not None and not _TOGETHER.search(sentence):
            yield match[1], bool(_ANY_CASE.search(words))
