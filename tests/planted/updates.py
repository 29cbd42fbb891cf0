"""Faults of changes: of what a PUT or a PATCH leaves, loses, resets or takes along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import update

from tests.live.shop import contents, storing
from tests.live.shop.tables import customers, lines, orders
from tests.planted.calls import Step, get, patch, post, put
from tests.planted.fault import Fault, Phase, remembering, wrong

Row = dict[str, Any]
OWN = {customers: "city", orders: "weight", lines: "quantity"}
"""A property of each table that says nothing of other records."""


def _without(name: str) -> Callable[..., Row]:
    def merged(row: Row, sent: Row, defaults: Any) -> Row:
        return {each: value for each, value in sent.items() if each != name or len(sent) == 1}

    return merged


def _no_falsy(row: Row, sent: Row, defaults: Any) -> Row:
    return {name: value for name, value in sent.items() if value}


def _no_null(row: Row, sent: Row, defaults: Any) -> Row:
    return {name: value for name, value in sent.items() if value is not None}


def _reset_the_rest(row: Row, sent: Row, defaults: Any) -> Row:
    return {**defaults, **sent} if sent else {}


def _keep(name: str) -> Callable[..., Row]:
    def replaced(row: Row, sent: Row, defaults: Any) -> Row:
        return {**defaults, **({name: row[name]} if name in row else {}), **sent}

    return replaced


def _null_for_default(row: Row, sent: Row, defaults: Any) -> Row:
    return {**defaults, **({"credit": None} if "credit" in defaults else {}), **sent}


def _sibling_too(connection: Any, table: Any, row: Row, method: str) -> None:
    if method == "PATCH" and table in OWN:
        changed = {OWN[table]: row[OWN[table]]}
        connection.execute(update(table).where(table.c.id == row["id"] + 1).values(**changed))


def _move_creation(row: Row | None, now: str) -> Row:
    return {**contents.stamped(row, now), "created_at": now}


def _leave_moment(row: Row | None, now: str) -> Row:
    stamps = contents.stamped(row, now)
    return stamps if row is None else {"revision": stamps["revision"]}


def _leave_revision(row: Row | None, now: str) -> Row:
    stamps = contents.stamped(row, now)
    return stamps if row is None else {"updated_at": stamps["updated_at"]}


def _show_only(connection: Any, table: Any, row: Row, values: Row) -> Row:
    return {**row, **values}


def _store_only(connection: Any, table: Any, row: Row, values: Row) -> Row:
    storing.change(connection, table, row, values)
    return row


def _with_read_only(name: str, fits: Callable[[Any], bool]) -> Callable[..., Row]:
    """Return what lets a client set a property that only the server may."""

    def allowed(sent: Row, raw: Any) -> Row:
        given = raw.get(name) if isinstance(raw, dict) else None
        return {**sent, name: given} if fits(given) and "tiers" not in sent else sent

    return allowed


def _stale(cache: dict[Any, Any]) -> dict[str, Any]:
    """Remember what was read once, until it is deleted."""

    def find(connection: Any, table: Any, place: Any, key: Any, method: str) -> Any:
        found = storing.find(connection, table, place, key, method)
        spot = (table.name, str(place), str(key))
        if method == "GET" and found is not None:
            return cache.setdefault(spot, found)
        return found

    return {"find": find}


def _choosing(chosen: dict[Any, Any]) -> dict[str, Any]:
    """Let a client choose each id above those that the shop has come to once."""

    def fits(value: Any) -> bool:
        return (
            _is_count(value)
            and value > 70
            and chosen.setdefault(value, len(chosen)) == len(chosen) - 1
        )

    return {"allowed": _with_read_only("id", fits)}


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 20 and value.endswith("Z") and value[10] == "T"


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9


def _fault(
    name: str, sentence: str, *shows: Step, phase: Phase = Phase.MACHINE, **habits: Any
) -> Fault:
    return Fault(name, sentence, "update", phase, wrong(**habits), shows)


LEFT = patch("/customers/2", {"newsletter": True})
FAULTS = (
    _fault(
        "patch-loses-note",
        "A PATCH of several properties loses the note.",
        patch("/customers/1", {"note": "n", "city": "Delft"}),
        merged=_without("note"),
    ),
    _fault(
        "patch-resets",
        "A PATCH sets what is not sent back to its default.",
        LEFT,
        merged=_reset_the_rest,
    ),
    _fault(
        "patch-ignores-falsy",
        "A PATCH does not take false, 0 or nothing.",
        patch("/customers/1", {"newsletter": False, "credit": 0}),
        merged=_no_falsy,
    ),
    _fault(
        "patch-ignores-null",
        "A PATCH does not take null.",
        patch("/customers/1", {"credit": None}),
        merged=_no_null,
    ),
    _fault(
        "patch-changes-sibling",
        "A PATCH changes the next record too.",
        patch("/customers/1", {"city": "Delft"}),
        get("/customers/2"),
        afterwards=_sibling_too,
    ),
    _fault(
        "put-merges",
        "A PUT leaves what is not sent.",
        put("/customers/2", {"name": "G"}),
        replaced=contents.merged,
    ),
    _fault(
        "put-keeps-note",
        "A PUT without a note leaves the note.",
        put("/customers/2", {"name": "G"}),
        replaced=_keep("note"),
    ),
    _fault(
        "put-nulls",
        "A PUT without a credit makes it null, and not the default.",
        put("/customers/2", {"name": "G"}),
        replaced=_null_for_default,
    ),
    _fault(
        "update-not-stored",
        "A change is shown and not stored.",
        patch("/orders/1", {"weight": 3}),
        get("/orders/1"),
        change=_show_only,
    ),
    _fault(
        "update-shows-old",
        "A change is stored, and the reply shows the record as it was.",
        patch("/orders/1", {"weight": 3}),
        change=_store_only,
    ),
    _fault("update-moves-created", "A change moves created_at.", LEFT, stamped=_move_creation),
    _fault(
        "update-leaves-updated", "A change does not move updated_at.", LEFT, stamped=_leave_moment
    ),
    _fault(
        "update-leaves-revision",
        "A change does not count in the revision.",
        LEFT,
        stamped=_leave_revision,
    ),
    _fault(
        "writes-created-at",
        "A client can set created_at.",
        patch("/customers/1", {"city": "Delft", "created_at": "2020-01-01T00:00:00Z"}),
        phase=Phase.LAWS,
        allowed=_with_read_only("created_at", _is_moment),
    ),
    _fault(
        "writes-revision",
        "A client can set the revision.",
        patch("/customers/1", {"city": "Delft", "revision": 77}),
        phase=Phase.LAWS,
        allowed=_with_read_only("revision", _is_count),
    ),
    Fault(
        "writes-id",
        "A client can choose the id of a record.",
        "update",
        Phase.LAWS,
        remembering(_choosing),
        (post("/customers", {"name": "x", "id": 77}),),
    ),
    Fault(
        "read-is-stale",
        "A read shows a record as it was when it was first read.",
        "update",
        Phase.MACHINE,
        remembering(_stale),
        (get("/orders/1"), patch("/orders/1", {"weight": 3}), get("/orders/1")),
    ),
)
