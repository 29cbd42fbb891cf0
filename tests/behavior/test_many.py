"""Many records in one request: made, named by their keys, removed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

TEXT = {"type": "string"}
LABEL = thing(name="string", color="string")
ISSUE = thing(number={"type": "integer", "readOnly": True}, title="string", labels=many(LABEL))
SENT = thing(title="string", labels=many(TEXT))
ISSUES = small(
    {
        "/issues": {"get": does(many(ISSUE)), "post": does(ISSUE, SENT)},
        "/issues/{n}": {"get": does(ISSUE), "delete": does(status=204)},
        "/issues/bulk": {
            "post": does(thing(issues=many(ISSUE)), thing(issues=many(SENT))),
            "delete": does(status=204, body=thing(ids=many({"type": "integer"}))),
        },
        "/issues/{n}/labels": {
            "get": does(many(LABEL)),
            "post": does(many(LABEL), thing(labels=many(TEXT))),
        },
        "/issues/{n}/labels/{name}": {"delete": does(status=204)},
    }
)


def labels(world: World) -> list[Any]:
    shown = world.value("GET /issues/{n}", path={"n": 1})["labels"]
    return [each["name"] for each in shown]


def test_labels_that_are_added_and_removed_by_name_are_shown() -> None:
    world = World(model=ISSUES)
    world.value("POST /issues", {"title": "t", "labels": ["bug"]})
    added = world.value("POST /issues/{n}/labels", {"labels": ["docs", "bug"]}, path={"n": 1})
    assert [each["name"] for each in added] == ["bug", "docs"] == labels(world)
    world.value("DELETE /issues/{n}/labels/{name}", path={"n": 1, "name": "bug"})
    assert labels(world) == ["docs"]


def test_many_are_made_and_removed_at_once() -> None:
    world = World(model=ISSUES)
    made = world.value("POST /issues/bulk", {"issues": [{"title": "a"}, {"title": "b"}]})
    assert [each["number"] for each in made] == [1, 2]
    world.value("DELETE /issues/bulk", {"ids": [1, 77]})
    assert [each["title"] for each in world.value("GET /issues")] == ["b"]


ROW = thing(id={"type": "string", "readOnly": True}, name="string", size="integer")
KEYED = thing(id="string", name="string")


def inputs(item: Any) -> Any:
    return {**thing(inputs=many(item), names=many(TEXT)), "required": ["inputs"]}


def rows(path: str) -> World:
    paths = {
        "/rows": {"get": does(many(ROW)), "post": does(ROW, thing(name="string", size="integer"))},
        "/rows/{id}": {"get": does(ROW), "delete": does(status=204)},
        path.format("create"): {
            "post": does(thing(results=many(ROW)), inputs(thing(name="string", size="integer")))
        },
        path.format("read"): {"post": does(thing(results=many(ROW)), inputs(thing(id="string")))},
        path.format("update"): {"post": does(thing(results=many(ROW)), inputs(KEYED))},
        path.format("delete"): {"post": does(status=204, body=inputs(thing(id="string")))},
    }
    return World(model=small(paths))


@pytest.mark.parametrize("path", ["/rows/batch/{}", "/rows/bulk/{}", "/rows/batch-{}"])
def test_many_are_made_read_changed_and_removed_by_a_word_and_a_verb(path: str) -> None:
    world = rows(path)
    sent = [{"name": name, "size": 1} for name in "abc"]
    made = world.value(f"POST {path.format('create')}", {"inputs": sent})
    first, other, _ = [{"id": row["id"]} for row in made]
    shown = world.value(f"POST {path.format('read')}", {"inputs": [first, other]})
    assert [row["name"] for row in shown] == ["a", "b"]
    world.value(f"POST {path.format('update')}", {"inputs": [{**first, "name": "d"}]})
    changed = world.value("GET /rows/{id}", path=first)
    assert (changed["name"], changed["size"]) == ("d", 1)
    world.value(f"POST {path.format('delete')}", {"inputs": [first, other]})
    assert [row["name"] for row in world.value("GET /rows")] == ["c"]
