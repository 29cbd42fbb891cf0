"""Two documents and the places where they carry schemas in, what differs in the schemas out, each
pair looked at once.

Documents have circles. So a pair of schemas is a node: its own findings, and links to the pairs
below it. Nodes are made until there are none left; then each place tells what it reaches, without
ever entering a part that has nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from contracts.changes.rules.choice import matched
from contracts.changes.rules.schema import RULES_OF
from contracts.changes.rules.schema_pair import SchemaPair, SchemaRule
from contracts.changes.shape import Choice, Shape, settle, shape_of
from contracts.changes.types import Found, Level, Root, Spot
from contracts.openapi import Spec
from mockserver.model.schema.schemas import Direction

_TYPES = frozenset({"array", "boolean", "integer", "number", "object", "string"})
ANY = "*"
"""Stands for any item of a list, and for any property that is not named."""


class _Key(NamedTuple):
    old: str
    new: str
    direction: Direction


@dataclass(slots=True)
class _Node:
    found: list[tuple[SchemaRule, Found]] = field(default_factory=list)
    links: list[tuple[tuple[str, ...], _Key]] = field(default_factory=list)


class Walk:
    """Compares the schemas of two documents."""

    def __init__(self, old: Spec, new: Spec) -> None:
        self._old, self._new = old, new
        self._nodes: dict[_Key, _Node] = {}

    def changes(self, roots: Sequence[Root]) -> Iterator[tuple[SchemaRule, Found]]:
        """Yield what each rule finds below each root, with its place."""
        keys = [self._build(root.old, root.new, root.direction) for root in roots]
        alive = self._alive()
        for root, key in zip(roots, keys, strict=True):
            yield from self._reached(root, key, alive)

    def _build(self, old: Spot, new: Spot, direction: Direction) -> _Key:
        """Make the nodes of a pair of schemas and of all below it."""
        start = self._key(old, new, direction)
        waiting = [(start, old, new)]
        while waiting:
            key, old, new = waiting.pop()
            if key in self._nodes:
                continue
            node = self._nodes[key] = _Node()
            before = shape_of(self._old, old, direction)
            after = shape_of(self._new, new, direction)
            shapes = (before, after)
            chosen = self._chosen(old, new, shapes, direction)
            if chosen is not None:
                found, one, other = chosen
                node.found.append(found)
                link = self._key(one, other, direction)
                node.links.append(((), link))
                waiting.append((link, one, other))
                continue
            pair = SchemaPair(*shapes, direction)
            if not pair.says_the_same:
                node.found = [
                    (rule, found) for rule in RULES_OF[direction] for found in rule.find(pair)
                ]
            for path, below, beside in _children(*shapes):
                link = self._key(below, beside, direction)
                node.links.append((path, link))
                waiting.append((link, below, beside))
        return start

    def _chosen(
        self, old: Spot, new: Spot, shapes: tuple[Shape, Shape], direction: Direction
    ) -> tuple[tuple[SchemaRule, Found], Spot, Spot] | None:
        """Return the pair to compare, and what is told beside, where the whole of one side is one
        of the other side's alternatives; None where it is not so.

        Then the others are new or gone, whatever they say.
        """
        before, after = shapes
        if bool(before.choices) == bool(after.choices):
            return None
        choices = before.choices or after.choices
        if len(choices) > 1:
            return None
        choice = choices[0]
        spec, spot = (self._new, new) if after.choices else (self._old, old)
        for index, each in enumerate(choice.alternatives):
            if direction is Direction.REQUEST and not _takes_alone(spec, choice, index):
                continue
            whole = _with_rest(settle(spec, spot), each, choice.keyword, index)
            pair = (old, whole) if after.choices else (whole, new)
            walk = Walk(self._old, self._new)
            walk._build(*pair, direction)
            if not any(rule.level is Level.BREAKING for rule in walk._rules()):
                return _told(choice, direction, SchemaPair(before, after, direction)), *pair
        return None

    def _rules(self) -> Iterator[SchemaRule]:
        """Yield the rules that found something."""
        for node in self._nodes.values():
            yield from (rule for rule, _ in node.found)

    def _key(self, old: Spot, new: Spot, direction: Direction) -> _Key:
        before = settle(self._old, old)
        after = settle(self._new, new)
        return _Key(
            before.pointer,
            after.pointer,
            direction,
        )

    def _alive(self) -> set[_Key]:
        """Return the pairs that have findings, or lead to some."""
        above: dict[_Key, list[_Key]] = {}
        for key, node in self._nodes.items():
            for _, link in node.links:
                above.setdefault(link, []).append(key)
        waiting = [key for key, node in self._nodes.items() if node.found]
        alive = set(waiting)
        while waiting:
            for key in above.get(waiting.pop(), ()):
                if key not in alive:
                    alive.add(key)
                    waiting.append(key)
        return alive

    def _reached(
        self, root: Root, start: _Key, alive: set[_Key]
    ) -> Iterator[tuple[SchemaRule, Found]]:
        seen = {start}
        waiting: deque[tuple[tuple[str, ...], _Key]] = deque(
            [((), start)] if start in alive else []
        )
        while waiting:
            path, key = waiting.popleft()
            for rule, found in self._nodes[key].found:
                place = replace(
                    root.place,
                    path=(*root.place.path, *path, *found.path),
                )
                yield rule, replace(found, place=place)
            for below, link in self._nodes[key].links:
                if link in alive and link not in seen:
                    seen.add(link)
                    waiting.append(((*path, *below), link))


def _takes_alone(spec: Spec, choice: Choice, index: int) -> bool:
    """Tell whether what an alternative of a request takes is refused by none of the others: those
    of a `oneOf` must be of other types.
    """
    if choice.keyword == "anyOf":
        return True
    types = [_types(shape_of(spec, each, Direction.REQUEST)) for each in choice.alternatives]
    own = types.pop(index)
    return all(own.isdisjoint(each) for each in types)


def _types(shape: Shape) -> frozenset[str]:
    """Return the types that a value may have; an integer is a number."""
    types = _TYPES if shape.types is None else shape.types
    if "number" in types:
        types |= {"integer"}
    return types | {"null"} if shape.nullable else types


def _told(choice: Choice, direction: Direction, pair: SchemaPair) -> tuple[SchemaRule, Found]:
    """Return what is told where all alternatives of a choice but one are new, or gone."""
    word, said = ("removed", "was") if pair.old.choices else ("added", "may be")
    name = f"{direction.name.lower()}-alternative-{word}"
    rule = next(each for each in RULES_OF[direction] if each.name == name)
    return rule, pair.found(f"it {said} one of {len(choice.alternatives)} alternatives")


def _with_rest(schema: Spot, alternative: Spot, keyword: str, index: int) -> Spot:
    """Return an alternative together with what stands beside the keyword of the choice."""
    said = schema.value if isinstance(schema.value, Mapping) else {}
    rest = {word: value for word, value in said.items() if word not in (keyword, "discriminator")}
    if not rest:
        return alternative
    return Spot({"allOf": [rest, alternative.value]}, schema.at(keyword, index))


def _children(old: Shape, new: Shape) -> Iterator[tuple[tuple[str, ...], Spot, Spot]]:
    """Yield the schemas below that belong together."""
    for name, child in old.properties.items():
        if name in new.properties:
            yield (name,), child, new.properties[name]
    if old.items is not None and new.items is not None:
        yield (ANY,), old.items, new.items
    elif (old.items or new.items) is not None:
        nothing = Spot({}, f"{(old if old.items is None else new).spot.pointer}/items")
        yield (ANY,), old.items or nothing, new.items or nothing
    if isinstance(old.additional, Spot) and isinstance(new.additional, Spot):
        yield (ANY,), old.additional, new.additional
    for spot, other in matched(old.choices, new.choices)[0]:
        yield (), spot, other
