"""Several records in one request: what cannot be done of one leaves the others where the reply
tells of each, and else changes nothing.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.call import ProblemKind, Violation
from mockserver.model.types import Model
from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

NUMBER = {"type": "integer", "readOnly": True}
TOY = thing(id=NUMBER, name="string", color="string", retired={"type": "boolean", "readOnly": True})
SENT = thing(name="string", color="string")
KEYED = thing(id="integer", name="string", color="string")
KEYS = many({"type": "integer"})
RESULT = thing(status="integer", id="integer", toy=TOY, error=thing(message="string"))


def toys(**methods: Any) -> Model:
    return small(
        {
            "/toys": {
                "get": does(many(TOY), query=["color"]),
                "post": does(TOY, SENT, 201),
                **methods,
            },
            "/toys/{id}": {"get": does(TOY), "delete": does(status=204)},
            "/toys/bulk": {"post": does(many(RESULT), many(SENT), 207)},
            "/toys/bulk-paint": {
                "post": does(status=204, body=thing(ids=KEYS, changes=thing(color="string")))
            },
            "/toys/bulk-update": {
                "post": does(
                    thing(updated="integer", not_found=KEYS),
                    thing(ids=KEYS, changes=thing(color="string")),
                )
            },
            "/toys/bulk-retire": {"post": does(status=204, body=thing(ids=KEYS))},
        }
    )


def with_two(model: Model) -> World:
    world = World(model=model)
    world.value("POST /toys", {"name": "a", "color": "red"})
    world.value("POST /toys", {"name": "b", "color": "blue"})
    return world


def wrong(*path: str | int) -> tuple[Violation, ...]:
    return (Violation("body", path, "minLength", "too short"),)


def colors(world: World) -> list[Any]:
    return [each.get("color") for each in world.value("GET /toys")]


def test_a_record_that_is_wrong_leaves_the_others_where_each_is_told_of() -> None:
    world = with_two(toys())
    sent = [{"name": "c"}, {"name": ""}, {"name": "d"}]
    reply = world.call("POST /toys/bulk", sent, violations=wrong(1, "name"))
    assert [each.deed for each in reply.outcomes or ()] == ["created", "", "created"]
    assert [each["name"] for each in world.value("GET /toys")] == ["a", "b", "c", "d"]


def test_what_is_wrong_with_all_of_a_body_refuses_it() -> None:
    world = with_two(toys())
    refused = world.refusal("POST /toys/bulk", [{"name": "c"}], violations=wrong())
    assert refused.kind == ProblemKind.INVALID


def test_each_change_of_a_list_tells_whether_its_record_was_there() -> None:
    world = with_two(toys(patch=does(many(RESULT), many(KEYED), 207)))
    reply = world.call("PATCH /toys", [{"id": 1, "color": "green"}, {"id": 9, "color": "x"}])
    kinds = [each.problem and each.problem.kind for each in reply.outcomes or ()]
    assert kinds == [None, ProblemKind.NOT_FOUND]
    assert colors(world) == ["green", "blue"]


def test_a_list_of_changes_without_results_is_done_whole_or_not_at_all() -> None:
    world = with_two(toys(patch=does(many(TOY), many(KEYED))))
    sent = [{"id": 1, "color": "green"}, {"id": 9, "color": "x"}]
    assert world.refusal("PATCH /toys", sent).kind == ProblemKind.NOT_FOUND
    assert colors(world) == ["red", "blue"]


def test_records_that_are_named_are_changed_alike() -> None:
    world = with_two(toys())
    sent = {"ids": [2, 7], "changes": {"color": "pink"}}
    reply = world.call("POST /toys/bulk-update", sent)
    assert [each.deed for each in reply.outcomes or ()] == ["updated", ""]
    assert colors(world) == ["red", "pink"]


def test_a_verb_is_done_to_all_that_are_named_or_to_none() -> None:
    world = with_two(toys())
    assert world.refusal("POST /toys/bulk-retire", {"ids": [1, 7]}).kind == ProblemKind.NOT_FOUND
    world.value("POST /toys/bulk-retire", {"ids": [1]})
    assert [each["retired"] for each in world.value("GET /toys")] == [True, False]


def test_a_change_of_a_collection_is_of_what_its_query_chooses() -> None:
    change = does(thing(updated="integer"), thing(color="string"), query=["color"])
    world = with_two(toys(patch=change))
    reply = world.call("PATCH /toys", {"color": "gray"}, query={"color": "red"})
    assert len(reply.outcomes or ()) == 1
    assert colors(world) == ["gray", "blue"]


def test_keys_beside_other_words_name_what_is_removed() -> None:
    body = thing(ids=KEYS, force="boolean")
    world = with_two(toys(delete=does(thing(deleted=KEYS, not_found=KEYS), body)))
    reply = world.call("DELETE /toys", {"ids": [1, 5], "force": True})
    assert [each.key for each in reply.outcomes or () if each.problem is None] == [1]
    assert [each["id"] for each in world.value("GET /toys")] == [2]


COUNTED = thing(affected="integer")


@pytest.mark.parametrize("name", ["deleted", "deleted_count", "removed", "affected"])
def test_a_removal_that_is_counted_passes_over_what_is_not_there(name: str) -> None:
    counted = thing(**{name: "integer"})
    world = with_two(toys(delete=does(counted, thing(ids=KEYS))))
    reply = world.call("DELETE /toys", {"ids": [9, 1]})
    assert [each.deed for each in reply.outcomes or ()] == ["", "deleted"]
    assert [each["id"] for each in world.value("GET /toys")] == [2]


def test_a_change_that_is_counted_passes_over_what_is_not_there() -> None:
    world = with_two(toys(patch=does(COUNTED, thing(ids=KEYS, changes=thing(color="string")))))
    world.call("PATCH /toys", {"ids": [9, 1], "changes": {"color": "pink"}})
    assert colors(world) == ["pink", "blue"]


def test_what_is_counted_is_done_whole_where_a_404_is_documented() -> None:
    counted = does(COUNTED, thing(ids=KEYS))
    counted["responses"]["404"] = {"description": "One of them is not there."}
    world = with_two(toys(delete=counted))
    assert world.refusal("DELETE /toys", {"ids": [9, 1]}).kind == ProblemKind.NOT_FOUND
    assert [each["id"] for each in world.value("GET /toys")] == [1, 2]


def test_a_list_of_changes_that_is_counted_is_made_whole_or_not_at_all() -> None:
    world = with_two(toys(patch=does(COUNTED, many(KEYED))))
    sent = [{"id": 1, "color": "green"}, {"id": 9, "color": "x"}]
    assert world.refusal("PATCH /toys", sent).kind == ProblemKind.NOT_FOUND
    assert colors(world) == ["red", "blue"]


def retiring(path: str, body: Any) -> World:
    paths = {
        "/toys": {"get": does(many(TOY)), "post": does(TOY, SENT, 201)},
        "/toys/{id}": {"get": does(TOY)},
        path: {"post": does(status=204, body=body)},
    }
    return with_two(small(paths))


RETIRING = [
    ("/toys/bulk-retire", KEYS),
    ("/toys/retireMultiple", thing(ids=KEYS)),
    ("/toys/bulk/retire", thing(toy_ids=KEYS)),
    ("/toys/retire/bulk", thing(ids=KEYS)),
    ("/toys/retire/batch", KEYS),
    ("/toys/retire-selected", thing(ids=KEYS)),
]


@pytest.mark.parametrize(("path", "body"), RETIRING)
def test_a_verb_is_done_to_all_that_are_named_however_that_is_spelled(path: str, body: Any) -> None:
    world = retiring(path, body)
    name = next(iter(body.get("properties", {})), None)
    sent = {name: [2]} if name else [2]
    world.call(f"POST {path}", sent)
    assert [each["retired"] for each in world.value("GET /toys")] == [False, True]
    unknown = {name: [1, 9]} if name else [1, 9]
    assert world.refusal(f"POST {path}", unknown).kind == ProblemKind.NOT_FOUND
    assert [each["retired"] for each in world.value("GET /toys")] == [False, True]
