"""What all tests share: models compiled once, and an app with a fresh state for each test."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import httpx
import pytest

from mockserver import app as wiring
from mockserver.apis import find_api, load_model
from mockserver.app import App, Settings, space_of, wire
from mockserver.asgi.edge import Edge
from mockserver.model.types import Model
from mockserver.space import Space

ROOT = Path(__file__).resolve().parent.parent
collect_ignore = ["sample", "sample_service"]  # projects of their own, see plugin/test_sample.py
pytest_plugins = ["pytester", "tests.inside"]
APIS = ("bigcommerce-v2", "bookshop", "omnitron", "shoplazza")


@cache
def model_of(name: str) -> Model:
    return load_model(find_api(name))


def fresh_space(name: str, settings: Settings | None = None) -> Space:
    """Return an API at its start; the model is compiled once in a run."""
    settings = settings or Settings()
    kept = wiring.open_database(settings.store)
    return space_of(model_of(name), find_api(name), settings, kept)


def fresh_app(name: str, settings: Settings | None = None) -> App:
    return app_of(fresh_space(name, settings), settings)


def app_of(space: Space, settings: Settings | None = None) -> App:
    """Return what answers calls of one API."""
    settings = settings or Settings()
    edge = Edge(
        space,
        space.model.base_paths,
        validate_responses=settings.validate_responses,
        rate_limit=settings.rate_limit,
    )
    return wire([edge], settings)


def client_of(app: App) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")


@pytest.fixture
def space() -> Callable[[str], Space]:
    return fresh_space
