"""Open mocks to compare with: an API and the records of a live server in, a Subject that plays them
out.

With `contracts.drift.command` the one module of drift that knows the server.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from contracts.drift.comparison import Mocks, Play
from contracts.drift.lines import Understanding
from contracts.drift.start import Start
from contracts.errors import PlanError
from contracts.options import Treatment, subject_of
from contracts.played import opened
from contracts.targets.target import Target
from contracts.wire.subject import Subject
from contracts.wire.wire import Budget
from mockserver.apis import SEMANTICS, Api, find_api, semantics_in
from mockserver.app import Settings, space_of
from mockserver.document.document import load_document
from mockserver.generation.clock import SteeredClock
from mockserver.generation.supply import SeededSupply
from mockserver.model.compile import compile_model
from mockserver.model.types import Model
from mockserver.seeding.fixtures import note_numbers
from mockserver.space import Space
from mockserver.state import Draft
from mockserver.stores.memory import MemoryStore

SEED = 7
"""Seed of what a mock makes up: another one than that of the requests, so that nothing agrees by
chance.
"""


def understood(
    name: str, semantics: Path | None, references: Sequence[str] = ()
) -> tuple[Api, Understanding]:
    """Return an API, and what is understood of it. Raises an UnderstudyError."""
    api = find_api(name, references)
    if semantics is not None and not semantics.is_file():
        raise PlanError(f"--semantics {semantics}: there is no such file")
    file = semantics or (api.folder / SEMANTICS if api.folder else None)
    said = semantics_in(file) if file is not None else {}
    document = load_document(api.location, name=api.name, references=api.references)
    return api, Understanding(compile_model(document, said, str(file or document.source)), said)


def mocks_of(said: str, api: Api, how: Treatment, fixtures: str | None) -> Mocks:
    """Return how the mock is opened that was asked for: one in this process, or one that runs at a
    URL.
    """
    begun = _with_fixtures(api, fixtures) if fixtures is not None else _with_records
    if "://" not in said:
        return Mocks("in this process", begun, begun, fixtures is not None)

    def running(model: Model, start: Start) -> Subject:
        own = Treatment({}, {}, safety=how.safety, parents=how.parents)
        subject = subject_of(said, model, own)
        return _guarded(subject)

    return Mocks(said, running, begun, fixtures is not None)


def _guarded(subject: Subject) -> Subject:
    """Return a server of which every request goes through a guard."""

    def connect() -> Target:
        return subject.wire("drift", lambda event: None, Budget())

    return replace(subject, connect=connect)


def _with_records(model: Model, start: Start) -> Subject:
    """Open a mock that begins with the records of the live server."""
    store = MemoryStore()
    with store.transaction() as transaction:
        draft = Draft(transaction)
        for at, records in start.records.items():
            resource = model.resources[at.resource]
            hidden = {
                name: resource.defaults[name] for name in resource.hidden & {*resource.defaults}
            }
            for key, record in records.items():
                draft.put(at, key, {**hidden, **record})
                note_numbers(resource, record, draft)
        transaction.apply(draft.changes)
    clock = SteeredClock()
    return opened(Space(model, store, SeededSupply(model.document.spec, SEED, clock), clock))


def _with_fixtures(api: Api, fixtures: str) -> Play:
    def play(model: Model, _: Start) -> Subject:
        named = None if fixtures == "none" else fixtures
        return opened(space_of(model, api, Settings(seed=SEED, fixtures=named)))

    return play
