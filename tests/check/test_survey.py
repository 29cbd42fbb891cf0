"""What a server holds is read to the last page, whatever leads from page to page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from contracts.oracle.plain_store import PlainStore
from contracts.targets.target import Answer, Sent
from contracts.wire.subject import Subject
from contracts.wire.survey import MOST, Survey
from mockserver.state import Collection, Query
from tests.model.compiling import small

THING = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "n": {"type": "integer"}},
}
ITEMS = {"type": "array", "items": THING}
TOKEN = {"name": "page_token", "in": "query", "schema": {"type": "string"}}
AFTER = {"name": "starting_after", "in": "query", "schema": {"type": "string"}}
PAGE = {"name": "page", "in": "query", "schema": {"type": "integer"}}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
MORE = {"type": "object", "properties": {"items": ITEMS, "has_more": {"type": "boolean"}}}
TOKENS = {"type": "object", "properties": {"items": ITEMS, "next_page_token": {"type": "string"}}}

Asked = dict[str, str]
Page = Callable[[list[Any], Asked], tuple[Any, dict[str, str]]]


class Server:
    """Shows ten records, three on a page."""

    def __init__(self, page: Page, count: int = 10) -> None:
        self.records = [{"id": f"t{number}", "n": number} for number in range(count)]
        self.page = page

    def send(self, sent: Sent) -> Answer:
        asked = dict(parse_qsl(sent.target.partition("?")[2]))
        body, headers = self.page(self.records, asked)
        headers = {"content-type": "application/json", **headers}
        return Answer(200, headers, json.dumps(body).encode())


def by_link(records: list[Any], asked: Asked) -> tuple[Any, dict[str, str]]:
    number = int(asked.get("page", "1"))
    shown = records[3 * number - 3 : 3 * number]
    onward = f'<http://elsewhere.example/things?page={number + 1}>; rel="next"'
    return shown, {"link": onward} if 3 * number < len(records) else {}


def by_token(records: list[Any], asked: Asked) -> tuple[Any, dict[str, str]]:
    at = int(asked.get("page_token", "0"))
    more = {"next_page_token": str(at + 3)} if at + 3 < len(records) else {}
    return {"items": records[at : at + 3], **more}, {}


def by_key(records: list[Any], asked: Asked) -> tuple[Any, dict[str, str]]:
    last = asked.get("starting_after")
    at = next((n + 1 for n, each in enumerate(records) if each["id"] == last), 0)
    return {"items": records[at : at + 3], "has_more": at + 3 < len(records)}, {}


def partial(schema: Any, parameters: list[Any], server: Server) -> tuple[set[str], int]:
    """Read a server; return what is not known whole, and how many records were read."""
    content = {"application/json": {"schema": schema}}
    path = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    one = {"description": "ok", "content": {"application/json": {"schema": THING}}}
    model = small(
        {
            "/things": {
                "get": {
                    "parameters": parameters,
                    "responses": {"200": {"description": "ok", "content": content}},
                }
            },
            "/things/{id}": {
                "delete": {"parameters": [path], "responses": {"204": {"description": "gone"}}},
                "put": {
                    "parameters": [path],
                    "requestBody": {"content": {"application/json": {"schema": THING}}},
                    "responses": {"200": one},
                },
            },
        }
    )
    store = PlainStore()
    subject = Subject(model, connect=lambda: None, known=PlainStore, fresh=False)  # type: ignore[arg-type, return-value]
    left = Survey(subject, server, store).run()
    (name,) = model.resources
    return left, len(store.select(Collection(name), Query()).found)


@pytest.mark.parametrize(
    ("schema", "parameters", "page"),
    [
        (ITEMS, [PAGE], by_link),
        (TOKENS, [TOKEN], by_token),
        (MORE, [AFTER, LIMIT], by_key),
    ],
)
def test_all_pages_are_read(schema: Any, parameters: list[Any], page: Page) -> None:
    assert partial(schema, parameters, Server(page)) == (set(), 10)


def test_what_is_too_much_to_read_is_not_known_whole() -> None:
    left, _ = partial(TOKENS, [TOKEN], Server(by_token, MOST + 10))
    assert left == {"things"}
