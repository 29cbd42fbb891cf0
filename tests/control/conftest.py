"""A mock of the bookshop with its control API, for tests in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from mockserver.app import Settings, make_control, wire
from mockserver.asgi.edge import Edge
from mockserver.control.control import Control
from tests.conftest import client_of, fresh_space


class Bench:
    """A control and a client of the same mock."""

    def __init__(self, api: str, **settings: Any) -> None:
        used = Settings(**settings)
        space = fresh_space(api, used)
        bases, check = space.model.base_paths, used.validate_responses
        edges = [
            Edge(
                space,
                bases,
                validate_responses=check,
                rate_limit=used.rate_limit,
                limits=used.spaces,
            )
        ]
        self.control: Control = make_control(edges, used)
        self.app = wire(edges, used, self.control)
        self.client: httpx.AsyncClient = client_of(self.app)
        self.client.headers["X-Api-Key"] = "bookshop-key"


@pytest.fixture
async def make_bench() -> AsyncIterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(api: str = "bookshop", **settings: Any) -> Bench:
        made.append(Bench(api, **settings))
        return made[-1]

    yield make
    for each in made:
        await each.client.aclose()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
