"""What a reply tells of records in numbers is as the records are."""

from __future__ import annotations

from typing import Any

from mockserver.app import Settings
from tests.asgi.conftest import play
from tests.asgi.stage import Play, Stage, body_of
from tests.corpus.test_unseen_shapes import GONE, NUMBER, TEXT, at, many, thing, told

__all__ = ["play"]

PLAIN = Settings(fixtures=None, cors=False)
PRICE = {"type": "number"}
ORDER = thing(
    id={**NUMBER, "readOnly": True},
    status={"type": "string", "enum": ["open", "in_work", "done"]},
    is_gift={"type": "boolean"},
    total=PRICE,
    name=TEXT,
)
ORDERS = (
    {"status": "open", "is_gift": True, "total": 1.5},
    {"status": "open", "is_gift": False, "total": 2},
    {"status": "done", "is_gift": True, "total": 3},
)


def shop(play: Play, path: str, figures: dict[str, Any]) -> Stage:
    """Return an app with three orders, and a path that tells figures."""
    makes = {"requestBody": body_of(ORDER), **told(ORDER, "201")}
    paths = {
        "/orders": {"get": many(ORDER), "post": makes},
        "/orders/{id}": {"get": told(ORDER), "delete": GONE, **at("id", schema=NUMBER)},
        path: {"get": told(thing(**figures))},
    }
    stage = play(paths, settings=PLAIN)
    for order in ORDERS:
        stage.ask("POST /orders", order)
    return stage


def test_figures_of_a_collection_follow_its_records(play: Play) -> None:
    by = {"type": "object", "additionalProperties": NUMBER}
    figures = {
        "count": NUMBER,
        "total": PRICE,
        "open": NUMBER,
        "inWork": NUMBER,
        "gift_count": NUMBER,
        "by_status": by,
        "unit": {"type": "string", "enum": ["order"]},
    }
    stage = shop(play, "/orders/stats", figures)
    before = stage.ask("GET /orders/stats").json
    assert before.pop("unit") == "order"
    assert before == {
        "count": 3,
        "total": 6.5,
        "open": 2,
        "inWork": 0,
        "gift_count": 2,
        "by_status": {"open": 2, "done": 1},
    }
    stage.ask("DELETE /orders/1")
    after = stage.ask("GET /orders/stats").json
    assert (after["count"], after["total"], after["open"]) == (2, 5, 1)


def test_figures_of_an_api_count_its_records(play: Play) -> None:
    stage = shop(play, "/stats", {"orders": NUMBER, "total_orders": NUMBER, "uptime": NUMBER})
    figures = stage.ask("GET /stats").json
    assert (figures["orders"], figures["total_orders"]) == (3, 3)


def test_a_path_that_tells_no_figures_is_as_documented(play: Play) -> None:
    quota = {**NUMBER, "example": 77}
    assert (
        shop(play, "/orders/quota", {"count": quota}).ask("GET /orders/quota").json["count"] == 77
    )
