"""A document of another shape that is less usual is played right: where records are made and
found.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Settings
from tests.asgi.conftest import play
from tests.asgi.stage import Play, body_of
from tests.corpus.test_unseen_shapes import (
    GONE,
    NUMBER,
    TEXT,
    at,
    many,
    thing,
    told,
)

__all__ = ["play"]

PLAIN = Settings(fixtures=None, cors=False)
REFERENCE = {"$ref": "#/components/schemas/Boat"}
BOAT = {"schemas": {"Boat": thing(id={**NUMBER, "readOnly": True}, name=TEXT, dockId=NUMBER)}}
MAKES_BOAT = {"requestBody": body_of(REFERENCE), **told(REFERENCE, "201")}
ONE_BOAT = {"get": told(REFERENCE), "delete": GONE, **at("id", schema=NUMBER)}
PAGED = told(thing(content={"type": "array", "items": REFERENCE}, page=NUMBER))


@pytest.mark.parametrize(
    ("make", "listed", "one"),
    [
        ("/boats", "/v2/boats", "/boats"),
        ("/v1/boats", "/v2/boats", "/v1/boats"),
        ("/boats", "/api/v1/boats", "/api/v1/boats"),
        ("/fleet/boats", "/rest/2.0/fleet/boats", "/rest/2.0/fleet/boats"),
    ],
)
def test_what_one_version_of_a_path_makes_another_one_shows(
    make: str, listed: str, one: str, play: Play
) -> None:
    paths = {make: {"post": MAKES_BOAT}, f"{one}/{{id}}": ONE_BOAT}
    paths[listed] = {**paths.get(listed, {}), "get": PAGED}
    stage = play(paths, components=BOAT, settings=PLAIN)
    key = stage.ask(f"POST {make}", {"name": "Ida"}).json["id"]
    assert [boat["name"] for boat in stage.ask(f"GET {listed}").json["content"]] == ["Ida"]
    assert stage.ask(f"GET {one}/{key}").json["name"] == "Ida"


def test_two_versions_of_one_schema_have_the_same_records(play: Play) -> None:
    paths = {}
    for version in ("v1", "v2", "v3"):
        paths[f"/{version}/boats"] = {"post": MAKES_BOAT, "get": many(REFERENCE)}
        paths[f"/{version}/boats/{{id}}"] = ONE_BOAT
    stage = play(paths, components=BOAT, settings=PLAIN)
    key = stage.ask("POST /v1/boats", {"name": "Ida"}).json["id"]
    assert stage.ask(f"GET /v2/boats/{key}").json["name"] == "Ida"
    assert stage.ask(f"DELETE /v3/boats/{key}").status == 204
    assert stage.ask("GET /v1/boats").json == []


def test_two_versions_of_different_schemas_are_kept_apart(play: Play) -> None:
    old, new = thing(id=NUMBER, name=TEXT), thing(key=TEXT, title=TEXT)
    paths = {
        f"/{version}/boats": {
            "post": {"requestBody": body_of(schema), **told(schema)},
            "get": many(schema),
        }
        for version, schema in (("v1", old), ("v2", new))
    }
    stage = play(paths, settings=PLAIN)
    stage.ask("POST /v1/boats", {"name": "Ida"})
    assert len(stage.ask("GET /v1/boats").json) == 1
    assert stage.ask("GET /v2/boats").json == []


def test_a_singular_path_has_the_items_of_the_plural_though_no_reply_is_described(
    play: Play,
) -> None:
    done = {"responses": {"200": {"description": "OK"}}}
    writes = {"requestBody": body_of(thing(name=TEXT)), **done}
    one = {"get": done, "put": writes, "delete": GONE, **at("id", schema=NUMBER)}
    paths = {"/companies": {"get": done, "post": writes}, "/company/{id}": one}
    stage = play(paths, settings=PLAIN)
    made = stage.ask("POST /companies", {"name": "Acme"}).json
    assert made["name"] == "Acme"
    assert stage.ask(f"GET /company/{made['id']}").json == made
    assert stage.ask("GET /companies").json == [made]


def test_what_a_post_below_parents_makes_is_among_those_that_name_the_last_of_them(
    play: Play,
) -> None:
    dock = thing(id=NUMBER, name=TEXT)
    paths = {
        "/yards/{yardId}/docks": {
            "post": {"requestBody": body_of(dock), **told(dock)},
            **at("yardId"),
        },
        "/yards/{yardId}/docks/{dockId}/boats": {"post": MAKES_BOAT, **at("yardId", "dockId")},
        "/boats": {"get": many(REFERENCE), "post": MAKES_BOAT},
        "/boats/{id}": ONE_BOAT,
    }
    stage = play(paths, components=BOAT, settings=PLAIN)
    key = stage.ask("POST /yards/a/docks", {"name": "East"}).json["id"]
    boats = [stage.ask(f"POST /yards/a/docks/{key}/boats", {"name": n}).json for n in "xy"]
    assert boats[0]["id"] != boats[1]["id"]
    assert {boat["dockId"] for boat in boats} == {key}
    assert stage.ask("GET /boats").json == boats
    assert stage.ask(f"GET /boats/{boats[1]['id']}").json == boats[1]


@pytest.mark.parametrize(
    ("param", "schema", "key"),
    [
        ("id", NUMBER, "id"),
        ("slug", TEXT, "slug"),
        ("postId", TEXT, "id"),
        ("post", TEXT, "id"),
        ("post_slug", TEXT, "slug"),
    ],
)
def test_a_create_that_no_reply_describes_tells_the_key_all_the_same(
    param: str, schema: Any, key: str, play: Play
) -> None:
    done = {"responses": {"200": {"description": "OK"}}}
    sent = thing(title=TEXT, username=TEXT)
    writes = {"requestBody": body_of(sent), **done}
    one = {"get": done, "put": writes, "delete": GONE, **at(param, schema=schema)}
    paths = {"/posts": {"get": done, "post": writes}, f"/posts/{{{param}}}": one}
    stage = play(paths, settings=PLAIN)
    first = stage.ask("POST /posts", {"title": "one", "username": "ada"}).json
    other = stage.ask("POST /posts", {"title": "two", "username": "ada"}).json
    assert first[key] != other[key]
    assert stage.ask(f"GET /posts/{first[key]}").json == first
    assert stage.ask("GET /posts").json == [first, other]


@pytest.mark.parametrize(
    ("verb", "status", "reached"),
    [
        ("cancel", TEXT, "cancelled"),
        ("approve", TEXT, "approved"),
        ("cancel", {**TEXT, "description": "open, paid or canceled"}, "canceled"),
        ("refresh", TEXT, None),
    ],
)
def test_a_usual_verb_leads_to_a_state_that_the_document_does_not_list(
    verb: str, status: Any, reached: str | None, play: Play
) -> None:
    order = thing(id=NUMBER, item=TEXT, status=status)
    paths = {
        "/orders": {"post": {"requestBody": body_of(thing(item=TEXT)), **told(order)}},
        "/orders/{id}": {"get": told(order), **at("id", schema=NUMBER)},
        f"/orders/{{id}}/{verb}": {"patch": told(order), **at("id", schema=NUMBER)},
    }
    stage = play(paths, settings=PLAIN)
    before = stage.ask("POST /orders", {"item": "tea"}).json
    assert stage.ask(f"PATCH /orders/{before['id']}/{verb}").status == 200
    after = stage.ask(f"GET /orders/{before['id']}").json
    assert after == {**before, "status": reached or before["status"]}


def test_a_new_record_is_as_a_list_shows_records_by_default(play: Play) -> None:
    state = {"type": "string", "enum": ["idle", "active", "archived"]}
    term, one = thing(id=TEXT, name=TEXT, state=state), at("id")
    chosen = {"name": "state", "in": "query", "schema": {**state, "default": "active"}}
    makes = {"requestBody": body_of(thing(name=TEXT)), **told(term)}
    paths = {
        "/terms": {"post": makes, "get": {"parameters": [chosen], **many(term)}},
        "/terms/{id}": {"get": told(term), **one},
        "/terms/{id}/activate": {"post": told(term), **one},
        "/terms/{id}/archive": {"post": told(term), **one},
    }
    stage = play(paths, settings=PLAIN)
    made = stage.ask("POST /terms", {"name": "spring"}).json
    assert made["state"] == "active"
    assert stage.ask("GET /terms").json == [made]
    stage.ask(f"POST /terms/{made['id']}/archive")
    assert stage.ask("GET /terms").json == []


def test_a_cursor_is_told_from_the_one_that_leads_back(play: Play) -> None:
    words = "An opaque cursor to fetch the {} page. Links are in the `Link` header."
    query = [
        {"name": name, "in": "query", "description": words.format(name), "schema": TEXT}
        for name in ("next", "previous")
    ]
    query.append({"name": "limit", "in": "query", "schema": NUMBER})
    note = thing(id=NUMBER, text=TEXT)
    makes = {"requestBody": body_of(thing(text=TEXT)), **told(note)}
    paths = {
        "/notes": {"post": makes, "get": {"parameters": query, **many(note)}},
        "/notes/{id}": {"get": told(note), **at("id", schema=NUMBER)},
    }
    stage = play(paths, settings=PLAIN)
    for text in "ab":
        stage.ask("POST /notes", {"text": text})
    first = stage.ask("GET /notes?limit=1")
    assert [note["text"] for note in first.json] == ["a"]
    onward = first.headers["link"].partition(">")[0].rpartition("/notes?")[2]
    assert "next=" in onward
    assert [note["text"] for note in stage.ask(f"GET /notes?{onward}").json] == ["b"]


def test_a_list_of_names_beside_their_number_shows_the_names_by_which_things_were_put(
    play: Play,
) -> None:
    basket = thing(capacity=NUMBER)
    writes = {"requestBody": body_of(basket), **GONE}
    names = thing(count=NUMBER, names={"type": "array", "items": TEXT})
    paths = {
        "/baskets": {"get": told(names)},
        "/baskets/{name}": {"get": told(basket), "put": writes, "delete": GONE, **at("name")},
    }
    stage = play(paths, settings=PLAIN)
    for name in ("red", "blue"):
        stage.ask(f"PUT /baskets/{name}", {"capacity": 5})
    assert stage.ask("GET /baskets").json == {"count": 2, "names": ["red", "blue"]}
    stage.ask("DELETE /baskets/red")
    assert stage.ask("GET /baskets").json == {"count": 1, "names": ["blue"]}


def test_a_put_sets_what_is_named_out_of_a_list_that_the_document_gives(play: Play) -> None:
    basket, answer = thing(capacity=NUMBER), thing(status=NUMBER)
    missing = {"404": {"description": "no basket of that name"}}
    done = {"responses": {"204": {"description": ""}, **missing}}
    named = {"type": "string", "enum": ["GET", "PUT"]}
    both = at("name")["parameters"] + at("method", schema=named)["parameters"]
    update = {"summary": "Update settings", "requestBody": body_of(answer), **done}
    paths = {
        "/baskets/{name}": {
            "get": told(basket),
            "put": {"requestBody": body_of(basket), **GONE},
            **at("name"),
        },
        "/baskets/{name}/answers/{method}": {
            "get": told(answer),
            "put": update,
            "parameters": both,
        },
    }
    stage = play(paths, settings=PLAIN)
    stage.ask("PUT /baskets/red", {"capacity": 5})
    assert stage.ask("PUT /baskets/red/answers/GET", {"status": 201}).status == 204
    assert stage.ask("GET /baskets/red/answers/GET").json == {"status": 201}
    assert stage.ask("PUT /baskets/blue/answers/GET", {"status": 201}).status == 404


def test_a_text_in_the_form_of_a_whole_number_is_a_number_in_a_text(play: Play) -> None:
    number = {"type": "string", "format": "int64", "minLength": 1}
    tag = thing(id={**number, "readOnly": True}, name=TEXT)
    paths = {
        "/tags": {"post": {"requestBody": body_of(tag), **told(tag)}},
        "/tags/{id}": {"get": told(tag), **at("id", schema=number)},
    }
    stage = play(paths, settings=PLAIN)
    made = [stage.ask("POST /tags", {"name": name}).json["id"] for name in "ab"]
    assert made == ["1", "2"]
    assert stage.ask("GET /tags/2").json["name"] == "b"


@pytest.mark.parametrize("wrapper", ["", "data"])
def test_a_create_tells_the_key_for_which_its_reply_has_no_place(wrapper: str, play: Play) -> None:
    short, whole = thing(name=TEXT, list_id=NUMBER), thing(id=NUMBER, name=TEXT, views=NUMBER)

    def wrapped(schema: Any) -> Any:
        return thing(**{wrapper: schema}) if wrapper else schema

    makes = {"requestBody": body_of(short), **told(wrapped(short), "201")}
    one = {"get": told(wrapped(whole)), **at("id", schema=NUMBER)}
    stage = play({"/mails": {"post": makes}, "/mails/{id}": one}, settings=PLAIN)
    made = stage.ask("POST /mails", {"name": "spring"}).json
    made = made[wrapper] if wrapper else made
    assert {"id": 1, "name": "spring"}.items() <= made.items()
    assert stage.ask("GET /mails/1").status == 200


@pytest.mark.parametrize(
    ("extra", "headers"),
    [
        ({"additionalProperties": False}, {}),
        ({}, {"Location": {"schema": TEXT}}),
    ],
)
def test_a_create_keeps_the_key_to_itself_where_its_reply_is_closed_or_a_header_tells_it(
    extra: Any, headers: Any, play: Play
) -> None:
    short, whole = {**thing(name=TEXT), **extra}, thing(id=NUMBER, name=TEXT)
    reply = told(short, "201")
    reply["responses"]["201"]["headers"] = headers
    makes = {"requestBody": body_of(thing(name=TEXT)), **reply}
    one = {"get": told(whole), **at("id", schema=NUMBER)}
    stage = play({"/mails": {"post": makes}, "/mails/{id}": one}, settings=PLAIN)
    assert stage.ask("POST /mails", {"name": "spring"}).json == {"name": "spring"}


def test_a_put_that_says_it_creates_makes_a_record_each_time(play: Play) -> None:
    key = {"type": "string", "format": "uuid", "example": "e77602e0-3fb8-4734-aef9-fbc6fdcb0fa8"}
    site = thing(id=key, name=TEXT, size=NUMBER)
    makes = {
        "summary": "Create a new site",
        "requestBody": body_of(thing(name=TEXT)),
        **told(site),
    }
    change = {"requestBody": body_of(thing(name=TEXT)), **told(site)}
    one = {"get": told(site), "patch": change, "delete": GONE, **at("site_id", schema=key)}
    paths = {"/sites": {"get": many(site), "put": makes}, "/sites/{site_id}": one}
    stage = play(paths, settings=PLAIN)
    first = stage.ask("PUT /sites", {"name": "north"}).json
    other = stage.ask("PUT /sites", {"name": "south"}).json
    assert first["id"] != other["id"]
    assert stage.ask(f"GET /sites/{first['id']}").json == first
    assert stage.ask("GET /sites").json == [first, other]


def test_a_list_is_found_by_how_its_name_ends_beside_another_one(play: Play) -> None:
    link, person = thing(rel=TEXT, href=TEXT), thing(contactId=TEXT, firstName=TEXT)
    person["properties"]["links"] = {"type": "array", "items": link}
    listed = thing(
        links={"type": "array", "items": link},
        webServiceContacts={"type": "array", "items": person},
    )
    paths = {
        "/contacts/create": {"post": {"requestBody": body_of(person), **told(person)}},
        "/contacts/all": {"get": told(listed)},
        "/contacts/{contactId}": {"get": told(person), "delete": GONE, **at("contactId")},
    }
    stage = play(paths, settings=PLAIN)
    made = stage.ask("POST /contacts/create", {"firstName": "Ada"}).json
    assert stage.ask("GET /contacts/all").json["webServiceContacts"] == [made]


def test_results_beside_a_number_of_pages_are_all_that_there_are(play: Play) -> None:
    user = thing(id=NUMBER, name=TEXT)
    listed = thing(
        pageInfo=thing(page=NUMBER, pages=NUMBER, results=NUMBER),
        results={"type": "array", "items": user},
    )
    take = [{"name": "take", "in": "query", "schema": NUMBER}]
    skip = [{"name": "skip", "in": "query", "schema": NUMBER}]
    makes = {"requestBody": body_of(thing(name=TEXT)), **told(user)}
    paths = {"/users": {"post": makes, "get": {"parameters": take + skip, **told(listed)}}}
    paths["/users/{id}"] = {"get": told(user), **at("id", schema=NUMBER)}
    stage = play(paths, settings=PLAIN)
    for name in "abc":
        stage.ask("POST /users", {"name": name})
    page = stage.ask("GET /users?take=2&skip=2").json
    assert page["pageInfo"] == {"page": 2, "pages": 2, "results": 3}


def test_a_replacement_leaves_what_its_own_schema_calls_read_only(play: Play) -> None:
    user = thing(id={**NUMBER, "readOnly": True}, email={**TEXT, "readOnly": True}, name=TEXT)
    user["required"] = ["id", "email"]
    makes = {"requestBody": body_of(thing(email=TEXT, name=TEXT)), **told(user)}
    change = {"requestBody": body_of(user), **told(user)}
    one = {"get": told(user), "put": change, **at("id", schema=NUMBER)}
    stage = play({"/users": {"post": makes}, "/users/{id}": one}, settings=PLAIN)
    stage.ask("POST /users", {"email": "ada@example.com", "name": "ada"})
    assert stage.ask("PUT /users/1", {"name": "Ada"}).status == 200
    read = stage.ask("GET /users/1").json
    assert read == {"id": 1, "email": "ada@example.com", "name": "Ada"}


def test_a_record_is_not_known_by_the_id_of_another_one_that_is_sent_with_it(play: Play) -> None:
    task = thing(title=TEXT, contact=thing(id=NUMBER, name=TEXT))
    makes = {"requestBody": body_of(task), **told(task)}
    one = {"get": told(task), **at("taskId", schema=NUMBER)}
    stage = play({"/tasks": {"post": makes}, "/tasks/{taskId}": one}, settings=PLAIN)
    sent = {"title": "Call", "contact": {"id": 5, "name": "Ada"}}
    assert stage.ask("POST /tasks", sent).json == sent
    assert stage.ask("GET /tasks/1").json == sent


def test_a_handle_is_the_name_of_a_thing_whose_names_have_a_form(play: Play) -> None:
    name = {"type": "string", "pattern": "^[a-z0-9_.]+$"}
    channel = thing(id={**NUMBER, "readOnly": True}, displayName=TEXT)
    channel["properties"]["name"] = name
    makes = {"requestBody": body_of(channel), **told(channel)}
    one = {"get": told(channel), "delete": GONE, **at("channelHandle")}
    paths = {"/channels": {"post": makes, "get": many(channel)}, "/channels/{channelHandle}": one}
    stage = play(paths, settings=PLAIN)
    made = stage.ask("POST /channels", {"name": "alpha", "displayName": "A"}).json
    assert stage.ask("GET /channels/alpha").json == made


def test_a_required_name_in_another_case_is_that_of_the_property(play: Play) -> None:
    folder = {**thing(Id=NUMBER, Name=TEXT), "required": ["name"]}
    makes = {"requestBody": body_of(folder), **told(folder, "201")}
    one = {"get": told(folder), **at("Id", schema=NUMBER)}
    stage = play({"/folders": {"post": makes}, "/folders/{Id}": one}, settings=PLAIN)
    assert stage.ask("POST /folders", {"Name": "Bills"}).status == 201
    assert stage.ask("POST /folders", {}).status == 400


def test_a_filter_is_about_the_property_that_has_its_values(play: Play) -> None:
    kinds = {"type": "string", "enum": ["visit", "call"]}
    inner = thing(type=kinds, title=TEXT)
    event = thing(id=TEXT, type={"type": "string", "enum": ["event"]}, attributes=inner)
    body = thing(type=event["properties"]["type"], attributes=inner)
    query = [{"name": "filter[type]", "in": "query", "schema": kinds}]
    paths = {
        "/events": {
            "post": {"requestBody": body_of(body), **told(event)},
            "get": {"parameters": query, **many(event)},
        },
        "/events/{id}": {"get": told(event), **at("id")},
    }
    stage = play(paths, settings=PLAIN)
    for kind in ("visit", "call"):
        sent = {"type": "event", "attributes": {"type": kind, "title": kind}}
        stage.ask("POST /events", sent)
    found = stage.ask("GET /events?filter%5Btype%5D=call").json
    assert [event["attributes"]["title"] for event in found] == ["call"]


def test_what_tells_of_a_record_beside_it_is_not_the_record(play: Play) -> None:
    meta, spec = thing(name=TEXT, uid=TEXT), thing(note=TEXT)
    project = thing(metadata=meta, spec=spec, status=thing(phase=TEXT))
    body = thing(project=project, upsert={"type": "boolean"})
    listed = thing(items={"type": "array", "items": project}, metadata=thing(page=TEXT))
    named, change = at("project.metadata.name"), thing(project=project)
    paths = {
        "/projects": {
            "post": {"requestBody": body_of(body), **told(project)},
            "get": told(listed),
        },
        "/projects/{name}": {"get": told(project), "delete": GONE, **at("name")},
        "/projects/{project.metadata.name}": {
            "put": {"requestBody": body_of(change), **told(project)},
            **named,
        },
    }
    stage = play(paths, settings=PLAIN)
    sent = {"metadata": {"name": "alpha"}, "spec": {"note": "first"}}
    stage.ask("POST /projects", {"project": sent})
    read = stage.ask("GET /projects/alpha").json
    assert (read["metadata"]["name"], read["spec"]) == ("alpha", {"note": "first"})
    sent["spec"] = {"note": "changed"}
    assert stage.ask("PUT /projects/alpha", {"project": sent}).status == 200
    assert stage.ask("GET /projects/alpha").json["spec"] == {"note": "changed"}
    assert stage.ask("DELETE /projects/alpha").status == 204
    assert stage.ask("GET /projects").json["items"] == []


def test_a_thing_is_sent_under_the_singular_of_its_list_and_retrieved_by_a_post(
    play: Play,
) -> None:
    message = thing(messageid=TEXT, sender=TEXT, content=TEXT)
    send = {"requestBody": body_of(thing(sender=TEXT, content=TEXT))}
    result = told(thing(messageid=TEXT, status=TEXT), "201")
    search = {"description": "Retrieve the messages that match", "requestBody": body_of(message)}
    paths = {
        "/message/send": {"post": {**send, **result}},
        "/messages": {"post": {**search, **many(message)}},
        "/messages/{messageid}": {"get": told(message), "delete": GONE, **at("messageid")},
    }
    stage = play(paths, settings=PLAIN)
    keys = {}
    for sender in ("ada", "bob"):
        sent = {"sender": sender, "content": "hello"}
        keys[sender] = stage.ask("POST /message/send", sent).json["messageid"]
    assert stage.ask(f"GET /messages/{keys['ada']}").json["sender"] == "ada"
    found = stage.ask("POST /messages", {"sender": "bob"})
    assert [each["messageid"] for each in found.json] == [keys["bob"]]
    assert len(stage.ask("POST /messages", {}).json) == 2


PRODUCT = thing(name=TEXT, price=NUMBER)
CHORE = thing(name=TEXT, days=NUMBER)
BATTERY = {**thing(name=TEXT, volts=NUMBER), "required": ["volts"]}


@pytest.mark.parametrize(
    ("choices", "status"),
    [
        ([PRODUCT, CHORE], 200),
        ([PRODUCT, CHORE, BATTERY], 200),
        ([{**PRODUCT, "required": ["price"]}, {**CHORE, "required": ["days"]}], 400),
        ([{**PRODUCT, "additionalProperties": False}, BATTERY], 400),
    ],
)
def test_of_alternatives_that_demand_nothing_no_more_than_one_need_be_sent(
    choices: list[Any], status: int, play: Play
) -> None:
    sent = {"oneOf": choices}
    makes = {"requestBody": body_of(sent), **told(thing(created_id=NUMBER))}
    one = {"get": told(sent), **at("id", schema=NUMBER)}
    stage = play({"/objects": {"post": makes}, "/objects/{id}": one}, settings=PLAIN)
    both = {"name": "Milk", "price": 2, "days": 3}
    assert stage.ask("POST /objects", both).status == status
    assert stage.ask("POST /objects", {"name": 5}).status == 400


def test_the_one_number_that_answers_a_create_is_the_key(play: Play) -> None:
    unit = thing(id=NUMBER, displayName=TEXT)
    makes = {
        "requestBody": body_of(thing(displayName=TEXT)),
        **told(thing(ouId={"type": "number"})),
    }
    paths = {"/orgunits": {"post": makes}, "/orgunits/{orgid}": {"get": told(unit), **at("orgid")}}
    stage = play(paths, settings=PLAIN)
    made = stage.ask("POST /orgunits", {"displayName": "Acme"}).json
    assert stage.ask(f"GET /orgunits/{made['ouId']}").json["displayName"] == "Acme"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("query%5B%5D=name%3DWash", ["Wash"]),
        ("query%5B%5D=days%3E3", ["Wash", "Dust"]),
        ("query%5B%5D=days%3E3&query%5B%5D=name!%3DDust", ["Wash"]),
    ],
)
def test_a_filter_that_is_a_property_a_sign_and_a_value_is_read(
    asked: str, found: list[str], play: Play
) -> None:
    chore = thing(id=NUMBER, name=TEXT, days=NUMBER)
    words = "Conditions, each in the form of `<field><condition><value>`"
    schema = {"type": "array", "items": TEXT}
    query = [{"name": "query[]", "in": "query", "description": words, "schema": schema}]
    makes = {"requestBody": body_of(thing(name=TEXT, days=NUMBER)), **told(chore)}
    paths = {
        "/chores": {"post": makes, "get": {"parameters": query, **many(chore)}},
        "/chores/{id}": {"get": told(chore), **at("id", schema=NUMBER)},
    }
    stage = play(paths, settings=PLAIN)
    for name, days in (("Sweep", 1), ("Wash", 7), ("Dust", 9)):
        stage.ask("POST /chores", {"name": name, "days": days})
    assert [chore["name"] for chore in stage.ask(f"GET /chores?{asked}").json] == found
