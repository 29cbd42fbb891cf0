"""Nothing that was sent is lost or replaced: what a body says is what is stored and shown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behavior.world import World
from tests.model.compiling import document, does, many, thing

CARD = thing(number="string", brand="string")
CHARGE = thing(id="string", amount="integer", currency="string", card=CARD)
ASKED = thing(amount="integer", currency="string", card=thing(number="string"))
QUEUE = {**thing(sid="string", friendly_name="string", max_size="integer"), "required": ["sid"]}
CONTACT = thing(ContactID="string", Name="string")
CONTACTS = thing(Warnings=many(thing(Message="string")), Contacts=many(CONTACT))


def world(paths: Any) -> World:
    return World(document=document(paths))


def echoed(reply: Any, body: Any, sent: Any, method: str = "post") -> Any:
    """Return the answer of an operation without state to what was sent."""
    small = world({"/charges": {method: does(reply, body)}})
    return small.value(f"{method.upper()} /charges", sent)


@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_an_answer_without_state_shows_what_was_sent(method: str) -> None:
    shown = echoed(CHARGE, ASKED, {"amount": 7, "currency": "eur"}, method)
    assert (shown["amount"], shown["currency"]) == (7, "eur")
    assert isinstance(shown["id"], str)


def test_an_answer_without_state_shows_it_in_its_own_spelling_and_envelope() -> None:
    reply = thing(data=thing(id="string", friendly_name="string", size="integer"))
    body = thing(charge=thing(FriendlyName="string", size="integer"))
    sent = {"charge": {"FriendlyName": "Ann", "size": 3}}
    shown = echoed(reply, body, sent)["data"]
    assert (shown["friendly_name"], shown["size"]) == ("Ann", 3)


def test_an_answer_without_state_keeps_what_an_object_does_not_say() -> None:
    shown = echoed(CHARGE | {"example": {"card": {"number": "0", "brand": "visa"}}}, ASKED, {})
    assert shown == {"card": {"number": "0", "brand": "visa"}}
    sent = {"card": {"number": "42"}}
    shown = echoed(CHARGE | {"example": {"card": {"number": "0", "brand": "visa"}}}, ASKED, sent)
    assert shown == {"card": {"number": "42", "brand": "visa"}}


def test_an_answer_without_state_shows_nothing_that_it_could_not_have() -> None:
    status = {"type": "string", "enum": ["done"]}
    assert echoed(thing(status=status), thing(status="string"), {"status": "new"}) == {
        "status": "done"
    }


def queues() -> World:
    body = thing(FriendlyName="string", MaxSize="integer") | {"required": ["FriendlyName"]}
    return world(
        {
            "/queues": {"get": does(many(QUEUE)), "post": does(QUEUE, body, 201)},
            "/queues/{sid}": {"get": does(QUEUE), "post": does(QUEUE, thing(MaxSize="integer"))},
        }
    )


def test_a_property_in_another_spelling_is_that_of_the_record() -> None:
    small = queues()
    made = small.value("POST /queues", {"FriendlyName": "Support", "MaxSize": 5})
    assert (made["friendly_name"], made["max_size"]) == ("Support", 5)
    assert "FriendlyName" not in made
    path = {"sid": made["sid"]}
    small.value("POST /queues/{sid}", {"MaxSize": 6}, path=path)
    read = small.value("GET /queues/{sid}", path=path)
    assert (read["friendly_name"], read["max_size"]) == ("Support", 6)


def test_a_spelling_that_could_mean_two_properties_means_none() -> None:
    both = thing(id="string", user_name="string", userName="string")
    small = world(
        {
            "/users": {
                "get": does(many(both)),
                "post": does(both, thing(UserName="string"), 201),
            },
            "/users/{id}": {"get": does(both)},
        }
    )
    made = small.value("POST /users", {"UserName": "ann"})
    assert "ann" not in (made.get("user_name"), made.get("userName"))


def contacts() -> World:
    return world(
        {
            "/Contacts": {"get": does(CONTACTS), "post": does(CONTACTS, CONTACTS)},
            "/Contacts/{Number}": {"get": does(CONTACTS)},
            "/Contacts/{ContactID}": {
                "get": does(CONTACTS),
                "post": does(CONTACTS, CONTACTS),
                "delete": does(status=204),
            },
        }
    )


def test_a_list_of_one_at_the_path_of_a_record_changes_that_record() -> None:
    small = contacts()
    (made,) = small.value("POST /Contacts", {"Contacts": [{"Name": "Ada"}]})
    path = {"ContactID": made["ContactID"]}
    changed = small.value("POST /Contacts/{ContactID}", {"Contacts": [{"Name": "Eve"}]}, path=path)
    assert changed == {**made, "Name": "Eve"}


def test_a_record_is_found_by_each_parameter_of_paths_that_no_request_can_tell_apart() -> None:
    small = contacts()
    (made,) = small.value("POST /Contacts", {"Contacts": [{"Name": "Ada"}]})
    key = made["ContactID"]
    assert small.value("GET /Contacts/{Number}", path={"Number": key}) == made
    assert small.value("GET /Contacts/{ContactID}", path={"ContactID": key}) == made


def test_what_a_body_says_beats_what_the_verb_of_a_path_sets() -> None:
    user = thing(id="integer", name="string", is_admin="boolean")
    small = world(
        {
            "/users": {"get": does(many(user)), "post": does(user, user, 201)},
            "/users/{id}": {"get": does(user)},
            "/users/{id}/admin": {"patch": does(user, thing(is_admin="boolean"))},
        }
    )
    key = small.value("POST /users", {"name": "Ann"})["id"]
    label, path = "PATCH /users/{id}/admin", {"id": key}
    assert small.value(label, path=path)["is_admin"] is True
    assert small.value(label, {"is_admin": False}, path=path)["is_admin"] is False


@pytest.mark.parametrize(
    "schema",
    [
        {"patternProperties": {"^x_": {"type": "integer"}}},
        {"additionalProperties": {"type": "integer"}},
        {"additionalProperties": True},
        {"allOf": [{"type": "object", "patternProperties": {"^x_": {"type": "integer"}}}]},
    ],
)
def test_properties_that_a_schema_names_by_a_pattern_are_stored(schema: Any) -> None:
    tag = thing(id="string", a="string") | schema
    small = world({"/tags/{id}": {"put": does(tag, tag), "get": does(tag)}})
    path = {"id": "one"}
    small.value("PUT /tags/{id}", {"a": "b", "x_n": 7}, path=path)
    assert {"a": "b", "x_n": 7}.items() <= small.value("GET /tags/{id}", path=path).items()


VOLUME = thing(Name="string", Driver="string")


def test_a_key_that_a_create_by_word_sends_is_the_key() -> None:
    small = world(
        {
            "/volumes": {"get": does(many(VOLUME))},
            "/volumes/create": {"post": does(VOLUME, VOLUME, 201)},
            "/volumes/{name}": {"get": does(VOLUME), "delete": does(status=204)},
        }
    )
    small.value("POST /volumes/create", {"Name": "data"})
    assert small.value("GET /volumes/{name}", path={"name": "data"})["Name"] == "data"


PROJECT = thing(id="integer", title="string") | {"required": ["id", "title"]}
TASK = thing(id="integer", name="string", project=PROJECT, tags=many(thing(id="integer")))


def tasks() -> World:
    body = thing(name="string", project_id="integer", tag_ids=many({"type": "integer"}))
    return world(
        {
            "/tasks": {"get": does(many(TASK)), "post": does(TASK, body, 201)},
            "/tasks/{id}": {"get": does(TASK), "patch": does(TASK, body)},
        }
    )


def test_the_key_of_a_related_record_shows_that_record() -> None:
    small = tasks()
    made = small.value("POST /tasks", {"name": "a", "project_id": 7, "tag_ids": [1, 2]})
    assert made["project"] == {"id": 7}
    assert made["tags"] == [{"id": 1}, {"id": 2}]


def test_a_related_record_changes_with_its_key_and_with_nothing_else() -> None:
    small = tasks()
    path = {"id": small.value("POST /tasks", {"name": "a", "project_id": 7})["id"]}
    assert small.value("PATCH /tasks/{id}", {"name": "b"}, path=path)["project"] == {"id": 7}
    assert small.value("PATCH /tasks/{id}", {"project_id": 8}, path=path)["project"] == {"id": 8}
    assert small.value("PATCH /tasks/{id}", {"project_id": None}, path=path)["project"] is None


def test_a_choice_of_a_filter_that_means_all_hides_nothing() -> None:
    state = {"type": "string", "enum": ["open", "closed", "all"]}
    issues = does(many(thing(id="integer", state="string")))
    issues["parameters"] = [{"name": "state", "in": "query", "schema": state}]
    issue = thing(id="integer", state="string")
    small = world(
        {
            "/issues": {"get": issues, "post": does(issue, thing(state="string"), 201)},
            "/issues/{id}": {"get": does(issue)},
        }
    )
    small.value("POST /issues", {"state": "open"})
    assert len(small.value("GET /issues", query={"state": "all"})) == 1
    assert small.value("GET /issues", query={"state": "closed"}) == []
    assert len(small.value("GET /issues", query={"state": "open"})) == 1


def files() -> World:
    inner = thing(name="string", size="integer")
    shown = thing(id="string", type="string", attributes=inner)
    body = thing(name="string", type="string")
    return world(
        {
            "/files": {"get": does(many(shown)), "post": does(shown, body, 201)},
            "/files/{id}": {"get": does(shown), "patch": does(shown, body)},
        }
    )


def test_a_property_that_the_record_holds_in_an_object_is_put_there() -> None:
    small = files()
    made = small.value("POST /files", {"name": "a.txt", "type": "file"})
    assert (made["attributes"]["name"], made["type"]) == ("a.txt", "file")
    path = {"id": made["id"]}
    before = small.value("GET /files/{id}", path=path)
    changed = small.value("PATCH /files/{id}", {"name": "b.txt"}, path=path)
    assert changed["attributes"] == {**before["attributes"], "name": "b.txt"}
    assert small.value("GET /files/{id}", path=path) == changed


def test_null_is_nothing_said_where_every_reply_has_something() -> None:
    shown = {**thing(id="string", level="integer"), "required": ["id", "level"]}
    body = thing(level={"type": "integer", "nullable": True})
    small = world(
        {
            "/tanks": {"get": does(many(shown)), "post": does(shown, body, 201)},
            "/tanks/{id}": {"get": does(shown), "patch": does(shown, body)},
        }
    )
    made = small.value("POST /tanks", {"level": None})
    assert isinstance(made["level"], int)
    path = {"id": made["id"]}
    small.value("PATCH /tanks/{id}", {"level": 5}, path=path)
    assert small.value("PATCH /tanks/{id}", {"level": None}, path=path)["level"] == 5


def test_a_replacement_has_the_defaults_of_its_own_body() -> None:
    tank = thing(id="string", name="string", note="string")
    body = thing(name="string", note={"type": "string", "default": "none"})
    small = world(
        {
            "/tanks": {"get": does(many(tank)), "post": does(tank, thing(name="string"), 201)},
            "/tanks/{id}": {"get": does(tank), "put": does(tank, body), "patch": does(tank, tank)},
        }
    )
    path = {"id": small.value("POST /tanks", {"name": "a"})["id"]}
    assert small.value("PUT /tanks/{id}", {"name": "b"}, path=path)["note"] == "none"


AUTHOR = {"$ref": "#/components/schemas/Author"}


@pytest.mark.parametrize(
    "shown", [AUTHOR, thing(id="integer", name="string"), thing(id="integer", nick="string")]
)
def test_a_record_that_is_named_by_its_key_is_shown_as_it_is(shown: Any) -> None:
    book = thing(id="integer", title="string", author=shown, author_id="integer")
    sent = thing(title="string", author_id="integer")
    author = thing(id="integer", name="string", age="integer")
    paths = {
        "/authors": {"get": does(many(AUTHOR)), "post": does(AUTHOR, thing(name="string"), 201)},
        "/authors/{id}": {"get": does(AUTHOR), "patch": does(AUTHOR, thing(name="string"))},
        "/books": {"get": does(many(book)), "post": does(book, sent, 201)},
        "/books/{id}": {"get": does(book), "patch": does(book, sent)},
    }
    small = World(document=document(paths, components={"schemas": {"Author": author}}))
    is_known = "nick" not in shown.get("properties", {})
    for name in ("Ada", "Bob"):
        small.value("POST /authors", {"name": name})
    made = small.value("POST /books", {"title": "t", "author_id": 1})["author"]
    assert (made["id"], made.get("name")) == (1, "Ada" if is_known else None)
    path = {"id": 1}
    small.value("PATCH /authors/{id}", {"name": "Eve"}, path=path)
    read = small.value("GET /books/{id}", path=path)["author"]
    assert read.get("name") == ("Eve" if is_known else None)
    moved = small.value("PATCH /books/{id}", {"author_id": 2}, path=path)["author"]
    assert (moved["id"], moved.get("name")) == (2, "Bob" if is_known else None)
