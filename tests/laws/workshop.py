"""A small workshop whose document promises in words what laws hold, and which breaks one promise at
a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from time import monotonic as now
from typing import Any
from urllib.parse import parse_qs

from mockserver.exchange import Answer, Sent, json_answer
from mockserver.model.types import Model
from tests.model.compiling import compiled

FAULTS = {
    "count": "counts-follow",
    "edited": "moves-are-kept",
    "stays": "moves-are-kept",
    "reopened": "moves-are-kept",
    "born": "moves-are-kept",
    "again": "same-request-does-it-once",
    "beyond": "used-up-is-refused",
    "step": "done-is-shown",
    "over": "over-is-refused",
    "order": "told-order-is-refused",
    "overlap": "told-order-is-refused",
    "told": "results-are-true",
    "kept": "results-are-true",
    "twice": "links-are-kept",
    "untied": "links-are-kept",
    "left": "deleted-is-not-named",
    "torn": "deleted-is-not-named",
    "edge": "bounds-choose",
    "unasked": "stale-changes-nothing",
    "name": "told-unique-is-refused",
}
"""What a workshop may break, and the law that finds it."""

DOCUMENT = """
components: {schemas: {
  Shop: &shop {type: object, required: [id], properties: {id: {type: integer, readOnly: true},
    name: {type: string, description: "3-20 characters from [a-z0-9_], must be unique."},
    item_count: {type: integer, readOnly: true, description: Number of items of the shop.}}},
  Item: &item {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, title: {type: string, maxLength: 40}}},
  Visit: &visit {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, level: {type: integer},
    shop_id: {type: integer, description: The id of a shop that exists.}}},
  Tag: {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, title: {type: string, maxLength: 40}}},
  Job: &job {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, title: {type: string, maxLength: 40},
    tags: {type: array, items: {type: integer}, readOnly: true},
    start: {type: integer}, end: {type: integer}, uses: {type: integer, readOnly: true},
    status: {type: string, enum: [draft, sent, closed], readOnly: true, description: A new job is a draft.}}}}}
paths:
  /shops:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *shop}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name],
        properties: {name: {type: string, description: "3-20 characters from [a-z0-9_], must be unique."}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *shop}}}, '409': {description: taken}, '422': &odd {description: odd}}
  /shops/{id}:
    parameters: &id [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *shop}}}, '404': &none {description: n}}}
    delete: {description: Deletes the shop and all its visits., responses: {'204': {description: d}, '404': *none}}
  /shops/{id}/items:
    parameters: *id
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *item}}}}, '404': *none}}
    post:
      requestBody: &titled {required: true, content: {application/json: {schema: {type: object, required: [title],
        properties: {title: {type: string, maxLength: 40}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *item}}}, '404': *none}
  /shops/{id}/items/{item_id}:
    parameters: [*idp, {name: item_id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *item}}}, '404': *none}}
    delete: {responses: {'204': {description: d}, '404': *none}}
  /visits:
    get:
      parameters: [{name: min_level, in: query, schema: {type: integer}, description: Only visits of this level or more.}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *visit}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [shop_id],
        properties: {level: {type: integer}, shop_id: {type: integer, description: The id of a shop that exists.}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *visit}}}, '422': *odd}
  /visits/{id}:
    parameters: *id
    get: {responses: {'200': {description: d, content: {application/json: {schema: *visit}}}, '404': *none}}
  /tags:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Tag'}}}}}}}
    post: {requestBody: *titled, responses: {'201': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Tag'}}}}}}
  /tags/{id}:
    parameters: *id
    get: {responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Tag'}}}}, '404': *none}}
    delete: {description: A tag that has jobs cannot be deleted., responses: {'204': {description: d}, '404': *none, '409': {description: It has jobs.}}}
  /jobs:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *job}}}}}}
    post:
      description: Plans a job.
      requestBody: {required: true, content: {application/json: {schema: &plan {type: object, required: [title, start, end],
        properties: {title: {type: string, maxLength: 40}, start: {type: integer, minimum: 0, description: Must be before end.},
        end: {type: integer, minimum: 0}, tag_id: {type: integer, description: The id of a tag that exists.},
        ttl: {type: integer, minimum: 1, description: Seconds until it expires.}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *job}}}, '409': {description: It overlaps another one.}, '422': *odd}
  /jobs/batch:
    post:
      description: Plans many jobs; each has a result of its own.
      requestBody: {required: true, content: {application/json: {schema: {type: array, items: *plan}}}}
      responses: {'207': {description: d, content: {application/json: {schema: {type: array, items: {type: object,
        properties: {status: {type: integer}, item: *job}}}}}}}
  /jobs/{id}:
    parameters: *id
    get: {responses: {'200': &one {description: d, headers: {ETag: {schema: {type: string}}},
      content: {application/json: {schema: *job}}}, '404': *none}}
    patch:
      description: Only drafts can be changed.
      parameters: [{name: If-Match, in: header, schema: {type: string}}]
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {title: {type: string, maxLength: 40}}}}}}
      responses: {'200': *one, '404': *none, '409': {description: The job is not a draft.}, '412': {description: s}, '428': {description: p}}
  /jobs/{id}/send: {parameters: *id, post: {description: Sends a draft., responses: {'200': *one, '404': *none, '409': {description: The job is not a draft.}}}}
  /jobs/{id}/close: {parameters: *id, post: {description: Closes a sent job., responses: {'200': *one, '404': *none, '409': {description: The job is not sent.}}}}
  /jobs/{id}/use:
    parameters: *id
    post:
      description: Uses the job; uses goes down by one.
      parameters: [{name: Idempotency-Key, in: header, schema: {type: string}}]
      responses: {'200': *one, '404': *none, '409': {description: It is used up.}, '410': {description: It is expired.}}
  /jobs/{id}/tags:
    parameters: *id
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Tag'}}}}}, '404': *none}}
  /jobs/{id}/tags/{tag_id}:
    parameters: [*idp, {name: tag_id, in: path, required: true, schema: {type: integer}}]
    put: {responses: {'204': {description: d}, '404': *none}}
    delete: {responses: {'204': {description: d}, '404': *none}}
"""


def workshop() -> Model:
    """Return the model of the workshop."""
    one = "&idp {name: id, in: path, required: true, schema: {type: integer}}"
    first = "&id [{name: id, in: path, required: true, schema: {type: integer}}]"
    return compiled(DOCUMENT.replace(first, f"&id [{one}]"))


class Workshop:
    """Answers calls, with one fault or none."""

    def __init__(self, fault: str = "") -> None:
        self._fault = fault
        self._rows: dict[str, dict[int, dict[str, Any]]] = {}
        self._ties: dict[int, list[int]] = {}
        self._keys: set[tuple[int, str]] = set()
        self._most: dict[int, int] = {}
        self._last = 0

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        path, _, query = sent.target.partition("?")
        steps = path.strip("/").split("/")
        rows = self._rows.setdefault(steps[0], {})
        body = _read(sent)
        if len(steps) == 1:
            return self._on_list(steps[0], sent.method, body, parse_qs(query))
        if steps[1] == "batch":
            return json_answer([*map(self._planned, body)], 207) if isinstance(body, list) else ODD
        key = int(steps[1]) if steps[1].isdigit() else 0
        if key not in rows:
            return json_answer({}, 404)
        if len(steps) > 2:
            act: Callable[..., Answer] = self._on_items if steps[0] == "shops" else self._on_job
            return act(sent, key, steps[2:], body)
        if sent.method == "DELETE":
            return self._deleted(steps[0], key)
        if sent.method == "PATCH":
            return self._changed(key, sent, body)
        return self._told(steps[0], key)

    def _on_list(self, name: str, method: str, body: Any, query: dict[str, list[str]]) -> Answer:
        rows = self._rows[name]
        if method == "POST":
            status, row = self._made(name, body)
            return json_answer(row, status)
        least = int(query.get("min_level", ["-1000000"])[0])
        least += self._fault == "edge" and "min_level" in query
        return json_answer(
            [self._shown(name, row) for row in rows.values() if row.get("level", least) >= least]
        )

    def _made(self, name: str, body: Any) -> tuple[int, dict[str, Any]]:
        rows = self._rows.setdefault(name, {})
        refused = self._refusal(name, body)
        if refused:
            return refused, {}
        self._last += 1
        rows[self._last] = {**body, "id": self._last}
        if name == "jobs":
            first = "sent" if self._fault == "born" else "draft"
            rows[self._last] |= {"status": first, "uses": 2, "version": 1}
            rows[self._last]["until"] = now() + body.get("ttl", 9_999)
        return 201, self._shown(name, rows[self._last])

    def _refusal(self, name: str, body: Any) -> int:
        """Return the status by which a new record is refused, 0 where it is taken."""
        rows = self._rows.setdefault(name, {}).values()
        if not isinstance(body, dict):
            return 422
        if name == "shops":
            text = str(body.get("name"))
            is_good = 3 <= len(text) <= 20 and text.replace("_", "a").isalnum() and text.islower()
            taken = self._fault != "name" and any(each["name"] == text for each in rows)
            return 422 if not is_good else 409 if taken else 0
        if name == "visits":
            is_known = body.get("shop_id") in self._rows.get("shops", {})
            return 0 if is_known and isinstance(body.get("level", 1), int) else 422
        if not isinstance(body.get("title"), str):
            return 422
        return self._clash(body) if name == "jobs" else 0

    def _clash(self, body: dict[str, Any]) -> int:
        start, end = body.get("start"), body.get("end")
        if not isinstance(start, int) or not isinstance(end, int):
            return 422
        if "tag_id" in body and body["tag_id"] not in self._rows.get("tags", {}):
            return 422
        if start >= end and self._fault != "order":
            return 422
        same = [each for each in self._rows["jobs"].values() if each["title"] == body["title"]]
        meets = any(each["start"] < end and start < each["end"] for each in same)
        return 409 if meets and self._fault != "overlap" else 0

    def _planned(self, body: Any) -> dict[str, Any]:
        """Return the result of one of several jobs."""
        status, row = self._made("jobs", body)
        if self._fault == "told" and status == 409:
            return {"status": 201, "item": {"id": self._last + 1000, **body}}
        if self._fault == "kept" and status == 409:
            self._last += 1
            self._rows["jobs"][self._last] = {"id": self._last, "status": "draft", **body}
        return {"status": status, **({"item": row} if status == 201 else {})}

    def _shown(self, name: str, row: dict[str, Any]) -> dict[str, Any]:
        shown = {each: value for each, value in row.items() if each not in HIDDEN}
        if name == "shops":
            items = self._rows.get("items", {}).values()
            now = sum(each["shop"] == row["id"] for each in items)
            most = self._most[row["id"]] = max(now, self._most.get(row["id"], 0))
            shown["item_count"] = most if self._fault == "count" else now
        return shown

    def _told(self, name: str, key: int) -> Answer:
        row = self._rows[name][key]
        headers = {"etag": f'"{row["version"]}"'} if "version" in row else {}
        return json_answer(self._shown(name, row), 200, headers)

    def _deleted(self, name: str, key: int) -> Answer:
        jobs = self._rows.get("jobs", {})
        is_held = name == "tags" and any(each.get("tag_id") == key for each in jobs.values())
        if is_held and self._fault != "torn":
            return json_answer({}, 409)
        del self._rows[name][key]
        for other in ("items", "visits") if name == "shops" else ():
            if other == "visits" and self._fault == "left":
                continue
            rows = self._rows.get(other, {})
            for each in [
                each for each, row in rows.items() if key in (row.get("shop"), row.get("shop_id"))
            ]:
                del rows[each]
        return Answer(204, {}, b"")

    def _changed(self, key: int, sent: Sent, body: Any) -> Answer:
        job = self._rows["jobs"][key]
        tag = sent.headers.get("If-Match")
        if tag is None and self._fault != "unasked":
            return json_answer({}, 428)
        if tag not in (None, "*", f'"{job["version"]}"'):
            return json_answer({}, 412)
        if job["status"] != "draft" and self._fault != "edited":
            return json_answer({}, 409)
        if not isinstance(body, dict) or not isinstance(body.get("title", ""), str):
            return ODD
        job |= {**({"title": body["title"]} if "title" in body else {})}
        job["version"] += 1
        return self._told("jobs", key)

    def _on_items(self, sent: Sent, key: int, steps: list[str], body: Any) -> Answer:
        rows = self._rows.setdefault("items", {})
        own = {each: row for each, row in rows.items() if row["shop"] == key}
        if len(steps) == 1 and sent.method == "POST":
            status, _ = self._made("items", body)
            if status == 201:
                rows[self._last]["shop"] = key
            return json_answer(_item(rows[self._last]), 201) if status == 201 else ODD
        if len(steps) == 1:
            return json_answer([*map(_item, own.values())])
        item = int(steps[1]) if steps[1].isdigit() else 0
        if item not in own:
            return json_answer({}, 404)
        if sent.method == "DELETE":
            del rows[item]
            return Answer(204, {}, b"")
        return json_answer(_item(own[item]))

    def _on_job(self, sent: Sent, key: int, steps: list[str], body: Any) -> Answer:
        job = self._rows["jobs"][key]
        if steps[0] == "tags":
            return self._on_ties(sent, key, steps[1:])
        if steps == ["use"]:
            return self._used(sent, key, job)
        before, after = ("draft", "sent") if steps == ["send"] else ("sent", "closed")
        is_free = self._fault == "reopened" and job["status"] == "closed"
        if job["status"] != before and not is_free:
            return json_answer({}, 409)
        if self._fault != "stays":
            job["status"] = after
        return self._told("jobs", key)

    def _used(self, sent: Sent, key: int, job: dict[str, Any]) -> Answer:
        if now() > job["until"] and self._fault != "over":
            return json_answer({}, 410)
        request = (key, sent.headers.get("Idempotency-Key", ""))
        if request in self._keys and request[1] and self._fault != "again":
            return self._told("jobs", key)
        if job["uses"] <= 0 and self._fault != "beyond":
            return json_answer({}, 409)
        self._keys.add(request)
        job["uses"] = max(0, job["uses"] - (2 if self._fault == "step" else 1))
        return self._told("jobs", key)

    def _on_ties(self, sent: Sent, key: int, steps: list[str]) -> Answer:
        tags, own = self._rows.setdefault("tags", {}), self._ties.setdefault(key, [])
        if not steps:
            return json_answer([tags[each] for each in own if each in tags])
        tag = int(steps[0]) if steps[0].isdigit() else 0
        if tag not in (tags if sent.method == "PUT" else own):
            return json_answer({}, 404)
        if sent.method == "DELETE" and self._fault != "untied":
            own[:] = [each for each in own if each != tag]
        if sent.method == "PUT" and (tag not in own or self._fault == "twice"):
            own.append(tag)
        return Answer(204, {}, b"")


HIDDEN = ("version", "until")
ODD = json_answer({}, 422)


def _item(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "title": row["title"]}


def _read(sent: Sent) -> Any:
    try:
        return json.loads(sent.content or b"{}")
    except ValueError:
        return None
