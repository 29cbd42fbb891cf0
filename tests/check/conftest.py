"""Servers that note what is sent to them, closed when a test is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from contracts.targets.target import Sent
from tests.check.watched import Watched


@pytest.fixture
def watched() -> Iterator[Callable[..., Watched]]:
    """Return what makes servers; each takes a hook that may raise instead of answering."""
    made: list[Watched] = []

    def make(hook: Callable[[Sent], None] = lambda sent: None) -> Watched:
        made.append(Watched(hook))
        return made[-1]

    yield make
    for each in made:
        each.target.close()
