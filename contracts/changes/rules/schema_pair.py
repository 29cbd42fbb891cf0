"""One pair of schemas as a value: what a schema accepted and what it accepts, from the side that sends."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.changes.shape import Shape
from contracts.changes.types import Found, Rule, Spot
from mockserver.model.schemas import Direction


@dataclass(frozen=True, slots=True)
class SchemaPair:
    """What a schema accepted and accepts, from the side that sends it."""

    old: Shape
    new: Shape
    direction: Direction

    @property
    def is_request(self) -> bool:
        return self.direction is Direction.REQUEST

    def found(self, message: str) -> Found:
        """Return a finding on the schemas themselves."""
        return Found(message, self.old.spot.pointer, self.new.spot.pointer)

    def at(self, name: str, message: str, old: Spot | None, new: Spot | None) -> Found:
        """Return a finding on a property, which one of the two may not have."""
        return Found(message, (old or self.old.spot).pointer, (new or self.new.spot).pointer, (name,))


SchemaRule = Rule[SchemaPair]
