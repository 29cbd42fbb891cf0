"""A document of a shape that is less usual is played right: who makes records, under which names
and keys.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.app import Settings
from tests.asgi.conftest import play
from tests.asgi.stage import Play, Stage, body_of

__all__ = ["play"]

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
PLAIN = Settings(fixtures=None, cors=False)


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def at(*names: str, schema: Any = TEXT) -> dict[str, Any]:
    named = [{"name": name, "in": "path", "required": True, "schema": schema} for name in names]
    return {"parameters": named}


def told(schema: Any, status: str = "200") -> dict[str, Any]:
    media = {"application/json": {"schema": schema}}
    return {"responses": {status: {"description": "", "content": media}}}


def many(schema: Any) -> dict[str, Any]:
    return told({"type": "array", "items": schema})


DONE = {"responses": {"default": {"description": ""}}}
GONE = {"responses": {"204": {"description": ""}}}


def test_a_post_makes_what_its_path_names_where_nothing_else_does(play: Play) -> None:
    shelf = thing(name=TEXT, books={"type": "array", "items": TEXT})
    paths = {
        "/shelves": {"get": many(TEXT)},
        "/shelves/{shelfName}": {
            "get": told(shelf),
            "post": DONE,
            "delete": DONE,
            **at("shelfName"),
        },
    }
    stage = play(paths, settings=PLAIN)
    for name in ("poetry", "plays"):
        assert stage.ask(f"POST /shelves/{name}").status == 200
    assert stage.ask("GET /shelves").json == ["poetry", "plays"]
    assert stage.ask("GET /shelves/poetry").json["name"] == "poetry"
    stage.ask("DELETE /shelves/poetry")
    assert stage.ask("GET /shelves/poetry").status == 404


def test_a_post_that_says_it_updates_makes_nothing(play: Play) -> None:
    boat = thing(id=TEXT, name=TEXT)
    changes = {"summary": "Update a boat", "requestBody": body_of(boat), **told(boat)}
    item = {"get": told(boat), "post": changes, "delete": DONE, **at("id")}
    stage = play({"/boats": {"get": many(boat)}, "/boats/{id}": item}, settings=PLAIN)
    assert stage.ask("POST /boats/1", {"name": "Ann"}).status == 404


def test_what_is_sent_as_the_name_of_a_thing_is_its_name(play: Play) -> None:
    boat = thing(boat_id=NUMBER, name=TEXT, hull=TEXT)
    sent = thing(boat_name=TEXT, hull=TEXT)
    paths = {
        "/boats": {"get": many(boat), "post": {"requestBody": body_of(sent), **told(boat, "201")}},
        "/boats/{name_or_id}": {"get": told(boat), **at("name_or_id")},
    }
    stage = play(paths, settings=PLAIN)
    made = stage.ask("POST /boats", {"boat_name": "Ann", "hull": "wood"}).json
    assert (made["name"], made["hull"]) == ("Ann", "wood")
    assert stage.ask("GET /boats/Ann").json == made


def test_an_order_with_items_is_one_order(play: Play) -> None:
    line = thing(sku=TEXT, quantity=NUMBER)
    sent = thing(reference=TEXT, items={"type": "array", "items": line})
    order = thing(id=NUMBER, reference=TEXT, status=TEXT)
    sent = {**sent, "required": ["reference", "items"]}
    paths = {
        "/orders": {
            "get": many(order),
            "post": {"requestBody": body_of(sent), **told(order, "201")},
        },
        "/orders/{id}": {"get": told(order), **at("id", schema=NUMBER)},
    }
    stage = play(paths, settings=PLAIN)
    lines = [{"sku": "a", "quantity": 1}, {"sku": "b", "quantity": 2}]
    made = stage.ask("POST /orders", {"reference": "A-1", "items": lines}).json
    assert made["reference"] == "A-1"
    assert [each["id"] for each in stage.ask("GET /orders").json] == [made["id"]]


def schemas(**named: Any) -> dict[str, Any]:
    return {"schemas": named}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


CREWMAN = thing(id=NUMBER, username=TEXT, tag_name=TEXT)


def test_what_is_made_elsewhere_is_read(play: Play) -> None:
    paths = {
        "/admin/crew": {
            "get": many(ref("Man")),
            "post": {"requestBody": body_of(thing(username=TEXT)), **told(ref("Man"), "201")},
        },
        "/admin/crew/{username}": {"delete": GONE, **at("username")},
        "/crew/{username}": {"get": told(ref("Man")), **at("username")},
    }
    stage = play(paths, settings=PLAIN, components=schemas(Man=CREWMAN))
    made = stage.ask("POST /admin/crew", {"username": "ann"}).json
    assert stage.ask("GET /crew/ann").json == made
    assert stage.ask("DELETE /admin/crew/ann").status == 204
    assert stage.ask("GET /crew/ann").status == 404


def test_a_record_is_found_by_what_a_word_of_the_path_names(play: Play) -> None:
    sent = body_of(thing(username=TEXT, tag_name=TEXT))
    paths = {
        "/crew": {"get": many(ref("Man")), "post": {"requestBody": sent, **told(ref("Man"))}},
        "/crew/{id}": {"get": told(ref("Man")), **at("id", schema=NUMBER)},
        "/crew/username/{username}": {
            "get": told(ref("Man")),
            "delete": GONE,
            **at("username"),
        },
        "/crew/tags/{tag}": {"get": told(ref("Man")), **at("tag")},
    }
    stage = play(paths, settings=PLAIN, components=schemas(Man=CREWMAN))
    made = stage.ask("POST /crew", {"username": "ann", "tag_name": "mate"}).json
    for call in ("/crew/username/ann", "/crew/tags/mate", f"/crew/{made['id']}"):
        assert stage.ask(f"GET {call}").json == made
    assert stage.ask("GET /crew/username/bob").status == 404
    assert stage.ask("DELETE /crew/username/ann").status == 204
    assert stage.ask(f"GET /crew/{made['id']}").status == 404


def test_what_a_path_with_two_names_makes_is_below_it(play: Play) -> None:
    paths = {
        "/logs/{ship}/{kind}": {
            "get": told({"type": "object"}),
            "post": {"requestBody": body_of(TEXT), **told(ref("Entry"))},
            **at("ship", "kind"),
        },
        "/logs/{ship}/{kind}/{id}": {
            "get": told(ref("Entry")),
            "delete": GONE,
            **at("ship", "kind", "id"),
        },
    }
    entry = thing(id=TEXT, ship=TEXT, kind=TEXT)
    stage = play(paths, settings=PLAIN, components=schemas(Entry=entry))
    made = stage.ask("POST /logs/anna/deck", "hello").json
    assert stage.ask(f"GET /logs/anna/deck/{made['id']}").json == made
    assert stage.ask(f"DELETE /logs/anna/deck/{made['id']}").status == 204
    assert stage.ask(f"GET /logs/anna/deck/{made['id']}").status == 404


def test_a_list_is_found_in_an_object_that_is_called_for_it(play: Play) -> None:
    boat = thing(id=NUMBER, name=TEXT)
    listed = thing(can_add={"type": "boolean"}, boats={"type": "array", "items": boat})
    paths = {
        "/boats": {
            "get": told(thing(boat_list=listed)),
            "post": {"requestBody": body_of(thing(name=TEXT)), **told(thing(boat=boat))},
        },
    }
    stage = play(paths, settings=PLAIN)
    made = stage.ask("POST /boats", {"name": "Ann"}).json["boat"]
    assert stage.ask("GET /boats").json["boat_list"]["boats"] == [made]


def test_a_result_beside_much_else_is_a_part_of_a_record(play: Play) -> None:
    outcome = thing(code=NUMBER, message=TEXT)
    batch = thing(itemUuid=TEXT, amount=NUMBER, note=TEXT, tax=NUMBER, result=outcome)
    paths = {
        "/batches": {
            "post": {
                "requestBody": body_of(thing(amount=NUMBER)),
                **told(thing(batchUuid=TEXT)),
            }
        },
        "/batches/{batchUuid}": {"get": told(batch), **at("batchUuid")},
    }
    stage = play(paths, settings=PLAIN)
    key = stage.ask("POST /batches", {"amount": 7}).json["batchUuid"]
    assert stage.ask(f"GET /batches/{key}").json["amount"] == 7


def test_a_list_of_one_beside_the_status_of_a_reply_is_a_record(play: Play) -> None:
    boat = thing(id=NUMBER, name=TEXT)
    one = thing(
        data={"type": "array", "items": boat},
        included={"type": "array", "items": thing(id=NUMBER)},
        responseStatus=NUMBER,
    )
    paths = {
        "/boats": {"get": told(one), "post": {"requestBody": body_of(boat), **told(one, "201")}},
        "/boats/{id}": {"get": told(one), **at("id", schema=NUMBER)},
    }
    stage = play(paths, settings=PLAIN)
    (made,) = stage.ask("POST /boats", {"name": "Ann"}).json["data"]
    assert made["name"] == "Ann"
    assert stage.ask(f"GET /boats/{made['id']}").json["data"] == [made]
    assert stage.ask("GET /boats").json["data"] == [made]


def test_a_client_says_of_which_kind_a_record_is_whatever_a_base_says(play: Play) -> None:
    base = thing(type={**TEXT, "readOnly": True}, label=TEXT)

    def kind(*names: str, **more: Any) -> dict[str, Any]:
        own = thing(type={"type": "string", "enum": list(names)}, **more)
        return {"allOf": [ref("Base"), {**own, "required": ["type"]}]}

    either = {"oneOf": [ref("Phone"), ref("Mail")]}
    paths = {
        "/ways": {
            "get": many(either),
            "post": {"requestBody": body_of(either), **told(either, "201")},
        },
        "/ways/{id}": {"get": told(either), **at("id")},
    }
    known = {"Base": base, "Phone": kind("phone", "sms", code=NUMBER), "Mail": kind("mail")}
    stage = play(paths, settings=PLAIN, components=schemas(**known))
    made = stage.ask("POST /ways", {"type": "mail", "label": "Work"}).json
    assert (made["type"], made["label"]) == ("mail", "Work")
    assert "code" not in made


def test_a_put_that_demands_less_than_a_create_takes_nothing_away(play: Play) -> None:
    boat = thing(id=NUMBER, name=TEXT, hull=TEXT, crew=NUMBER)
    paths = {
        "/boats": {
            "post": {
                "requestBody": body_of({**boat, "required": ["name", "hull"]}),
                **told(boat, "201"),
            }
        },
        "/boats/{id}": {
            "get": told(boat),
            "put": {"requestBody": body_of({**boat, "required": ["hull"]}), **told(boat)},
            **at("id", schema=NUMBER),
        },
    }
    stage = play(paths, settings=PLAIN)
    stage.ask("POST /boats", {"name": "Ann", "hull": "wood", "crew": 3})
    changed = stage.ask("PUT /boats/1", {"hull": "steel"}).json
    assert changed == {"id": 1, "name": "Ann", "hull": "steel", "crew": 3}


def test_no_two_records_have_the_same_id_beside_their_key(play: Play) -> None:
    known = thing(id={**TEXT, "example": "4f6c-85x"}, name=TEXT)
    paths = {
        "/tags": {
            "get": many(known),
            "post": {"requestBody": body_of(thing(name=TEXT)), **told(known, "201")},
        },
        "/tags/{name}": {"get": told(known), **at("name")},
    }
    stage = play(paths, settings=PLAIN)
    ids = {stage.ask("POST /tags", {"name": name}).json["id"] for name in ("a", "b")}
    assert len(ids) == 2
    assert {each["id"] for each in stage.ask("GET /tags").json} == ids


def test_what_is_added_by_a_path_alone_is_shown_in_what_it_is_added_to(play: Play) -> None:
    right, role = thing(right=TEXT, note=TEXT), ref("Role")
    paths = {
        "/rights": {
            "get": many(ref("Right")),
            "post": {"requestBody": body_of(ref("Right")), **told(ref("Right"), "201")},
        },
        "/rights/{rightKey}": {"get": told(ref("Right")), "delete": GONE, **at("rightKey")},
        "/roles": {
            "get": many(role),
            "post": {"requestBody": body_of(thing(name=TEXT)), **told(role, "201")},
        },
        "/roles/{roleId}": {"get": told(role), **at("roleId", schema=NUMBER)},
        "/roles/{roleId}/rights/{rightKey}": {
            "post": told(role),
            "delete": GONE,
            **at("roleId", "rightKey"),
        },
    }
    rights = {"type": "array", "items": ref("Right")}
    known = {"Right": right, "Role": thing(id=NUMBER, name=TEXT, rights=rights)}
    stage = play(paths, settings=PLAIN, components=schemas(**known))
    edit = stage.ask("POST /rights", {"right": "edit", "note": "n"}).json
    stage.ask("POST /roles", {"name": "owner"})
    added = stage.ask("POST /roles/1/rights/edit").json
    assert added == {"id": 1, "name": "owner", "rights": [edit]}
    assert stage.ask("GET /roles/1").json == added
    assert stage.ask("POST /roles/1/rights/other").status == 404
    stage.ask("DELETE /roles/1/rights/edit")
    assert stage.ask("GET /roles/1").json["rights"] == []
    assert stage.ask("GET /rights/edit").json == edit


def test_an_act_that_takes_a_record_makes_it_where_nothing_else_does(play: Play) -> None:
    paths = {
        "/guests": {"get": many(ref("Guest"))},
        "/guests/{id}": {"get": told(ref("Guest")), **at("id")},
        "/guests/checkin": {"post": {"requestBody": body_of(ref("Guest")), **told(ref("Guest"))}},
        "/guests/validate": {"post": {"requestBody": body_of(ref("Guest")), **told(ref("Guest"))}},
    }
    stage = play(paths, settings=PLAIN, components=schemas(Guest=thing(id=TEXT, name=TEXT)))
    stage.ask("POST /guests/validate", {"name": "Bea"})
    made = stage.ask("POST /guests/checkin", {"name": "Ann"}).json
    assert stage.ask("GET /guests").json == [made]
    assert stage.ask(f"GET /guests/{made['id']}").json["name"] == "Ann"


def test_a_new_record_is_in_the_first_state_by_which_lists_are_filtered(play: Play) -> None:
    ticket = thing(id=NUMBER, title=TEXT, state=TEXT)
    states = {"type": "string", "enum": ["all", "closed", "open"]}
    listed = {"parameters": [{"name": "state", "in": "query", "schema": states}], **many(ticket)}
    change = body_of(thing(state=TEXT))
    paths = {
        "/tickets": {
            "get": listed,
            "post": {"requestBody": body_of(thing(title=TEXT)), **told(ticket, "201")},
        },
        "/tickets/{id}": {
            "get": told(ticket),
            "patch": {"requestBody": change, **told(ticket)},
            **at("id", schema=NUMBER),
        },
    }
    stage = play(paths, settings=PLAIN)
    made = stage.ask("POST /tickets", {"title": "a"}).json
    assert made["state"] == "open"
    assert stage.ask("GET /tickets?state=open").json == [made]
    stage.ask("PATCH /tickets/1", {"state": "closed"})
    assert stage.ask("GET /tickets?state=open").json == []
    assert len(stage.ask("GET /tickets?state=all").json) == 1


def test_a_post_beside_a_put_writes_the_one_thing_that_is_there(play: Play) -> None:
    plan = thing(schedule=TEXT, days=NUMBER)
    writes = {"requestBody": body_of(plan), **told(plan)}
    stage = play({"/plan": {"get": told(plan), "post": writes, "put": writes}}, settings=PLAIN)
    stage.ask("POST /plan", {"schedule": "daily", "days": 1})
    assert stage.ask("GET /plan").json == {"schedule": "daily", "days": 1}
    stage.ask("PUT /plan", {"schedule": "weekly", "days": 7})
    assert stage.ask("GET /plan").json["days"] == 7


def test_a_record_is_found_by_the_id_that_it_tells_beside_its_key(play: Play) -> None:
    ticket = thing(id=NUMBER, number=NUMBER, title=TEXT)
    paths = {
        "/tickets": {
            "post": {"requestBody": body_of(thing(title=TEXT)), **told(ticket, "201")},
        },
        "/tickets/{index}": {"get": told(ticket), **at("index", schema=NUMBER)},
        "/tickets/{index}/notes": {
            "get": many(thing(id=NUMBER, text=TEXT)),
            "post": {"requestBody": body_of(thing(text=TEXT)), **told(thing(id=NUMBER))},
            **at("index", schema=NUMBER),
        },
    }
    stage = play(paths, settings=PLAIN)
    made = stage.ask("POST /tickets", {"title": "a"}).json
    for key in (made["number"], made["id"]):
        assert stage.ask(f"GET /tickets/{key}").json == made
        stage.ask(f"POST /tickets/{key}/notes", {"text": "x"})
    assert len(stage.ask(f"GET /tickets/{made['number']}/notes").json) == 2
    assert stage.ask("GET /tickets/4711000").status == 404


def test_pages_are_asked_for_by_what_replies_call_them(play: Play) -> None:
    boat, meta = thing(id=NUMBER, name=TEXT), thing(page=NUMBER, per_page=NUMBER, total=NUMBER)
    listed = thing(boats={"type": "array", "items": boat}, meta=thing(pagination=meta))
    paths = {
        "/boats": {
            "get": told(listed),
            "post": {"requestBody": body_of(boat), **told(boat, "201")},
        },
        "/boats/{id}": {"get": told(boat), **at("id", schema=NUMBER)},
    }
    stage = play(paths, settings=PLAIN)
    for name in ("Ann", "Bea", "Cid"):
        stage.ask("POST /boats", {"name": name})
    assert len(stage.ask("GET /boats").json["boats"]) == 3
    page = stage.ask("GET /boats?page=2&per_page=2").json
    assert [each["name"] for each in page["boats"]] == ["Cid"]
    assert page["meta"]["pagination"] == {"page": 2, "per_page": 2, "total": 3}


def test_a_patch_makes_what_is_not_there_where_it_says_so(play: Play) -> None:
    tag = thing(code=TEXT, label=TEXT, color=TEXT)
    both = {"201": {"description": ""}, "204": {"description": ""}}
    paths = {
        "/tags": {"get": many(tag), "post": {"requestBody": body_of(tag), **told(tag, "201")}},
        "/tags/{code}": {
            "get": told(tag),
            "patch": {
                "summary": "Update/create a tag",
                "requestBody": body_of(tag),
                "responses": both,
            },
            **at("code"),
        },
    }
    stage = play(paths, settings=PLAIN)
    assert stage.ask("PATCH /tags/a", {"label": "A", "color": "red"}).status == 201
    assert stage.ask("PATCH /tags/a", {"label": "B"}).status == 204
    assert stage.ask("GET /tags/a").json == {"code": "a", "label": "B", "color": "red"}


def test_what_is_made_below_a_parent_alone_is_read_without_it(play: Play) -> None:
    paths = {
        "/yards": {"get": many(thing(id=TEXT, name=TEXT))},
        "/yards/{yardId}/boats": {
            "post": {"requestBody": body_of(thing(name=TEXT)), **told(ref("Boat"), "201")},
            **at("yardId"),
        },
        "/boats": {"get": many(ref("Boat"))},
        "/boats/{boatId}": {"get": told(ref("Boat")), "delete": GONE, **at("boatId")},
    }
    stage = play(paths, settings=PLAIN, components=schemas(Boat=thing(boatId=TEXT, name=TEXT)))
    answer = stage.ask("POST /yards/a/boats", {"name": "Ann"})
    made = answer.json
    assert answer.headers["location"].endswith(f"/boats/{made['boatId']}")
    assert "/yards" not in answer.headers["location"]
    assert stage.ask("GET /boats").json == [made]
    assert stage.ask(f"GET /boats/{made['boatId']}").json == made
    stage.ask(f"DELETE /boats/{made['boatId']}")
    assert stage.ask("GET /boats").json == []


def rpc(*names: str, schema: Any = None, needed: bool = True) -> dict[str, Any]:
    sent = thing(**dict.fromkeys(names, TEXT))
    body = {**sent, "required": list(names)} if needed else sent
    return {"post": {"requestBody": body_of(body), **told(schema or thing(ok=TEXT))}}


def test_procedures_name_a_record_by_the_id_that_most_of_them_take(play: Play) -> None:
    room = thing(_id=TEXT, name=TEXT, topic=TEXT)
    ids = [{"name": name, "in": "query", "schema": TEXT} for name in ("roomId", "roomName")]
    paths = {
        "/halls.create": rpc("name", schema=thing(hall=room)),
        "/halls.list": {"get": told(thing(halls={"type": "array", "items": room}))},
        "/halls.info": {"get": {"parameters": ids, **told(thing(hall=room))}},
        "/halls.rename": rpc("roomId", "name", schema=thing(hall=room)),
        "/halls.setTopic": rpc("roomId", "topic", schema=thing(topic=TEXT, success=TEXT)),
        "/halls.addOwner": rpc("roomId", "userId"),
        "/halls.delete": rpc("roomId", "roomName", needed=False),
    }
    stage = play(paths, settings=PLAIN)
    key = stage.ask("POST /halls.create", {"name": "north"}).json["hall"]["_id"]
    stage.ask("POST /halls.addOwner", {"roomId": key, "userId": "u"})
    assert len(stage.ask("GET /halls.list").json["halls"]) == 1
    stage.ask("POST /halls.rename", {"roomId": key, "name": "south"})
    stage.ask("POST /halls.setTopic", {"roomId": key, "topic": "art"})
    hall = stage.ask(f"GET /halls.info?roomId={key}").json["hall"]
    assert (hall["name"], hall["topic"]) == ("south", "art")
    assert stage.ask("POST /halls.delete", {"roomId": key}).status == 200
    assert stage.ask("GET /halls.list").json["halls"] == []


def test_a_key_that_is_any_number_is_a_whole_one(play: Play) -> None:
    shown = thing(id={"type": "number"}, name=TEXT)
    paths = {
        "/sets": {"post": {"requestBody": body_of(thing(name=TEXT)), **told(shown, "201")}},
        "/sets/{pk}": {"get": told(thing(result=thing(name=TEXT))), **at("pk", schema=NUMBER)},
    }
    stage = play(paths, settings=PLAIN)
    answer = stage.ask("POST /sets", {"name": "a"})
    assert b'"id":1,' in answer.body.replace(b" ", b"")


def test_a_body_that_no_document_describes_changes_a_record(play: Play) -> None:
    boat = thing(id=NUMBER, name=TEXT, hull=TEXT)
    paths = {
        "/boats": {
            "get": many(boat),
            "post": {"requestBody": body_of(boat), **told(boat, "201")},
        },
        "/boats/{id}": {"get": told(boat), "put": told(boat), **at("id", schema=NUMBER)},
    }
    stage = play(paths, settings=PLAIN)
    stage.ask("POST /boats", {"name": "Ann", "hull": "wood"})
    changed = stage.ask("PUT /boats/1", {"name": "Bea"}).json
    assert changed == {"id": 1, "name": "Bea", "hull": "wood"}
    assert stage.ask("GET /boats/1").json == changed
    assert stage.ask("PUT /boats/1").json == changed
    assert stage.ask("PUT /boats/1", b"x", {"Content-Type": "text/plain"}).status == 200


def test_a_user_is_known_by_the_name_that_is_sent(play: Play) -> None:
    user = thing(id=NUMBER, login=TEXT, email=TEXT)
    body = thing(login_name=TEXT, username=TEXT, email=TEXT)
    sent = body_of({**body, "required": ["username"]})
    paths = {
        "/users": {"get": many(user), "post": {"requestBody": sent, **told(user, "201")}},
        "/users/{username}": {"get": told(user), **at("username")},
    }
    stage = play(paths, settings=PLAIN)
    made = stage.ask("POST /users", {"username": "ann", "email": "a@b.ch"}).json
    assert made["login"] == "ann"
    assert stage.ask("GET /users/ann").json == made


def test_the_name_of_a_branch_is_its_key_and_no_id_inside_it(play: Play) -> None:
    branch = thing(commit=thing(id=TEXT), name=TEXT)
    sent = body_of({**thing(new_branch_name=TEXT), "required": ["new_branch_name"]})
    paths = {
        "/branches": {"get": many(branch), "post": {"requestBody": sent, **told(branch, "201")}},
        "/branches/{branch}": {"get": told(branch), "delete": GONE, **at("branch")},
    }
    stage = play(paths, settings=PLAIN)
    made = stage.ask("POST /branches", {"new_branch_name": "dev"}).json
    assert stage.ask("GET /branches/dev").json == made
    assert stage.ask("DELETE /branches/dev").status == 204


def test_a_put_of_keys_says_which_records_are_linked(play: Play) -> None:
    tag = thing(id=NUMBER, name=TEXT)
    keys = body_of(thing(tags={"type": "array", "items": NUMBER}))
    paths = {
        "/tags": {
            "get": many(ref("Tag")),
            "post": {"requestBody": body_of(thing(name=TEXT)), **told(ref("Tag"), "201")},
        },
        "/tags/{id}": {"get": told(ref("Tag")), **at("id", schema=NUMBER)},
        "/boats": {"post": {"requestBody": body_of(thing(name=TEXT)), **told(thing(id=NUMBER))}},
        "/boats/{boat}": {"get": told(thing(id=NUMBER)), **at("boat", schema=NUMBER)},
        "/boats/{boat}/tags": {
            "get": many(ref("Tag")),
            "post": {"requestBody": keys, **many(ref("Tag"))},
            "put": {"requestBody": keys, **many(ref("Tag"))},
            **at("boat", schema=NUMBER),
        },
        "/boats/{boat}/tags/{id}": {"delete": GONE, **at("boat", "id", schema=NUMBER)},
    }
    stage = play(paths, settings=PLAIN, components=schemas(Tag=tag))
    for name in ("a", "b", "c"):
        stage.ask("POST /tags", {"name": name})
    stage.ask("POST /boats", {"name": "Ann"})
    stage.ask("POST /boats/1/tags", {"tags": [1, 2]})
    assert [each["name"] for each in stage.ask("GET /boats/1/tags").json] == ["a", "b"]
    assert len(stage.ask("PUT /boats/1/tags", {"tags": [3, 1]}).json) == 2
    assert {each["name"] for each in stage.ask("GET /boats/1/tags").json} == {"a", "c"}
    stage.ask("PUT /boats/1/tags", {"tags": []})
    assert stage.ask("GET /boats/1/tags").json == []


def among_people(shown: dict[str, Any], **more: Any) -> dict[str, Any]:
    """People and groups, and what is below a group by the last word of its path."""
    person, group = thing(id=NUMBER, name=TEXT, email=TEXT), thing(id=NUMBER, title=TEXT)
    sent = body_of(thing(name=TEXT, email=TEXT))
    paths = {
        "/people": {"get": many(person), "post": {"requestBody": sent, **told(person, "201")}},
        "/people/{person_id}": {"get": told(person), **at("person_id", schema=NUMBER)},
        "/groups": {"post": {"requestBody": body_of(thing(title=TEXT)), **told(group, "201")}},
        "/groups/{id}": {"get": told(group), **at("id", schema=NUMBER)},
        "/groups/{id}/members": {"get": many(shown), **at("id", schema=NUMBER)},
    }
    for word, item in more.items():
        paths[f"/groups/{{id}}/{word}"] = {**at("id", schema=NUMBER), **item}
    return paths


@pytest.mark.parametrize("names", [("id", "name", "email"), ("id", "name")])
def test_a_put_by_a_path_that_names_a_record_links_that_very_one(
    play: Play, names: tuple[str, ...]
) -> None:
    fields = {"id": NUMBER, "name": TEXT, "email": TEXT}
    paths = among_people(thing(**{name: fields[name] for name in names}))
    both = at("id", "person_id", schema=NUMBER)
    paths["/groups/{id}/members/{person_id}"] = {"put": GONE, "delete": GONE, **both}
    stage = play(paths, settings=PLAIN)
    for name in ("Ann", "Bea"):
        stage.ask("POST /people", {"name": name, "email": "a@b.ch"})
        stage.ask("POST /groups", {"title": name})
    assert stage.ask("PUT /groups/1/members/2").status == 204
    shown = {"id": 2, "name": "Bea", "email": "a@b.ch"}
    assert stage.ask("GET /groups/1/members").json == [{name: shown[name] for name in names}]
    assert stage.ask("GET /groups/2/members").json == []
    assert stage.ask("PUT /groups/1/members/99").status == 404
    assert stage.ask("DELETE /groups/1/members/2").status == 204
    assert stage.ask("GET /groups/1/members").json == []
    assert stage.ask("GET /people/2").json == shown


def test_what_is_added_under_one_word_is_listed_under_another(play: Play) -> None:
    adds = {"post": {"requestBody": body_of(thing(person_id=NUMBER)), **GONE}}
    paths = among_people(thing(id=NUMBER, name=TEXT), people=adds)
    both = at("id", "person_id", schema=NUMBER)
    paths["/groups/{id}/people/{person_id}"] = {"delete": GONE, **both}
    stage = play(paths, settings=PLAIN)
    stage.ask("POST /people", {"name": "Ann", "email": "a@b.ch"})
    for title in ("north", "south"):
        stage.ask("POST /groups", {"title": title})
    assert stage.ask("POST /groups/1/people", {"person_id": 1}).status == 204
    assert stage.ask("POST /groups/1/people", {"person_id": 99}).status == 400
    assert stage.ask("GET /groups/1/members").json == [{"id": 1, "name": "Ann"}]
    assert stage.ask("GET /groups/2/members").json == []
    stage.ask("DELETE /groups/1/people/1")
    assert stage.ask("GET /groups/1/members").json == []


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("schema", "sent", "later"),
    [(TEXT, "red", "blue"), (NUMBER, 5, 7), ({"type": "boolean"}, True, False)],
)
def test_a_map_shows_by_its_name_what_was_sent_alone(
    play: Play, schema: Any, sent: Any, later: Any
) -> None:
    entries = {"type": "object", "additionalProperties": schema}
    puts = {"requestBody": body_of(schema), **told(schema)}
    boat = thing(id=NUMBER)
    both = {"parameters": [*at("id", schema=NUMBER)["parameters"], *at("name")["parameters"]]}
    paths = {
        "/boats": {"post": {"requestBody": body_of(thing()), **told(boat, "201")}},
        "/boats/{id}": {"get": told(boat), **at("id", schema=NUMBER)},
        "/boats/{id}/notes": {"get": told(entries), **at("id", schema=NUMBER)},
        "/boats/{id}/notes/{name}": {"get": told(schema), "put": puts, "delete": GONE, **both},
    }
    stage = play(paths, settings=PLAIN)
    for _ in range(2):
        stage.ask("POST /boats", {})
    assert stage.ask("PUT /boats/1/notes/hull", json.dumps(sent).encode(), JSON).json == sent
    assert stage.ask("PUT /boats/1/notes/sail", json.dumps(sent).encode(), JSON).json == sent
    assert stage.ask("PUT /boats/1/notes/hull", json.dumps(later).encode(), JSON).json == later
    assert stage.ask("GET /boats/1/notes").json == {"hull": later, "sail": sent}
    assert stage.ask("GET /boats/1/notes/hull").json == later
    assert stage.ask("GET /boats/2/notes").json == {}
    stage.ask("DELETE /boats/1/notes/hull")
    assert stage.ask("GET /boats/1/notes/hull").status == 404
    assert stage.ask("GET /boats/1/notes").json == {"sail": sent}


def test_a_map_shows_the_one_value_of_an_entry(play: Play) -> None:
    entries, entry = {"type": "object", "additionalProperties": TEXT}, thing(value=TEXT)
    puts = {"requestBody": body_of(entry), **told(entry)}
    paths = {
        "/labels": {"get": told(entries)},
        "/labels/{label}": {"get": told(entry), "put": puts, "delete": GONE, **at("label")},
    }
    stage = play(paths, settings=PLAIN)
    assert stage.ask("PUT /labels/color", {"value": "red"}).json == {"value": "red"}
    assert stage.ask("GET /labels").json == {"color": "red"}


def test_a_text_that_is_all_there_is_of_a_record_is_its_key(play: Play) -> None:
    paths = {
        "/words": {"get": many(TEXT), "post": {"requestBody": body_of(TEXT), **told(TEXT, "201")}},
        "/words/{word}": {"get": told(TEXT), "delete": GONE, **at("word")},
    }
    stage = play(paths, settings=PLAIN)
    for word in ("north", "south"):
        assert stage.ask("POST /words", json.dumps(word).encode(), JSON).json == word
    assert stage.ask("GET /words").json == ["north", "south"]
    assert stage.ask("GET /words/north").json == "north"
    assert stage.ask("DELETE /words/north").status == 204
    assert stage.ask("GET /words").json == ["south"]
    assert stage.ask("GET /words/north").status == 404


@pytest.mark.parametrize("media", ["application/json", "text/plain"])
def test_a_text_that_is_sent_for_a_record_is_its_text(play: Play, media: str) -> None:
    note = thing(id=NUMBER, text=TEXT, state=TEXT)
    sent = {"content": {media: {"schema": TEXT}}}
    paths = {
        "/notes": {"get": many(note), "post": {"requestBody": sent, **told(note, "201")}},
        "/notes/{id}": {"get": told(note), **at("id", schema=NUMBER)},
    }
    stage = play(paths, settings=PLAIN)
    text = b'"wind"' if "json" in media else b"wind"
    made = stage.ask("POST /notes", text, {"Content-Type": media}).json
    assert made["text"] == "wind"
    assert stage.ask("GET /notes/1").json == made
    assert stage.ask("GET /notes").json == [made]


def of_owners() -> dict[str, Any]:
    """Kites that are read by their owner and their name, and made elsewhere."""
    sent = body_of({**thing(name=TEXT, color=TEXT), "required": ["name"]})
    line = thing(id=NUMBER, length=NUMBER)
    makes = {"requestBody": sent, **told(ref("Kite"), "201")}
    both = at("owner", "kite")
    return {
        "/clubs/{club}/kites": {"get": many(ref("Kite")), "post": makes, **at("club")},
        "/user/kites": {"get": many(ref("Kite")), "post": makes},
        "/users/{username}/kites": {"get": many(ref("Kite")), **at("username")},
        "/teams/{id}/kites": {"get": many(ref("Kite")), **at("id", schema=NUMBER)},
        "/kites/{owner}/{kite}": {
            "get": told(ref("Kite")),
            "patch": {"requestBody": body_of(thing(color=TEXT)), **told(ref("Kite"))},
            "delete": GONE,
            **both,
        },
        "/kites/{owner}/{kite}/lines": {
            "get": many(line),
            "post": {"requestBody": body_of(thing(length=NUMBER)), **told(line, "201")},
            **both,
        },
    }


def of_owner_and_name(play: Play, held: Any) -> Stage:
    kite = thing(id=NUMBER, name=TEXT, color=TEXT, owner=held)
    return play(of_owners(), settings=PLAIN, components=schemas(Kite=kite))


@pytest.mark.parametrize(("held", "sky"), [(thing(login=TEXT), {"login": "sky"}), (TEXT, "sky")])
def test_what_is_made_below_an_owner_is_found_by_owner_and_name(
    play: Play, held: Any, sky: Any
) -> None:
    stage = of_owner_and_name(play, held)
    made = stage.ask("POST /clubs/sky/kites", {"name": "red", "color": "r"}).json
    other = stage.ask("POST /clubs/sea/kites", {"name": "red", "color": "s"}).json
    assert made == {"id": 1, "name": "red", "color": "r", "owner": sky}
    assert other["id"] == 2
    for path in ("/clubs/sky/kites", "/users/sky/kites"):
        assert stage.ask(f"GET {path}").json == [made]
    assert stage.ask("GET /kites/sky/red").json == made
    assert stage.ask("GET /kites/sea/red").json == other
    assert stage.ask("GET /kites/hill/red").status == 404
    assert stage.ask("POST /clubs/sky/kites", {"name": "red"}).status == 409
    assert stage.ask("PATCH /kites/sky/red", {"color": "b"}).json == {**made, "color": "b"}
    assert stage.ask("DELETE /kites/sky/red").status == 204
    assert stage.ask("GET /kites/sky/red").status == 404
    assert stage.ask("GET /clubs/sky/kites").json == []
    assert stage.ask("GET /kites/sea/red").json == other


def test_what_is_made_for_who_calls_has_an_owner_too(play: Play) -> None:
    stage = of_owner_and_name(play, thing(login=TEXT))
    made = stage.ask("POST /user/kites", {"name": "red", "color": "r"}).json
    stage.ask("POST /clubs/sky/kites", {"name": "red"})
    assert stage.ask(f"GET /kites/{made['owner']['login']}/red").json == made
    assert stage.ask("GET /user/kites").json == [made]


BRIEF = {"name": TEXT, "color": TEXT, "tail": TEXT, "size": NUMBER}


@pytest.mark.parametrize(
    ("brief", "whole", "is_found"),
    [
        (BRIEF, {**BRIEF, "lines": NUMBER, "notes": TEXT}, True),
        (BRIEF, {"name": TEXT, "color": TEXT, "tail": TEXT, "notes": TEXT}, True),
        (BRIEF, {"name": TEXT, "notes": TEXT, "size": NUMBER, "weight": NUMBER}, False),
        (BRIEF, {"name": TEXT}, False),
    ],
)
def test_what_an_owner_has_is_found_where_its_schema_has_most_of_the_same_properties(
    play: Play, brief: Any, whole: Any, is_found: bool
) -> None:
    makes = {"requestBody": body_of(thing(**BRIEF)), **told(ref("BriefKite"), "201")}
    paths = {
        "/clubs/{club}/kites": {"get": many(ref("BriefKite")), "post": makes, **at("club")},
        "/kites/{owner}/{kite}": {"get": told(ref("FullKite")), **at("owner", "kite")},
    }
    both = schemas(BriefKite=thing(**brief), FullKite=thing(**whole))
    stage = play(paths, settings=PLAIN, components=both)
    stage.ask("POST /clubs/sky/kites", {"name": "red", "color": "r"})
    read = stage.ask("GET /kites/sky/red")
    assert (read.status == 200 and read.json.get("color") == "r") == is_found


def test_any_owner_and_name_has_what_is_below_it(play: Play) -> None:
    stage = of_owner_and_name(play, thing(login=TEXT))
    made = stage.ask("POST /kites/hill/blue/lines", {"length": 4}).json
    assert stage.ask("GET /kites/hill/blue/lines").json == [made]
    assert stage.ask("GET /kites/hill/red/lines").json == []
