"""Journal and spaces keep within one bound, and what goes is told."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from mockserver.app import Settings, make_edges, wire
from mockserver.control.admin import document
from mockserver.exchange import Answer
from mockserver.testing.inprocess import InProcess, LoopThread, sent_to

JSON = {"Content-Type": "application/json"}
LONG = "a" * 20_000


NOTES = """
openapi: 3.0.3
info: {title: Notes, version: '1'}
components:
  schemas:
    Note: {type: object, properties: {id: {type: integer, readOnly: true}, text: {type: string}}}
paths:
  /notes:
    get:
      responses: {'200': {description: '', content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Note'}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
      responses: {'201': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}}
"""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[InProcess]:
    """A mock whose journal and spaces have a megabyte together."""
    document = tmp_path / "openapi.yaml"
    document.write_text(NOTES, "utf-8")
    settings = Settings(memory_mib=1)
    app = wire(make_edges([str(document)], settings), settings)
    client = InProcess(app, LoopThread())
    yield client
    client.thread.close()


def write(client: InProcess, space: str, text: str = LONG) -> None:
    note = json.dumps({"text": text}).encode()
    target = f"/__space/{space}/notes" if space else "/notes"
    assert client.ask(sent_to("POST", target, JSON, note)).status == 201


def asked(client: InProcess, path: str) -> Answer:
    return client.ask(sent_to("GET", f"/__admin{path}", {"Host": "localhost"}))


def spaces(client: InProcess) -> set[str]:
    found = json.loads(asked(client, "/spaces").content)["spaces"]
    return {each if isinstance(each, str) else each["name"] for each in found} - {""}


def test_the_spaces_that_were_written_to_the_longest_ago_go_and_are_told(
    client: InProcess, caplog: pytest.LogCaptureFixture
) -> None:
    write(client, "first")
    with caplog.at_level(logging.WARNING, "understudy"):
        for number in range(6):
            write(client, f"later-{number}")
            write(client, "kept", "short")
    kept = spaces(client)
    assert "first" not in kept
    assert {"kept", "later-5"} <= kept
    assert "the space 'first' was forgotten" in caplog.text
    assert "--memory" in caplog.text


def test_spaces_that_are_read_alone_take_nothing(client: InProcess) -> None:
    names = {f"reader-{number}" for number in range(50)}
    for name in names:
        assert client.ask(sent_to("GET", f"/__space/{name}/notes", JSON)).status == 200
    assert names <= spaces(client)


def test_a_space_that_is_reset_has_nothing_for_itself(client: InProcess) -> None:
    for _ in range(12):
        write(client, "one")
        reset = sent_to("POST", "/__admin/reset?space=one", {"Host": "localhost"})
        assert client.ask(reset).status == 200
        write(client, "two", "short")
    assert {"one", "two"} <= spaces(client)


def test_the_journal_tells_how_many_calls_it_dropped(client: InProcess) -> None:
    assert json.loads(asked(client, "/requests").content)["meta"] == {"total": 0}
    for _ in range(8):
        write(client, "")
    meta = json.loads(asked(client, "/requests").content)["meta"]
    assert meta["total"] + meta["dropped"] == 8
    assert meta["dropped"] > 0


def test_what_the_journal_tells_beside_the_calls_is_documented(client: InProcess) -> None:
    listed = yaml.safe_load(document())["components"]["responses"]["ListedRequests"]
    words = listed["content"]["application/json"]["schema"]["properties"]["meta"]
    for _ in range(8):
        write(client, "")
    meta = json.loads(asked(client, "/requests").content)["meta"]
    assert "dropped" in meta
    jsonschema_rs.validator_for(words).validate(meta)
