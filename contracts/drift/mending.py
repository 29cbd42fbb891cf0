"""Find the line that closes a group of differences: a group in, the first line that is seen to
close it out.

Each candidate is tried: the model is compiled with it, the same calls are played on a mock of that
model, and it counts only when the difference is gone and no call differs that did not differ
before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.compare.differences import Way
from contracts.drift.comparison import Comparer, Comparison
from contracts.drift.groups import Group, groups_of
from contracts.drift.lines import Line, Understanding
from contracts.drift.rules import candidates
from contracts.drift.start import Start
from contracts.targets.exchanges import Exchange
from contracts.targets.target import SAFE_METHODS
from mockserver.errors import UnderstudyError
from mockserver.model.types import Model

SAMPLE = 16
"""Calls of a group with which a candidate is tried."""
CANDIDATES = 24
"""Candidates that are tried for a group."""
PATIENCE_S = 60.0
"""Seconds in which candidates are tried; groups that come later have no line."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A cause: the group that shows it by this model, the line that closes it, and the groups that
    go with it.
    """

    group: Group
    model: Model
    line: Line | None = None
    others: Sequence[Group] = ()


class Mending:
    """Mends one API, line by line."""

    def __init__(self, comparer: Comparer, understanding: Understanding) -> None:
        self._comparer = comparer
        self.understanding = self.before = understanding
        self._now = Comparison((), frozenset(), Start())

    @staticmethod
    def plain(first: Comparison, model: Model) -> Iterator[Mended]:
        """Yield each group by itself, without a line."""
        yield from (Mended(group, model) for group in groups_of(first.compared))

    def run(self, first: Comparison) -> Iterator[Mended]:
        """Yield each cause, with the line that closes it where there is one; those without a line
        come last.
        """
        self._now, until_s = first, time.monotonic() + PATIENCE_S
        open_ = groups_of(first.compared)
        seen = {group.key for group in open_}
        unclosed: list[Mended] = []
        while open_:
            group = open_.pop(0)
            lines = (
                list(candidates(group, self.understanding))[:CANDIDATES]
                if time.monotonic() < until_s
                else []
            )
            line = next((each for each in lines if self._closes(group, each)), None)
            if line is None:
                unclosed.append(Mended(group, self.understanding.model))
                continue
            now = groups_of(self._now.compared)
            left = {each.key for each in now}
            gone = [each.group for each in unclosed if each.group.key not in left]
            gone += [each for each in open_ if each.key not in left]
            yield Mended(group, self.before.model, line, gone)
            unclosed = [each for each in unclosed if each.group.key in left]
            fresh = [each for each in now if each.key not in seen]
            seen |= {each.key for each in fresh}
            open_ = [*fresh, *(each for each in open_ if each.key in left)]
        yield from unclosed

    def _closes(self, group: Group, line: Line) -> bool:
        """Tell whether a line closes a group and opens none; then it holds from now on."""
        try:
            understanding = self.understanding.with_line(line)
        except UnderstudyError:
            return False
        every = self._comparer.traffic.exchanges
        some = self._sample(group)
        after = Comparison((), frozenset(), Start())
        for calls in (some, every) if 2 * len(some) < len(every) else (every,):
            after = self._comparer.compare(understanding.model, calls)
            if not self._is_better(group, after, {each.number for each in calls}):
                return False
        self.before, self.understanding, self._now = self.understanding, understanding, after
        return True

    def _is_better(self, group: Group, after: Comparison, numbers: set[int]) -> bool:
        """Tell whether the differences of a group are gone, and no call differs that did not
        before.
        """
        if any(each.key == group.key for each in groups_of(after.compared)):
            return False
        were = {each.exchange.number for each in self._now.apart} & numbers
        hidden = {each.exchange.number for each in self._now.compared if each.doubtful}
        are = {each.exchange.number for each in after.apart} - (hidden - were)
        deeper = group.way in (
            Way.STATUS,
            Way.STATUS_CLASS,
            Way.ENVELOPE,
        )  # what was hidden behind it may show now
        return not are - were and (len(are) < len(were) or deeper)

    def _sample(self, group: Group) -> list[Exchange]:
        """Return the calls that show a group, with what was changed before them."""
        numbers = set(sorted(group.numbers)[:SAMPLE]) | {group.smallest.by.exchange.number}
        last = max(numbers)
        return [
            each
            for each in self._comparer.traffic.exchanges
            if each.number in numbers
            or (each.number <= last and each.sent.method not in SAFE_METHODS)
        ]
