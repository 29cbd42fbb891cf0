"""Clients that code makes itself are answered by a mock in this process."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
import requests

from mockserver import Mock, MockServer
from mockserver.errors import SettingsError

KEY = {"X-Api-Key": "bookshop-key"}
HOST = "https://api.example.com"
DOCUMENT = """
openapi: 3.0.3
info: {title: Cars, version: '1'}
servers: [{url: 'https://{region}.cars.example/v3', variables: {region: {default: eu}}}]
paths:
  /cars:
    get:
      responses:
        '200':
          description: Cars
          content: {application/json: {schema: {type: array, items: {type: object}}, example: []}}
"""


@pytest.fixture
def mock() -> Mock:
    return MockServer("bookshop").space()


def test_clients_of_httpx_and_requests_reach_the_mock(mock: Mock) -> None:
    async def names() -> str:
        async with httpx.AsyncClient() as client:
            return str((await client.get(f"{HOST}/shelves/2", headers=KEY)).json()["name"])

    with mock.patch(HOST):
        shown = httpx.get(f"{HOST}/shelves/2", headers=KEY)
        assert (shown.json()["name"], str(shown.url)) == ("Science", f"{HOST}/shelves/2")
        reply = requests.get(f"{HOST}/shelves/2", headers=KEY, timeout=5)
        assert (reply.json()["name"], reply.url) == ("Science", f"{HOST}/shelves/2")
        assert asyncio.run(names()) == "Science"
    mock.assert_called("GET /shelves/{shelf_id}", times=3)


def test_other_hosts_are_left_alone_and_all_is_as_before_afterwards(mock: Mock) -> None:
    usual = httpx.HTTPTransport.handle_request, requests.adapters.HTTPAdapter.send
    with MockServer("bookshop") as other, mock.patch(HOST):
        httpx.get(f"{other.url}/shelves", headers=KEY)
        requests.get(f"{other.url}/shelves", headers=KEY, timeout=5)
        other.assert_called("GET /shelves", times=2)
    assert (httpx.HTTPTransport.handle_request, requests.adapters.HTTPAdapter.send) == usual
    mock.assert_not_called("GET /shelves")


def test_a_path_of_the_url_stands_for_the_base_path(mock: Mock) -> None:
    url = f"{HOST}/shop/v1/shelves/2?fields=name"
    with mock.patch(f"{HOST}/shop/v1"):
        assert httpx.get(url, headers=KEY).json()["name"] == "Science"
        assert str(httpx.get(url, headers=KEY).url) == url


def test_without_urls_the_servers_of_the_document_are_meant(tmp_path: Path) -> None:
    document = tmp_path / "cars.yaml"
    document.write_text(DOCUMENT)
    mock = MockServer(str(document))
    with mock.patch():
        assert httpx.get("https://eu.cars.example/v3/cars").json() == []


def test_without_a_host_there_is_nothing_to_patch(mock: Mock, tmp_path: Path) -> None:
    document = tmp_path / "cars.yaml"
    document.write_text(DOCUMENT.replace("https://{region}.cars.example", ""))
    with pytest.raises(SettingsError, match="names no server with a host"):
        MockServer(str(document)).patch()
    with pytest.raises(SettingsError, match="no URL of an API"):
        mock.patch("ftp://example.com")


def test_the_last_patch_of_a_host_answers(mock: Mock) -> None:
    inner = MockServer("bookshop").space()
    inner.reply("GET /shelves", 418)
    with mock.patch(HOST):
        with inner.patch(HOST):
            assert httpx.get(f"{HOST}/shelves", headers=KEY).status_code == 418
        assert httpx.get(f"{HOST}/shelves", headers=KEY).status_code == 200


def test_a_decorated_function_begins_anew_at_each_call(mock: Mock) -> None:
    @mock.patch(HOST)
    def made() -> int:
        httpx.post(f"{HOST}/shelves", headers=KEY, json={"name": "Poetry"})
        return mock.state["shelves"].count()

    @mock.patch(HOST)
    async def made_later() -> int:
        async with httpx.AsyncClient() as client:
            await client.post(f"{HOST}/shelves", headers=KEY, json={"name": "Poetry"})
        return mock.state["shelves"].count()

    assert [made(), made(), asyncio.run(made_later())] == [4, 4, 4]
    assert made.__name__ == "made"
