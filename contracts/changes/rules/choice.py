"""The rules for alternatives (`oneOf`, `anyOf`) and for what tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from contracts.changes.rules.schema_pair import SchemaPair, SchemaRule
from contracts.changes.shape import Choice, Shape
from contracts.changes.types import Found, Level, Rule, Spot, const_text
from mockserver.model.schema.schemas import Direction

BREAKING, WARNING, INFO = Level


def matched(
    old: tuple[Choice, ...], new: tuple[Choice, ...]
) -> tuple[list[tuple[Spot, Spot]], list[Spot], list[Spot]]:
    """Return the alternatives that belong together, by the name of their component, else by what
    they say; the rest.
    """
    before = [spot for choice in old for spot in choice.alternatives]
    after = [spot for choice in new for spot in choice.alternatives]
    pairs: list[tuple[Spot, Spot]] = []
    for is_same in (_same_component, _same_text, _same_title, _only_ones(before, after)):
        for spot in list(before):
            other = next((each for each in after if is_same(spot, each)), None)
            if other is not None:
                pairs.append((spot, other))
                before.remove(spot)
                after.remove(other)
    return pairs, before, after


def _same_component(one: Spot, other: Spot) -> bool:
    return (
        one.pointer == other.pointer
        and one.pointer.startswith("/components/")
        and one.pointer.count("/") == 3
    )


def _same_text(one: Spot, other: Spot) -> bool:
    return const_text(one.value) == const_text(other.value)


def _same_title(one: Spot, other: Spot) -> bool:
    titles = [
        spot.value.get("title") if isinstance(spot.value, Mapping) else None
        for spot in (one, other)
    ]
    return titles[0] is not None and titles[0] == titles[1]


def _only_ones(before: list[Spot], after: list[Spot]) -> Callable[[Spot, Spot], bool]:
    """Take inline alternatives of the same place for the same, one with one."""
    return lambda one, other: len(before) == len(after) and one.pointer == other.pointer


def _alternatives(pair: SchemaPair, way: str) -> Iterator[Found]:
    old, new = pair.old.choices, pair.new.choices
    pointers = pair.old.spot.pointer, pair.new.spot.pointer
    if not old and not new:
        return
    _, gone, added = matched(old, new)
    if not old and way == "gone":
        yield Found(f"it must be one of {len(added)} alternatives now", *pointers)
    elif not new and way == "added":
        yield Found(f"it need no longer be one of {len(gone)} alternatives", *pointers)
    elif old and new:
        for spot in gone if way == "gone" else added:
            told = f"the alternative {_named(spot)} is {'gone' if way == 'gone' else 'new'}"
            yield Found(
                told,
                spot.pointer if way == "gone" else pointers[0],
                pointers[1] if way == "gone" else spot.pointer,
            )


def _named(spot: Spot) -> str:
    title = spot.value.get("title") if isinstance(spot.value, Mapping) else None
    return str(title or spot.pointer.rpartition("/")[2])


def _alternative(direction: Direction, way: str, pair: SchemaPair) -> Iterator[Found]:
    return _alternatives(pair, way) if pair.direction is direction else iter(())


def _mapping(shape: Shape) -> tuple[str, Mapping[str, Any]]:
    told = next((choice.discriminator for choice in shape.choices if choice.discriminator), None)
    told = told or shape.words.get("discriminator") or {}
    if not isinstance(told, Mapping):
        return "", {}
    mapping = told.get("mapping")
    return str(told.get("propertyName", "")), mapping if isinstance(mapping, Mapping) else {}


def discriminator_changed(pair: SchemaPair) -> Iterator[Found]:
    (name, old), (other, new) = _mapping(pair.old), _mapping(pair.new)
    pointers = pair.old.spot.pointer, pair.new.spot.pointer
    if name and other and name != other:
        yield Found(f"alternatives are told apart by {other}, not by {name}", *pointers)
    for value in sorted(old.keys() & new.keys(), key=str):
        if str(old[value]).rpartition("/")[2] != str(new[value]).rpartition("/")[2]:
            yield Found(f"the {name} {value!r} means another schema", *pointers)


def _mapped(direction: Direction, way: str, pair: SchemaPair) -> Iterator[Found]:
    (name, old), (_, new) = _mapping(pair.old), _mapping(pair.new)
    if pair.direction is direction and old and new:
        one, other = (old, new) if way == "gone" else (new, old)
        for value in sorted(one.keys() - other.keys(), key=str):
            told = f"the {name} {value!r} is {'gone' if way == 'gone' else 'new'}"
            yield Found(told, pair.old.spot.pointer, pair.new.spot.pointer)


CHOICE_RULES: tuple[SchemaRule, ...] = (
    *(
        Rule(
            f"{direction.name.lower()}-alternative-{name}",
            level,
            f"An alternative of a {direction.name.lower()} is {says}.",
            partial(_alternative, direction, way),
        )
        for direction, way, name, says, level in (
            (Direction.REQUEST, "gone", "removed", "gone", BREAKING),
            (Direction.REQUEST, "added", "added", "new", INFO),
            (Direction.REPLY, "added", "added", "new", BREAKING),
            (Direction.REPLY, "gone", "removed", "gone", INFO),
        )
    ),
    Rule(
        "discriminator-changed",
        BREAKING,
        "Alternatives are told apart otherwise.",
        discriminator_changed,
    ),
    *(
        Rule(
            f"{direction.name.lower()}-discriminator-{name}",
            level,
            f"A value that tells alternatives of a {direction.name.lower()} apart is {says}.",
            partial(_mapped, direction, way),
        )
        for direction, way, name, says, level in (
            (Direction.REQUEST, "gone", "value-removed", "gone", BREAKING),
            (Direction.REQUEST, "added", "value-added", "new", INFO),
            (Direction.REPLY, "added", "value-added", "new", WARNING),
            (Direction.REPLY, "gone", "value-removed", "gone", INFO),
        )
    ),
)
