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


PAIR = thing(name="string", value="string")


def variables(summary: str = "") -> World:
    """Return a world of apps with names and values below each."""
    change = does(many(PAIR), many(PAIR), summary=summary)
    paths = {
        "/apps": {"get": does(many(SHOP)), "post": does(SHOP, thing(name="string"))},
        "/apps/{id}": {"get": does(SHOP)},
        "/apps/{id}/variables": {"get": does(many(PAIR)), "put": change},
        "/apps/{id}/variables/{name}": {"get": does(PAIR), "delete": does(status=204)},
    }
    world = World(model=small(paths))
    for name in "ab":
        world.value("POST /apps", {"name": name})
    return world


def told(world: World, key: int) -> list[tuple[str, str]]:
    shown = world.value("GET /apps/{id}/variables", path={"id": key})
    return [(each["name"], each["value"]) for each in shown]


@pytest.mark.parametrize("summary", ["", "Set the variables of an app", "Put variables"])
def test_a_list_of_names_that_is_put_below_a_record_is_all_that_there_is(summary: str) -> None:
    world = variables(summary)
    for sent in (["A", "B", "C"], ["C", "A"]):
        pairs = [{"name": name, "value": f"{name}{len(sent)}"} for name in sent]
        world.value("PUT /apps/{id}/variables", pairs, path={"id": 1})
    world.value("PUT /apps/{id}/variables", [{"name": "D", "value": "4"}], path={"id": 2})
    assert told(world, 1) == [("C", "C2"), ("A", "A2")]
    assert told(world, 2) == [("D", "4")]
    world.value("PUT /apps/{id}/variables", [], path={"id": 1})
    assert told(world, 1) == []


@pytest.mark.parametrize("summary", ["Update variables", "Bulk upsert", "Add or change some"])
def test_a_list_of_names_that_changes_some_by_its_words_leaves_the_others(summary: str) -> None:
    world = variables(summary)
    for name in "AB":
        world.value("PUT /apps/{id}/variables", [{"name": name, "value": "1"}], path={"id": 1})
    assert told(world, 1) == [("A", "1"), ("B", "1")]
