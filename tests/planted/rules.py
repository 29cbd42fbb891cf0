"""Faults of what the shop promises of single properties: ids, defaults and what no two records
share.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete as erase
from sqlalchemy import func, insert, select, update

from tests.live.shop import contents, storing
from tests.live.shop.problems import Refused
from tests.live.shop.tables import customers
from tests.planted.calls import Step, delete, get, patch, post, put
from tests.planted.fault import Fault, Phase, remembering, wrong

Row = dict[str, Any]


def _reuse(connection: Any, table: Any, values: Row, drawn: Any) -> Row:
    """Give a new record the number after the highest that is there."""
    highest = connection.scalar(select(func.max(table.c.id))) or 0
    return storing.add(connection, table, {**values, "id": highest + 1}, drawn)


def _fill_gaps(connection: Any, table: Any, values: Row, drawn: Any) -> Row:
    """Give a new record the lowest number that is free."""
    there = set(connection.scalars(select(table.c.id)))
    return storing.add(
        connection, table, {**values, "id": min(set(range(1, len(there) + 2)) - there)}, drawn
    )


def _new_id(row: Row, sent: Row, defaults: Any) -> Row:
    return {**contents.replaced(row, sent, defaults), "id": row["id"] + 1000}


def _no_credit(sent: Row, defaults: Any) -> Row:
    return {
        **contents.created(sent, defaults),
        **({"credit": sent.get("credit")} if "credit" in defaults else {}),
    }


def _over_null(sent: Row, defaults: Any) -> Row:
    return {**defaults, **{name: value for name, value in sent.items() if value is not None}}


def _over_false(sent: Row, defaults: Any) -> Row:
    return {**defaults, **{name: value for name, value in sent.items() if value is not False}}


def _over_zero(sent: Row, defaults: Any) -> Row:
    return {
        **defaults,
        **{name: value for name, value in sent.items() if value is False or value != 0},
    }


def _other_default(sent: Row, defaults: Any) -> Row:
    return {**defaults, **({"tier": "silver"} if "tier" in defaults else {}), **sent}


def _never(connection: Any, table: Any, values: Row, own: Any) -> None:
    """Find no other record that has the same value."""


def _on_create(connection: Any, table: Any, values: Row, own: Any) -> Any:
    return storing.is_taken(connection, table, values, own) if own is None else None


def _by_itself(connection: Any, table: Any, values: Row, own: Any) -> Any:
    return storing.is_taken(connection, table, values, None)


def _take_over(connection: Any, table: Any, values: Row, own: Any) -> None:
    """Let the latest record have it, and remove the other."""
    if table is customers and values.get("email") is not None:
        connection.execute(
            erase(table).where((table.c.email == values["email"]) & (table.c.id != (own or 0)))
        )


def _store_all_the_same(connection: Any, table: Any, values: Row, own: Any) -> Any:
    name = storing.is_taken(connection, table, values, own)
    if name is not None and own is None:
        connection.execute(insert(table).values(**values))
    elif name is not None:
        connection.execute(update(table).where(table.c.id == own).values(**values))
    return name


def _keeps(refused: Refused) -> bool:
    return refused.status == 409


def _still_taken(dead: dict[Any, Any]) -> dict[str, Any]:
    def remove(connection: Any, table: Any, row: Row, below: Any) -> None:
        storing.remove(connection, table, row, below)
        dead[row.get("email")] = row["id"]

    def is_taken(connection: Any, table: Any, values: Row, own: Any) -> Any:
        there = values.get("email") is not None and values["email"] in dead
        return "email" if there else storing.is_taken(connection, table, values, own)

    return {"remove": remove, "is_taken": is_taken}


def _fault(
    name: str, sentence: str, *shows: Step, area: str, phase: Phase = Phase.MACHINE, **habits: Any
) -> Fault:
    return Fault(name, sentence, area, phase, wrong(**habits), shows)


def _id(name: str, sentence: str, *shows: Step, **habits: Any) -> Fault:
    return _fault(name, sentence, *shows, area="ids", **habits)


def _default(name: str, sentence: str, *shows: Step, **habits: Any) -> Fault:
    return _fault(name, sentence, *shows, area="defaults", **habits)


def _unique(name: str, sentence: str, *shows: Step, **habits: Any) -> Fault:
    return _fault(name, sentence, *shows, area="unique", **habits)


NEW, TAKEN = post("/orders", {"reference": "r"}), {"name": "x", "email": "ada@shop.example"}
LIST = get("/customers")
FAULTS = (
    _id(
        "id-reused",
        "The id of the last record comes again once that is deleted.",
        delete("/orders/3"),
        NEW,
        add=_reuse,
    ),
    _id(
        "id-fills-gap",
        "The id of a deleted record comes again.",
        delete("/orders/2"),
        NEW,
        add=_fill_gaps,
    ),
    _id(
        "id-changes",
        "A replace gives a record a new id.",
        put("/orders/1", {"reference": "r"}),
        replaced=_new_id,
    ),
    _default(
        "default-missing",
        "The default credit is not given.",
        post("/customers", {"name": "x"}),
        created=_no_credit,
    ),
    _default(
        "default-other",
        "The default tier is another one.",
        post("/customers", {"name": "x"}),
        created=_other_default,
    ),
    _default(
        "default-over-null",
        "A default takes the place of null.",
        post("/customers", {"name": "x", "credit": None}),
        created=_over_null,
    ),
    _default(
        "default-over-false",
        "A default takes the place of false.",
        post("/customers", {"name": "x", "newsletter": False}),
        created=_over_false,
    ),
    _default(
        "default-over-zero",
        "A default takes the place of 0.",
        post("/customers", {"name": "x", "credit": 0}),
        created=_over_zero,
    ),
    _unique(
        "unique-unchecked",
        "Two records may have the same email.",
        post("/customers", TAKEN),
        is_taken=_never,
    ),
    _unique(
        "unique-on-create-alone",
        "A change may take the email of another record.",
        patch("/customers/2", {"email": "ada@shop.example"}),
        is_taken=_on_create,
    ),
    _unique(
        "unique-of-itself",
        "A record that keeps its email is refused.",
        patch("/customers/1", {"email": "ada@shop.example"}),
        is_taken=_by_itself,
    ),
    _unique(
        "unique-takes-over",
        "Who takes an email that is taken removes the other record.",
        post("/customers", TAKEN),
        LIST,
        is_taken=_take_over,
    ),
    _unique(
        "unique-stored",
        "A conflict is told, and what conflicts is stored.",
        post("/customers", TAKEN),
        LIST,
        is_taken=_store_all_the_same,
        keeps=_keeps,
    ),
    Fault(
        "unique-of-the-dead",
        "The email of a deleted record stays taken.",
        "unique",
        Phase.MACHINE,
        remembering(_still_taken),
        (delete("/customers/1"), post("/customers", TAKEN)),
    ),
)
