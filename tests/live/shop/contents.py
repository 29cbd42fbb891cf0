"""What a record holds after a call: the old one and what was sent in, the values to store out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.live.shop.tables import Row

Values = dict[str, Any]
Defaults = Mapping[str, Any]
"""The value that each property has when it is not sent; None where it is then left out."""


def created(sent: Values, defaults: Defaults) -> Values:
    return {**defaults, **sent}


def replaced(row: Row, sent: Values, defaults: Defaults) -> Values:
    return {**defaults, **sent}


def merged(row: Row, sent: Values, defaults: Defaults) -> Values:
    return sent


def stamped(row: Row | None, now: str) -> Values:
    """Return the stamps of a new record, or those that move with a change of an old one."""
    if row is None:
        return {"created_at": now, "updated_at": now, "revision": 1}
    return {"updated_at": now, "revision": row["revision"] + 1}


def tiers(old: Sequence[Row], sent: Sequence[Row]) -> list[Row]:
    """Return the tiers of a price: those sent, with the ids that they had."""
    ids = {tier["from_quantity"]: tier["id"] for tier in old}
    return [{**tier, "id": ids.get(tier["from_quantity"])} for tier in sent]
