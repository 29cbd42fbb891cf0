"""Words of an operation tell out of which states its verb leads a record."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.call import ProblemKind
from tests.behavior.world import World
from tests.model.compiling import does, many, operation, small, thing

OPTIONS = ["draft", "in_review", "published", "archived"]


def posts(told: str = "", refusal: str = "", status: str = "", conflict: bool = True) -> Any:
    """Return the model of an API whose posts are published by a verb of which words tell."""
    state = {"type": "string", "enum": OPTIONS, "readOnly": True, "description": status}
    post = thing(id="integer", title="string", status=state)
    publish = does(post, description=told)
    if conflict:
        publish["responses"]["409"] = {"description": refusal}
    return small(
        {
            "/posts": {"get": does(many(post)), "post": does(post, thing(title="string"))},
            "/posts/{id}": {"get": does(post)},
            "/posts/{id}/publish": {"post": publish},
            "/posts/{id}/archive": {"post": does(post)},
        }
    )


def left(model: Any) -> list[str]:
    """Return the states out of which a post may be published."""
    origins = operation(model, "POST /posts/{id}/publish").origins
    return OPTIONS if origins is None else sorted(origins.states, key=OPTIONS.index)


@pytest.mark.parametrize(
    ("told", "refusal", "states"),
    [
        ("Publish a draft post.", "", ["draft"]),
        ("Only draft and in-review posts can be published.", "", ["draft", "in_review"]),
        ("Only drafts can be published.", "", ["draft"]),
        ("", "The post is not a draft", ["draft"]),
        ("", "The post is already published", ["draft", "in_review", "archived"]),
        ("Publishes the post.", "The post is archived.", ["draft", "in_review", "published"]),
        ("Cannot be done once it is archived.", "", ["draft", "in_review", "published"]),
        ("Publish a post that is in review or a draft.", "", ["draft", "in_review"]),
        ("", "Post must be in_review", ["in_review"]),
        ("409 if it is not in review.", "", ["in_review"]),
        ("", "The post cannot be published in its current state", OPTIONS),
        ("Publishes the post.", "Conflict", OPTIONS),
    ],
)
def test_words_name_the_states_that_a_verb_leads_out_of(
    told: str, refusal: str, states: list[str]
) -> None:
    assert left(posts(told, refusal)) == states


def test_arrows_draw_the_moves() -> None:
    words = "draft -> in_review -> published; published -> archived"
    assert left(posts(status=words)) == ["in_review"]
    assert left(posts(status="draft → published → archived")) == ["draft"]


def test_words_bind_nothing_where_no_conflict_is_documented() -> None:
    assert left(posts("Publish a draft post.", conflict=False)) == OPTIONS


def test_a_verb_out_of_another_state_is_refused_and_changes_nothing() -> None:
    world = World(model=posts("Publish a draft post."))
    path = {"id": world.value("POST /posts", {"title": "a"})["id"]}
    assert world.value("POST /posts/{id}/publish", path=path)["status"] == "published"
    world.value("POST /posts/{id}/archive", path=path)
    problem = world.refusal("POST /posts/{id}/publish", path=path)
    assert problem.kind is ProblemKind.TRANSITION
    assert world.value("GET /posts/{id}", path=path)["status"] == "archived"
