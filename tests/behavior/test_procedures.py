"""Operations that are called by the names of procedures: users.list, /user/create."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.call import ProblemKind
from mockserver.model.types import Model
from tests.behavior.world import World
from tests.model.compiling import does, many, operation, small, thing

USER = thing(id="string", name="string", archived="boolean")
NAMED = thing(name="string")
ONE = thing(ok="boolean", user=USER)
SEVERAL = thing(ok="boolean", users=many(USER))
COUNTED = thing(code="integer", result=thing(users_count="integer"))
OK = thing(ok="boolean")
BY_USER = thing(user="string", name="string")


def needs(name: str) -> list[Any]:
    return [{"name": name, "in": "query", "required": True, "schema": {"type": "string"}}]


DOTTED = small(
    {
        "/users.list": {"get": does(SEVERAL)},
        "/users.info": {"get": does(ONE, parameters=needs("user"))},
        "/users.create": {"post": does(ONE, NAMED)},
        "/users.update": {"post": does(ONE, BY_USER)},
        "/users.archive": {"post": does(OK, thing(user="string"))},
        "/users.unarchive": {"post": does(OK, thing(user="string"))},
        "/users.delete": {"post": does(OK, thing(user="string"))},
        "/users.count": {"get": does(COUNTED)},
    }
)
FILES = small(
    {
        "/user.list.json": {"get": does(SEVERAL)},
        "/user.info.json": {"get": does(ONE, parameters=needs("id"))},
        "/user.add.json": {"post": does(ONE, NAMED)},
        "/user.update.json": {"put": does(OK, NAMED, parameters=needs("id"))},
        "/user.delete.json": {"delete": does(OK, parameters=needs("id"))},
        "/user.count.json": {"get": does(COUNTED)},
    }
)
SLASHED = small(
    {
        "/v1/user/list": {"get": does(SEVERAL)},
        "/v1/user/get": {"get": does(ONE, parameters=needs("user_id"))},
        "/v1/user/create": {"post": does(ONE, NAMED)},
        "/v1/user/update": {"post": does(ONE, thing(user_id="string", name="string"))},
        "/v1/user/delete": {"post": does(OK, thing(user_id="string"))},
    }
)


def test_what_a_dotted_procedure_makes_is_listed_read_changed_counted_and_gone() -> None:
    world = World(model=DOTTED)
    key = world.value("POST /users.create", {"name": "Ann"})["id"]
    assert world.value("GET /users.count") == 1
    asked = {"user": key}
    assert world.value("GET /users.info", query=asked)["name"] == "Ann"
    world.value("POST /users.update", {**asked, "name": "Bo"})
    assert [user["name"] for user in world.value("GET /users.list")] == ["Bo"]
    world.value("POST /users.delete", asked)
    assert world.value("GET /users.list") == []
    assert world.refusal("GET /users.info", query=asked).kind == ProblemKind.NOT_FOUND


def test_a_procedure_that_is_no_usual_one_is_an_action_on_the_record_that_it_names() -> None:
    world = World(model=DOTTED)
    key = world.value("POST /users.create", {"name": "Ann"})["id"]
    world.value("POST /users.archive", {"user": key})
    assert world.value("GET /users.info", query={"user": key})["archived"] is True
    world.value("POST /users.unarchive", {"user": key})
    assert world.value("GET /users.info", query={"user": key})["archived"] is False
    assert world.refusal("POST /users.archive", {"user": "x"}).kind == ProblemKind.NOT_FOUND


def test_a_procedure_with_a_format_after_its_name_finds_its_record_by_the_query() -> None:
    world = World(model=FILES)
    first = world.value("POST /user.add.json", {"name": "Ann"})["id"]
    other = world.value("POST /user.add.json", {"name": "Bo"})["id"]
    world.value("PUT /user.update.json", {"name": "Cy"}, query={"id": first})
    world.value("DELETE /user.delete.json", query={"id": other})
    assert [user["name"] for user in world.value("GET /user.list.json")] == ["Cy"]


def test_a_procedure_may_be_the_last_segment_of_a_path() -> None:
    world = World(model=SLASHED)
    key = world.value("POST /v1/user/create", {"name": "Ann"})["id"]
    world.value("POST /v1/user/update", {"user_id": key, "name": "Bo"})
    assert world.value("GET /v1/user/get", query={"user_id": key})["name"] == "Bo"
    world.value("POST /v1/user/delete", {"user_id": key})
    assert world.value("GET /v1/user/list") == []


@pytest.mark.parametrize(
    ("model", "label", "kind"),
    [
        (DOTTED, "POST /users.update", "merge"),
        (DOTTED, "POST /users.delete", "delete"),
        (DOTTED, "GET /users.count", "count"),
        (FILES, "PUT /user.update.json", "merge"),
        (SLASHED, "POST /v1/user/update", "merge"),
    ],
)
def test_a_procedure_stands_for_what_its_name_says(model: Model, label: str, kind: str) -> None:
    assert operation(model, label).kind == kind


def test_a_file_or_a_version_is_no_procedure() -> None:
    model = small({"/robots.txt": {"get": does(OK)}, "/v1.0/users": {"get": does(many(USER))}})
    kinds = {operation.path: operation.kind.value for operation in model.operations}
    assert kinds == {"/robots.txt": "stateless", "/v1.0/users": "list"}
    assert [found.path for found in model.resources.values()] == ["/v1.0/users"]


BY_ID = thing(user_id="string")
CAMEL = small(
    {
        "/v1/createUser": {"post": does(ONE, NAMED)},
        "/v1/getUser": {"post": does(ONE, BY_ID)},
        "/v1/listUsers": {"post": does(SEVERAL)},
        "/v1/updateUser": {"post": does(ONE, thing(user_id="string", name="string"))},
        "/v1/archiveUser": {"post": does(OK, BY_ID)},
        "/v1/deleteUser": {"post": does(OK, BY_ID)},
    }
)
SNAKE = small(
    {
        "/users/add_user": {"post": does(USER, NAMED)},
        "/users/get_user_by_id": {"get": does(USER, parameters=needs("user_id"))},
        "/users/get_all_users": {"get": does(many(USER))},
        "/users/edit_user": {"put": does(USER, NAMED, parameters=needs("user_id"))},
        "/users/archive_user": {"put": does(USER, parameters=needs("user_id"))},
        "/users/remove_user": {"delete": does(parameters=needs("user_id"))},
    }
)
IN_PATHS = small(
    {
        "/CreateUser": {"post": does(USER, NAMED)},
        "/GetUserById/{user_id}": {"get": does(USER)},
        "/GetUsers": {"get": does(many(USER))},
        "/UpdateUser/{user_id}": {"put": does(USER, NAMED)},
        "/ArchiveUser/{user_id}": {"post": does()},
        "/DeleteUser/{user_id}": {"delete": does()},
    }
)


@pytest.mark.parametrize(
    ("model", "place"), [(CAMEL, "body"), (SNAKE, "query"), (IN_PATHS, "path")]
)
def test_names_that_begin_with_a_verb_are_about_the_thing_after_it(
    model: Model, place: str
) -> None:
    world = World(model=model)
    labels = {operation.kind.value: operation.label for operation in model.operations}

    def ask(kind: str, key: str, **sent: Any) -> Any:
        label, asked = labels[kind], {"user_id": key}
        if place == "body":
            return world.value(label, {**asked, **sent})
        return world.value(label, sent, **{place: asked})

    first, other = (world.value(labels["create"], {"name": name})["id"] for name in ("Ann", "Bo"))
    ask("merge", first, name="Cy")
    ask("action", first)
    assert (ask("read", first)["name"], ask("read", first)["archived"]) == ("Cy", True)
    ask("delete", other)
    assert [user["name"] for user in world.value(labels["list"])] == ["Cy"]


def test_a_verb_before_a_noun_alone_makes_no_collection() -> None:
    paths = {"/createReport": {"post": does(USER, NAMED)}, "/getWeather": {"get": does(USER)}}
    assert not small(paths).resources


DOCUMENT = thing(id="string", title="string", text="string")
SEARCHED = thing(policies=many(thing(id="string")), data=many(DOCUMENT))
ADDED = thing(id="string", userId="string")
ACTS = small(
    {
        "/docs.create": {"post": does(thing(data=DOCUMENT), thing(title="string", text="string"))},
        "/docs.info": {"post": does(thing(data=DOCUMENT), thing(id="string"))},
        "/docs.list": {"post": does(SEARCHED, thing(docId="string"))},
        "/docs.search_titles": {
            "post": does(SEARCHED, {**thing(query="string", docId="string"), "required": ["query"]})
        },
        "/docs.add_user": {
            "post": does(thing(users=many(USER)), {**ADDED, "required": ["id", "userId"]})
        },
    }
)


def test_a_search_by_a_procedure_of_two_words_lists_and_needs_no_key() -> None:
    world = World(model=ACTS)
    for title in ("Ann", "Bo"):
        world.value("POST /docs.create", {"title": title, "text": "x"})
    found = world.value("POST /docs.search_titles", {"query": "ann"})
    assert [each["title"] for each in found] == ["Ann"]


def test_what_is_added_to_a_record_is_no_record_of_its_kind() -> None:
    world = World(model=ACTS)
    key = world.value("POST /docs.create", {"title": "Ann", "text": "x"})["id"]
    world.value("POST /docs.add_user", {"id": key, "userId": "u"})
    assert [each["title"] for each in world.value("POST /docs.list", {})] == ["Ann"]
    refused = world.refusal("POST /docs.add_user", {"id": "none", "userId": "u"})
    assert refused.kind == ProblemKind.NOT_FOUND


def test_a_collection_without_another_of_its_name_keeps_its_operations() -> None:
    model = small(
        {
            "/users.list": {"post": does(thing(data=many(USER)), thing(limit="integer"))},
            "/users.info": {"post": does(thing(data=USER), thing(id="string"))},
            "/users.activate": {"post": does(thing(data=USER), thing(id="string"))},
        }
    )
    assert [each.kind for each in model.operations] == ["list", "read", "action"]
