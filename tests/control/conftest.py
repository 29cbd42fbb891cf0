"""A mock of the bookshop with its control API, for tests in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from mockserver.app import Settings, make_control, wire
from mockserver.asgi.api import Edge
from mockserver.control.control import Control
from tests.conftest import client_of, fresh_space


class Bench:
    """A control and a client of the same mock."""

    def __init__(self, **settings: Any) -> None:
        used = Settings(**settings)
        space = fresh_space("bookshop", used)
        edges = [Edge(space, space.model.base_paths)]
        self.control: Control = make_control(edges, used)
        self.app = wire(edges, used, self.control)
        self.client: httpx.AsyncClient = client_of(self.app)
        self.client.headers["X-Api-Key"] = "bookshop-key"


@pytest.fixture
async def make_bench() -> AsyncIterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(**settings: Any) -> Bench:
        made.append(Bench(**settings))
        return made[-1]

    yield make
    for each in made:
        await each.client.aclose()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
