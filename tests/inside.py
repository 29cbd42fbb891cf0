"""pytest within pytest: a project of its own runs in this process, where all that it imports is
there already.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

import contracts
import mockserver

STAYING = (
    *contracts.__path__,
    *mockserver.__path__,
    sysconfig.get_path("stdlib"),
    sysconfig.get_path("purelib"),
)
RunInside = Callable[..., pytest.RunResult]


class Loaded:
    """A plugin that keeps in hand what was loaded while the inner runs went on."""

    def __init__(self) -> None:
        self.modules: dict[str, ModuleType] = {}

    def pytest_unconfigure(self) -> None:
        self.modules.update(sys.modules)


@pytest.fixture
def loaded() -> Iterator[Loaded]:
    """What the inner runs load of libraries stays loaded after the test.

    pytester forgets every module that was not there when the test began. A library that loads parts
    of itself late would then have its classes twice, and one copy's objects are strangers to the
    other's isinstance.
    """
    loaded = Loaded()
    yield loaded
    for name, module in loaded.modules.items():
        if (getattr(module, "__file__", None) or "").startswith(STAYING):
            sys.modules.setdefault(name, module)


@pytest.fixture
def run_inside(
    loaded: Loaded, pytester: pytest.Pytester
) -> RunInside:  # in this order: loaded ends after pytester
    """Return what runs pytest, with the options it is given, in the project of pytester."""

    def run_inside(*options: str) -> pytest.RunResult:
        return pytester.runpytest_inprocess(
            "-q", "-p", "no:cacheprovider", *options, plugins=[loaded]
        )

    return run_inside
