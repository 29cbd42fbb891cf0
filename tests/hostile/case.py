"""What a hostile request is: a name, what is done to a good request, to which operations, and what
must follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tests.hostile.wire import Change

DEEP = 100_000
"""Levels of something in something."""


class On(Enum):
    """Which operations a case is sent to."""

    READS = "those without a body"
    WRITES = "those with a body"
    ALL = "all"


class Then(Enum):
    """What must follow, beside the laws that hold for every case."""

    REFUSED = "a status from 400 on"
    SAME = "the status that the good request gets"
    ANY = "whatever is no failure"


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile request."""

    name: str
    change: Change
    on: On = On.WRITES
    then: Then = Then.REFUSED

    def __str__(self) -> str:
        return self.name
