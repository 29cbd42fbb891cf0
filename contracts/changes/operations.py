"""Two documents in, the operations that belong together out: by path and method, else by what they
are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from contracts.changes.types import Found, Place, Rule, Spot, const_text
from contracts.openapi import Spec, operations
from mockserver.document.pointers import join


@dataclass(frozen=True, eq=False)
class Listed:
    """An operation of a document: where it is, and what stands there."""

    spec: Spec
    path: str
    method: str
    value: Mapping[str, Any]

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"

    @cached_property
    def pointer(self) -> str:
        return join(["paths", self.path, self.method.lower()])

    @property
    def spot(self) -> Spot:
        return Spot(self.value, self.pointer)


@dataclass(frozen=True, slots=True)
class OperationPair:
    """An operation as it was and as it is; one of the two is None where it is gone or new.

    `today` is the day on which they are compared.
    """

    old: Listed | None
    new: Listed | None
    today: date = date.min

    @property
    def label(self) -> str:
        known = self.old or self.new
        return known.label if known else ""

    @property
    def both(self) -> tuple[Listed, Listed] | None:
        """The operation in both documents, None when it is not in both."""
        return (self.old, self.new) if self.old is not None and self.new is not None else None

    def found(self, message: str, old: str = "", new: str = "") -> Found:
        """Return a finding on the operation, or on a part of it in both documents."""
        pointers = [
            each.pointer + part if each else None
            for each, part in ((self.old, old), (self.new, new))
        ]
        return Found(message, pointers[0], pointers[1])

    def told(self, place: Place, message: str, old: Spot | None, new: Spot | None) -> Found:
        """Return a finding on a part of the operation; it points to the operation where the part is
        not there.
        """
        pointers = [
            spot.pointer if spot is not None else each.pointer if each is not None else None
            for spot, each in ((old, self.old), (new, self.new))
        ]
        return Found(message, pointers[0], pointers[1], place=place)


OperationRule = Rule[OperationPair]


def template(path: str) -> str:
    """Return the path with its parameters' names left out: only what is sent over the wire."""
    return re.sub(r"\{[^{}]*\}", "{}", path)


def paired(old: Spec, new: Spec, today: date = date.min) -> list[OperationPair]:
    """Return all operations, those of OLD in its order first."""
    before, after = list(_listed(old)), list(_listed(new))
    same: dict[int, Listed] = {}
    taken: set[int] = set()
    for spelled in (str, template):
        there = {
            (spelled(each.path), each.method): each
            for each in reversed(after)
            if id(each) not in taken
        }
        for each in before:
            found = None if id(each) in same else there.pop((spelled(each.path), each.method), None)
            if found is not None:
                same[id(each)] = found
                taken.add(id(found))
    free = [each for each in after if id(each) not in taken]
    for each in before:
        if id(each) not in same:
            moved = _moved(each, free)
            if moved is not None:
                same[id(each)] = moved
                free.remove(moved)
    pairs = [OperationPair(each, same.get(id(each)), today) for each in before]
    return [*pairs, *(OperationPair(None, each, today) for each in free)]


def _listed(spec: Spec) -> Iterator[Listed]:
    for path, method, value in operations(spec):
        yield Listed(spec, path, method, value)


def _moved(each: Listed, free: list[Listed]) -> Listed | None:
    """Return where an operation went: the one of the same operationId, else the only one that says
    the same.
    """
    name = each.value.get("operationId")
    alike = [other for other in free if other.method == each.method]
    if name:
        found = next((other for other in alike if other.value.get("operationId") == name), None)
        if found is not None:
            return found
    same = [other for other in alike if _said(other) == _said(each)]
    return same[0] if len(same) == 1 and _said(each) != _NOTHING else None


def _said(each: Listed) -> str:
    return const_text(
        {
            word: each.value.get(word)
            for word in ("parameters", "requestBody", "responses", "summary")
        }
    )


_NOTHING = const_text(dict.fromkeys(("parameters", "requestBody", "responses", "summary")))
