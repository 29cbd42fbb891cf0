"""Faults as a client on a real port meets them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mockserver.app import Settings
from mockserver.server import MockServer

KEY = {"X-Api-Key": "bookshop-key"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with MockServer("bookshop") as mock:
        yield mock.url


@pytest.fixture
def client(url: str, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    base = f"{url}/__space/{abs(hash(request.node.name))}"
    with httpx.Client(base_url=base, headers=KEY) as client:
        yield client


def plan(client: httpx.Client, **said: object) -> None:
    reply = client.post("/__admin/faults", json=said)
    assert reply.status_code == 201, reply.text


def test_a_status_comes_in_the_error_form_of_the_api(client: httpx.Client) -> None:
    plan(client, operation="GET /shelves", status=503, retry_after=5, times=1)
    reply = client.get("/shelves")
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
    assert reply.json().keys() == client.get("/shelves/99").json().keys()
    assert client.get("/shelves").status_code == 200


def test_a_rate_limit_tells_when_to_come_again(client: httpx.Client) -> None:
    plan(client, rate_limit={"limit": 2, "per": "60s"})
    replies = [client.get("/shelves") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert 1 <= int(replies[2].headers["retry-after"]) <= 60
    assert replies[2].headers["x-ratelimit-limit"] == "2"


def test_a_latency_holds_the_reply_back(client: httpx.Client) -> None:
    plan(client, latency="80ms")
    began = time.perf_counter()
    assert client.get("/shelves").status_code == 200
    assert time.perf_counter() - began >= 0.08


def test_a_reset_cuts_the_connection(client: httpx.Client) -> None:
    plan(client, reset=True, times=1)
    with pytest.raises(httpx.ReadError):
        client.get("/shelves")
    assert client.get("/shelves").status_code == 200
    cut = client.get("/__admin/requests").json()["requests"][1]
    assert (cut["response"]["status"], cut["request"]["path"]) == (0, "/shelves")


def test_a_truncated_body_ends_too_early(client: httpx.Client) -> None:
    plan(client, truncate=True, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/shelves")
    assert client.get("/shelves").status_code == 200


def test_a_malformed_body_is_whole_but_no_json(client: httpx.Client) -> None:
    plan(client, malformed=True)
    reply = client.get("/shelves")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")
    with pytest.raises(json.JSONDecodeError):
        reply.json()


def test_a_slow_drip_takes_its_time_and_is_whole(client: httpx.Client) -> None:
    whole = client.get("/shelves").json()
    plan(client, drip="100ms")
    began = time.perf_counter()
    assert client.get("/shelves").json() == whole
    assert time.perf_counter() - began >= 0.1


def test_a_lost_write_is_answered_and_not_stored(client: httpx.Client) -> None:
    plan(client, lost_write=True, times=1)
    reply = client.post("/shelves", json={"name": "Poetry"})
    assert reply.status_code == 201
    assert client.get(f"/shelves/{reply.json()['id']}").status_code == 404
    calls = client.post("/__admin/requests/find", json={"method": "POST"}).json()["requests"]
    assert [each["operation"] for each in calls] == ["POST /shelves"]


def names(client: httpx.Client) -> list[str]:
    return [each["name"] for each in client.get("/shelves").json()["items"]]


def test_a_stale_read_does_not_see_the_last_change(client: httpx.Client) -> None:
    plan(client, stale_read=True, times=2)
    before = names(client)
    client.post("/shelves", json={"name": "Poetry"})
    client.post("/shelves", json={})
    assert names(client) == before
    assert names(client) == [*before, "Poetry"]
    [made] = client.post("/__admin/requests/find", json={"status": 201}).json()["requests"]
    assert made["changes"][0]["record"]["name"] == "Poetry"


def test_a_stale_read_sees_what_was_there_so_long_ago(client: httpx.Client) -> None:
    plan(client, stale_read="60s")
    before = names(client)
    for name in ("Poetry", "Drama"):
        client.post("/shelves", json={"name": name})
    assert names(client) == before
    assert client.get("/shelves/4").status_code == 404


def test_a_duplicate_is_carried_out_twice_and_answered_by_the_second(client: httpx.Client) -> None:
    plan(client, duplicate=True, times=1)
    before = names(client)
    made = client.post("/shelves", json={"name": "Poetry"}).json()
    assert names(client) == [*before, "Poetry", "Poetry"]
    assert client.get(f"/shelves/{made['id'] - 1}").json()["name"] == "Poetry"
    [call] = client.post("/__admin/requests/find", json={"method": "POST"}).json()["requests"]
    assert [each["key"] for each in call["changes"]] == [str(made["id"] - 1), str(made["id"])]


def test_a_delete_that_arrives_twice_misses_what_the_first_one_took(client: httpx.Client) -> None:
    plan(client, duplicate=True, operation="DELETE /shelves/{shelf_id}")
    assert client.delete("/shelves/1").status_code == 404
    [call] = client.post("/__admin/requests/find", json={"method": "DELETE"}).json()["requests"]
    assert {"change": "remove", "resource": "shelves", "parents": [], "key": "1"} in call["changes"]
    assert client.get("/shelves/1").status_code == 404


def test_a_fault_of_one_space_strikes_no_other(client: httpx.Client, url: str) -> None:
    plan(client, status=500)
    assert client.get("/shelves").status_code == 500
    assert httpx.get(f"{url}/shelves", headers=KEY).status_code == 200


def test_faults_are_listed_with_what_they_struck_and_forgotten(client: httpx.Client) -> None:
    plan(client, name="late", status=500, nth=2)
    plan(client, status=418, nth=9)
    client.get("/shelves")
    first, _ = client.get("/__admin/faults").json()["faults"]
    assert first == {"id": 0, "name": "late", "status": 500, "nth": 2, "met": 1, "struck": 0}
    assert client.delete("/__admin/faults/1").status_code == 204
    assert client.get("/shelves").status_code == 500
    client.delete("/__admin/faults")
    assert client.get("/__admin/faults").json() == {"faults": []}


def test_the_faults_of_a_file_strike_every_space_and_count_for_each(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text("- {operation: GET /shelves, status: 503, nth: 1}\n")
    with (
        MockServer("bookshop", settings=Settings(faults=path)) as mock,
        httpx.Client(headers=KEY) as client,
    ):
        for base in (mock.url, f"{mock.url}/__space/a"):
            assert [client.get(f"{base}/shelves").status_code for _ in range(2)] == [503, 200]
