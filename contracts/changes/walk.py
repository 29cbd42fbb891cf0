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

from contracts.changes.membership import members, told_members
from contracts.changes.rules.choice import matched
from contracts.changes.rules.schema import RULES_OF
from contracts.changes.rules.schema_pair import SchemaPair, SchemaRule
from contracts.changes.shape import Shape, settle, shape_of
from contracts.changes.types import Found, Level, Root, Spot
from contracts.openapi import Spec
from mockserver.model.schema.schemas import Direction

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

    def __init__(
        self, old: Spec, new: Spec, assumed: Mapping[_Key, tuple[Spot, Spot]] | None = None
    ) -> None:
        """Take the documents, and for pairs with alternatives on one side those that are `assumed`
        to be the other side: they are being tried.
        """
        self._old, self._new = old, new
        self._assumed = dict(assumed or {})
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
            pair = SchemaPair(before, after, direction)
            chosen = self._assumed.get(key) or self._chosen(key, pair)
            if chosen is not None:
                if key not in self._assumed:
                    node.found.append(told_members(pair))
                link = self._key(*chosen, direction)
                node.links.append(((), link))
                waiting.append((link, *chosen))
                continue
            if not pair.says_the_same:
                node.found = [
                    (rule, found) for rule in RULES_OF[direction] for found in rule.find(pair)
                ]
            for path, below, beside in _children(before, after):
                link = self._key(below, beside, direction)
                node.links.append((path, link))
                waiting.append((link, below, beside))
        return start

    def _chosen(self, key: _Key, pair: SchemaPair) -> tuple[Spot, Spot] | None:
        """Return the pair to compare where the whole of one side is one of the other side's
        alternatives; None where it is not so.

        Then the others are new or gone, whatever they say.
        """
        for old, new in members(self._old, self._new, pair):
            walk = Walk(self._old, self._new, {**self._assumed, key: (old, new)})
            walk._build(old, new, pair.direction)
            levels = {rule.level for rule in walk._rules()}
            if Level.BREAKING not in levels:
                return old, new
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
