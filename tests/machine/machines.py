"""Machines for the APIs that come with the project: an API's name in, a machine that drives its app
out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine

from contracts.machine.machine import build_machine, run
from contracts.oracle.plain_store import PlainStore
from contracts.targets.target import App, AppTarget
from mockserver.apis import find_api
from mockserver.app import Settings
from mockserver.generation.supply import SeededSupply
from mockserver.seeding import DEFAULT, fixture_file, read_fixture, seed
from tests.conftest import fresh_app, model_of

HEADERS: Mapping[str, Mapping[str, str]] = {
    "bigcommerce-v2": {"X-Auth-Token": "tok", "Accept": "application/json"},
    "bookshop": {"X-Api-Key": "bookshop-key"},
    "omnitron": {"Authorization": "Token f532e28df6e4d5fa4648a812018876da1bb9332d"},
    "shoplazza": {"Access-Token": "tok"},
}
"""Known credentials, and what asks for JSON."""


def start_of(name: str) -> PlainStore:
    """Return the records that an app of this API starts with."""
    model, store = model_of(name), PlainStore()
    path = fixture_file(find_api(name).fixtures, DEFAULT)
    assert path is not None
    seed(model, store, SeededSupply(model.document.spec), read_fixture(path), str(path))
    return store


def served(name: str) -> App:
    return fresh_app(name, Settings(seed=7))


def machine_of(
    name: str,
    app: Callable[[], App] | None = None,
    only: Collection[str] | None = None,
    base: str | None = None,
) -> type[RuleBasedStateMachine]:
    """Return a machine over the app of an API, or over the one that `app` makes."""
    make = app or (lambda: served(name))
    return build_machine(
        model_of(name),
        lambda: AppTarget(make()),
        lambda: start_of(name),
        headers=HEADERS[name],
        only=only,
        base=base,
    )


def drive(
    machine: type[RuleBasedStateMachine], examples: int, steps: int = 40, shrink: bool = True
) -> None:
    """Run a machine with the same calls every time."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    run(
        machine,
        settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            deadline=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )
