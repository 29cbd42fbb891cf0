"""A stall with goods, orders, settings, a log and posters that keeps what its document promises of
records which depend on each other, and breaks one promise where it is told to.
"""

from __future__ import annotations

import json
from typing import Any

from mockserver.exchange import Answer, Sent, json_answer
from mockserver.model.types import Model
from tests.model.compiling import compiled

FAULTS = {
    "untaken": "taken-is-less",
    "unreturned": "taken-is-less",
    "oversold": "taken-is-less",
    "fixed": "told-defaults-follow",
    "unlogged": "done-is-logged",
    "unlogged_delete": "done-is-logged",
    "inactive": "told-state-is-heeded",
    "closed": "told-state-is-heeded",
    "two": "flag-is-of-one",
    "used": "deleted-is-not-named",
}
"""What a stall may break, and the law that finds it."""

DOCUMENT = """
components: {schemas: {
  Good: &good {type: object, required: [id, name, stock, active], properties: {id: {type: integer, readOnly: true},
    name: {type: string}, stock: {type: integer}, active: {type: boolean}}},
  Order: &order {type: object, required: [id, good_id, amount, way, status], properties: {id: {type: integer, readOnly: true},
    good_id: {type: integer}, amount: {type: integer}, way: {type: string, enum: [van, post]},
    status: {type: string, enum: [open, cancelled], readOnly: true}}},
  Board: &board {type: object, required: [id, closed], properties: {id: {type: integer, readOnly: true}, name: {type: string},
    closed: {type: boolean, readOnly: true}}},
  Poster: &poster {type: object, required: [id, pinned], properties: {id: {type: integer, readOnly: true}, name: {type: string},
    pinned: {type: boolean}}}}}
paths:
  /goods:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *good}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name, stock], properties: {
        name: {type: string, maxLength: 20}, stock: {type: integer, minimum: 0, maximum: 60}, active: {type: boolean, default: true}}}}}}
      responses: {'201': &one_good {description: d, content: {application/json: {schema: *good}}}, '422': &odd {description: odd}}
  /goods/{id}:
    parameters: &id [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one_good, '404': &none {description: n}}}
    patch: {requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {
      name: {type: string, maxLength: 20}, active: {type: boolean}}}}}}, responses: {'200': *one_good, '404': *none, '422': *odd}}
    delete: {description: 409 while there are orders of it., responses: {'204': {description: d}, '404': *none, '409': {description: It has orders.}}}
  /orders:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *order}}}}}}
    post:
      description: Takes the amount from the stock of the good.
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [good_id, amount], properties: {
        good_id: {type: integer, description: A good that exists.}, amount: {type: integer, minimum: 1, maximum: 9},
        way: {type: string, enum: [van, post], description: 'Where it is not sent, the usual_way of the settings.'}}}}}}
      responses: {'201': &one_order {description: d, content: {application/json: {schema: *order}}}, '422': *odd,
        '409': {description: 'Not enough in stock, or the good is not active.'}}
  /orders/{id}:
    parameters: *id
    get: {responses: {'200': *one_order, '404': *none}}
  /orders/{id}/cancel:
    parameters: *id
    post: {description: Its amount goes back to the stock., responses: {'200': *one_order, '404': *none, '409': {description: d}}}
  /settings:
    get: {responses: {'200': &set {description: d, content: {application/json: {schema: &settings {type: object,
      properties: {usual_way: {type: string, enum: [van, post]}}}}}}}}
    put: {requestBody: {required: true, content: {application/json: {schema: *settings}}}, responses: {'200': *set, '422': *odd}}
  /audit-log:
    get: {description: 'The log: an entry each time that a good is created, changed or deleted.', responses: {'200': {description: d,
      content: {application/json: {schema: {type: array, items: {type: object, required: [seq, good_id], properties: {seq: {type: integer}, good_id: {type: integer}}}}}}}}}
  /boards:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *board}}}}}}
    post: {requestBody: &named {required: true, content: {application/json: {schema: {type: object, properties: {name: {type: string, maxLength: 20}}}}}},
      responses: {'201': &one_board {description: d, content: {application/json: {schema: *board}}}, '422': *odd}}
  /boards/{id}:
    parameters: *id
    get: {responses: {'200': *one_board, '404': *none}}
  /boards/{id}/close: {parameters: *id, post: {responses: {'200': *one_board, '404': *none}}}
  /boards/{id}/notes:
    parameters: *id
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *board}}}}, '404': *none}}
    post: {requestBody: *named, responses: {'201': *one_board, '404': *none, '422': *odd, '409': {description: The board is closed.}}}
  /posters:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *poster}}}}}}
    post: {requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {name: {type: string, maxLength: 20},
      pinned: {type: boolean, description: One poster at most is pinned.}}}}}},
      responses: {'201': &one_poster {description: d, content: {application/json: {schema: *poster}}}, '422': *odd}}
  /posters/{id}:
    parameters: *id
    get: {responses: {'200': *one_poster, '404': *none}}
"""
KINDS = {
    "goods": {"name": str, "stock": int, "active": bool},
    "orders": {"good_id": int, "amount": int, "way": str},
    "boards": {"name": str},
    "posters": {"name": str, "pinned": bool},
    "notes": {"name": str},
}
FIRST: dict[str, dict[str, Any]] = {
    "goods": {"active": True},
    "boards": {"closed": False},
    "posters": {"pinned": False},
}
Row = dict[str, Any]


def stall() -> Model:
    """Return the model of the stall."""
    return compiled(DOCUMENT)


class Stall:
    """Answers calls, with one fault or none."""

    def __init__(self, fault: str = "") -> None:
        self._fault = fault
        self._rows: dict[str, dict[int, Row]] = {name: {} for name in KINDS}
        self._settings: Row = {"usual_way": "van"}
        self._log: list[Row] = []
        self._last = 0

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        if sent.method == "OPTIONS":
            return Answer(405)
        steps = sent.target.partition("?")[0].strip("/").split("/")
        body = _read(sent)
        if body is None:
            return json_answer({}, 422)
        if steps == ["settings"]:
            return self._set(sent.method, body)
        if steps == ["audit-log"]:
            return json_answer(self._log)
        if len(steps) == 1:
            return self._at(steps[0], sent.method, body)
        key = int(steps[1]) if steps[1].isdigit() else 0
        row = self._rows[steps[0]].get(key)
        if row is None:
            return json_answer({}, 404)
        if len(steps) == 3:
            return self._beyond(row, steps[2], sent.method, body)
        return self._one(steps[0], row, sent.method, body)

    def _set(self, method: str, body: Row) -> Answer:
        if method == "PUT":
            if body.get("usual_way", "van") not in ("van", "post"):
                return json_answer({}, 422)
            self._settings = {"usual_way": "van", **body}
        return json_answer(self._settings)

    def _at(self, name: str, method: str, body: Row) -> Answer:
        rows = self._rows[name]
        if method in ("GET", "HEAD"):
            return json_answer([*rows.values()])
        if not _is_good(name, body):
            return json_answer({}, 422)
        if name == "orders":
            refusal = self._ordered(body)
            if refusal:
                return json_answer({}, refusal)
        self._last += 1
        row = {"id": self._last, **FIRST.get(name, {}), **body}
        if name == "orders":
            usual = "van" if self._fault == "fixed" else self._settings["usual_way"]
            row = {"way": usual, "status": "open", **row}
        if name == "posters" and row["pinned"] and self._fault != "two":
            for other in rows.values():
                other["pinned"] = False
        rows[self._last] = row
        self._note(name, row, self._fault == "unlogged")
        return json_answer(row, 201)

    def _ordered(self, body: Row) -> int:
        """Take what is ordered; return the status of a refusal, 0 where there is none."""
        good = self._rows["goods"].get(body["good_id"])
        if good is None:
            return 422
        if not good["active"] and self._fault != "inactive":
            return 409
        if good["stock"] < body["amount"] and self._fault != "oversold":
            return 409
        if self._fault != "untaken":
            good["stock"] = max(0, good["stock"] - body["amount"])
        return 0

    def _note(self, name: str, row: Row, is_left_out: bool) -> None:
        if name == "goods" and not is_left_out:
            self._log.append({"seq": len(self._log) + 1, "good_id": row["id"]})

    def _one(self, name: str, row: Row, method: str, body: Row) -> Answer:
        if method == "PATCH":
            row.update(body)
            self._note(name, row, False)
        if method == "DELETE":
            named = [each for each in self._rows["orders"].values() if each["good_id"] == row["id"]]
            if named and self._fault != "used":
                return json_answer({}, 409)
            del self._rows[name][row["id"]]
            self._note(name, row, self._fault == "unlogged_delete")
            return Answer(204)
        return json_answer(row)

    def _beyond(self, row: Row, step: str, method: str, body: Row) -> Answer:
        if step == "cancel":
            if row["status"] != "open":
                return json_answer({}, 409)
            row["status"] = "cancelled"
            good = self._rows["goods"].get(row["good_id"])
            if good is not None and self._fault != "unreturned":
                good["stock"] += row["amount"]
            return json_answer(row)
        if step == "close":
            row["closed"] = True
            return json_answer(row)
        notes = self._rows["notes"]
        if method in ("GET", "HEAD"):
            return json_answer([each for each in notes.values() if each["board"] == row["id"]])
        if row["closed"] and self._fault != "closed":
            return json_answer({}, 409)
        self._last += 1
        notes[self._last] = {"id": self._last, "closed": False, "board": row["id"], **body}
        return json_answer(notes[self._last], 201)


def _is_good(name: str, body: Row) -> bool:
    if not all(type(value) is KINDS[name][each] for each, value in body.items()):
        return False
    match name:
        case "goods":
            return "name" in body and 0 <= body.get("stock", -1) <= 60
        case "orders":
            is_way = body.get("way", "van") in ("van", "post")
            return is_way and "good_id" in body and 1 <= body.get("amount", 0) <= 9
    return True


def _read(sent: Sent) -> Row | None:
    """Return the properties that are known of a body, None where it is none."""
    try:
        body = json.loads(sent.content or b"{}")
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    known = {"usual_way"}.union(*KINDS.values())
    return {name: value for name, value in body.items() if name in known}
