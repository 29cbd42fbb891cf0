"""Make a failing sequence of calls shorter and simpler: the plans and a replay in, a Disagreement
over fewer calls out.

Because a plan has a meaning in every state, any of them can be left out and the rest made again;
and so can each query parameter and property that a call is not about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.machine.calls import Plan
from contracts.machine.disagreement import Disagreement

Replay = Callable[[Sequence[Plan]], Disagreement | None]
"""Makes planned calls on a target in its first state; returns the first disagreement, if any."""
MOST_REPLAYS = 200
"""How often a sequence is made again at most."""


def shorten(found: Disagreement, replay: Replay) -> Disagreement:
    """Return the disagreement that is left when all that can be left out is; the one found at
    worst.
    """
    limited = _Limited(replay)
    return _with_simpler_calls(_with_fewer_calls(found, limited), limited)


class _Limited:
    """A replay that stands still once it was used so often."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._left = MOST_REPLAYS

    def __call__(self, plans: Sequence[Plan]) -> Disagreement | None:
        self._left -= 1
        return self._replay(plans) if self._left >= 0 else None


def _with_fewer_calls(found: Disagreement, replay: Replay) -> Disagreement:
    size = max(1, len(found.plans) // 2)
    while size:
        index = 0
        while index < len(found.plans):
            again = replay([*found.plans[:index], *found.plans[index + size :]])
            if again is not None and len(again.plans) < len(found.plans):
                found = again
            else:
                index += size
        size //= 2
    return found


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
    for query in _without_one(plan.query):
        yield replace(plan, query=query)
    for body in _smaller(plan.body):
        yield replace(plan, body=body)


def _smaller(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from _without_one(value)
        for name, child in value.items():
            yield from ({**value, name: less} for less in _smaller(child))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield [*value[:index], *value[index + 1 :]]
            yield from ([*value[:index], less, *value[index + 1 :]] for less in _smaller(child))


def _without_one(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for left_out in values:
        yield {name: value for name, value in values.items() if name != left_out}
