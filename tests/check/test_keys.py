"""Where a document leaves out where keys are, a server's own replies tell."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.keys import has_unknown_keys, learned_words
from contracts.oracle.plain_store import PlainStore
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from mockserver.exchange import Answer, Sent, json_answer
from mockserver.model.semantics import with_words
from mockserver.model.types import Model
from tests.model.compiling import compiled

DOCUMENT = """
paths:
  /buckets:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {
      data: {type: array, items: {type: object, properties: {color: {type: string}}}}}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {data: {type: object}}}}}}
      responses: {'201': &one {description: d, content: {application/json: {schema: {type: object, properties: {
        data: {type: object, properties: {color: {type: string}}}, permissions: {type: object, properties: {read: {type: array}}}}}}}}}
  /buckets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': *one, '404': {description: none}}}
    put:
      requestBody: {content: {application/json: {schema: {type: object, properties: {data: {type: object}}}}}}
      responses: {'200': *one}
"""
WORDS = {
    "defaults": {"envelope": {"one": "data", "request": "data", "many": "data"}},
    "resources": {"buckets": {"key": "id"}},
}


class Buckets:
    """Keeps buckets, and tells their keys under a name."""

    def __init__(self, name: str = "id", takes_all: bool = False) -> None:
        self._name, self._takes_all = name, takes_all
        self._rows: dict[str, dict[str, Any]] = {}

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        key = sent.target.partition("?")[0].removeprefix("/buckets").strip("/")
        if sent.method == "POST":
            key = f"b{len(self._rows)}"
            body = json.loads(sent.content or b"{}")
            self._rows[key] = {**(body.get("data") or {}), self._name: key}
            return json_answer({"data": self._rows[key], "permissions": {"id": "p"}}, 201)
        if not key:
            return json_answer({"data": [*self._rows.values()]})
        if key in self._rows or self._takes_all:
            return json_answer({"data": self._rows.get(key, {}), "permissions": {}})
        return json_answer({}, 404)


def subject_of(target: Buckets, safety: Safety = Safety.ALL, model: Model | None = None) -> Subject:
    model = model or compiled(DOCUMENT)
    return Subject(model, lambda: target, PlainStore, fresh=False, safety=safety)


def test_the_key_and_what_it_is_in_are_learned_from_replies() -> None:
    assert has_unknown_keys(compiled(DOCUMENT))
    assert learned_words(subject_of(Buckets()), 0) == WORDS


@pytest.mark.parametrize(
    "target",
    [Buckets("owner"), Buckets(takes_all=True)],
    ids=["nothing is read by it", "anything is read"],
)
def test_what_finds_no_record_is_no_key(target: Buckets) -> None:
    assert learned_words(subject_of(target), 0) == {}


def test_nothing_is_made_where_a_run_may_not_write() -> None:
    target = Buckets()
    assert learned_words(subject_of(target, Safety.READ), 0) == {}
    assert target.send(Sent("GET", "/buckets")).body == {"data": []}


def test_what_semantics_say_themselves_counts() -> None:
    said = {"resources": {"buckets": {"key": "name"}}, "credentials": []}
    merged = with_words(said, WORDS)
    assert merged["resources"] == {"buckets": {"key": "name"}}
    assert merged["defaults"] == WORDS["defaults"]
    assert merged["credentials"] == []
