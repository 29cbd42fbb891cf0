"""Laws of verbs, such as `POST /notes/{id}/archive`: what a reply shows of a record is what is
read, and what is put away is not listed where the document says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

from contracts.laws.drafts import Record
from contracts.laws.envelopes import record_of
from contracts.laws.law import Broken, Untried
from contracts.laws.places import Place
from contracts.laws.same import shown
from contracts.laws.visit import Made
from contracts.laws.world import World
from mockserver.model.types import Operation

MOST = 4
"""Verbs of a place that are tried."""
_NOT = r"\b(not|neither|nor|without|except|excluding|excludes|but|un|non)\b[^.]{0,40}"


def has_items(place: Place) -> bool:
    return place.create is not None and place.read is not None and place.key_param is not None


def done_is_shown(world: World) -> None:
    """Do one thing after another to a record: the flags that a reply shows are those that are
    read.
    """
    verbs = verbs_of(world)
    if not verbs:
        raise Untried("nothing can be done to a record but to change it")
    for before, verb in product([None, *verbs], verbs):
        if before is verb:
            continue
        world.begin()
        made = world.make()
        if before is not None and _done(world, before, made) is None:
            continue
        told = _done(world, verb, made)
        found = world.find(made)
        if told is None or found is None:
            continue
        for name, value in _flags(told).items():
            if isinstance(found.get(name), bool) and found[name] is not value:
                expected = f"{shown(value)}, as the reply to {verb.label} shows"
                raise Broken(
                    verb,
                    expected,
                    shown(found[name]),
                    f"/{name}",
                )


def put_away_is_not_listed(world: World) -> None:
    """Do what puts a record away, where the document says that a list leaves such records out, and
    take it back.
    """
    listing = world.place.list
    if listing is None:
        raise Untried("there is no list")
    words = f"{listing.described.summary} {listing.described.description}"
    tried = False
    verbs = verbs_of(world)
    for verb in verbs:
        if not _leaves_out(words, verb):
            continue
        world.begin()
        made = world.make()
        first = world.record(made)
        if not _is_listed(world, made) or _done(world, verb, made) is None:
            continue
        tried = True
        if _is_listed(world, made):
            raise Broken(listing, f"no record {made.key}, as it says", "it is in the list")
        for back in verbs:
            told = _done(world, back, made) if back is not verb else None
            is_back = told is not None and _flags(told) == _flags(first)
            if is_back and not _is_listed(world, made):
                expected = f"the record {made.key}, for it was taken back"
                raise Broken(listing, expected, "it is not in the list")
    if not tried:
        raise Untried("the document does not say what a list leaves out")


def _leaves_out(words: str, verb: Operation) -> bool:
    """Tell whether words say that what a verb does keeps a record out of a list."""
    name = verb.path.rpartition("/")[2]
    stem = re.escape(name[:6].rstrip("e"))
    return (
        len(stem) > 3
        and re.search(
            f"{_NOT}{stem}",
            words,
            re.IGNORECASE,
        )
        is not None
    )


def _is_listed(world: World, made: Made) -> bool:
    return any(world.key(each) == made.key for each in world.listed(above=made.above))


def _done(world: World, verb: Operation, made: Made) -> Record | None:
    """Return the record as the reply to a verb shows it, None where it is refused or shows
    none.
    """
    answer = world.send(
        verb,
        world.at(verb, made),
    )
    return record_of(verb, answer) if answer.succeeded else None


def _flags(record: Mapping[str, object]) -> dict[str, bool]:
    return {name: value for name, value in record.items() if isinstance(value, bool)}


def verbs_of(world: World, most: int = MOST) -> list[Operation]:
    """Return what can be done to a record by a call without a body."""
    return [*_each_verb(world)][:most]


def _each_verb(world: World) -> Iterator[Operation]:
    item = f"{world.place.path}/{{{world.place.key_param}}}/"
    for operation in world.visit.subject.model.operations:
        name = operation.path.removeprefix(item)
        is_verb = operation.path.startswith(item) and name.isalpha()
        request = operation.described.request
        is_bare = request is None or not request.required
        if is_verb and is_bare and operation.method == "POST" and operation.key_param:
            yield operation
