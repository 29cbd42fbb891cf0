"""A verb beside a collection may be done to all that is there."""

from __future__ import annotations

import pytest

from tests.behavior.world import World
from tests.model.compiling import does, many, operation, small, thing

NOTE = thing(id="integer", text="string", read="boolean", archived="boolean")


def notes(path: str, method: str = "post") -> World:
    model = small(
        {
            "/notes": {"get": does(many(NOTE)), "post": does(NOTE, thing(text="string"))},
            "/notes/{id}": {"get": does(NOTE)},
            path: {method: does(status=204)},
        }
    )
    world = World(model=model)
    for text in "ab":
        world.value("POST /notes", {"text": text})
    return world


@pytest.mark.parametrize(
    ("method", "word", "field"),
    [
        ("post", "read-all", "read"),
        ("post", "mark-all-as-read", "read"),
        ("put", "markAllRead", "read"),
        ("patch", "archive_all", "archived"),
    ],
)
def test_a_verb_is_done_to_all(method: str, word: str, field: str) -> None:
    world = notes(f"/notes/{word}", method)
    world.value(f"{method.upper()} /notes/{word}")
    assert [note[field] for note in world.value("GET /notes")] == [True, True]


@pytest.mark.parametrize("word", ["read", "count-all", "read-all-mail"])
def test_any_other_word_does_nothing_to_all(word: str) -> None:
    world = notes(f"/notes/{word}")
    assert operation(world.model, f"POST /notes/{word}").chooses is False
