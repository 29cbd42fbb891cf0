"""The rules of inference: an operation's place in, its kind and the name of the rule that fired
out.

Each rule is a small function with its example; the first that fires wins. What no rule covers is
STATELESS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mockserver.model.declared import Spec, flattened, request_schema, success_statuses
from mockserver.model.survey import Place, Spot, carries_keys, is_collection, is_count, is_singleton
from mockserver.model.types import Kind


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at: the place, its spot, the habits for PUT, PATCH and upserts, and the
    document.
    """

    place: Place
    spot: Spot
    spec: Spec
    put: str | None = None
    patch: str | None = None
    upsert: bool | None = None


def count_of_collection(case: Case) -> Kind | None:
    """GET /things/count answers with a number."""
    return Kind.COUNT if case.place.method == "GET" and is_count(case.spec, case.spot) else None


def read_item(case: Case) -> Kind | None:
    """GET /things/{id}"""
    return Kind.READ if case.place.item and case.place.method == "GET" else None


def put_creates_item(case: Case) -> Kind | None:
    """PUT /things/{id} that documents 201, or is the only way to make a thing."""
    if not case.place.item or case.place.method != "PUT":
        return None
    documents_both = 201 in success_statuses(case.place.operation)
    if (
        case.upsert
        if case.upsert is not None
        else documents_both or "POST" not in case.spot.on_collection
    ):
        return Kind.UPSERT
    return None


def put_item(case: Case) -> Kind | None:
    """PUT /things/{id} replaces; it merges when the body requires nothing."""
    if not case.place.item or case.place.method != "PUT":
        return None
    if case.put is not None:
        return Kind(case.put)
    body = flattened(case.spec, request_schema(case.place.operation))
    return Kind.REPLACE if body.get("required") else Kind.MERGE


def patch_item(case: Case) -> Kind | None:
    """PATCH /things/{id}"""
    return Kind(case.patch or "merge") if case.place.item and case.place.method == "PATCH" else None


def post_item(case: Case) -> Kind | None:
    """POST /things/{id} changes the thing where neither PUT nor PATCH does."""
    if not case.place.item or case.place.method != "POST":
        return None
    return None if {"PUT", "PATCH"} & case.spot.on_item.keys() else Kind.MERGE


def delete_item(case: Case) -> Kind | None:
    """DELETE /things/{id}"""
    return Kind.DELETE if case.place.item and case.place.method == "DELETE" else None


def singleton(case: Case) -> Kind | None:
    """GET and PUT or PATCH on /settings, which has no items."""
    if case.place.item or not is_singleton(case.spec, case.spot):
        return None
    return {
        "GET": Kind.READ,
        "PUT": Kind.MERGE if case.put == "merge" else Kind.REPLACE,
        "PATCH": Kind.MERGE,
        "DELETE": Kind.DELETE,
    }.get(case.place.method)


def list_collection(case: Case) -> Kind | None:
    """GET /things, which has items or takes new ones."""
    on_collection = not case.place.item and is_collection(case.spec, case.spot)
    return Kind.LIST if on_collection and case.place.method == "GET" else None


def create_in_collection(case: Case) -> Kind | None:
    """POST /things"""
    on_collection = not case.place.item and is_collection(case.spec, case.spot)
    return Kind.CREATE if on_collection and case.place.method == "POST" else None


def delete_collection(case: Case) -> Kind | None:
    """DELETE /things"""
    on_collection = not case.place.item and is_collection(case.spec, case.spot)
    return Kind.BULK_DELETE if on_collection and case.place.method == "DELETE" else None


def put_collection(case: Case) -> Kind | None:
    """PUT /things with things that carry their keys: each is stored in its place, PATCH changes
    each.
    """
    if (
        case.place.item
        or case.place.method not in ("PUT", "PATCH")
        or not is_collection(case.spec, case.spot)
    ):
        return None
    if not carries_keys(case.spec, case.place):
        return None
    return Kind.UPSERT if case.place.method == "PUT" else Kind.MERGE


RULES: tuple[Callable[[Case], Kind | None], ...] = (
    count_of_collection,
    read_item,
    put_creates_item,
    put_item,
    patch_item,
    post_item,
    delete_item,
    singleton,
    list_collection,
    create_in_collection,
    delete_collection,
    put_collection,
)


def infer_kind(case: Case) -> tuple[Kind, str]:
    """Return the kind and the name of the rule that fired; STATELESS when none did."""
    for rule in RULES:
        kind = rule(case)
        if kind is not None:
            return kind, rule.__name__.replace("_", "-")
    return Kind.STATELESS, "no rule fits: answers with an example"
