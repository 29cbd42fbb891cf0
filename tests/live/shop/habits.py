"""The habits of the shop: all that it could do otherwise, each a function; a shop with other habits
is a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from tests.live.shop import contents, listing, storing
from tests.live.shop.problems import Refused

KEY = "shop-key"


def lets_in(method: str, path: str, key: str | None) -> bool:
    return key == KEY


def guard(allowed: bool, handle: Callable[[], Any]) -> Any:
    """Handle the call of who may call."""
    if not allowed:
        raise Refused(401, "X-Api-Key must hold a key of the shop")
    return handle()


def keeps(refused: Refused) -> bool:
    """Tell whether what a refused call has done so far stays."""
    return False


def each_of(items: Sequence[Any], make: Callable[[Any], Any]) -> list[Any]:
    """Make all the records of a batch."""
    return [make(item) for item in items]


def allowed(sent: dict[str, Any], raw: Any) -> dict[str, Any]:
    """Return what a client may set of a body."""
    return sent


def salvage(raw: Any, store: Callable[[dict[str, Any]], Any]) -> None:
    """Do something with a body that breaks the document: nothing."""


def afterwards(connection: Any, table: Any, row: dict[str, Any], method: str) -> None:
    """Do something beside what a call on a record has done: nothing."""


def finished(response: Response, method: str, path: str) -> Response:
    """Return what goes out."""
    return response


def price_key(sku: str) -> str:
    return sku


@dataclass(frozen=True, slots=True)
class Habits:
    """What the shop does where; see each function for what is right."""

    lets_in: Callable[..., bool] = lets_in
    guard: Callable[..., Any] = guard
    keeps: Callable[[Refused], bool] = keeps
    each_of: Callable[..., list[Any]] = each_of
    allowed: Callable[..., dict[str, Any]] = allowed
    salvage: Callable[..., None] = salvage
    afterwards: Callable[..., None] = afterwards
    finished: Callable[..., Response] = finished
    price_key: Callable[[str], str] = price_key

    created: Callable[..., dict[str, Any]] = contents.created
    replaced: Callable[..., dict[str, Any]] = contents.replaced
    merged: Callable[..., dict[str, Any]] = contents.merged
    upserted: Callable[..., dict[str, Any]] = contents.replaced
    stamped: Callable[..., dict[str, Any]] = contents.stamped
    tiers: Callable[..., list[dict[str, Any]]] = contents.tiers

    within: Callable[..., Any] = listing.within
    matching: Callable[..., Any] = listing.matching
    counts: Callable[..., Any] = listing.matching
    removes: Callable[..., Any] = listing.removed
    ordered: Callable[..., tuple[Any, ...]] = listing.ordered
    cut: Callable[..., tuple[int, int | None]] = listing.cut
    counted: Callable[..., int] = listing.counted
    fetched: Callable[..., list[dict[str, Any]]] = listing.fetched
    beside: Callable[..., tuple[bool, bool]] = listing.beside

    find: Callable[..., dict[str, Any] | None] = storing.find
    is_there: Callable[..., bool] = storing.is_there
    draw: Callable[..., int | None] = storing.draw
    look: Callable[..., dict[str, Any] | None] = storing.look
    add: Callable[..., dict[str, Any]] = storing.add
    change: Callable[..., dict[str, Any]] = storing.change
    remove: Callable[..., None] = storing.remove
    remove_all: Callable[..., None] = storing.remove_all
    is_taken: Callable[..., str | None] = storing.is_taken
