"""A till with carts, rooms and accounts that keeps what its document promises of its numbers and
texts, and breaks one promise where it is told to.
"""

from __future__ import annotations

import json
from typing import Any

from mockserver.exchange import Answer, Sent, json_answer
from mockserver.model.types import Model
from tests.model.compiling import compiled

FAULTS = {
    "frozen": "totals-are-sums",
    "pieces": "totals-are-sums",
    "paid": "totals-are-sums",
    "case": "told-form-is-kept",
    "blanks": "told-form-is-kept",
    "crowded": "one-more-is-refused",
    "many": "one-more-is-refused",
    "overdrawn": "no-more-than-there-is",
}
"""What a till may break, and the law that finds it."""

DOCUMENT = """
components: {schemas: {
  Line: &line {type: object, required: [sku, quantity, price], properties: {sku: {type: string, maxLength: 20},
    quantity: {type: integer, minimum: 1, maximum: 99}, price: {type: number, minimum: 0, maximum: 999}}},
  Cart: &cart {type: object, required: [id, lines, total], properties: {id: {type: integer, readOnly: true},
    code: {type: string}, title: {type: string}, lines: {type: array, items: *line},
    total: {type: number, readOnly: true, description: "Sum of `quantity` times `price` of its lines. Read-only."}}},
  CartIn: &cartin {type: object, required: [lines], properties: {
    code: {type: string, maxLength: 20, description: Kept in lower case.},
    title: {type: string, maxLength: 40, description: Blanks around it are removed.},
    lines: {type: array, minItems: 1, items: *line}}},
  Room: &room {type: object, required: [id, seats], properties: {id: {type: integer, readOnly: true}, seats: {type: integer},
    paid: {type: number, readOnly: true, description: The sum of the amounts of its payments}}},
  Guest: &guest {type: object, required: [id, name], properties: {id: {type: integer, readOnly: true}, name: {type: string, maxLength: 30}}},
  Payment: &payment {type: object, required: [id, amount], properties: {id: {type: integer, readOnly: true},
    amount: {type: number, minimum: 1, maximum: 99}}},
  Account: &account {type: object, required: [id, balance], properties: {id: {type: integer, readOnly: true},
    owner: {type: string, maxLength: 30}, balance: {type: integer, readOnly: true}}}}}
paths:
  /carts:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *cart}}}}}}
    post:
      requestBody: &body {required: true, content: {application/json: {schema: *cartin}}}
      responses: {'201': &one {description: d, content: {application/json: {schema: *cart}}}, '422': &odd {description: odd}}
  /carts/{id}:
    parameters: &id [&idp {name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one, '404': &none {description: n}}}
    put: {requestBody: *body, responses: {'200': *one, '404': *none, '422': *odd}}
  /rooms:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *room}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [seats],
        properties: {seats: {type: integer, minimum: 1, maximum: 50}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *room}}}, '422': *odd}
  /rooms/{id}:
    parameters: *id
    get: {responses: {'200': {description: d, content: {application/json: {schema: *room}}}, '404': *none}}
  /rooms/{id}/guests:
    parameters: *id
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *guest}}}}, '404': *none}}
    post:
      requestBody: &named {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string, maxLength: 30}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *guest}}}, '404': *none, '409': {description: The room is full.}, '422': *odd}
  /rooms/{id}/keys:
    parameters: *id
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *guest}}}}, '404': *none}}
    post:
      description: A room has at most three keys.
      requestBody: *named
      responses: {'201': {description: d, content: {application/json: {schema: *guest}}}, '404': *none, '409': {description: It has them all.}, '422': *odd}
  /rooms/{id}/payments:
    parameters: *id
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *payment}}}}, '404': *none}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [amount], properties: {amount: {type: number, minimum: 1, maximum: 99}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *payment}}}, '404': *none, '422': *odd}
  /rooms/{id}/payments/{payment_id}:
    parameters: [*idp, {name: payment_id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *payment}}}, '404': *none}}
    delete: {responses: {'204': {description: d}, '404': *none}}
  /accounts:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *account}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {owner: {type: string, maxLength: 30}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *account}}}, '422': *odd}
  /accounts/{id}:
    parameters: *id
    get: {responses: {'200': {description: d, content: {application/json: {schema: *account}}}, '404': *none}}
  /accounts/{id}/deposit: {parameters: *id, post: &move {requestBody: &amount {required: true, content: {application/json:
      {schema: {type: object, required: [amount], properties: {amount: {type: integer, minimum: 1}}}}}},
      responses: {'200': {description: d, content: {application/json: {schema: *account}}}, '404': *none, '422': *odd}}}
  /accounts/{id}/withdraw: {parameters: *id, post: {requestBody: *amount, responses: {'200': {description: d, content: {application/json: {schema: *account}}},
      '404': *none, '409': {description: Insufficient funds.}, '422': *odd}}}
"""


def till() -> Model:
    """Return the model of the till."""
    return compiled(DOCUMENT)


class Till:
    """Answers calls, with one fault or none."""

    def __init__(self, fault: str = "") -> None:
        self._fault = fault
        self._rows: dict[str, dict[int, dict[str, Any]]] = {}
        self._last = 0

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        steps = sent.target.partition("?")[0].strip("/").split("/")
        if sent.method == "OPTIONS":
            return Answer(405)
        body = _read(sent)
        if len(steps) == 1:
            return self._at(steps[0], sent.method, body)
        key = int(steps[1]) if steps[1].isdigit() else 0
        row = self._rows.get(steps[0], {}).get(key)
        if row is None:
            return json_answer({}, 404)
        if len(steps) == 2:
            if sent.method == "PUT":
                return self._replaced(row, body)
            return json_answer(self._shown(steps[0], row))
        if steps[0] == "accounts":
            return self._moved(row, steps[2], body)
        return self._below(row, steps[2:], sent.method, body)

    def _at(self, name: str, method: str, body: dict[str, Any]) -> Answer:
        rows = self._rows.setdefault(name, {})
        if method in ("GET", "HEAD"):
            return json_answer([self._shown(name, row) for row in rows.values()])
        if not _is_good(name, body):
            return json_answer({}, 422)
        self._last += 1
        rows[self._last] = {"id": self._last, "below": {}, "balance": 0, **self._kept(body)}
        row = rows[self._last]
        if name == "carts":
            row["total"] = self._total(row)
        return json_answer(self._shown(name, row), 201)

    def _kept(self, body: dict[str, Any]) -> dict[str, Any]:
        kept = dict(body)
        if "code" in kept and self._fault != "case":
            kept["code"] = kept["code"].lower()
        if "title" in kept and self._fault != "blanks":
            kept["title"] = kept["title"].strip()
        return kept

    def _total(self, row: dict[str, Any]) -> float:
        total = 0.0
        for line in row["lines"]:
            total += line["price"] * (1 if self._fault == "pieces" else line["quantity"])
        return total

    def _replaced(self, row: dict[str, Any], body: dict[str, Any]) -> Answer:
        if not _is_good("carts", body):
            return json_answer({}, 422)
        total = row["total"]
        for name in ("code", "title", "lines"):
            row.pop(name, None)
        row |= self._kept(body)
        row["total"] = total if self._fault == "frozen" else self._total(row)
        return json_answer(self._shown("carts", row))

    def _shown(self, name: str, row: dict[str, Any]) -> dict[str, Any]:
        own = {
            "carts": ("id", "code", "title", "lines", "total"),
            "rooms": ("id", "seats"),
            "accounts": ("id", "owner", "balance"),
        }
        shown = {each: row[each] for each in own[name] if each in row}
        if name == "rooms":
            payments = row["below"].get("payments", {}).values()
            shown["paid"] = len(payments) if self._fault == "paid" else 0
            if self._fault != "paid":
                shown["paid"] = sum(each["amount"] for each in payments)
        return shown

    def _below(
        self, row: dict[str, Any], steps: list[str], method: str, body: dict[str, Any]
    ) -> Answer:
        rows = row["below"].setdefault(steps[0], {})
        if len(steps) == 2:
            key = int(steps[1]) if steps[1].isdigit() else 0
            if key not in rows:
                return json_answer({}, 404)
            found = rows[key]
            if method == "DELETE":
                del rows[key]
                return Answer(204, {}, b"")
            return json_answer(found)
        if method in ("GET", "HEAD"):
            return json_answer([*rows.values()])
        if not _is_good(steps[0], body):
            return json_answer({}, 422)
        room = {"guests": row["seats"], "keys": 3}.get(steps[0], 999)
        slack = {"guests": "crowded", "keys": "many"}.get(steps[0]) == self._fault
        if len(rows) >= room + slack:
            return json_answer({}, 409)
        self._last += 1
        rows[self._last] = {"id": self._last, **body}
        return json_answer(rows[self._last], 201)

    def _moved(self, row: dict[str, Any], verb: str, body: dict[str, Any]) -> Answer:
        amount = body.get("amount")
        if not isinstance(amount, int) or amount < 1:
            return json_answer({}, 422)
        if verb == "deposit":
            row["balance"] += amount
        elif amount > row["balance"] and self._fault != "overdrawn":
            return json_answer({}, 409)
        else:
            row["balance"] -= amount
        return json_answer(self._shown("accounts", row))


def _is_good(name: str, body: dict[str, Any]) -> bool:
    texts = [body[each] for each in ("code", "title", "owner", "name") if each in body]
    if not all(isinstance(each, str) and len(each) <= 50 for each in texts):
        return False
    match name:
        case "carts":
            lines = body.get("lines")
            return isinstance(lines, list) and bool(lines) and all(map(_is_line, lines))
        case "rooms":
            return isinstance(body.get("seats"), int) and 1 <= body["seats"] <= 50
        case "payments":
            return isinstance(body.get("amount"), int | float) and 1 <= body["amount"] <= 99
        case "guests" | "keys":
            return "name" in body
    return True


def _is_line(line: Any) -> bool:
    if not isinstance(line, dict) or not isinstance(line.get("sku"), str):
        return False
    numbers = line.get("quantity"), line.get("price")
    is_numeric = all(isinstance(each, int | float) for each in numbers)
    return is_numeric and line["quantity"] >= 1 and line["price"] >= 0


def _read(sent: Sent) -> dict[str, Any]:
    try:
        body = json.loads(sent.content or b"{}")
    except ValueError:
        return {}
    known = ("code", "title", "lines", "seats", "name", "amount", "owner")
    return {name: body[name] for name in known if name in body} if isinstance(body, dict) else {}
