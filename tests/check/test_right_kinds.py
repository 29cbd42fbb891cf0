"""What a right server may do is not held against it; what it claims of the state is."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.compare.likeness import SAME, likeness
from contracts.compare.placeholders import BLOCK, Made, PlaceholderSupply, plain
from contracts.expiry import may_be_deleted, may_be_gone, may_be_hidden, visible_value
from contracts.oracle.aliases import Aliases
from contracts.oracle.plain_store import PlainStore
from contracts.oracle.settled import Settled
from contracts.oracle.shadow import Shadow
from contracts.wire.wire import seconds_to_wait
from mockserver.exchange import Answer, json_answer
from mockserver.lookup import MISSING
from tests.model.compiling import compiled, operation

MODEL = compiled("""
paths:
  /things:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &thing
      {type: object, required: [id], properties: {id: {type: string, readOnly: true}, name: {type: string},
      state: {type: string, readOnly: true}, archived: {type: boolean, readOnly: true}}}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name],
        properties: {name: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *thing}}}, '409': {description: The name is already taken.}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *thing}}}, '404': {description: none}}}
    delete: {responses: {'204': {description: gone}, '404': {description: none}}}
  /things/{id}/touch:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post: {responses: {'204': {description: d}}}
  /things/{id}/archive:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post: {responses: {'200': {description: d, content: {application/json: {schema: *thing}}}, '404': {description: none}}}
  /things/{id}/restore:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post: {responses: {'200': {description: d, content: {application/json: {schema: *thing}}}, '404': {description: none}}}
""")
KEY = "cus_57ae"
SHOWN = {"id": KEY, "name": "a", "state": "new"}


def shadow_with_one() -> Shadow:
    """Return a shadow of a server on which one thing was made."""
    shadow = Shadow(MODEL, PlainStore(), ())
    assert places(shadow, "POST /things", json_answer(SHOWN, 201), body={"name": "a"}) == []
    return shadow


def places(shadow: Shadow, label: str, answer: Answer, body: Any = MISSING) -> list[str]:
    path = {"id": KEY} if "{id}" in label else {}
    settled = Settled(operation(MODEL, label), path, {}, body, None)
    return [each.place for each in shadow.judge(settled, answer)]


@pytest.mark.parametrize(
    "shown",
    [
        {**SHOWN, "state": "done"},
        {**SHOWN, "name": " a "},
        {**SHOWN, "more": 1},
        {**SHOWN, "archived": True},
    ],
)
def test_what_is_the_servers_own_may_be_another_each_time(shown: Any) -> None:
    assert places(shadow_with_one(), "GET /things/{id}", json_answer(shown)) == []


@pytest.mark.parametrize(
    ("shown", "place"),
    [
        ({**SHOWN, "name": "b"}, "/name"),
        ({**SHOWN, "id": "cus_other"}, "/id"),
        ({"id": KEY, "state": "new"}, "/name"),
    ],
)
def test_what_was_sent_or_told_is_expected(shown: Any, place: str) -> None:
    assert places(shadow_with_one(), "GET /things/{id}", json_answer(shown)) == [place]


def test_what_words_alone_say_to_be_unique_is_left_to_the_laws() -> None:
    assert MODEL.resources["things"].told_unique == ("name",)
    shown = json_answer({**SHOWN, "id": "cus_58"}, 201)
    assert places(shadow_with_one(), "POST /things", shown, body={"name": "a"}) == []


def test_a_documented_conflict_is_no_difference_and_a_lost_record_is_one() -> None:
    shadow = shadow_with_one()
    assert places(shadow, "POST /things", json_answer({}, 409), body={"name": "a"}) == []
    assert places(shadow, "GET /things/{id}", json_answer({}, 404)) == ["status"]


def test_a_verb_that_says_gone_says_nothing_of_the_record() -> None:
    shadow = shadow_with_one()
    assert places(shadow, "POST /things/{id}/touch", Answer(204, {}, b"")) == []
    assert places(shadow, "POST /things/{id}/archive", json_answer({}, 410)) == []
    assert places(shadow, "GET /things", json_answer([SHOWN])) == []


def test_a_list_shows_what_is_there_and_nothing_that_was_deleted() -> None:
    shadow = shadow_with_one()
    assert places(shadow, "GET /things", json_answer([])) == ["/0"]
    assert places(shadow, "DELETE /things/{id}", Answer(204, {}, b"")) == []
    assert places(shadow, "GET /things", json_answer([SHOWN])) == ["/0"]


def test_a_list_may_show_what_was_deleted_where_it_says_that_it_has_come_to_its_end() -> None:
    shadow = shadow_with_one()
    assert places(shadow, "DELETE /things/{id}", Answer(204, {}, b"")) == []
    ended = {**SHOWN, "state": "expired"}
    assert places(shadow, "GET /things", json_answer([ended])) == []
    assert places(shadow, "GET /things/{id}", json_answer(ended)) == []


def test_after_what_nobody_explains_a_record_is_in_doubt_until_it_is_read() -> None:
    shadow = shadow_with_one()
    assert places(shadow, "POST /things/{id}/touch", Answer(204, {}, b"")) == []
    assert places(shadow, "GET /things", json_answer([])) == []
    now = {**SHOWN, "name": "z"}
    assert places(shadow, "GET /things/{id}", json_answer(now)) == []
    assert places(shadow, "GET /things/{id}", json_answer(SHOWN)) == ["/name"]


@pytest.mark.parametrize(
    ("sent", "got", "way"),
    [
        ("a", "a", SAME),
        (" Ann ", "Ann", "trimmed"),
        ("Ann@A.org", "ann@a.org", "folded"),
        ("<b>", "&lt;b&gt;", "escaped"),
        (0.12345678, 0.123457, "rounded"),
        (["b", "a"], ["a", "b"], "sorted"),
        ("Ann", "Bob", ""),
        ("a long text", "a long", ""),
        (1, True, ""),
    ],
)
def test_a_value_may_be_written_in_another_way(sent: Any, got: Any, way: str) -> None:
    assert likeness(sent, got) == way


def test_a_record_tells_when_it_may_be_gone_or_hidden() -> None:
    assert may_be_gone({"expires_at": "2001-01-01T00:00:00Z"})
    assert not may_be_gone({"expires_at": "2999-01-01T00:00:00Z", "ttl_seconds": 5})
    assert may_be_hidden({"archived": True})
    assert not may_be_hidden({"archived": False, "title": "a"})


def test_what_only_the_server_knows_is_told_in_words() -> None:
    told = plain({"id": BLOCK + 1, "at": Made("salt"), "name": "a"})
    assert told == {"id": "(what the server makes)", "at": "(what the server makes)", "name": "a"}


@pytest.mark.parametrize("key", [1093572607727630210, "1093572607727630210", 2**64 - 1])
def test_a_number_of_the_servers_own_is_itself_however_many_digits_it_has(key: Any) -> None:
    aliases = Aliases(PlaceholderSupply())
    assert (plain({"id": key}), aliases.told(key)) == ({"id": key}, key)
    assert not aliases.agree(key, 7)


@pytest.mark.parametrize(
    ("status", "told", "seconds"), [(429, "2", 2.0), (429, "", 0.5), (503, "2", None)]
)
def test_a_server_that_had_too_many_requests_says_how_long_to_wait(
    status: int, told: str, seconds: float | None
) -> None:
    headers = {"retry-after": told} if told else {}
    assert seconds_to_wait(Answer(status, headers, b"")) == seconds


@pytest.mark.parametrize(
    ("record", "words", "may"),
    [
        ({"deleted_at": "2026-01-01T00:00:00Z"}, "", True),
        ({"status": "deleted"}, "", True),
        ({"status": "disabled"}, "", False),
        ({"status": "canceled"}, "", True),
        ({"status": {"state": "expired"}}, "", True),
        ({"status": {"state": "active"}}, "", False),
        ({"status": "disabled"}, "The image is disabled.", True),
        ({"private_key": "abc"}, "It goes to the bin.", False),
    ],
)
def test_a_deleted_record_may_be_read_where_it_or_the_document_says_that_it_is_kept(
    record: Any, words: str, may: bool
) -> None:
    assert may_be_deleted(record, words) is may


def test_a_deleted_record_may_be_brought_back_by_a_verb_that_says_so_and_by_no_other() -> None:
    shadow = shadow_with_one()
    assert places(shadow, "DELETE /things/{id}", Answer(204)) == []
    assert places(shadow, "POST /things/{id}/archive", json_answer(SHOWN)) == ["status"]
    shadow = shadow_with_one()
    assert places(shadow, "DELETE /things/{id}", Answer(204)) == []
    assert places(shadow, "POST /things/{id}/restore", json_answer(SHOWN)) == []
    assert places(shadow, "GET /things/{id}", json_answer(SHOWN)) == []


@pytest.mark.parametrize(
    ("sent", "got", "words", "way"),
    [
        ("+1 (555) 01", "155501", "", "bare"),
        ("DE-12 34", "DE1234", "", ""),
        ("DE-12 34", "de1234", "Kept without blanks and signs.", "rewritten"),
        ("Bob", "Ann", "Normalized.", ""),
        ("a long text", "a long", "Cut to 6 characters.", "cut"),
        (12.3, 12.5, "Rounded to halves.", "rounded"),
        (12.3, 19.5, "Rounded to halves.", ""),
        (12.3, 12.5, "", ""),
        ("", None, "Empty texts are null.", "emptied"),
        ("", None, "", ""),
    ],
)
def test_the_words_of_a_property_tell_how_it_is_kept(
    sent: Any, got: Any, words: str, way: str
) -> None:
    assert likeness(sent, got, words) == way


@pytest.mark.parametrize(
    ("name", "choices", "value"),
    [
        ("state", ["draft", "published"], "published"),
        ("archived", [True, False], False),
        ("published", [False, True], True),
        ("color", ["red"], None),
    ],
)
def test_a_value_that_puts_no_record_away_is_found(
    name: str, choices: list[Any], value: Any
) -> None:
    assert visible_value(name, choices) == value


@pytest.mark.parametrize(("key", "found"), [(KEY, []), ("7", []), ("987654321", ["status"])])
def test_a_record_that_lists_may_leave_out_may_be_there_though_nobody_saw_it(
    key: str, found: list[str]
) -> None:
    shadow = Shadow(MODEL, PlainStore(), ())
    settled = Settled(operation(MODEL, "DELETE /things/{id}"), {"id": key}, {}, MISSING, None)
    assert [each.place for each in shadow.judge(settled, Answer(204))] == found


SHOP = compiled("""
components: {schemas: {
  Product: &product {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, name: {type: string},
    stock: {type: integer}}},
  Order: &order {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, product_id: {type: integer}}}}}
paths:
  /products:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}, stock: {type: integer}}}}}}
      responses: {'201': &one {description: d, content: {application/json: {schema: *product}}}}
  /products/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one, '404': {description: none}}}
  /orders:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {product_id: {type: integer}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *order}}}}
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *order}}}, '404': {description: none}}}
  /logs:
    post:
      description: Older logs than the last 30 are dropped.
      requestBody: {content: {application/json: {schema: {type: object, properties: {text: {type: string}}}}}}
      responses: {'201': &log {description: d, content: {application/json: {schema: {type: object, required: [id],
        properties: {id: {type: integer, readOnly: true}, text: {type: string}}}}}}}
  /logs/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *log, '404': {description: none}}}
""")


def shop_places(shadow: Shadow, label: str, answer: Answer, body: Any = MISSING) -> list[str]:
    path = {"id": 7} if "{id}" in label else {}
    settled = Settled(operation(SHOP, label), path, {}, body, None)
    return [each.place for each in shadow.judge(settled, answer)]


@pytest.mark.parametrize(
    ("ordered", "now", "found"),
    [
        (7, {"name": "a", "stock": 8}, []),
        (7, {"name": "b", "stock": 8}, ["/name"]),
        (8, {"name": "a", "stock": 8}, ["/stock"]),
    ],
)
def test_a_call_may_move_the_figures_of_the_records_that_it_names_and_nothing_else(
    ordered: int, now: dict[str, Any], found: list[str]
) -> None:
    shadow = Shadow(SHOP, PlainStore(), ())
    made = {"name": "a", "stock": 9}
    assert shop_places(shadow, "POST /products", json_answer({"id": 7, **made}, 201), made) == []
    sent = {"product_id": ordered}
    assert shop_places(shadow, "POST /orders", json_answer({"id": 1, **sent}, 201), sent) == []
    for _ in range(2):
        answer = json_answer({"id": 7, **now})
        assert shop_places(shadow, "GET /products/{id}", answer) == found


def test_a_record_may_be_dropped_where_the_document_says_that_older_ones_are() -> None:
    shadow = Shadow(SHOP, PlainStore(), ())
    made = {"text": "a"}
    assert shop_places(shadow, "POST /logs", json_answer({"id": 7, **made}, 201), made) == []
    assert shop_places(shadow, "GET /logs/{id}", json_answer({}, 404)) == []


def test_a_number_of_a_deleted_record_may_come_again_unless_it_is_promised_to_last() -> None:
    text = MODEL_OF_NUMBERS
    for words, found in (("", []), ("Never reused.", ["/id"])):
        model = compiled(text.format(words=words))
        shadow = Shadow(model, PlainStore(), ())
        for label, answer, path in (
            ("POST /things", json_answer({"id": 1}, 201), {}),
            ("DELETE /things/{id}", Answer(204), {"id": 1}),
        ):
            settled = Settled(operation(model, label), path, {}, {}, None)
            assert shadow.judge(settled, answer) == []
        settled = Settled(operation(model, "POST /things"), {}, {}, {}, None)
        again = shadow.judge(settled, json_answer({"id": 1}, 201))
        assert [each.place for each in again] == found


MODEL_OF_NUMBERS = """
paths:
  /things:
    post:
      requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{name: {{type: string}}}}}}}}}}}}
      responses: {{'201': &one {{description: d, content: {{application/json: {{schema: {{type: object, required: [id],
        properties: {{id: {{type: integer, readOnly: true, description: "{words}"}}, name: {{type: string}}}}}}}}}}}}}}
  /things/{{id}}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
    get: {{responses: {{'200': *one}}}}
    delete: {{responses: {{'204': {{description: gone}}}}}}
"""


LIBRARY = compiled("""
components: {schemas: {
  Author: &author {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, name: {type: string}}},
  Book: &book {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, author_id: {type: integer}}}}}
paths:
  /authors:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'201': &one {description: d, content: {application/json: {schema: *author}}}}
  /authors/{id}:
    parameters: &id [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one, '404': {description: none}}}
    delete: {description: Deletes the author and all books of the author., responses: {'204': {description: gone}}}
  /books:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *book}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {author_id: {type: integer}}}}}}
      responses: {'201': &copy {description: d, content: {application/json: {schema: *book}}}}
  /books/{id}:
    parameters: *id
    get: {responses: {'200': *copy, '404': {description: none}}}
  /books/{id}/notes:
    parameters: *id
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {text: {type: string}}}}}}
      responses: {'201': &note {description: d, content: {application/json: {schema: {type: object, required: [id],
        properties: {id: {type: integer, readOnly: true}, text: {type: string}}}}}}}
  /books/{id}/notes/{note_id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
      - {name: note_id, in: path, required: true, schema: {type: integer}}
    get: {responses: {'200': *note, '404': {description: none}}}
""")


def library_places(
    shadow: Shadow, label: str, answer: Answer, body: Any = MISSING, **path: int
) -> list[str]:
    settled = Settled(operation(LIBRARY, label), path, {}, body, None)
    return [each.place for each in shadow.judge(settled, answer)]


@pytest.mark.parametrize(("author", "found"), [(1, []), (2, ["status"])])
def test_what_names_a_deleted_record_may_be_gone_and_what_is_below_that_too(
    author: int, found: list[str]
) -> None:
    shadow = Shadow(LIBRARY, PlainStore(), ())
    for key in (1, 2):
        made = json_answer({"id": key, "name": "a"}, 201)
        assert library_places(shadow, "POST /authors", made, {"name": "a"}) == []
    book, note = {"author_id": author}, {"text": "a"}
    for label, answer, body, path in (
        ("POST /books", json_answer({"id": 7, **book}, 201), book, {}),
        ("POST /books/{id}/notes", json_answer({"id": 9, **note}, 201), note, {"id": 7}),
        ("DELETE /authors/{id}", Answer(204), MISSING, {"id": 1}),
    ):
        assert library_places(shadow, label, answer, body, **path) == []
    gone = json_answer({}, 404)
    read_note = "GET /books/{id}/notes/{note_id}"
    assert library_places(shadow, read_note, gone, id=7, note_id=9) == found
    assert library_places(shadow, "GET /books/{id}", gone, id=7) == found
    if not found:
        assert library_places(shadow, "GET /books", json_answer([])) == []


@pytest.mark.parametrize(
    ("documented", "found"), [("", []), (", '404': {description: n}", ["status"])]
)
def test_what_there_is_one_of_may_be_there_again_where_no_document_says_that_it_is_missing(
    documented: str, found: list[str]
) -> None:
    model = compiled(SETTINGS.format(documented=documented))
    shadow = Shadow(model, PlainStore(), ())
    made = {"theme": "dark"}
    for label, answer, body in (
        ("PUT /settings", json_answer(made), made),
        ("DELETE /settings", Answer(204), MISSING),
    ):
        assert not shadow.judge(Settled(operation(model, label), {}, {}, body, None), answer)
    asked = Settled(operation(model, "GET /settings"), {}, {}, MISSING, None)
    told = shadow.judge(asked, json_answer({"theme": "light"}))
    assert [each.place for each in told] == found


SETTINGS = """
paths:
  /settings:
    get: {{responses: {{'200': &one {{description: d, content: {{application/json: {{schema: &set {{type: object,
      properties: {{theme: {{type: string}}}}}}}}}}}}{documented}}}}}
    put:
      requestBody: {{required: true, content: {{application/json: {{schema: *set}}}}}}
      responses: {{'200': *one}}
    delete: {{responses: {{'204': {{description: d}}}}}}
"""


COUPONS = """
paths:
  /coupons:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &coupon
      {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, ttl: {type: integer},
      expires_at: {type: string, format: date-time, readOnly: true, description: ttl seconds after it was made.}}}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {ttl: {type: integer}}}}}}
      responses: {'201': &one {description: d, content: {application/json: {schema: *coupon}}}}
  /coupons/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one, '404': {description: n}}}
    delete: {responses: {'204': {description: d}, '404': {description: n}}}
"""


def test_a_record_whose_time_is_up_may_still_be_shown() -> None:
    model = compiled(COUPONS)
    shadow = Shadow(model, PlainStore(), ())
    row = {"id": 7, "ttl": 1, "expires_at": "2001-01-01T00:00:00Z"}
    for label, answer, path in (
        ("POST /coupons", json_answer(row, 201), {}),
        ("POST /coupons", json_answer({**row, "id": 8}, 201), {}),
        ("GET /coupons", json_answer([row, {**row, "id": 8}]), {}),
        ("GET /coupons/{id}", json_answer(row), {"id": 7}),
        ("DELETE /coupons/{id}", Answer(204), {"id": 7}),
        ("GET /coupons", json_answer([]), {}),
    ):
        body = {"ttl": 1} if label.startswith("POST") else MISSING
        settled = Settled(operation(model, label), path, {}, body, None)
        assert shadow.judge(settled, answer) == [], label


FLEET = compiled("""
paths:
  /fleets/{fleet}/boats:
    parameters: [{name: fleet, in: path, required: true, schema: {type: string}}]
    get:
      parameters: [{name: name, in: query, schema: {type: string}}, {name: search, in: query, schema: {type: string}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &boat
        {type: object, required: [id], properties: {id: {type: string, readOnly: true}, name: {type: string}, owner_id: {type: string}}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: *boat}}}
      responses: {'201': {description: d, content: {application/json: {schema: *boat}}}}
    patch:
      requestBody: {required: true, content: {application/json: {schema: *boat}}}
      responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {count: {type: integer}}}}}}}
  /fleets/{fleet}/boats/{id}:
    parameters: [{name: fleet, in: path, required: true, schema: {type: string}}, {name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *boat}}}, '404': {description: none}}}
""")


def fleet_places(
    shadow: Shadow, label: str, answer: Answer, body: Any = MISSING, asked: Any = None
) -> list[str]:
    path = {"fleet": "north", "id": "b1"}
    settled = Settled(operation(FLEET, f"{label}"), path, asked or {}, body, None)
    return [each.place for each in shadow.judge(settled, answer)]


def test_what_is_above_may_be_missing_until_a_record_below_it_is_known() -> None:
    shadow = Shadow(FLEET, PlainStore(), ())
    create, boat = "POST /fleets/{fleet}/boats", {"name": "a"}
    assert fleet_places(shadow, create, json_answer({}, 404), boat) == []
    assert fleet_places(shadow, create, json_answer({"id": "b1", **boat}, 201), boat) == []
    assert fleet_places(shadow, create, json_answer({}, 404), boat) == ["status"]
    named = {"name": "b", "owner_id": "nobody"}
    assert fleet_places(shadow, create, json_answer({}, 404), named) == []
    read = "GET /fleets/{fleet}/boats/{id}"
    assert fleet_places(shadow, read, json_answer({}, 404)) == ["status"]


def test_a_change_that_names_no_record_may_be_one_of_all() -> None:
    shadow = Shadow(FLEET, PlainStore(), ())
    answer = json_answer({"count": 0})
    for body in ({"name": "c"}, {"id": "b7", "name": "c"}, MISSING):
        assert fleet_places(shadow, "PATCH /fleets/{fleet}/boats", answer, body) == []


def test_a_filter_without_a_value_may_ask_for_nothing_or_for_what_has_none() -> None:
    shadow = Shadow(FLEET, PlainStore(), ())
    create, boat = "POST /fleets/{fleet}/boats", {"name": "a"}
    fleet_places(shadow, create, json_answer({"id": "b1", **boat}, 201), boat)
    lists = "GET /fleets/{fleet}/boats"
    for asked in ({"name": ""}, {"search": ""}):
        assert fleet_places(shadow, lists, json_answer([]), asked=asked) == []
    assert fleet_places(shadow, lists, json_answer([])) == ["/0"]


def test_a_list_below_something_that_is_gone_may_be_empty_where_no_refusal_is_documented() -> None:
    model = compiled("""
paths:
  /fleets:
    post:
      requestBody: {content: {application/json: {schema: &fleet {type: object, required: [id], properties: {id: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *fleet}}}}
  /fleets/{fleet_id}:
    parameters: &in [{name: fleet_id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *fleet}}}}}
  /fleets/{fleet_id}/boats:
    parameters: *in
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {type: object, required: [id], properties: {id: {type: string}}}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: *fleet}}}
      responses: {'201': {description: d, content: {application/json: {schema: *fleet}}}}
""")
    shadow = Shadow(model, PlainStore(), ())
    lists = Settled(
        operation(model, "GET /fleets/{fleet_id}/boats"), {"fleet_id": "never"}, {}, MISSING, None
    )
    assert not shadow.judge(lists, json_answer([]))
    assert shadow.judge(lists, json_answer([{"id": "b1"}]))


def test_an_empty_key_is_none_and_the_server_makes_one() -> None:
    model = compiled("""
paths:
  /cards:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &card
      {type: object, required: [id], properties: {id: {type: string}, name: {type: string}}}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {id: {type: string}, name: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *card}}}}
  /cards/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *card}}}, '404': {description: n}}}
""")
    shadow = Shadow(model, PlainStore(), ())
    sent, shown = {"id": "", "name": "a"}, {"id": "c7", "name": "a"}
    create = Settled(operation(model, "POST /cards"), {}, {}, sent, None)
    assert shadow.judge(create, json_answer(shown, 201)) == []
    lists = Settled(operation(model, "GET /cards"), {}, {}, MISSING, None)
    assert shadow.judge(lists, json_answer([shown])) == []
    assert shadow.judge(lists, json_answer([])) != []


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ({"id": "c1", "title": "b"}, []),
        ({"id": "c1", "title": "b", "text": None}, []),
        ({"id": "c1", "title": "b", "note": "n"}, ["/text"]),
        ({"id": "c1", "title": "x"}, ["/title", "/text", "/note"]),
    ],
)
def test_a_put_that_may_be_a_merge_may_have_replaced_the_record(
    shown: Any, found: list[str]
) -> None:
    model = compiled("""
paths:
  /cards:
    post:
      requestBody: {content: {application/json: {schema: &card {type: object, properties: {id: {type: string, readOnly: true},
        title: {type: string}, text: {type: string, nullable: true}, note: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *card}}}}
  /cards/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *card}}}, '404': {description: n}}}
    put:
      summary: Update some fields of a card
      requestBody: {content: {application/json: {schema: *card}}}
      responses: {'204': {description: d}}
""")
    shadow = Shadow(model, PlainStore(), ())
    made = {"title": "a", "text": "t", "note": "n"}
    create = Settled(operation(model, "POST /cards"), {}, {}, made, None)
    assert shadow.judge(create, json_answer({"id": "c1", **made}, 201)) == []
    put = Settled(operation(model, "PUT /cards/{id}"), {"id": "c1"}, {}, {"title": "b"}, None)
    assert shadow.judge(put, Answer(204, {}, b"")) == []
    read = Settled(operation(model, "GET /cards/{id}"), {"id": "c1"}, {}, MISSING, None)
    assert {each.place for each in shadow.judge(read, json_answer(shown))} == set(found)
