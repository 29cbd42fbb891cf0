"""Refuse a call by plan: a strike and the operation that it meets in, an answer in the API's own
error form out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from mockserver.asgi.refusal import refuse
from mockserver.asgi.respond import Answer, error_answer
from mockserver.call import Problem, ProblemKind
from mockserver.faults.plan import Strike
from mockserver.model.types import Errors, Model

_KINDS: Mapping[int, ProblemKind] = {
    400: ProblemKind.MALFORMED,
    401: ProblemKind.UNAUTHORIZED,
    403: ProblemKind.FORBIDDEN,
    404: ProblemKind.NOT_FOUND,
    409: ProblemKind.CONFLICT,
    422: ProblemKind.INVALID,
}


def refuses(strike: Strike) -> bool:
    """Tell whether a strike is a refusal."""
    return strike.fault.effect.status is not None or strike.refused_for_s is not None


def refusal(strike: Strike, model: Model, label: str) -> Answer:
    """Return an answer with a status in the API's own error form, and with what tells a client when
    to come again.
    """
    effect = strike.fault.effect
    status, added = effect.status or 429, []
    if strike.refused_for_s is not None and effect.rate_limit is not None:
        status, wait_s = 429, max(1, math.ceil(strike.refused_for_s))
        limit = str(effect.rate_limit.limit).encode()
        added = [
            (b"x-ratelimit-limit", limit),
            (b"x-ratelimit-remaining", str(strike.left).encode()),
        ]
        added += [
            (b"x-ratelimit-reset", str(wait_s).encode()),
            (b"retry-after", str(wait_s).encode()),
        ]
    elif effect.retry_after_s is not None:
        added = [(b"retry-after", str(effect.retry_after_s).encode())]
    answer = failure(model, label, status)
    told = [each for each in answer.headers if each[0] not in dict(added)]
    return Answer(status, [*told, *added], answer.body)


def failure(model: Model, label: str, status: int) -> Answer:
    """Return an answer of a status in the error form of an operation, or of the API."""
    operation = model.labeled(label)
    errors: Errors = model.errors[operation.errors if operation else "default"]
    by_status = {
        form.status: ProblemKind(kind) for kind, form in reversed(list(errors.forms.items()))
    }
    kind = _KINDS.get(status) or by_status.get(status, ProblemKind.INTERNAL)
    text = "too many requests" if status == 429 else f"planned fault: {status}"
    answer = error_answer(refuse(errors, Problem(kind, text), status), None)
    return answer if status not in (204, 304) else Answer(status, [], b"")
