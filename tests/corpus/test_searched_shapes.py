"""A document of a shape that is less usual is played right: what a search asks for."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from mockserver.app import Settings
from tests.asgi.conftest import play
from tests.asgi.stage import Play, Stage, body_of
from tests.corpus.test_unseen_shapes import NUMBER, TEXT, many, ref, schemas, thing, told

__all__ = ["play"]

PLAIN = Settings(fixtures=None, cors=False)
BOAT = thing(id={**NUMBER, "readOnly": True}, name=TEXT, berths=NUMBER)


def fleet(play: Play, name: str, words: str) -> Stage:
    """Return an app with three boats, and a parameter of their list."""
    asked = {"name": name, "in": "query", "schema": TEXT, "description": words}
    makes = {"requestBody": body_of(ref("Boat")), **told(ref("Boat"), "201")}
    paths: dict[str, Any] = {"/boats": {"get": {"parameters": [asked], **many(ref("Boat"))}}}
    paths["/boats"]["post"] = makes
    listed = {"type": "array", "items": thing(field=TEXT, order=TEXT)}
    found = told({"type": "array", "items": ref("Boat")})
    paths["/boats/search"] = {"post": {"requestBody": body_of(thing(sort=listed)), **found}}
    stage = play(paths, components=schemas(Boat=BOAT), settings=PLAIN)
    for number, boat in enumerate(("Ada", "Bob", "Eva")):
        stage.ask("POST /boats", {"name": boat, "berths": number})
    return stage


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("name==Ada,name==Bob", ["Ada", "Bob"]),
        ("berths=gt=0;name!=Bob", ["Eva"]),
        ("name==Ada,berths=ge=1;berths=lt=2", ["Ada", "Bob"]),
        ("(name==Ada,name==Bob);berths=gt=0", ["Bob"]),
        ("name=in=(Ada,Eva)", ["Ada", "Eva"]),
    ],
)
def test_rsql_joins_alternatives_by_commas(text: str, names: list[str], play: Play) -> None:
    found = fleet(play, "filter", "An RSQL expression.").ask(f"GET /boats?filter={quote(text)}")
    assert [one["name"] for one in found.json] == names


@pytest.mark.parametrize("words", ["Name; * matches any characters.", "May have wildcards."])
def test_words_tell_that_a_text_has_wild_cards(words: str, play: Play) -> None:
    found = fleet(play, "name", words).ask("GET /boats?name=*a")
    assert [one["name"] for one in found.json] == ["Ada", "Eva"]


def test_those_with_a_lower_id_are_without_it(play: Play) -> None:
    found = fleet(play, "max_id", "Only those with a lower id.").ask("GET /boats?max_id=3")
    assert [one["name"] for one in found.json] == ["Ada", "Bob"]


def test_an_order_may_be_objects_in_a_body(play: Play) -> None:
    asked = {"sort": [{"field": "berths", "order": "desc"}]}
    found = fleet(play, "name", "").ask("POST /boats/search", asked)
    assert [one["name"] for one in found.json] == ["Eva", "Bob", "Ada"]


@pytest.mark.parametrize("media_type", ["application/x-ndjson", "application/jsonl"])
def test_records_are_listed_line_by_line(media_type: str, play: Play) -> None:
    lines = {"content": {media_type: {"schema": ref("Boat")}}, "description": ""}
    makes = {"requestBody": body_of(ref("Boat")), **told(ref("Boat"), "201")}
    paths = {"/boats": {"get": {"responses": {"200": lines}}, "post": makes}}
    stage = play(paths, components=schemas(Boat=BOAT), settings=PLAIN)
    for name in ("Ada", "Bob"):
        stage.ask("POST /boats", {"name": name, "berths": 1})
    listed = stage.ask("GET /boats")
    assert listed.headers["content-type"].startswith(media_type)
    rows = [json.loads(line) for line in listed.body.splitlines()]
    assert [row["name"] for row in rows] == ["Ada", "Bob"]
