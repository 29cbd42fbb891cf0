"""A list of plain values below a record is kept as it was sent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asgi.stage import Play, Stage
from tests.model.compiling import does, many, thing

TEXTS = many({"type": "string"})
NAMES = thing(names=TEXTS)


def shop(
    play: Play, part: str, sent: Any, shown: Any = None, *, is_shown: bool = True, **more: Any
) -> Stage:
    """Play things with a list of values at a path below each."""
    fields = {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}}
    record = thing(**fields, **({part: TEXTS} if is_shown else {}))
    whole = shown or sent
    keys = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    one = [*keys, {"name": "value", "in": "path", "required": True, "schema": {}}]
    paths = {
        "/things": {"get": does(many(record)), "post": does(record, record, 201)},
        "/things/{id}": {"parameters": keys, "get": does(record), "patch": does(record, record)},
        f"/things/{{id}}/{part}": {
            "parameters": keys,
            "get": does(whole),
            "put": does(whole, sent),
            "post": does(whole, sent),
            "delete": does(status=204),
            **more,
        },
        f"/things/{{id}}/{part}/{{value}}": {
            "parameters": one,
            "put": does(status=204),
            "delete": does(status=204),
        },
    }
    return play(paths, records={"things": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]})


@pytest.mark.parametrize(
    ("part", "schema", "sent", "other"),
    [
        ("tags", TEXTS, ["b", "a"], ["c"]),
        ("topics", NAMES, {"names": ["b", "a"]}, {"names": ["c"]}),
        ("roles", thing(roles=TEXTS), {"roles": ["b", "a"]}, {"roles": ["c"]}),
        ("scores", many({"type": "integer"}), [3, 1], [2]),
    ],
)
def test_a_list_that_is_put_is_what_is_read_and_the_next_one_takes_its_place(
    play: Play, part: str, schema: Any, sent: Any, other: Any
) -> None:
    stage = shop(play, part, schema, is_shown=False)
    for body in (sent, other):
        assert stage.ask(f"PUT /things/1/{part}", body).json == body
        assert stage.ask(f"GET /things/1/{part}").json == body
    assert stage.ask(f"GET /things/2/{part}").json in ([], {part: []}, {"names": []})
    assert stage.ask(f"PUT /things/9/{part}", sent).status == 404


def test_what_is_posted_to_a_list_is_added_and_what_is_deleted_is_taken_away(play: Play) -> None:
    stage = shop(play, "tags", TEXTS)
    stage.ask("PUT /things/1/tags", ["b", "a"])
    assert stage.ask("POST /things/1/tags", ["c", "a"]).json == ["b", "a", "c"]
    assert stage.ask("DELETE /things/1/tags/a").status == 204
    assert stage.ask("DELETE /things/1/tags/a").status == 404
    assert [stage.ask("PUT /things/1/tags/d").status for _ in "ab"] == [204, 204]
    assert stage.ask("GET /things/1/tags").json == ["b", "c", "d"]
    assert stage.ask("DELETE /things/1/tags").status == 204
    assert stage.ask("GET /things/1/tags").json == []


def test_a_list_of_values_is_the_property_of_its_name_whichever_is_changed(play: Play) -> None:
    stage = shop(play, "topics", NAMES)
    made = stage.ask("POST /things", {"name": "n", "topics": ["b", "a"]}).json
    path = f"/things/{made['id']}"
    assert stage.ask(f"GET {path}/topics").json == {"names": ["b", "a"]}
    stage.ask(f"PUT {path}/topics", {"names": ["z", "y"]})
    assert stage.ask(f"GET {path}").json["topics"] == ["z", "y"]
    stage.ask(f"PATCH {path}", {"topics": ["x"]})
    assert stage.ask(f"GET {path}/topics").json == {"names": ["x"]}


def test_a_value_is_twice_in_a_list_that_is_no_set(play: Play) -> None:
    paths = {
        "/queue": {"get": does(TEXTS), "put": does(TEXTS, TEXTS), "post": does(TEXTS, TEXTS)},
        "/words": {
            "get": does(TEXTS),
            "put": does(TEXTS, {**TEXTS, "description": "A set of words."}),
            "post": does(TEXTS, TEXTS),
        },
    }
    stage = play(paths)
    found = []
    for path in paths:
        stage.ask(f"PUT {path}", ["a", "a"])
        found.append(stage.ask(f"POST {path}", ["b", "a"]).json)
    assert found == [["a", "a", "b", "a"], ["a", "b"]]


def test_records_that_are_shown_by_more_than_a_value_are_no_list_of_values(play: Play) -> None:
    label = thing(id="integer", name="string")
    path = "/things/{id}/labels"
    keys = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    paths = {
        path: {
            "parameters": keys,
            "get": does(many(label)),
            "put": does(many(label), many(label)),
            "post": does(label, label, 201),
        }
    }
    stage = play(paths)
    assert stage.ask("POST /things/1/labels", {"name": "a"}).json["name"] == "a"


def test_what_is_beside_the_values_in_a_body_is_no_value(play: Play) -> None:
    stage = shop(play, "topics", NAMES, is_shown=False)
    stage.ask("PUT /things/1/topics", {"other": [{}], "names": ["a"]})
    assert stage.ask("GET /things/1/topics").json == {"names": ["a"]}


KEYS = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
TAGGED = thing(id={"type": "integer", "readOnly": True}, name="string", tags=TEXTS)


@pytest.mark.parametrize(
    ("part", "call", "sent", "after"),
    [
        ({"put": does(status=204, body=TEXTS)}, "PUT", ["b", "a"], ["b", "a"]),
        ({"put": does(TAGGED, thing(tags=TEXTS))}, "PUT", {"tags": ["b"]}, ["b"]),
        (
            {"get": does(TEXTS), "post": does(TEXTS, thing(tag="string"))},
            "POST",
            {"tag": "b"},
            ["x", "b"],
        ),
        (
            {
                "get": does(TEXTS),
                "post": does(TEXTS, TEXTS),
                "delete": does(TEXTS, TEXTS),
            },
            "DELETE",
            ["x"],
            [],
        ),
    ],
)
def test_a_list_of_values_need_not_be_put_and_read(
    play: Play, part: Any, call: str, sent: Any, after: Any
) -> None:
    paths = {
        "/things": {"post": does(TAGGED, TAGGED, 201)},
        "/things/{id}": {"parameters": KEYS, "get": does(TAGGED)},
        "/things/{id}/tags": {"parameters": KEYS, **part},
    }
    stage = play(paths)
    stage.ask("POST /things", {"name": "a", "tags": ["x"]})
    assert stage.ask(f"{call} /things/1/tags", sent).status in (200, 204)
    assert stage.ask("GET /things/1").json == {"id": 1, "name": "a", "tags": after}
