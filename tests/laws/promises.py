"""A library that keeps what its document promises in words, and breaks one promise where it is told
to.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from mockserver.exchange import Answer, Sent, json_answer
from mockserver.model.types import Model
from tests.laws.desks import FAULTS as AT_THE_DESK
from tests.laws.house import FAULTS as AT_THE_HOUSE
from tests.laws.stall import FAULTS as AT_THE_STALL
from tests.laws.till import FAULTS as AT_THE_TILL
from tests.laws.workshop import FAULTS as AT_THE_WORKSHOP
from tests.model.compiling import compiled

FAULTS = {
    "frozen-tag": "stale-changes-nothing",
    "stale": "stale-changes-nothing",
    "twice": "same-request-makes-one",
    "nobody": "named-must-exist",
    "dangling": "deleted-is-not-named",
    "count": "deleted-is-not-named",
    "taken": "told-unique-is-refused",
    "case": "told-unique-is-refused",
    "restore": "done-is-shown",
    "listed": "put-away-is-not-listed",
    "level": "bounds-choose",
    "fields": "bounds-choose",
    "stuck": "accepted-comes-to-its-end",
}
PROMISED = frozenset(
    {
        *FAULTS.values(),
        *AT_THE_DESK.values(),
        *AT_THE_WORKSHOP.values(),
        *AT_THE_STALL.values(),
        *AT_THE_TILL.values(),
        *AT_THE_HOUSE.values(),
        "conditions-are-kept",
        "deleted-comes-back",
        "contents-are-kept",
        "positions-are-kept",
        "trees-are-kept",
        "searches-follow",
        "secrets-are-not-shown",
        "scopes-are-apart",
    }
)
"""Laws of which the warehouse promises nothing."""


def library() -> Model:
    """Return the model of the library."""
    return compiled(DOCUMENT)


DOCUMENT = """
components: {schemas: {
  Card: &card {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, title: {type: string},
    level: {type: integer}, member_id: {type: integer, description: id of a member that exists},
    archived: {type: boolean, readOnly: true}}},
  CardIn: &sent {type: object, required: [title], properties: {title: {type: string, maxLength: 30},
    level: {type: integer, minimum: 1, maximum: 9}, member_id: {type: integer, description: id of a member that exists}}},
  Member: &member {type: object, required: [id, email], properties: {id: {type: integer, readOnly: true},
    email: {type: string}, card_count: {type: integer, readOnly: true}}},
  Export: &export {type: object, required: [id, state], properties: {id: {type: integer, readOnly: true},
    state: {type: string, enum: [pending, done], readOnly: true}}}}}
paths:
  /exports:
    post: {responses: {'202': {description: d, content: {application/json: {schema: *export}}}}}
  /exports/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *export}}}, '404': {description: n}}}
  /members:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *member}}}}}}
    post:
      description: The email must be unique, regardless of case.
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [email],
        properties: {email: {type: string, maxLength: 30}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *member}}}, '409': {description: taken}}
  /members/{id}:
    parameters: &id [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *member}}}, '404': {description: n}}}
    delete: {description: Clears member_id of its cards., responses: {'204': {description: d}, '404': {description: n}}}
  /cards:
    get:
      description: Cards that are not archived.
      parameters:
        - {name: min_level, in: query, schema: {type: integer}, description: Only cards with at least this level.}
        - {name: fields, in: query, schema: {type: string, enum: [title]}, description: Show this property and the id alone.}
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *card}}}}}
    post:
      parameters: [{name: Idempotency-Key, in: header, schema: {type: string}}]
      requestBody: &body {required: true, content: {application/json: {schema: *sent}}}
      responses: {'201': {description: d, content: {application/json: {schema: *card}}}, '422': {description: odd}}
  /cards/{id}:
    parameters: *id
    get:
      responses: {'200': &one {description: d, headers: {ETag: {schema: {type: string}}},
        content: {application/json: {schema: *card}}}, '404': {description: n}}
    put:
      parameters: [{name: If-Match, in: header, schema: {type: string}}]
      requestBody: *body
      responses: {'200': *one, '404': {description: n}, '412': {description: stale}, '422': {description: odd}}
    delete: {responses: {'204': {description: d}, '404': {description: n}}}
  /cards/{id}/archive: {parameters: *id, post: {responses: {'200': *one, '404': {description: n}}}}
  /cards/{id}/restore: {parameters: *id, post: {responses: {'200': *one, '404': {description: n}}}}
"""


class Library:
    """Answers calls, with one fault or none."""

    def __init__(self, fault: str = "") -> None:
        self._fault = fault
        self._members: dict[int, dict[str, Any]] = {}
        self._cards: dict[int, dict[str, Any]] = {}
        self._exports: dict[int, dict[str, Any]] = {}
        self._versions: dict[int, int] = {}
        self._requests: dict[str, int] = {}
        self._last = 0

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        path, _, query = sent.target.partition("?")
        steps = path.strip("/").split("/")
        if steps[0] == "exports":
            return self._exported(sent, steps)
        rows = self._members if steps[0] == "members" else self._cards
        if len(steps) == 1 and sent.method == "POST":
            return self._made(steps[0], sent)
        if len(steps) == 1:
            return json_answer([*self._listed(steps[0], parse_qs(query))])
        key = int(steps[1]) if steps[1].isdigit() else 0
        if key not in rows:
            return json_answer({}, 404)
        if sent.method == "DELETE":
            return self._deleted(rows, key)
        if steps[0] == "members":
            return json_answer(self._member(rows[key]))
        return self._on_card(key, sent, steps[2:])

    def _exported(self, sent: Sent, steps: list[str]) -> Answer:
        """Answer a call on exports, each of which is done when it is read the second time."""
        if sent.method == "POST":
            self._last += 1
            self._exports[self._last] = {"id": self._last, "state": "pending", "looks": 0}
        key = int(steps[1]) if len(steps) > 1 and steps[1].isdigit() else self._last
        row = self._exports.get(key)
        if row is None:
            return json_answer({}, 404)
        row["looks"] += sent.method == "GET"
        if row["looks"] > 1 and self._fault != "stuck":
            row["state"] = "done"
        status = 202 if sent.method == "POST" else 200
        return json_answer({"id": row["id"], "state": row["state"]}, status)

    def _made(self, name: str, sent: Sent) -> Answer:
        body = _read(sent)
        self._last += 1
        wanted = "email" if name == "members" else "title"
        if not isinstance(body.get(wanted), str):
            return json_answer({}, 422)
        if name == "members":
            if any(self._is_taken(body["email"], each["email"]) for each in self._members.values()):
                return json_answer({}, 409)
            self._members[self._last] = {"id": self._last, "email": body["email"]}
            return json_answer(self._member(self._members[self._last]), 201)
        if self._is_odd(body):
            return json_answer({}, 422)
        key = self._requests.get(sent.headers.get("Idempotency-Key", ""), self._last)
        if key == self._last or self._fault == "twice":
            key = self._last
            self._cards[key] = {"id": key, "archived": False, **body}
            self._requests[sent.headers.get("Idempotency-Key", "-")] = key
        return json_answer(self._cards[key], 201)

    def _is_taken(self, email: str, other: str) -> bool:
        if self._fault == "taken":
            return False
        return email == other if self._fault == "case" else email.lower() == other.lower()

    def _is_odd(self, body: dict[str, Any]) -> bool:
        if not isinstance(body.get("level", 1), int):
            return True
        return self._fault != "nobody" and body.get("member_id") not in (None, *self._members)

    def _member(self, row: dict[str, Any]) -> dict[str, Any]:
        now = sum(each.get("member_id") == row["id"] for each in self._cards.values())
        row["most"] = max(row.get("most", 0), now)
        count = row["most"] if self._fault == "count" else now
        return {"id": row["id"], "email": row["email"], "card_count": count}

    def _listed(self, name: str, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        if name == "members":
            return [self._member(each) for each in self._members.values()]
        shown = [
            each for each in self._cards.values() if not each["archived"] or self._fault == "listed"
        ]
        if "min_level" in query and self._fault != "level":
            shown = [each for each in shown if each.get("level", 0) >= int(query["min_level"][0])]
        if "fields" in query and self._fault != "fields":
            return [{"id": each["id"], "title": each["title"]} for each in shown]
        return shown

    def _deleted(self, rows: dict[int, dict[str, Any]], key: int) -> Answer:
        del rows[key]
        for each in self._cards.values() if rows is self._members else ():
            if each.get("member_id") == key and self._fault != "dangling":
                del each["member_id"]
        return Answer(204, {}, b"")

    def _on_card(self, key: int, sent: Sent, verb: list[str]) -> Answer:
        card, version = self._cards[key], self._versions.setdefault(key, 1)
        tag = f'"{1 if self._fault == "frozen-tag" else version}"'
        if sent.method in ("GET", "HEAD"):
            return json_answer(card, 200, {"etag": tag})
        if verb == ["restore"] and self._fault == "restore":
            return json_answer({**card, "archived": False})
        if verb:
            self._cards[key] = {**card, "archived": verb == ["archive"]}
            return json_answer(self._cards[key])
        body = _read(sent)
        if sent.headers.get("If-Match", tag) != tag and self._fault != "stale":
            return json_answer({}, 412)
        if self._is_odd(body) or not isinstance(body.get("title"), str):
            return json_answer({}, 422)
        self._cards[key] = {"id": key, "archived": card["archived"], **body}
        self._versions[key] = version + 1
        return json_answer(self._cards[key])


def _read(sent: Sent) -> dict[str, Any]:
    try:
        body = json.loads(sent.content or b"")
    except ValueError:
        return {}
    known = ("email", "title", "level", "member_id")
    return {name: body[name] for name in known if name in body} if isinstance(body, dict) else {}
