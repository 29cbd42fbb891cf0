"""The same records at several places: below a parent that they name, and without their parents."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.call import ProblemKind
from mockserver.model.places.links import key_named, link_of
from tests.behavior.world import World
from tests.model.compiling import does, many, operation, schema_of, small, thing

PROJECT = thing(id="integer", key="string", name="string")
PART = thing(id="integer", name="string", project_id="integer")
PARTS = small(
    {
        "/projects": {"get": does(many(PROJECT)), "post": does(PROJECT, thing(key="string"))},
        "/projects/{key}": {"get": does(PROJECT), "delete": does(status=204)},
        "/parts": {"get": does(many(PART)), "post": does(PART, PART)},
        "/parts/{id}": {"get": does(PART), "delete": does(status=204)},
        "/projects/{key}/parts": {
            "get": does(many(PART), query=["name"]),
            "post": does(PART, thing(name="string", project_id="integer")),
        },
        "/projects/{key}/parts/{id}": {"get": does(PART), "delete": does(status=204)},
        "/parts/{id}/screws": {"get": does(many()), "post": does(thing(), thing(name="string"))},
    }
)
ITEM = thing(id="integer", name="string")
NOTE = thing(id="integer", text="string")
NOTES = small(
    {
        "/pages": {"get": does(many()), "post": does(thing(), thing(name="string"))},
        "/pages/{page}": {"get": does(thing()), "delete": does(status=204)},
        "/pages/{page}/notes": {"get": does(many(NOTE)), "post": does(NOTE, thing(text="string"))},
        "/notes": {"get": does(many(NOTE))},
        "/notes/{id}": {"get": does(NOTE), "patch": does(NOTE, NOTE), "delete": does(status=204)},
        "/my/notes": {"get": does(many(NOTE))},
        "/other/{x}/notes": {"get": does(many(thing(color="string")))},
    }
)


@pytest.fixture
def world() -> World:
    world = World(model=PARTS)
    world.seed(projects=[{"id": 1, "key": "a"}, {"id": 2, "key": "b"}])
    world.value("POST /parts", {"name": "x", "project_id": 1})
    world.value("POST /parts", {"name": "y", "project_id": 2})
    return world


def names(found: Any) -> list[str]:
    return [each["name"] for each in found]


def test_a_list_below_a_parent_shows_the_records_that_name_it(world: World) -> None:
    label = "GET /projects/{key}/parts"
    assert names(world.value(label, path={"key": "a"})) == ["x"]
    assert names(world.value(label, path={"key": "b"})) == ["y"]
    assert names(world.value(label, path={"key": "b"}, query={"name": "x"})) == []
    assert world.refusal(label, path={"key": "c"}).kind is ProblemKind.PARENT_NOT_FOUND


def test_what_is_made_below_a_parent_names_it_whatever_was_sent(world: World) -> None:
    made = world.value(
        "POST /projects/{key}/parts", {"name": "z", "project_id": 1}, path={"key": "b"}
    )
    assert made == {"id": 3, "name": "z", "project_id": 2}
    assert world.value("GET /parts/{id}", path={"id": 3}) == made
    assert names(world.value("GET /parts")) == ["x", "y", "z"]


def test_an_item_below_a_parent_that_it_does_not_name_is_not_there(world: World) -> None:
    label = "GET /projects/{key}/parts/{id}"
    assert world.value(label, path={"key": "a", "id": 1})["name"] == "x"
    assert world.refusal(label, path={"key": "b", "id": 1}).kind is ProblemKind.NOT_FOUND
    world.refusal("DELETE /projects/{key}/parts/{id}", path={"key": "b", "id": 1})
    world.value("DELETE /projects/{key}/parts/{id}", path={"key": "a", "id": 1})
    assert names(world.value("GET /parts")) == ["y"]


def test_a_reason_tells_which_records_are_below_a_parent() -> None:
    found = operation(PARTS, "GET /projects/{key}/parts")
    assert found.reason == "list-collection of /parts where project_id={key}"
    assert found.resource == "parts"


@pytest.mark.parametrize("label", ["GET /notes", "GET /my/notes"])
def test_a_list_without_parents_shows_the_records_of_all(label: str) -> None:
    world = World(model=NOTES)
    for page in (1, 2):
        world.value("POST /pages", {"name": "p"})
        world.value("POST /pages/{page}/notes", {"text": "t"}, path={"page": page})
    assert [each["id"] for each in world.value(label)] == [1, 2]
    world.value("PATCH /notes/{id}", {"text": "u"}, path={"id": 2})
    assert world.value("GET /pages/{page}/notes", path={"page": 2}) == [{"id": 2, "text": "u"}]


def test_a_list_of_other_things_is_no_list_of_them() -> None:
    assert operation(NOTES, "GET /other/{x}/notes").resource is None


PERSON = thing(id={"type": "string", "format": "uuid"}, name="string", age="integer")
PERSONS = small(
    {
        "/persons": {"get": does(many(PERSON)), "delete": does(status=204)},
        "/person": {"post": does(PERSON, PERSON, status=201)},
        "/person/{id}": {"get": does(PERSON), "delete": does(status=204)},
        "/colors": {"get": does(many()), "post": does(thing(), thing(name="string"))},
        "/color/{id}": {"get": does(thing(hue="string"))},
    }
)


def test_a_collection_in_the_singular_is_that_in_the_plural() -> None:
    world = World(model=PERSONS)
    made = world.value("POST /person", {"name": "a", "age": 3})
    assert world.value("GET /persons") == [made]
    world.value("DELETE /person/{id}", path={"id": made["id"]})
    assert world.value("GET /persons") == []
    assert operation(PERSONS, "GET /color/{id}").resource != "colors"


INNER = thing(id="integer", slug="string", external_id="string")
LINKS: list[tuple[str, str, Any, str | None]] = [
    ("key", "projects", thing(id="integer", project="string"), "project"),
    ("id", "projects", thing(id="integer", projectId="string"), "projectId"),
    ("set_id", "sets", thing(id="integer", set_id="integer"), "set_id"),
    ("slug", "projects", thing(project=INNER), "project.slug"),
    ("projectId", "projects", thing(project=INNER), "project.id"),
    ("external_project_id", "projects", thing(project=INNER), "project.external_id"),
    ("username", "users", thing(owner=thing(username="string")), "owner.username"),
    ("id", "projects", thing(id="integer", name="string"), None),
    ("id", "projects", thing(projects="integer", project="boolean"), None),
]


@pytest.mark.parametrize(("param", "parent", "record", "link"), LINKS)
def test_a_link_is_called_as_the_parent_or_its_parameter(
    param: str, parent: str, record: Any, link: str | None
) -> None:
    assert link_of(param, parent, schema_of(record).properties) == link


def test_a_link_holds_the_property_of_the_parent_that_it_is_called_by() -> None:
    fields = schema_of(PROJECT).properties
    assert key_named("project_id", "projects", fields) == "id"
    assert key_named("project.key", "projects", fields) == "key"
    assert key_named("project", "projects", fields) is None


APPS = small(
    {
        "/application": {"post": does(thing(), thing(name="string"))},
        "/application/{id}": {"delete": does(status=204)},
        "/message": {
            "get": does(many(thing(id="integer", appid="integer", text="string"))),
            "post": does(
                thing(id="integer", appid="integer", text="string"),
                thing(appid="integer", text="string"),
            ),
        },
        "/application/{id}/message": {
            "get": does(many(thing(id="integer", appid="integer", text="string")))
        },
    }
)


def test_a_parent_may_be_called_by_the_beginning_of_its_name() -> None:
    world = World(model=APPS)
    for name in ("a", "b"):
        world.value("POST /application", {"name": name})
    world.value("POST /message", {"appid": 2, "text": "hello"})
    label = "GET /application/{id}/message"
    assert [each["text"] for each in world.value(label, path={"id": 2})] == ["hello"]
    assert world.value(label, path={"id": 1}) == []


REF = thing(ref="string", url="string")
MEMBER = thing(gid="string", name="string")
FOUND = small(
    {
        "/git/refs": {"post": does(REF, REF)},
        "/git/ref/{ref}": {"get": does(REF)},
        "/teams/{team}/members": {"get": does(many(MEMBER))},
        "/members/{member_gid}": {"get": does(MEMBER)},
        "/jobs": {"get": does(many(ITEM)), "post": does(ITEM, ITEM)},
        "/spaces/{id}/tasks/search": {"post": does(thing(data=many(ITEM)), thing(name="string"))},
    }
)


def test_an_item_in_the_singular_is_one_of_those_that_are_made_in_the_plural() -> None:
    world = World(model=FOUND)
    made = world.value("POST /git/refs", {"ref": "main", "url": "u"})
    assert world.value("GET /git/ref/{ref}", path={"ref": "main"}) == made


def test_an_item_is_one_of_those_that_are_only_listed_elsewhere() -> None:
    world = World(model=FOUND)
    (first, *_) = world.value("GET /teams/{team}/members", path={"team": "red"})
    assert world.value("GET /members/{member_gid}", path={"member_gid": first["gid"]}) == first


SPENT = thing(id="string", amount="integer")
SPENDING = small(
    {
        "/accounts/{id}": {"get": does(thing())},
        "/accounts": {"get": does(many(thing()))},
        "/accounts/{id}/spendings": {"get": does(many(SPENT))},
        "/spendings": {"get": does(many(SPENT))},
        "/spendings/{id}": {"get": does(SPENT)},
    }
)


def test_what_nothing_makes_is_the_same_below_a_parent_and_beside() -> None:
    world = World(model=SPENDING)
    (first, *_) = shown = world.value("GET /accounts/{id}/spendings", path={"id": 1})
    assert world.value("GET /spendings") == shown
    assert world.value("GET /spendings/{id}", path={"id": first["id"]}) == first


def test_a_search_of_what_is_listed_nowhere_finds_records_all_the_same() -> None:
    world = World(model=FOUND)
    label, path = "POST /spaces/{id}/tasks/search", {"id": 1}
    first = world.value(label, {}, path=path)[0]
    assert first in world.value(label, {"name": first["name"]}, path=path)
    assert world.value(label, {"name": "no such name"}, path=path) == []
