"""A hall whose shows are below it and read without it: tickets name a show that has to be opened
first. It keeps what its document promises, and breaks one promise where it is told to.
"""

from __future__ import annotations

import json
from typing import Any

from mockserver.exchange import Answer, Sent, json_answer
from mockserver.model.types import Model
from tests.model.compiling import compiled

FAULTS = {
    "early": "told-state-is-heeded",
    "kept": "taken-is-less",
    "gone": "deleted-is-not-named",
    "currency": "told-defaults-follow",
    "silent": "done-is-logged",
    "late": "filters-choose",
    "thrice": "used-up-is-refused",
    "status": "done-is-shown",
}
"""What a hall may break, and the law that finds it."""

DOCUMENT = """
components: {schemas: {
  Hall: &hall {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, name: {type: string},
    currency: {type: string, enum: [eur, usd]}}},
  Show: &show {type: object, required: [id, state, places], properties: {id: {type: integer, readOnly: true}, name: {type: string},
    places: {type: integer}, currency: {type: string, enum: [eur, usd]},
    state: {type: string, enum: [draft, open, over], readOnly: true}}},
  Ticket: &ticket {type: object, required: [id, show_id], properties: {id: {type: integer, readOnly: true},
    show_id: {type: integer}, moves: {type: integer, readOnly: true}}}}}
paths:
  /halls:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *hall}}}}}}
    post: {requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {name: {type: string, maxLength: 20},
      currency: {type: string, enum: [eur, usd], default: eur}}}}}},
      responses: {'201': &one_hall {description: d, content: {application/json: {schema: *hall}}}, '422': &odd {description: odd}}}
  /halls/{id}:
    parameters: &id [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one_hall, '404': &none {description: n}}}
  /halls/{id}/shows:
    parameters: *id
    post: {requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {
      name: {type: string, maxLength: 20}, places: {type: integer, minimum: 0, maximum: 900},
      currency: {type: string, enum: [eur, usd], description: 'If omitted, that of the hall.'}}}}}},
      responses: {'201': &one_show {description: d, content: {application/json: {schema: *show}}}, '404': *none, '422': *odd}}
  /shows:
    get:
      parameters: [{name: state, in: query, schema: {type: string, enum: [draft, open, over]}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *show}}}}}
  /shows/{id}:
    parameters: *id
    get: {responses: {'200': *one_show, '404': *none}}
    delete: {description: A show for which there are tickets cannot be removed., responses: {'204': {description: d}, '404': *none, '409': {description: d}}}
  /shows/{id}/open: {parameters: *id, post: {description: Opens a draft., responses: {'200': *one_show, '404': *none, '409': {description: It is not a draft.}}}}
  /tickets:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *ticket}}}}}}
    post:
      description: Each ticket reduces the places of its show by one.
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [show_id],
        properties: {show_id: {type: integer, description: Id of an existing show.}}}}}}
      responses: {'201': &one_ticket {description: d, content: {application/json: {schema: *ticket}}}, '422': *odd,
        '409': {description: Tickets are sold only for a show that is open.}}
  /tickets/{id}:
    parameters: *id
    get: {responses: {'200': *one_ticket, '404': *none}}
  /tickets/{id}/move: {parameters: *id, post: {description: A ticket can be moved 2 times., responses: {'200': *one_ticket, '404': *none, '409': {description: d}}}}
  /feed:
    get: {description: 'What happened to shows: an item each time that one is created or removed.', responses: {'200': {description: d,
      content: {application/json: {schema: {type: object, properties: {items: {type: array, items: {type: object, properties: {
      subject_id: {type: integer}}}}}}}}}}}
"""
TEXTS = ("name", "currency")
Row = dict[str, Any]


def hall() -> Model:
    """Return the model of the hall."""
    return compiled(DOCUMENT)


class Hall:
    """Answers calls, with one fault or none."""

    def __init__(self, fault: str = "") -> None:
        self._fault = fault
        self._rows: dict[str, dict[int, Row]] = {"halls": {}, "shows": {}, "tickets": {}}
        self._feed: list[Row] = []
        self._last = 0

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        if sent.method == "OPTIONS":
            return Answer(405)
        path, _, asked = sent.target.partition("?")
        steps = path.strip("/").split("/")
        if steps == ["feed"]:
            return json_answer({"items": self._feed})
        body = _read(sent)
        if body is None:
            return json_answer({}, 422)
        if len(steps) == 1:
            return self._at(steps[0], sent.method, body, asked)
        key = int(steps[1]) if steps[1].isdigit() else 0
        row = self._rows[steps[0]].get(key)
        if row is None:
            return json_answer({}, 404)
        if len(steps) == 3:
            return self._done(row, steps[2], body)
        return self._one(steps[0], row, sent.method)

    def _at(self, name: str, method: str, body: Row, asked: str) -> Answer:
        if method in ("GET", "HEAD"):
            state = asked.partition("state=")[2].partition("&")[0]
            return json_answer([row for row in self._rows[name].values() if self._is(row, state)])
        if name == "halls":
            return self._made(name, {"currency": "eur", **body})
        return self._sold(body)

    def _is(self, row: Row, state: str) -> bool:
        has = "draft" if self._fault == "late" else row.get("state")
        return not state or has == state

    def _made(self, name: str, row: Row) -> Answer:
        self._last += 1
        self._rows[name][self._last] = {"id": self._last, **row}
        return json_answer(self._rows[name][self._last], 201)

    def _sold(self, body: Row) -> Answer:
        show = self._rows["shows"].get(body.get("show_id", 0))
        if show is None:
            return json_answer({}, 422)
        if show["state"] != "open" and self._fault != "early":
            return json_answer({}, 409)
        if self._fault != "kept":
            show["places"] -= 1
        return self._made("tickets", {"moves": 0, "show_id": show["id"]})

    def _done(self, row: Row, step: str, body: Row) -> Answer:
        if step == "shows":
            if "name" not in body:
                return json_answer({}, 422)
            usual = "eur" if self._fault == "currency" else row["currency"]
            answer = self._made("shows", {"places": 9, "currency": usual, **body, "state": "draft"})
            self._feed.append({"subject_id": self._last})
            return answer
        if step == "open":
            if row["state"] != "draft":
                return json_answer({}, 409)
            if self._fault == "status":
                return json_answer({**row, "state": "open"})
            row["state"] = "open"
            return json_answer(row)
        if row["moves"] >= 2 and self._fault != "thrice":
            return json_answer({}, 409)
        row["moves"] += 1
        return json_answer(row)

    def _one(self, name: str, row: Row, method: str) -> Answer:
        if method != "DELETE":
            return json_answer(row)
        sold = [each for each in self._rows["tickets"].values() if each["show_id"] == row["id"]]
        if sold and self._fault != "gone":
            return json_answer({}, 409)
        del self._rows[name][row["id"]]
        if self._fault != "silent":
            self._feed.append({"subject_id": row["id"]})
        return Answer(204)


def _read(sent: Sent) -> Row | None:
    """Return the properties that are known of a body, None where one is wrong."""
    try:
        body = json.loads(sent.content or b"{}")
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    known = {name: body[name] for name in (*TEXTS, "places", "show_id") if name in body}
    for name, value in known.items():
        if not isinstance(value, str if name in TEXTS else int) or isinstance(value, bool):
            return None
    is_currency = known.get("currency", "eur") in ("eur", "usd")
    is_name = len(known.get("name", "")) <= 20
    return known if is_currency and is_name and 0 <= known.get("places", 1) <= 900 else None
