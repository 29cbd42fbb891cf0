"""Make the story of a difference shorter: the calls of a run in, the fewest that show it on a fresh
server out.

The keys that the server makes are other ones each time, so those of the story are renamed as they
are told.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from contracts.compare.values import Difference
from contracts.errors import ContractError, Stopped, Withheld
from contracts.oracle.plain_store import PlainStore
from contracts.oracle.settled import Settled
from contracts.oracle.shadow import Shadow
from contracts.reduction import fewest
from contracts.requests.renames import renamed
from contracts.stories import closest
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Answer
from contracts.wire.safety import Safety
from contracts.wire.subject import Emit, Subject
from contracts.wire.survey import Survey
from contracts.wire.wire import Budget, Lost, Wire, key_told
from mockserver.model.types import Kind, Operation

MOST_CALLS = 200
"""Calls of a story that are made again at most."""
MOST_REPLAYS = 60
"""How often a story is made again at most."""
MOST_KEPT = 15
"""How often at most on a server that keeps its state, which has to be read before each time."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Calls as they were made, and where the answer to the last one is not what the oracle expects.

    `keys` are those of the records that each call made, None for those that made none.
    """

    calls: Sequence[Exchange]
    found: Sequence[Difference]
    keys: Sequence[str | None] = ()

    @property
    def place(self) -> str:
        return self.found[0].place if self.found else ""


class Replay:
    """Makes the calls of a story again, on a server that begins anew, or on a disposable one as it
    is by then.
    """

    def __init__(self, subject: Subject, phase: str, emit: Emit, budget: Budget) -> None:
        self._subject, self._phase, self._emit, self._budget = subject, phase, emit, budget

    def shortest(self, story: Shown) -> Shown | None:
        """Return the story with as few calls as show the same difference, None where it does not
        come again.

        Of a server that cannot begin anew it returns the end of the story at worst, and always
        where records of others are at stake.
        """
        end = Shown(closest(story.calls), story.found)
        fresh = self._subject.fresh
        if not fresh and self._subject.safety is not Safety.ALL:
            return end
        tries = [Shown(story.calls[-MOST_CALLS:], story.found)]
        try:
            for each in tries if fresh else [end, *tries]:
                short = self._shortened(each, MOST_REPLAYS if fresh else MOST_KEPT)
                if short is not None:
                    return short
        except (Stopped, ContractError, Withheld, Lost):
            return end
        return None if fresh else end

    def _shortened(self, story: Shown, most: int) -> Shown | None:
        again = self._made(story.calls)
        if not _is_same(again, story):
            return None
        tries = itertools.count()

        def retried(before: Shown, start: int, end: int) -> Shown | None:
            is_free = self._subject.fresh or not _is_needed(before, start, end)
            if not is_free or next(tries) >= most:
                return None
            fewer = self._made([*before.calls[:start], *before.calls[end:]])
            return fewer if _is_same(fewer, story) else None

        return fewest(again, lambda shown: len(shown.calls) - 1, retried)

    def _made(self, calls: Sequence[Exchange]) -> Shown:
        wire = self._subject.wire(self._phase, self._emit, self._budget)
        names: dict[str, str] = {}
        made: list[Exchange] = []
        keys: list[str | None] = []
        found: Sequence[Difference] = ()
        try:
            shadow = self._begun(wire)
            for call in calls:
                answer = wire.send(renamed(call.sent, names))
                made.append(wire.last)
                reading = wire.readings.read(wire.last.sent)
                keys.append(_key(wire, reading.operation, wire.last.answer))
                settled = Settled.of(reading)
                if reading.operation is None or settled is None:
                    continue
                found = () if reading.faults else shadow.judge(settled, answer)
                told = [
                    key_told(wire.guard, reading.operation, each.answer)
                    for each in (call, wire.last)
                    if each.answer
                ]
                if len(told) == 2 and told[0] is not None and told[1] is not None:
                    names[told[0]] = told[1]
        finally:
            wire.close()
        return Shown(made, found, keys)

    def _begun(self, wire: Wire) -> Shadow:
        """Return what follows a server from where it begins, or from what it holds now."""
        if self._subject.fresh:
            return Shadow(self._subject.model, self._subject.known())
        store = PlainStore()
        partial = Survey(self._subject, wire, store).run()
        return Shadow(self._subject.model, store, partial)


def _key(wire: Wire, operation: Operation | None, answer: Answer | None) -> str | None:
    if operation is None or operation.kind is not Kind.CREATE or answer is None:
        return None
    return key_told(
        wire.guard,
        operation,
        answer,
    )


def _is_needed(story: Shown, index: int, until: int) -> bool:
    """Tell whether calls made what a later one is about: it is there without them, but only from
    the last time.
    """
    steps = {
        unquote(step) for each in story.calls[until:] for step in each.sent.raw_path.split("/")
    }
    return any(key in steps for key in story.keys[index:until] if key is not None)


def _is_same(again: Shown, story: Shown) -> bool:
    return bool(again.found) and again.place == story.place
