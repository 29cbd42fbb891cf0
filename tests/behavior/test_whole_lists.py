"""A list that is sent to a collection takes the place of all that is there where that is said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

TAG = thing(id="string", name="string")
SHOP = thing(id="integer", name="string")


def after(method: str, path: str, **words: Any) -> set[str]:
    """Return the keys of the tags that are left when a list was sent to those of a shop."""
    body = words.pop("body", many(TAG))
    change = does(many(TAG), body) | words
    paths = {
        "/shops": {"get": does(many(SHOP)), "post": does(SHOP, thing(name="string"))},
        "/shops/{id}": {"get": does(SHOP)},
        path: {"get": does(many(TAG)), "post": does(many(TAG), many(TAG)), method: change},
    }
    world = World(model=small(paths))
    keys = [{"id": world.value("POST /shops", {"name": name})["id"]} for name in "ab"]
    for key in keys:
        world.value(f"POST {path}", [{"id": "1"}, {"id": "2"}], path=key)
    world.value(f"{method.upper()} {path}", [{"id": "2"}, {"id": "3"}], path=keys[0])
    assert {tag["id"] for tag in world.value(f"GET {path}", path=keys[1])} == {"1", "2"}
    return {tag["id"] for tag in world.value(f"GET {path}", path=keys[0])}


@pytest.mark.parametrize(
    "summary",
    [
        "Replace all tags of a shop",
        "Set the tags. Replaces the entire list.",
        "Sets the tags, removing any previous ones",
    ],
)
def test_a_list_replaces_all_where_the_words_say_so(summary: str) -> None:
    assert after("put", "/shops/{id}/tags", summary=summary) == {"2", "3"}


def test_any_other_list_leaves_what_it_does_not_name() -> None:
    assert after("put", "/shops/{id}/tags", summary="Update tags") == {"1", "2", "3"}


def test_a_patch_of_a_relationship_of_many_replaces_all() -> None:
    content = {"application/vnd.api+json": {"schema": many(TAG)}}
    path = "/shops/{id}/relationships/tags"
    assert after("patch", path, requestBody={"content": content}) == {"2", "3"}
