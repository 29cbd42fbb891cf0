"""What a record shows of the records that belong to it: the real ones, and how many they are."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.behavior.kin import consequences
from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

FINDING = thing(id={"type": "integer", "readOnly": True}, text="string")
SET = thing(
    id={"type": "integer", "readOnly": True},
    name="string",
    findings=many(FINDING),
    findings_count={"type": "integer", "readOnly": True},
    tags=many({"type": "string"}),
    rules=many(thing(color="string")),
)
TAG = thing(name="string", color="string")
DOCUMENT = {
    "/sets": {"get": does(many(SET)), "post": does(SET, SET)},
    "/sets/{id}": {
        "get": does(SET),
        "put": does(SET, SET),
        "patch": does(SET, SET),
        "delete": does(status=204),
    },
    "/sets/{id}/findings": {"get": does(many(FINDING)), "post": does(FINDING, FINDING)},
    "/sets/{id}/findings/{fid}": {
        "get": does(FINDING),
        "patch": does(FINDING, FINDING),
        "delete": does(status=204),
    },
    "/sets/{id}/tags": {"get": does(many(TAG)), "post": does(TAG, TAG)},
    "/sets/{id}/tags/{name}": {"delete": does(status=204)},
    "/sets/{id}/rules": {"get": does(many()), "post": does(thing(), thing(name="string"))},
}
SETS = small(DOCUMENT)
AT_ONCE = thing(sets=many(SET))
SETS_AT_ONCE = small(
    {**DOCUMENT, "/sets": {"get": does(many(SET)), "post": does(AT_ONCE, AT_ONCE)}}
)


@pytest.fixture
def world() -> World:
    return World(model=SETS)


def shown(world: World, *names: str) -> Any:
    record = world.value("GET /sets/{id}", path={"id": 1})
    return {name: record[name] for name in names}


def test_a_new_record_shows_none(world: World) -> None:
    made = world.value("POST /sets", {"name": "a"})
    assert (made["findings"], made["findings_count"], made["tags"]) == ([], 0, [])


def test_children_that_come_change_and_go_are_shown_and_counted(world: World) -> None:
    world.value("POST /sets", {"name": "a"})
    for text in ("s", "t"):
        world.value("POST /sets/{id}/findings", {"text": text}, path={"id": 1})
    world.value("PATCH /sets/{id}/findings/{fid}", {"text": "u"}, path={"id": 1, "fid": 1})
    found = [{"id": 1, "text": "u"}, {"id": 2, "text": "t"}]
    assert shown(world, "findings", "findings_count") == {"findings": found, "findings_count": 2}
    assert world.value("GET /sets")[0]["findings"] == found
    world.value("DELETE /sets/{id}/findings/{fid}", path={"id": 1, "fid": 1})
    assert shown(world, "findings", "findings_count") == {
        "findings": found[1:],
        "findings_count": 1,
    }


def test_children_sent_with_their_parent_are_there(world: World) -> None:
    body = {"name": "a", "findings": [{"text": "s"}, {"text": "t"}], "tags": ["red"]}
    made = world.value("POST /sets", body)
    found = [{"id": 1, "text": "s"}, {"id": 2, "text": "t"}]
    assert (made["findings"], made["findings_count"], made["tags"]) == (found, 2, ["red"])
    assert world.value("GET /sets/{id}/findings", path={"id": 1}) == found
    assert [each["name"] for each in world.value("GET /sets/{id}/tags", path={"id": 1})] == ["red"]


def test_a_change_keeps_the_children_that_it_names_and_those_of_which_it_says_nothing(
    world: World,
) -> None:
    world.value("POST /sets", {"name": "a", "findings": [{"text": "s"}, {"text": "t"}]})
    world.value("PATCH /sets/{id}", {"name": "b"}, path={"id": 1})
    assert shown(world, "findings_count") == {"findings_count": 2}
    world.value("PATCH /sets/{id}", {"findings": [{"id": 2, "text": "u"}]}, path={"id": 1})
    kept = [{"id": 2, "text": "u"}]
    assert world.value("GET /sets/{id}/findings", path={"id": 1}) == kept
    assert shown(world, "findings", "findings_count") == {"findings": kept, "findings_count": 1}


def test_names_stand_for_children(world: World) -> None:
    world.value("POST /sets", {"name": "a", "tags": ["red", "blue"]})
    world.value("POST /sets/{id}/tags", {"name": "green"}, path={"id": 1})
    world.value("DELETE /sets/{id}/tags/{name}", path={"id": 1, "name": "red"})
    assert shown(world, "tags") == {"tags": ["blue", "green"]}


def test_what_is_below_one_record_is_not_shown_in_another(world: World) -> None:
    for name in ("a", "b"):
        world.value("POST /sets", {"name": name})
    world.value("POST /sets/{id}/findings", {"text": "t"}, path={"id": 2})
    assert shown(world, "findings", "findings_count") == {"findings": [], "findings_count": 0}


def test_a_record_that_goes_takes_its_children_along(world: World) -> None:
    world.value("POST /sets", {"name": "a", "findings": [{"text": "s"}]})
    world.value("DELETE /sets/{id}", path={"id": 1})
    assert world.records("sets") == world.records("findings") == []


def test_a_state_to_begin_with_agrees_with_itself() -> None:
    world = World(model=SETS).seed(
        sets=[
            {"id": 1, "findings": [{"id": 7, "text": "in the set"}]},
            {"id": 2, "findings": [{"id": 8, "text": "of an example"}], "findings_count": 5},
        ],
        findings=[{"$in": {"id": 2}, "id": 9, "text": "real"}],
    )
    assert world.records("findings", "1") == [{"id": 7, "text": "in the set"}]
    second = world.value("GET /sets/{id}", path={"id": 2})
    assert second["findings"] == world.records("findings", "2") == [{"id": 9, "text": "real"}]
    assert second["findings_count"] == 1


def test_a_list_of_other_things_is_left_alone(world: World) -> None:
    made = world.value("POST /sets", {"name": "a", "rules": [{"color": "red"}]})
    assert made["rules"] == [{"color": "red"}]
    assert world.records("rules") == []


PART = thing(id={"type": "integer", "readOnly": True}, name="string", project="string")
PROJECT = thing(key="string", part_count={"type": "integer", "readOnly": True}, parts=many(PART))
BY_LINK = small(
    {
        "/projects": {"get": does(many(PROJECT)), "post": does(PROJECT, thing(key="string"))},
        "/projects/{key}": {"get": does(PROJECT)},
        "/projects/{key}/parts": {"get": does(many(PART))},
        "/parts": {"get": does(many(PART)), "post": does(PART, PART)},
        "/parts/{id}": {"get": does(PART), "patch": does(PART, PART), "delete": does(status=204)},
    }
)


def test_records_are_shown_by_the_parent_that_they_name() -> None:
    world = World(model=BY_LINK)

    def counts() -> list[int]:
        return [each["part_count"] for each in world.value("GET /projects")]

    for key in ("a", "b"):
        world.value("POST /projects", {"key": key})
    made = world.value("POST /parts", {"name": "x", "project": "a"})
    assert counts() == [1, 0]
    world.value("PATCH /parts/{id}", {"project": "b"}, path={"id": made["id"]})
    assert counts() == [0, 1]
    second = world.value("GET /projects/{key}", path={"key": "b"})
    assert second["parts"] == [{"id": 1, "name": "x", "project": "b"}]
    world.value("DELETE /parts/{id}", path={"id": made["id"]})
    assert counts() == [0, 0]


NOTE = thing(file="string", text="string")
CASE = thing(id={"type": "integer", "readOnly": True}, notes=many(NOTE))
CASES = {
    "/cases": {
        "get": does(many(CASE)),
        "post": does(thing(cases=many(CASE)), thing(cases=many(CASE))),
    },
    "/cases/{id}": {"get": does(CASE)},
    "/cases/{id}/notes": {"get": does(many(NOTE))},
    "/cases/{id}/notes/{file}": {"get": does(NOTE), "delete": does(status=204)},
}


def test_children_of_two_parents_may_have_the_same_key() -> None:
    world = World(model=small(CASES))
    for text in ("s", "t"):
        world.value("POST /cases", {"cases": [{"notes": [{"file": "a.txt", "text": text}]}]})
    shown = [case["notes"] for case in world.value("GET /cases")]
    assert shown == [[{"file": "a.txt", "text": text}] for text in ("s", "t")]


def test_several_that_are_made_at_once_are_told_as_they_are_kept() -> None:
    world = World(model=SETS_AT_ONCE)
    made = world.value("POST /sets", {"sets": [{"findings": [{"text": "s"}]}]})
    (told,) = made if isinstance(made, list) else [made]
    assert told["findings"] == [{"id": 1, "text": "s"}]
    assert world.value("GET /sets/{id}", path={"id": told["id"]}) == told


def test_a_child_whose_key_another_record_has_gets_one_of_its_own() -> None:
    case = thing(uuid="string", name="string", workspace_id="integer")
    workspace = thing(id={"type": "integer", "readOnly": True}, cases=many(case))
    world = World(
        model=small(
            {
                "/workspaces": {"get": does(many(workspace)), "post": does(workspace, workspace)},
                "/workspaces/{workspace_id}": {"get": does(workspace)},
                "/workspaces/{workspace_id}/cases": {"get": does(many(case))},
                "/cases": {"get": does(many(case)), "post": does(case, case)},
                "/cases/{uuid}": {"get": does(case)},
            }
        )
    )
    for name in ("s", "t"):
        world.value("POST /workspaces", {"cases": [{"uuid": "x", "name": name}]})
    keys = {each["name"]: each["uuid"] for each in world.value("GET /cases")}
    assert (keys["s"], keys["t"] != "x") == ("x", True)


ADDRESS = thing(city="string", street="string")
USER = thing(id="integer", name="string", address=ADDRESS)
USERS = small(
    {
        "/users": {"get": does(many(USER)), "post": does(USER, USER)},
        "/users/{id}": {"get": does(USER), "put": does(USER, USER), "patch": does(USER, USER)},
        "/users/{id}/address": {
            "get": does(ADDRESS),
            "put": does(ADDRESS, ADDRESS),
            "patch": does(ADDRESS, ADDRESS),
            "delete": does(status=204),
        },
    }
)
OSLO, ROME = {"city": "Oslo", "street": "Kirkegata"}, {"city": "Rome", "street": "Via Appia"}


def test_the_one_record_below_another_is_the_property_of_its_name() -> None:
    world = World(model=USERS)
    key = {"id": world.value("POST /users", {"name": "Ann", "address": OSLO})["id"]}
    assert world.value("GET /users/{id}/address", path=key) == OSLO
    world.value("PUT /users/{id}/address", ROME, path=key)
    assert world.value("GET /users/{id}", path=key)["address"] == ROME
    world.value("PATCH /users/{id}/address", {"city": "Bari"}, path=key)
    assert world.value("GET /users/{id}", path=key)["address"] == {**ROME, "city": "Bari"}
    world.value("PATCH /users/{id}", {"address": OSLO}, path=key)
    assert world.value("GET /users/{id}/address", path=key) == OSLO
    world.call("DELETE /users/{id}/address", path=key)
    assert "address" not in world.records("users")[0]


def test_the_one_record_below_another_is_that_of_no_other() -> None:
    world = World(model=USERS)
    first = {"id": world.value("POST /users", {"name": "Ann", "address": OSLO})["id"]}
    other = {"id": world.value("POST /users", {"name": "Bo", "address": ROME})["id"]}
    world.value("PUT /users/{id}/address", ROME, path=first)
    world.value("PUT /users/{id}/address", OSLO, path=other)
    assert world.value("GET /users/{id}", path=first)["address"] == ROME


LINK = thing(type="string", id="string")
TO_ONE, TO_MANY = thing(data=LINK), thing(data=many(LINK))
STORY = thing(
    type={"type": "string", "enum": ["stories"]},
    id="string",
    attributes=thing(title="string"),
    relationships=thing(author=TO_ONE, tags=TO_MANY),
)
STORIES = small(
    {
        "/stories": {"post": does(thing(data=STORY), thing(data=STORY), 201)},
        "/stories/{id}": {"get": does(thing(data=STORY))},
        "/stories/{id}/relationships/tags": {
            "get": does(TO_MANY),
            "post": does(body=TO_MANY, status=204),
            "delete": does(body=TO_MANY, status=204),
        },
        "/stories/{id}/relationships/author": {
            "get": does(TO_ONE),
            "patch": does(body=TO_ONE, status=204),
        },
    }
)


def test_a_relationship_is_the_same_at_its_own_path_as_in_its_record() -> None:
    world = World(model=STORIES)
    ann, bo = ({"type": "people", "id": key} for key in ("1", "2"))
    news, sport = ({"type": "tags", "id": key} for key in ("7", "8"))
    sent = {"type": "stories", "relationships": {"author": {"data": ann}}}
    key = {"id": world.value("POST /stories", {"data": sent})["id"]}
    assert world.value("GET /stories/{id}/relationships/author", path=key) == ann
    world.call("PATCH /stories/{id}/relationships/author", {"data": bo}, path=key)
    world.call("POST /stories/{id}/relationships/tags", {"data": [news, sport]}, path=key)
    world.call("DELETE /stories/{id}/relationships/tags", {"data": [news]}, path=key)
    tags = world.value("GET /stories/{id}/relationships/tags", path=key)
    assert [tag["id"] for tag in tags] == ["8"]
    related = world.value("GET /stories/{id}", path=key)["relationships"]
    assert related == {"author": {"data": bo}, "tags": {"data": [sport]}}


RULE = thing(rule_id={"type": "string", "readOnly": True}, color="string", deep=thing(a="integer"))
SPLIT = thing(id={"type": "integer", "readOnly": True}, name="string", rules=many(RULE))
SPLITS = small(
    {
        "/splits": {"get": does(many(SPLIT)), "post": does(SPLIT, SPLIT)},
        "/splits/{id}": {"get": does(SPLIT), "patch": does(SPLIT, SPLIT)},
        "/splits/{id}/rules/{rule_id}": {
            "patch": does(RULE, thing(color="string")),
            "delete": does(status=204),
        },
    }
)


def test_what_a_record_alone_lists_is_kept_whole_and_changed_at_its_own_path() -> None:
    splits = World(model=SPLITS)
    rules = [{"color": "red", "deep": {"a": 1}}, {"color": "blue", "deep": {"a": 2}}]
    made = splits.value("POST /splits", {"name": "a", "rules": rules})["rules"]
    assert [(each["color"], each["deep"]) for each in made] == [
        ("red", {"a": 1}),
        ("blue", {"a": 2}),
    ]
    first, second = (each["rule_id"] for each in made)
    path = {"id": 1, "rule_id": first}
    splits.value("PATCH /splits/{id}/rules/{rule_id}", {"color": "green"}, path=path)
    splits.value("DELETE /splits/{id}/rules/{rule_id}", path={"id": 1, "rule_id": second})
    left = splits.value("GET /splits/{id}", path={"id": 1})["rules"]
    assert left == [{"rule_id": first, "color": "green", "deep": {"a": 1}}]


def test_a_put_adds_to_what_a_record_alone_lists() -> None:
    agent = thing(id="string", name="string", child_agents=many(thing(id="string", mode="string")))
    agents = World(
        model=small(
            {
                "/agents": {"get": does(many(agent)), "post": does(agent, agent)},
                "/agents/{id}": {"get": does(agent)},
                "/agents/{id}/child_agents/{child_id}": {
                    "put": does(thing(), thing(mode="string")),
                    "delete": does(status=204),
                },
            }
        )
    )
    key = agents.value("POST /agents", {"name": "a"})["id"]
    path = {"id": key, "child_id": "c1"}
    agents.value("PUT /agents/{id}/child_agents/{child_id}", {"mode": "m"}, path=path)
    shown = agents.value("GET /agents/{id}", path={"id": key})
    assert shown["child_agents"] == [{"id": "c1", "mode": "m"}]


def test_records_that_change_each_other_come_to_an_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def show_again(model: Any, change: Any, draft: Any, supply: Any) -> None:
        draft.put(change.collection, change.key, {**change.record, "text": "again"})

    world.value("POST /sets", {"name": "a"})
    monkeypatch.setattr(consequences, "show_in_parents", show_again)
    made = world.value("POST /sets/{id}/findings", {"text": "x"}, path={"id": 1})
    assert made["text"] in ("x", "again")
