"""Refuse a call by plan: a strike and the call that it meets in, an answer in the API's own error
form out.
"""

from __future__ import annotations

import math
from typing import Any

from mockserver.asgi.edge import Edge
from mockserver.asgi.errorreply import Wanted
from mockserver.asgi.respond import Answer
from mockserver.faults.plan import Strike

WHY = "planned fault"


def refuses(strike: Strike) -> bool:
    """Tell whether a strike is a refusal."""
    return strike.fault.effect.status is not None or strike.refused_for_s is not None


def refusal(strike: Strike, edge: Edge, scope: Any) -> Answer:
    """Return an answer with a status in the API's own error form, and with what tells a client when
    to come again.
    """
    effect = strike.fault.effect
    status = effect.status or 429
    wait_s = effect.retry_after_s
    told: dict[str, int] = {}
    if strike.refused_for_s is not None and effect.rate_limit is not None:
        status = 429
        wait_s = wait_s or math.ceil(strike.refused_for_s)
        told["x-ratelimit-limit"] = effect.rate_limit.limit
        told["x-ratelimit-remaining"] = strike.left
        told["x-ratelimit-reset"] = max(1, wait_s)
    if wait_s is not None:
        told["retry-after"] = max(1, wait_s)
    answer = edge.wanted(scope, Wanted(status, WHY, wait_s), effect.example)
    added = [(name.encode(), str(value).encode()) for name, value in told.items()]
    names = dict(added)
    others = [header for header in answer.headers if header[0] not in names]
    return Answer(answer.status, [*others, *added], answer.body)
