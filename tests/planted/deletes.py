"""Faults of deletes: of what stays, goes along or comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete as erase
from sqlalchemy import func, select

from tests.live.shop import listing, storing
from tests.live.shop.tables import customers, lines, orders, prices
from tests.planted.calls import Step, delete, get, patch
from tests.planted.fault import Fault, Phase, remembering, wrong

Grave = dict[Any, Any]
"""The records that are taken for dead, by table and id."""


def _keep(connection: Any, table: Any, row: Any, below: Any) -> None:
    """Remove nothing."""


def _sibling_too(connection: Any, table: Any, row: Any, below: Any) -> None:
    storing.remove(connection, table, row, below)
    if table in (customers, lines):
        connection.execute(erase(table).where(table.c.id == row["id"] + 1))


def _oldest_instead(connection: Any, table: Any, row: Any, below: Any) -> None:
    first = connection.scalar(select(func.min(table.c.id)))
    storing.remove(connection, table, {"id": first} if table is orders else row, below)


def _bury(grave: Grave) -> Callable[..., None]:
    """Return what marks a record as dead, and keeps it."""

    def remove(connection: Any, table: Any, row: Any, below: Any) -> None:
        grave[table.name, row["id"]] = row

    return remove


def _search(grave: Grave, *alive: str) -> Callable[..., Any]:
    """Return a search that finds the dead for some methods alone; what is found by PATCH or PUT
    lives again.
    """

    def find(connection: Any, table: Any, place: Any, key: Any, method: str) -> Any:
        row = storing.find(connection, table, place, key, method)
        if row is None or (table.name, row["id"]) not in grave:
            return row
        if method not in alive:
            return None
        if method in ("PATCH", "PUT"):
            del grave[table.name, row["id"]]
        return row

    return find


def _hidden(grave: Grave) -> Callable[..., Any]:
    """Return the condition that a record is in its place, and not dead."""

    def within(table: Any, place: Any) -> Any:
        dead = [key for name, key in grave if name == table.name]
        return listing.within(table, place) & table.c.id.not_in(dead)

    return within


def _listed(grave: Grave) -> dict[str, Any]:
    return {"remove": _bury(grave), "find": _search(grave)}


def _readable(grave: Grave) -> dict[str, Any]:
    return {"remove": _bury(grave), "find": _search(grave, "GET"), "within": _hidden(grave)}


def _reviving(grave: Grave) -> dict[str, Any]:
    return {
        "remove": _bury(grave),
        "find": _search(grave, "PATCH", "PUT"),
        "within": _hidden(grave),
    }


def _twice(grave: Grave) -> dict[str, Any]:
    return {"remove": _bury(grave), "find": _search(grave, "DELETE"), "within": _hidden(grave)}


def _counted(grave: Grave) -> dict[str, Any]:
    def remove(connection: Any, table: Any, row: Any, below: Any) -> None:
        storing.remove(connection, table, row, below)
        grave[table.name, row["id"]] = row

    def counted(connection: Any, asked: Any, condition: Any) -> int:
        dead = [
            row for (name, _), row in grave.items() if name == asked.table.name and not asked.within
        ]
        return listing.counted(connection, asked, condition) + len(dead)

    return {"remove": remove, "counted": counted}


def _forgetful(grave: Grave) -> dict[str, Any]:
    """Take a second delete of a price for the first."""

    def find(connection: Any, table: Any, place: Any, key: Any, method: str) -> Any:
        found = storing.find(connection, table, place, key, method)
        return found or ({"id": 0} if table is prices and method == "DELETE" else None)

    return {"find": find}


def _fault(
    name: str, sentence: str, habits: Callable[[], Any], *shows: Step, phase: Phase = Phase.MACHINE
) -> Fault:
    return Fault(name, sentence, "delete", phase, habits, shows)


GONE = delete("/customers/2")
FAULTS = (
    _fault(
        "delete-nothing",
        "A delete deletes nothing.",
        wrong(remove=_keep),
        GONE,
        get("/customers/2"),
    ),
    _fault(
        "delete-still-listed",
        "A deleted record is not found, and still listed.",
        remembering(_listed),
        GONE,
        get("/customers"),
    ),
    _fault(
        "delete-still-read",
        "A deleted record is not listed, and can still be read.",
        remembering(_readable),
        GONE,
        get("/customers/2"),
    ),
    _fault(
        "delete-still-counted",
        "A deleted record is still in the total and in the count.",
        remembering(_counted),
        GONE,
        get("/customers/count"),
    ),
    _fault(
        "delete-sibling-too",
        "The next record goes as well.",
        wrong(remove=_sibling_too),
        GONE,
        get("/customers"),
    ),
    _fault(
        "delete-oldest",
        "The oldest order goes, whichever is named.",
        wrong(remove=_oldest_instead),
        delete("/orders/3"),
        get("/orders"),
    ),
    _fault(
        "delete-revives",
        "A change brings a deleted record back.",
        remembering(_reviving),
        GONE,
        patch("/customers/2", {"city": "Delft"}),
    ),
    _fault(
        "delete-twice", "A record can be deleted again and again.", remembering(_twice), GONE, GONE
    ),
    _fault(
        "delete-what-never-was",
        "To delete a price that is not there is a success.",
        remembering(_forgetful),
        delete("/prices/never"),
    ),
)
