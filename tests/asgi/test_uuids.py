"""A UUID is the same in either case (RFC 9562, section 4), wherever one record names another or
itself.
"""

from __future__ import annotations

import pytest

from contracts.requests.neighbors import key_neighbors
from mockserver.ordering import compared, same
from mockserver.state import key_of
from tests.asgi.stage import Play, Stage, body_of, operation
from tests.conftest import fresh_app

SMALL, LARGE = "0cb0ab8b-2f7b-4c9e-8d7e-6a2f6f0f3d11", "0CB0AB8B-2F7B-4C9E-8D7E-6A2F6F0F3D11"
NO_UUIDS = [
    "ABC",
    "",
    LARGE + "A",
    LARGE[1:],
    LARGE.replace("-", "_"),
    LARGE.replace("0C", "0G"),
    f" {LARGE[1:]}",
]
KEY = {"Access-Token": "tok"}
IMAGES = "/openapi/2022-01/products/3F7C1E52-9D0A-4A7B-8F43-2F1D5B0C9A01/images"


def test_a_uuid_is_the_same_key_and_the_same_value_in_either_case() -> None:
    assert key_of(LARGE) == key_of(SMALL) == SMALL
    assert same({"id": [LARGE]}, {"id": [SMALL]})


@pytest.mark.parametrize("text", NO_UUIDS)
def test_any_other_text_is_what_it_is(text: str) -> None:
    assert compared(text) == text
    assert same(text, text.lower()) is (text == text.lower())


def test_a_uuid_in_another_case_is_no_neighbor_that_must_be_another_record() -> None:
    assert LARGE not in key_neighbors(SMALL, {})
    assert "ABC" in key_neighbors("abc", {})


def test_what_is_made_below_a_parent_in_capitals_tells_the_key_of_the_parent() -> None:
    stage = Stage(fresh_app("shoplazza"))
    made = stage.ask(f"POST {IMAGES}", {"image": {"src": "https://e.com/a.jpg"}}, KEY).json["image"]
    assert made["product_id"] == "3f7c1e52-9d0a-4a7b-8f43-2f1d5b0c9a01"
    assert stage.ask(f"GET {IMAGES}/{made['id'].upper()}", headers=KEY).json["image"] == made
    assert stage.ask(f"DELETE {IMAGES}/{made['id'].upper()}", headers=KEY).status == 200
    assert stage.ask(f"GET {IMAGES}/{made['id']}", headers=KEY).status == 422


def test_a_filter_and_a_reference_find_a_uuid_in_either_case(play: Play) -> None:
    text = {"type": "string", "format": "uuid"}
    thing = {"type": "object", "required": ["id"], "properties": {"id": text, "owner": text}}
    paths = {
        "/things": {
            "post": operation(thing, requestBody=body_of(thing)),
            "get": operation(
                {"type": "array", "items": thing},
                parameters=[{"name": "owner", "in": "query", "schema": text}],
            ),
        },
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": text}],
            "get": operation(thing),
        },
    }
    owner = {"resource": "owners", "by": "id", "open_when_empty": False}
    semantics = {"resources": {"owners": {"key": "id"}, "things": {"references": {"owner": owner}}}}
    stage = play(paths, semantics, {"owners": [{"id": SMALL}]})
    assert stage.ask("POST /things", {"id": LARGE, "owner": LARGE}).status == 200
    assert stage.ask("POST /things", {"id": SMALL, "owner": SMALL}).status == 409
    assert stage.ask(f"GET /things/{SMALL}").json == {"id": LARGE, "owner": LARGE}
    assert len(stage.ask(f"GET /things?owner={SMALL}").json) == 1
