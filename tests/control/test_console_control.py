"""What a console needs of the control API: records as somebody looks for them, how they came about,
calls as they come and once more, and nothing that the journal hides.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from mockserver import Settings
from mockserver.apis import load_model
from mockserver.control.admission import Admission
from mockserver.control.redaction import restored
from mockserver.control.snippets import CalledApi, curl
from mockserver.errors import SettingsError
from mockserver.exchange import Exchange, Sent
from mockserver.model.report.explain import explained
from mockserver.server import MockServer, serve
from tests.conftest import client_of
from tests.control.conftest import Bench
from tests.inside import RunInside

pytestmark = pytest.mark.anyio
Make = Callable[..., Bench]
BOOKS = "/__admin/state/bookshop/books"
SHELVES = "/__admin/state/bookshop/shelves"


@pytest.fixture(scope="module")
def mock() -> Iterator[MockServer]:
    with MockServer("bookshop", settings=Settings(secrets=["author"])) as server:
        yield server


async def test_records_are_sorted_and_paged_with_their_places(make_bench: Make) -> None:
    asked = {"sort": "-id", "limit": 1, "offset": 1}
    told = (await make_bench().client.get(BOOKS, params=asked)).json()
    assert [each["id"] for each in told["records"]] == [3]
    assert told["places"] == [{"parents": ["1"], "key": "3"}]
    assert told["meta"] == {"total": 4}


async def test_records_are_found_by_words_in_any_case_of_letters(make_bench: Make) -> None:
    client = make_bench().client
    await client.put(SHELVES, json={"id": 9, "name": "Poetry", "more": [{"kind": "Sonnets"}]})
    told = (await client.get(SHELVES, params={"search": "SONNET"})).json()
    assert ([each["id"] for each in told["records"]], told["meta"]) == ([9], {"total": 1})


async def test_masked_records_show_no_secret_and_none_is_found(make_bench: Make) -> None:
    client = make_bench().client
    await client.put(SHELVES, json={"id": 9, "name": "Poetry", "password": "swordfish"})
    shown = {"masked": "true"}
    assert (await client.get(f"{SHELVES}/9", params=shown)).json()["password"] == "***"
    assert "swordfish" not in (await client.get(SHELVES, params=shown)).text
    found = await client.get(SHELVES, params={**shown, "search": "swordfish"})
    assert found.json()["meta"] == {"total": 0}


async def test_what_is_masked_stays_as_it_was_when_a_record_is_changed(make_bench: Make) -> None:
    client = make_bench().client
    await client.put(SHELVES, json={"id": 9, "name": "Poetry", "password": "swordfish"})
    changed = {"id": 9, "name": "Verse", "password": "***"}
    asked = {"masked": "true", "key": "9"}
    assert (await client.put(SHELVES, json=changed, params=asked)).status_code == 204
    record = (await client.get(f"{SHELVES}/9")).json()
    assert record == {"id": 9, "name": "Verse", "password": "swordfish"}


RESTORED: list[tuple[Any, Any, Any]] = [
    ({"a": {"token": "***"}}, {"a": {"token": "x"}, "b": 1}, {"a": {"token": "x"}}),
    ([{"pin": 1, "secret": "***"}], [{"secret": "x"}], [{"pin": 1, "secret": "x"}]),
    ({"tokens": ["***"]}, {"tokens": ["x", "y"]}, {"tokens": ["x"]}),
    ({"token": "new"}, {"token": "old"}, {"token": "new"}),
    ({"token": None}, {"token": "old"}, {"token": None}),
]


@pytest.mark.parametrize(("given", "stored", "meant"), RESTORED)
def test_a_mask_stands_for_what_it_hides(given: Any, stored: Any, meant: Any) -> None:
    assert restored(given, stored, frozenset()) == meant


def test_a_mask_that_hides_nothing_is_refused() -> None:
    with pytest.raises(SettingsError, match="/token is"):
        restored({"token": "***"}, {}, frozenset())


async def test_the_calls_that_made_a_record_what_it_is_are_told(make_bench: Make) -> None:
    client = make_bench().client
    made = (await client.post("/shelves/2/books", json={"title": "Kindred", "author": "O"})).json()
    await client.get(f"/shelves/2/books/{made['id']}")
    await client.delete(f"/shelves/2/books/{made['id']}")
    told = await client.get(f"{BOOKS}/{made['id']}/history", params={"under": "2"})
    kinds = [each["kind"] for each in told.json()["requests"]]
    assert (kinds, told.json()["meta"]) == (["create", "delete"], {"total": 2})
    elsewhere = await client.get(f"{BOOKS}/{made['id']}/history", params={"under": "1"})
    assert elsewhere.json()["requests"] == []


async def test_a_call_is_made_once_more_with_the_credential_that_nobody_sees(
    make_bench: Make,
) -> None:
    client = make_bench().client
    await client.post("/__space/a/shelves?pretty=1", json={"name": "Poetry"})
    [call] = (await client.get("/__admin/requests?space=a")).json()["requests"]
    again = (await client.post(f"/__admin/requests/{call['id']}/replay?space=a")).json()
    assert (again["response"]["status"], again["request"]["url"]) == (201, "/shelves?pretty=1")
    assert (again["space"], again["request"]["headers"]["x-api-key"]) == ("a", "***")
    assert (await client.get(f"{SHELVES}?space=a")).json()["meta"] == {"total": 5}


async def test_a_brief_call_has_neither_headers_nor_bodies(make_bench: Make) -> None:
    client = make_bench().client
    await client.post("/shelves", json={"name": "Poetry"})
    [call] = (await client.get("/__admin/requests?brief=true")).json()["requests"]
    assert (call["request"]["headers"], call["request"]["body"]) == ({}, "")
    assert (call["response"]["status"], call["response"]["body"]) == (201, "")
    assert call["changes"] == [{"change": "put", "resource": "shelves", "parents": [], "key": "4"}]


async def snippet_of(bench: Bench, language: str) -> str:
    [call] = (await bench.client.get("/__admin/requests")).json()["requests"]
    asked = {"language": language}
    reply = await bench.client.get(f"/__admin/requests/{call['id']}/snippet", params=asked)
    assert reply.status_code == 200
    return reply.text


@pytest.mark.parametrize(
    ("target", "option"),
    [("/shelves?price[gte]=5", "--globoff"), ("/shelves/..", "--path-as-is")],
)
def test_a_target_that_curl_would_read_otherwise_is_said_as_it_is(target: str, option: str) -> None:
    exchange = Exchange(Sent("GET", target, {}), None)
    words = curl(exchange, "", CalledApi(None, Admission())).replace("\\\n", "")
    assert option in shlex.split(words)


async def test_a_call_is_said_as_curl_with_the_known_credential(make_bench: Make) -> None:
    bench = make_bench()
    await bench.client.post("/__space/a/shelves?x=a'b", json={"name": "Poet's"})
    bench.client.headers["Understudy-Space"] = "a"
    words = shlex.split((await snippet_of(bench, "curl")).replace("\\\n", ""))
    assert words[:4] == ["curl", "-X", "POST", "http://testserver/__space/a/shelves?x=a%27b"]
    assert "x-api-key: bookshop-key" in words
    assert json.loads(words[-1]) == {"name": "Poet's"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/shelves/2/books", {"title": "Kindred", "author": "Octavia E. Butler"}),
        ("POST", "/shelves", {"name": 7}),
        ("GET", "/shelves/2?fields=a{b}", None),
        ("GET", "/nothing", None),
    ],
)
async def test_a_call_is_said_as_a_test_that_passes(
    make_bench: Make,
    method: str,
    path: str,
    body: Any,
    pytester: pytest.Pytester,
    run_inside: RunInside,
) -> None:
    bench = make_bench()
    await bench.client.request(method, path, json=body)
    code = await snippet_of(bench, "pytest")
    assert "bookshop-key" not in code
    pytester.makepyfile(test_it=code)
    run_inside().assert_outcomes(passed=1)


async def test_a_credential_that_the_user_gave_is_told_to_nobody(make_bench: Make) -> None:
    server = MockServer("bookshop", settings=Settings(auth=["ApiKey=sesame"]))
    bench = make_bench()
    bench.client = client_of(server.asgi_app)
    told = (await bench.client.get("/__admin/credentials")).json()
    assert told["policies"] == {"bookshop": "known"}
    assert [each["value"] for each in told["credentials"]] == ["bookshop-key", "***"]
    assert told["credentials"][0]["headers"] == {"X-Api-Key": "bookshop-key"}
    bench.client.headers["X-Api-Key"] = "sesame"
    assert (await bench.client.get("/shelves")).status_code == 200
    assert "sesame" not in await snippet_of(bench, "curl")
    server.stop()


def events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """Yield the events of a stream: what each is called, and its data."""
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def test_a_call_is_told_as_it_comes_and_hides_what_the_journal_does(mock: MockServer) -> None:
    space = mock.space()
    book = {"title": "Kindred", "author": "Octavia"}
    where = f"{mock.url}/__admin/events?space={space.name}"
    with httpx.stream("GET", where) as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        lines = stream.iter_lines()
        assert next(lines) == ": here"
        httpx.post(f"{space.url}/shelves/2/books", json=book, headers=mock.headers)
        name, call = next(events(lines))
    assert (name, call["operation"]) == ("call", "POST /shelves/{shelf_id}/books")
    assert "Octavia" not in json.dumps(call)
    assert call["request"]["headers"]["x-api-key"] == "***"


def test_who_comes_back_gets_the_calls_since(mock: MockServer) -> None:
    space = mock.space()
    for number in (1, 2):
        httpx.get(f"{space.url}/shelves/{number}", headers=mock.headers)
    first = str(space.requests[0].number)
    where = f"{mock.url}/__admin/events?brief=true&space={space.name}"
    with httpx.stream("GET", where, headers={"Last-Event-ID": first}) as stream:
        _, call = next(events(stream.iter_lines()))
    assert call["request"]["path"] == "/shelves/2"


def test_what_is_steered_is_told(mock: MockServer) -> None:
    with httpx.stream("GET", f"{mock.url}/__admin/events?space=steered") as stream:
        lines = stream.iter_lines()
        next(lines)
        httpx.post(f"{mock.url}/__admin/clock/advance?space=steered", json={"hours": 1})
        assert next(events(lines)) == ("change", {})


def test_what_happens_in_another_process_is_told(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'state.db'}"
    with (
        MockServer("bookshop", store=store) as here,
        MockServer("bookshop", store=store) as there,
        httpx.stream("GET", f"{here.url}/__admin/events", timeout=60) as stream,
    ):
        told = events(stream.iter_lines())
        httpx.post(f"{there.url}/shelves", json={"name": "Poetry"}, headers=there.headers)
        name, call = next(told)
        assert (name, call["operation"]) == ("call", "POST /shelves")
        httpx.post(f"{there.url}/__admin/clock/advance", json={"hours": 1})
        assert next(told) == ("change", {})


def test_a_call_that_another_process_has_answered_is_made_once_more(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'state.db'}"
    with MockServer("bookshop", store=store) as here, MockServer("bookshop", store=store) as there:
        httpx.post(f"{there.url}/shelves", json={"name": "Poetry"}, headers=there.headers)
        [call] = httpx.get(f"{here.url}/__admin/requests").json()["requests"]
        again = httpx.post(f"{here.url}/__admin/requests/{call['id']}/replay").json()
    assert (again["response"]["status"], again["changes"][0]["key"]) == (201, "5")


def test_a_server_stops_though_somebody_still_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "GRACE_S", 3600)
    server = MockServer("bookshop").start()
    running, thread = server._server, server._thread
    assert running is not None
    assert thread is not None
    with httpx.stream("GET", f"{server.url}/__admin/events") as stream:
        next(stream.iter_lines())
        running.should_exit = True
        thread.join(60)
        assert not thread.is_alive()


UNSURE = """
openapi: 3.0.3
info: {title: Sums, version: '1'}
paths:
  /sum:
    post:
      responses: {'200': {description: ok, content: {application/json: {schema: {type: number}}}}}
"""


def test_what_is_unsure_comes_with_the_line_that_settles_it(tmp_path: Path) -> None:
    file = tmp_path / "sums.yaml"
    file.write_text(UNSURE)
    [unsure] = explained(load_model(str(file)))["unsettled"]
    assert (unsure["part"], unsure["subject"]) == ("operations", "POST /sum")
    words = yaml.safe_load(f"{unsure['part']}:\n  {unsure['line']}")
    assert load_model(str(file), words=words).operations[0].reason == "declared"


WRONG: list[tuple[str, str, str]] = [
    ("GET", "/state/bookshop/books?sort=-", "sort must name properties"),
    ("GET", "/state/bookshop/books?masked=yes", "masked must be true or false"),
    ("GET", "/requests?brief=1", "brief must be true or false"),
    ("GET", "/events?after=last", "whole number"),
    ("GET", "/requests/1/snippet?language=cobol", "curl or pytest"),
]


@pytest.mark.parametrize(("method", "path", "part"), WRONG)
async def test_a_wrong_word_is_refused_with_those_that_are_right(
    make_bench: Make, method: str, path: str, part: str
) -> None:
    reply = await make_bench().client.request(method, f"/__admin{path}")
    assert (reply.status_code, part in reply.json()["detail"]) == (422, True)
