"""Faults of records below others: lines that are seen, changed or left where they do not belong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete as erase

from tests.live.shop import listing, storing
from tests.live.shop.tables import lines, orders
from tests.planted.calls import Step, call, delete, get, patch, post, put
from tests.planted.fault import Fault, Phase, wrong


def _anywhere(*methods: str) -> Callable[..., Any]:
    """Return a search that finds a line under any order for these methods."""

    def find(connection: Any, table: Any, place: Any, key: Any, method: str) -> Any:
        where = {} if table is lines and method in methods else place
        return storing.find(connection, table, where, key, method)

    return find


def _taken_for_there(*methods: str) -> Callable[..., bool]:
    return lambda connection, table, key, method: (
        method in methods or storing.is_there(connection, table, key, method)
    )


def _leave_lines(connection: Any, table: Any, row: Any, below: Any) -> None:
    storing.remove(connection, table, row, () if table is orders else below)


def _take_too_many(connection: Any, table: Any, row: Any, below: Any) -> None:
    storing.remove(connection, table, row, below)
    if table is orders:
        connection.execute(erase(lines).where(lines.c.order_id == row["id"] + 1))


def _all_lines(table: Any, place: Any) -> Any:
    return listing.within(table, {} if table is lines else place)


def _count_all(connection: Any, asked: Any, condition: Any) -> int:
    return listing.counted(
        connection, asked, listing.within(asked.table, {}) if asked.table is lines else condition
    )


def _remove_anywhere(asked: Any) -> Any:
    return listing.matching(asked.table, asked.filters)


def _moved(sent: dict[str, Any], raw: Any) -> dict[str, Any]:
    goal = raw.get("order_id") if isinstance(raw, dict) else None
    return {**sent, "order_id": goal} if isinstance(goal, int) and "quantity" in sent else sent


def _fault(
    name: str, sentence: str, *shows: Step, phase: Phase = Phase.MACHINE, **habits: Any
) -> Fault:
    return Fault(name, sentence, "nested", phase, wrong(**habits), shows)


FAULTS = (
    _fault(
        "nested-orphans",
        "The lines of an order that is deleted can still be read.",
        delete("/orders/1"),
        get("/orders/1/lines/1"),
        remove=_leave_lines,
        is_there=_taken_for_there("GET"),
    ),
    _fault(
        "nested-read-elsewhere",
        "A line can be read under another order.",
        get("/orders/2/lines/1"),
        find=_anywhere("GET"),
    ),
    _fault(
        "nested-changed-elsewhere",
        "A line can be changed under another order.",
        patch("/orders/2/lines/1", {"quantity": 3}),
        find=_anywhere("PATCH", "PUT"),
    ),
    _fault(
        "nested-deleted-elsewhere",
        "A line can be deleted under another order.",
        delete("/orders/2/lines/1"),
        find=_anywhere("DELETE"),
    ),
    _fault(
        "nested-listed-elsewhere",
        "The lines of all orders are listed.",
        get("/orders/2/lines"),
        within=_all_lines,
    ),
    _fault(
        "nested-counted-all",
        "The total is that of the lines of all orders.",
        get("/orders/2/lines"),
        counted=_count_all,
    ),
    _fault(
        "nested-wide-cascade",
        "The lines of the next order go with an order.",
        delete("/orders/1"),
        get("/orders/2/lines"),
        remove=_take_too_many,
    ),
    _fault(
        "nested-made-nowhere",
        "A line can be made in an order that is not there.",
        post("/orders/99/lines", {"sku": "pen"}),
        is_there=_taken_for_there("POST"),
    ),
    _fault(
        "nested-bulk-elsewhere",
        "A bulk delete takes the lines of other orders along.",
        call("DELETE", "/orders/1/lines?sku=pen"),
        get("/orders/2/lines"),
        removes=_remove_anywhere,
    ),
    _fault(
        "nested-list-of-nothing",
        "The list of an order that is not there is empty, and not 404.",
        get("/orders/99/lines"),
        is_there=_taken_for_there("GET"),
    ),
    _fault(
        "nested-moves",
        "A line moves to another order when its body names one.",
        put("/orders/1/lines/1", {"sku": "pen", "quantity": 1, "order_id": 2}),
        get("/orders/2/lines"),
        phase=Phase.LAWS,
        allowed=_moved,
    ),
)
