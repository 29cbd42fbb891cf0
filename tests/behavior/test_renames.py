"""A change of what a path names a record by takes the record there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behavior.world import World
from tests.model.compiling import document, does, many, thing

TEXT = {"type": "string"}
BUILD = thing(id="integer", branch="string")


def projects(
    key: str = "slug", words: Any = None, change: Any = None, method: str = "patch"
) -> World:
    """A world of projects with builds below them, of which one is there."""
    record = thing(**{key: {**TEXT, **(words or {})}, "title": "string"})
    item = f"/projects/{{{key}}}"
    paths = {
        "/projects": {"get": does(many(record)), "post": does(record, record, 201)},
        item: {"get": does(record), method: does(record, change or record)},
        f"{item}/builds": {"get": does(many(BUILD)), "post": does(BUILD, BUILD, 201)},
        f"{item}/builds/{{id}}": {"get": does(BUILD)},
    }
    world = World(document=document(paths))
    world.value("POST /projects", {key: "alpha", "title": "A"})
    world.value("POST /projects", {key: "beta", "title": "B"})
    return world


@pytest.mark.parametrize(
    ("key", "method"), [("slug", "patch"), ("username", "put"), ("name", "put"), ("code", "post")]
)
def test_a_record_is_at_the_key_that_a_change_gives_it_and_nowhere_else(
    key: str, method: str
) -> None:
    world = projects(key, method=method)
    item = f"/projects/{{{key}}}"
    label = f"{method.upper()} {item}"
    changed = world.call(label, {key: "omega", "title": "Z"}, path={key: "alpha"})
    assert (changed.value[key], changed.location) == ("omega", "omega")
    assert world.value(f"GET {item}", path={key: "omega"})["title"] == "Z"
    assert world.refusal(f"GET {item}", path={key: "alpha"}).kind == "not_found"
    assert [each[key] for each in world.value("GET /projects")] == ["omega", "beta"]


def test_what_is_below_a_record_goes_along_to_its_new_key() -> None:
    world = projects()
    path = {"slug": "alpha"}
    made = world.value("POST /projects/{slug}/builds", {"branch": "main"}, path=path)
    world.value("PATCH /projects/{slug}", {"slug": "omega"}, path=path)
    moved = {"slug": "omega", "id": made["id"]}
    assert world.value("GET /projects/{slug}/builds/{id}", path=moved) == made
    world.value("POST /projects", {"slug": "alpha"})
    assert world.value("GET /projects/{slug}/builds", path=path) == []


def test_a_key_that_another_record_has_is_refused() -> None:
    world = projects()
    refusal = world.refusal("PATCH /projects/{slug}", {"slug": "beta"}, path={"slug": "alpha"})
    assert refusal.kind == "conflict"
    same = {"slug": "alpha", "title": "Z"}
    changed = world.value("PATCH /projects/{slug}", same, path={"slug": "alpha"})
    assert changed["title"] == "Z"


@pytest.mark.parametrize(
    "words",
    [
        {"description": "Cannot be changed after creation."},
        {"description": "Immutable name of the project."},
        {"description": "It can only be set at creation."},
        {"x-immutable": True},
    ],
)
def test_a_key_that_stays_by_the_words_of_the_document_is_not_changed(words: Any) -> None:
    world = projects(words=words)
    path = {"slug": "alpha"}
    world.value("PATCH /projects/{slug}", {"slug": "omega", "title": "Z"}, path=path)
    assert world.value("GET /projects/{slug}", path=path)["title"] == "Z"


@pytest.mark.parametrize("key", ["id", "uuid"])
def test_an_id_is_not_changed(key: str) -> None:
    world = projects(key)
    item = f"/projects/{{{key}}}"
    world.value(f"PATCH {item}", {key: "omega"}, path={key: "alpha"})
    assert world.value(f"GET {item}", path={key: "alpha"})[key] == "alpha"


def test_a_key_that_a_change_can_only_read_is_not_changed() -> None:
    change = thing(slug={**TEXT, "readOnly": True}, title="string")
    world = projects(change=change)
    world.value("PATCH /projects/{slug}", {"slug": "omega"}, path={"slug": "alpha"})
    assert world.value("GET /projects/{slug}", path={"slug": "alpha"})["slug"] == "alpha"


def test_what_names_a_record_names_it_by_its_new_key() -> None:
    tag = thing(name="string", color="string")
    post = thing(id="integer", title="string", tag="string")
    paths = {
        "/tags": {"get": does(many(tag)), "post": does(tag, tag, 201)},
        "/tags/{name}": {"get": does(tag), "patch": does(tag, tag)},
        "/posts": {"get": does(many(post)), "post": does(post, post, 201)},
        "/posts/{id}": {"get": does(post)},
        "/tags/{name}/posts": {"get": does(many(post))},
    }
    world = World(document=document(paths))
    world.value("POST /tags", {"name": "art"})
    made = world.value("POST /posts", {"title": "t", "tag": "art"})
    world.value("PATCH /tags/{name}", {"name": "arts"}, path={"name": "art"})
    assert world.value("GET /posts/{id}", path={"id": made["id"]})["tag"] == "arts"
    assert world.value("GET /tags/{name}/posts", path={"name": "arts"}) != []
