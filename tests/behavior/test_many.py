"""Many records in one request: made, named by their keys, removed."""

from __future__ import annotations

from typing import Any

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
