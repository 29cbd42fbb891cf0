"""Webhooks and callbacks tell of the changes that their names and payloads say, to who asked for
them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver import MockServer, Settings
from mockserver.testing.mock import Mock
from tests.asgi.listener import Listener
from tests.asgi.test_callbacks import WAIT_S

SHOP = """
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /orders:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Order'}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'201': &order {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
      callbacks:
        orderStatusChanged:
          '{$request.body#/callback_url}':
            post:
              requestBody: {content: {application/json: {schema: {type: object, properties: {order_id: {type: integer}, old_status: {type: string}, new_status: {type: string}}}}}}
              responses: {'204': {description: d}}
  /orders/{order_id}:
    parameters: [{name: order_id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *order}}
    patch: {requestBody: {content: {application/json: {schema: {type: object, properties: {item: {type: string}, status: {type: string}}}}}}, responses: {'200': *order}}
    delete: {responses: {'204': {description: d}}}
  /webhooks:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Webhook'}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Webhook'}}}}
      responses: {'201': &hook {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Webhook'}}}}}
  /webhooks/{webhook_id}:
    parameters: [{name: webhook_id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *hook}}
    delete: {responses: {'204': {description: d}}}
webhooks:
  order.created:
    post:
      parameters:
        - {name: X-Signature, in: header, description: HMAC-SHA256 of the body under your secret, schema: {type: string}}
        - {name: X-Event-Type, in: header, schema: {type: string}}
      requestBody: &event {content: {application/json: {schema: {type: object, required: [id, event, created_at, data], properties: {
        id: {type: string}, event: {type: string, enum: [order.created, order.shipped, order.deleted]},
        created_at: {type: string, format: date-time}, data: {type: object, properties: {order: {$ref: '#/components/schemas/Order'}}}}}}}}
      responses: {'200': {description: d}}
  orderShipped: {post: {requestBody: *event, responses: {'200': {description: d}}}}
  order-deleted: {post: {requestBody: *event, responses: {'200': {description: d}}}}
  somethingElse: {post: {responses: {'200': {description: d}}}}
components:
  schemas:
    Order: {type: object, required: [item], properties: {id: {type: integer, readOnly: true}, item: {type: string},
      status: {type: string, enum: [open, shipped, shut], default: open}, pin: {type: string, writeOnly: true}, callback_url: {type: string}}}
    Webhook: {type: object, required: [url], properties: {id: {type: integer, readOnly: true}, url: {type: string, format: uri},
      events: {type: array, items: {type: string}}, active: {type: boolean, default: true}, secret: {type: string, writeOnly: true}}}
"""


Play = Callable[..., tuple[Mock, httpx.Client]]


@pytest.fixture
def shop(tmp_path: Path) -> Play:
    """Play a document, and return the mock and a client of it."""

    def play(document: str = SHOP, **settings: Any) -> tuple[Mock, httpx.Client]:
        (tmp_path / "shop.yaml").write_text(document)
        server = MockServer(
            str(tmp_path / "shop.yaml"), settings=Settings(fixtures=None, **settings)
        )
        client = httpx.Client(transport=server.transport(), base_url="http://shop")
        return server, client

    return play


def events(mock: Mock) -> list[str]:
    return [message.event for message in mock.sent]


def test_what_is_made_changed_and_removed_is_told(shop: Play) -> None:
    mock, client = shop()
    client.post("/orders", json={"item": "book", "pin": "1"})
    client.patch("/orders/1", json={"item": "pen"})
    client.patch("/orders/1", json={"status": "shipped"})
    client.delete("/orders/1")
    assert events(mock) == ["order.created", "order.shipped", "order.deleted"]
    made, shipped, _ = mock.sent
    assert made.body["event"] == "order.created"
    assert made.body["data"] == {"order": {"id": 1, "item": "book", "status": "open"}}
    assert shipped.body["data"]["order"]["status"] == "shipped"
    assert made.headers["X-Event-Type"] == "order.created"
    assert [message.problems for message in mock.sent] == [[], [], []]


def test_who_subscribed_is_told_what_was_asked_for(shop: Play, listener: Listener) -> None:
    mock, client = shop()
    client.post("/webhooks", json={"url": f"{listener.url}/a", "events": ["order.created"]})
    client.post("/webhooks", json={"url": f"{listener.url}/b", "active": False})
    client.post("/orders", json={"item": "book"})
    method, path, media_type, body = listener.heard.get(timeout=WAIT_S)
    assert (method, path, media_type) == ("POST", "/a", "application/json")
    (message,) = mock.sent
    assert json.loads(body) == message.body
    client.patch("/orders/1", json={"status": "shipped"})
    assert [message.url for message in mock.sent] == [f"{listener.url}/a", None]


def test_a_body_is_signed_under_the_secret_of_who_subscribed(shop: Play) -> None:
    mock, client = shop()
    client.post("/webhooks", json={"url": "http://127.0.0.1:9/a", "secret": "s3cret"})
    client.post("/orders", json={"item": "book"})
    (message,) = mock.sent
    content = json.dumps(message.body, separators=(",", ":")).encode()
    wanted = hmac.new(b"s3cret", content, hashlib.sha256)
    assert message.headers["X-Signature"] == wanted.hexdigest()


def test_a_callback_waits_for_the_change_that_it_tells_of(shop: Play, listener: Listener) -> None:
    mock, client = shop()
    client.post("/orders", json={"item": "book", "callback_url": f"{listener.url}/back"})
    client.post("/orders", json={"item": "pen"})
    assert "orderStatusChanged" not in events(mock)
    client.patch("/orders/1", json={"status": "shut"})
    client.patch("/orders/2", json={"status": "shut"})
    _, path, _, body = listener.heard.get(timeout=WAIT_S)
    assert path == "/back"
    assert json.loads(body) == {"order_id": 1, "old_status": "open", "new_status": "shut"}


def test_a_message_brings_no_others_about(shop: Play) -> None:
    mock, client = shop()
    client.post("/orders", json={"item": "book"}, headers={"Understudy-Callback": "order.created"})
    assert mock.sent == []


def test_an_option_says_where_webhooks_go_that_nobody_can_ask_for(
    shop: Play, listener: Listener
) -> None:
    document = SHOP.replace("/webhooks", "/notes")
    mock, client = shop(document, webhooks=[f"{listener.url}/all"])
    client.post("/orders", json={"item": "book"})
    assert listener.heard.get(timeout=WAIT_S)[1] == "/all"
    assert mock.sent[0].url == f"{listener.url}/all"


def test_another_machine_is_told_nothing(shop: Play) -> None:
    mock, client = shop()
    client.post("/webhooks", json={"url": "http://hooks.example/a"})
    client.post("/orders", json={"item": "book"})
    (message,) = mock.sent
    assert "another machine" in message.attempts[0].reason


def test_a_planned_fault_lets_deliveries_fail_which_are_tried_again(
    shop: Play, listener: Listener
) -> None:
    mock, client = shop()
    mock.faults.add(operation="POST /orders", fail_delivery=1)
    client.post("/webhooks", json={"url": f"{listener.url}/a"})
    client.post("/orders", json={"item": "book"})
    listener.heard.get(timeout=WAIT_S)
    (message,) = mock.sent
    assert message.attempts[0].reason == "planned fault"


def test_the_control_api_and_a_reset_know_what_was_sent(shop: Play) -> None:
    mock, client = shop()
    client.post("/orders", json={"item": "book"})
    client.delete("/orders/1")
    told = client.get("/__admin/sent", params={"event": "order.deleted"}).json()
    assert told["meta"] == {"total": 1}
    assert told["sent"][0]["body"]["data"]["order"]["item"] == "book"
    assert told["sent"][0]["operation"] == "DELETE /orders/{order_id}"
    client.delete("/__admin/sent")
    assert mock.sent == []
    client.post("/orders", json={"item": "book"})
    mock.reset()
    assert mock.sent == []


def test_what_was_sent_is_asserted_and_what_was_not_is_told_with_what_came_nearest(
    shop: Play,
) -> None:
    mock, client = shop()
    with pytest.raises(AssertionError, match="nothing was sent"):
        mock.assert_sent("order.created")
    client.post("/orders", json={"item": "book"})
    mock.assert_sent("order.created")
    mock.assert_sent("order.created", times=1, json=mock.sent[0].body)
    mock.assert_sent("order.deleted", times=0)
    with pytest.raises(AssertionError, match=r"did you mean order\.created"):
        mock.assert_sent("order.create")
    body = {**mock.sent[0].body, "extra": 1}
    with pytest.raises(
        AssertionError, match=r"order\.created was sent never as wanted(.|\n)*/extra"
    ):
        mock.assert_sent("order.created", json=body)
    with pytest.raises(AssertionError, match="nobody took it"):
        mock.assert_sent("order.created", delivered=True)
    with pytest.raises(AssertionError, match="it went to nobody, not http://x"):
        mock.assert_sent("order.created", url="http://x")


@pytest.mark.parametrize(
    ("said", "spelled"),
    [
        ("description: 'sha256=<hex> of the body'", "sha256={hex}"),
        ("description: base64 encoded HMAC-SHA256", "{base64}"),
        ("example: sha1=0123", "sha1={sha1}"),
    ],
)
def test_a_signature_is_spelled_as_the_document_says(shop: Play, said: str, spelled: str) -> None:
    document = SHOP.replace("description: HMAC-SHA256 of the body under your secret", said)
    mock, client = shop(document)
    client.post("/orders", json={"item": "book"})
    (message,) = mock.sent
    content = json.dumps(message.body, separators=(",", ":")).encode()
    digest = hmac.new(b"understudy", content, hashlib.sha256)
    wanted = spelled.format(
        hex=digest.hexdigest(),
        base64=base64.b64encode(digest.digest()).decode(),
        sha1=hmac.new(b"understudy", content, hashlib.sha1).hexdigest(),
    )
    assert message.headers["X-Signature"] == wanted
