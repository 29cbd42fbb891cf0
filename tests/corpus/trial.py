"""Try a document with Schemathesis in processes that can be ended: a model and seconds in, what was
found out.

Schemathesis draws some request bodies for minutes and does not look up meanwhile. So it runs in a
process of its own that tells where it is after each step. One that says nothing for a while is
ended, and another begins without the phase and the operation that took so long, which the report
names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from contracts.conformance.conformance import Conformance
from contracts.conformance.failure import Failure
from contracts.conformance.plan import Plan
from contracts.targets.credentials import header_credentials, keys_elsewhere
from mockserver.model.types import Model
from tests.corpus.explanations import STATUS

PHASES = ("examples", "coverage", "fuzzing")
PATIENCE_S = 20.0
"""How long Schemathesis may say nothing: one step takes it milliseconds, the worst that ends by
itself about 8 s.
"""
LOADING_S = 120.0
"""How long it may take until it is at the first operation."""
TRIES = 6
"""How often a document is begun again before what was found out until then has to do."""


@dataclass
class Trial:
    """What was found out: failures, statuses by operation, and the phases of operations that took
    too long.
    """

    failures: list[Failure] = field(default_factory=list)
    statuses: dict[str, Mapping[int, int]] = field(default_factory=dict)
    slow: dict[str, list[str]] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        """How many calls were made."""
        return sum(sum(counted.values()) for counted in self.statuses.values())

    def take(self, news: Any) -> None:
        """Note what a process told."""
        if isinstance(news, Failure):
            known = {(each.check, each.operation, each.message) for each in self.failures}
            self.failures += (
                [news] if (news.check, news.operation, news.message) not in known else []
            )
        else:
            self.statuses.update(news)


def trial(model: Model, make_app: Callable[[], Any], seconds: float) -> Trial:
    """Try every operation of a model for some seconds in all; only those that are too slow to draw
    are left out.
    """
    found = Trial()
    for _ in range(TRIES):
        stuck_at = _round(model, make_app, seconds, found)
        if stuck_at is None:
            break
        label, phase = stuck_at
        found.slow.setdefault(label, []).append(phase)
    return found


def _round(
    model: Model, make_app: Callable[[], Any], seconds: float, found: Trial
) -> tuple[str, str] | None:
    """Run until all is tried; return the operation and the phase at which nothing was heard for too
    long.
    """
    fork = get_context("fork")  # the model is there already, and nothing else runs in this process
    here, there = fork.Pipe(duplex=False)
    work = fork.Process(
        target=_work, args=(model, make_app, seconds, found.slow, there), daemon=True
    )
    work.start()
    there.close()
    at = ("", "")
    try:
        while here.poll(PATIENCE_S if at[0] else LOADING_S):
            news, at = here.recv()
            found.take(news)
        return at if at[0] else None
    except EOFError:
        return None
    finally:
        work.kill()
        work.join()


def _work(
    model: Model,
    make_app: Callable[[], Any],
    seconds: float,
    slow: Mapping[str, list[str]],
    there: Connection,
) -> None:
    plan = Plan(
        phases=PHASES,
        seconds=seconds,
        shared=True,
        left_out=slow,
        headers=header_credentials(model, model.base_paths[0]),
        keys=keys_elsewhere(model),
        excluded={
            STATUS: "it would hide what other checks find, and is made up for by `undocumented`"
        },
    )
    run = Conformance(model, plan, app=make_app())

    def told() -> bool:
        there.send((run.tried.statuses, run.at))
        return False

    for failure in run.run(told):
        there.send((failure, run.at))
    told()
