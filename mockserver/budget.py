"""Limit what making one value may cost: a number of nodes and letters in, whether there is room for
more out.

Theory: a schema of a few lines can ask for more than there are memory and time for, and a mock
must answer all the same. So each value is made within a budget. When half of its nodes are spent,
only what is required is made; when all are spent, or when a schema asks at once for more than is
left, the smallest value of the type takes the place of the one that was asked for:

    {type: array, minItems: 1000000000}      becomes []
    {type: string, minLength: 1000000000}    becomes ""

Nodes and letters are counted, not seconds, so that a seed gives the same value on each machine.
"""

from __future__ import annotations

MOST_NODES = 5_000
"""Objects, arrays and scalars in one value; far more than any person reads."""
MOST_LETTERS = 1 << 20
"""Letters in the texts of one value."""


class ValueBudget:
    """What may still be spent on a value in the making."""

    __slots__ = ("_letters", "_nodes", "_plenty")

    def __init__(self, nodes: int = MOST_NODES, letters: int = MOST_LETTERS) -> None:
        self._nodes = nodes
        self._plenty = nodes // 2
        self._letters = letters

    def spend(self, nodes: int = 1) -> None:
        self._nodes -= nodes

    def is_tight(self) -> bool:
        """Whether there is room for no more than what is required."""
        return self._nodes <= self._plenty

    def is_spent(self) -> bool:
        """Whether there is room for nothing but the smallest value."""
        return self._nodes <= 0

    def allows(self, nodes: int) -> bool:
        """Tell whether there is room for so many more nodes."""
        return nodes <= self._nodes

    def take_letters(self, count: int) -> bool:
        """Spend so many letters; tell whether there were as many."""
        if count > self._letters:
            return False
        self._letters -= count
        return True
