"""The mock of a proxy begins with what the live server holds, follows what passes, and can be
played on from a recording of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from mockserver.app import Settings
from mockserver.asgi.edge import Edge
from mockserver.cli import main
from mockserver.errors import SettingsError
from mockserver.proxy import firstreads
from mockserver.proxy.firstreads import FirstReads
from mockserver.state import Collection, Query
from tests.conftest import client_of, fresh_app, fresh_space
from tests.proxy.conftest import Between, Make

pytestmark = pytest.mark.anyio
KEY = {"X-Api-Key": "bookshop-key"}
BOOK = {"title": "Kindred", "author": "Octavia E. Butler"}


async def read(
    at: Between, headers: Mapping[str, str] = KEY
) -> tuple[dict[str, int], dict[str, str]]:
    """Read the live server; return how many records the mock has then, and what was not read."""
    reads = FirstReads(at.app, at.edges[0], headers)
    return await reads.run(), reads.told


async def test_the_mock_begins_with_what_the_live_server_lists(between: Make) -> None:
    live = fresh_app("bookshop")
    async with client_of(live) as direct:
        for number in range(150):
            await direct.post("/shelves", headers=KEY, json={"name": f"Shelf {number}"})
    at = between(live=live, learns=True)
    assert await read(at) == ({"shelves": 153, "books": 4}, {})
    assert {each.method for each in at.control.journal.of()} == {"GET"}
    async with client_of(at.edges[0]) as mock:
        for path in (
            "/shelves?page=8",
            "/shelves/1/books?author=Ursula%20K.%20Le%20Guin",
            "/shelves/2/books/4",
        ):
            assert (await mock.get(path, headers=KEY)).json() == (
                await at.client.get(path, headers=KEY)
            ).json()
        assert (await mock.post("/shelves", headers=KEY, json={"name": "Own"})).json()["id"] == 154


async def test_the_mock_follows_what_passes(between: Make) -> None:
    at = between(live=fresh_app("bookshop"), learns=True)
    at.client.headers.update(KEY)
    made = (await at.client.post("/shelves/2/books", json=BOOK)).json()
    await at.client.patch(f"/shelves/2/books/{made['id']}", json={"pages": 287})
    await at.client.get("/shelves/1/books/2")
    await at.client.delete("/shelves/1/books/2")
    await at.client.get("/shelves/99/books")
    async with client_of(at.edges[0]) as mock:
        assert (await mock.get(f"/shelves/2/books/{made['id']}", headers=KEY)).json()[
            "pages"
        ] == 287
        assert (await mock.get("/shelves/1/books/2", headers=KEY)).status_code == 404
        assert [
            each["id"] for each in (await mock.get("/shelves", headers=KEY)).json()["items"]
        ] == [1, 2]


async def test_what_cannot_be_read_is_told(between: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    at = between(live=fresh_app("bookshop"), learns=True)
    hint = "the live server answers 401: give a credential with --header 'NAME: VALUE'"
    assert await read(at, {}) == ({}, {"GET /shelves": hint})
    monkeypatch.setattr(firstreads, "MOST_READS", 2)
    assert (await read(at))[1] == dict.fromkeys(
        ["GET /shelves/{shelf_id}/books"], "2 reads were made, and no more are"
    )
    nowhere = between(live=refuse, learns=True)
    with pytest.raises(
        SettingsError, match=r"--seed-from-live: http://live gave no whole reply: gone"
    ):
        await read(nowhere)


async def refuse(scope: Any, receive: Any, send: Any) -> None:
    raise httpx.ReadError("gone")


async def test_a_mock_plays_on_from_a_recording_of_a_live_server(
    between: Make, tmp_path: Path
) -> None:
    path = tmp_path / "calls.jsonl"
    at = between(live=fresh_app("bookshop"), learns=True, recording=path)
    await read(at)
    made = (await at.client.post("/shelves/2/books", headers=KEY, json=BOOK)).json()
    await at.client.delete("/shelves/1", headers=KEY)
    with path.open("a") as file:
        file.write('{"request": {"cut off by a kill')
    space = fresh_space("bookshop", Settings(fixtures=str(path)))
    async with client_of(Edge(space, space.model.base_paths)) as mock:
        assert (await mock.get(f"/shelves/2/books/{made['id']}", headers=KEY)).json() == made
        assert [
            each["id"] for each in (await mock.get("/shelves", headers=KEY)).json()["items"]
        ] == [2, 3]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.jsonl", "", "holds no calls: write one with understudy proxy --record FILE"),
        ("a.jsonl", "{}\n", "line 1: is no call of a recording (lacks 'request')"),
        ("a.jsonl", "shelves:\n- id: 1\n", "line 1: is no JSON"),
        ("a.har", "{}", "is no HAR file: it has no list log.entries"),
        ("a.har", '{"log": {"entries": [1]}}', "entry 1: is no call of a recording"),
        (
            "a.jsonl",
            '{"request": {"method": "GET", "url": "/elsewhere"}, "response": {"status": 200, "headers": {}}}\n',
            "none of its 1 calls is one of bookshop",
        ),
    ],
)
def test_a_recording_that_is_none_is_told_in_one_line(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    (tmp_path / name).write_text(text)
    ran = CliRunner().invoke(
        main, ["mock", "bookshop", "-p", "0", "--fixtures", str(tmp_path / name)]
    )
    assert (ran.exit_code, ran.output.count("\n")) == (2, 1)
    assert told in ran.output


def test_a_har_file_is_a_recording_too(tmp_path: Path) -> None:
    (tmp_path / "a.har").write_text(
        '{"log": {"entries": [{"request": {"method": "GET", "url": "https://api.example.com/shelves/2", "headers": []},'
        '"response": {"status": 200, "headers": [{"name": "Content-Type", "value": "application/json"}],'
        '"content": {"text": "eyJpZCI6IDIsICJuYW1lIjogIlBvZXRyeSJ9", "encoding": "base64"}}}]}}'
    )
    space = fresh_space("bookshop", Settings(fixtures=str(tmp_path / "a.har")))
    with space.store.transaction() as reader:
        [found] = reader.select(Collection("shelves"), Query()).found
    assert (found.key, found.record) == ("2", {"id": 2, "name": "Poetry"})


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--header", "X-Api-Key: a"], "--header goes with the reads of --seed-from-live"),
        (["--seed-from-live", "--header", "X-Api-Key"], "--header X-Api-Key: say 'NAME: VALUE'"),
        (
            ["--seed-from-live", "--header", "a: $NOBODY_SET_THIS"],
            "the environment has no variable NOBODY_SET_THIS",
        ),
        (["--seed-from-live", "--header", "a: ключ"], "its value holds what no header can hold"),
    ],
)
def test_headers_that_are_none_are_told(arguments: list[str], told: str) -> None:
    ran = CliRunner().invoke(
        main, ["proxy", "http://live", "--api", "bookshop", "-p", "0", *arguments]
    )
    assert (ran.exit_code, ran.output.count("\n"), told in ran.output) == (2, 1, True)
