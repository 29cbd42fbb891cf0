"""Replies that are planned in the place of the API's own, in WireMock's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.control.conftest import Bench

pytestmark = pytest.mark.anyio
Make = Callable[..., Bench]


async def _stubbed(bench: Bench, **words: Any) -> Any:
    answer = await bench.client.post("/__admin/mappings", json=words)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_stub_answers_an_operation_so_often_as_it_says(make_bench: Make) -> None:
    bench = make_bench()
    await _stubbed(
        bench,
        request={"operation": "GET /shelves"},
        response={"status": 418, "headers": {"X-Pot": ["a", "b"]}, "jsonBody": {"tea": True}},
        times=1,
    )
    first, second = [await bench.client.get("/shelves") for _ in range(2)]
    assert (first.status_code, first.json()) == (418, {"tea": True})
    assert first.headers["x-pot"] == "a, b"
    assert first.headers["content-type"] == "application/json"
    assert second.status_code == 200


async def test_a_stub_answers_a_path_that_no_document_has(make_bench: Make) -> None:
    bench = make_bench()
    await _stubbed(bench, request={"method": "GET", "urlPath": "/ping"}, response={"body": "pong"})
    answer = await bench.client.get("/ping")
    assert (answer.status_code, answer.text) == (200, "pong")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_what_a_stub_looks_at_in_a_body_is_still_there_for_the_api(make_bench: Make) -> None:
    bench = make_bench()
    wanted = [{"equalToJson": {"name": "Tea"}}]
    await _stubbed(bench, request={"bodyPatterns": wanted}, response={"status": 409})
    answers = [
        await bench.client.post("/shelves", json={"name": name}) for name in ("Tea", "Poetry")
    ]
    assert [each.status_code for each in answers] == [409, 201]
    assert answers[1].json()["name"] == "Poetry"


async def test_limited_stubs_answer_in_their_order_and_of_others_the_latest(
    make_bench: Make,
) -> None:
    bench = make_bench()
    request = {"operation": "/shelves"}
    for status, times in ((201, None), (202, None), (503, 1), (429, 1)):
        await _stubbed(bench, request=request, response={"status": status}, times=times)
    statuses = [(await bench.client.get("/shelves")).status_code for _ in range(4)]
    assert statuses == [503, 429, 202, 202]


async def test_the_lowest_priority_answers(make_bench: Make) -> None:
    bench = make_bench()
    await _stubbed(bench, priority=1, response={"status": 204})
    await _stubbed(bench, response={"status": 200})
    assert (await bench.client.get("/shelves")).status_code == 204


async def test_a_stub_is_of_one_space_and_goes_with_a_reset(make_bench: Make) -> None:
    bench = make_bench()
    await bench.client.post("/__admin/mappings?space=a", json={"response": {"status": 503}})
    assert (await bench.client.get("/shelves")).status_code == 200
    assert (await bench.client.get("/__space/a/shelves")).status_code == 503
    await bench.client.post("/__admin/reset?space=a")
    assert (await bench.client.get("/__space/a/shelves")).status_code == 200


async def test_stubs_are_listed_shown_changed_and_forgotten(make_bench: Make) -> None:
    bench = make_bench()
    made = await _stubbed(bench, name="teapot", response={"status": 418})
    path = f"/__admin/mappings/{made['id']}"
    changed = await bench.client.put(path, json={"response": {"status": 503}})
    assert changed.json()["id"] == made["id"]
    assert (await bench.client.get("/shelves")).status_code == 503
    shown = (await bench.client.get(path)).json()
    assert (shown["response"], shown["answered"]) == ({"status": 503}, 1)
    assert (await bench.client.get("/__admin/mappings")).json()["meta"] == {"total": 1}
    assert (await bench.client.delete(path)).status_code == 200
    assert (await bench.client.get(path)).status_code == 404
    assert (await bench.client.get("/shelves")).status_code == 200


async def test_a_call_that_a_stub_answers_is_in_the_journal(make_bench: Make) -> None:
    bench = make_bench()
    await _stubbed(bench, response={"status": 418})
    await bench.client.get("/shelves/2")
    [call] = bench.control.journal.of()
    assert (call.operation, call.kind, call.status) == ("GET /shelves/{shelf_id}", "read", 418)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "needs a response"),
        ({"response": {}, "requst": {}}, "did you mean 'request'?"),
        ({"response": {"jsonbody": 1}}, "did you mean 'jsonBody'?"),
        ({"response": {"body": {}}}, "jsonBody"),
        ({"response": {"status": 99}}, "from 200 to 599"),
        ({"response": {"body": "a", "jsonBody": 1}}, "one body"),
        ({"response": {"base64Body": "?"}}, "base64"),
        ({"response": {"headers": {"A": "b\r\nC: d"}}}, "can be sent"),
        ({"response": {}, "times": -1}, "from 0"),
        ({"response": {}, "request": {"status": 200}}, "no status"),
        ({"response": {}, "request": {"operation": "GET /shelfs"}}, "'GET /shelves'"),
    ],
)
async def test_a_wrong_stub_is_refused_with_what_is_wrong(
    make_bench: Make, said: Any, told: str
) -> None:
    answer = await make_bench().client.post("/__admin/mappings", json=said)
    assert answer.status_code == 422
    assert told in answer.json()["detail"]
