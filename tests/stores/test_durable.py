"""State in a database: it outlives a server, is shared by servers, and begins as a fixture says."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import make_url

from mockserver import MockServer
from mockserver.app import Settings
from mockserver.errors import SettingsError, UnderstudyError
from mockserver.stores import engine
from mockserver.stores.layout import VERSION
from tests.databases import KINDS, new_database


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return new_database(request.param, tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


def names(mock: Any) -> list[str]:
    return [shelf["name"] for shelf in mock.state["shelves"].all()]


def client_of(mock: Any) -> httpx.Client:
    return httpx.Client(transport=mock.transport(), base_url="http://mock", headers=mock.headers)


def test_what_was_created_is_there_after_a_restart(address: str) -> None:
    with MockServer("bookshop", store=address) as mock:
        made = client_of(mock).post("/shelves", json={"name": "Poetry"})
        assert made.status_code == 201
    with MockServer("bookshop", store=address) as mock:
        assert client_of(mock).get(f"/shelves/{made.json()['id']}").json() == made.json()
        again = client_of(mock).post("/shelves", json={"name": "Plays"}).json()
        assert again["id"] == made.json()["id"] + 1


def test_two_servers_have_one_state(address: str) -> None:
    with MockServer("bookshop", store=address) as one, MockServer("bookshop", store=address) as two:
        made = client_of(one).post("/shelves", json={"name": "Poetry"}).json()
        assert client_of(two).get(f"/shelves/{made['id']}").status_code == 200
        assert client_of(two).delete(f"/shelves/{made['id']}").status_code == 204
        assert client_of(one).get(f"/shelves/{made['id']}").status_code == 404


def test_a_space_of_one_server_is_known_to_the_other(address: str) -> None:
    with MockServer("bookshop", store=address) as one, MockServer("bookshop", store=address) as two:
        one.space("blue").state["shelves"].put({"id": 9, "name": "Poetry"})
        assert two.space("blue").state["shelves"].count() == 4
        assert two.state["shelves"].count() == 3
        two.space("blue").drop()
        assert one.space("blue").state["shelves"].count() == 3


def test_several_apis_share_a_database(address: str) -> None:
    with MockServer("bookshop", "omnitron", store=address) as mock:
        mock.state["shelves"].clear()
        products = mock.state["products"].count()
    with MockServer("omnitron", store=address) as mock:
        assert mock.state["products"].count() == products
    with MockServer("bookshop", store=address) as mock:
        assert mock.state["shelves"].count() == 0


def test_fixtures_never_overwrite_a_state_unless_that_is_wanted(address: str) -> None:
    with MockServer("bookshop", store=address) as mock:
        mock.state["shelves"].clear()
    empty = Settings(fixtures=None, store=address)
    with MockServer("bookshop", settings=empty) as mock:
        mock.reset()
        assert mock.state["shelves"].count() == 3, "a reset brings back the first start"
        mock.state["shelves"].clear()
    fresh = Settings(store=address, fresh=True)
    with MockServer("bookshop", settings=fresh) as mock:
        assert mock.state["shelves"].count() == 3


def test_a_snapshot_can_be_restored_and_a_space_reset(address: str) -> None:
    with MockServer("bookshop", store=address) as mock:
        first = names(mock)
        snapshot = mock.snapshot()
        mock.state["shelves"].put({"id": 9, "name": "Poetry"})
        later = mock.snapshot()
        mock.restore(snapshot)
        assert names(mock) == first
        mock.restore(later)
        assert names(mock) == [*first, "Poetry"]
        mock.reset()
        assert names(mock) == first


def test_a_space_may_begin_with_records_of_its_own(address: str) -> None:
    with MockServer("bookshop", store=address) as mock:
        space = mock.space(fixtures=None, records={"shelves": [{"id": 5, "name": "Plays"}]})
        assert names(space) == ["Plays"]
        space.state["shelves"].clear()
        space.reset()
        assert names(space) == ["Plays"]


def test_a_tenant_has_a_state_of_its_own_that_a_snapshot_takes_along(address: str) -> None:
    with MockServer("bigcommerce-v2", store=address) as mock:
        theirs = mock.state_of("other")["images"]
        count = theirs.count()
        snapshot = mock.snapshot()
        theirs.clear()
        assert mock.state["images"].count() == count
        mock.restore(snapshot)
        assert mock.state_of("other")["images"].count() == count


def test_a_newer_database_is_left_as_it_is(file: Path) -> None:
    with MockServer("bookshop", store=f"sqlite:///{file}"):
        pass
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE understudy SET value = ? WHERE name = 'version'", [VERSION + 1])
    connection.close()
    with pytest.raises(SettingsError, match="written by a newer version of Understudy"):
        MockServer("bookshop", store=f"sqlite:///{file}").start()


def test_an_older_database_is_brought_up_to_date_with_all_that_it_holds(file: Path) -> None:
    with MockServer("bookshop", store=f"sqlite:///{file}") as mock:
        mock.state["shelves"].put({"id": 9, "name": "Poetry"})
    connection = sqlite3.connect(file, isolation_level=None)
    for table in ("notices", "calls", "writers", "counters"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("UPDATE understudy SET value = '1' WHERE name = 'version'")
    for _ in range(2):
        with MockServer("bookshop", store=f"sqlite:///{file}") as mock:
            assert names(mock)[-1] == "Poetry"
            mock.clock.freeze("2026-01-01T00:00:00Z")
            assert client_of(mock).get("/shelves").status_code == 200
            assert len(mock.requests) > 0
    found = connection.execute("SELECT value FROM understudy").fetchall()
    connection.close()
    assert found == [(str(VERSION),)]


def test_a_database_of_another_program_is_left_as_it_is(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE records (id INTEGER)")
    with pytest.raises(SettingsError, match="holds tables of another program"):
        MockServer("bookshop", store=f"sqlite:///{file}").start()
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("records",)]
    connection.close()


@pytest.mark.parametrize(
    ("store", "reason"),
    [
        ("sqlite://", "give memory, sqlite:///FILE"),
        ("redis://localhost", "give memory, sqlite:///FILE"),
        ("no address", "give memory, sqlite:///FILE"),
        ("sqlite:////nowhere/at/all.db", "cannot be used: the database fails: unable to open"),
        ("postgresql://localhost:1/mock", "cannot be used: the database fails"),
    ],
)
def test_an_address_that_is_of_no_use_is_told(
    store: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "START_S", 0.0)
    with pytest.raises(SettingsError, match=reason):
        MockServer("bookshop", store=store).start()


def test_a_file_that_is_no_database_is_told(file: Path) -> None:
    file.write_text("something else " * 100)
    with pytest.raises(UnderstudyError, match="file is not a database"):
        MockServer("bookshop", store=f"sqlite:///{file}").start()
    assert file.read_text().startswith("something else")


def test_a_person_finds_records_as_json_by_where_they_are(file: Path) -> None:
    with MockServer("bookshop", store=f"sqlite:///{file}"):
        pass
    connection = sqlite3.connect(file)
    rows = connection.execute(
        "SELECT resource, parents, key, body ->> 'name' FROM state_records "
        "WHERE api = 'bookshop' AND role = 'state' AND resource = 'shelves' ORDER BY place"
    ).fetchone()
    connection.close()
    assert rows == ("shelves", "", "1", "Fiction")


def test_a_database_that_is_busy_is_told_in_the_form_of_the_api(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PATIENCE_S", 0.05)
    with MockServer("bookshop", store=f"sqlite:///{file}") as mock:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refused = client_of(mock).post("/shelves", json={"name": "Poetry"})
        assert refused.status_code == 503
        assert "the database fails: database is locked" in refused.json()["detail"]
        assert client_of(mock).get("/shelves").status_code == 200, "who reads does not wait"
        other.execute("ROLLBACK")
        other.close()
        assert client_of(mock).post("/shelves", json={"name": "Poetry"}).status_code == 201
        entry = mock.requests.find(status=503)[0]
        assert "database is locked" in entry.violations[0]


@pytest.fixture
def server() -> Iterator[Connection]:
    """A connection to the server beside the database of a test, by which it can be closed."""
    address = make_url(new_database("postgresql"))
    engine = create_engine(
        address.set(drivername="postgresql+psycopg", database="postgres"),
        isolation_level="AUTOCOMMIT",
    )
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def cut_off(server: Connection, name: str) -> None:
    """End all connections to a database."""
    ended = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    server.execute(ended, {"name": name})


def test_a_connection_that_was_cut_off_is_replaced(server: Connection) -> None:
    address = new_database("postgresql")
    with MockServer("bookshop", store=address) as mock:
        client = client_of(mock)
        assert client.get("/shelves").status_code == 200
        cut_off(server, str(make_url(address).database))
        assert client.get("/shelves").status_code == 200
        cut_off(server, str(make_url(address).database))
        assert client.post("/shelves", json={"name": "Poetry"}).status_code == 201


def test_a_mock_heals_by_itself_when_the_database_comes_back(server: Connection) -> None:
    address = new_database("postgresql")
    name = str(make_url(address).database)
    with MockServer("bookshop", store=address) as mock:
        client = client_of(mock)
        server.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        cut_off(server, name)
        for refused in (client.get("/shelves"), client.post("/shelves", json={"name": "Poetry"})):
            assert refused.status_code == 503
            assert refused.headers["content-type"] == "application/problem+json"
            assert "the database fails" in refused.json()["detail"]
        server.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
        assert client.get("/shelves").status_code == 200
        assert client.post("/shelves", json={"name": "Poetry"}).json()["id"] == 4
        assert [each.status for each in mock.requests] == [503, 503, 200, 201]
        assert "the database fails" in mock.requests[0].violations[0]


def test_a_full_disk_is_told_in_the_form_of_the_api_until_there_is_room(file: Path) -> None:
    pages = 2**30

    def bound(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    with MockServer("bookshop", store=f"sqlite:///{file}") as mock:
        database = mock._stage.edges[0].space.store._database  # type: ignore[attr-defined]
        for each in (database._engine, database._lax_engine):
            event.listen(each, "checkout", bound)
        client = client_of(mock)
        pages = 1  # as many as there are
        book = {"title": "Kindred", "author": "Octavia E. Butler" * 5}
        answers = (client.post("/shelves/1/books", json=book) for _ in range(200))
        full = next(answer for answer in answers if answer.status_code != 201)
        assert (full.status_code, client.get("/shelves").status_code) == (503, 200)
        assert "database or disk is full" in full.json()["detail"]
        pages = 2**30
        assert client.post("/shelves/1/books", json=book).status_code == 201
        assert [each.status for each in mock.requests][-3:] == [503, 200, 201]
        assert "disk is full" in mock.requests.find(status=503)[0].violations[0]


def test_a_mock_in_memory_imports_no_sql() -> None:
    code = (
        "import sys; from mockserver.app import Settings, make_app; make_app(['bookshop'], "
        "Settings()); sys.exit('sqlalchemy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
