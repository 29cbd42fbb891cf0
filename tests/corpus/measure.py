"""Measure how Understudy plays one document: a file in, the figures of a report out."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from contracts.conformance.conformance import Conformance
from contracts.conformance.failure import Failure
from contracts.conformance.plan import Plan
from contracts.lifecycle.lifecycle import Lifecycle
from contracts.lifecycle.lives import Life
from contracts.targets.credentials import header_credentials, keys_elsewhere
from contracts.targets.target import AppTarget, Sent
from mockserver.apis import load_model
from mockserver.app import App, Settings, space_of, wire
from mockserver.asgi.api import Edge
from mockserver.generation.supply import SeededSupply
from mockserver.model.declared import operations
from mockserver.model.explain import is_stateful
from mockserver.model.paths import canonical, collection_of
from mockserver.model.types import Model
from tests.corpus.explanations import STATUS, explanation, undocumented

GRACE_S = 10.0
"""What Schemathesis gets beyond its time to finish the operation that it is at."""


@dataclass
class Figures:
    """What was measured of one document. `error` tells why it could not be loaded."""

    name: str
    error: str = ""
    operations: int = 0
    stateful: int = 0
    resources: int = 0
    whole: int = 0
    lost: list[str] = field(default_factory=list)
    server_errors: int = 0
    conformed: int = 0
    failures: list[Failure] = field(default_factory=list)
    explained: list[tuple[Failure, str]] = field(default_factory=list)
    start_seconds: float = 0.0
    megabytes: float = 0.0


def measure(name: str, path: Path, seconds: float) -> Figures:
    """Return the figures of a document; Schemathesis runs for so many seconds, not at all for 0."""
    figures = Figures(name)
    started = time.perf_counter()
    try:
        model = load_model(str(path))
    except Exception as error:
        figures.error = f"{type(error).__name__}: {error}"
        return figures
    _first_reply(model, app_of(model))
    figures.start_seconds = time.perf_counter() - started
    figures.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures.operations = len(model.operations)
    figures.stateful = sum(map(is_stateful, model.operations))
    _live(model, figures)
    if seconds:
        _conform(model, figures, seconds)
    return figures


def app_of(model: Model) -> App:
    """Return an app that plays a model from its first state."""
    settings = Settings()
    return wire([Edge(space_of(model, None, settings), model.base_paths)], settings)


def pairs_of(model: Model) -> set[str]:
    """Return the collection paths that take a POST and whose items can be read: what must behave like a table."""
    posted: set[str] = set()
    read: set[str] = set()
    for path, method, _ in operations(model.document.spec):
        if method == "POST":
            posted.add(canonical(path))
        if method == "GET" and collection_of(path) != canonical(path):
            read.add(collection_of(path))
    return posted & read


def lives_of(model: Model, app: App) -> list[Life]:
    """Return the lifecycle of every resource."""
    target = AppTarget(app)
    try:
        return list(Lifecycle(model, target, SeededSupply(model.document.spec, 1)).run())
    finally:
        target.close()


def _first_reply(model: Model, app: App) -> None:
    first = next((each for each in model.operations if each.method == "GET"), None)
    path = f"{model.base_paths[0]}{first.path if first else '/'}".replace("{", "").replace("}", "")
    target = AppTarget(app)
    try:
        target.send(Sent("GET", path))
    finally:
        target.close()


def _live(model: Model, figures: Figures) -> None:
    pairs = pairs_of(model)
    lives = {life.lane.path: life for life in lives_of(model, app_of(model))}
    figures.resources = len(pairs)
    for path in sorted(pairs):
        life = lives.get(path)
        if life is not None and life.whole:
            figures.whole += 1
        elif life is None:
            figures.lost.append(f"{path}: not understood")
        else:
            figures.lost += [f"{path}: {each.step} {each.operation}: {each.why[:160]}" for each in life.failed]
    figures.server_errors += sum(each.status >= 500 for life in lives.values() for each in life.attempts)


def _conform(model: Model, figures: Figures, seconds: float) -> None:
    """Run Schemathesis for a while. Failures that a mock cannot mend are told apart, see `explanation`."""
    plan = Plan(
        phases=("examples", "coverage", "fuzzing"),
        seconds=seconds,
        headers=header_credentials(model, model.base_paths[0]),
        keys=keys_elsewhere(model),
        excluded={STATUS: "it would hide what other checks find, and is made up for by `undocumented`"},
    )
    run = Conformance(model, plan, app=app_of(model))
    spec, found = model.document.spec, list[Failure]()
    work = Thread(target=lambda: found.extend(run.run()), daemon=True)
    work.start()
    work.join(1.2 * seconds + GRACE_S)  # some schemas keep Schemathesis busy for minutes, and it does not look up
    for failure in (*found, *undocumented(spec, run.tried.statuses)):
        why = explanation(failure, spec)
        if why:
            figures.explained.append((failure, why))
        else:
            figures.failures.append(failure)
    figures.conformed = len(run.tried.statuses)
    figures.server_errors += sum(
        count for statuses in run.tried.statuses.values() for status, count in statuses.items() if status >= 500
    )
