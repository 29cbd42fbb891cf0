"""A document of a shape that is less usual is played right: what a write changes, and what not."""

from __future__ import annotations

import pytest

from mockserver.app import Settings
from tests.asgi.conftest import play
from tests.asgi.stage import Play, Stage, body_of
from tests.corpus.test_unseen_shapes import GONE, NUMBER, TEXT, at, many, ref, schemas, thing, told

__all__ = ["play"]

PLAIN = Settings(fixtures=None, cors=False)
BOAT = {**thing(id={**NUMBER, "readOnly": True}, name=TEXT, hull=TEXT), "required": ["name"]}


def boats(play: Play, **item: object) -> Stage:
    """Return an app with one boat, which has what operations the test gives it."""
    paths = {
        "/boats": {
            "get": many(ref("Boat")),
            "post": {"requestBody": body_of(ref("Boat")), **told(ref("Boat"), "201")},
        },
        "/boats/{id}": {"get": told(ref("Boat")), **item, **at("id", schema=NUMBER)},
    }
    stage = play(paths, components=schemas(Boat=BOAT), settings=PLAIN)
    assert stage.ask("POST /boats", {"name": "Ida", "hull": "oak"}).status == 201
    return stage


@pytest.mark.parametrize(
    ("words", "is_merge"),
    [
        ("Attributes specified here override those of the boat.", True),
        ("The boat that contains the fields to update.", True),
        ("The boat.", False),
    ],
)
def test_words_beside_the_record_tell_that_a_put_merges(
    words: str, is_merge: bool, play: Play
) -> None:
    body = {**thing(boat={**ref("Boat"), "description": words}), "required": ["boat"]}
    stage = boats(play, put={"requestBody": body_of(body), **told(ref("Boat"))})
    changed = stage.ask("PUT /boats/1", {"boat": {"name": "Eva"}}).json
    assert (changed["name"], changed.get("hull") == "oak") == ("Eva", is_merge)


def test_a_masked_change_need_not_say_what_its_mask_leaves_out(play: Play) -> None:
    mask = {"parameters": [{"name": "updateMask", "in": "query", "schema": TEXT}]}
    stage = boats(play, patch={"requestBody": body_of(ref("Boat")), **mask, **told(ref("Boat"))})
    assert stage.ask("PATCH /boats/1?updateMask=hull", {"hull": "elm"}).json["hull"] == "elm"
    assert stage.ask("PATCH /boats/1?updateMask=name", {"hull": "elm"}).status == 400
    assert stage.ask("PATCH /boats/1", {"hull": "ash"}).status == 400
    assert stage.ask("GET /boats/1").json["hull"] == "elm"


def test_a_body_of_any_properties_may_tell_the_key(play: Play) -> None:
    anything = {"type": "object"}
    paths = {
        "/boats": {"post": {"requestBody": body_of(anything), **told(anything, "201")}},
        "/boats/{boatId}": {"get": told(anything), **at("boatId")},
    }
    stage = play(paths, settings=PLAIN)
    assert stage.ask("POST /boats", {"id": "ida", "hull": "oak"}).json["id"] == "ida"
    assert stage.ask("GET /boats/ida").json["hull"] == "oak"
    made = stage.ask("POST /boats", {"hull": "elm"}).json
    assert stage.ask(f"GET /boats/{made['id']}").json["hull"] == "elm"


def test_what_is_inside_a_record_has_the_defaults_of_the_request(play: Play) -> None:
    sent = thing(sku=TEXT, quantity={**NUMBER, "default": 1}, gift=thing(paper={"default": "red"}))
    shown = {**thing(id=NUMBER, sku=TEXT, quantity=NUMBER, gift=thing(paper=TEXT))}
    orders = {
        "post": {
            "requestBody": body_of(thing(lines={"type": "array", "items": sent})),
            **told(thing(id=NUMBER, lines={"type": "array", "items": shown}), "201"),
        },
        "get": many(thing(id=NUMBER, lines={"type": "array", "items": shown})),
    }
    stage = play({"/orders": orders}, settings=PLAIN)
    lines = [{"sku": "a"}, {"sku": "b", "quantity": 3, "gift": {}}]
    first, second = stage.ask("POST /orders", {"lines": lines}).json["lines"]
    assert (first["sku"], first["quantity"]) == ("a", 1)
    assert (second["quantity"], second["gift"]) == (3, {"paper": "red"})


def test_a_merge_gives_no_defaults_to_what_it_does_not_name(play: Play) -> None:
    hull = thing(wood={"type": "string", "default": "oak"}, layers=NUMBER)
    body = thing(id={**NUMBER, "readOnly": True}, hull=hull)
    paths = {
        "/boats": {"get": many(body), "post": {"requestBody": body_of(body), **told(body, "201")}},
        "/boats/{id}": {
            "get": told(body),
            "patch": {"requestBody": body_of(body), **told(body)},
            **at("id", schema=NUMBER),
        },
    }
    stage = play(paths, settings=PLAIN)
    assert stage.ask("POST /boats", {"hull": {"layers": 2}}).json["hull"]["wood"] == "oak"
    stage.ask("PATCH /boats/1", {"hull": {"wood": "elm", "layers": 2}})
    merge = {"Content-Type": "application/merge-patch+json"}
    stage.ask("PATCH /boats/1", {"hull": {"layers": 3}}, merge)
    assert stage.ask("GET /boats/1").json["hull"] == {"wood": "elm", "layers": 3}


def test_what_was_made_last_is_read_at_its_word(play: Play) -> None:
    latest = {"get": told(ref("Boat"))}
    paths = {
        "/boats": {
            "get": many(ref("Boat")),
            "post": {"requestBody": body_of(ref("Boat")), **told(ref("Boat"), "201")},
        },
        "/boats/latest": latest,
        "/boats/{id}": {"get": told(ref("Boat")), **at("id", schema=NUMBER)},
    }
    stage = play(paths, components=schemas(Boat=BOAT), settings=PLAIN)
    assert stage.ask("GET /boats/latest").status == 404
    for name in ("Ida", "Eva"):
        stage.ask("POST /boats", {"name": name})
        assert stage.ask("GET /boats/latest").json["name"] == name


def test_a_delete_of_a_part_empties_the_list_of_that_name(play: Play) -> None:
    lines = {"type": "array", "items": thing(sku=TEXT)}
    cart = thing(id={**NUMBER, "readOnly": True}, lines=lines, note={**TEXT, "nullable": True})
    paths = {
        "/carts": {"get": many(cart), "post": {"requestBody": body_of(cart), **told(cart, "201")}},
        "/carts/{id}": {"get": told(cart), **at("id", schema=NUMBER)},
        "/carts/{id}/lines": {"delete": GONE, **at("id", schema=NUMBER)},
        "/carts/{id}/note": {"delete": GONE, **at("id", schema=NUMBER)},
    }
    stage = play(paths, settings=PLAIN)
    stage.ask("POST /carts", {"lines": [{"sku": "a"}], "note": "x"})
    assert stage.ask("DELETE /carts/1/lines").status == 204
    assert stage.ask("GET /carts/1").json == {"id": 1, "lines": [], "note": "x"}
    assert stage.ask("DELETE /carts/1/note").status == 204
    assert stage.ask("GET /carts/1").json["note"] is None
    assert stage.ask("DELETE /carts/2/lines").status == 404


def test_a_put_of_keys_alone_tells_which_records_are_linked(play: Play) -> None:
    track, listed = thing(id={**NUMBER, "readOnly": True}, title=TEXT), thing(id=NUMBER)
    keys = thing(track_ids={"type": "array", "items": NUMBER})
    paths = {
        path: {
            "get": many(schema),
            "post": {"requestBody": body_of(schema), **told(schema, "201")},
        }
        for path, schema in (("/tracks", track), ("/lists", listed))
    }
    paths["/lists/{id}"] = {"get": told(listed), **at("id", schema=NUMBER)}
    paths["/tracks/{id}"] = {"get": told(track), **at("id", schema=NUMBER)}
    puts = {"requestBody": body_of(keys), **GONE}
    paths["/lists/{id}/tracks"] = {"get": many(track), "put": puts, **at("id", schema=NUMBER)}
    stage = play(paths, settings=PLAIN)
    for title in ("a", "b", "c"):
        stage.ask("POST /tracks", {"title": title})
    stage.ask("POST /lists", {})
    for chosen in ([3, 1], [2], []):
        assert stage.ask("PUT /lists/1/tracks", {"track_ids": chosen}).status == 204
        listed = stage.ask("GET /lists/1/tracks").json
        assert [one["id"] for one in listed] == sorted(chosen)
    assert len(stage.ask("GET /tracks").json) == 3


@pytest.mark.parametrize(
    ("word", "link"),
    [("children", "parent_id"), ("subboats", "parentBoat"), ("replies", "inReplyTo")],
)
def test_what_is_below_a_record_of_a_tree_is_found_by_its_link(
    word: str, link: str, play: Play
) -> None:
    boat = thing(id={**NUMBER, "readOnly": True}, name=TEXT, **{link: NUMBER})
    paths = {
        "/boats": {"get": many(boat), "post": {"requestBody": body_of(boat), **told(boat, "201")}},
        "/boats/{id}": {"get": told(boat), **at("id", schema=NUMBER)},
        f"/boats/{{id}}/{word}": {"get": many(boat), **at("id", schema=NUMBER)},
    }
    stage = play(paths, settings=PLAIN)
    for above in (None, 1, 2, 1):
        stage.ask("POST /boats", {"name": "x", **({link: above} if above else {})})
    below = [one["id"] for one in stage.ask(f"GET /boats/1/{word}").json]
    assert below == [2, 4]
    assert stage.ask(f"GET /boats/9/{word}").status == 404


def test_a_list_shows_what_is_named_by_several_parameters(play: Play) -> None:
    stock = thing(warehouse=TEXT, sku=TEXT, amount=NUMBER)
    amount = body_of(thing(amount=NUMBER))
    paths = {
        "/stock": {"get": many(ref("Stock"))},
        "/stock/{warehouse}/{sku}": {
            "get": told(ref("Stock")),
            "put": {"requestBody": amount, **told(ref("Stock"), "201")},
            "delete": GONE,
            **at("warehouse", "sku"),
        },
    }
    stage = play(paths, components=schemas(Stock=stock), settings=PLAIN)
    for place in ("a/1", "b/1", "b/2"):
        assert stage.ask(f"PUT /stock/{place}", {"amount": 1}).status == 201
    stage.ask("DELETE /stock/b/1")
    listed = stage.ask("GET /stock").json
    assert [(one["warehouse"], one["sku"]) for one in listed] == [("a", "1"), ("b", "2")]


@pytest.mark.parametrize("word", ["follower", "friend", "subscriber"])
def test_people_are_linked_to_people_by_what_they_are_to_them(word: str, play: Play) -> None:
    user = thing(id={**NUMBER, "readOnly": True}, name=TEXT)
    paths = {
        "/users": {"get": many(user), "post": {"requestBody": body_of(user), **told(user, "201")}},
        "/users/{id}": {"get": told(user), **at("id", schema=NUMBER)},
        f"/users/{{id}}/{word}s": {"get": many(user), **at("id", schema=NUMBER)},
        f"/users/{{id}}/{word}s/{{{word}Id}}": {
            "put": GONE,
            "delete": GONE,
            **at("id", f"{word}Id", schema=NUMBER),
        },
    }
    stage = play(paths, settings=PLAIN)
    for name in ("Ann", "Bob"):
        stage.ask("POST /users", {"name": name})
    assert stage.ask(f"PUT /users/1/{word}s/2").status == 204
    assert [one["name"] for one in stage.ask(f"GET /users/1/{word}s").json] == ["Bob"]
    assert stage.ask(f"GET /users/2/{word}s").json == []
    assert stage.ask(f"PUT /users/1/{word}s/9").status == 404
