"""A wardrobe of boxes in a row, one inside another: its document promises numbers without gaps, no
circles, locks that nobody sees, and no more than so many of one color. It breaks one promise where
it is told to.
"""

from __future__ import annotations

import json
from typing import Any

from mockserver.exchange import Answer, Sent, json_answer
from mockserver.model.types import Model
from tests.model.compiling import compiled

FAULTS = {
    "gap": "positions-are-kept",
    "end": "positions-are-kept",
    "double": "positions-are-kept",
    "orphan": "trees-are-kept",
    "circle": "trees-are-kept",
    "seen": "secrets-are-not-shown",
    "fourth": "one-more-is-refused",
    "reopened": "moves-are-kept",
    "indexed": "filters-choose",
    "outdated": "stale-changes-nothing",
    "frozen": "stale-changes-nothing",
    "short": "sent-is-read",
    "failing": "sent-is-read",
}
"""What a wardrobe may break, and the law that finds it."""

DOCUMENT = """
components: {schemas: {
  Sent: &sent {type: object, properties: {
    color: {type: string, minLength: 4, maxLength: 30, description: There are at most 3 boxes of a color.},
    note: {type: string, maxLength: 1200}, parent_id: {type: integer, nullable: true}, lock: {type: string, writeOnly: true, minLength: 4, maxLength: 9},
    rank: {type: integer, minimum: 0, maximum: 99, description: "Zero-based; the others make room."}}},
  Box: &box {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, color: {type: string},
    parent_id: {type: integer, nullable: true}, rank: {type: integer}, version: {type: integer, readOnly: true, description: Goes up with each change.},
    note: {type: string}, state: {type: string, enum: [open, shut], readOnly: true, description: A new box is open.}}}}}
paths:
  /boxes:
    get:
      parameters: [{name: state, in: query, schema: {type: string, enum: [open, shut]}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *box}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {allOf: [*sent], required: [color]}}}}
      responses: {'201': &one {description: d, content: {application/json: {schema: *box}}}, '403': {description: No more of them.}, '422': &odd {description: odd}}
  /boxes/{id}:
    parameters: &id [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one, '404': &none {description: n}}}
    patch:
      requestBody: {required: true, content: {application/json: {schema: {allOf: [*sent, {type: object, properties: {
        version: {type: integer, description: The version that was read; 409 where the box has another one by now.}}}]}}}}
      responses: {'200': *one, '404': *none, '409': {description: A box cannot be inside itself or one of its descendants.}, '422': *odd}
    delete: {description: Throws the box away with all that is inside., responses: {'204': {description: d}, '404': *none}}
  /boxes/{id}/shut: {parameters: *id, post: {description: Shuts an open box; 409 otherwise., responses: {'200': *one, '404': *none, '409': {description: refused}}}}
"""


def wardrobe() -> Model:
    """Return the model of the wardrobe."""
    return compiled(DOCUMENT)


class Wardrobe:
    """Answers calls, with one fault or none."""

    def __init__(self, fault: str = "") -> None:
        self._fault = fault
        self._rows: list[dict[str, Any]] = []
        self._last = 0

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        steps = sent.raw_path.strip("/").split("/")
        if len(steps) == 1:
            return self._made(sent) if sent.method == "POST" else self._listed(sent)
        row = next((each for each in self._rows if str(each["id"]) == steps[1]), None)
        if row is None:
            return json_answer({}, 404)
        if steps[2:] == ["shut"]:
            if row["state"] != "open" and self._fault != "reopened":
                return json_answer({}, 409)
            row["state"] = "shut"
        elif sent.method == "DELETE":
            self._thrown(row)
            return Answer(204)
        elif sent.method == "PATCH":
            return self._changed(row, _read(sent))
        return json_answer(self._shown(row))

    def _shown(self, row: dict[str, Any]) -> dict[str, Any]:
        hidden = () if self._fault == "seen" else ("lock",)
        return {name: value for name, value in row.items() if name not in (*hidden, "was")}

    def _listed(self, sent: Sent) -> Answer:
        name = "was" if self._fault == "indexed" else "state"
        wanted = dict(sent.query).get("state")
        rows = [each for each in self._rows if wanted in (None, each[name])]
        return json_answer([self._shown(each) for each in rows])

    def _made(self, sent: Sent) -> Answer:
        body = _read(sent)
        if not self._is_right({"color": 0, **body}):
            return json_answer({}, 422)
        most = 4 if self._fault == "fourth" else 3
        if sum(each["color"] == body["color"] for each in self._rows) >= most:
            return json_answer({}, 403)
        self._last += 1
        body.pop("version", None)
        if self._fault == "failing" and len(body.get("note", "")) > 1000:
            return json_answer({}, 500)
        if self._fault == "short" and "note" in body:
            body["note"] = body["note"][:255]
        row = {
            "id": self._last,
            "parent_id": None,
            **body,
            "state": "open",
            "was": "open",
            "version": 1,
        }
        self._put(row, body.get("rank"))
        return json_answer(self._shown(row), 201)

    def _put(self, row: dict[str, Any], rank: int | None) -> None:
        at = len(self._rows) if rank is None or self._fault == "end" else rank
        self._rows.insert(at, row)
        self._number()

    def _number(self) -> None:
        for rank, row in enumerate(self._rows):
            row["rank"] = rank

    def _changed(self, row: dict[str, Any], body: dict[str, Any]) -> Answer:
        if not self._is_right(body):
            return json_answer({}, 422)
        above = body.get("parent_id")
        while above is not None and self._fault != "circle":
            if above == row["id"]:
                return json_answer({}, 409)
            above = next(each for each in self._rows if each["id"] == above)["parent_id"]
        version = body.pop("version", row["version"])
        if version != row["version"] and self._fault != "outdated":
            return json_answer({}, 409)
        rank = body.pop("rank", None)
        row.update(body, version=row["version"] + (self._fault != "frozen"))
        if rank is not None and self._fault == "double":
            row["rank"] = min(rank, len(self._rows) - 1)
        elif rank is not None:
            self._rows.remove(row)
            self._put(row, rank)
        return json_answer(self._shown(row))

    def _thrown(self, row: dict[str, Any]) -> None:
        gone = [row]
        for each in gone:
            inside = [other for other in self._rows if other["parent_id"] == each["id"]]
            gone += inside if self._fault != "orphan" else []
        for each in gone:
            self._rows.remove(each)
        if self._fault != "gap":
            self._number()

    def _is_right(self, body: dict[str, Any]) -> bool:
        rank, above = body.get("rank", 0), body.get("parent_id")
        known = [None, *(each["id"] for each in self._rows)]
        texts = [(body.get("color", "plain"), 30), (body.get("lock", "shut"), 9)]
        if not isinstance(body.get("note", ""), str) or len(body.get("note", "")) > 1200:
            return False
        is_whole = isinstance(rank, int) and not isinstance(rank, bool)
        is_known = above is None or (type(above) is int and above in known)
        return (
            all(isinstance(text, str) and 4 <= len(text) <= most for text, most in texts)
            and is_whole
            and 0 <= rank <= 99
            and is_known
        )


def _read(sent: Sent) -> dict[str, Any]:
    try:
        body = json.loads(sent.content or b"")
    except ValueError:
        return {"color": 0}
    if not isinstance(body, dict):
        return {"color": 0}
    names = ("color", "note", "parent_id", "lock", "rank", "version")
    return {name: value for name, value in body.items() if name in names}
