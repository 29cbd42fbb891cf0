"""The oracle knows what the words of the semantics bring about, and what it cannot know."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.conformance.plan import refusals_of
from contracts.oracle.plain_store import PlainStore
from contracts.oracle.settled import Settled
from contracts.oracle.shadow import Shadow
from contracts.targets.target import Answer
from mockserver.exchange import Headers
from mockserver.lookup import MISSING
from mockserver.model.types import Model
from mockserver.state import Collection, Query
from tests.behavior.test_formulas import HEAD, SHOP
from tests.model.compiling import compiled, operation

WORDS = """
resources:
  customers: {computed: {spent: {value: sum(orders.total)}}}
  orders:
    generated: {number: "ORD-{number:6}"}
    computed: {total: {value: sum(lines.price)}}
    conditions: [{must: count(lines) == 0, at: [delete]}]
    references: {customer_id: {resource: customers, by: id, on_delete: restrict}}
operations: {POST /refunds: {conditions: [{must: amount > 0, problem: forbidden}]}}
"""


def shop() -> Model:
    return compiled(HEAD + SHOP, WORDS)


def settled(label: str, body: Any = MISSING, **path: int) -> Settled:
    return Settled(operation(shop(), label), path, {}, body, None)


def answer(status: int, body: Any = None) -> Answer:
    headers = [("content-type", "application/json"), ("location", "/orders/1")]
    return Answer(status, Headers(headers), json.dumps(body).encode())


def test_a_number_that_only_the_server_knows_is_learned_in_its_text() -> None:
    shadow = Shadow(shop(), PlainStore(), strict=True)
    made = {"id": 1, "number": "ORD-000001", "status": "open", "total": 0}
    made |= {"price": "p", "label": "l", "line_count": 0, "others": 1}
    assert shadow.judge(settled("POST /orders", {"status": "open"}), answer(201, made)) == []
    (found,) = shadow.numbers.select(Collection("orders"), Query()).found
    read = settled("GET /orders/{order_id}", order_id=int(found.key))
    other = {**made, "number": "ORD-000002"}
    (difference,) = shadow.judge(read, answer(200, other))
    assert difference.place == "/number"


@pytest.mark.parametrize(
    ("label", "path", "knows"),
    [
        ("DELETE /orders/{order_id}", {"order_id": 1}, False),
        ("DELETE /customers/{customer_id}", {"customer_id": 1}, False),
        ("GET /customers/{customer_id}", {"customer_id": 1}, False),
        ("GET /refunds", {}, True),
    ],
)
def test_what_hangs_on_records_that_nobody_knows_is_not_known(
    label: str, path: dict[str, int], knows: bool
) -> None:
    shadow = Shadow(shop(), PlainStore(), ())
    shadow.pass_over(operation(shop(), "POST /orders/{order_id}/lines"), answer(200))
    call = Settled(operation(shop(), label), path, {}, MISSING, None)
    assert shadow.knows(call) is knows


def test_a_condition_may_refuse_by_the_status_of_its_kind() -> None:
    model = shop()
    assert refusals_of(model, operation(model, "POST /refunds")) == [403]
    assert refusals_of(model, operation(model, "DELETE /orders/{order_id}")) == [409]
    assert refusals_of(model, operation(model, "GET /orders")) == []
