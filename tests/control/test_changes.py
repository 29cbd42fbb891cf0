"""A call in the journal tells what it was, decoded, and what it changed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import httpx
import pytest

from mockserver import MockServer
from mockserver.control.masking import masked_body
from mockserver.control.save import change_text
from tests.control.conftest import Bench

pytestmark = pytest.mark.anyio
Make = Callable[..., Bench]
BOOK = {"title": "Kindred", "author": "Octavia E. Butler"}


async def calls(client: httpx.AsyncClient) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await client.get("/__admin/requests")).json()["requests"]
    return found


async def test_a_request_is_told_as_it_was_decoded(make_bench: Make) -> None:
    client = make_bench().client
    packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    await client.post(
        "/shelves/2/books", content=gzip.compress(json.dumps(BOOK).encode()), headers=packed
    )
    await client.get("/shelves/2/books?limit=1")
    await client.get("/shelves/2/books?limit=none")
    refused, listed, made = await calls(client)
    assert made["call"] == {
        "path": {"shelf_id": 2},
        "query": {},
        "headers": made["call"]["headers"],
        "body": BOOK,
    }  # type: ignore[index]
    assert listed["call"]["query"]["limit"] == 1  # type: ignore[index]
    assert "call" not in refused


async def test_a_call_tells_the_records_that_it_put_and_removed(make_bench: Make) -> None:
    client = make_bench().client
    made = (await client.post("/shelves/2/books", json=BOOK)).json()
    await client.get("/shelves/2/books")
    await client.post("/shelves/2/books", json={})
    await client.delete("/shelves/2")
    gone, refused, listed, created = await calls(client)
    at = {"resource": "books", "parents": ["2"], "key": str(made["id"])}
    assert created["changes"] == [{"change": "put", **at, "record": made}]
    assert (listed["changes"], refused["changes"]) == ([], [])
    assert {"change": "remove", "resource": "shelves", "parents": [], "key": "2"} in gone["changes"]  # type: ignore[operator]
    assert {"change": "remove", **at} in gone["changes"]  # type: ignore[operator]


async def test_a_lost_write_changed_nothing(make_bench: Make) -> None:
    client = make_bench().client
    await client.post("/__admin/faults", json={"lost_write": True})
    await client.post("/shelves", json={"name": "Poetry"})
    [lost] = await calls(client)
    assert lost["changes"] == []


def test_changes_are_told_in_python_and_in_words() -> None:
    mock = MockServer("bookshop").space()
    with httpx.Client(
        transport=mock.transport(), base_url="http://mock", headers=mock.headers
    ) as client:
        client.post("/shelves", json={"name": "Poetry"})
        client.delete("/shelves/4")
    created, deleted = mock.requests
    assert (created.kind, created.status, created.call and created.call.body) == (
        "create",
        201,
        {"name": "Poetry"},
    )
    words = [
        text
        for each in (created, deleted)
        for change in each.changes
        if (text := change_text(change))
    ]
    assert words == ['put shelves 4: {"id":4,"name":"Poetry"}', "removed shelves 4"]
    with pytest.raises(
        AssertionError,
        match=r"POST /shelves -> 201  \(create, \d+\.\d ms\)\n      put shelves 4: \{",
    ):
        mock.assert_not_called("POST /shelves")


@pytest.mark.parametrize(
    ("media_type", "sent", "told"),
    [
        ("application/json", '{"user": "u", "password": "p"}', '{"user": "u", "password": "***"}'),
        (
            "application/json",
            '{"data":{"accessToken":"p","author":"a"}}',
            '{"data": {"accessToken": "***", "author": "a"}}',
        ),
        (
            "application/json",
            '{"next_page_token":"p","tokens": 3}',
            '{"next_page_token":"p","tokens": 3}',
        ),
        ("application/x-www-form-urlencoded", "a=1&client_secret=p", "a=1&client_secret=***"),
        (
            "application/xml",
            "<a><password>p</password><b>p</b></a>",
            "<a><password>***</password><b>p</b></a>",
        ),
        ("text/plain", "the password is p", "the password is p"),
    ],
)
def test_secrets_in_bodies_are_masked_and_all_else_stays_as_it_was(
    media_type: str, sent: str, told: str
) -> None:
    assert masked_body(sent.encode(), media_type) == told.encode()
