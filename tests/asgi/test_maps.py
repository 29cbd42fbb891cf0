"""A map of values, each of which a path names, is written at once too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asgi.stage import Play, Stage
from tests.model.compiling import does, many, thing

TEXT = {"type": "string"}
TEXTS = {"type": "object", "additionalProperties": TEXT}
ANYTHING = {"type": "object", "additionalProperties": True}
FLAG = {**thing(on="boolean", share="integer"), "required": ["on"]}
FLAGS = {"type": "object", "additionalProperties": FLAG}
MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


def box(play: Play, values: Any, one: Any, **record: Any) -> Stage:
    """Play boxes with a map below each, and a map at the top."""
    fields = thing(id="integer", name="string", **record)
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    name = [{"name": "name", "in": "path", "required": True, "schema": TEXT}]
    patch = does(values, values)
    patch["requestBody"]["content"] = {
        media: {"schema": values} for media in ("application/json", *MERGE_PATCH.values())
    }
    whole = {"get": does(values), "put": does(values, values), "patch": patch}
    member = {"get": does(one), "put": does(one, one), "delete": does(status=204)}
    return play(
        {
            "/boxes": {"get": does(many(fields)), "post": does(fields, fields, 201)},
            "/boxes/{id}": {"parameters": key, "get": does(fields), "patch": does(fields, fields)},
            "/boxes/{id}/settings": {"parameters": key, "delete": does(status=204), **whole},
            "/boxes/{id}/settings/{name}": {"parameters": [*key, *name], **member},
            "/config": whole,
            "/config/{name}": {"parameters": name, **member},
        },
        records={"boxes": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]},
    )


VALUES = [
    (TEXTS, TEXT, {"a": "1", "b": "2"}, "3"),
    (FLAGS, FLAG, {"a": {"on": True, "share": 1}, "b": {"on": False, "share": 2}}, {"on": True}),
    (ANYTHING, {}, {"a": 1, "b": {"x": [1, 2]}, "c": "t", "d": True, "e": [1]}, 7),
]


@pytest.mark.parametrize("path", ["/boxes/1/settings", "/config"])
@pytest.mark.parametrize(("values", "one", "sent", "other"), VALUES)
def test_a_map_that_is_put_is_what_is_read_whole_and_by_its_keys(
    play: Play, path: str, values: Any, one: Any, sent: Any, other: Any
) -> None:
    stage = box(play, values, one)
    stage.ask(f"PUT {path}/old", other)
    assert stage.ask(f"PUT {path}", sent).json == sent
    assert stage.ask(f"GET {path}").json == sent
    for name in ("a", "b"):
        assert stage.ask(f"GET {path}/{name}").json == sent[name]
    assert stage.ask(f"GET {path}/old").status == 404
    assert stage.ask(f"DELETE {path}/a").status == 204
    assert stage.ask(f"GET {path}").json == {name: sent[name] for name in sent if name != "a"}
    assert stage.ask("GET /boxes/2/settings").json == {}


@pytest.mark.parametrize("path", ["/boxes/1/settings", "/config"])
def test_a_patch_of_a_map_adds_to_it_and_a_merge_patch_takes_away_what_is_null(
    play: Play, path: str
) -> None:
    stage = box(play, {"type": "object", "additionalProperties": {**TEXT, "nullable": True}}, TEXT)
    stage.ask(f"PUT {path}", {"a": "1", "b": "2"})
    assert stage.ask(f"PATCH {path}", {"b": "3", "c": "4"}).json == {"a": "1", "b": "3", "c": "4"}
    stage.ask(f"PATCH {path}", {"a": None, "d": "5"}, MERGE_PATCH)
    assert stage.ask(f"GET {path}").json == {"b": "3", "c": "4", "d": "5"}


def test_a_map_below_a_record_is_the_property_of_its_name_whichever_is_changed(
    play: Play,
) -> None:
    stage = box(play, TEXTS, TEXT, settings=TEXTS)
    made = stage.ask("POST /boxes", {"name": "c", "settings": {"a": "1"}}).json
    path = f"/boxes/{made['id']}"
    assert stage.ask(f"GET {path}/settings/a").json == "1"
    stage.ask(f"PUT {path}/settings", {"b": "2"})
    stage.ask(f"PUT {path}/settings/c", "3")
    assert stage.ask(f"GET {path}").json["settings"] == {"b": "2", "c": "3"}
    stage.ask(f"PATCH {path}", {"settings": {"d": "4"}})
    assert stage.ask(f"GET {path}/settings").json == stage.ask(f"GET {path}").json["settings"]
    stage.ask(f"DELETE {path}/settings")
    assert stage.ask(f"GET {path}").json["settings"] == {}


def test_a_map_without_paths_of_its_keys_is_the_property_of_its_name(play: Play) -> None:
    app = thing(id="integer", env=TEXTS)
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    stage = play(
        {
            "/apps": {"post": does(app, app, 201)},
            "/apps/{id}": {"parameters": key, "get": does(app)},
            "/apps/{id}/env": {
                "parameters": key,
                "get": does(TEXTS),
                "post": does(TEXTS, TEXTS),
                "put": does(TEXTS, TEXTS),
            },
        }
    )
    path = f"/apps/{stage.ask('POST /apps', {'env': {'A': '1'}}).json['id']}"
    assert stage.ask(f"GET {path}/env").json == {"A": "1"}
    assert stage.ask(f"POST {path}/env", {"B": "2"}).json == {"A": "1", "B": "2"}
    assert stage.ask(f"GET {path}").json["env"] == {"A": "1", "B": "2"}
    stage.ask(f"PUT {path}/env", {"C": "3"})
    assert stage.ask(f"GET {path}").json["env"] == {"C": "3"}
