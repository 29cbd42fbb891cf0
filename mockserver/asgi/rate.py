"""Quotas of callers: the calls so far and the moment in; whether one more is let in, and the
headers that tell, out.

What one quota decides is pure: `judge(quota, tally, now_s)`. A Meter keeps the tallies of all
callers; one that does not hold them to it judges each call as the first, so that its headers are
right and nobody is kept waiting.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from typing import Any

from mockserver.asgi.replies.errorreply import ErrorPlace, error_reply
from mockserver.asgi.request import Request
from mockserver.asgi.respond import Answer, Headers
from mockserver.asgi.routes import is_under
from mockserver.behavior.template import fill
from mockserver.call import Problem, ProblemKind
from mockserver.model.types import Model, Quota
from mockserver.slots import dataclass
from mockserver.stores.board import Board, MemoryBoard, Notices, Topic

MOST_CALLERS = 10_000
"""Callers that a meter remembers; the one that called longest ago goes first, and begins anew."""
_TINY = 1e-9
"""What floating point may take off a call."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Calls of one caller: how many are counted, since when (seconds of the clock)."""

    used: float
    since_s: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a quota says of a call: `left` after it, `reset_s` until the quota is whole again, and
    `retry_s`, whole seconds until the next one is let in, for a call that is not.
    """

    admitted: bool
    left: int
    reset_s: float
    retry_s: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """What all quotas together say: headers of the reply, and what refuses the call, if
    anything.
    """

    headers: Headers
    refused: Verdict | None = None
    status: int | None = None


FREE = Rate([])


def judge(quota: Quota, tally: Tally | None, now_s: float, cost: int = 1) -> tuple[Verdict, Tally]:
    """Return the verdict on a call, and the tally after it; a call that is refused is not
    counted.
    """
    before = _current(quota, tally, now_s)
    admitted = before.used + cost <= quota.requests + _TINY
    after = replace(before, used=before.used + cost) if admitted else before
    left = math.floor(quota.requests - after.used + _TINY)
    if quota.per_second:
        reset_s = after.used / quota.per_second
        wait_s = (before.used + cost - quota.requests) / quota.per_second
    else:
        ends_s = after.since_s + quota.window_s
        reset_s = wait_s = ends_s - now_s
    retry_s = 0 if admitted else max(1, math.ceil(wait_s - _TINY))
    return Verdict(admitted, left, reset_s, retry_s), after


def _current(quota: Quota, tally: Tally | None, now_s: float) -> Tally:
    """Return the tally now: a window may be over, a bucket has drained. A clock that was set back
    begins anew.
    """
    if tally is None or now_s < tally.since_s:
        return Tally(0.0, now_s)
    passed_s = now_s - tally.since_s
    if quota.per_second:
        drained = passed_s * quota.per_second
        return Tally(max(0.0, tally.used - drained), now_s)
    is_over = passed_s > quota.window_s - _TINY
    return Tally(0.0, now_s) if is_over else tally


def told(quota: Quota, verdict: Verdict) -> Headers:
    """Return the headers by which a quota tells where a caller stands; what is left of a second
    counts as one.
    """
    window_s = quota.window_s or quota.requests / quota.per_second
    values = {
        "quota": quota.requests,
        "left": verdict.left,
        "reset_s": math.ceil(verdict.reset_s),
        "reset_ms": math.ceil(verdict.reset_s * 1000),
        "window_s": math.ceil(window_s),
        "window_ms": math.ceil(window_s * 1000),
    }
    return [
        (name.lower().encode(), str(fill(text, values)).encode("latin-1"))
        for name, text in quota.headers.items()
    ]


class Meter:
    """Judges the calls of one API. Unless it is `enforced` nobody is refused."""

    def __init__(self, model: Model, enforced: bool, board: Board | None = None) -> None:
        """Take the board on which it is counted how often each caller has called."""
        self._quotas = model.habits.quotas
        self.enforced = enforced
        self._fresh = [told(quota, judge(quota, None, 0.0)[0]) for quota in self._quotas]
        self._names = _credential_headers(model)
        self._board = board or MemoryBoard()
        self._topic: Topic[Tally] = Topic(
            "quota",
            model.name,
            astuple,
            lambda value: Tally(*value),
            is_told=False,
            most=MOST_CALLERS,
        )

    def take(
        self, path: str, scope: Any, space: str, now_s: float, *, tenant: str = "", cost: int = 1
    ) -> Rate:
        """Count a call to a path and return what the quotas there say of it. Where one refuses,
        none counts it.

        With a `cost` of 0 it is looked at and not counted. Each tenant of a space has quotas of its
        own.
        """
        at = [
            place
            for place, quota in enumerate(self._quotas)
            if not quota.at or is_under(path, quota.at)
        ]
        if not at:
            return FREE
        if not self.enforced:
            return Rate([header for place in at for header in self._fresh[place]])
        caller = _caller(scope, self._names)
        keys = {
            place: (place, tenant, "" if self._quotas[place].shared else caller) for place in at
        }
        with self._board.changing(self._topic, space) as notices:
            return self._judged(keys, now_s, cost, notices)

    @property
    def callers(self) -> int:
        """How many callers are remembered."""
        return self._board.size(self._topic)

    def forget(self, space: str) -> None:
        """Let the callers of a space begin anew."""
        if self.enforced:
            self._board.clear(self._topic, space)

    def _judged(
        self, keys: Mapping[int, Any], now_s: float, cost: int, notices: Notices[Tally]
    ) -> Rate:
        tallies = {place: notices.get(key) for place, key in keys.items()}
        judged = {
            place: judge(self._quotas[place], tally, now_s, cost)
            for place, tally in tallies.items()
        }
        refusing = [place for place, (verdict, _) in judged.items() if not verdict.admitted]
        if refusing:
            judged |= {
                place: judge(self._quotas[place], tally, now_s, cost=0)
                for place, tally in tallies.items()
                if place not in refusing
            }
        elif cost:
            for place, key in keys.items():
                notices.put(judged[place][1], key)
        headers = [
            header
            for place, (verdict, _) in judged.items()
            for header in told(self._quotas[place], verdict)
        ]
        if not refusing:
            return Rate(headers)
        longest = max(refusing, key=lambda place: judged[place][0].retry_s)
        return Rate(headers, judged[longest][0], self._quotas[longest].status)


def _credential_headers(model: Model) -> frozenset[bytes]:
    """Return the headers in which the API's credentials come, in small letters."""
    schemes = model.security.schemes
    keys = [
        each
        for each in schemes.values()
        if isinstance(each, Mapping) and each.get("in") == "header"
    ]
    return frozenset(
        {b"authorization", *(str(each.get("name", "")).lower().encode("latin-1") for each in keys)}
    )


def _caller(scope: Any, names: frozenset[bytes]) -> Any:
    """Return what tells a caller from others: its credentials as sent, else its address."""
    sent: Sequence[Any] = [(name, value) for name, value in scope["headers"] if name in names]
    return tuple(sent) or (scope.get("client") or ("",))[0]


def over_quota(place: ErrorPlace, request: Request, refused: Verdict, status: int | None) -> Answer:
    """Return the answer to a call that is not let in, in the API's own form."""
    text = f"the quota is used up: the next call is let in after {refused.retry_s} s"
    problem = Problem(ProblemKind.RATE_LIMITED, text, values={"retry_s": refused.retry_s})
    if status is None:
        return error_reply(place, problem, request)
    _, form = place.form(status)
    return error_reply(place, problem, request, form)
