"""Where a record and the schema of its reply disagree, the record wins, and the journal tells it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mockserver import MockServer
from mockserver.asgi.replies.disagreement import as_recorded, says
from tests.asgi.stage import Play
from tests.model.compiling import does, many, small, thing

TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
COLORS = {"enum": ["red", "blue"]}


@pytest.mark.parametrize(
    ("fitted", "told"),
    [("7", 7), (7, "7"), (["a"], "a"), ({"id": 1}, 1), (1, {"id": 1}), ("made", None)],
)
def test_another_spelling_says_the_same(fitted: Any, told: Any) -> None:
    assert says(fitted, told)
    assert as_recorded({"a": fitted}, {"a": told}, {"a"}) == {"a": fitted}


@pytest.mark.parametrize(
    ("fitted", "told"),
    [("red", "green"), (True, 1), ([{"name": "Larch"}], ["new"]), ([], ["new"]), (None, 3)],
)
def test_another_value_does_not(fitted: Any, told: Any) -> None:
    assert as_recorded({"a": fitted}, {"a": told}, {"a"}) == {"a": told}


def test_what_no_client_can_have_said_may_be_replaced() -> None:
    assert as_recorded({"a": "red"}, {"a": "green"}, {"b"}) == {"a": "red"}


def test_what_the_schema_asks_for_besides_stays() -> None:
    fitted = {"rows": [{"id": 1, "color": "red", "made": "x"}]}
    told = {"rows": [{"id": 1, "color": "green"}]}
    shown = as_recorded(fitted, told, {"color"})
    assert shown == {"rows": [{"id": 1, "color": "green", "made": "x"}]}


def test_an_object_that_had_to_be_made_anew_is_that_of_the_client() -> None:
    fitted = {"price": {"percent": 3, "currency": "USD"}}
    told = {"price": {"amount": 9, "currency": "EUR"}}
    assert as_recorded(fitted, told, {"price"}) == told


def paint() -> dict[str, Any]:
    """Return a document whose replies allow less than its requests."""
    shown = thing(id={**WHOLE, "readOnly": True}, color=COLORS)
    return {
        "/paints": {"get": does(many(shown)), "post": does(shown, thing(color=TEXT), 201)},
        "/paints/{id}": {"get": does(shown)},
    }


def test_what_was_sent_is_shown_though_the_reply_describes_it_otherwise(play: Play) -> None:
    stage = play(small(paint()).document.spec["paths"])
    made = stage.ask("POST /paints", {"color": "green"}).json
    read = stage.ask(f"GET /paints/{made['id']}").json
    (listed,) = stage.ask("GET /paints").json
    assert [made["color"], read["color"], listed["color"]] == ["green"] * 3


def test_the_journal_tells_where_a_reply_breaks_its_schema(tmp_path: Any) -> None:
    document = tmp_path / "paints.json"
    document.write_text(json.dumps(small(paint()).document.spec), "utf-8")
    mock = MockServer(str(document)).space()
    with httpx.Client(transport=mock.transport(), base_url="http://paints.test") as client:
        client.post("/paints", json={"color": "green"})
        client.post("/paints", json={"color": "red"})
    first, second = mock.requests
    assert [told.partition(":")[0] for told in first.disagreements] == ["reply /color"]
    assert second.disagreements == ()
    assert not first.violations
