"""The values of a lifecycle: the attempts that were made, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.requests.lanes import Lane


class Step(StrEnum):
    """The stations of a record's life, in order."""

    PARENT = "parent"
    CREATE = "create"
    READ = "read"
    LIST = "list"
    UPDATE = "update"
    DELETE = "delete"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One step that was tried on an operation: it worked when `why` is empty. `status` is 0 without
    a reply.
    """

    step: Step
    operation: str
    why: str = ""
    status: int = 0

    @property
    def worked(self) -> bool:
        return not self.why


@dataclass(frozen=True, slots=True)
class Life:
    """What came of one resource: the attempts, in the order in which they were made."""

    lane: Lane
    attempts: Sequence[Attempt]

    @property
    def whole(self) -> bool:
        """Whether every step that the document has was tried and worked."""
        return all(attempt.worked for attempt in self.attempts)

    @property
    def failed(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts if not attempt.worked]
