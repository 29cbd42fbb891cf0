"""Tell whether a delete of what is not there is as good as one of what is: an operation in, what
its words say out.

    DELETE /things/{id}     "Idempotent: a thing that does not exist is no error."
"""

from __future__ import annotations

import re

from mockserver.model.types import Described

_ABSENT = r"(not|n't|never|no longer|already)[^.;]{0,25}\b(exist|there|found|present|deleted|gone)"
FORGIVES = re.compile(
    rf"(even|also|too|whether|regardless|no error|idempotent)[^.]{{0,60}}{_ABSENT}"
    rf"|{_ABSENT}[^.]{{0,60}}(no error|also|too\b|succeed|success|20[024]|no-?op)",
    re.I,
)
"""Words for a delete that succeeds where there is nothing to delete."""
MISSES = (404, 410)
"""Statuses that a delete has for what is not there."""


def forgives(described: Described) -> bool:
    """Tell whether words say that a delete succeeds where there is nothing, and no status says that
    it does not.
    """
    if any(map(described.documents, MISSES)):
        return False
    words = [described.summary, described.description]
    for status in described.success_statuses:
        response = described.response(status)
        words.append(response.description)
    return any(map(FORGIVES.search, words))
