"""Make a failing sequence of calls shorter and simpler: the plans and a replay in, a Disagreement
over fewer calls out.

Because a plan has a meaning in every state, any of them can be left out and the rest made again,
about the records that they were about or about the first ones that are there; and so can each query
parameter and property that a call is not about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from contracts.machine.calls import Pick, Plan
from contracts.machine.disagreement import Disagreement
from contracts.reduction import fewest, smaller, without_one

Replay = Callable[[Sequence[Plan]], Disagreement | None]
"""Makes planned calls on a target in its first state; returns the first disagreement, if any."""
MOST_REPLAYS = 200
"""How often a sequence is made again at most."""


def shorten(found: Disagreement, replay: Replay) -> Disagreement:
    """Return the disagreement that is left when all that can be left out is; the one found at
    worst.
    """
    limited = _Limited(replay)
    found = _with_fewer_calls(found, limited)
    found = _with_first_records(found, limited)
    simple = _with_simpler_calls(found, limited)
    return simple if simple is found else _with_fewer_calls(simple, limited)


class _Limited:
    """A replay that stands still once it was used so often."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._left = MOST_REPLAYS

    def __call__(self, plans: Sequence[Plan]) -> Disagreement | None:
        self._left -= 1
        return self._replay(plans) if self._left >= 0 else None


def _with_fewer_calls(found: Disagreement, replay: Replay) -> Disagreement:
    def retried(before: Disagreement, start: int, end: int) -> Disagreement | None:
        kept = _without(before, start, end)
        return replay(kept)

    return fewest(found, _length, retried)


def _with_first_records(found: Disagreement, replay: Replay) -> Disagreement:
    """Leave out calls once more, and let those that stay be about the first records that are there.

    A call that only makes or removes what later ones count past can be left out then.
    """

    def retried(before: Disagreement, start: int, end: int) -> Disagreement | None:
        kept = _without(before, start, end)
        first = map(_of_first_records, kept)
        return replay(list(first))

    return fewest(found, _length, retried)


def _without(found: Disagreement, start: int, end: int) -> list[Plan]:
    """Return the plans but those from the one index to before the other."""
    before = found.plans[:start]
    after = found.plans[end:]
    return [*before, *after]


def _length(found: Disagreement) -> int:
    return len(found.plans)


def _of_first_records(plan: Plan) -> Plan:
    path = dict(plan.path)
    for name, pick in path.items():
        if isinstance(pick, Pick) and pick.where == "live":
            path[name] = Pick("live")
    return replace(plan, path=path)


def _with_simpler_calls(found: Disagreement, replay: Replay) -> Disagreement:
    for index in range(len(found.plans)):
        simpler = _simpler(found.plans[index])
        while (plan := next(simpler, None)) is not None:
            again = replay([*found.plans[:index], plan, *found.plans[index + 1 :]])
            if again is not None and len(again.plans) == len(found.plans):
                found, simpler = again, _simpler(plan)
    return found


def _simpler(plan: Plan) -> Iterator[Plan]:
    """Yield plans with one thing less."""
    for query in without_one(plan.query):
        yield replace(plan, query=query)
    for body in smaller(plan.body):
        yield replace(plan, body=body)
