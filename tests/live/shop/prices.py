"""The prices of the shop: one for each SKU, put as a whole with its tiers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, insert, select

from tests.live.shop.bodies import Price, checked
from tests.live.shop.habits import Habits
from tests.live.shop.listing import Asked
from tests.live.shop.problems import Refused, missing
from tests.live.shop.tables import Database, Row, prices, tiers

DEFAULTS = {"currency": "EUR", "active": True}


class Prices:
    """Answers the calls on prices."""

    def __init__(self, database: Database, habits: Habits) -> None:
        self._database, self._habits = database, habits

    def list(self, asked: Asked) -> tuple[list[Row], int]:
        """Return the prices of a page, and how many there are on all pages."""
        habits = self._habits
        with self._database.transaction(habits.keeps) as connection:
            condition = habits.matching(prices, asked.filters)
            offset, limit = habits.cut(asked.offset, asked.limit)
            chosen = select(prices).where(condition).order_by(*habits.ordered(prices, asked.sort))
            rows = habits.fetched(connection, chosen.offset(offset).limit(limit), asked)
            return [self._shown(connection, row) for row in rows], habits.counted(
                connection, asked, condition
            )

    def read(self, sku: str, method: str = "GET") -> Row:
        with self._database.transaction(self._habits.keeps) as connection:
            row = self._found(connection, sku, method)
            self._habits.afterwards(connection, prices, row, method)
            return self._shown(connection, row)

    def put(self, sku: str, raw: Any) -> tuple[Row, bool]:
        """Make a price what is sent, and tell whether it is new."""
        habits = self._habits
        with self._database.transaction(habits.keeps) as connection:
            key = habits.price_key(sku)
            row = habits.find(connection, prices, {}, {"sku": key}, "PUT")
            try:
                sent = habits.allowed(
                    checked(Price.model_validate, raw).model_dump(exclude_unset=True), raw
                )
                _check_once(sent["tiers"])
            except Refused:
                habits.salvage(
                    raw,
                    lambda values: (
                        row and self._keep_tiers(connection, row, values.get("tiers", []))
                    ),
                )
                raise
            values = {name: value for name, value in sent.items() if name != "tiers"}
            stored = self._store(connection, key, row, values)
            self._keep_tiers(connection, stored, sent["tiers"])
            habits.afterwards(connection, prices, stored, "PUT")
            return self._shown(connection, stored), row is None

    def delete(self, sku: str) -> None:
        with self._database.transaction(self._habits.keeps) as connection:
            row = self._found(connection, sku, "DELETE")
            self._habits.remove(connection, prices, row, ((tiers, "price_id"),))
            self._habits.afterwards(connection, prices, row, "DELETE")

    def _found(self, connection: Connection, sku: str, method: str) -> Row:
        row = self._habits.find(
            connection, prices, {}, {"sku": self._habits.price_key(sku)}, method
        )
        if row is None:
            raise missing("price", sku)
        return row

    def _store(self, connection: Connection, sku: str, row: Row | None, values: Row) -> Row:
        habits, now = self._habits, self._database.now()
        if row is None:
            made = {"sku": sku, **habits.stamped(None, now), **habits.created(values, DEFAULTS)}
            return habits.add(connection, prices, made, None)
        changed = {**habits.stamped(row, now), **habits.upserted(row, values, DEFAULTS)}
        return habits.change(connection, prices, row, changed)

    def _keep_tiers(self, connection: Connection, row: Row, sent: list[Row]) -> None:
        kept = self._habits.tiers(_tiers(connection, row), sent)
        connection.execute(delete(tiers).where(tiers.c.price_id == row["id"]))
        for tier in kept:
            named = {name: value for name, value in tier.items() if value is not None}
            connection.execute(insert(tiers).values(price_id=row["id"], **named))

    def _shown(self, connection: Connection, row: Row) -> Row:
        return {**row, "tiers": _tiers(connection, row)}


def _tiers(connection: Connection, row: Row) -> list[Row]:
    """Return the tiers of a price in their order."""
    chosen = select(tiers.c.id, tiers.c.from_quantity, tiers.c.amount).where(
        tiers.c.price_id == row["id"]
    )
    return [
        dict(tier)
        for tier in connection.execute(
            chosen.order_by(tiers.c.from_quantity, tiers.c.id)
        ).mappings()
    ]


def _check_once(sent: list[Row]) -> None:
    """Raise Refused when two tiers begin at the same quantity."""
    seen: set[int] = set()
    for index, tier in enumerate(sent):
        if tier["from_quantity"] in seen:
            pointer = f"/tiers/{index}/from_quantity"
            raise Refused(
                400, "two tiers begin at the same quantity", [(pointer, "is there twice")]
            )
        seen.add(tier["from_quantity"])
