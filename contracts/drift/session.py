"""Hold a mock against a live server or a recording of one: both in, a report of what differs and
why out.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from contracts.drift.causes import Cause, cause_of
from contracts.drift.comparison import Comparer, Comparison, Mocks, Play, Traffic
from contracts.drift.groups import Shown
from contracts.drift.lines import Understanding
from contracts.drift.mending import Mended, Mending
from contracts.drift.shrinking import Ask, Shrinking
from contracts.drift.traffic import INTERRUPTED, Collector
from contracts.errors import ContractError, LockedOut, Stopped
from contracts.findings import Finding
from contracts.secrecy import Secrets

Judged = Callable[[Finding], Finding]
"""Returns a finding with the reason that tolerates it, if there is one."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found. `volatile` are places that change by themselves, `left` what could not be
    removed again.

    `early` tells why not all was done, `could_not` why nothing can be said; `gone` are tolerated
    causes that no longer turn up.
    """

    api: str
    mock: str
    live: str
    seed: int = 0
    calls: int = 0
    compared: int = 0
    withheld: int = 0
    causes: Sequence[Cause] = ()
    volatile: Sequence[tuple[str, str]] = ()
    left: Sequence[str] = ()
    gone: Sequence[str] = ()
    early: str = ""
    could_not: str = ""
    took_s: float = 0.0
    origin: str = ""

    def with_gone(self, names: Sequence[str]) -> Report:
        """Return the report with what the ledger tolerates and is no more."""
        return replace(self, gone=tuple(names))

    def masked(self, secrets: Secrets) -> Report:
        """Return the report without secrets."""
        return replace(self, causes=[each.masked(secrets) for each in self.causes])

    @property
    def drifts(self) -> list[Cause]:
        """The causes that nobody tolerates."""
        return [each for each in self.causes if not each.finding.accepted]

    @property
    def exit_code(self) -> int:
        """0: no drift; 1: drift; 2: it could not be told, or not to the end."""
        if self.could_not:
            return 2
        return 1 if self.drifts else 2 if self.early == INTERRUPTED else 0


@dataclass(slots=True)
class Session:
    """One run of `understudy drift`.

    `judged` looks a cause up in the ledger, `tell` is told what is being done.
    """

    understanding: Understanding
    mocks: Mocks
    names: tuple[str, str]
    seed: int = 0
    judged: Judged = lambda finding: finding
    tell: Callable[[str], None] = lambda text: None
    _began_s: float = field(default_factory=time.monotonic)

    def live(self, collector: Collector) -> Report:
        """Make the calls on a live server, and compare. Raises Unreachable when it never
        answered.
        """
        failure = ""
        try:
            try:
                collector.collect()
            except ContractError as error:
                if not any(each.answer is not None for each in collector.exchanges):
                    raise
                is_refused = isinstance(error, LockedOut)
                failure = (_hopeless(collector.traffic) if is_refused else "") or str(error)
            report = self._report(
                collector.traffic, None if failure or collector.early else collector.ask
            )
        finally:
            collector.close()
        return replace(
            report,
            withheld=collector.withheld,
            left=collector.left,
            early=report.early or collector.early,
            could_not=failure or report.could_not,
        )

    def recorded(self, traffic: Traffic) -> Report:
        """Compare the mock with a recording."""
        return self._report(traffic, None)

    def _report(self, traffic: Traffic, ask: Ask | None) -> Report:
        model = self.understanding.model
        causes: list[Cause] = []
        early, hopeless = "", _hopeless(traffic)
        if hopeless:
            return Report(
                model.name, *self.names, self.seed, calls=len(traffic.exchanges), could_not=hopeless
            )
        self.tell(f"comparing {len(traffic.exchanges)} calls")
        first = self._comparer(traffic, self.mocks.play).compare(model)
        try:
            for cause in self._causes(traffic, first, ask):
                causes.append(cause)
        except (KeyboardInterrupt, Stopped):
            early = INTERRUPTED
            known = {each.finding.fingerprint for each in causes}
            plain = [self._cause(each, each.group.smallest) for each in Mending.plain(first, model)]
            causes += [each for each in plain if each.finding.fingerprint not in known]
        return Report(
            model.name,
            *self.names,
            self.seed,
            calls=len(traffic.exchanges),
            compared=len(first.compared),
            causes=causes,
            volatile=sorted(first.volatile),
            early=early,
            could_not=""
            if first.compared
            else "no call was answered by both, so nothing was compared",
            took_s=time.monotonic() - self._began_s,
            origin=traffic.origin,
        )

    def _causes(self, traffic: Traffic, first: Comparison, ask: Ask | None) -> list[Cause]:
        """Return the causes of all differences, each with its line and its smallest call."""
        model = self.understanding.model
        if not first.apart:
            return []
        self.tell(f"{len(first.apart)} calls differ; looking for what closes that")
        comparer = self._comparer(traffic, self.mocks.trial)
        same = self.mocks.trial is self.mocks.play
        found = list(
            Mending(comparer, self.understanding).run(first if same else comparer.compare(model))
        )
        if not same:  # a running mock may differ in more than its model
            known = {each.group.key for each in found} | {
                other.key for each in found for other in each.others
            }
            found += [each for each in Mending.plain(first, model) if each.group.key not in known]
        shrinking = Shrinking(ask, comparer) if ask is not None else None
        return [
            self._cause(
                each,
                each.group.smallest
                if shrinking is None
                else shrinking.smallest(each.group, each.model),
            )
            for each in found
        ]

    def _comparer(self, traffic: Traffic, play: Play) -> Comparer:
        return Comparer(traffic, play, self.mocks.trusted)

    def _cause(self, mended: Mended, shown: Shown) -> Cause:
        cause = cause_of(mended, shown, self.understanding.model, self.seed)
        return replace(cause, finding=self.judged(cause.finding))


def _hopeless(traffic: Traffic) -> str:
    """Return why nothing can be learned from calls of which none had success, empty where one
    had.
    """
    asked = [each for each in traffic.exchanges if each.sent.method != "OPTIONS"]
    statuses = [each.answer.status for each in asked if each.answer is not None]
    if not statuses or any(status < 400 for status in statuses):
        return ""
    usual, times = Counter(statuses).most_common(1)[0]
    hint = (
        "say by --auth or --header who is calling"
        if usual in (401, 403)
        else "is the URL, with its path, right?"
    )
    hint = "it fails by itself, and its log may tell why" if usual >= 500 else hint
    return (
        f"the live server answered no call with success, but {times} of {len(statuses)} with "
        f"{usual}: {hint}"
    )
