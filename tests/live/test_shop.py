"""The shop and the mock of its document answer alike; the shop keeps the promises that its document
cannot say.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from contracts.targets.target import Answer, AppTarget, Sent, Target
from mockserver.model.types import Kind
from tests.conftest import fresh_app, model_of
from tests.live.machines import SHOP, SHOP_HEADERS, shop_machine, shop_target
from tests.live.serving import serve
from tests.live.shop import tables
from tests.live.shop.app import Shop, application
from tests.live.shop.listing import Asked
from tests.machine.machines import drive

Call = Callable[..., Answer]


@pytest.fixture
def target() -> Target:
    return shop_target()


@pytest.fixture
def call(target: Target) -> Call:
    """Return what sends a call with the key of the shop."""

    def send(method: str, path: str, body: Any = None, **headers: str) -> Answer:
        content = None if body is None else json.dumps(body).encode()
        typed = {} if body is None else {"Content-Type": "application/json"}
        return target.send(Sent(method, path, {**SHOP_HEADERS, **typed, **headers}, content))

    return send


def test_the_shop_answers_every_sequence_of_calls_as_the_oracle_expects() -> None:
    drive(shop_machine(), examples=15, shrink=False)


def test_the_mock_of_the_shop_answers_every_sequence_of_calls_as_the_oracle_expects() -> None:
    drive(shop_machine(lambda: AppTarget(fresh_app(SHOP))), examples=8, shrink=False)


def test_all_but_one_operation_of_the_shop_is_inferred() -> None:
    operations = model_of(SHOP).operations
    assert [each.label for each in operations if each.reason == "declared"] == [
        "POST /customers/batch"
    ]
    assert all(each.kind is not Kind.STATELESS for each in operations)


def test_every_shop_starts_anew_and_goes_back_to_its_start() -> None:
    shop = application()
    shop.orders.delete({}, 1)
    assert how_many(application()) == 3
    assert how_many(shop) == 2
    shop.reset()
    assert how_many(shop) == 3


def how_many(shop: Shop) -> int:
    return shop.orders.list(Asked(tables.orders))[1]


@pytest.mark.parametrize("key", [None, "", "shop-ke", "shop-key2", "SHOP-KEY"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_without_the_key_nothing_is_done(
    target: Target, call: Call, method: str, key: str | None
) -> None:
    body = b'{"name": "x"}' if method in ("PUT", "PATCH") else None
    headers = {"Content-Type": "application/json", **({} if key is None else {"X-Api-Key": key})}
    assert target.send(Sent(method, "/customers/1", headers, body)).status == 401
    assert call("GET", "/customers/1").body["name"] == "Ada"


def test_head_is_get_without_its_body(call: Call) -> None:
    for path in (
        "/customers?limit=2",
        "/customers/1",
        "/customers/99",
        "/orders/1/lines",
        "/prices/pen",
    ):
        got, head = call("GET", path), call("HEAD", path)
        assert (head.status, head.headers, head.content) == (got.status, got.headers, b"")


def test_a_batch_with_one_wrong_record_makes_none(call: Call) -> None:
    for wrong, status in (({"name": ""}, 400), ({"name": "x", "email": "ada@shop.example"}, 409)):
        answer = call("POST", "/customers/batch", [{"name": "a"}, wrong])
        assert (answer.status, answer.headers["content-type"]) == (
            status,
            "application/problem+json",
        )
    assert call("GET", "/customers/count").body == {"count": 4}


def test_a_refusal_tells_where_the_body_is_wrong(call: Call) -> None:
    tiers = [{"from_quantity": 1, "amount": 1}, {"from_quantity": 1, "amount": 2}]
    told = [each["pointer"] for each in call("PUT", "/prices/pen", {"tiers": tiers}).body["errors"]]
    assert told == ["/tiers/1/from_quantity"]
    told = [
        each["pointer"]
        for each in call("PATCH", "/customers/1", {"name": "", "newsletter": 1}).body["errors"]
    ]
    assert told == ["/name", "/newsletter"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/customers", {"Accept": "text/html"}, 406),
        ("POST", "/customers", {"Content-Type": "text/plain"}, 415),
        ("PATCH", "/customers", {}, 405),
        ("GET", "/nowhere", {}, 404),
        ("GET", "/orders/99999999999999999999999999", {}, 404),
        ("GET", "/customers?page=99999999999999999999999999", {}, 200),
        ("GET", "/customers?limit=101", {}, 400),
        ("GET", "/customers?newsletter=1", {}, 400),
        ("GET", "/prices/a%20b", {}, 400),
    ],
)
def test_what_is_asked_in_odd_ways_is_answered_in_json(
    call: Call, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    body = {} if method == "POST" else None
    answer = call(method, path, body, **headers)
    assert (answer.status, "json" in answer.headers["content-type"]) == (status, True)


NO_JSON = {
    "nothing": b"",
    "an end too early": b"{",
    "no number": b'{"name": NaN}',
    "half a pair": b'"\\ud800"',
    "no UTF-8": b"\xff",
    "too deep": b"[" * 100_000,
}


@pytest.mark.parametrize("content", NO_JSON.values(), ids=NO_JSON)
def test_a_body_that_is_no_json_is_refused(target: Target, content: bytes) -> None:
    headers = {**SHOP_HEADERS, "Content-Type": "application/json"}
    assert target.send(Sent("POST", "/customers", headers, content)).status == 400


def test_records_that_many_callers_make_at_once_are_all_there() -> None:
    with serve(application()) as url, httpx.Client(base_url=url, headers=SHOP_HEADERS) as client:
        with ThreadPoolExecutor(8) as threads:
            replies = list(
                threads.map(
                    lambda n: client.post("/orders", json={"reference": f"r{n}"}), range(24)
                )
            )
        made = {reply.json()["id"]: reply.json() for reply in replies}
        listed = client.get("/orders", params={"limit": 50}).json()["items"][3:]
        assert (len(made), {order["id"]: order for order in listed}) == (24, made)
        changes = [{"rush": True}, {"weight": 7}, {"note": "n"}, {"status": "placed"}]
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda change: client.patch("/orders/1", json=change), changes))
        expected = {
            "revision": 6,
            **{name: value for change in changes for name, value in change.items()},
        }
        assert client.get("/orders/1").json().items() >= expected.items()
