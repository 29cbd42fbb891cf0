"""Records that nothing makes: they are listed all the same, and are there from the first look."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.types import Kind
from tests.behavior.world import World
from tests.model.compiling import does, many, operation, small, thing

FILE = thing(key="string", name="string", project_id="integer")
EXAMPLE = {"key": "a1", "name": "Logo", "project_id": 3}
FILES = {
    **thing(name="string", files=many(FILE)),
    "example": {"name": "x", "files": [EXAMPLE, {**EXAMPLE, "key": "b2", "name": "Icon"}]},
}
NAMED = thing(id="integer", name="string")
TEAM = thing(slug="string", name="string")
UPDATES_TEAM = does(TEAM, thing(name="string"), summary="Update a team")
UPDATES_TEAM["responses"]["404"] = {"description": "There is no such team."}
MODEL = small(
    {
        "/projects": {"post": does(NAMED, thing(name="string"))},
        "/projects/{id}": {"get": does(NAMED)},
        "/projects/{id}/files": {"get": does(FILES, query=["limit", "name"])},
        "/projects/{id}/tags": {"get": does(many(NAMED)), "delete": does(status=204)},
        "/stats/daily": {"get": does(many(thing(day="string", sales="integer")))},
        "/stats/hourly": {"get": does(many(thing(day="string", hour="string")), query=["limit"])},
        "/colors": {"get": does(many(thing(hue="string")))},
        "/shelves": {"get": does(many(thing(name="string")))},
        "/hours": {"get": does(many(thing(day="string", opens="string")), query=["limit"])},
        "/projects/{id}/outline": {"get": does(thing(id="integer", name="string", parts=many()))},
        "/teams": {"get": does(many(TEAM))},
        "/teams/{slug}": {"get": does(TEAM), "put": UPDATES_TEAM},
        "/teams/{slug}/tasks": {"get": does(many(NAMED)), "post": does(NAMED, NAMED)},
        "/notices": {"get": does(many(NAMED))},
        "/notices/{id}/update": {"post": does(NAMED, thing(name="string"))},
    }
)


@pytest.fixture
def world() -> World:
    world = World(model=MODEL)
    world.value("POST /projects", {"name": "first"})
    world.value("POST /projects", {"name": "second"})
    return world


def below(world: World, what: str, parent: int, **query: Any) -> Any:
    return world.value(f"GET /projects/{{id}}/{what}", path={"id": parent}, query=query)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("GET /projects/{id}/files", "list"),
        ("GET /projects/{id}/tags", "list"),
        ("DELETE /projects/{id}/tags", "bulk_delete"),
        ("GET /hours", "list"),
        ("GET /shelves", "list"),
        ("GET /stats/daily", "stateless"),
        ("GET /stats/hourly", "stateless"),
        ("GET /colors", "stateless"),
        ("GET /projects/{id}/outline", "stateless"),
    ],
)
def test_records_are_listed_and_figures_and_single_things_are_not(label: str, kind: str) -> None:
    assert operation(MODEL, label).kind is Kind(kind)


def test_a_list_that_nothing_fills_begins_with_its_example(world: World) -> None:
    shown = below(world, "files", 1)
    assert [each["name"] for each in shown] == ["Logo", "Icon"]
    assert shown[0]["key"] == "a1"
    assert below(world, "files", 1) == shown


def test_each_parent_has_records_and_keys_of_its_own(world: World) -> None:
    both = [*below(world, "files", 1), *below(world, "files", 2)]
    assert [each["name"] for each in both] == ["Logo", "Icon"] * 2
    assert len({each["key"] for each in both}) == 4


def test_a_list_without_an_example_begins_with_what_is_made(world: World) -> None:
    shown = below(world, "tags", 2)
    assert shown
    assert below(world, "tags", 2) == shown
    assert not {each["id"] for each in shown} & {each["id"] for each in below(world, "tags", 1)}


def test_what_is_given_pages_and_filters(world: World) -> None:
    assert [each["name"] for each in below(world, "files", 1, name="Icon")] == ["Icon"]
    assert len(below(world, "files", 1, limit=1)) == 1


def test_what_is_given_and_removed_does_not_come_again(world: World) -> None:
    assert below(world, "tags", 1)
    world.value("DELETE /projects/{id}/tags", path={"id": 1})
    assert below(world, "tags", 1) == []
    assert below(world, "tags", 2)


def test_what_is_removed_before_anyone_looked_is_gone_too(world: World) -> None:
    world.value("DELETE /projects/{id}/tags", path={"id": 1})
    assert below(world, "tags", 1) == []


def test_what_is_beside_finds_what_is_given(world: World) -> None:
    first = world.value("GET /notices")[0]
    path = {"id": first["id"]}
    world.value("POST /notices/{id}/update", {"name": "seen"}, path=path)
    assert world.value("GET /notices")[0] == {**first, "name": "seen"}


def test_a_parent_that_can_only_be_named_is_there(world: World) -> None:
    world.value("POST /teams/{slug}/tasks", {"name": "a"}, path={"slug": "ours"})
    listed = world.value("GET /teams/{slug}/tasks", path={"slug": "ours"})
    assert [each["name"] for each in listed] == ["a"]
    assert world.value("GET /teams/{slug}/tasks", path={"slug": "theirs"}) == []


def test_a_list_of_alternatives_that_nothing_fills_begins_with_some() -> None:
    kinds = [thing(id="string", type={"enum": [kind]}, name="string") for kind in ("doc", "dir")]
    listing = thing(total_count="integer", entries=many({"oneOf": kinds}))
    paths = {
        "/dirs": {"post": does(kinds[1], thing(name="string"), status=201)},
        "/dirs/{id}": {"get": does(kinds[1])},
        "/dirs/{id}/entries": {"get": does(listing)},
    }
    world = World(model=small(paths))
    key = world.value("POST /dirs", {"name": "top"})["id"]
    assert world.value("GET /dirs/{id}/entries", path={"id": key})


STYLE = thing(key="string", name="string", liked="boolean")
STYLES = small(
    {
        "/styles/{key}": {"get": does(STYLE)},
        "/styles/{key}/like": {"post": does(STYLE), "delete": does(STYLE)},
        "/rates/{rate_id}": {
            "get": does({**thing(id="integer", rate="number"), "example": {"id": 7, "rate": 1.5}})
        },
    }
)


def test_what_is_only_read_by_its_key_is_there_and_stays_as_it_is() -> None:
    world = World(model=STYLES)
    first, other = ({"key": key} for key in ("a1", "b2"))
    shown = world.value("GET /styles/{key}", path=first)
    assert shown["key"] == "a1"
    assert world.value("GET /styles/{key}", path=other)["key"] == "b2"
    assert world.value("GET /styles/{key}", path=first) == shown


def test_a_verb_finds_what_is_only_read_by_its_key() -> None:
    world = World(model=STYLES)
    first, other = ({"key": key} for key in ("a1", "b2"))
    assert world.value("POST /styles/{key}/like", path=first)["liked"] is True
    assert world.value("GET /styles/{key}", path=first)["liked"] is True
    assert world.value("GET /styles/{key}", path=other)["liked"] is False
    assert world.value("DELETE /styles/{key}/like", path=first)["liked"] is False


def test_what_is_only_read_by_its_key_is_as_its_example() -> None:
    world = World(model=STYLES)
    assert world.value("GET /rates/{rate_id}", path={"rate_id": 7}) == {"id": 7, "rate": 1.5}
