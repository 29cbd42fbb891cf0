"""Faults of batches: of what is made, lost or half done when many records go at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import delete as erase
from sqlalchemy import select

from tests.live.shop import listing
from tests.live.shop.problems import Refused
from tests.planted.calls import Step, call, get, post
from tests.planted.fault import Fault, Phase, wrong

Make = Callable[[dict[str, Any]], Any]
Items = Sequence[dict[str, Any]]


def _drop_last(items: Items, make: Make) -> list[Any]:
    return [make(item) for item in (items[:-1] if len(items) > 1 else items)]


def _drop_last_unseen(items: Items, make: Make) -> list[Any]:
    made = _drop_last(items, make)
    return [*made, made[-1]] if len(items) > 1 else made


def _make_twice(items: Items, make: Make) -> list[Any]:
    made = [make(item) for item in items]
    make({name: value for name, value in items[-1].items() if name != "email"})
    return made


def _turn_around(items: Items, make: Make) -> list[Any]:
    return [make(item) for item in items][::-1]


def _all_alike(items: Items, make: Make) -> list[Any]:
    """Give each record the tier of the first."""
    return [
        make({**item, **({"tier": items[0]["tier"]} if "tier" in items[0] else {})})
        for item in items
    ]


def _no_defaults(items: Items, make: Make) -> list[Any]:
    return [make({"credit": None, **item}) for item in items]


def _keeps_conflicts(refused: Refused) -> bool:
    return refused.status == 409


def _keeps_invalid(refused: Refused) -> bool:
    return refused.status == 400


def _store_the_valid(raw: Any, make: Make) -> None:
    """Make the records of a batch that come before the one that is wrong."""
    for item in raw[:-1] if isinstance(raw, list) else ():
        if isinstance(item, dict) and isinstance(item.get("name"), str) and item["name"]:
            make({"name": item["name"]})


def _first_only(connection: Any, table: Any, condition: Any) -> None:
    first = connection.scalar(select(table.c.id).where(condition).order_by(table.c.id))
    connection.execute(erase(table).where(table.c.id == first))


def _whatever_is_asked(asked: Any) -> Any:
    return listing.within(asked.table, asked.within)


def _fault(
    name: str, sentence: str, *shows: Step, phase: Phase = Phase.MACHINE, **habits: Any
) -> Fault:
    return Fault(name, sentence, "bulk", phase, wrong(**habits), shows)


TWO = post("/customers/batch", [{"name": "a", "tier": "gold"}, {"name": "b"}])
ALL, COUNT = get("/customers"), get("/customers/count")
TAKEN = post("/customers/batch", [{"name": "a"}, {"name": "b", "email": "ada@shop.example"}])
FAULTS = (
    _fault("batch-drops-last", "The last record of a batch is not made.", TWO, each_of=_drop_last),
    _fault(
        "batch-drops-last-unseen",
        "The last record of a batch is not made; the reply shows as many as were sent.",
        TWO,
        each_of=_drop_last_unseen,
    ),
    _fault(
        "batch-makes-twice",
        "The last record of a batch is made twice.",
        TWO,
        COUNT,
        each_of=_make_twice,
    ),
    _fault(
        "batch-turned-around",
        "The records of a batch are shown last first.",
        TWO,
        each_of=_turn_around,
    ),
    _fault(
        "batch-all-alike",
        "All records of a batch have the tier of the first.",
        TWO,
        each_of=_all_alike,
    ),
    _fault(
        "batch-no-defaults",
        "The records of a batch do not get their default credit.",
        TWO,
        each_of=_no_defaults,
    ),
    _fault(
        "batch-half-on-conflict",
        "The records before one that is taken are made, though the batch is refused.",
        TAKEN,
        COUNT,
        keeps=_keeps_conflicts,
    ),
    _fault(
        "batch-half-on-invalid",
        "The records before one that is wrong are made, though the batch is refused.",
        post("/customers/batch", [{"name": "a"}, {"name": 1}]),
        COUNT,
        keeps=_keeps_invalid,
        salvage=_store_the_valid,
    ),
    _fault(
        "bulk-delete-one",
        "A bulk delete deletes the first record.",
        call("DELETE", "/orders/1/lines"),
        get("/orders/1/lines"),
        remove_all=_first_only,
    ),
    _fault(
        "bulk-delete-all",
        "A bulk delete of some records deletes all.",
        call("DELETE", "/orders/1/lines?sku=pen"),
        get("/orders/1/lines"),
        removes=_whatever_is_asked,
    ),
)
