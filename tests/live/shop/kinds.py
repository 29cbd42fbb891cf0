"""The kinds of records of the shop: their tables, bodies, defaults, filters and orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.live.shop import bodies, tables
from tests.live.shop.bodies import flag, one_of, text_of
from tests.live.shop.records import Kind

Readers = Mapping[str, Callable[[str, str], Any]]
"""How query parameters are read, by name."""
CUSTOMER = Kind(
    name="customer",
    table=tables.customers,
    body=bodies.Customer,
    patch=bodies.CustomerPatch,
    defaults={
        "email": None,
        "city": "Utrecht",
        "tier": "basic",
        "newsletter": True,
        "credit": 50,
        "note": None,
    },
    left_out=("email", "note"),
)
ORDER = Kind(
    name="order",
    table=tables.orders,
    body=bodies.Order,
    patch=bodies.OrderPatch,
    defaults={"status": "draft", "rush": False, "weight": 0, "note": None},
    left_out=("note",),
    below=((tables.lines, "order_id"),),
)
LINE = Kind(
    name="line",
    table=tables.lines,
    body=bodies.Line,
    patch=bodies.LinePatch,
    defaults={"quantity": 1, "gift": False, "label": None},
    above=tables.orders,
    parent="order_id",
)
CUSTOMER_FILTERS = {
    "tier": one_of("basic", "silver", "gold"),
    "city": text_of(80),
    "newsletter": flag,
}
ORDER_FILTERS = {"status": one_of("draft", "placed", "shipped"), "rush": flag}
LINE_FILTERS = {"sku": text_of(40), "gift": flag}
PRICE_FILTERS = {"currency": one_of("EUR", "USD")}
CUSTOMER_SORTS = one_of("id", "-id", "name", "-name", "credit", "-credit")
ORDER_SORTS = one_of("id", "-id", "weight", "-weight")
