"""The two ways in which a law ends early when it is held against a place, and what breaks most."""

from __future__ import annotations

from mockserver.exchange import Answer
from mockserver.model.types import Operation


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


def demand_refusal(
    operation: Operation,
    answer: Answer,
    why: str,
    place: str = "status",
    refusal: str = "a refusal",
) -> None:
    """Raise Broken where an answer grants what had to be refused, and tell why it had to be."""
    if answer.succeeded:
        raise Broken(operation, f"{refusal}, for {why}", str(answer.status), place)
