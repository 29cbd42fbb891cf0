"""Make a failing sequence of calls shorter: the plans and a replay in, a Disagreement over fewer calls out.

Hypothesis makes each call simple; what it leaves are calls before the last one that have no part in the failure.
Because a plan has a meaning in every state, any of them can be left out and the rest made again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from contracts.calls import Plan
from contracts.disagreement import Disagreement

Replay = Callable[[Sequence[Plan]], Disagreement | None]
"""Makes planned calls on a target in its first state; returns the first disagreement, if any."""


def shorten(found: Disagreement, replay: Replay) -> Disagreement:
    """Return the disagreement that is left when every call that can be left out is; the one found at worst."""
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
