"""One pair of schemas as a value: what a schema accepted and what it accepts, from the side that
sends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contracts.changes.shape import Shape
from contracts.changes.types import Found, Rule, Spot, const_text
from mockserver.model.schema.schemas import Direction


@dataclass(frozen=True, slots=True)
class SchemaPair:
    """What a schema accepted and accepts, from the side that sends it."""

    old: Shape
    new: Shape
    direction: Direction

    @property
    def is_request(self) -> bool:
        return self.direction is Direction.REQUEST

    @property
    def says_the_same(self) -> bool:
        """Whether both say the same, but for what stands below them: most pairs of two documents
        do.
        """
        return _said(self.old) == _said(self.new) and const_text(self.old.words) == const_text(
            self.new.words
        )

    def found(self, message: str) -> Found:
        """Return a finding on the schemas themselves."""
        return Found(message, self.old.spot.pointer, self.new.spot.pointer)

    def at(self, name: str, message: str, old: Spot | None, new: Spot | None) -> Found:
        """Return a finding on a property, which one of the two may not have."""
        return Found(
            message, (old or self.old.spot).pointer, (new or self.new.spot).pointer, (name,)
        )


def _said(shape: Shape) -> Any:
    return (
        (
            shape.types,
            shape.nullable,
            shape.lower,
            shape.upper,
            shape.sizes,
            shape.multiples,
            shape.patterns,
        ),
        (
            shape.properties.keys(),
            shape.withheld.keys(),
            shape.required,
            isinstance(shape.additional, bool),
        ),
        isinstance(shape.additional, bool) and shape.additional,
        [
            (spot.pointer, const_text(spot.value))
            for choice in shape.choices
            for spot in choice.alternatives
        ],
        const_text(shape.enum),
    )


SchemaRule = Rule[SchemaPair]
