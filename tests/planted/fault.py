"""A fault: a server with other habits, what is wrong with it in a sentence, and calls in which it
shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from tests.live.shop.habits import Habits
from tests.planted.calls import Step


class Phase(StrEnum):
    """What of the kit should find a fault."""

    LAWS = "laws"
    MACHINE = "machine"
    ORACLE = "oracle"  # the traffic of conformance tests, followed by the oracle


@dataclass(frozen=True, slots=True)
class Fault:
    """`habits` makes the habits of one wrong server (some faults remember what was called), of the
    live one of that name; `shows` are calls to which it gives other answers than the right one;
    `phase` is the one expected to find it.
    """

    name: str
    sentence: str
    area: str
    phase: Phase
    habits: Callable[[], Any]
    shows: tuple[Step, ...]
    server: str = "shop"


def wrong(**changed: Any) -> Callable[[], Habits]:
    """Return what makes habits that differ from the right ones in these."""
    return lambda: replace(Habits(), **changed)


def remembering(make: Callable[[dict[Any, Any]], dict[str, Any]]) -> Callable[[], Habits]:
    """Return what makes habits with a memory of their own: `make` gets it and returns what
    differs.
    """
    return lambda: replace(Habits(), **make({}))


def omnitron_fault(
    name: str,
    sentence: str,
    area: str,
    habits: Mapping[tuple[Any, str], Any],
    *shows: Step,
    phase: Phase = Phase.LAWS,
) -> Fault:
    """Return a fault of Omnitron: what its modules and views do otherwise, by place and name."""
    return Fault(f"omnitron-{name}", sentence, area, phase, lambda: habits, shows, "omnitron")
