"""The control API looks inside and steers, one space at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.apis import load_model
from mockserver.model.report.explain import explained
from tests.control.conftest import Bench

pytestmark = pytest.mark.anyio
Make = Callable[..., Bench]


async def test_each_call_is_in_the_journal_with_its_operation_kind_and_violations(
    make_bench: Make,
) -> None:
    client = make_bench().client
    await client.post("/shelves", json={"name": 7}, headers={"X-Api-Key": "bookshop-key"})
    told = (await client.get("/__admin/requests")).json()
    [call] = told["requests"]
    assert (call["api"], call["operation"], call["kind"]) == ("bookshop", "POST /shelves", "create")
    assert call["request"]["body"] == '{"name":7}'
    assert call["request"]["headers"]["x-api-key"] == "***"
    assert call["response"]["status"] == 400
    assert call["violations"][0].startswith("body /name")
    assert told["meta"] == {"total": 1}


async def test_a_request_to_no_operation_is_unmatched(make_bench: Make) -> None:
    client = make_bench().client
    await client.get("/shelves")
    await client.get("/nothing")
    told = (await client.get("/__admin/requests", params={"unmatched": "true"})).json()["requests"]
    assert [each["request"]["path"] for each in told] == ["/nothing"]


async def test_the_control_api_is_off_the_record(make_bench: Make) -> None:
    client = make_bench().client
    await client.get("/__space/a/__admin/health")
    for query in ("", "?space=a"):
        assert (await client.get(f"/__admin/requests{query}")).json()["requests"] == []


async def test_calls_are_found_counted_and_verified(make_bench: Make) -> None:
    client = make_bench().client
    await client.get("/shelves/1")
    pattern = {"method": "GET", "urlPath": "/shelves/1"}
    assert (await client.post("/__admin/requests/count", json=pattern)).json() == {"count": 1}
    assert len((await client.post("/__admin/requests/find", json=pattern)).json()["requests"]) == 1
    verdict = await client.post("/__admin/requests/verify", json={"pattern": pattern, "times": 2})
    assert verdict.json()["holds"] is False
    missed = (
        await client.post("/__admin/near-misses/request-pattern", json={"status": 404})
    ).json()["nearMisses"]
    assert missed[0]["differences"] == ["status is 200, not 404"]


async def test_one_call_is_read_by_its_id_and_forgotten(make_bench: Make) -> None:
    client = make_bench().client
    await client.get("/shelves")
    number = (await client.get("/__admin/requests")).json()["requests"][0]["id"]
    assert (await client.get(f"/__admin/requests/{number}")).json()["operation"] == "GET /shelves"
    await client.delete("/__admin/requests")
    assert (await client.get(f"/__admin/requests/{number}")).status_code == 404


async def test_the_journal_is_saved_as_lines_and_as_har(make_bench: Make) -> None:
    client = make_bench().client
    await client.get("/shelves")
    assert len((await client.get("/__admin/requests/export")).text.splitlines()) == 1
    har = (await client.get("/__admin/requests/export?format=har")).json()
    assert har["log"]["entries"][0]["request"]["url"] == "http://testserver/shelves"


async def test_a_reset_brings_back_the_start_of_one_space(make_bench: Make) -> None:
    client = make_bench().client
    for prefix in ("", "/__space/a"):
        await client.delete(f"{prefix}/shelves/3")
    await client.post("/__admin/reset?space=a")
    assert (await client.get("/__space/a/shelves/3")).status_code == 200
    assert (await client.get("/shelves/3")).status_code == 404


async def test_records_are_put_read_and_removed_by_hand(make_bench: Make) -> None:
    client = make_bench().client
    where = "/__admin/state/bookshop/shelves"
    assert (await client.put(where, json={"id": 9, "name": "Poetry"})).status_code == 204
    assert (await client.get("/shelves/9")).json()["name"] == "Poetry"
    assert (await client.get(f"{where}/9")).json() == {"id": 9, "name": "Poetry"}
    assert (await client.get(where, params={"limit": 1})).json()["meta"] == {"total": 4}
    assert (await client.delete(f"{where}/9")).status_code == 204
    assert (await client.get("/shelves/9")).status_code == 404
    assert (await client.get(f"{where}/9")).status_code == 404


async def test_records_below_a_parent_are_reached_by_its_key(make_bench: Make) -> None:
    client = make_bench().client
    where = "/__admin/state/bookshop/books"
    assert (await client.get(where, params={"under": "1"})).json()["meta"] == {"total": 3}
    await client.delete(where, params={"under": "1"})
    assert (await client.get("/__admin/state/bookshop")).json()["resources"]["books"] == 1


async def test_records_are_seeded_as_a_fixture_has_them(make_bench: Make) -> None:
    client = make_bench().client
    told = await client.post(
        "/__admin/state/bookshop?space=b", json={"shelves": [{"id": 20, "name": "Maps"}]}
    )
    assert told.json()["resources"]["shelves"] == 4
    assert (await client.get("/__space/b/shelves/20")).status_code == 200
    assert (await client.get("/shelves/20")).status_code == 404


async def test_a_snapshot_is_restored_in_whichever_space(make_bench: Make) -> None:
    client = make_bench().client
    await client.delete("/shelves/3")
    name = (await client.post("/__admin/snapshots", json={"name": "less"})).json()["name"]
    await client.post("/__admin/snapshots/less/restore?space=c")
    assert (await client.get("/__space/c/shelves/3")).status_code == 404
    assert (await client.get("/__admin/snapshots")).json() == {
        "snapshots": [{"name": name, "space": ""}]
    }
    assert (await client.delete("/__admin/snapshots/less")).status_code == 204
    assert (await client.post("/__admin/snapshots/less/restore")).status_code == 404


async def test_spaces_are_opened_listed_and_dropped(make_bench: Make) -> None:
    client = make_bench().client
    assert (await client.put("/__admin/spaces/d")).status_code == 201
    assert (await client.get("/__admin/spaces")).json() == {"spaces": ["d"]}
    assert (await client.delete("/__admin/spaces/d")).status_code == 204
    assert (await client.delete("/__admin/spaces/d")).status_code == 404


async def test_the_clock_is_frozen_moved_and_let_go(make_bench: Make) -> None:
    client = make_bench().client
    frozen = await client.post("/__admin/clock/freeze", json={"moment": "2026-01-01T00:00:00Z"})
    assert frozen.json() == {"now": "2026-01-01T00:00:00+00:00", "frozen": True}
    moved = await client.post("/__admin/clock/advance", json={"hours": 2})
    assert moved.json()["now"] == "2026-01-01T02:00:00+00:00"
    assert (await client.get("/__admin/clock?space=e")).json()["frozen"] is False
    assert (await client.post("/__admin/clock/resume")).json()["frozen"] is False


async def test_what_was_understood_is_told(make_bench: Make) -> None:
    client = make_bench().client
    explanation = (await client.get("/__admin/explain/bookshop")).json()
    assert explanation == explained(load_model("bookshop"))
    assert (await client.get("/__admin/apis")).json()["apis"][0]["resources"] == [
        "books",
        "shelves",
    ]
    assert (await client.get("/__admin/health")).json()["status"] == "healthy"


WRONG: list[tuple[str, str, Any, int, str]] = [
    ("POST", "/requests/count", {"metod": "GET"}, 422, "did you mean 'method'?"),
    ("POST", "/requests/count", {"urlPattern": "("}, 422, "no regular expression"),
    ("POST", "/requests/verify", {"times": "two"}, 422, "whole number"),
    ("GET", "/requests?limit=-1", None, 422, "whole number"),
    ("GET", "/requests/export?format=xml", None, 422, "jsonl or har"),
    ("GET", "/state/bookshops", None, 404, "these are: bookshop"),
    ("GET", "/state/bookshop/book", None, 404, "it has books, shelves"),
    ("PUT", "/state/bookshop/shelves", {"name": "No key"}, 422, "lacks its key"),
    ("POST", "/clock/advance", {"weeks": 1}, 422, "no word 'weeks'"),
    ("POST", "/clock/freeze", {"moment": "soon"}, 422, "no moment"),
    ("POST", "/faults", {"stauts": 500}, 422, "did you mean 'status'?"),
    ("POST", "/faults", {"operation": "GET /shelves"}, 422, "has no effect"),
    ("DELETE", "/faults/7", None, 404, "no fault '7'"),
    ("PATCH", "/health", None, 405, "GET is"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "part"), WRONG)
async def test_a_wrong_request_is_refused_with_what_to_do(
    make_bench: Make, method: str, path: str, body: Any, status: int, part: str
) -> None:
    reply = await make_bench().client.request(method, f"/__admin{path}", json=body)
    assert reply.headers["content-type"] == "application/problem+json"
    assert (reply.status_code, reply.json()["status"]) == (status, status)
    assert part in reply.json()["detail"]


async def test_a_body_that_is_no_json_is_refused(make_bench: Make) -> None:
    reply = await make_bench().client.post("/__admin/requests/find", content=b"{")
    assert reply.status_code == 400


async def test_with_a_token_nobody_comes_in_without_it(make_bench: Make) -> None:
    client = make_bench(admin_token="s3cret").client
    assert (await client.get("/__admin/apis")).status_code == 401
    wrong = {"Authorization": "Bearer s3cre"}
    assert (await client.get("/__admin/apis", headers=wrong)).status_code == 401
    right = {"Authorization": "Bearer s3cret"}
    assert (await client.get("/__admin/apis", headers=right)).status_code == 200


@pytest.mark.parametrize("path", ["/__admin/health", "/__admin/ready"])
async def test_a_probe_needs_no_token_and_is_told_no_names(make_bench: Make, path: str) -> None:
    answer = await make_bench(admin_token="s3cret").client.get(path)
    assert answer.status_code == 200
    assert answer.json() == {"status": "healthy"}


async def test_a_space_is_dropped_by_no_path_without_the_token(make_bench: Make) -> None:
    client = make_bench(admin_token="s3cret").client
    await client.get("/__space/mine/shelves")
    assert (await client.delete("/__space/mine")).status_code == 401
    assert (await client.delete("/__admin/spaces/mine")).status_code == 401
    right = {"Authorization": "Bearer s3cret"}
    assert (await client.delete("/__space/mine", headers=right)).status_code == 204
    assert (await client.delete("/__space/mine", headers=right)).status_code == 404


async def test_a_page_of_another_site_drops_no_space(make_bench: Make) -> None:
    client = make_bench().client
    await client.get("/__space/mine/shelves")
    evil = {"Origin": "https://evil.example"}
    assert (await client.delete("/__space/mine", headers=evil)).status_code == 403


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
async def test_a_page_of_another_site_is_not_let_in(
    make_bench: Make, headers: dict[str, str]
) -> None:
    assert (await make_bench().client.post("/__admin/reset", headers=headers)).status_code == 403


async def test_another_machine_is_not_let_in_without_a_token(make_bench: Make) -> None:
    import httpx

    transport = httpx.ASGITransport(app=make_bench().app, client=("192.0.2.7", 4000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        assert (await client.get("/__admin/requests")).status_code == 403


async def test_without_the_control_api_the_pages_stay(make_bench: Make) -> None:
    client = make_bench(admin=False).client
    assert (await client.get("/__admin/requests")).status_code == 404
    assert (await client.get("/__admin/")).status_code == 200
