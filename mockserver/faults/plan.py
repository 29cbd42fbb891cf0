"""Plan misbehavior: faults and a call in, those that strike it out; the same seed and calls give
the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, field
from functools import cache
from random import Random
from typing import Any

from mockserver.slots import dataclass

READS = frozenset({"read", "list", "view", "count"})
"""Kinds of operations that change nothing."""


@dataclass(frozen=True, slots=True)
class Match:
    """Which calls are meant: all that is said must fit. `path` is a glob: `*` within a segment,
    `**` over many.
    """

    api: str = ""
    operation: str = ""
    method: str = ""
    path: str = ""

    def fits(self, call: Asked) -> bool:
        return (
            (not self.api or self.api == call.api)
            and (not self.operation or is_label(self.operation, call.operation))
            and (not self.method or self.method == call.method)
            and (not self.path or _glob(self.path).fullmatch(call.path) is not None)
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as a plan sees it; `operation` is its label, `POST /shelves`, empty where there is
    none, as its `kind`.
    """

    api: str
    operation: str
    method: str
    path: str
    kind: str = ""

    @property
    def reads(self) -> bool:
        """Whether the call only looks."""
        return self.kind in READS or self.method in ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Latency:
    """How long a reply is held back, in milliseconds: `low` to `high` evenly, or around a median
    (log-normal).
    """

    low: float = 0.0
    high: float = 0.0
    median: float = 0.0
    sigma: float = 0.0

    def draw(self, random: Random) -> float:
        if self.median:
            return self.median * random.lognormvariate(0, self.sigma)
        return random.uniform(self.low, self.high)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many calls in each window of so many seconds; the others are refused with 429."""

    limit: int
    window_s: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What goes wrong. Latency goes before any other; `drip_ms` is the time over which the body is
    spread.

    `example` names what the document shows for the status. `stale_ms` is how old the state is that
    a read is answered from, 0 for that before the last change. A write that is lost is answered and
    not stored, one that is a `duplicate` is carried out twice, and
    with `fail_job` the job that it begins will fail. The first `failing` attempts to deliver the
    webhooks and callbacks that it brings about fail.
    """

    latency: Latency | None = None
    status: int | None = None
    example: str | None = None
    retry_after_s: int | None = None
    rate_limit: RateLimit | None = None
    reset: bool = False
    truncate: bool = False
    malformed: bool = False
    drip_ms: float = 0.0
    lost_write: bool = False
    stale_ms: float | None = None
    duplicate: bool = False
    fail_job: bool = False
    failing: int = 0

    def concerns(self, call: Asked) -> bool:
        """Tell whether it can strike a call: only what reads can be stale, only what writes lost or
        done twice.
        """
        if self.stale_ms is not None and not call.reads:
            return False
        of_writes = (self.lost_write, self.duplicate, self.fail_job, self.failing > 0)
        return not (call.reads and any(of_writes))


@dataclass(frozen=True, slots=True)
class Fault:
    """Planned misbehavior: which calls, which of these (each, by chance, the nth, every so many),
    how often at most.
    """

    match: Match
    effect: Effect
    chance: float = 1.0
    nth: int | None = None
    every: int | None = None
    times: int | None = None
    name: str = ""


@dataclass(slots=True)
class Tally:
    """What a fault has met so far: fitting calls, those that it struck, and its window of a rate
    limit.
    """

    met: int = 0
    struck: int = 0
    window_s: float = 0.0
    in_window: int = 0


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault that a call meets, what was drawn for it, and what is left of a rate limit (seconds,
    calls).
    """

    fault: Fault
    latency_ms: float = 0.0
    refused_for_s: float | None = None
    left: int = 0


@dataclass(slots=True)
class Plan:
    """Faults in their order, with a tally of each."""

    faults: Sequence[Fault] = ()
    seed: int = 0
    tallies: list[Tally] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tallies = [Tally() for _ in self.faults]

    def meet(self, call: Asked, now_s: float) -> list[Strike]:
        """Return what strikes a call that comes at a moment (seconds of any steady clock), and
        count it.
        """
        found = []
        for at, (fault, tally) in enumerate(zip(self.faults, self.tallies, strict=True)):
            if fault.match.fits(call) and fault.effect.concerns(call):
                tally.met += 1
                random = Random(f"{self.seed}/{at}/{tally.met}")
                if _is_due(fault, tally, random):
                    tally.struck += 1
                    found.append(_strike(fault, tally, random, now_s))
        return found

    def may_meet(self, call: Asked) -> bool:
        """Tell whether a call is one that some fault counts."""
        return any(fault.match.fits(call) and fault.effect.concerns(call) for fault in self.faults)

    @property
    def looks_back(self) -> bool:
        """Whether a fault needs earlier states."""
        return any(fault.effect.stale_ms is not None for fault in self.faults)

    def with_fault(self, fault: Fault) -> Plan:
        """Return a plan with one more fault; the tallies of the others go on."""
        plan = Plan([*self.faults, fault], self.seed)
        plan.tallies[: len(self.tallies)] = self.tallies
        return plan

    def without(self, at: int) -> Plan:
        """Return a plan without the fault of a place; the tallies of the others go on."""
        plan = Plan([each for place, each in enumerate(self.faults) if place != at], self.seed)
        plan.tallies = [each for place, each in enumerate(self.tallies) if place != at]
        return plan


def _is_due(fault: Fault, tally: Tally, random: Random) -> bool:
    if fault.times is not None and tally.struck >= fault.times:
        return False
    if fault.nth is not None and tally.met != fault.nth:
        return False
    if fault.every is not None and tally.met % fault.every:
        return False
    return fault.chance >= 1 or random.random() < fault.chance


def _strike(fault: Fault, tally: Tally, random: Random, now_s: float) -> Strike:
    latency = fault.effect.latency
    latency_ms = latency.draw(random) if latency else 0.0
    limit = fault.effect.rate_limit
    if limit is None:
        return Strike(fault, latency_ms)
    if not tally.in_window or now_s - tally.window_s >= limit.window_s:
        tally.window_s, tally.in_window = now_s, 0
    tally.in_window += 1
    over = tally.in_window > limit.limit
    refused_for_s = limit.window_s - (now_s - tally.window_s) if over else None
    return Strike(fault, latency_ms, refused_for_s, max(0, limit.limit - tally.in_window))


def plan_form(plan: Plan) -> Mapping[str, Any]:
    """Return a plan with its tallies as JSON has it."""
    faults = [asdict(fault) for fault in plan.faults]
    tallies = [asdict(tally) for tally in plan.tallies]
    return {
        "seed": plan.seed,
        "faults": faults,
        "tallies": tallies,
    }


def plan_from(form: Mapping[str, Any]) -> Plan:
    """Return the plan that a form tells."""
    faults = list(map(_fault_from, form["faults"]))
    plan = Plan(faults, form["seed"])
    plan.tallies = [Tally(**each) for each in form["tallies"]]
    return plan


def _fault_from(form: Mapping[str, Any]) -> Fault:
    effect = dict(form["effect"])
    if effect["latency"] is not None:
        effect["latency"] = Latency(**effect["latency"])
    if effect["rate_limit"] is not None:
        effect["rate_limit"] = RateLimit(**effect["rate_limit"])
    parts = {"match": Match(**form["match"]), "effect": Effect(**effect)}
    return Fault(**{**form, **parts})


def is_label(wanted: str, label: str) -> bool:
    """Tell whether a label is meant: a method and a path, or the path alone."""
    method, _, path = wanted.rpartition(" ")
    has_method, _, has_path = label.partition(" ")
    return has_path == path and (not method or has_method == method.upper())


@cache
def _glob(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*|\*)", pattern)
    return re.compile(
        "".join({"**": ".*", "*": "[^/]*"}.get(part) or re.escape(part) for part in parts),
        re.DOTALL,
    )
