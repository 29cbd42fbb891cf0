"""How calls are looked for, and a change with the calls that show it, as values; light, for who
makes no calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from contracts.changes.types import Change
from contracts.targets.target import Answer, Sent


@dataclass(frozen=True, slots=True)
class Shown:
    """A call as it was made on NEW, and both answers; OLD was not asked where another client made
    it.
    """

    sent: Sent
    old: Answer | None
    new: Answer


@dataclass(frozen=True, slots=True)
class Proof:
    """Calls that show a change: all but the last lead to it. `message` is what the last one
    brought.
    """

    calls: tuple[Shown, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Proven:
    """A change, with its proof or the reason why there is none."""

    change: Change
    proof: Proof | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """How calls are looked for: a recording to begin with, for how long, and from which seed."""

    recording: Path | None = None
    seconds: float = 60.0
    seed: int = 0
