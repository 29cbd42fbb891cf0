"""Find, count and verify calls: entries and a pattern in, what matches and what came nearest
out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.control.journal import Entry
from mockserver.control.pattern import Pattern

NEAREST = 3
"""Near misses that are told."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A call that is not quite what was looked for, and where it differs."""

    entry: Entry
    differences: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.entry}: {'; '.join(self.differences)}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether there were as many calls as wanted; `text` explains it to people, `nearest` is empty
    when it holds.
    """

    holds: bool
    count: int
    nearest: tuple[NearMiss, ...]
    text: str


def find(entries: Sequence[Entry], pattern: Pattern) -> list[Entry]:
    """Return the entries that match, the oldest first."""
    return [entry for entry in entries if pattern.matches(entry)]


def near_misses(
    entries: Sequence[Entry], pattern: Pattern, most: int = NEAREST
) -> tuple[NearMiss, ...]:
    """Return the calls that do not match, those with the fewest differences first, then the
    latest.
    """
    missed = [NearMiss(entry, tuple(pattern.differences(entry))) for entry in reversed(entries)]
    missed = [each for each in missed if each.differences]
    return tuple(sorted(missed, key=lambda each: len(each.differences))[:most])


def verify(entries: Sequence[Entry], pattern: Pattern, times: int | None = None) -> Verdict:
    """Check that so many calls match, at least one when `times` is None."""
    count = len(find(entries, pattern))
    wanted = "at least once" if times is None else f"{times} time{'' if times == 1 else 's'}"
    holds = count > 0 if times is None else count == times
    text = f"called {count} time{'' if count == 1 else 's'}, wanted {wanted}: {pattern}"
    if holds:
        return Verdict(True, count, (), text)
    nearest = near_misses(entries, pattern)
    in_all = "there was 1 call" if len(entries) == 1 else f"there were {len(entries) or 'no'} calls"
    lines = [f"  near: {each}" for each in nearest] or [f"  {in_all} in all"]
    return Verdict(False, count, nearest, "\n".join([text, *lines]))
