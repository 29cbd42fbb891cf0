"""Servers to hold the laws against: an API's name in, a subject whose every opening starts anew
out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from contracts.events import CheckFailed, CheckTried, Event
from contracts.findings import Finding
from contracts.laws.phase import run_laws
from contracts.oracle.plain_store import PlainStore
from contracts.targets.target import Answer, App, AppTarget, Sent
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from contracts.wire.wire import Budget
from mockserver.model.servers import filled
from tests.conftest import APIS, fresh_app, model_of
from tests.machine.machines import start_of

WAREHOUSE = str(Path(__file__).parent / "warehouse")
"""The folder of a small API in which every law has something to say."""
_NAMES = count()


class SpaceTarget:
    """An app of the mock, in a space of its own."""

    def __init__(self, app: App) -> None:
        self._target, self._space = AppTarget(app), f"laws-{next(_NAMES)}"

    def send(self, sent: Sent) -> Answer:
        return self._target.send(self._placed(sent))

    def send_together(self, sents: Collection[Sent]) -> list[Answer]:
        return self._target.send_together([self._placed(each) for each in sents])

    def close(self) -> None:
        self._target.close()

    def _placed(self, sent: Sent) -> Sent:
        return replace(sent, headers={**sent.headers, "Understudy-Space": self._space})


@cache
def app_of(name: str) -> App:
    """Return an app of an API; its operations are made ready once in a run."""
    return fresh_app(name)


def subject_of(name: str, around: Callable[[App], App] = lambda app: app, **more: Any) -> Subject:
    """Return the mock of an API as a subject; `around` may put something between it and the
    laws.
    """
    model = model_of(name)
    return Subject(
        model,
        lambda: SpaceTarget(around(app_of(name))),
        lambda: start_of(name) if name in APIS else PlainStore(),
        fresh=True,
        base=filled(model.document.spec, model.base_paths[0]),
        safety=more.pop("safety", Safety.ALL),
        **more,
    )


def events_of(
    subject: Subject, *only: str, seed: int = 1, budget: Budget | None = None
) -> list[Event]:
    """Return what happens while the laws are held, all or those of these names."""
    events: list[Event] = []
    run_laws(subject, budget or Budget(), events.append, seed, only)
    return events


def findings_of(events: Collection[Event]) -> list[Finding]:
    return [each.finding for each in events if isinstance(each, CheckFailed)]


def tried(events: Collection[Event]) -> Mapping[tuple[str, str], str]:
    """Return why a law could not be tried at a place, empty where it was, by law and place."""
    return {
        (each.check, each.where): each.untried for each in events if isinstance(each, CheckTried)
    }
