"""Spaces over HTTP: chosen by a prefix or a header, made on first use, dropped on demand."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.app import Settings, make_app
from mockserver.server import MockServer
from tests.conftest import client_of, fresh_app

KEY = {"X-Api-Key": "bookshop-key"}


@pytest.fixture
def client() -> httpx.AsyncClient:
    client = client_of(fresh_app("bookshop"))
    client.headers.update(KEY)
    return client


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def total(client: httpx.AsyncClient, prefix: str = "", **headers: str) -> int:
    reply = await client.get(f"{prefix}/shelves", headers=headers)
    assert reply.status_code == 200, reply.text
    count: int = reply.json()["total"]
    return count


pytestmark = pytest.mark.anyio


async def test_what_one_space_makes_no_other_sees(client: httpx.AsyncClient) -> None:
    made = await client.post("/__space/a/shelves", json={"name": "Poetry"})
    assert made.status_code == 201
    assert [await total(client, at) for at in ("/__space/a", "/__space/b", "")] == [4, 3, 3]


async def test_the_header_and_the_prefix_name_the_same_space(client: httpx.AsyncClient) -> None:
    await client.post("/shelves", json={"name": "Poetry"}, headers={"Understudy-Space": "a b"})
    assert (
        await total(client, "/__space/a%20b")
        == await total(client, **{"Understudy-Space": "a%20b"})
        == 4
    )
    assert await total(client) == 3


async def test_a_space_starts_from_the_start_and_not_from_what_the_first_space_became(
    client: httpx.AsyncClient,
) -> None:
    await client.delete("/shelves/1")
    assert (await client.get("/shelves/1")).status_code == 404
    assert (await client.get("/__space/late/shelves/1")).status_code == 200


async def test_a_dropped_space_starts_anew(client: httpx.AsyncClient) -> None:
    await client.post("/__space/a/shelves", json={"name": "Poetry"})
    assert (await client.delete("/__space/a")).status_code == 204
    assert (await client.delete("/__space/a")).status_code == 404
    assert await total(client, "/__space/a") == 3


@pytest.mark.parametrize(
    ("path", "headers"), [("/__space//shelves", {}), ("/shelves", {"Understudy-Space": "a" * 201})]
)
async def test_a_name_that_cannot_be_is_told(
    client: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    refused = await client.get(path, headers=headers)
    assert refused.status_code == 400
    assert "name of" in refused.json()["detail"]


async def test_links_to_other_pages_stay_in_the_space() -> None:
    client = client_of(fresh_app("bookshop"))
    listed = await client.get("/__space/a%20b/shelves?limit=1", headers=KEY)
    for link in listed.links.values():
        assert urlsplit(link["url"]).path == "/__space/a%20b/shelves"
    assert (await client.get(listed.links["next"]["url"], headers=KEY)).json()["items"][0][
        "id"
    ] == 2


async def test_a_location_stays_in_the_space() -> None:
    client = client_of(fresh_app("bigcommerce-v2"))
    path = "/__space/a/stores/s/v2/products/29/images"
    headers = {"X-Auth-Token": "tok"}
    made = await client.post(path, headers=headers, json={"image_file": "http://example.com/a.jpg"})
    assert urlsplit(made.headers["location"]).path == f"{path}/{made.json()['id']}"
    assert (await client.get(made.headers["location"], headers=headers)).status_code == 200


async def test_apis_side_by_side_share_the_names() -> None:
    client = client_of(make_app(["bookshop", "bigcommerce-v2"], Settings()))
    await client.post("/__space/a/shelves", json={"name": "Poetry"}, headers=KEY)
    await client.delete(
        "/__space/a/stores/s/v2/products/29/images", headers={"X-Auth-Token": "tok"}
    )
    assert (await client.delete("/__space/a")).status_code == 204
    client.headers.update(KEY)
    assert await total(client, "/__space/a") == 3


def test_spaces_work_with_a_client_that_knows_only_a_base_url() -> None:
    with (
        MockServer(app=fresh_app("bookshop")) as mock,
        httpx.Client(base_url=f"{mock.url}/__space/x") as client,
    ):
        client.post("/shelves", json={"name": "Poetry"}, headers=KEY)
        assert client.get("/shelves", headers=KEY).json()["total"] == 4
        assert httpx.get(f"{mock.url}/shelves", headers=KEY).json()["total"] == 3
