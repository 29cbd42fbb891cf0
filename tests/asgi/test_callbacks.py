"""Callbacks of a document are sent after a successful call, to this machine alone unless every host
is allowed.
"""

from __future__ import annotations

import json
from queue import Empty, Queue
from typing import Any

import pytest

from mockserver.asgi.courier import Courier, Delivery, is_this_machine
from mockserver.asgi.messages.callbacks import Occasion, Side, fill_expressions
from tests.asgi.listener import Listener
from tests.asgi.stage import Play, Stage, body_of

WAIT_S = 10.0
JOB = {"type": "object", "properties": {"id": {"type": "integer"}, "url": {"type": "string"}}}
EVENT = {"type": "object", "properties": {"done": {"type": "boolean", "example": True}}}


def jobs(play: Play, callbacks: Any) -> Stage:
    answer = {"description": "", "content": {"application/json": {"schema": JOB}}}
    identified = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    return play(
        {
            "/jobs": {
                "post": {
                    "requestBody": body_of(JOB),
                    "responses": {"201": answer},
                    "callbacks": callbacks,
                }
            },
            "/jobs/{id}": {"get": {"parameters": [identified], "responses": {"200": answer}}},
        }
    )


def posted(media: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {
        "post": {
            "requestBody": {"content": {media_type: media}},
            "responses": {"204": {"description": ""}},
        }
    }


def test_a_callback_is_sent_to_the_url_of_the_request_with_its_example(
    play: Play, listener: Listener
) -> None:
    stage = jobs(
        play,
        {"done": {"{$request.body#/url}": posted({"schema": EVENT, "example": {"done": False}})}},
    )
    assert stage.ask("POST /jobs", {"url": f"{listener.url}/hook"}).status == 201
    method, path, media_type, body = listener.heard.get(timeout=WAIT_S)
    assert (method, path, media_type, json.loads(body)) == (
        "POST",
        "/hook",
        "application/json",
        {"done": False},
    )


def test_a_body_without_an_example_is_made_from_its_schema(play: Play, listener: Listener) -> None:
    stage = jobs(play, {"done": {"$request.body#/url": posted({"schema": EVENT})}})
    stage.ask("POST /jobs", {"url": f"{listener.url}/?a=b"})
    _, path, _, body = listener.heard.get(timeout=WAIT_S)
    assert (path, json.loads(body)) == ("/?a=b", {"done": True})


def test_an_expression_may_be_a_part_of_the_url(play: Play, listener: Listener) -> None:
    template = "{$request.body#/url}/jobs/{$response.body#/id}"
    stage = jobs(play, {"done": {template: posted({"schema": EVENT})}})
    stage.ask("POST /jobs", {"url": listener.url})
    assert listener.heard.get(timeout=WAIT_S)[1] == "/jobs/1"


def test_a_refused_call_and_one_without_a_url_send_nothing(play: Play, listener: Listener) -> None:
    stage = jobs(play, {"done": {"{$request.body#/url}": posted({"schema": EVENT})}})
    assert stage.ask("POST /jobs", {"url": 5}).status == 400
    assert stage.ask("POST /jobs", {}).status == 201
    with pytest.raises(Empty):
        listener.heard.get(timeout=0.2)


def test_a_failure_is_told_in_one_line_and_disturbs_nothing(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    stage = jobs(play, {"done": {"{$request.body#/url}": posted({"schema": EVENT})}})
    assert stage.ask("POST /jobs", {"url": "http://example.com/a\nb"}).status == 201
    (record,) = caplog.records
    assert "example.com is another machine; allow it with --callbacks" in record.message
    assert "\n" not in record.message


def test_a_preferred_response_sends_no_callback(play: Play, listener: Listener) -> None:
    stage = jobs(play, {"done": {"{$request.body#/url}": posted({"schema": EVENT})}})
    stage.ask("POST /jobs", {"url": listener.url}, {"Prefer": "code=201"})
    with pytest.raises(Empty):
        listener.heard.get(timeout=0.2)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://localhost/a", "not an absolute http or https URL"),
        ("/relative", "not an absolute http or https URL"),
        ("http://10.0.0.1/", "another machine"),
        ("http://127.0.0.1.example.com/", "another machine"),
        ("http://localhost:99999/", "Port out of range"),
        ("http://[bad", "Invalid IPv6 URL"),
    ],
)
def test_what_must_not_be_called_is_told(url: str, reason: str) -> None:
    told: list[str] = []
    Courier(tell=told.append).send(Delivery("done", "POST", url, {}, None))
    assert len(told) == 1
    assert reason in told[0]


def test_a_host_that_does_not_answer_is_told() -> None:
    told: Queue[str] = Queue()
    Courier(tell=told.put).send(Delivery("done", "POST", "http://127.0.0.1:1/", {}, None))
    assert "callback done to http://127.0.0.1:1/: " in told.get(timeout=WAIT_S)


@pytest.mark.parametrize(
    ("host", "ours"), [("localhost", True), ("127.9.9.9", True), ("::1", True), ("0.0.0.0", False)]
)
def test_this_machine_is_known_by_its_loopback_addresses(host: str, ours: bool) -> None:
    assert is_this_machine(host) is ours


EXCHANGE = Occasion(
    url="http://a/jobs?q=1",
    method="POST",
    status=201,
    request=Side({"x-hook": "http://b"}, {"a": {"b/c": [1, {"d": "e f"}]}}, {"q": "1"}, {"id": 7}),
    response=Side({"location": "/jobs/1"}, {"id": 9}),
)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$url", "http://a/jobs?q=1"),
        ("$method", "POST"),
        ("$statusCode", "201"),
        ("$request.header.X-Hook", "http://b"),
        ("$request.query.q", "1"),
        ("$request.path.id", "7"),
        ("$request.body#/a/b~1c/1/d", "e f"),
        ("$response.header.location", "/jobs/1"),
        ("$response.body#/id", "9"),
        ("http://c/{$request.body#/a/b~1c/1/d}?q={$request.query.q}", "http://c/e%20f?q=1"),
        ("http://c/plain", "http://c/plain"),
        ("$request.body#/nothing", None),
        ("http://c/{$request.query.nothing}", None),
        ("$oops", None),
    ],
)
def test_runtime_expressions_lead_into_the_exchange(template: str, text: str | None) -> None:
    assert fill_expressions(template, EXCHANGE) == text
