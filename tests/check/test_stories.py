"""A story holds the calls that had an effect on what the last one is about, and no others."""

from __future__ import annotations

from typing import Any

from contracts.stories import leading_to
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Answer, Sent
from mockserver.exchange import json_answer

LAST = Exchange(Sent("GET", "/shelves/22/books/41?x=1"), Answer(200), number=99)


def call(number: int, method: str, path: str, status: int = 200, body: Any = None) -> Exchange:
    return Exchange(Sent(method, path), json_answer(body, status), number=number)


def test_what_made_and_changed_it_and_what_is_above_it_is_told() -> None:
    history = [
        call(1, "POST", "/shelves", 201, {"id": 22}),
        call(2, "POST", "/shelves/22/books", 201, {"id": 41}),
        call(3, "PATCH", "/shelves/22/books/41"),
        call(4, "DELETE", "/shelves/22/books/40", 204),
    ]
    assert leading_to(history, LAST) == (*history, LAST)


def test_what_has_no_part_in_it_is_left_out() -> None:
    history = [
        call(1, "POST", "/shelves", 201, {"id": 21}),
        call(2, "POST", "/shelves/21/books", 201, {"id": 40}),
        call(3, "PATCH", "/shelves/22/books/41", 400),
        call(4, "GET", "/shelves/22"),
        call(5, "DELETE", "/carts/22", 204),
    ]
    assert leading_to(history, LAST) == (LAST,)
