"""Faults of who may call, of what a refused call leaves behind, and of methods that should change
nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Response
from pydantic import ValidationError
from sqlalchemy import update

from tests.live.shop.bodies import CustomerPatch
from tests.live.shop.habits import KEY, guard
from tests.live.shop.problems import Refused
from tests.planted.calls import Step, call, get, patch, post, put
from tests.planted.fault import Fault, Phase, wrong

Store = Callable[[dict[str, Any]], Any]


def _without_key(*methods: str, path: str = "") -> Callable[..., bool]:
    return lambda method, at, key: key == KEY or (method in methods and at.endswith(path))


def _long(method: str, path: str, key: str | None) -> bool:
    return key is not None and key.startswith(KEY)


def _any(method: str, path: str, key: str | None) -> bool:
    return bool(key)


def _folded(method: str, path: str, key: str | None) -> bool:
    return key is not None and key.lower() == KEY


def _handle_first(allowed: bool, handle: Callable[[], Any]) -> Any:
    """Do what is asked, and only then refuse it."""
    result = handle()
    return guard(allowed, lambda: result)


def _keep_invalid(refused: Refused) -> bool:
    return refused.status == 400


def _store_the_valid(raw: Any, store: Store) -> None:
    """Store the properties of a customer that are right."""
    right: dict[str, Any] = {}
    for name, value in (
        raw.items()
        if isinstance(raw, dict) and raw.keys() <= CustomerPatch.model_fields.keys()
        else ()
    ):
        with suppress(ValidationError):
            right |= CustomerPatch.model_validate({name: value}).model_dump(exclude_unset=True)
    if right:
        store(right)


def _empty_tiers(raw: Any, store: Store) -> None:
    """Forget the tiers of a price before its new ones are checked."""
    if isinstance(raw, dict) and "tiers" in raw:
        store({"tiers": []})


def _found_by_head(response: Response, method: str, path: str) -> Response:
    if method == "HEAD" and response.status_code == 404:
        response.status_code, response.content_type = 200, "application/json"
    return response


def _other_length(response: Response, method: str, path: str) -> Response:
    if method == "HEAD" and response.status_code == 200:
        response.headers["Content-Length"] = "0"
    return response


def _no_head_of_lines(response: Response, method: str, path: str) -> Response:
    if method == "HEAD" and path.endswith("/lines"):
        response.status_code, response.content_type = 404, "application/problem+json"
    return response


def _count_reads(connection: Any, table: Any, row: dict[str, Any], method: str) -> None:
    if method == "GET":
        connection.execute(
            update(table).where(table.c.id == row["id"]).values(revision=row["revision"] + 1)
        )


def _fault(
    name: str, sentence: str, *shows: Step, area: str, phase: Phase = Phase.LAWS, **habits: Any
) -> Fault:
    return Fault(name, sentence, area, phase, wrong(**habits), shows)


def _auth(name: str, sentence: str, *shows: Step, **habits: Any) -> Fault:
    return _fault(name, sentence, *shows, area="auth", **habits)


def _refusal(name: str, sentence: str, *shows: Step, **habits: Any) -> Fault:
    return _fault(name, sentence, *shows, area="refusals", phase=Phase.ORACLE, **habits)


def _safe(name: str, sentence: str, *shows: Step, **habits: Any) -> Fault:
    return _fault(name, sentence, *shows, area="safe", **habits)


STRANGER = call("DELETE", "/customers/1", key=None)
FAULTS = (
    _auth("auth-delete-open", "Anyone may delete.", STRANGER, lets_in=_without_key("DELETE")),
    _auth(
        "auth-head-open",
        "Anyone may ask for heads.",
        call("HEAD", "/customers/1", key=None),
        lets_in=_without_key("HEAD"),
    ),
    _auth(
        "auth-patch-line-open",
        "Anyone may change the lines of an order.",
        call("PATCH", "/orders/1/lines/1", {"quantity": 2}, key=None),
        lets_in=_without_key("PATCH", path="/1"),
    ),
    _auth(
        "auth-count-open",
        "Anyone may count.",
        call("GET", "/customers/count", key=None),
        lets_in=_without_key("GET", path="/count"),
    ),
    _auth(
        "auth-put-price-open",
        "Anyone may put the price of ink.",
        call("PUT", "/prices/ink", {"tiers": []}, key=None),
        lets_in=_without_key("PUT", path="/ink"),
    ),
    _auth(
        "auth-longer-key",
        "A key that begins with a right one will do.",
        call("GET", "/customers", key=f"{KEY}-and-more"),
        lets_in=_long,
    ),
    _auth("auth-any-key", "Any key will do.", call("GET", "/customers", key="x"), lets_in=_any),
    _auth(
        "auth-folds-case",
        "The key in large letters will do.",
        call("GET", "/customers", key=KEY.upper()),
        lets_in=_folded,
    ),
    _auth(
        "auth-done-and-refused",
        "What a stranger asks for is done, and then refused.",
        STRANGER,
        get("/customers/1"),
        guard=_handle_first,
    ),
    _refusal(
        "refused-patch-stored",
        "Of a PATCH that is refused the properties that are right are stored.",
        patch("/customers/1", {"city": "Delft", "note": "n", "name": ""}),
        get("/customers/1"),
        keeps=_keep_invalid,
        salvage=_store_the_valid,
    ),
    _refusal(
        "refused-put-empties",
        "A price that is refused has lost its tiers.",
        put("/prices/ink", {"tiers": [{"from_quantity": 0, "amount": 1}]}),
        get("/prices/ink"),
        keeps=_keep_invalid,
        salvage=_empty_tiers,
    ),
    _safe(
        "head-finds-nothing",
        "HEAD of a record that is not there is a success.",
        call("HEAD", "/customers/99"),
        finished=_found_by_head,
    ),
    _safe(
        "head-other-length",
        "HEAD tells another length than GET.",
        call("HEAD", "/customers/1"),
        finished=_other_length,
    ),
    _safe(
        "head-not-found",
        "HEAD of a list of lines is not found.",
        call("HEAD", "/orders/1/lines"),
        finished=_no_head_of_lines,
    ),
    _safe(
        "read-counts",
        "Each read counts in the revision.",
        get("/customers/1"),
        get("/customers/1"),
        phase=Phase.MACHINE,
        afterwards=_count_reads,
    ),
    _refusal(
        "refused-batch-marks",
        "A batch that is refused leaves its first record behind.",
        post("/customers/batch", [{"name": "a"}, {}]),
        get("/customers/count"),
        keeps=_keep_invalid,
        salvage=lambda raw, store: isinstance(raw, list) and raw and store({"name": "a"}),
    ),
)
