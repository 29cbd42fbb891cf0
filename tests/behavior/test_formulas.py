"""What is computed of several records stays right, and a call that would leave a record as it must
not be is refused.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.call import Problem, ProblemKind
from mockserver.errors import SemanticsError
from tests.behavior.world import World
from tests.model.compiling import HEAD, compiled

SHOP = """
paths:
  /customers:
    get: {responses: {'200': &customers {description: d, content: {application/json: {schema:
      {type: array, items: &customer {type: object, properties: {id: {type: integer, readOnly: true},
        name: {type: string}, limit: {type: number}, spent: {type: number, readOnly: true},
        orders_open: {type: integer, readOnly: true}}}}}}}}}
    post: {requestBody: &customer_body {content: {application/json: {schema: *customer}}},
      responses: {'201': &one_customer {description: d, content: {application/json: {schema: *customer}}}}}
  /customers/{customer_id}:
    parameters: [{name: customer_id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one_customer}}
    patch: {requestBody: *customer_body, responses: {'200': *one_customer}}
    delete: {responses: {'204': {description: d}}}
  /orders:
    get: {responses: {'200': {description: d, content: {application/json: {schema:
      {type: array, items: &order {type: object, properties: {id: {type: integer, readOnly: true},
        number: {type: string, readOnly: true}, customer_id: {type: integer}, status: {type: string},
        total: {type: number, readOnly: true}, price: {type: string, readOnly: true}, label: {type: string, readOnly: true},
        line_count: {type: integer, readOnly: true}, others: {type: integer, readOnly: true},
        starts_at: {type: string, format: date-time}, ends_at: {type: string, format: date-time},
        fees: {type: array, items: {type: object, properties: {amount: {type: number}, kind: {type: string}}}}}}}}}}}}
    post: {requestBody: &order_body {content: {application/json: {schema: *order}}},
      responses: {'201': &one_order {description: d, content: {application/json: {schema: *order}}}}}
  /orders/{order_id}:
    parameters: [&order_id {name: order_id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one_order}}
    patch: {requestBody: *order_body, responses: {'200': *one_order}}
    delete: {responses: {'204': {description: d}}}
  /orders/{order_id}/cancel:
    parameters: [*order_id]
    post: {responses: {'200': *one_order}}
  /orders/{order_id}/lines:
    parameters: [*order_id]
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &line
      {type: object, properties: {id: {type: integer, readOnly: true}, price: {type: number},
        quantity: {type: integer}, amount: {type: number, readOnly: true}, paid: {type: boolean}}}}}}}}}
    post: {requestBody: &line_body {content: {application/json: {schema: *line}}},
      responses: {'201': &one_line {description: d, content: {application/json: {schema: *line}}}}}
  /orders/{order_id}/lines/{line_id}:
    parameters: [*order_id, {name: line_id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one_line}}
    patch: {requestBody: *line_body, responses: {'200': *one_line}}
    delete: {responses: {'204': {description: d}}}
  /refunds:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &refund
      {type: object, properties: {id: {type: integer, readOnly: true}, order_id: {type: integer}, amount: {type: number}}}}}}}}}
    post: {requestBody: {content: {application/json: {schema: *refund}}},
      responses: {'201': &one_refund {description: d, content: {application/json: {schema: *refund}}}}}
  /refunds/{refund_id}:
    parameters: [{name: refund_id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one_refund}}
"""
ORDER = {"path": {"order_id": 1}}


def shop(**words: str) -> World:
    """Return a shop with words about its resources."""
    lines = [f"  {name}: {said}" for name, said in words.items()]
    return World("\n".join(["resources:", *lines]), SHOP)


def order_with(world: World, *lines: dict[str, Any], **order: Any) -> Any:
    """Make an order with some lines and return it."""
    made = world.value("POST /orders", order or {"status": "open"})
    path = {"order_id": made["id"]}
    for line in lines:
        world.value("POST /orders/{order_id}/lines", line, path=path)
    return world.value("GET /orders/{order_id}", path=path)


def value_of(formula: str, *lines: dict[str, Any], **order: Any) -> Any:
    """Return what a formula about an order gives, in a property that says nothing of its type."""
    world = shop(orders=f"{{hidden: [x], computed: {{x: {{value: {formula!r}}}}}}}")
    return order_with(world, *lines, **order)["x"]


def problem(world: World, label: str, body: Any, **parts: Any) -> Problem:
    return world.refusal(label, body, **parts)


def test_a_sum_over_children_follows_them() -> None:
    world = shop(
        orders='{computed: {total: {value: "sum(line.price * line.quantity for line in lines)"}}}'
    )
    order = order_with(world, {"price": 0.1, "quantity": 1}, {"price": 0.2, "quantity": 1})
    assert order["total"] == 0.3
    line = {"order_id": 1, "line_id": 2}
    world.value("PATCH /orders/{order_id}/lines/{line_id}", {"quantity": 10}, path=line)
    assert world.value("GET /orders/{order_id}", **ORDER)["total"] == 2.1
    world.value("DELETE /orders/{order_id}/lines/{line_id}", path=line)
    assert world.value("GET /orders/{order_id}", **ORDER)["total"] == 0.1


def test_a_record_is_answered_with_what_is_computed_of_it() -> None:
    world = shop(orders='{computed: {line_count: {value: "count(lines)"}}}')
    assert world.value("POST /orders", {"status": "open", "line_count": 9})["line_count"] == 0


def test_what_is_computed_of_what_is_computed_follows_too() -> None:
    world = shop(
        lines='{computed: {amount: {value: "price * quantity"}}}',
        orders='{computed: {total: {value: "sum(lines.amount)"}}}',
        customers='{computed: {spent: {value: "sum(orders.total)"}}}',
    )
    world.value("POST /customers", {"name": "Ann"})
    order_with(world, {"price": 2.5, "quantity": 2}, customer_id=1)
    order_with(world, {"price": 1, "quantity": 1}, customer_id=1)
    customer = world.value("GET /customers/{customer_id}", path={"customer_id": 1})
    assert customer["spent"] == 6


def test_a_record_that_moves_leaves_the_sum_of_where_it_was() -> None:
    world = shop(
        customers="{computed: {orders_open: {value: \"count(o for o in orders if o.status == 'open')\"}}}"
    )
    for name in ("Ann", "Bob"):
        world.value("POST /customers", {"name": name})
    world.value("POST /orders", {"status": "open", "customer_id": 1})
    world.value("PATCH /orders/{order_id}", {"customer_id": 2}, **ORDER)
    counts = [each["orders_open"] for each in world.value("GET /customers")]
    assert counts == [0, 1]
    world.value("PATCH /orders/{order_id}", {"status": "shut"}, **ORDER)
    counts = [each["orders_open"] for each in world.value("GET /customers")]
    assert counts == [0, 0]


def test_what_looks_at_a_parent_follows_the_parent() -> None:
    world = shop(orders="{computed: {label: {value: \"text(customer.name, ' ', id)\"}}}")
    world.value("POST /customers", {"name": "Ann"})
    world.value("POST /orders", {"customer_id": 1})
    world.value("PATCH /customers/{customer_id}", {"name": "Eve"}, path={"customer_id": 1})
    assert world.value("GET /orders/{order_id}", **ORDER)["label"] == "Eve 1"


def test_the_others_beside_a_record_are_without_it() -> None:
    world = shop(orders='{computed: {others: {value: "count(orders)"}}}')
    for _ in range(3):
        world.value("POST /orders", {"status": "open"})
    assert [each["others"] for each in world.value("GET /orders")] == [2, 2, 2]


def test_records_that_begin_with_the_mock_are_computed() -> None:
    world = shop(orders='{computed: {total: {value: "sum(lines.price)"}}}')
    world.seed(orders=[{"id": 1}], lines=[{"id": 1, "order_id": 1, "price": 4}])
    assert world.value("GET /orders/{order_id}", **ORDER)["total"] == 4


def test_a_number_is_a_text_where_its_schema_wants_one() -> None:
    world = shop(orders='{computed: {price: {value: "sum(fees.amount)"}}}')
    made = world.value("POST /orders", {"fees": [{"amount": "10.00"}, {"amount": "5.50"}]})
    assert made["price"] == "15.50"


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1 + 2 * 3 - 4 / 8", 6.5),
        ("(7 % 4) * -1", -3),
        ("1 / 0", None),
        ("status", "open"),
        ("status == 'open' and not (status == 'shut' or false)", True),
        ("'open' in ['shut', 'open']", True),
        ("status not in ['shut']", True),
        ("'many' if count(lines) > 1 else 'few'", "many"),
        ("ends_at", None),
        ("ends_at + 1", None),
        ("ends_at < 1", None),
        ("ends_at == null", True),
        ("0 < 1 <= 1 < 2", True),
        ("sum(lines.price)", 5),
        ("sum(line.price for line in lines if line.quantity > 1)", 3),
        ("min(lines.price)", 2),
        ("max(lines.price, 9)", 9),
        ("count(order.lines)", 2),
        ("any(line.price > 2 for line in lines)", True),
        ("all(line.price > 2 for line in lines)", False),
        ("first(ends_at, status)", "open"),
        ("length(status) + length(lines)", 6),
        ("upper(status)", "OPEN"),
        ("round(10 / 3, 2)", 3.33),
        ("round(2.5)", 3),
        ("abs(-2)", 2),
        ("text('no ', id, ' of ', 0.10)", "no 1 of 0.1"),
        ("now() > '2024-01-01T00:00:00+02:00'", True),
        ("sum(fees.amount)", 3),
        ("sum(fee.amount for fee in fees if fee.kind == 'tax')", 1),
    ],
)
def test_a_formula_gives_its_value(formula: str, value: Any) -> None:
    fees = [{"amount": 1, "kind": "tax"}, {"amount": 2, "kind": "tip"}]
    lines = {"price": 2, "quantity": 1}, {"price": 3, "quantity": 2}
    assert value_of(formula, *lines, status="open", fees=fees) == value


REFUND = '{conditions: ["amount <= order.total - sum(r.amount for r in refunds if r.order_id == order_id)"]}'


def refunding() -> World:
    world = shop(refunds=REFUND, orders='{computed: {total: {value: "sum(lines.price)"}}}')
    order_with(world, {"price": 10, "quantity": 1})
    return world


def test_a_condition_refuses_what_it_does_not_let() -> None:
    world = refunding()
    world.value("POST /refunds", {"order_id": 1, "amount": 6})
    refusal = problem(world, "POST /refunds", {"order_id": 1, "amount": 5})
    assert refusal.kind is ProblemKind.INVALID
    world.value("POST /refunds", {"order_id": 1, "amount": 4})


def test_what_is_not_known_refuses_nothing() -> None:
    world = refunding()
    world.value("POST /refunds", {"order_id": 99, "amount": 5})


def test_a_condition_is_told_in_its_own_words() -> None:
    world = shop(
        orders="{conditions: [{must: starts_at < ends_at, message: '{ends_at} is too soon', field: ends_at}]}"
    )
    sent = {"starts_at": "2024-01-01T12:00:00Z", "ends_at": "2024-01-01T13:00:00+02:00"}
    refusal = problem(world, "POST /orders", sent)
    assert refusal.message == "2024-01-01T13:00:00+02:00 is too soon"
    assert refusal.violations[0].path == ("ends_at",)


def test_a_change_and_a_delete_are_held_to_conditions() -> None:
    world = shop(
        orders="{conditions: ['status != null', {must: count(lines) == 0, at: [delete]}]}",
    )
    order_with(world, {"price": 1, "quantity": 1})
    assert problem(world, "DELETE /orders/{order_id}", None, **ORDER).kind is ProblemKind.CONFLICT
    assert problem(world, "PATCH /orders/{order_id}", {"status": None}, **ORDER)
    world.value("DELETE /orders/{order_id}/lines/{line_id}", path={"order_id": 1, "line_id": 1})
    world.value("DELETE /orders/{order_id}", **ORDER)


def test_an_operation_has_conditions_of_its_own() -> None:
    world = World(
        "operations: {'POST /orders/{order_id}/cancel': {conditions: "
        "[{must: \"old.status != 'shipped'\", problem: transition, message: 'order {id} is on its way'}]}}",
        SHOP,
    )
    order_with(world, status="shipped")
    refusal = problem(world, "POST /orders/{order_id}/cancel", None, **ORDER)
    assert refusal.kind is ProblemKind.TRANSITION
    assert refusal.message == "order 1 is on its way"
    order_with(world, status="open")
    world.value("POST /orders/{order_id}/cancel", path={"order_id": 2})


@pytest.mark.parametrize(
    ("formula", "message", "hint"),
    [
        ("amout <= 1", "refunds have no property 'amout'", "'amount'"),
        ("amount <= order.totl", "orders have no property 'totl'", "'total'"),
        ("amount <= order.customer.limt", "customers have no property 'limt'", "'limit'"),
        ("sum(order.lines.prize)", "lines have no property 'prize'", "'price'"),
        ("sum(l.prize for l in order.lines)", "lines have no property 'prize'", "'price'"),
        ("order.fees.amont", "no property 'amont'", "'amount'"),
        ("summ(amount)", "no function 'summ'", "'sum'"),
        ("amount <=", "is no formula", None),
        ("amount.__class__", "no property '__class__'", None),
        ("__import__('os')", "no function '__import__'", None),
        ("(lambda: 1)()", "cannot call", None),
        ("amount ** 9", "cannot have", None),
        ("[x for x in order.lines]", "cannot have", None),
        ("sum(sum(y for y in order.lines) for x in order.lines)", "a loop within a loop", None),
        ("sum(amount, start=1)", "cannot have", None),
        ("amount == 1j", "cannot have", None),
        ("(" * 240 + "1" + ")" * 240, "is no formula", None),
        ("1" * 501, "longer than", None),
        (" + ".join("1" * 110), "too many parts", None),
    ],
)
def test_a_formula_that_cannot_be_read_is_told(formula: str, message: str, hint: Any) -> None:
    with pytest.raises(SemanticsError) as caught:
        shop(refunds=f"{{conditions: [{formula!r}]}}")
    assert message in caught.value.message
    assert caught.value.pointer == "/resources/refunds/conditions/0"
    assert hint is None or hint in (caught.value.hint or "")


def test_what_is_computed_of_itself_is_a_mistake() -> None:
    with pytest.raises(SemanticsError, match=r"orders\.total -> lines\.amount -> orders\.total"):
        shop(
            orders='{computed: {total: {value: "sum(lines.amount)"}}}',
            lines='{computed: {amount: {value: "order.total / 2"}}}',
        )


def test_conditions_of_what_no_operation_is_about_are_a_mistake() -> None:
    with pytest.raises(SemanticsError, match="no operation is about payments"):
        shop(payments="{conditions: ['amount > 0']}")


def test_all_mistakes_are_told_at_once() -> None:
    semantics = """
resources:
  orders: {computed: {totl: {value: "sum(lines.prize)"}}, conditions: ["stats == 1"]}
  refunds: {conditions: [{must: "amount < 1", field: amonut}]}
operations: {GET /order: {kind: list}}
"""
    with pytest.raises(SemanticsError) as caught:
        compiled(HEAD + SHOP, semantics)
    told = str(caught.value).splitlines()
    for word in ("'totl'", "'prize'", "'stats'", "'amonut'", "'GET /order'"):
        assert sum(word in line for line in told) == 1, (word, told)
