"""The options that say with which state mocks begin, shared by commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from mockserver.defaults import FIXTURE, LARGEST_POPULATION, MEMORY

_STORE = click.option(
    "--store",
    default=MEMORY,
    show_default=True,
    metavar="memory|sqlite:///FILE|postgresql://...",
    envvar="UNDERSTUDY_STORE",
    help="Where the state is kept. Also taken from UNDERSTUDY_STORE.",
)
_FRESH = click.option(
    "--fresh",
    is_flag=True,
    help="Begin with the initial records, even if the store has a state already.",
)
F = TypeVar("F", bound=Callable[..., Any])
_SEED = click.option("--seed", default=0, show_default=True, help="Seed for generated values.")
_FIXTURES = click.option(
    "--fixtures",
    default=FIXTURE,
    show_default=True,
    metavar="NAME|FILE|none",
    help="Initial records: a fixture, a file, or a recording.",
)


_POPULATE = click.option(
    "--populate",
    type=click.IntRange(0, LARGEST_POPULATION),
    default=0,
    metavar="N",
    help="Generate records until each collection has N.",
)
_NO_FIXTURE = "none"


def state_options(command: F) -> F:
    """Add `--seed` and `--fixtures`."""
    return _SEED(_FIXTURES(command))


def store_options(command: F) -> F:
    """Add `--store` and `--fresh`."""
    return _STORE(_FRESH(command))


def populate_option(command: F) -> F:
    """Add `--populate`."""
    return _POPULATE(command)


def fixture_of(said: str) -> str | None:
    """Return the fixture that `--fixtures` names, None where there is to be none."""
    return None if said == _NO_FIXTURE else said
