"""The Python API of a mock: its state, its snapshots, its clock and its calls, for each space
apart.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import requests
from starlette.applications import Starlette
from starlette.routing import Mount

from mockserver import Mock, MockServer, Settings
from mockserver.errors import FixtureError, ServerError, SettingsError, StateError
from mockserver.space import Limits

KEY = {"X-Api-Key": "bookshop-key"}
IMAGES = "/stores/s/v2/products/{}/images"


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer("bookshop") as server:
        yield server


@pytest.fixture
def mock(server: MockServer) -> Iterator[Mock]:
    mock = server.space()
    yield mock
    mock.drop()


def test_what_lets_in_is_known(mock: Mock) -> None:
    assert (mock.token, mock.headers) == ("bookshop-key", KEY)
    assert httpx.get(f"{mock.url}/shelves", headers=mock.headers).status_code == 200


def test_records_are_read_and_written_as_plain_dicts(mock: Mock) -> None:
    shelves = mock.state["shelves"]
    shelves.put({"id": 7, "name": "Poetry"})
    assert (
        httpx.get(f"{mock.url}/shelves/7", headers=KEY).json()
        == {"id": 7, "name": "Poetry"}
        == shelves.get(7)
    )
    made = httpx.post(f"{mock.url}/shelves", headers=KEY, json={"name": "Drama"}).json()
    assert made["id"] == 8
    assert shelves.get("8") == made
    assert shelves.count() == len(shelves) == 5
    assert shelves.all(name="Drama") == [made]
    assert 8 in shelves
    assert shelves.remove(8)
    assert not shelves.remove(8)
    assert shelves.get(8) is None


def test_what_is_read_is_a_copy(mock: Mock) -> None:
    shelf = mock.state["shelves"].get(1)
    assert shelf is not None
    shelf["name"] = "changed"
    assert mock.state["shelves"].get(1) != shelf


def test_nested_records_are_found_under_their_parents(mock: Mock) -> None:
    books = mock.state["books"]
    assert books.count() == books.under(1).count() + books.under(2).count() + books.under(3).count()
    assert books.under(shelf_id=1).all() == books.under("1").all() == books.all(shelf_id=1)
    books.under(3).put({"id": 90, "shelf_id": 3, "title": "Kindred", "author": "Octavia E. Butler"})
    assert httpx.get(f"{mock.url}/shelves/3/books/90", headers=KEY).json()["title"] == "Kindred"


def test_a_removed_parent_takes_its_children_along(mock: Mock) -> None:
    mock.state["shelves"].remove(1)
    assert mock.state["books"].under(1).count() == 0
    mock.state["shelves"].clear()
    assert mock.state["books"].count() == 0


def test_a_look_at_what_is_not_there_is_told(mock: Mock) -> None:
    with pytest.raises(StateError, match="there is no resource 'shelvs' \\(did you mean 'shelves'"):
        mock.state["shelvs"]
    with pytest.raises(StateError, match="no such parents: give keys for shelf_id"):
        mock.state["books"].under(shop_id=1)
    with pytest.raises(FixtureError, match="lacks its key 'id'"):
        mock.state["shelves"].put({"name": "Poetry"})
    assert "nothing" not in mock.state
    assert list(mock.state) == ["books", "shelves"]


def test_a_snapshot_brings_state_and_clock_back(mock: Mock) -> None:
    mock.clock.freeze("2026-01-01T00:00:00Z")
    before = mock.snapshot()
    mock.state["shelves"].clear()
    mock.clock.advance(days=1)
    mock.restore(before)
    assert mock.state["shelves"].count() == 3
    assert mock.clock.now() == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_snapshot_of_another_server_is_told(mock: Mock) -> None:
    with pytest.raises(StateError, match="of another server"):
        mock.restore(MockServer("bookshop", "omnitron").snapshot())


def test_a_reset_goes_back_to_the_start_of_the_space(server: MockServer) -> None:
    mock = server.space(fixtures=None, records={"shelves": [{"id": 5, "name": "Own"}]})
    mock.state["shelves"].put({"id": 6, "name": "More"})
    mock.clock.freeze()
    httpx.get(f"{mock.url}/shelves", headers=KEY)
    mock.reset()
    assert mock.state["shelves"].all() == [{"id": 5, "name": "Own"}]
    assert mock.clock.now() != mock.clock.now()
    assert len(mock.requests) == 0


def test_seeds_come_from_a_mapping_or_a_file(mock: Mock, tmp_path: Path) -> None:
    mock.seed(
        {
            "shelves": [{"id": 1, "name": "Renamed"}],
            "books": {"id": 50, "shelf_id": 1, "title": "A"},
        }
    )
    assert mock.state["shelves"].get(1) == {"id": 1, "name": "Renamed"}
    file = tmp_path / "more.yaml"
    file.write_text("shelves: [{id: 9, name: Poetry}]")
    mock.seed(file)
    assert mock.state["shelves"].count() == 4
    with pytest.raises(FixtureError, match="no such fixture"):
        mock.seed("nothing-like-it")


def test_a_stamp_is_that_of_the_frozen_clock(mock: Mock) -> None:
    mock.clock.freeze("2026-01-01T00:00:00Z")
    book = {"title": "Kindred", "author": "Octavia E. Butler"}
    made = httpx.post(f"{mock.url}/shelves/1/books", headers=KEY, json=book).json()
    assert made["added_at"] == "2026-01-01T00:00:00Z"
    mock.clock.advance(seconds=90)
    made = httpx.post(f"{mock.url}/shelves/1/books", headers=KEY, json=book).json()
    assert made["added_at"] == "2026-01-01T00:01:30Z"


def test_calls_are_counted_for_each_space_apart(server: MockServer, mock: Mock) -> None:
    other = server.space()
    for _ in range(2):
        httpx.get(f"{mock.url}/shelves/1/books?limit=1", headers=KEY)
    httpx.get(f"{other.url}/shelves/1", headers=KEY)
    mock.assert_called("GET /shelves/{shelf_id}/books", times=2)
    mock.assert_called("get /shelves/1/books", status=200)
    mock.assert_not_called("GET /shelves/{shelf_id}")
    other.assert_called("GET /shelves/{shelf_id}", times=1)
    assert str(mock.requests[0]) == "GET /shelves/1/books?limit=1 -> 200"


def test_calls_are_found_by_their_words_and_saved(mock: Mock, tmp_path: Path) -> None:
    for name in ("Poetry", "Drama"):
        httpx.post(f"{mock.url}/shelves", headers=KEY, json={"name": name})
    assert mock.requests.count(method="POST", status="2XX") == 2
    found = mock.requests.find(bodyPatterns={"equalToJson": {"name": "Drama"}})
    assert found == [mock.requests[1]]
    with pytest.raises(AssertionError, match="called 2 times, wanted 3 times"):
        mock.requests.verify(3, operation="POST /shelves")
    mock.requests.save(tmp_path / "calls.har")
    mock.requests.save(tmp_path / "calls.jsonl")
    assert len(json.loads((tmp_path / "calls.har").read_text())["log"]["entries"]) == 2
    assert "bookshop-key" not in (tmp_path / "calls.jsonl").read_text()
    mock.requests.clear()
    assert len(mock.requests) == 0


def test_a_fault_strikes_its_space_alone(server: MockServer, mock: Mock) -> None:
    mock.faults.add(operation="GET /shelves", status=503, times=1)
    statuses = [
        httpx.get(f"{at.url}/shelves", headers=KEY).status_code
        for at in (server.space(), mock, mock)
    ]
    assert statuses == [200, 503, 200]
    mock.faults.clear()
    assert len(mock.faults) == 0


def test_calls_are_kept_even_without_a_control_api() -> None:
    mock = MockServer("bookshop", settings=Settings(admin=False))
    with httpx.Client(transport=mock.transport(), base_url="http://mock", headers=KEY) as client:
        assert client.get("/__admin/requests").status_code == 404
        client.get("/shelves")
    mock.assert_called("GET /shelves", times=1)
    mock.stop()


@pytest.mark.parametrize(
    ("operation", "times", "told"),
    [
        ("GET /shelves", 2, "GET /shelves was called once, not twice"),
        (
            "POST /shelves",
            None,
            "was called never, not at least once\nthe path was called with GET",
        ),
        ("GET /shelfs", None, "the document has no GET /shelfs; near are GET /shelves"),
    ],
)
def test_what_was_not_called_is_told_with_what_came_near(
    mock: Mock, operation: str, times: int | None, told: str
) -> None:
    httpx.get(f"{mock.url}/shelves", headers=KEY)
    with pytest.raises(AssertionError) as error:
        mock.assert_called(operation, times)
    assert told in str(error.value)
    assert "GET /shelves -> 200" in str(error.value)


def test_a_call_that_broke_the_document_is_a_breach_and_a_missing_record_is_none(
    mock: Mock,
) -> None:
    httpx.post(f"{mock.url}/shelves", headers=KEY, json={})
    httpx.get(f"{mock.url}/shelves/999", headers=KEY)
    httpx.get(f"{mock.url}/nowhere", headers=KEY)
    httpx.get(f"{mock.url}/shelves", headers={})
    assert [each.path for each in mock.requests.breaches()] == ["/shelves", "/nowhere"]
    assert mock.requests.breaches()[0].violations == ("body /name: name is required",)


def test_a_fixture_of_a_space_leaves_the_others_alone(server: MockServer, tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text("shelves: [{id: 9, name: Poetry}]\nbooks: []")
    assert server.space(fixtures=str(file)).state["shelves"].count() == 1
    assert server.space(fixtures=None).state["shelves"].count() == 0
    assert server.space().state["shelves"].count() == 3


def test_a_dropped_space_begins_anew(server: MockServer) -> None:
    mock = server.space("named")
    mock.state["shelves"].clear()
    mock.drop()
    assert server.space("named").state["shelves"].count() == 3


def test_httpx_needs_no_port() -> None:
    mock = MockServer("bookshop")
    with httpx.Client(
        transport=mock.transport(), base_url="https://api.example.com", headers=KEY
    ) as client:
        made = client.post("/shelves", json={"name": "Poetry"})
        assert made.status_code == 201
        listed = client.get("/shelves?limit=1")
        assert listed.links["next"]["url"].startswith("https://api.example.com/shelves?")
    assert mock.state["shelves"].count() == 4
    mock.stop()


def test_httpx_needs_no_port_in_a_loop_either() -> None:
    mock = MockServer("bookshop").space("a")

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=mock.transport(), base_url="http://mock", headers=KEY
        ) as client:
            return await client.get("/shelves/1")

    assert asyncio.run(ask()).status_code == 200
    mock.assert_called("GET /shelves/{shelf_id}", times=1)


def test_requests_needs_no_port() -> None:
    server = MockServer("bookshop")
    mock = server.space()
    with requests.Session() as session:
        session.mount("https://api.example.com", mock.requests_adapter())
        made = session.post("https://api.example.com/shelves", headers=KEY, json={"name": "Poetry"})
        assert (made.status_code, made.json()["name"]) == (201, "Poetry")
        assert session.head("https://api.example.com/shelves", headers=KEY).content == b""
    assert (mock.state["shelves"].count(), server.state["shelves"].count()) == (4, 3)
    server.stop()


def test_an_app_can_be_mounted() -> None:
    mock = MockServer("bookshop").space("mounted")
    app = Starlette(routes=[Mount("/upstream", app=mock.asgi_app)])

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://mock"
        ) as client:
            return await client.get("/upstream/shelves?limit=1", headers=KEY)

    reply = asyncio.run(ask())
    assert reply.links["next"]["url"].startswith("http://mock/upstream/shelves?")
    mock.assert_called("GET /shelves", times=1)


def test_a_server_is_started_in_a_loop() -> None:
    async def ask() -> int:
        async with MockServer("bookshop") as mock, httpx.AsyncClient() as client:
            return (await client.get(f"{mock.url}/shelves", headers=mock.headers)).status_code

    assert asyncio.run(ask()) == 200


def test_two_apis_have_one_state_and_one_clock() -> None:
    mock = MockServer("bigcommerce-v2", "shoplazza", "bookshop").space("both")
    with pytest.raises(StateError, match="say bigcommerce-v2/images or shoplazza/images"):
        mock.state["images"]
    assert mock.state["shoplazza/images"].count() >= 0
    assert mock.state["shelves"].count() == 3
    assert set(mock.state) >= {"shelves", "shoplazza/images", "bigcommerce-v2/images"}
    assert mock.clock.freeze("2026-01-01") == mock.clock.now()
    assert {name: each.token for name, each in mock.admissions.items()}["shoplazza"] == "tok"


def test_without_credentials_there_is_no_token() -> None:
    mock = MockServer("bookshop", settings=Settings(auth=["off"]))
    assert (mock.token, mock.headers) == ("", {})


def test_what_a_server_cannot_do_is_told() -> None:
    with pytest.raises(SettingsError, match="no API is named"):
        MockServer().start()
    with pytest.raises(ServerError, match="has not started"):
        _ = MockServer("bookshop").space("a").url
    with pytest.raises(ServerError, match="given an app and not names"):
        _ = MockServer(app=object()).state["shelves"]


def test_a_server_keeps_as_many_spaces_as_it_is_told() -> None:
    mock = MockServer("bookshop", settings=Settings(spaces=Limits(most=2)))
    for name in ("a", "b", "c"):
        mock.space(name).state["shelves"].clear()
    assert [mock.space(name).state["shelves"].count() for name in ("c", "a")] == [0, 3]


def test_an_operation_is_answered_otherwise_so_often_as_said(mock: Mock) -> None:
    planned = mock.reply("GET /shelves/{shelf_id}", 418, json={"tea": 1}, times=1)
    replies = [httpx.get(f"{mock.url}/shelves/2", headers=KEY) for _ in range(2)]
    assert [each.status_code for each in replies] == [418, 200]
    assert replies[0].json() == {"tea": 1}
    assert planned.count == 1


def test_a_planned_reply_is_for_calls_that_fit_and_until_a_reset(mock: Mock) -> None:
    mock.reply("/shelves", 503, content="later", when={"headers": {"X-Trial": "1"}})
    trial = {**KEY, "X-Trial": "1"}
    assert httpx.get(f"{mock.url}/shelves", headers=KEY).status_code == 200
    refused = httpx.get(f"{mock.url}/shelves", headers=trial)
    assert (refused.status_code, refused.text) == (503, "later")
    mock.reset()
    assert httpx.get(f"{mock.url}/shelves", headers=trial).status_code == 200


def test_a_reply_or_fault_of_no_operation_is_refused_with_the_nearest_one(mock: Mock) -> None:
    with pytest.raises(SettingsError, match="did you mean 'GET /shelves'"):
        mock.reply("GET /shelfs", 418)
    with pytest.raises(SettingsError, match="did you mean 'GET /shelves'"):
        mock.faults.add(operation="GET /shelfs", status=503)


def test_the_url_of_an_operation_has_the_base_path_of_its_api() -> None:
    with MockServer("bookshop", "bigcommerce-v2", "shoplazza") as mock:
        url = mock.url_for("GET /shelves/{shelf_id}/books", shelf_id="a b", in_stock=True, page=2)
        assert url == f"{mock.url}/shelves/a%20b/books?in_stock=true&page=2"
        label = "GET /products/{product_id}/images"
        base = mock.base_urls["bigcommerce-v2"]
        assert mock.url_for(label, product_id=7) == f"{base}/products/7/images"
        assert mock.base_url == mock.base_urls["bookshop"]


def test_the_url_of_no_operation_or_without_a_key_is_refused(mock: Mock) -> None:
    with pytest.raises(SettingsError, match="did you mean 'GET /shelves'"):
        mock.url_for("GET /shelfs")
    with pytest.raises(SettingsError, match=r"say shelf_id=\.\.\."):
        mock.url_for("GET /shelves/{shelf_id}")


def test_a_call_is_told_by_its_body_headers_and_query(mock: Mock) -> None:
    sent = {"name": "Poetry"}
    httpx.post(f"{mock.url}/shelves", headers={**KEY, "X-Trial": "1"}, json=sent)
    httpx.get(f"{mock.url}/shelves?limit=2", headers=KEY)
    mock.assert_called("POST /shelves", json=sent, headers={"x-trial": "1"}, times=1)
    mock.assert_called("POST /shelves", headers={"Content-Type": {"contains": "json"}})
    mock.assert_called("GET /shelves", query={"limit": 2, "page": None})
    mock.assert_called("POST /shelves", json={"name": "Drama"}, times=0)


def test_near_misses_tell_where_a_call_was_otherwise(mock: Mock) -> None:
    httpx.post(f"{mock.url}/shelves", headers=KEY, json={"name": "Poetry"})
    wanted = {"name": "Drama", "rows": 2}
    with pytest.raises(AssertionError) as caught:
        mock.assert_called("POST /shelves", json=wanted, headers={"X-Trial": "1"})
    text = str(caught.value)
    assert text.startswith("POST /shelves was called never as wanted, not at least once")
    assert "header X-Trial is absent, not equalTo 1" in text
    assert 'body /name is "Poetry", not "Drama"' in text
    assert "body /rows is absent, not 2" in text


def test_true_is_not_1_in_a_body(mock: Mock) -> None:
    httpx.post(f"{mock.url}/shelves", headers=KEY, json={"name": 1})
    with pytest.raises(AssertionError, match="body /name is 1, not true"):
        mock.assert_called("POST /shelves", json={"name": True})
