"""What WireMock users have in their fingers, and what a reset and a sweep take along."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.space import Limits
from tests.control.conftest import Bench

pytestmark = pytest.mark.anyio
Make = Callable[..., Bench]


async def test_calls_are_removed_one_by_one_and_by_a_pattern(make_bench: Make) -> None:
    client = make_bench().client
    for path in ("/shelves", "/shelves/1", "/shelves/2", "/nothing"):
        await client.get(path)
    assert [
        each["id"] for each in (await client.get("/__admin/requests/unmatched")).json()["requests"]
    ] == ["4"]
    [near] = (await client.get("/__admin/requests/unmatched/near-misses")).json()["nearMisses"]
    assert near["request"]["id"] == "4"
    assert (await client.delete("/__admin/requests/1")).status_code == 200
    assert (await client.delete("/__admin/requests/1")).status_code == 404
    gone = (
        await client.post("/__admin/requests/remove", json={"urlPathTemplate": "/shelves/{id}"})
    ).json()
    assert [each["request"]["path"] for each in gone["serveEvents"]] == ["/shelves/1", "/shelves/2"]
    assert [each["id"] for each in (await client.get("/__admin/requests")).json()["requests"]] == [
        "4"
    ]
    await client.post("/__admin/requests/reset")
    assert (await client.get("/__admin/requests")).json()["requests"] == []


async def test_settings_hold_every_reply_back_until_they_say_otherwise(make_bench: Make) -> None:
    bench = make_bench()
    client = bench.client
    spread = {"type": "uniform", "lower": 10.0, "upper": 12.0}
    told = await client.post(
        "/__admin/settings", json={"fixedDelay": 30, "delayDistribution": spread}
    )
    assert told.json() == {"settings": {"fixedDelay": 30.0, "delayDistribution": spread}}
    began = time.perf_counter()
    await client.get("/shelves")
    assert time.perf_counter() - began >= 0.04
    log_normal = {"type": "lognormal", "median": 80.0, "sigma": 0.4}
    await client.put("/__admin/settings", json={"delayDistribution": log_normal})
    assert (await client.get("/__admin/settings")).json() == {
        "settings": {"delayDistribution": log_normal}
    }
    await client.put("/__admin/settings", json={})
    assert (await client.get("/__admin/settings")).json() == {"settings": {}}
    assert len(bench.control.faults.plan().faults) == 0


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"fixedDelays": 3}, "did you mean 'fixedDelay'?"),
        ({"fixedDelay": "long"}, "fixedDelay must be a number of milliseconds"),
        ({"delayDistribution": {"type": "normal"}}, "needs a type: lognormal, uniform, fixed"),
        (
            {"delayDistribution": {"type": "uniform", "lower": 1}},
            "delayDistribution upper must be a number",
        ),
        ({"delayDistribution": {"type": "uniform", "lowest": 1}}, "did you mean 'lower'?"),
    ],
)
async def test_settings_that_cannot_be_used_are_told(
    make_bench: Make, said: dict[str, Any], told: str
) -> None:
    refused = await make_bench().client.post("/__admin/settings", json=said)
    assert (refused.status_code, told in refused.json()["detail"]) == (422, True), refused.text


async def test_a_reset_gives_callers_their_quota_back(make_bench: Make) -> None:
    client = make_bench("bigcommerce-v2", rate_limit=True).client
    client.headers["X-Auth-Token"] = "tok"
    url = "/stores/s/v2/products/1/images"
    quotas = []
    for step in (client.get(url), client.get(url), client.post("/__admin/reset"), client.get(url)):
        headers = (await step).headers
        quotas.append(
            next((value for name, value in headers.items() if name.endswith("-left")), "")
        )
    assert quotas[0] == quotas[3] != quotas[1]


async def test_the_faults_of_a_space_go_when_it_goes_for_lack_of_use(
    make_bench: Make, tmp_path: Path
) -> None:
    plan = tmp_path / "faults.yaml"
    plan.write_text("- {operation: GET /shelves, status: 503, nth: 1}")
    bench = make_bench(spaces=Limits(most=10), faults=plan)
    for at in range(50):
        await bench.client.get(f"/__space/{at}/shelves")
        await bench.client.get(f"/__space/{at}/shelves")
    assert bench.control.faults.spaces_kept <= 11
    assert (await bench.client.get("/__space/0/shelves")).status_code == 503


async def test_a_misspelled_path_is_told_with_the_operations_that_come_nearest(
    make_bench: Make,
) -> None:
    client = make_bench().client
    await client.get("/shelfs")
    [near] = (await client.get("/__admin/requests/unmatched/near-misses")).json()["nearMisses"]
    assert near["operations"][0] == "GET /shelves"


async def test_the_control_api_has_a_page_where_it_is_open(make_bench: Make) -> None:
    client = make_bench().client
    assert '"/__admin/docs/"' in (await client.get("/__admin/")).text
    page = await client.get("/__admin/docs/")
    assert (page.status_code, '"../openapi.yaml"' in page.text) == (200, True)
    for name in ("static/swagger-ui.css", "static/swagger-ui-bundle.js", "../openapi.yaml"):
        assert (await client.get(f"/__admin/docs/{name}")).status_code == 200
    closed = make_bench(admin=False).client
    assert "openapi.yaml" not in (await closed.get("/__admin/")).text
    assert (await closed.get("/__admin/docs/")).status_code == 404
