"""Words tell that siblings are kept in an order by the numbers of a property."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.positions import find_position
from tests.model.compiling import does, many, only_resource, schema_of, small, thing


@pytest.mark.parametrize(
    ("name", "words", "first"),
    [
        ("position", "Place in the list, counted from 1 without gaps; the others move.", 1),
        ("sort_order", "Later items shift up.", 1),
        ("sortIndex", "Zero-based; siblings are renumbered.", 0),
        ("order", "Consecutive numbers, starting at 0.", 0),
        ("position", "Where the needle stands.", None),
        ("priority", "Without gaps.", None),
    ],
)
def test_a_position_is_told_by_its_name_and_words(name: str, words: str, first: int | None) -> None:
    found = find_position({name: schema_of({"type": "integer", "description": words})})
    assert (None if found is None else (found.field, found.first, found.dense)) == (
        None if first is None else (name, first, True)
    )


def test_records_come_in_the_order_of_their_positions() -> None:
    place: Any = {"type": "integer", "description": "The others make room."}
    card = thing(id="integer", position=place)
    paths = {"/cards": {"get": does(many(card)), "post": does(card, thing(position=place))}}
    resource = only_resource(small(paths))
    assert resource.order == ("position",)
    assert resource.position is not None
    assert resource.position.is_told
