"""The tests of the service: its dependency is played, each test has a bookshop of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from service import app

from mockserver import Mock

KINDRED = {"title": "Kindred", "author": "Octavia E. Butler"}
pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def client(
    mock_api: Mock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setenv("BOOKSHOP_URL", mock_api.url)
    monkeypatch.setenv("BOOKSHOP_KEY", mock_api.token)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield client


async def test_a_wish_is_kept_on_the_shelf_of_its_reader(
    client: httpx.AsyncClient, mock_api: Mock
) -> None:
    made = await client.post("/readers/ann/wishes", json=KINDRED)
    assert made.status_code == 201
    assert (await client.get("/readers/ann/wishes")).json() == ["Kindred"]
    mock_api.assert_called("POST /shelves", json={"name": "ann"}, times=1)


async def test_each_reader_sees_wishes_of_his_own(client: httpx.AsyncClient) -> None:
    await client.post("/readers/ann/wishes", json=KINDRED)
    assert (await client.get("/readers/bob/wishes")).json() == []


async def test_a_bookshop_that_fails_is_told(client: httpx.AsyncClient, mock_api: Mock) -> None:
    mock_api.faults.add(operation="POST /shelves/{shelf_id}/books", status=503, times=1)
    refused = await client.post("/readers/ann/wishes", json=KINDRED)
    assert (refused.status_code, refused.json()["detail"]) == (503, "the bookshop is closed")
    assert (await client.post("/readers/ann/wishes", json=KINDRED)).status_code == 201
