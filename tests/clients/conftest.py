"""Running servers for real clients to talk to, and a fence: nothing but loopback, nobody waits."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from omnisdk import api_endpoint
from omnisdk.omnitron.client import OmnitronApiClient

from mockserver.server import MockServer
from tests.clients.sdk import Impatient, IntegrationClient, logged_in
from tests.conftest import fresh_app


@pytest.fixture(autouse=True)
def fence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections to anything but loopback, and keep proxies of the environment out."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if not ipaddress.ip_address(address[0]).is_loopback:
            raise AssertionError(f"a client asks {address} outside this machine")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class Stage:
    """One port for all tests: the play changes, the house stays."""

    def __init__(self) -> None:
        self.app = fresh_app("omnitron")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def house() -> Iterator[tuple[MockServer, Stage]]:
    stage = Stage()
    with MockServer(app=stage) as mock:
        yield mock, stage


@pytest.fixture(scope="session")
def safe_house() -> Iterator[tuple[MockServer, Stage]]:
    """The same over TLS, with a certificate made on the spot."""
    stage = Stage()
    with MockServer(app=stage, tls=True) as mock:
        yield mock, stage


@pytest.fixture
def omnitron(house: tuple[MockServer, Stage]) -> str:
    """The base URL of a fresh Omnitron, with the slash that its client needs."""
    mock, stage = house
    stage.app = fresh_app("omnitron")
    return f"{mock.url}/"


@pytest.fixture
def shoplazza(house: tuple[MockServer, Stage]) -> str:
    mock, stage = house
    stage.app = fresh_app("shoplazza")
    return mock.url


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_endpoint, "time", Impatient)


@pytest.fixture
def api(omnitron: str) -> Iterator[OmnitronApiClient]:
    with logged_in(OmnitronApiClient, omnitron) as client:
        yield client


@pytest.fixture
def integration(omnitron: str) -> Iterator[IntegrationClient]:
    with logged_in(IntegrationClient, omnitron) as client:
        yield client


@pytest.fixture
def bigcommerce_v2(safe_house: tuple[MockServer, Stage], monkeypatch: pytest.MonkeyPatch) -> str:
    """Host and port of a fresh BigCommerce v2 that its client finds and trusts by the environment
    alone.
    """
    mock, stage = safe_house
    stage.app = fresh_app("bigcommerce-v2")
    address = mock.url.removeprefix("https://")
    monkeypatch.setenv("BC_API_ENDPOINT", address)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(mock.authority))
    return address
