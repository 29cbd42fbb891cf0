"""Faults that show when several callers act at once."""

from __future__ import annotations

from time import sleep
from typing import Any

from sqlalchemy import func, insert, select

from tests.live.shop import storing
from tests.live.shop.habits import keeps
from tests.live.shop.tables import Database
from tests.planted.calls import get, patch, post
from tests.planted.fault import Fault, Phase, wrong

Row = dict[str, Any]
PAUSE_S = 0.005
"""So long others may act between a look and a write."""


def _draw(database: Database, table: Any) -> int:
    """Look for the next number, and use it later."""
    with database.transaction(keeps) as connection:
        highest = connection.scalar(select(func.max(table.c.id))) or 0
    sleep(PAUSE_S)
    return int(highest) + 1


def _write_over(connection: Any, table: Any, values: Row, drawn: int | None) -> Row:
    """Store a record under its number, whoever has it by then."""
    if drawn is None:
        return storing.add(connection, table, values, drawn)
    connection.execute(insert(table).prefix_with("OR REPLACE").values(**values, id=drawn))
    return {**values, "id": drawn}


def _look(database: Database, reader: Any) -> Row:
    with database.transaction(keeps) as connection:
        row: Row = reader(connection)
    sleep(PAUSE_S)
    return row


def _write_all(row: Row, sent: Row, defaults: Any) -> Row:
    """Store the whole record as it was seen, with what changes."""
    return {**{name: row[name] for name in defaults if name in row}, **sent} if sent else {}


FAULTS = (
    Fault(
        "race-on-create",
        "Of two records that are made at once one is lost.",
        "concurrency",
        Phase.LAWS,
        wrong(draw=_draw, add=_write_over),
        (tuple(post("/orders", {"reference": f"r{n}"}) for n in range(4)), get("/orders")),
    ),
    Fault(
        "race-on-change",
        "Of two changes that are made at once one is lost.",
        "concurrency",
        Phase.LAWS,
        wrong(look=_look, merged=_write_all),
        (
            (patch("/orders/1", {"weight": 1}), patch("/orders/1", {"status": "draft"})),
            get("/orders/1"),
        ),
    ),
)
