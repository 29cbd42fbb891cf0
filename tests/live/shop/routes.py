"""The routes of the shop: for each method and path what answers it, from the keys in the path and
the request.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy import Table

from tests.live.shop import bodies, tables
from tests.live.shop.bodies import asked, decoded, whole
from tests.live.shop.kinds import (
    CUSTOMER_FILTERS,
    CUSTOMER_SORTS,
    LINE_FILTERS,
    ORDER_FILTERS,
    ORDER_SORTS,
    PRICE_FILTERS,
    Readers,
)
from tests.live.shop.listing import Asked
from tests.live.shop.problems import Refused
from tests.live.shop.records import Records
from tests.live.shop.tables import Row

if TYPE_CHECKING:
    from tests.live.shop.app import Shop

Handle = Callable[..., Any]
"""Takes the shop and the keys of the path; gives a body, None for none, or a whole response."""
ITEM, ORDER = "/customers/<customer_id>", "/orders/<order_id>"
LINE = f"{ORDER}/lines/<line_id>"


def list_customers(shop: Shop) -> Row:
    page, wanted = _page(tables.customers, CUSTOMER_FILTERS, CUSTOMER_SORTS)
    return _paged(shop, shop.customers.list(wanted), page, wanted)


def create_customer(shop: Shop) -> Response:
    return _created(shop.customers.create({}, _body()), "/customers")


def count_customers(shop: Shop) -> Row:
    return {
        "count": shop.customers.count(
            Asked(tables.customers, filters=asked(request.args, CUSTOMER_FILTERS))
        )
    }


def create_customers(shop: Shop) -> Response:
    return json_reply(201, shop.customers.create_all(_body(), bodies.Customers))


def list_orders(shop: Shop) -> Row:
    query = request.args
    offset = whole(query.get("offset", "0"), "offset", 0)
    limit = whole(query.get("limit", "10"), "limit", 1, 50)
    sort = asked(query, {"sort": ORDER_SORTS}).get("sort", "id")
    rows, total = shop.orders.list(
        Asked(tables.orders, {}, asked(query, ORDER_FILTERS), sort, offset, limit)
    )
    more, _ = shop.habits.beside(offset, limit, total)
    return {"items": rows, "total": total, "offset": offset, "limit": limit, "has_more": more}


def create_order(shop: Shop) -> Response:
    return _created(shop.orders.create({}, _body()), "/orders")


def list_lines(shop: Shop, order_id: str) -> Row:
    page, wanted = _page(tables.lines, LINE_FILTERS, place=_order(order_id))
    return _paged(shop, shop.lines.list(wanted), page, wanted)


def create_line(shop: Shop, order_id: str) -> Response:
    place = _order(order_id)
    return _created(shop.lines.create(place, _body()), f"/orders/{place['order_id']}/lines")


def delete_lines(shop: Shop, order_id: str) -> None:
    shop.lines.delete_all(Asked(tables.lines, _order(order_id), asked(request.args, LINE_FILTERS)))


def list_prices(shop: Shop) -> Row:
    page, wanted = _page(tables.prices, PRICE_FILTERS, sort="sku")
    return _paged(shop, shop.prices.list(wanted), page, wanted)


def get_price(shop: Shop, sku: str) -> Row:
    return shop.prices.read(_sku(sku))


def put_price(shop: Shop, sku: str) -> Response:
    stored, is_new = shop.prices.put(_sku(sku), _body())
    return (
        json_reply(201, stored, {"Location": f"/prices/{sku}"})
        if is_new
        else json_reply(200, stored)
    )


def delete_price(shop: Shop, sku: str) -> None:
    shop.prices.delete(_sku(sku))


def _on_item(
    path: str, find: Callable[..., tuple[Records, Row, int]]
) -> tuple[tuple[str, str, Handle], ...]:
    """Return the routes of a record: `find` turns shop and keys into its kind, its place and its
    key.
    """

    def read(shop: Shop, **keys: str) -> Row:
        records, place, key = find(shop, **keys)
        return records.read(place, key)

    def replace(shop: Shop, **keys: str) -> Row:
        records, place, key = find(shop, **keys)
        return records.replace(place, key, _body())

    def merge(shop: Shop, **keys: str) -> Row:
        records, place, key = find(shop, **keys)
        return records.merge(place, key, _body())

    def delete(shop: Shop, **keys: str) -> None:
        records, place, key = find(shop, **keys)
        records.delete(place, key)

    return (
        ("GET", path, read),
        ("PUT", path, replace),
        ("PATCH", path, merge),
        ("DELETE", path, delete),
    )


LITERAL = ("/customers/count", "/customers/batch")
"""Paths beside those of records, which look like them."""
ROUTES: tuple[tuple[str, str, Handle], ...] = (
    ("GET", "/customers", list_customers),
    ("POST", "/customers", create_customer),
    ("GET", "/customers/count", count_customers),
    ("POST", "/customers/batch", create_customers),
    *_on_item(
        ITEM, lambda shop, customer_id: (shop.customers, {}, whole(customer_id, "customer_id"))
    ),
    ("GET", "/orders", list_orders),
    ("POST", "/orders", create_order),
    *_on_item(ORDER, lambda shop, order_id: (shop.orders, {}, whole(order_id, "order_id"))),
    ("GET", f"{ORDER}/lines", list_lines),
    ("POST", f"{ORDER}/lines", create_line),
    ("DELETE", f"{ORDER}/lines", delete_lines),
    *_on_item(
        LINE,
        lambda shop, order_id, line_id: (shop.lines, _order(order_id), whole(line_id, "line_id")),
    ),
    ("GET", "/prices", list_prices),
    ("GET", "/prices/<sku>", get_price),
    ("PUT", "/prices/<sku>", put_price),
    ("DELETE", "/prices/<sku>", delete_price),
)


def json_reply(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Response:
    return Response(json.dumps(value), status, headers, mimetype="application/json")


def _created(made: Row, path: str) -> Response:
    return json_reply(201, made, {"Location": f"{path}/{made['id']}"})


def _body() -> Any:
    return decoded(request.get_data(), request.mimetype)


def _order(text: str) -> Row:
    return {"order_id": whole(text, "order_id")}


def _sku(text: str) -> str:
    if not bodies.SKU.fullmatch(text):
        raise Refused(400, "a sku has 1 to 40 letters, digits, - and _")
    return text


def _page(
    table: Table, filters: Readers, sorts: Any = None, place: Row | None = None, sort: str = "id"
) -> tuple[int, Asked]:
    """Return the number of the page that is asked for, and what it asks for."""
    query = request.args
    page = whole(query.get("page", "1"), "page", 1)
    limit = whole(query.get("limit", "20"), "limit", 1, 100)
    sort = asked(query, {"sort": sorts}).get("sort", sort) if sorts else sort
    offset = min((page - 1) * limit, bodies.LARGEST)
    return page, Asked(table, place or {}, asked(query, filters), sort, offset, limit)


def _paged(shop: Shop, found: tuple[list[Row], int], page: int, wanted: Asked) -> Row:
    rows, total = found
    after, before = shop.habits.beside(wanted.offset, wanted.limit, total)
    links = {
        "next": _link(page + 1) if after else None,
        "previous": _link(page - 1) if before else None,
    }
    return {"items": rows, "total": total, "page": page, "limit": wanted.limit, **links}


def _link(page: int) -> str:
    return f"{request.base_url}?{urlencode({**request.args, 'page': page})}"
