"""Measure how Understudy plays one document: a file in, the figures of a report out."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass, field

from contracts.conformance.failure import Failure
from contracts.targets.target import AppTarget, Sent
from mockserver.apis import load_model
from mockserver.app import App, Settings, space_of, wire
from mockserver.asgi.edge import Edge
from mockserver.model.report.explain import is_stateful
from mockserver.model.types import Model
from tests.corpus.documents import Sample
from tests.corpus.explanations import explanation, undocumented
from tests.corpus.lives.derive import derive
from tests.corpus.lives.judging import has_judge, judged
from tests.corpus.lives.life import Verdict
from tests.corpus.trial import trial


@dataclass
class Figures:
    """What was measured of one document. `error` tells why it could not be loaded."""

    name: str
    error: str = ""
    operations: int = 0
    stateful: int = 0
    lives: list[Verdict] = field(default_factory=list)
    server_errors: int = 0
    tried: int = 0
    cases: int = 0
    slow: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    explained: list[tuple[Failure, str]] = field(default_factory=list)
    start_seconds: float = 0.0
    megabytes: float = 0.0

    @property
    def played(self) -> list[Verdict]:
        """The lives that could be derived, and so were played."""
        return [each for each in self.lives if each.life.played is not None]

    @property
    def whole(self) -> int:
        return sum(each.is_whole for each in self.lives)

    @property
    def bare(self) -> int:
        """Lives that are whole without filters and pages."""
        return sum(each.is_bare for each in self.lives)

    @property
    def underived(self) -> int:
        """Resources of which no life could be derived."""
        return len(self.lives) - len(self.played)


def measure(sample: Sample, seconds: float) -> Figures:
    """Return the figures of a document; Schemathesis has so many seconds, and is left out for 0.

    The time to start is that of the processor, from the file to the first reply.
    """
    figures = Figures(sample.name)
    started = time.process_time()
    try:
        model = load_model(str(sample.path))
    except Exception as error:
        figures.error = f"{type(error).__name__}: {error}"
        return figures
    _first_reply(model, app_of(model))
    figures.start_seconds = time.process_time() - started
    figures.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures.operations = len(model.operations)
    figures.stateful = sum(map(is_stateful, model.operations))
    _live(sample, model, figures)
    if seconds:
        _conform(model, figures, seconds)
    return figures


def app_of(model: Model) -> App:
    """Return an app that plays a model from its first state."""
    settings = Settings()
    return wire([Edge(space_of(model, None, settings), model.base_paths)], settings)


def _first_reply(model: Model, app: App) -> None:
    first = next((each for each in model.operations if each.method == "GET"), None)
    path = f"{model.base_paths[0]}{first.path if first else '/'}".replace("{", "").replace("}", "")
    target = AppTarget(app)
    try:
        target.send(Sent("GET", path))
    finally:
        target.close()


def _live(sample: Sample, model: Model, figures: Figures) -> None:
    """Let the judge play the lives of the document, where there is a judge."""
    if has_judge():
        figures.lives = judged(sample, model, [*derive(model)])
        figures.server_errors += sum(each.server_errors for each in figures.lives)


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
