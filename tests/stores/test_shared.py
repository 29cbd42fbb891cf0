"""What is steered through one server holds in each that shares its store, and each knows the calls
of all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.schema import CreateTable

from mockserver import MockServer
from mockserver.app import Settings
from mockserver.errors import StoreError
from mockserver.stores import call_texts
from mockserver.stores.board import CallText
from mockserver.stores.call_texts import SqlCalls
from mockserver.stores.database import Database
from mockserver.stores.layout import CALLS
from tests.databases import KINDS, new_database

Pair = tuple[MockServer, MockServer]


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return new_database(request.param, tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def pair(address: str) -> Iterator[Pair]:
    """Two servers of one store."""
    with MockServer("bookshop", store=address) as one, MockServer("bookshop", store=address) as two:
        yield one, two


def client_of(mock: Any, **headers: str) -> httpx.Client:
    known = {**mock.headers, **headers}
    return httpx.Client(transport=mock.transport(), base_url="http://mock", headers=known)


def statuses(mock: Any, calls: int = 1, path: str = "/shelves") -> list[int]:
    return [client_of(mock).get(path).status_code for _ in range(calls)]


def test_each_knows_the_calls_of_all_in_their_order(pair: Pair) -> None:
    one, two = pair
    for turn in range(3):
        client_of(one).get("/shelves", params={"turn": turn})
        client_of(two).post("/shelves", json={"name": f"Poetry {turn}"})
    paths = [f"{each.method} {each.status}" for each in two.requests]
    assert paths == ["GET 200", "POST 201"] * 3
    assert [str(each) for each in one.requests] == [str(each) for each in two.requests]
    assert len({each.number for each in one.requests}) == 6
    one.assert_called("POST /shelves", times=3, status=201)
    two.assert_called("GET /shelves", times=3)
    one.requests.clear()
    assert len(two.requests) == 0


def test_a_call_tells_another_server_what_it_tells_its_own(pair: Pair) -> None:
    one, two = pair
    client_of(one).post("/shelves", json={"name": "Plays"})
    client_of(one).post("/shelves", json={"title": 3})
    client_of(one).delete("/shelves/1?note=%C3%A4", headers={"X-Note": "a"})
    client_of(one).get("/nowhere")
    writer = one._stage.control.writer
    own = list(map(writer.plain, one.requests))
    assert list(map(writer.plain, two.requests)) == own
    assert own[0]["changes"], "the record that was put"
    assert [each.violations for each in two.requests] == [each.violations for each in one.requests]
    answers = [client_of(each).get("/__admin/requests").json() for each in pair]
    assert answers[0] == answers[1]


def test_the_calls_of_another_mock_are_not_among_them(address: str, pair: Pair) -> None:
    with MockServer("omnitron", store=address) as other:
        client_of(other).get("/nowhere")
        client_of(pair[0]).get("/shelves")
        assert [each.path for each in pair[1].requests] == ["/shelves"]
        assert [each.path for each in other.requests] == ["/nowhere"]


def test_a_fault_strikes_in_each_server_and_as_often_as_was_said(pair: Pair) -> None:
    one, two = pair
    one.faults.add(operation="GET /shelves", status=503, times=3)
    found = [*statuses(two), *statuses(one), *statuses(two, 2), *statuses(one)]
    assert found == [503, 503, 503, 200, 200]
    listed = client_of(one).get("/__admin/faults").json()["faults"]
    assert (listed[0]["struck"], listed[0]["met"]) == (3, 5)
    client_of(two).delete("/__admin/faults/0")
    assert len(one.faults) == 0
    two.faults.add(status=500)
    assert statuses(one) == [500]
    one.reset()
    assert statuses(two) == [200]


def test_a_fault_of_the_server_is_counted_by_all(address: str) -> None:
    settings = Settings(store=address, faults="{status: 503, nth: 2}")
    with (
        MockServer("bookshop", settings=settings) as one,
        MockServer("bookshop", settings=settings) as two,
    ):
        assert [*statuses(one), *statuses(two), *statuses(one)] == [200, 503, 200]
        two.reset()
        assert [*statuses(two), *statuses(one)] == [200, 503]
    with MockServer("bookshop", store=address) as other:
        assert statuses(other, 3) == [200, 200, 200], "it began with no faults"


def test_a_planned_reply_is_given_by_each_server_as_often_as_was_said(pair: Pair) -> None:
    one, two = pair
    one.reply("GET /shelves", 418, times=2)
    assert [*statuses(two), *statuses(one), *statuses(two)] == [418, 418, 200]
    (told,) = client_of(two).get("/__admin/mappings").json()["mappings"]
    assert told["answered"] == 2
    client_of(two).delete("/__admin/mappings")
    assert client_of(one).get("/__admin/mappings").json()["mappings"] == []


def test_a_clock_that_is_moved_is_moved_in_all(pair: Pair) -> None:
    one, two = pair
    one.clock.freeze("2026-01-01T00:00:00Z")
    one.clock.advance(hours=1)
    assert two.clock.now().isoformat() == "2026-01-01T01:00:00+00:00"
    read = client_of(two).get("/__admin/clock").json()
    assert read == {"now": "2026-01-01T01:00:00+00:00", "frozen": True}
    two.space("blue").clock.freeze("2030-01-01T00:00:00Z")
    assert one.space("blue").clock.now().year == 2030
    assert one.clock.now().year == 2026
    two.reset()
    assert client_of(one).get("/__admin/clock").json()["frozen"] is False


def test_a_snapshot_with_a_name_is_known_to_all_and_outlives_them(address: str, pair: Pair) -> None:
    one, two = pair
    one.clock.freeze("2026-01-01T00:00:00Z")
    client_of(one).post("/__admin/snapshots", json={"name": "before"})
    two.state["shelves"].clear()
    two.clock.resume()
    listed = client_of(two).get("/__admin/snapshots").json()["snapshots"]
    assert listed == [{"name": "before", "space": ""}]
    with MockServer("bookshop", store=address) as three:
        restored = client_of(three).post("/__admin/snapshots/before/restore")
        assert restored.status_code == 200
    assert (two.state["shelves"].count(), two.clock.now().year) == (3, 2026)
    assert client_of(two).delete("/__admin/snapshots/before").status_code == 204
    assert client_of(one).get("/__admin/snapshots").json() == {"snapshots": []}


def test_a_quota_is_used_up_by_the_calls_to_all(address: str) -> None:
    settings = Settings(store=address, rate_limit=True)
    path = "/stores/abc/v2/products/29/images"
    with (
        MockServer("bigcommerce-v2", settings=settings) as one,
        MockServer("bigcommerce-v2", settings=settings) as two,
    ):
        left = []
        for mock in (one, two, one):
            answer = client_of(mock).get(path)
            counted = [n for n in answer.headers if n.endswith(("remaining", "left"))]
            left.append(int(answer.headers[counted[0]]))
        assert left == [left[0], left[0] - 1, left[0] - 2]


def test_faults_and_clock_outlive_the_servers_until_a_reset(address: str) -> None:
    with MockServer("bookshop", store=address) as mock:
        mock.faults.add(status=503)
        mock.clock.freeze("2026-01-01T00:00:00Z")
    with MockServer("bookshop", store=address) as mock:
        assert statuses(mock) == [503]
        mock.reset()
        assert statuses(mock) == [200]
        assert client_of(mock).get("/__admin/clock").json()["frozen"] is False


def test_who_begins_afresh_finds_no_faults_replies_and_calls(address: str) -> None:
    with MockServer("bookshop", store=address) as mock:
        mock.faults.add(status=503, times=1)
        mock.reply("GET /shelves", 418)
        mock.clock.freeze("2026-01-01T00:00:00Z")
        client_of(mock).get("/nowhere")
    with MockServer("bookshop", settings=Settings(store=address, fresh=True)) as mock:
        assert (len(mock.requests), len(mock.faults)) == (0, 0)
        assert statuses(mock) == [200]
        assert client_of(mock).get("/__admin/clock").json()["frozen"] is False


def test_nobody_waits_long_for_the_calls_of_a_server_that_has_died(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_texts, "LOST_S", 0.0)
    database = Database(address)
    dead, alive = (SqlCalls(database, "bookshop", 10, 1000) for _ in range(2))
    dead.announce()
    alive.await_others()
    monkeypatch.setattr(call_texts, "LOST_S", 1e9)
    alive.await_others()  # it was given up for good
    database.close()


def test_the_oldest_calls_go_where_there_are_too_many(address: str) -> None:
    database = Database(address)
    kept = SqlCalls(database, "bookshop", most=150, most_bytes=10**9)
    for number in range(250):
        kept.add([CallText("", float(number), 1, str(number))])
    database.chores.settle()
    numbers = kept.numbers("")
    assert 150 <= len(numbers) < 250
    assert numbers[-1] == 250
    assert kept.extent().dropped == 250 - len(numbers)
    database.close()


def test_calls_are_written_down_that_met_a_database_that_was_away(file: Path) -> None:
    with MockServer("bookshop", store=f"sqlite:///{file}") as mock:
        journal = mock._stage.control.journal
        client = client_of(mock)
        client.get("/shelves")
        assert len(mock.requests) == 1
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("DROP TABLE calls")
        client.get("/shelves/1")
        with pytest.raises(StoreError, match="no such table"):
            len(journal)
        other.execute(str(CreateTable(CALLS)).replace("DEFAULT", ""))
        other.close()
        assert [each.path for each in mock.requests] == ["/shelves/1"]
