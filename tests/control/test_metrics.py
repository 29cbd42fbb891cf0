"""The figures for Prometheus tell what happened, in the form that it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.control.conftest import Bench
from tests.plain.process import run_plainly

pytestmark = pytest.mark.anyio
Make = Callable[..., Bench]


async def samples(client: httpx.AsyncClient, query: str = "") -> list[Sample]:
    reply = await client.get(f"/__admin/metrics{query}")
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"].startswith("text/plain; version=")
    return list(_samples(reply.text))


def _samples(text: str) -> Iterator[Sample]:
    for family in text_string_to_metric_families(text):
        yield from family.samples


def value(told: list[Sample], name: str, **labels: str) -> float:
    [found] = [
        each.value for each in told if each.name == name and labels.items() <= each.labels.items()
    ]
    return found


async def test_requests_are_counted_by_api_operation_and_status(make_bench: Make) -> None:
    client = make_bench().client
    for place in ("/shelves/1", "/shelves/1", "/shelves/999", "/nothing"):
        await client.get(place)
    told = await samples(client)
    place = {"api": "bookshop", "operation": "GET /shelves/{shelf_id}"}
    assert value(told, "understudy_requests_total", status="200", **place) == 2
    assert value(told, "understudy_requests_total", status="404", **place) == 1
    assert value(told, "understudy_requests_total", operation="", status="404") == 1
    duration = "understudy_request_duration_seconds"
    assert value(told, f"{duration}_count", **place) == 3
    assert value(told, f"{duration}_bucket", le="+Inf", **place) == 3
    assert value(told, f"{duration}_sum", **place) > 0


async def test_buckets_only_grow(make_bench: Make) -> None:
    client = make_bench().client
    for _ in range(20):
        await client.get("/shelves")
    told = await samples(client)
    buckets = [
        each.value
        for each in told
        if each.name.endswith("seconds_bucket") and each.labels["operation"] == "GET /shelves"
    ]
    assert buckets == sorted(buckets)
    assert buckets[-1] == 20


async def test_records_are_those_of_the_space(make_bench: Make) -> None:
    client = make_bench().client
    await client.post("/__space/a/shelves", json={"name": "Poetry"})
    shelves = {"api": "bookshop", "resource": "shelves"}
    assert value(await samples(client), "understudy_records", **shelves) == 3
    told = await samples(client, "?space=a")
    assert value(told, "understudy_records", **shelves) == 4
    assert value(told, "understudy_spaces") == 1


async def test_the_journal_tells_what_it_dropped(make_bench: Make) -> None:
    bench = make_bench(memory_mib=1)
    for number in range(200):
        await bench.client.post("/shelves", json={"name": f"{number}" + "x" * 90})
    told = await samples(bench.client)
    assert value(told, "understudy_journal_dropped_total") == bench.control.journal.dropped
    assert value(told, "understudy_journal_entries") == len(bench.control.journal)
    assert value(told, "understudy_journal_bytes") == bench.control.journal.kept_bytes


async def test_figures_are_for_who_has_the_token(make_bench: Make) -> None:
    client = make_bench(admin_token="secret").client
    assert (await client.get("/__admin/metrics")).status_code == 401
    client.headers["Authorization"] = "Bearer secret"
    assert (await client.get("/__admin/metrics")).status_code == 200


async def test_a_plain_installation_says_what_figures_need() -> None:
    code = """
import httpx
from mockserver import MockServer
with MockServer("bookshop") as mock:
    reply = httpx.get(mock.url + "/__admin/metrics")
    print(reply.status_code, reply.json()["detail"])
"""
    done = run_plainly(code)
    assert done.stderr == ""
    needed = "GET /__admin/metrics needs more than a plain installation"
    assert done.stdout.strip() == f"501 {needed}: pip install 'understudy[metrics]'"
