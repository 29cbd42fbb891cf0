"""Measure how Understudy plays one document: a file in, the figures of a report out."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass, field
from pathlib import Path

from contracts.conformance.failure import Failure
from contracts.lifecycle.lifecycle import Lifecycle
from contracts.lifecycle.lives import Life
from contracts.openapi import operations
from contracts.targets.target import AppTarget, Sent
from mockserver.apis import load_model
from mockserver.app import App, Settings, space_of, wire
from mockserver.asgi.edge import Edge
from mockserver.generation.supply import SeededSupply
from mockserver.model.explain import is_stateful
from mockserver.model.paths import canonical, collection_of
from mockserver.model.types import Model
from tests.corpus.explanations import explanation, undocumented
from tests.corpus.trial import trial


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
    tried: int = 0
    cases: int = 0
    slow: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    explained: list[tuple[Failure, str]] = field(default_factory=list)
    start_seconds: float = 0.0
    megabytes: float = 0.0


def measure(name: str, path: Path, seconds: float) -> Figures:
    """Return the figures of a document; Schemathesis has so many seconds, and is left out for 0.

    The time to start is that of the processor, from the file to the first reply.
    """
    figures = Figures(name)
    started = time.process_time()
    try:
        model = load_model(str(path))
    except Exception as error:
        figures.error = f"{type(error).__name__}: {error}"
        return figures
    _first_reply(model, app_of(model))
    figures.start_seconds = time.process_time() - started
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
    """Return the collection paths that take a POST and whose items can be read: what must behave
    like a table.
    """
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
            figures.lost += [
                f"{path}: {each.step} {each.operation}: {each.why[:160]}" for each in life.failed
            ]
    figures.server_errors += sum(
        each.status >= 500 for life in lives.values() for each in life.attempts
    )


def _conform(model: Model, figures: Figures, seconds: float) -> None:
    """Try the document with Schemathesis. Failures that a mock cannot mend are told apart, see
    `explanation`.
    """
    found, spec = trial(model, lambda: app_of(model), seconds), model.document.spec
    for failure in (*found.failures, *undocumented(spec, found.statuses)):
        why = explanation(failure, spec)
        if why:
            figures.explained.append((failure, why))
        else:
            figures.failures.append(failure)
    figures.tried, figures.cases = len(found.statuses), found.cases
    figures.slow = [f"{label}: {', '.join(phases)}" for label, phases in found.slow.items()]
    figures.server_errors += sum(
        count
        for statuses in found.statuses.values()
        for status, count in statuses.items()
        if status >= 500
    )
