"""What verbs at the end of a path do to a record, and what takes them back."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.call import ProblemKind
from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

POST = thing(
    id="integer",
    name="string",
    favorited="boolean",
    favorites_count={"type": "integer", "readOnly": True},
    archived_at={"type": "string", "format": "date-time", "nullable": True, "readOnly": True},
)
NAMED = thing(name="string")
POSTS = small(
    {
        "/posts": {"get": does(many(POST)), "post": does(POST, NAMED)},
        "/posts/{id}": {"get": does(POST), "put": does(POST, NAMED), "delete": does(status=204)},
        "/posts/{id}/favorite": {"post": does(POST), "delete": does(status=204)},
        "/posts/{id}/archive": {"put": does(status=204), "delete": does(status=204)},
    }
)
ORDER = thing(id="integer", status="string", note="string")
MOVES = """
resources:
  orders:
    states:
      field: status
      initial: pending
      moves: {pending: [shipped, cancelled], shipped: [], cancelled: []}
"""
ORDERS = small(
    {
        "/orders": {"get": does(many(ORDER)), "post": does(ORDER, thing(note="string"))},
        "/orders/{id}": {"get": does(ORDER), "patch": does(ORDER, ORDER)},
        "/orders/{id}/cancel": {"post": does(ORDER)},
        "/orders/{id}:ship": {"post": does(status=204)},
    },
    MOVES,
)


def created(model: Any, label: str) -> tuple[World, dict[str, Any]]:
    world = World(model=model)
    made = world.value(label, {"name": "a", "note": "a"})
    return world, {"id": made["id"]}


def test_a_verb_is_counted_once_and_taken_back_once() -> None:
    world, path = created(POSTS, "POST /posts")
    before = world.value("GET /posts/{id}", path=path)["favorites_count"]
    done = {"favorited": True, "favorites_count": before + 1}
    for _ in range(2):
        shown = world.value("POST /posts/{id}/favorite", path=path)
        assert {name: shown[name] for name in done} == done
    for _ in range(2):
        world.value("DELETE /posts/{id}/favorite", path=path)
        shown = world.value("GET /posts/{id}", path=path)
        assert (shown["favorited"], shown["favorites_count"]) == (False, before)


def test_the_moment_of_a_verb_is_told_until_it_is_taken_back() -> None:
    world, path = created(POSTS, "POST /posts")
    world.value("PUT /posts/{id}/archive", path=path)
    assert world.value("GET /posts/{id}", path=path)["archived_at"] == "2024-01-01T00:00:02Z"
    world.value("DELETE /posts/{id}/archive", path=path)
    assert world.value("GET /posts/{id}", path=path)["archived_at"] is None


@pytest.mark.parametrize("first", ["POST /orders/{id}:ship", "POST /orders/{id}/cancel"])
def test_a_verb_is_refused_where_the_states_have_no_such_move(first: str) -> None:
    world, path = created(ORDERS, "POST /orders")
    world.value(first, path=path)
    for verb in ("POST /orders/{id}:ship", "POST /orders/{id}/cancel"):
        problem = world.refusal(verb, path=path)
        assert problem.kind is ProblemKind.TRANSITION
