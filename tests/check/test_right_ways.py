"""Ways of servers that keep to their documents are not held against them: keys of requests,
positions, properties that go with others, failures that are told in a body.
"""

from __future__ import annotations

from typing import Any

import pytest

from contracts.compare.dependence import dependents
from contracts.compare.likeness import likeness
from contracts.conformance.failure import Failure, is_its_way
from contracts.expiry import shows_recent_alone
from contracts.laws.bench.envelopes import key_shown
from contracts.oracle.plain_store import PlainStore
from contracts.oracle.settled import Settled
from contracts.oracle.shadow import Shadow
from contracts.targets.exchanges import Exchange
from contracts.targets.failures import as_meant
from contracts.targets.target import Sent
from mockserver.exchange import Answer, json_answer
from mockserver.lookup import MISSING
from mockserver.state import Collection, Put
from tests.model.compiling import compiled, operation

MODEL = compiled("""
components: {schemas: {
  Card: &card {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, name: {type: string},
    place: {type: integer}, sale: {type: boolean}, low_price: {type: integer}, artist_id: {type: integer}}},
  CardIn: &sent {type: object, properties: {name: {type: string}, sale: {type: boolean}, artist_id: {type: integer},
    place: {type: integer, description: Counted from 1 without gaps; the others move.},
    low_price: {type: integer, description: Removed when sale becomes false.}}}}}
paths:
  /artists:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {type: object,
      required: [id], properties: {id: {type: integer}}}}}}}}}
    post: {requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}},
      responses: {'201': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}}}}
  /cards:
    post:
      parameters: [{name: Idempotency-Key, in: header, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: *sent}}}
      responses: {'201': {description: d, content: {application/json: {schema: *card}}}, '404': {description: none}}
  /cards/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': &one {description: d, content: {application/json: {schema: *card}}}, '404': {description: none}}}
    patch:
      requestBody: {content: {application/json: {schema: *sent}}}
      responses: {'200': *one, '404': {description: none}}
""")


def places(
    shadow: Shadow, label: str, answer: Answer, body: Any = MISSING, key: str = ""
) -> list[str]:
    path = {"id": 7} if "{id}" in label else {}
    headers = {"idempotency-key": key} if key else {}
    settled = Settled(operation(MODEL, label), path, {}, body, None, headers)
    return [each.place for each in shadow.judge(settled, answer)]


def shadow_with(**sent: Any) -> Shadow:
    """Return a shadow of a server on which one card was made."""
    shadow = Shadow(MODEL, PlainStore(), ())
    shown = json_answer({"id": 7, **sent}, 201)
    assert places(shadow, "POST /cards", shown, sent, "first") == []
    return shadow


@pytest.mark.parametrize(("key", "found"), [("first", []), ("second", ["/id"])])
def test_a_request_with_the_key_of_one_before_brings_the_same_record(
    key: str, found: list[str]
) -> None:
    shadow = shadow_with(name="a")
    shown = json_answer({"id": 7, "name": "a"}, 201)
    assert places(shadow, "POST /cards", shown, {"name": "a"}, key) == found


def test_a_request_may_bring_a_record_that_was_made_by_its_key_before_anything_was_followed() -> (
    None
):
    store = PlainStore()
    store.apply([Put(Collection("cards"), "7", {"id": 7, "name": "a"})])
    shadow = Shadow(MODEL, store, ())
    shown = json_answer({"id": 7, "name": "a"}, 201)
    assert places(shadow, "POST /cards", shown, {"name": "a"}, "first") == []
    assert places(shadow, "POST /cards", shown, {"name": "a"}) == ["/id"]


@pytest.mark.parametrize(("shown", "found"), [({"place": 3}, []), ({"name": "b"}, ["/name"])])
def test_a_position_is_set_right_and_moves_with_others(
    shown: dict[str, Any], found: list[str]
) -> None:
    shadow = shadow_with(name="a", place=1)
    answer = json_answer({"id": 7, "name": "a", "place": 1, **shown})
    assert places(shadow, "GET /cards/{id}", answer) == found


def test_a_property_may_go_with_another_as_the_document_says() -> None:
    shadow = shadow_with(sale=True, low_price=5)
    gone = json_answer({"id": 7, "sale": False})
    assert places(shadow, "PATCH /cards/{id}", gone, {"sale": False}) == []
    assert places(shadow, "GET /cards/{id}", gone) == []


@pytest.mark.parametrize(
    ("words", "changed", "found"),
    [
        ({"sale_price": "Removed when on_sale becomes false."}, "on_sale", {"sale_price"}),
        ({"reason": "Cleared when the on sale flag goes."}, "on_sale", {"reason"}),
        (
            {"on_sale": "False removes the `sale_price`.", "sale_price": ""},
            "on_sale",
            {"sale_price"},
        ),
        ({"ends_at": "Not before starts_at."}, "starts_at", set()),
        ({"total": "Set by the server."}, "on_sale", set()),
    ],
)
def test_words_tell_what_goes_with_a_change(
    words: dict[str, str], changed: str, found: set[str]
) -> None:
    assert dependents(words, [changed]) == found


@pytest.mark.parametrize(
    ("label", "body", "found"),
    [
        ("POST /cards", {"artist_id": 9}, []),
        ("PATCH /cards/{id}", {"artist_id": 9}, []),
        ("PATCH /cards/{id}", {"name": "b"}, ["status"]),
    ],
)
def test_what_a_body_names_may_be_what_is_not_found(
    label: str, body: Any, found: list[str]
) -> None:
    shadow = shadow_with(name="a")
    assert places(shadow, label, json_answer({}, 404), body, "x") == found


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"ok": False, "error": "not_found"}, 404),
        ({"success": False, "errors": [{"code": "NAME_TAKEN"}]}, 409),
        ({"ok": False, "error": "invalid_arguments"}, 400),
        ({"ok": False}, 200),
        ({"ok": True, "error": None}, 200),
        ({"result": "failed", "error": "boom"}, 200),
        ([{"ok": False, "error": "boom"}], 200),
    ],
)
def test_a_body_may_tell_that_a_call_failed(body: Any, status: int) -> None:
    assert as_meant(json_answer(body)).status == status


def test_a_failure_that_is_told_in_a_body_is_a_refusal() -> None:
    shadow = shadow_with(name="a")
    told = json_answer({"ok": False, "error": "not_found"})
    assert places(shadow, "GET /cards/{id}", told) == ["status"]
    call = Exchange(Sent("POST", "/cards", {}), told)
    failure = Failure("negative_data_rejection", "POST /cards", "", "", "", calls=(call,))
    assert is_its_way(MODEL, failure)


DOCUMENTED = compiled("""
paths:
  /spec:
    get: {responses: {'200': {description: d, content: {application/yaml: {schema: {type: string}}}}}}
  /rules:
    get: {responses: {'200': {description: d, content: {application/yaml: {schema: {type: object}}}}}}
  /users/{name}/notes: {parameters: [{name: name, in: path, required: true, schema: {type: string}}], get: {responses: {'200': {description: d}}}}
""")  # fmt: skip


@pytest.mark.parametrize(("path", "is_text"), [("/spec", True), ("/rules", False)])
def test_yaml_is_a_text_where_the_document_says_so(path: str, is_text: bool) -> None:
    answer = Answer(200, {"content-type": "application/yaml; charset=utf-8"}, b"[1, 2]")
    call = Exchange(Sent("GET", path, {}), answer)
    failure = Failure("response_schema_conformance", f"GET {path}", "", "", "", calls=(call,))
    assert is_its_way(DOCUMENTED, failure) is is_text


@pytest.mark.parametrize(
    ("target", "is_away"),
    [
        ("/v1/login?next=%2Fv1%2Fusers%2Fann%2Fnotes", True),
        ("/v1/users/ann/notes", False),
        ("/v1/users/ann%20b/notes?limit=1", False),
    ],
)
def test_who_is_led_to_a_page_where_one_logs_in_is_not_let_in(target: str, is_away: bool) -> None:
    call = Exchange(Sent("GET", target, {}), Answer(200, {}, b"log in"))
    label = "GET /users/{name}/notes"
    failure = Failure("ignored_auth", label, "", "", "", calls=(call,))
    assert is_its_way(DOCUMENTED, failure) is is_away


@pytest.mark.parametrize(
    ("sent", "got", "way"),
    [
        ("044 123 45 67", "+41441234567", "rewritten"),
        ("(030) 12-34", "+49301234", "rewritten"),
        ("3/1)10-/", "+413110", "rewritten"),
        ("044 123 45 67", "+41441234568", ""),
        ("044 123 45 67", "44123456", ""),
    ],
)
def test_a_phone_number_may_have_the_code_of_its_country_where_words_say_so(
    sent: str, got: str, way: str
) -> None:
    assert likeness(sent, got, "Kept in E.164 form.") == way


@pytest.mark.parametrize(
    ("sent", "got", "words", "way"),
    [
        ("<b>Ann</b> & Bob", "Ann &amp; Bob", "HTML tags are removed.", "rewritten"),
        ("Ann <script", "Ann", "Markup is stripped.", "rewritten"),
        ("<b>Ann</b>", "Bob", "HTML tags are removed.", ""),
        ("<b>Ann</b>", "Ann", "A set of tags of the record.", ""),
    ],
)
def test_markup_may_be_removed_where_words_say_so(
    sent: str, got: str, words: str, way: str
) -> None:
    assert likeness(sent, got, words) == way


def test_a_record_that_is_taken_may_be_told_in_a_body() -> None:
    shadow = shadow_with(name="a")
    told = json_answer({"ok": False, "error": "name_taken"})
    assert places(shadow, "POST /cards", told, {"name": "a"}, "x") == []


@pytest.mark.parametrize(
    ("words", "is_told"),
    [
        ("Where from is left out, those that started more than 30 days ago are not listed.", True),
        ("Events of the last 24 hours.", True),
        ("What happens within the next two weeks.", True),
        ("The last page tells no next one.", False),
        ("At most 30 at a time.", False),
    ],
)
def test_a_list_may_show_a_span_of_time_alone(words: str, is_told: bool) -> None:
    assert shows_recent_alone(words) is is_told


HYPERLINKED = compiled("""
paths:
  /boats/:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &boat {type: object,
      properties: {url: {type: string, format: uri, readOnly: true}, name: {type: string}}}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'201': &one {description: d, content: {application/json: {schema: *boat}}}}
  /boats/{id}/:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one, '404': {description: none}}}
""")


@pytest.mark.parametrize(
    ("record", "key"),
    [
        ({"url": "http://127.0.0.1/boats/19/", "name": "a"}, "19"),
        ({"url": "/boats/a%20b"}, "a b"),
        ({"name": "a"}, ""),
    ],
)
def test_the_key_of_a_record_is_in_the_url_that_it_tells_of_itself(
    record: dict[str, Any], key: str
) -> None:
    assert key_shown(HYPERLINKED.resources["boats"], record) == key
