"""A target that does not answer as expected: the calls that were made and the differences in, a story out."""

from __future__ import annotations

import json
from collections.abc import Sequence

from contracts.calls import Plan
from contracts.compare import Difference
from contracts.targets import NO_BODY, Answer, Sent


class Disagreement(AssertionError):
    """The last of some calls is not answered as the oracle expects.

    `story` tells the calls, `plans` are what they were made from, `found` is where the answer differs.
    """

    def __init__(self, story: Sequence[str], plans: Sequence[Plan], found: Sequence[Difference]) -> None:
        super().__init__("\n".join(["the last of these calls is answered wrongly:", *story, *map(str, found)]))
        self.story = tuple(story)
        self.plans = tuple(plans)
        self.found = tuple(found)


def told(number: int, sent: Sent, answer: Answer) -> str:
    """Return a call and its answer as one line of a story."""
    body = f" {sent.body.decode()}" if sent.body is not None else ""
    reply = "" if answer.body is NO_BODY else f" {json.dumps(answer.body, ensure_ascii=False)}"
    return f"{number}. {sent.method} {sent.path}{body}  ->  {answer.status}{reply}"
