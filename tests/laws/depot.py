"""A depot of parcels with photos: its document promises in words what goes with what, what comes
back, and which bytes are read. It breaks one promise where it is told to.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from mockserver.exchange import Answer, Sent, json_answer
from mockserver.model.types import Model
from tests.model.compiling import compiled

FAULTS = {
    "uninsured": "conditions-are-kept",
    "worthless": "conditions-are-kept",
    "still-worth": "conditions-are-kept",
    "later-worthless": "conditions-are-kept",
    "not-back": "deleted-comes-back",
    "emptied": "deleted-comes-back",
    "always-back": "deleted-comes-back",
    "unlisted": "deleted-comes-back",
    "off-by-one": "contents-are-kept",
    "beyond": "contents-are-kept",
    "old-size": "contents-are-kept",
    "old-digest": "contents-are-kept",
    "any-digest": "contents-are-kept",
    "other-body": "same-request-makes-one",
    "same-tag": "stale-changes-nothing",
    "too-soon": "told-order-is-refused",
    "first-label": "filters-choose",
}
"""What a depot may break, and the law that finds it."""

DOCUMENT = """
components: {schemas: {
  Sent: &sent {type: object, required: [title], properties: {title: {type: string, minLength: 1, maxLength: 30},
    weight: {type: integer, minimum: 0, maximum: 500},
    insured: {allOf: [{type: boolean}], default: false},
    worth: {type: integer, minimum: 1, maximum: 900,
      description: "Only with insured true (400 otherwise), where it is required; removed when insured becomes false."},
    from_day: {type: string, format: date}, due_day: {type: string, format: date, description: Not earlier than from_day.},
    labels: {type: array, maxItems: 4, items: {type: string, enum: [cold, fragile, heavy]}}}},
  Parcel: &parcel {type: object, required: [id, title], properties: {id: {type: integer, readOnly: true}, title: {type: string},
    weight: {type: integer}, insured: {type: boolean}, worth: {type: integer}, from_day: {type: string, format: date},
    due_day: {type: string, format: date}, labels: {type: array, items: {type: string}},
    trashed_at: {type: integer, nullable: true, readOnly: true}, photo_size: {type: integer, readOnly: true},
    size: {type: integer, readOnly: true}, photo_md5: {type: string, nullable: true, readOnly: true}}}}}
paths:
  /parcels:
    get:
      description: Parcels that are not in the trash.
      parameters:
        - {name: with_trashed, in: query, schema: {type: boolean}}
        - {name: label, in: query, schema: {type: string}, description: Only parcels that have this label.}
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *parcel}}}}}
    post:
      parameters: [{name: Idempotency-Key, in: header, schema: {type: string},
        description: "The same key with a different request is an error (422)."}]
      requestBody: &body {required: true, content: {application/json: {schema: *sent}}}
      responses: {'201': &one {description: d, headers: {ETag: {schema: {type: string}}}, content: {application/json: {schema: *parcel}}},
        '400': &bad {description: odd}, '422': {description: used}}
  /parcels/{id}:
    parameters: &id [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one, '404': &none {description: n}}}
    patch: {requestBody: {required: true, content: {application/json: {schema: {allOf: [*sent], required: []}}}}, responses: {'200': *one, '400': *bad, '404': *none}}
    delete: {description: Puts it into the trash., responses: {'204': {description: d}, '404': *none}}
  /parcels/{id}/undelete: {parameters: *id, post: {responses: {'200': *one, '404': *none, '409': {description: It is not in the trash.}}}}
  /parcels/{id}/photo:
    parameters: *id
    put:
      parameters: [{name: X-MD5, in: header, schema: {type: string}, description: "Must match the body."}]
      requestBody: {required: true, content: {application/octet-stream: {schema: {type: string, format: binary}}}}
      responses: {'204': {description: d}, '400': *bad, '404': *none}
    get:
      responses: {'200': {description: d, content: {application/octet-stream: {schema: {type: string, format: binary}}}},
        '206': {description: part}, '404': *none, '416': {description: beyond}}
"""
NAMES = ("title", "weight", "insured", "worth", "from_day", "due_day", "labels")


def depot() -> Model:
    """Return the model of the depot."""
    document = DOCUMENT.replace(
        "{allOf: [*sent], required: []}",
        "{type: object, properties: {title: {type: string, minLength: 1, maxLength: 30}, "
        "weight: {type: integer, minimum: 0, maximum: 500}, insured: {type: boolean}, "
        "worth: {type: integer, minimum: 1, maximum: 900}, from_day: {type: string, format: date}, "
        "due_day: {type: string, format: date}}}",
    )
    return compiled(document)


class Depot:
    """Answers calls, with one fault or none."""

    def __init__(self, fault: str = "") -> None:
        self._fault = fault
        self._rows: dict[int, dict[str, Any]] = {}
        self._photos: dict[int, bytes] = {}
        self._requests: dict[str, tuple[bytes, int]] = {}

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        steps = sent.raw_path.strip("/").split("/")
        if len(steps) == 1:
            return self._made(sent) if sent.method == "POST" else self._listed(sent)
        key = int(steps[1]) if steps[1].isdigit() else 0
        row = self._rows.get(key)
        if row is None or (row["trashed_at"] and steps[2:] != ["undelete"]):
            return json_answer({}, 404)
        if steps[2:] == ["undelete"]:
            return self._back(row)
        if steps[2:] == ["photo"]:
            return self._on_photo(row, sent)
        if sent.method == "DELETE":
            row["trashed_at"] = 1
            return Answer(204)
        if sent.method == "PATCH":
            return self._changed(row, sent)
        return self._shown(row)

    def _shown(self, row: dict[str, Any], status: int = 200) -> Answer:
        tagged = {
            name: value
            for name, value in row.items()
            if name != "weight" or self._fault != "same-tag"
        }
        tag = hashlib.md5(json.dumps(tagged).encode(), usedforsecurity=False).hexdigest()
        return json_answer(row, status, {"ETag": f'"{tag}"'})

    def _listed(self, sent: Sent) -> Answer:
        asked = parse_qs(sent.raw_query)
        rows = [*self._rows.values()]
        if asked.get("with_trashed") != ["true"] or self._fault == "unlisted":
            rows = [each for each in rows if not each["trashed_at"]]
        for label in asked.get("label", ()):
            most = 1 if self._fault == "first-label" else None
            rows = [each for each in rows if label in each.get("labels", [])[:most]]
        return json_answer(rows)

    def _made(self, sent: Sent) -> Answer:
        name = sent.headers.get("Idempotency-Key", "")
        if name in self._requests:
            content, key = self._requests[name]
            if content != sent.content and self._fault != "other-body":
                return json_answer({}, 422)
            return self._shown(self._rows[key], 201)
        body = _read(sent)
        if not self._is_right({"insured": False, **body}, body):
            return json_answer({}, 400)
        key = len(self._rows) + 1
        told = {"trashed_at": None, "size": 0, "photo_md5": None}
        self._rows[key] = {"id": key, "insured": False, **body, **told}
        if name:
            self._requests[name] = (sent.content, key)
        return self._shown(self._rows[key], 201)

    def _changed(self, row: dict[str, Any], sent: Sent) -> Answer:
        body = _read(sent)
        after = {**row, **body}
        if body.get("insured") is False and "worth" not in body and self._fault != "still-worth":
            after.pop("worth", None)
        loose = self._fault == "still-worth" or (
            self._fault == "later-worthless" and "worth" not in after
        )
        if not self._is_right(after, {"title": "a", **body}, loose):
            return json_answer({}, 400)
        row.clear()
        row.update(after)
        return self._shown(row)

    def _is_right(self, row: dict[str, Any], body: dict[str, Any], loose: bool = False) -> bool:
        forms: dict[str, Callable[[Any], bool]] = {
            "title": lambda value: isinstance(value, str) and 0 < len(value) <= 30,
            "weight": lambda value: _is_number(value, 0, 500),
            "insured": lambda value: isinstance(value, bool),
            "worth": lambda value: _is_number(value, 1, 900),
            "from_day": _is_day,
            "due_day": _is_day,
            "labels": lambda value: isinstance(value, list) and len(value) <= 4,
        }
        if "title" not in body or not all(forms[name](body[name]) for name in body):
            return False
        if self._fault != "too-soon" and row.get("due_day", "9") < row.get("from_day", "0"):
            return False
        if row["insured"] and "worth" not in row:
            return loose or self._fault == "worthless"
        return row["insured"] or "worth" not in row or loose or self._fault == "uninsured"

    def _back(self, row: dict[str, Any]) -> Answer:
        if not row["trashed_at"]:
            return self._shown(row) if self._fault == "always-back" else json_answer({}, 409)
        if self._fault != "not-back":
            row["trashed_at"] = None
        if self._fault == "emptied":
            row.pop("weight", None)
        return json_answer({**row, "trashed_at": None})

    def _on_photo(self, row: dict[str, Any], sent: Sent) -> Answer:
        key = row["id"]
        if sent.method == "PUT":
            digest = hashlib.md5(sent.content, usedforsecurity=False).hexdigest()
            if sent.headers.get("X-MD5", digest) != digest and self._fault != "any-digest":
                return json_answer({}, 400)
            self._photos[key] = sent.content
            if self._fault != "old-size" or not row["size"]:
                row["size"] = len(sent.content)
            if self._fault != "old-digest" or not row["photo_md5"]:
                row["photo_md5"] = digest
            return Answer(204)
        if key not in self._photos:
            return json_answer({}, 404)
        return self._part(self._photos[key], sent)

    def _part(self, content: bytes, sent: Sent) -> Answer:
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", sent.headers.get("Range", ""))
        media = {"Content-Type": "application/octet-stream"}
        if asked is None:
            length = {**media, "Content-Length": str(len(content))}
            return Answer(200, length, b"" if sent.method == "HEAD" else content)
        first = int(asked[1]) if asked[1] else max(0, len(content) - int(asked[2]))
        last = min(int(asked[2]), len(content) - 1) if asked[1] and asked[2] else len(content) - 1
        if first >= len(content):
            return Answer(200, media, content) if self._fault == "beyond" else json_answer({}, 416)
        told = {**media, "Content-Range": f"bytes {first}-{last}/{len(content)}"}
        until = last if self._fault == "off-by-one" else last + 1
        return Answer(206, told, content[first:until])


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None


def _is_number(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _read(sent: Sent) -> dict[str, Any]:
    try:
        body = json.loads(sent.content or b"")
    except ValueError:
        return {"title": 0}
    if not isinstance(body, dict):
        return {"title": 0}
    return {name: value for name, value in body.items() if name in NAMES}
