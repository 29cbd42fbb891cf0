"""A shadow of what was read from a server follows only what it can see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.oracle.plain_store import PlainStore
from contracts.oracle.settled import Settled
from contracts.oracle.shadow import Shadow
from contracts.targets.target import Answer, AppTarget, Sent
from mockserver.exchange import json_answer
from mockserver.lookup import MISSING
from mockserver.state import Collection, Put, Query
from tests.conftest import model_of
from tests.machine.machines import HEADERS, served, start_of
from tests.model.compiling import compiled, operation

OMNITRON = model_of("omnitron")


def read_from_server() -> PlainStore:
    """Return what a server shows of its records: the link of an image to the download that it came
    from is hidden.
    """
    store = start_of("omnitron")
    hidden = OMNITRON.resources["product_images"].hidden
    for found in store.select(Collection("product_images"), Query()).found:
        shown = {name: value for name, value in found.record.items() if name not in hidden}
        store.apply([Put(found.collection, found.key, shown)])
    return store


def judged(
    shadow: Shadow, target: AppTarget, label: str, query: Mapping[str, Any], sent: Sent
) -> list[Any]:
    body: Any = {"product_sku": "7832783278", "images": []} if sent.content else MISSING
    answer: Answer = target.send(sent)
    assert answer.status == 200
    return shadow.judge(Settled(operation(OMNITRON, label), {}, query, body, None), answer)


STOCK = compiled("""
paths:
  /stock:
    get:
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &stock
        {type: object, properties: {house: {type: string}, sku: {type: string}, count: {type: integer}}}}}}}}
  /stock/{house}/{sku}:
    parameters: [{name: house, in: path, required: true, schema: {type: string}},
                 {name: sku, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *stock}}}}}
    put:
      requestBody: {content: {application/json: {schema: {type: object, properties: {count: {type: integer}}}}}}
      responses:
        '200': &one {description: d, content: {application/json: {schema: *stock}}}
        '201': *one
""")  # fmt: skip


def judged_as(
    shadow: Shadow, label: str, path: Mapping[str, Any], sent: Any, status: int, shown: Any
) -> list[Any]:
    settled = Settled(operation(shadow.model, label), path, {}, sent, None)
    return shadow.judge(settled, json_answer(shown, status))


def test_a_list_of_all_tells_records_of_one_key_apart_by_the_keys_above_them() -> None:
    shadow = Shadow(STOCK, PlainStore(), ())
    put, sent = "PUT /stock/{house}/{sku}", {"count": 1}
    records = [{"house": house, "sku": "A", "count": 1} for house in ("east", "west")]
    paths = [{"house": each["house"], "sku": "A"} for each in records]
    for path, each in zip(paths, records, strict=True):
        assert judged_as(shadow, put, path, sent, 201, each) == []
    for shown in (records, records[::-1]):
        assert judged_as(shadow, "GET /stock", {}, MISSING, 200, shown) == []
        for path, each in zip(paths, records, strict=True):
            assert judged_as(shadow, put, path, sent, 200, each) == []


SHOWS = compiled("""
paths:
  /venues:
    post: &make_venue
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'201': &venue {description: d, content: {application/json: {schema:
        {type: object, properties: {id: {type: integer, readOnly: true}, name: {type: string}}}}}}}
  /venues/{id}:
    get:
      parameters: &id [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {'200': *venue}
  /venues/{id}/shows:
    parameters: *id
    get: {responses: {'200': &shows {description: d, content: {application/json: {schema: {type: array, items: &show
      {type: object, properties: {id: {type: integer, readOnly: true}, venue_id: {type: integer, readOnly: true},
        title: {type: string}, places_left: {type: integer}}}}}}}}}
    post:
      requestBody: &titled {content: {application/json: {schema: {type: object, properties: {title: {type: string}, places_left: {type: integer}}}}}}
      responses: {'201': &one {description: d, content: {application/json: {schema: *show}}}}
  /shows:
    get: {responses: {'200': *shows}}
  /shows/{id}:
    parameters: *id
    get: {responses: {'200': *one}}
    patch: {requestBody: *titled, responses: {'200': *one}}
  /tickets:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {show_id: {type: integer}}}}}}
      responses: {'201': &ticket {description: d, content: {application/json: {schema:
        {type: object, properties: {id: {type: integer, readOnly: true}, show_id: {type: integer}}}}}}}
  /tickets/{id}:
    get: {parameters: *id, responses: {'200': *ticket}}
""")  # fmt: skip


def with_a_show() -> tuple[Shadow, dict[str, Any]]:
    """Return what is known of a venue with a show, and the show."""
    shadow = Shadow(SHOWS, PlainStore(), ())
    venue, sent = {"id": 2, "name": "v"}, {"title": "a", "places_left": 9}
    show = {"id": 7, "venue_id": 2, "title": "a", "places_left": 9}
    assert judged_as(shadow, "POST /venues", {}, {"name": "v"}, 201, venue) == []
    assert judged_as(shadow, "POST /venues/{id}/shows", {"id": 2}, sent, 201, show) == []
    return shadow, show


def test_what_another_call_may_have_moved_is_no_difference_of_a_record_at_a_path_of_its_own() -> (
    None
):
    shadow, show = with_a_show()
    ticket = {"id": 1, "show_id": 7}
    assert judged_as(shadow, "POST /tickets", {}, {"show_id": 7}, 201, ticket) == []
    change, sold = "PATCH /shows/{id}", {**show, "places_left": 8}
    assert judged_as(shadow, change, {"id": 7}, {"title": "a"}, 200, sold) == []
    other = {**sold, "title": "b"}
    assert judged_as(shadow, "GET /shows/{id}", {"id": 7}, MISSING, 200, other) != []


def test_a_list_of_all_tells_what_is_new_of_records_that_are_below_others_by_their_own_name() -> (
    None
):
    shadow, show = with_a_show()
    other = {**show, "title": "b"}
    assert judged_as(shadow, "GET /shows", {}, MISSING, 200, [show]) == []
    assert judged_as(shadow, "GET /shows", {}, MISSING, 200, [other]) != []


def test_what_mirrors_a_hidden_link_is_not_claimed_to_be_known_after_a_change() -> None:
    shadow, target = (
        Shadow(OMNITRON, read_from_server(), ()),
        AppTarget(served("omnitron")),
    )
    headers = HEADERS["omnitron"]
    content = b'{"product_sku": "7832783278", "images": []}'
    sent = Sent(
        "POST",
        "/api/i1/downloadable_image/",
        {**headers, "Content-Type": "application/json"},
        content,
    )
    assert judged(shadow, target, "POST /api/i1/downloadable_image/", {}, sent) == []
    listed = Sent("GET", "/api/v1/product_image/?limit=50", headers)
    assert judged(shadow, target, "GET /api/v1/product_image/", {"limit": 50}, listed) == []
    assert shadow.is_lost
    target.close()
