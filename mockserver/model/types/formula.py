"""What is worked out of records: formulas, the ties that they go along, and what must hold.

orders.computed.total: {value: sum(line.price for line in lines)}
refunds.conditions: [{must: amount <= order.total}]
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class TieWay(StrEnum):
    """How one gets from a record to others."""

    BELOW = "below"
    ABOVE = "above"
    NAMED = "named"
    NAMING = "naming"
    BESIDE = "beside"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Tie:
    """The way from a record of the resource `source` to one or many of `target`.

    `below` and `above` follow the paths: the parent is the one of that `place` among the parents of
    the child. `named` is the record whose property `by` has the value of `field`, and `naming` are
    those whose `field` has the value of our `by`. `beside` are the others of the same collection,
    and `all` are those of the whole API.
    """

    way: TieWay
    source: str
    target: str
    field: str = ""
    by: str = ""
    place: int = 0

    @property
    def is_many(self) -> bool:
        """Whether it leads to any number of records."""
        return self.way not in (TieWay.ABOVE, TieWay.NAMED)

    @property
    def back(self) -> Tie:
        """The way from there to all records that come here by this one."""
        opposite = _OPPOSITE[self.way]
        return dataclasses.replace(
            self,
            way=opposite,
            source=self.target,
            target=self.source,
        )


_OPPOSITE = {
    TieWay.BELOW: TieWay.ABOVE,
    TieWay.ABOVE: TieWay.BELOW,
    TieWay.NAMED: TieWay.NAMING,
    TieWay.NAMING: TieWay.NAMED,
    TieWay.BESIDE: TieWay.BESIDE,
    TieWay.ALL: TieWay.ALL,
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read: its text, its tree, the ties by which its names lead to other
    records, and the word that stands for the record itself.
    """

    text: str
    tree: ast.expr = dataclasses.field(repr=False, compare=False)
    ties: Mapping[tuple[str, str, bool], Tie] = dataclasses.field(default_factory=dict)
    word: str = ""


@dataclass(frozen=True, slots=True)
class Watcher:
    """A resource whose formulas look at the records of another one, and the way back to it from
    one that has changed; an empty way leads to the record itself.
    """

    resource: str
    way: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """What must hold once a record was made, changed or removed (`at`), and how it is told where
    it does not: the kind of the problem, a message, and the property that is to blame.
    """

    must: Formula
    at: frozenset[str]
    kind: str = "invalid"
    message: str = ""
    field: str | None = None
