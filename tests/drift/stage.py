"""Mocks that stand for live servers, with differences planted in them, and runs of drift against
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.drift.comparison import Mocks
from contracts.drift.lines import Line, Understanding
from contracts.drift.playing import mocks_of, understood
from contracts.drift.session import Report, Session
from contracts.drift.traffic import Collector
from contracts.options import Treatment
from contracts.oracle.plain_store import PlainStore
from contracts.targets.target import App, AppTarget
from contracts.wire.safety import Safety
from contracts.wire.subject import Emit, Subject
from contracts.wire.wire import Budget
from mockserver.apis import Api
from mockserver.app import Settings, space_of, wire
from mockserver.asgi.edge import Edge
from mockserver.generation.supply import SeededSupply
from mockserver.model.servers import filled
from mockserver.model.types import Model

NOTHING = Line({})
"""A line that says nothing."""


def app_of(name: str, *lines: Line) -> App:
    """Return the mock of an API as a live server that does as more lines say."""
    api, understanding = understood(name, None)
    for line in lines:
        understanding = understanding.with_line(line)
    return played(understanding.model, api)


def played(model: Model, api: Api) -> App:
    """Return the mock of a model as an application."""
    return wire([Edge(space_of(model, api, Settings(seed=1)), model.base_paths)], Settings())


def live_of(
    understanding: Understanding, app: App, safety: Safety, parents: tuple[str, ...] = ()
) -> Subject:
    """Return an application as a live server of an API."""
    model = understanding.model
    base = filled(model.document.spec, model.base_paths[0]).rstrip("/")
    return Subject(
        model,
        lambda: AppTarget(app),
        PlainStore,
        fresh=False,
        base=base,
        safety=safety,
        parents=parents,
    )


def drift_of(
    name: str,
    live: Subject | None = None,
    *lines: Line,
    safety: Safety = Safety.READ,
    emit: Emit = lambda event: None,
    both: Line = NOTHING,
) -> Report:
    """Return what drift finds between the mock of an API and a live server, else its mock with more
    lines.

    `both` is a line that holds on both sides.
    """
    api, understanding = understood(name, None)
    understanding = understanding.with_line(both)
    subject = live or live_of(understanding, app_of(name, both, *lines), safety)
    mocks: Mocks = mocks_of(name, api, Treatment({}, {}), None)
    collector = Collector(subject, SeededSupply(understanding.model.document.spec), emit, Budget())
    return Session(understanding, mocks, ("mock", "live")).live(collector)


def semantics(said: Mapping[str, Any]) -> Line:
    """Return words of semantics."""
    return Line(said)
