"""Laws of numbers that count other records: they follow when one comes, changes or goes.

Which records a number counts is told by its words: `Number of tasks of the project.`, `Number of
tasks of the project that are not done.`, `How many
members it has.`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from contracts.compare.same import shown
from contracts.laws.bench.envelopes import record_of
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.nouns import nouns_of
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from mockserver.model.types import Operation, Resource

_COUNT = re.compile(
    r"^(?:(?:the )?(?:number|count) of|how many) (?:all )?(?:the |its )?(?P<noun>\w+)"
    r"(?: (?:of|in|below|under|that belong to) (?:the|this|a|an|its) \w+)?"
    r"(?: (?:it|(?:the|this|a|an) \w+|there|they) (?:has|have|are))?"
    r"(?: (?:that|which) (?:are|is) (?P<negated>not )?(?P<flag>\w+))?"
    r"(?:,? (?:without|except|excluding) [^.]*\b(?:trash|bin|deleted)\b[^.]*)?\.?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class HeadCount:
    """A property that counts records; where `flag` is set, those alone in which it is `value`."""

    name: str
    flag: str | None
    value: bool


def is_below(place: Place) -> bool:
    """Tell whether records of a place are below others."""
    return bool(place.parameters) and place.create is not None


def counts_follow(world: World) -> None:
    """Make records below another one, change and delete one of them: what counts them follows."""
    owner = world.parents.owner(world.place)
    if owner is None or owner[0].read is None:
        raise Untried("nothing above shows a number")
    place, param = owner
    tallies = [*_tallies(place, world)]
    if not tallies:
        raise Untried("nothing above says that it counts")
    read = place.read
    assert read is not None, "asked before"
    keys = world.parents.keys_for(place, world.place, world.above)
    at = {**keys, str(read.key_param): world.above[param]}
    for tally in tallies:
        world.begin()
        _hold(
            world,
            tally,
            partial(
                _number,
                world,
                read,
                at,
                tally.name,
            ),
        )


def told_counts(resource: Resource, nouns: set[str]) -> list[str]:
    """Return the properties of a record that count all of what these words are for."""
    found = []
    for name, schema in resource.record.properties.items():
        match = _COUNT.match(str(schema.get("description") or "").strip())
        if match is not None and match["flag"] is None and match["noun"].lower() in nouns:
            found.append(name)
    return found


def _hold(world: World, tally: HeadCount, number: Callable[[], int]) -> None:
    counted = {} if tally.flag is None else {tally.flag: tally.value}
    before = number()
    made = world.make(counted)
    _check(
        world.maker.operation,
        tally,
        before + 1,
        number(),
    )
    if tally.flag is not None:
        world.make({tally.flag: not tally.value})
        _check(
            world.maker.operation,
            tally,
            before + 1,
            number(),
        )
        _check_change(world, tally, made, number)
    if world.place.delete is not None:
        last = world.make(counted)
        now = number()
        if world.delete(last).succeeded:
            _check(world.place.delete, tally, now - 1, number())


def _check_change(world: World, tally: HeadCount, made: Made, number: Callable[[], int]) -> None:
    """Change what decides whether a record counts."""
    before = number()
    for operation in world.place.changes:
        if tally.flag is None or tally.flag not in operation.described.sent_schema.properties:
            continue
        answer = world.change(operation, made, {tally.flag: not tally.value})
        if answer.succeeded:
            _check(operation, tally, before - 1, number())
            return


def _check(operation: Operation, tally: HeadCount, expected: int, actual: int) -> None:
    if actual != expected:
        told = f"{expected}, as many as there are"
        raise Broken(
            operation,
            told,
            shown(actual),
            f"/{tally.name}",
        )


def _number(world: World, read: Operation, at: dict[str, str], name: str) -> int:
    """Return the number that a record shows. Raises Untried."""
    answer = world.send(read, at)
    record = record_of(read, answer) if answer.succeeded else None
    value = None if record is None else record.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Untried(f"no {name} is shown")
    return value


def _tallies(owner: Place, world: World) -> Iterator[HeadCount]:
    """Yield the properties of a record that count those below it."""
    below = world.resource.record.properties
    for name, schema in owner.resource.record.properties.items():
        match = _COUNT.match(str(schema.get("description") or "").strip())
        if match is None or match["noun"].lower() not in nouns_of(world.place):
            continue
        flag = match["flag"]
        if flag is None:
            yield HeadCount(name, None, True)
        elif flag in below and below[flag].type == "boolean":
            yield HeadCount(name, flag, not match["negated"])
