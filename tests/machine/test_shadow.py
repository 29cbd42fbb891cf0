"""A shadow of what was read from a server follows only what it can see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from contracts.oracle.plain_store import PlainStore
from contracts.oracle.settled import Settled
from contracts.oracle.shadow import Shadow
from contracts.targets.target import Answer, AppTarget, Sent
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


def test_a_list_of_all_tells_records_of_one_key_apart_by_the_keys_above_them() -> None:
    shadow = Shadow(STOCK, PlainStore(), ())

    def judged_as(label: str, path: Mapping[str, Any], status: int, body: Any) -> list[Any]:
        settled = Settled(
            operation(STOCK, label), path, {}, {"count": 1} if path else MISSING, None
        )
        content = json.dumps(body).encode()
        answer = Answer(status, {"content-type": "application/json"}, content)
        return shadow.judge(settled, answer)

    put = "PUT /stock/{house}/{sku}"
    records = [{"house": house, "sku": "A", "count": 1} for house in ("east", "west")]
    for each in records:
        assert judged_as(put, {"house": each["house"], "sku": "A"}, 201, each) == []
    for shown in (records, records[::-1]):
        assert judged_as("GET /stock", {}, 200, shown) == []
        for each in records:
            assert judged_as(put, {"house": each["house"], "sku": "A"}, 200, each) == []


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
