"""Server-sent events and JSON Lines are sent item by item, after the last one that has arrived, to
their end.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mockserver.app import Settings, space_of, wire
from mockserver.asgi.edge import Edge
from mockserver.state import Collection, Put
from tests.model.compiling import compiled

DOCUMENT = """
paths:
  /ticks:
    get:
      HEADERresponses:
        '200': {description: DESCRIBED, content: {text/event-stream: {schema: &ticks {type: array, items: &tick {type: object,
          properties: {id: {type: integer, readOnly: true}, n: {type: integer}}}}}, application/jsonl: {schema: *ticks}}}
    post: {requestBody: {content: {application/json: {schema: *tick}}},
      responses: {'201': {description: d, content: {application/json: {schema: *tick}}}}}
  /ticks/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *tick}}}}}
"""
HEADER = "parameters: [{name: Last-Event-ID, in: header, schema: {type: string}}]\n      "
WORDS = "operations: {GET /ticks: {stream: {every_s: 0.01, end: '[DONE]'}}}"


def chunks(
    words: str, accept: str, described: str = "d", header: str = "", **headers: str
) -> list[str]:
    """Return what is sent for two ticks, chunk by chunk."""
    document = DOCUMENT.replace("HEADER", header).replace("DESCRIBED", described)
    space = space_of(compiled(document, words), None, Settings(fixtures=None))
    with space.transaction() as transaction:
        for number in (1, 2):
            record = {"id": number, "n": number}
            transaction.apply([Put(Collection("ticks"), str(number), record)])
    app = wire([Edge(space, space.model.base_paths)], Settings())
    sent: list[Any] = []
    raw = {"accept": accept, "host": "a", **{k.replace("_", "-"): v for k, v in headers.items()}}
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/ticks",
        "raw_path": b"/ticks",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in raw.items()],
        "client": ("127.0.0.1", 1),
        "server": ("a", 80),
        "scheme": "http",
        "http_version": "1.1",
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return [each["body"].decode() for each in sent[1:] if each.get("body")]


FIRST, SECOND = (f'id: {n}\ndata: {{"id":{n},"n":{n}}}\n\n' for n in (1, 2))
END = "data: [DONE]\n\n"
EVENTS = "text/event-stream"


def test_events_come_one_by_one_and_have_an_end() -> None:
    assert chunks(WORDS, EVENTS) == [FIRST, SECOND, END]


def test_lines_come_one_by_one() -> None:
    sent = chunks(WORDS.replace("'[DONE]'", "{done: true}"), "application/jsonl")
    assert sent == ['{"id":1,"n":1}\n', '{"id":2,"n":2}\n', '{"done":true}\n']


@pytest.mark.parametrize(
    ("last", "came"), [("1", [SECOND, END]), ("2", [END]), ("9", [FIRST, SECOND, END])]
)
def test_who_comes_back_gets_the_events_after_the_last_that_arrived(
    last: str, came: list[str]
) -> None:
    assert chunks(WORDS, EVENTS, last_event_id=last) == came


def test_a_document_that_takes_the_last_id_is_played_so() -> None:
    assert chunks("", EVENTS, header=HEADER, last_event_id="1") == [SECOND]


def test_a_document_that_names_the_end_is_played_so() -> None:
    assert chunks("", EVENTS, "'The stream ends with [DONE]'")[-1] == END


def test_nothing_is_streamed_of_which_nothing_is_said() -> None:
    assert chunks("", EVENTS) == ['data: {"id":1,"n":1}\n\ndata: {"id":2,"n":2}\n\n']
