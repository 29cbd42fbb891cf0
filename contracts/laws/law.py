"""What a law is, as a value, and the two ways in which it ends early when it is held against a
place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mockserver.model.types import Kind, Operation

if TYPE_CHECKING:
    from contracts.laws.places import Place
    from contracts.laws.world import World


@dataclass(frozen=True, slots=True)
class Law:
    """A promise of state that needs no oracle.

    `name` is stable, `sentence` says what should hold. It is held against each place with an
    operation of one of the `kinds` where `applies` is true; `hold` raises Broken, or Untried where
    it cannot be held. `writes` tells that nothing of it can be tried by reading alone,
    `is_of_users` that it needs the credentials of a second user, `is_of_ends` that it waits until
    the time of a record is up.
    """

    name: str
    sentence: str
    kinds: frozenset[Kind]
    hold: Callable[[World], None]
    applies: Callable[[Place], bool] = lambda place: True
    writes: bool = True
    is_of_users: bool = False
    is_of_ends: bool = False


class Broken(Exception):
    """A law does not hold: what was `expected` and what is `actual`, as texts, and where.

    `place` is a JSON pointer into the last answer, or `status`, or a header. `operation` shows it.
    """

    def __init__(self, operation: Operation, expected: str, actual: str, place: str = "") -> None:
        super().__init__(f"{operation.label}: expected {expected}, got {actual}")
        self.operation = operation
        self.expected = expected
        self.actual = actual
        self.place = place


class Untried(Exception):
    """A law cannot be held against a place; the text tells why."""
