"""Habits of servers that break no promise are not accused, and what is broken is told once, with
the call that shows it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from contracts.findings import Finding
from contracts.laws.owning import is_numbered
from contracts.oracle.plain_store import PlainStore
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from mockserver.exchange import Answer, json_answer
from tests.laws.functions import FunctionServer
from tests.laws.servers import events_of, findings_of
from tests.model.compiling import compiled

AGENTS = compiled("""
paths:
  /agents:
    post:
      requestBody: {required: true, content: {application/json: {schema: &sent {type: object, required: [name], properties: {
        name: {type: string}, url: {type: string}, note: {type: string}, model: {oneOf: [
          {type: object, required: [kind, provider_id], properties: {kind: {type: string, enum: [custom]}, provider_id: {type: string}}},
          {type: object, required: [kind, provider], properties: {kind: {type: string, enum: [builtin]}, provider: {type: string}}}]}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: &agent {type: object, required: [id], properties: {
        id: {type: string, readOnly: true}, name: {type: string}, url: {type: string}, note: {type: string}, model: {type: object}}}}}}}
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *agent}}}}}}
  /agents/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *agent}}}, '404': {description: n}}}
    put:
      requestBody: {required: true, content: {application/json: {schema: *sent}}}
      responses: {'200': {description: d, content: {application/json: {schema: *agent}}}, '404': {description: n}}
    delete: {responses: {'204': {description: d}, '404': {description: n}}}
""")  # fmt: skip


class Agents:
    """Keeps agents under opaque keys with the next number after the greatest one that is there,
    says itself what their `url` is, shows no notes in its list (but for one that `is_failing`), and keeps of a `model` what belongs to its kind.

    One that `is_hiding` lists none of them, one that `is_failing` breaks at a note that is empty, one that
    `is_blind` finds none by its key.
    """

    def __init__(
        self, is_hiding: bool = False, is_failing: bool = False, is_blind: bool = False
    ) -> None:
        self._rows: dict[int, dict[str, Any]] = {}
        self._is_hiding, self._is_failing = is_hiding, is_failing
        self._is_blind = is_blind

    def __call__(self, method: str, steps: list[str], query: dict[str, str], body: Any) -> Answer:
        if method == "POST":
            return self._kept(max(self._rows, default=0) + 1, body, 201)
        shown = {_opaque(number): (number, row) for number, row in self._rows.items()}
        if len(steps) == 1:
            less = {} if self._is_failing else {"note": ""}
            listed = [{**row, **less} for row in self._rows.values()]
            return json_answer([] if self._is_hiding else listed)
        if steps[1] not in shown:
            return json_answer({}, 404)
        number, row = shown[steps[1]]
        if method == "GET":
            return json_answer({}, 404) if self._is_blind else json_answer(row)
        if method == "PUT":
            return self._kept(number, body, 200)
        del self._rows[number]
        return Answer(204, {}, b"")

    def _kept(self, number: int, body: Any, status: int) -> Answer:
        if not isinstance(body, dict) or not isinstance(body.get("name"), str):
            return json_answer({"error": "name must be sent"}, 422)
        if self._is_failing and body.get("note") == "":
            return json_answer({}, 500)
        key = _opaque(number)
        row = {"id": key, "name": body["name"], "url": f"/agents/{key}"}
        if self._is_failing and "url" in body:
            row["url"] = body["url"]
        if "note" in body:
            row["note"] = body["note"]
        model = body.get("model")
        if isinstance(model, dict):
            names = ("kind", "provider" if model.get("kind") == "builtin" else "provider_id")
            row["model"] = {name: model[name] for name in names if name in model}
        self._rows[number] = row
        return json_answer(row, status)


def _opaque(number: int) -> str:
    return b64encode(f"Agent:{number}".encode()).decode()


def found_by(make: Callable[[], Agents], *laws: str) -> list[Finding]:
    """Return what laws find on a server."""
    subject = Subject(
        AGENTS, lambda: FunctionServer(make()), PlainStore, fresh=True, safety=Safety.ALL
    )
    return findings_of(events_of(subject, *laws))


def test_numbers_in_opaque_keys_may_come_again() -> None:
    assert [each.message for each in found_by(Agents, "keys-are-not-reused")] == []


def test_what_the_server_never_kept_is_not_said_to_be_left() -> None:
    told = [each.message for each in found_by(Agents, "replace-resets-the-rest")]
    assert not any("was not sent" in each for each in told)


def test_what_another_alternative_has_is_not_missed() -> None:
    found = found_by(Agents, "sent-is-read")
    assert {each.place for each in found} <= {"/url"}


def test_what_no_list_showed_before_is_not_said_to_be_gone() -> None:
    found = found_by(lambda: Agents(is_hiding=True), "created-is-readable", "deleted-is-gone")
    assert {each.check for each in found} == {"created-is-readable"}


def test_a_list_that_shows_less_is_not_said_to_have_changed_a_record() -> None:
    assert [each.message for each in found_by(Agents, "siblings-are-untouched")] == []


def test_what_cannot_be_read_is_told_once_and_nothing_is_concluded_from_it() -> None:
    server = FunctionServer(Agents(is_blind=True))
    subject = Subject(AGENTS, lambda: server, PlainStore, fresh=False, safety=Safety.ALL)
    laws = ("created-is-readable", "deleted-is-gone", "siblings-are-untouched")
    assert {each.check for each in findings_of(events_of(subject, *laws))} == {laws[0]}


def test_a_failure_of_the_server_is_told_with_the_call_that_brings_it() -> None:
    found = found_by(lambda: Agents(is_failing=True), "sent-is-read")
    (failed,) = [each for each in found if each.actual == "500"]
    assert failed.calls[-1].answer is not None
    assert failed.calls[-1].answer.status == 500


@pytest.mark.parametrize(
    ("key", "is_one"),
    [
        ("17", True),
        (b64encode(b"Agent:17").decode(), True),
        (b64encode(b"17").decode(), True),
        (b64encode(b"Agent").decode(), False),
        ("agent-17", False),
        ("a17", True),
        ("QWdlbnQ6MT!", False),
    ],
)
def test_a_key_is_a_number_also_in_an_opaque_form(key: str, is_one: bool) -> None:
    assert is_numbered(key) is is_one


PROXY = compiled("""
paths:
  /proxy:
    get: {responses: {'200': {description: The routes, content: {application/json: {schema: {type: object}}}}}}
    patch:
      summary: Tell of a new proxy
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {ip: {type: string}, port: {type: string}}}}}}
      responses: {'200': {description: d}}
""")  # fmt: skip


def test_what_is_written_may_be_another_thing_than_what_is_read() -> None:
    routes = json_answer({"/": {"target": "http://127.0.0.1"}})
    server = FunctionServer(lambda *_: routes)
    subject = Subject(PROXY, lambda: server, PlainStore, fresh=False, safety=Safety.ALL)
    assert [each.message for each in findings_of(events_of(subject, "one-record-is-kept"))] == []
