"""A target that does not answer as expected: the calls that were made and the differences in, a story out."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.calls import Plan
from contracts.compare import Difference


class Disagreement(AssertionError):
    """The last of some calls is not answered as the oracle expects.

    `story` tells the calls, `plans` are what they were made from, `found` is where the answer differs.
    """

    def __init__(self, story: Sequence[str], plans: Sequence[Plan], found: Sequence[Difference]) -> None:
        super().__init__("\n".join(["the last of these calls is answered wrongly:", *story, *map(str, found)]))
        self.story = tuple(story)
        self.plans = tuple(plans)
        self.found = tuple(found)
