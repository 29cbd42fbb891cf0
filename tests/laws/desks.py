"""A desk of notes for two users, which shows and changes notes of others where it is told to."""

from __future__ import annotations

import json
from typing import Any

from mockserver.exchange import Answer, Sent, json_answer
from mockserver.model.types import Model
from tests.model.compiling import compiled

FAULTS = {
    "read": "others-are-not-shown",
    "list": "others-are-not-shown",
    "put": "others-are-not-changed",
    "patch": "others-are-not-changed",
    "close": "others-are-not-changed",
    "delete": "others-are-not-changed",
    "line": "others-are-not-changed",
}
ANN, BOB = "ann-key-1", "bob-key-2"

DOCUMENT = """
components:
  securitySchemes: {Key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Note: &note {type: object, required: [id], properties: {id: {type: integer, readOnly: true},
      title: {type: string, maxLength: 40}, closed: {type: boolean, readOnly: true}}}
    NoteIn: &sent {type: object, required: [title], properties: {title: {type: string, maxLength: 40}}}
security: [{Key: []}]
paths:
  /notes:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *note}}}}}}
    post:
      requestBody: &body {required: true, content: {application/json: {schema: *sent}}}
      responses: {'201': &one {description: d, content: {application/json: {schema: *note}}}}
  /notes/{id}:
    parameters: &id [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one, '404': {description: n}}}
    put: {requestBody: *body, responses: {'200': *one, '404': {description: n}}}
    patch: {requestBody: *body, responses: {'200': *one, '404': {description: n}}}
    delete: {responses: {'204': {description: d}, '404': {description: n}}}
  /notes/{id}/close: {parameters: *id, post: {responses: {'200': *one, '404': {description: n}}}}
  /notes/{id}/lines:
    parameters: *id
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *note}}}}}}
    post: {requestBody: *body, responses: {'201': *one, '404': {description: n}}}
"""


def desk() -> Model:
    """Return the model of the desk."""
    return compiled(DOCUMENT)


class Desk:
    """Answers calls of Ann and Bob. `rule` tells which notes somebody else may see and change."""

    def __init__(self, fault: str = "", rule: str = "own") -> None:
        self._fault, self._rule = fault, rule
        self._notes: dict[int, dict[str, Any]] = {}
        self._lines: dict[int, dict[str, Any]] = {}
        self._owners: dict[int, str] = {}
        self._last = 0

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        user = sent.headers.get("X-Key", "")
        if user not in (ANN, BOB):
            return json_answer({}, 401)
        steps = sent.target.partition("?")[0].strip("/").split("/")
        if len(steps) == 1:
            return self._on_list(sent, user)
        key = int(steps[1]) if steps[1].isdigit() else 0
        status = self._status(key, sent.method, steps[2:], user)
        if status != 200:
            return json_answer({}, status)
        return self._on_note(sent, key, steps[2:], user)

    def _status(self, key: int, method: str, verb: list[str], user: str) -> int:
        """Return 200 where a user may do something to a note."""
        if key not in self._notes:
            return 404
        is_read = method in ("GET", "HEAD") and not verb
        own = self._owners[key] == user
        if own or self._rule == "shared" or (is_read and self._rule == "public"):
            return 200
        act = "line" if verb == ["lines"] else verb[0] if verb else method.lower()
        is_open = self._fault == ("read" if is_read else act)
        if act == "line" and method == "GET":
            is_open = False
        refused = 404 if self._rule == "own" else 403
        return 200 if is_open else refused

    def _on_list(self, sent: Sent, user: str) -> Answer:
        if sent.method == "POST":
            return json_answer(self._made(self._notes, sent, user), 201)
        every = self._rule == "shared" or self._fault == "list"
        return json_answer(
            [note for key, note in self._notes.items() if every or self._owners[key] == user]
        )

    def _on_note(self, sent: Sent, key: int, verb: list[str], user: str) -> Answer:
        note = self._notes[key]
        if verb == ["lines"]:
            lines = [each for each in self._lines.values() if each["note"] == key]
            if sent.method == "POST":
                return json_answer({**self._made(self._lines, sent, user), "note": key}, 201)
            return json_answer(lines)
        if sent.method == "DELETE":
            del self._notes[key]
            return Answer(204, {}, b"")
        if verb == ["close"]:
            note["closed"] = True
        elif sent.method in ("PUT", "PATCH"):
            note["title"] = _title(sent)
        return json_answer(note)

    def _made(self, rows: dict[int, dict[str, Any]], sent: Sent, user: str) -> dict[str, Any]:
        self._last += 1
        rows[self._last] = {"id": self._last, "title": _title(sent), "closed": False}
        if rows is self._lines:
            rows[self._last]["note"] = int(sent.target.split("/")[2])
        self._owners[self._last] = user
        return rows[self._last]


def _title(sent: Sent) -> str:
    try:
        body = json.loads(sent.content or b"{}")
    except ValueError:
        return ""
    return str(body.get("title", "")) if isinstance(body, dict) else ""
