"""Measure how Understudy plays one document: a file in, the figures of a report out."""

from __future__ import annotations

import re
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from contracts.conformance import Conformance, Failure, Plan
from contracts.credentials import header_credentials, keys_elsewhere
from contracts.lifecycle import Lifecycle
from contracts.lives import Life
from contracts.targets import AppTarget, Sent
from mockserver.apis import load_model
from mockserver.app import App, Settings, space_of, wire
from mockserver.asgi.api import Edge
from mockserver.generation.supply import SeededSupply
from mockserver.model.declared import operations
from mockserver.model.explain import is_stateful
from mockserver.model.paths import canonical, collection_of
from mockserver.model.types import Model


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
    explained: list[Failure] = field(default_factory=list)
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
        phases=("coverage", "fuzzing"),
        seconds=seconds,
        headers=header_credentials(model, model.base_paths[0]),
        keys=keys_elsewhere(model),
    )
    run = Conformance(model, plan, app=app_of(model))
    for failure in run.run():
        (figures.explained if explanation(failure) else figures.failures).append(failure)
    figures.conformed = len(run.tried.statuses)
    figures.server_errors += sum(
        count for statuses in run.tried.statuses.values() for status, count in statuses.items() if status >= 500
    )


def explanation(failure: Failure) -> str:
    """Return why a failure is the document's, or the check's, and not the mock's; empty when it is the mock's."""
    return next((why for why, holds in EXPLANATIONS.items() if holds(failure)), "")


def _names_no_refusal(failure: Failure) -> bool:
    return failure.check == "status_code_conformance" and failure.reply[:1] == "4"


def _fits_several(failure: Failure) -> bool:
    return "more than one of the schemas listed in the 'oneOf'" in failure.message and failure.reply[:1] == "2"


def _looks_at_credentials_first(failure: Failure) -> bool:
    return failure.check == "missing_required_header" and failure.reply[:3] in ("401", "403")


def _sends_a_key_twice(failure: Failure) -> bool:
    return failure.check == "positive_data_acceptance" and "is taken" in failure.reply


def _lacks_what_is_no_parameter(failure: Failure) -> bool:
    told = re.search(r"Invalid component: (.*)", failure.message)
    if failure.check == "missing_required_header":
        return re.search(r"required '(Accept|Content-Type)'", failure.message) is not None
    return failure.check == "negative_data_rejection" and bool(
        told and re.search(r"\b(accept|content-type|authorization)\b", told[1], re.IGNORECASE)
    )


def _cannot_be_written(failure: Failure) -> bool:
    return failure.check == "content_type_conformance" and failure.reply[:1] in "45"


def _contradicts_itself(failure: Failure) -> bool:
    return "Unknown discriminator value" in failure.message


EXPLANATIONS: Mapping[str, Callable[[Failure], bool]] = {
    "the document names no refusal of this status": _names_no_refusal,
    "credentials are looked at before headers": _looks_at_credentials_first,
    "a key that the client makes was sent twice, and the document names no 409": _sends_a_key_twice,
    "a document cannot describe this header as a parameter (OpenAPI 3.0.3)": _lacks_what_is_no_parameter,
    "the alternatives of the document overlap, and what was sent fits several": _fits_several,
    "the document gives its refusals a media type that cannot be written": _cannot_be_written,
    "the discriminator of the document names other values than its schemas": _contradicts_itself,
}
