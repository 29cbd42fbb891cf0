"""Faults of upserts: of what becomes of a price, its key, its id and its tiers when it is put."""

from __future__ import annotations

from typing import Any

from tests.live.shop import contents, storing
from tests.live.shop.tables import prices
from tests.planted.calls import get, put
from tests.planted.fault import Fault, Phase, wrong

Rows = list[dict[str, Any]]
TIER = {"from_quantity": 10, "amount": 4}
ONE = {"tiers": [TIER]}


def _keep_omitted(old: Rows, sent: Rows) -> Rows:
    new = contents.tiers(old, sent)
    return [
        *new,
        *(
            tier
            for tier in old
            if all(tier["from_quantity"] != each["from_quantity"] for each in sent)
        ),
    ]


def _append(old: Rows, sent: Rows) -> Rows:
    return [*old, *({**tier, "id": None} for tier in sent)]


def _renew(old: Rows, sent: Rows) -> Rows:
    return [{**tier, "id": None} for tier in sent]


def _keep_amounts(old: Rows, sent: Rows) -> Rows:
    amounts = {tier["from_quantity"]: tier["amount"] for tier in old}
    return [
        {**t, "amount": amounts.get(t["from_quantity"], t["amount"])}
        for t in contents.tiers(old, sent)
    ]


def _keep_when_none(old: Rows, sent: Rows) -> Rows:
    return contents.tiers(old, sent) if sent else old


def _drop_last(old: Rows, sent: Rows) -> Rows:
    return contents.tiers(old, sent)[:-1] if len(sent) > 2 else contents.tiers(old, sent)


def _match_by_place(old: Rows, sent: Rows) -> Rows:
    ids = [tier["id"] for tier in old]
    return [{**tier, "id": ids[at] if at < len(ids) else None} for at, tier in enumerate(sent)]


def _new_id(row: Any, sent: Any, defaults: Any) -> dict[str, Any]:
    return {**contents.replaced(row, sent, defaults), "id": row["id"] + 100}


def _never_there(connection: Any, table: Any, place: Any, key: Any, method: str) -> Any:
    return (
        None
        if method == "PUT" and table is prices
        else storing.find(connection, table, place, key, method)
    )


def _fault(
    name: str, sentence: str, shows: tuple[Any, ...], phase: Phase = Phase.MACHINE, **habits: Any
) -> Fault:
    return Fault(name, sentence, "upsert", phase, wrong(**habits), shows)


FAULTS = (
    _fault(
        "upsert-keeps-omitted",
        "A tier that is not sent stays.",
        (put("/prices/ink", ONE),),
        tiers=_keep_omitted,
    ),
    _fault(
        "upsert-appends",
        "The tiers that are sent are added to those that are there, also when they are the same.",
        (put("/prices/ink", ONE), get("/prices/ink")),
        tiers=_append,
    ),
    _fault(
        "upsert-renews-ids",
        "A tier that stays gets a new id.",
        (put("/prices/ink", ONE),),
        tiers=_renew,
    ),
    _fault(
        "upsert-keeps-amounts",
        "A tier that stays keeps its amount, whatever is sent.",
        (put("/prices/ink", {"tiers": [{**TIER, "amount": 9}]}),),
        tiers=_keep_amounts,
    ),
    _fault(
        "upsert-keeps-all",
        "No tiers at all leave those there are.",
        (put("/prices/ink", {"tiers": []}),),
        tiers=_keep_when_none,
    ),
    _fault(
        "upsert-drops-third",
        "Of three tiers or more the last is lost.",
        (put("/prices/new", {"tiers": [{"from_quantity": n, "amount": 1} for n in (1, 2, 3)]}),),
        tiers=_drop_last,
    ),
    _fault(
        "upsert-matches-by-place",
        "The first tier sent gets the id of the first one there, whatever it is.",
        (put("/prices/ink", ONE),),
        tiers=_match_by_place,
    ),
    _fault(
        "upsert-new-id",
        "A price that is put again gets a new id.",
        (put("/prices/ink", ONE),),
        upserted=_new_id,
    ),
    _fault(
        "upsert-twice-there",
        "A price that is put again is there twice.",
        (put("/prices/ink", ONE), get("/prices")),
        find=_never_there,
    ),
    _fault(
        "upsert-merges",
        "What is not sent of a price stays as it was.",
        (put("/prices/pen", ONE),),
        upserted=contents.merged,
    ),
    _fault(
        "upsert-first-wins",
        "A price that is there stays as it is.",
        (put("/prices/pen", ONE), get("/prices/pen")),
        upserted=lambda row, sent, defaults: {},
        tiers=lambda old, sent: old or sent,
    ),
    _fault(
        "upsert-folds-case",
        "INK and ink are the same price.",
        (put("/prices/INK", ONE), get("/prices")),
        price_key=str.lower,
    ),
)
