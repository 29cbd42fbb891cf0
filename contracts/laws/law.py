"""The two ways in which a law ends early when it is held against a place."""

from __future__ import annotations

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
