"""What verbs at the end of a path do to a record, and what takes them back."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.call import ProblemKind
from tests.behavior.world import World
from tests.model.compiling import does, many, operation, small, thing

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
    begun = world.value("GET /posts/{id}", path=path)
    before = begun["favorites_count"]
    assert (begun["favorited"], before, begun["archived_at"]) == (False, 0, None)
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


SHIPMENT = thing(
    id="integer",
    note="string",
    status={"type": "string", "enum": ["sent", "waiting", "cancelled"]},
    paid="boolean",
)
NOTED = thing(note="string")
SHIPMENTS = small(
    {
        "/shipments": {"get": does(many(SHIPMENT)), "post": does(SHIPMENT, NOTED)},
        "/shipments/{id}": {"get": does(SHIPMENT), "put": does(SHIPMENT, NOTED)},
        "/shipments/{id}/send": {"post": does(SHIPMENT)},
        "/shipments/{id}/cancel": {"post": does(SHIPMENT)},
        "/shipments/{id}/pay": {"post": does(SHIPMENT)},
        "/shipments/sent": {"get": does(many(SHIPMENT))},
        "/shipments/paid": {"get": does(many(SHIPMENT))},
        "/shipments/mine": {"get": does(many(SHIPMENT))},
        "/shipments/deleted": {"get": does(many(SHIPMENT))},
        "/shipments/colors": {"get": does(many(thing(color="string")))},
        "/my/shipments": {"get": does(many(SHIPMENT))},
    }
)


def test_a_new_record_is_in_the_first_state_to_which_no_verb_leads() -> None:
    world, path = created(SHIPMENTS, "POST /shipments")
    assert world.value("GET /shipments/{id}", path=path)["status"] == "waiting"


def test_what_a_verb_did_outlives_a_replace_that_cannot_say_it() -> None:
    world, path = created(SHIPMENTS, "POST /shipments")
    for verb in ("send", "pay"):
        world.value(f"POST /shipments/{{id}}/{verb}", path=path)
    shown = world.value("PUT /shipments/{id}", {"note": "b"}, path=path)
    assert (shown["note"], shown["status"], shown["paid"]) == ("b", "sent", True)


@pytest.mark.parametrize(
    ("view", "notes"), [("sent", ["b"]), ("paid", ["a"]), ("mine", ["a", "b"])]
)
def test_a_view_lists_the_records_that_are_as_its_word_says(view: str, notes: list[str]) -> None:
    world, path = created(SHIPMENTS, "POST /shipments")
    second = {"id": world.value("POST /shipments", {"note": "b"})["id"]}
    world.value("POST /shipments/{id}/pay", path=path)
    world.value("POST /shipments/{id}/send", path=second)
    assert [each["note"] for each in world.value(f"GET /shipments/{view}")] == notes
    assert len(world.value("GET /my/shipments")) == 2


def test_a_word_of_which_no_property_tells_is_no_view() -> None:
    for label in ("GET /shipments/deleted", "GET /shipments/colors"):
        assert operation(SHIPMENTS, label).resource != "shipments"


HOOK = thing(id="integer", name="string", status={"type": "string", "enum": ["ACTIVE", "INACTIVE"]})
FOLDED = {
    "/hooks": {"get": does(many(HOOK)), "post": does(HOOK, NAMED)},
    "/hooks/{id}": {"get": does(HOOK), "delete": does(status=204)},
}


@pytest.mark.parametrize("folder", ["lifecycle", "actions", "operations"])
def test_a_verb_may_be_in_a_folder_of_verbs(folder: str) -> None:
    path = f"/hooks/{{id}}/{folder}"
    model = small({**FOLDED, f"{path}/deactivate": {"post": does(HOOK)}})
    world, at = created(model, "POST /hooks")
    world.value(f"POST {path}/deactivate", path=at)
    assert world.value("GET /hooks/{id}", path=at)["status"] == "INACTIVE"
    refused = world.refusal(f"POST {path}/deactivate", path={"id": 99})
    assert refused.kind == ProblemKind.NOT_FOUND


def test_a_folder_of_records_is_no_folder_of_verbs() -> None:
    action = thing(id="integer", name="string")
    path = "/hooks/{id}/actions"
    listed = {path: {"get": does(many(action)), "post": does(action, NAMED)}}
    model = small({**FOLDED, **listed, f"{path}/deactivate": {"post": does(HOOK)}})
    assert operation(model, f"POST {path}/deactivate").resource != "hooks"


@pytest.mark.parametrize(
    ("verb", "states", "state"),
    [
        ("complete", ["todo", "doing", "done"], "done"),
        ("close", ["new", "resolved"], "resolved"),
        ("resolve", ["open", "closed"], "closed"),
    ],
)
def test_a_verb_leads_to_the_state_that_means_the_same(
    verb: str, states: list[str], state: str
) -> None:
    job = thing(id="integer", name="string", status={"type": "string", "enum": states})
    path = f"/jobs/{{id}}/{verb}"
    paths = {
        "/jobs": {"get": does(many(job)), "post": does(job, NAMED)},
        "/jobs/{id}": {"get": does(job)},
        path: {"post": does(job)},
    }
    world, key = created(small(paths), "POST /jobs")
    assert world.value(f"POST {path}", path=key)["status"] == state


STATES = {"type": "string", "enum": ["todo", "done"]}


@pytest.mark.parametrize(
    "status",
    [
        {"allOf": [STATES], "default": "todo"},
        {"anyOf": [STATES, {"type": "null"}]},
        {"oneOf": [STATES, {"enum": [""]}]},
    ],
)
def test_the_states_of_a_record_may_be_listed_in_a_part_of_their_schema(status: Any) -> None:
    job = thing(id="integer", name="string", status=status)
    paths = {
        "/jobs": {"get": does(many(job)), "post": does(job, NAMED)},
        "/jobs/{id}": {"get": does(job)},
        "/jobs/{id}/complete": {"post": does(job)},
    }
    world, key = created(small(paths), "POST /jobs")
    assert world.value("POST /jobs/{id}/complete", path=key)["status"] == "done"


COUNT = {"type": "integer", "readOnly": True}
PHOTO = thing(id="integer", name="string", like_count=COUNT, view_count=COUNT, star_count=COUNT)
PHOTOS = small(
    {
        "/photos": {"get": does(many(PHOTO)), "post": does(PHOTO, NAMED)},
        "/photos/{id}": {"get": does(PHOTO), "delete": does(status=204)},
        "/photos/{id}/likes": {"put": does(status=204), "delete": does(status=204)},
        "/photos/{id}/star": {"post": does(PHOTO)},
        "/photos/{id}/unstar": {"post": does(PHOTO)},
        "/photos/{id}/view": {"post": does(PHOTO)},
    }
)


@pytest.mark.parametrize(
    ("does_it", "takes_it_back", "name"),
    [("PUT", "DELETE", "like_count"), ("POST", "POST", "star_count")],
)
def test_a_verb_that_another_takes_back_is_counted_once_without_a_flag(
    does_it: str, takes_it_back: str, name: str
) -> None:
    world, path = created(PHOTOS, "POST /photos")
    words = {"like_count": ("likes", "likes"), "star_count": ("star", "unstar")}[name]
    found = []
    for method, word in ((takes_it_back, words[1]), (does_it, words[0]), (takes_it_back, words[1])):
        for _ in range(2):
            world.call(f"{method} /photos/{{id}}/{word}", path=path)
            found.append(world.value("GET /photos/{id}", path=path)[name])
    assert found == [0, 0, 1, 1, 0, 0]


def test_a_verb_that_nothing_takes_back_is_counted_each_time() -> None:
    world, path = created(PHOTOS, "POST /photos")
    shown = [world.value("POST /photos/{id}/view", path=path)["view_count"] for _ in "ab"]
    assert shown == [1, 2]


def test_what_others_did_is_not_taken_back_by_who_did_nothing() -> None:
    world = World(model=PHOTOS)
    world.seed(photos=[{"id": 1, "name": "a", "like_count": 5}])
    path = {"id": 1}
    world.call("DELETE /photos/{id}/likes", path=path)
    assert world.value("GET /photos/{id}", path=path)["like_count"] == 5
    world.call("PUT /photos/{id}/likes", path=path)
    assert world.value("GET /photos/{id}", path=path)["like_count"] == 6


@pytest.mark.parametrize("word", ["toggle-pinned", "toggle_pinned", "pinned:toggle"])
def test_a_verb_turns_a_flag_to_its_opposite(word: str) -> None:
    note = thing(id="integer", name="string", pinned="boolean", hidden="boolean")
    path = f"/notes/{{id}}/{word}".replace("/pinned:toggle", ":toggle-pinned")
    world, key = created(
        small(
            {
                "/notes": {"get": does(many(note)), "post": does(note, NAMED)},
                "/notes/{id}": {"get": does(note)},
                path: {"post": does(note)},
            }
        ),
        "POST /notes",
    )
    label = f"POST {path}"
    hidden = world.value("GET /notes/{id}", path=key)["hidden"]
    turns = [world.value(label, path=key)["pinned"] for _ in range(3)]
    assert turns == [True, False, True]
    assert world.value("GET /notes/{id}", path=key)["hidden"] == hidden


def test_what_is_given_to_nobody_has_nobody() -> None:
    task = thing(id="integer", name="string", assignee_id={"type": "integer", "nullable": True})
    whom = thing(assignee_id="integer")
    paths = {
        "/tasks": {"get": does(many(task)), "post": does(task, NAMED)},
        "/tasks/{id}": {"get": does(task)},
        "/tasks/{id}/assign": {"post": does(task, whom)},
        "/tasks/{id}/unassign": {"post": does(task)},
    }
    world, key = created(small(paths), "POST /tasks")
    assert world.value("POST /tasks/{id}/assign", {"assignee_id": 7}, path=key)["assignee_id"] == 7
    assert world.value("POST /tasks/{id}/unassign", path=key)["assignee_id"] is None
    assert world.value("GET /tasks/{id}", path=key)["assignee_id"] is None


def test_a_body_names_what_is_done_to_one_record_or_to_several() -> None:
    flags = {"archived": {"type": "boolean", "readOnly": True}}
    task = thing(id="integer", name="string", status={"type": "string", "enum": ["open", "done"]})
    task["properties"] |= flags
    words = {"type": "string", "enum": ["archive", "unarchive", "delete", "email"]}
    named = thing(ids={"type": "array", "items": {"type": "integer"}}, action=words)
    paths = {
        "/tasks": {"get": does(many(task)), "post": does(task, NAMED)},
        "/tasks/{id}": {"get": does(task)},
        "/tasks/{id}/actions": {"post": does(task, thing(action=words))},
        "/tasks/bulk": {"post": does(thing(affected="integer"), named)},
    }
    world, key = created(small(paths), "POST /tasks")
    for name in ("b", "c"):
        world.value("POST /tasks", {"name": name})

    def archived() -> list[bool]:
        return [bool(one["archived"]) for one in world.value("GET /tasks")]

    world.value("POST /tasks/bulk", {"ids": [1, 2], "action": "archive"})
    assert archived() == [True, True, False]
    world.value("POST /tasks/{id}/actions", {"action": "unarchive"}, path=key)
    assert archived() == [False, True, False]
    world.value("POST /tasks/{id}/actions", {"action": "email"}, path=key)
    assert archived() == [False, True, False]
    world.value("POST /tasks/bulk", {"ids": [1, 3], "action": "delete"})
    assert archived() == [True]
    assert "action" not in world.records("tasks")[0]
