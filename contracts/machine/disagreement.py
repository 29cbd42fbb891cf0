"""A target that does not answer as expected: the calls that were made and the differences in, a
story out.
"""

from __future__ import annotations

from collections.abc import Sequence

from contracts.compare.values import Difference
from contracts.machine.calls import Plan
from contracts.targets.exchanges import Exchange, told


class Disagreement(AssertionError):
    """The last of some calls is not answered as the oracle expects.

    `plans` are what the calls were made from, `found` is where the answer differs, `before` the
    plans of sequences before this one, from which it went on.
    """

    def __init__(
        self, calls: Sequence[Exchange], plans: Sequence[Plan], found: Sequence[Difference]
    ) -> None:
        story = [told(number, each.sent, each.answer) for number, each in enumerate(calls, 1)]
        super().__init__(
            "\n".join(["the last of these calls is answered wrongly:", *story, *map(str, found)])
        )
        self.calls = tuple(calls)
        self.plans = tuple(plans)
        self.found = tuple(found)
        self.before: tuple[Plan, ...] = ()
