"""Words for what no document says: numbered texts, what becomes of records that name one which is
removed, and a first state that its client chooses.
"""

from __future__ import annotations

import pytest

from mockserver.call import ProblemKind
from tests.behavior.test_formulas import ORDER, order_with, shop
from tests.behavior.world import World


def test_records_are_numbered_by_a_text() -> None:
    world = shop(orders='{generated: {number: "ORD-{number:6}"}}')
    numbers = [world.value("POST /orders", {"status": "open"})["number"] for _ in range(2)]
    assert numbers == ["ORD-000001", "ORD-000002"]


def test_a_number_has_the_day_of_the_mocks_clock() -> None:
    world = shop(orders='{generated: {number: "{year}/{month}/{day}-{number}"}}')
    assert world.value("POST /orders", {"status": "open"})["number"] == "2024/01/01-1"


def test_a_number_that_a_record_brings_along_is_not_given_out_again() -> None:
    world = shop(orders='{generated: {number: "ORD-{number:6}"}}')
    world.seed(orders=[{"id": 1, "number": "ORD-000007"}, {"id": 2, "number": "X"}])
    assert world.value("POST /orders", {"status": "open"})["number"] == "ORD-000008"


def test_a_refused_record_takes_no_number() -> None:
    world = shop(
        orders='{generated: {number: "ORD-{number:6}"}, conditions: ["status != \'bad\'"]}'
    )
    assert world.refusal("POST /orders", {"status": "bad"})
    assert world.value("POST /orders", {"status": "open"})["number"] == "ORD-000001"


def naming(policy: str) -> World:
    """Return a shop with an order of the customer 1, and what becomes of it when she goes."""
    world = shop(
        orders=f"{{references: {{customer_id: {{resource: customers, by: id, on_delete: {policy}}}}}}}"
    )
    world.value("POST /customers", {"name": "Ann"})
    order_with(world, {"price": 1}, customer_id=1)
    return world


CUSTOMER = {"path": {"customer_id": 1}}
DELETE = "DELETE /customers/{customer_id}"


def test_a_record_that_is_named_is_held_back() -> None:
    world = naming("restrict")
    assert world.refusal(DELETE, **CUSTOMER).kind is ProblemKind.CONFLICT
    world.value("DELETE /orders/{order_id}", **ORDER)
    world.value(DELETE, **CUSTOMER)


def test_a_record_that_is_removed_is_named_no_more() -> None:
    world = naming("set_null")
    world.value(DELETE, **CUSTOMER)
    assert world.value("GET /orders/{order_id}", **ORDER)["customer_id"] is None


def test_a_record_takes_those_along_that_name_it_and_what_is_below_them() -> None:
    world = naming("cascade")
    world.value(DELETE, **CUSTOMER)
    assert world.records("orders") == []
    assert world.records("lines", "1") == []


def test_a_name_stays_where_nothing_is_said() -> None:
    world = naming("keep")
    world.value(DELETE, **CUSTOMER)
    assert world.value("GET /orders/{order_id}", **ORDER)["customer_id"] == 1


def test_what_is_below_a_record_may_hold_it_back() -> None:
    world = shop(lines="{parents: {order_id: {resource: orders, on_delete: restrict}}}")
    order_with(world, {"price": 1})
    assert world.refusal("DELETE /orders/{order_id}", **ORDER).kind is ProblemKind.CONFLICT
    world.value("DELETE /orders/{order_id}/lines/{line_id}", path={"order_id": 1, "line_id": 1})
    world.value("DELETE /orders/{order_id}", **ORDER)


def test_what_would_go_along_may_be_held_back() -> None:
    world = shop(
        orders="{references: {customer_id: {resource: customers, by: id, on_delete: cascade}}}",
        lines="{parents: {order_id: {resource: orders, on_delete: restrict}}}",
    )
    world.value("POST /customers", {"name": "Ann"})
    order_with(world, {"price": 1}, customer_id=1)
    assert world.refusal(DELETE, **CUSTOMER).kind is ProblemKind.CONFLICT


STATES = "{states: {field: status, initial: [draft, open], moves: {draft: [open], open: [shut], shut: []}}}"


@pytest.mark.parametrize(("sent", "first"), [("open", "open"), ("draft", "draft"), (None, "draft")])
def test_a_client_chooses_the_first_state(sent: str | None, first: str) -> None:
    world = shop(orders=STATES)
    body = {"label": "x"} if sent is None else {"status": sent}
    assert world.value("POST /orders", body)["status"] == first


def test_a_first_state_that_is_none_is_refused() -> None:
    world = shop(orders=STATES)
    assert world.refusal("POST /orders", {"status": "shut"}).kind is ProblemKind.TRANSITION


def test_a_single_first_state_is_not_for_clients_to_say() -> None:
    world = shop(orders=STATES.replace("[draft, open]", "draft", 1))
    assert world.value("POST /orders", {"status": "open"})["status"] == "draft"
