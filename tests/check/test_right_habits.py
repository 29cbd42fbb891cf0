"""What the words of a document let a server do is not held against it: a text that is cut, a name
that stands for another one, a key in any case, a record that something in the background changes.
"""

from __future__ import annotations

from typing import Any

import pytest

from contracts.compare.dependence import is_of_one
from contracts.compare.descriptions import Wording
from contracts.compare.same import losses
from contracts.mentions import named_in
from contracts.oracle.plain_store import PlainStore
from contracts.oracle.settled import Settled
from contracts.oracle.shadow import Shadow
from mockserver.exchange import Answer, json_answer
from mockserver.lookup import MISSING
from mockserver.model.types import Model
from tests.model.compiling import compiled, operation

MODEL = compiled("""
components: {schemas: {
  In: &sent {type: object, properties: {summary: {type: string, description: Cut to 3 characters.}, name: {type: string},
    level: {type: string, enum: [low, high, lo]}, pinned: {type: boolean, description: One note at most is pinned.}}},
  Note: &note {type: object, required: [slug], properties: {slug: {type: string, description: Case does not matter.},
    summary: {type: string}, name: {type: string}, level: {type: string, enum: [low, high]}, pinned: {type: boolean}}}}}
paths:
  /notes:
    get:
      parameters: [{name: level, in: query, schema: {type: string, enum: [low, high]}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *note}}}}}
    post: {requestBody: {content: {application/json: {schema: *sent}}}, responses: {'201': &one {description: d,
      content: {application/json: {schema: *note}}}}}
  /notes/import: {post: {requestBody: {content: {application/json: {schema: {type: object}}}},
    responses: {'202': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}}}}
  /imports/{id}: {get: {parameters: [{name: id, in: path, required: true, schema: {type: string}}],
    responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}}}}
  /notes/{slug}:
    parameters: [{name: slug, in: path, required: true, schema: {type: string, pattern: '^[A-Za-z]+$'}}]
    get: {responses: {'200': *one, '404': {description: n}}}
    patch: {requestBody: {content: {application/json: {schema: *sent}}}, responses: {'200': *one, '404': {description: n}}}
    delete: {responses: {'204': {description: d}, '404': {description: n}}}
  /notes/{slug}/publish: {post: {parameters: [{name: slug, in: path, required: true, schema: {type: string}}],
    responses: {'303': {description: d}, '404': {description: n}}}}
  /notes/{slug}/look:
    parameters: [{name: slug, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': &look {description: d, content: {application/json: {schema: &how {type: object,
      properties: {font: {type: string}}}}}}, '404': {description: n}}}
    put: {requestBody: {content: {application/json: {schema: *how}}}, responses: {'200': *look, '404': {description: n}}}
    delete: {description: LOOK, responses: {'204': {description: d}, '404': {description: n}}}
""")
NOTE = {"slug": "Ann", "summary": "abc", "name": "n", "level": "low", "pinned": False}


def places(
    shadow: Shadow, label: str, answer: Answer, body: Any = MISSING, slug: str = "Ann", **query: str
) -> list[str]:
    path = {"slug": slug} if "{slug}" in label else {}
    settled = Settled(operation(MODEL, label), path, query, body, None)
    return [each.place for each in shadow.judge(settled, answer)]


def shadow_with_one(**sent: Any) -> Shadow:
    """Return a shadow of a server on which one note was made."""
    shadow = Shadow(MODEL, PlainStore(), ())
    made = json_answer(NOTE, 201)
    assert places(shadow, "POST /notes", made, {"summary": "abcdef", "name": "n"} | sent) == []
    return shadow


def test_what_a_request_says_of_a_property_counts_for_what_a_reply_shows() -> None:
    notes = MODEL.resources["notes"]
    said = Wording(MODEL)
    assert said.of(notes, "/0/summary") == "Cut to 3 characters."
    lost = [*losses({}, notes.schema, {"summary": "abcdef"}, {"summary": "abc"})]
    assert [each.place for each in lost] == ["/summary"]
    shadow = shadow_with_one()
    assert places(shadow, "GET /notes/{slug}", json_answer({**NOTE, "name": "x"})) == ["/name"]


def test_what_a_reply_cannot_say_is_kept_as_it_shows_it() -> None:
    shadow = shadow_with_one(level="lo")
    assert places(shadow, "GET /notes", json_answer([NOTE]), level="low") == []


def test_a_flag_that_one_record_may_have_goes_when_another_one_gets_it() -> None:
    shadow = shadow_with_one(pinned=False)
    assert places(shadow, "GET /notes/{slug}", json_answer({**NOTE, "pinned": True})) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("At most one address is the main one.", True),
        ("Only one can be set.", True),
        ("Setting it makes the others false.", True),
        ("Whether it is shown.", False),
        ("One of the flags of a note.", False),
    ],
)
def test_words_tell_that_a_flag_is_of_one_record(words: str, told: bool) -> None:
    assert is_of_one(words) is told


def test_a_key_is_known_in_any_case_where_words_say_so() -> None:
    shadow = shadow_with_one()
    assert places(shadow, "DELETE /notes/{slug}", Answer(204), slug="aNN") == []
    assert places(shadow, "GET /notes/{slug}", json_answer(NOTE), slug="Ann") == ["status"]


@pytest.mark.parametrize(("slug", "found"), [("no-1", []), ("Ann", ["status"])])
def test_a_path_that_its_document_forbids_leads_nowhere(slug: str, found: list[str]) -> None:
    shadow = Shadow(MODEL, PlainStore(), ())
    made = json_answer({**NOTE, "slug": slug}, 201)
    assert places(shadow, "POST /notes", made, {"name": "n"}) == []
    assert places(shadow, "GET /notes/{slug}", Answer(404), slug=slug) == found


def test_what_is_done_and_shown_elsewhere_may_have_changed_the_record() -> None:
    shadow = shadow_with_one()
    assert places(shadow, "POST /notes/{slug}/publish", Answer(303)) == []
    assert places(shadow, "GET /notes/{slug}", json_answer({**NOTE, "name": "x"})) == []


def test_what_there_is_one_of_comes_with_the_record_above() -> None:
    shadow = shadow_with_one()
    assert places(shadow, "GET /notes/{slug}/look", json_answer({"font": "a"})) == []


@pytest.mark.parametrize(("words", "found"), [("Back to the defaults.", []), ("d", ["status"])])
def test_a_delete_may_bring_back_what_there_was_at_first(words: str, found: list[str]) -> None:
    model = compiled(TEXT_OF_LOOK.replace("LOOK", words))
    shadow = Shadow(model, PlainStore(), ())
    for label, answer, body in (
        ("PUT /look", json_answer({"font": "b"}), {"font": "b"}),
        ("DELETE /look", Answer(204), MISSING),
    ):
        assert not shadow.judge(Settled(operation(model, label), {}, {}, body, None), answer)
    asked = Settled(operation(model, "GET /look"), {}, {}, MISSING, None)
    told = shadow.judge(asked, json_answer({"font": "a"}))
    assert [each.place for each in told] == found


TEXT_OF_LOOK = """
paths:
  /look:
    get: {responses: {'200': &one {description: d, content: {application/json: {schema: &look {type: object,
      properties: {font: {type: string}}}}}}, '404': {description: n}}}
    put: {requestBody: {content: {application/json: {schema: *look}}}, responses: {'200': *one}}
    delete: {description: LOOK, responses: {'204': {description: d}, '404': {description: n}}}
"""


def test_what_goes_on_in_the_background_may_change_what_it_is_below() -> None:
    shadow = shadow_with_one()
    assert places(shadow, "POST /notes/import", json_answer({"id": "1"}, 202), {}) == []
    assert places(shadow, "GET /notes/{slug}", json_answer({**NOTE, "name": "x"})) == []
    assert places(shadow, "GET /notes/{slug}", Answer(404)) == []


def people_and_books() -> Model:
    return compiled("""
paths:
  /people: {get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array,
    items: {type: object, properties: {id: {type: string}}}}}}}}}}
  /people/{id}: {get: {parameters: [{name: id, in: path, required: true, schema: {type: string}}],
    responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}}}}
""")


def test_a_resource_identifier_names_a_record_of_its_type() -> None:
    named = named_in(
        people_and_books(), "books", {"author": {"data": {"type": "people", "id": "7"}}}
    )
    assert [*named] == [("people", "7")]


def test_what_is_done_to_a_record_may_move_the_figures_of_what_it_names() -> None:
    model = compiled("""
paths:
  /shows:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &show {type: object,
      required: [id], properties: {id: {type: integer, readOnly: true}, left: {type: integer}}}}}}}}}
    post: {requestBody: {content: {application/json: {schema: &sent {type: object, properties: {left: {type: integer}}}}}},
      responses: {'201': &one {description: d, content: {application/json: {schema: *show}}}}}
  /shows/{id}: {get: {parameters: &id [{name: id, in: path, required: true, schema: {type: integer}}], responses: {'200': *one}}}
  /tickets:
    post: {requestBody: {content: {application/json: {schema: {type: object, properties: {show_id: {type: integer}}}}}},
      responses: {'201': &ticket {description: d, content: {application/json: {schema: {type: object, required: [id],
      properties: {id: {type: integer, readOnly: true}, show_id: {type: integer}, void: {type: boolean}}}}}}}}
  /tickets/{id}: {get: {parameters: *id, responses: {'200': *ticket}}}
  /tickets/{id}/refund: {post: {parameters: *id, responses: {'200': *ticket}}}
""")
    shadow = Shadow(model, PlainStore(), ())
    ticket = {"id": 2, "show_id": 1, "void": False}
    for label, answer, body, key in (
        ("POST /shows", json_answer({"id": 1, "left": 5}, 201), {"left": 5}, 0),
        ("POST /tickets", json_answer(ticket, 201), {"show_id": 1}, 0),
        ("GET /shows/{id}", json_answer({"id": 1, "left": 4}), MISSING, 1),
        ("POST /tickets/{id}/refund", json_answer(ticket), MISSING, 2),
        ("POST /tickets/{id}/refund", json_answer(ticket), MISSING, 2),
        ("GET /shows/{id}", json_answer({"id": 1, "left": 6}), MISSING, 1),
    ):
        path = {"id": key} if key else {}
        assert shadow.judge(Settled(operation(model, label), path, {}, body, None), answer) == []
