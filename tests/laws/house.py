"""A house with settings and, in each room, a thermostat: records that are the only ones of their
paths. It breaks one promise where it is told to.
"""

from __future__ import annotations

import json
from typing import Any

from mockserver.exchange import Answer, Sent, json_answer
from mockserver.model.types import Model
from tests.model.compiling import compiled

FAULTS = {
    "lost": "one-record-is-kept",
    "reset": "one-record-is-kept",
    "kept": "one-record-is-kept",
    "shallow": "one-record-is-kept",
    "shouted": "one-record-is-kept",
    "frozen": "one-record-is-kept",
    "half": "one-record-stays-when-refused",
}
"""What a house may break, and the law that finds it."""

DOCUMENT = """
components: {schemas: {
  Light: &light {type: object, properties: {on: {type: boolean, default: true}, level: {type: integer, minimum: 1, maximum: 9}}},
  Settings: &settings {type: object, properties: {
    language: {type: string, enum: [de, en, fr], default: en}, size: {type: integer, minimum: 1, maximum: 99, default: 20},
    code: {type: string, maxLength: 12, description: "Kept in lower case."},
    motto: {type: string, nullable: true, maxLength: 40, description: Removed when the language changes.},
    light: *light, changed_at: {type: integer, readOnly: true}}},
  Heat: &heat {type: object, required: [target], properties: {target: {type: integer, minimum: 5, maximum: 30}}},
  Room: &room {type: object, required: [id, name], properties: {id: {type: integer, readOnly: true}, name: {type: string}}}}}
paths:
  /settings:
    get: &get {responses: {'200': &one {description: d, content: {application/json: {schema: *settings}}}}}
    put: {requestBody: {required: true, content: {application/json: {schema: *settings}}}, responses: {'200': *one, '422': {description: odd}}}
    patch:
      description: Changes what is sent, also inside of light.
      requestBody: {required: true, content: {application/json: {schema: *settings}}}
      responses: {'200': *one, '422': {description: odd}}
  /rooms:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *room}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string, maxLength: 30}}}}}}
      responses: {'201': &made {description: d, content: {application/json: {schema: *room}}}, '422': {description: odd}}
  /rooms/{id}:
    parameters: &id [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *made, '404': {description: n}}}
  /rooms/{id}/thermostat:
    parameters: *id
    get: {responses: {'200': &heated {description: d, content: {application/json: {schema: *heat}}}, '404': {description: n}}}
    put: {requestBody: {required: true, content: {application/json: {schema: *heat}}}, responses: {'200': *heated, '404': {description: n}, '422': {description: odd}}}
"""
USUAL: dict[str, Any] = {
    "language": "en",
    "size": 20,
    "code": "",
    "motto": None,
    "light": {"on": True, "level": 5},
}


def house() -> Model:
    """Return the model of the house."""
    return compiled(DOCUMENT)


class House:
    """Answers calls, with one fault or none."""

    def __init__(self, fault: str = "") -> None:
        self._fault = fault
        self._settings = {**USUAL, "changed_at": 0}
        self._rooms: dict[int, dict[str, Any]] = {}
        self._heat: dict[int, int] = {}

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        steps = sent.raw_path.strip("/").split("/")
        if steps == ["settings"]:
            return self._on_settings(sent)
        if len(steps) == 1:
            return self._on_rooms(sent)
        key = int(steps[1]) if steps[1].isdigit() else 0
        if key not in self._rooms:
            return json_answer({}, 404)
        if len(steps) == 2:
            return json_answer(self._rooms[key])
        if sent.method == "PUT":
            target = _read(sent).get("target")
            if not _is_number(target, 5, 30):
                return json_answer({}, 422)
            self._heat[key] = 20 if self._fault == "frozen" else target
        return json_answer({"target": self._heat[key]})

    def _on_rooms(self, sent: Sent) -> Answer:
        if sent.method != "POST":
            return json_answer([*self._rooms.values()])
        name = _read(sent).get("name")
        if not isinstance(name, str):
            return json_answer({}, 422)
        key = len(self._rooms) + 1
        self._rooms[key], self._heat[key] = {"id": key, "name": name}, 20
        return json_answer(self._rooms[key], 201)

    def _on_settings(self, sent: Sent) -> Answer:
        if sent.method in ("GET", "HEAD"):
            return json_answer(self._settings)
        body = {name: value for name, value in _read(sent).items() if name in USUAL}
        begun = dict(USUAL) if sent.method == "PUT" else dict(self._settings)
        if sent.method == "PUT" and self._fault == "kept":
            begun = dict(self._settings)
        if sent.method == "PATCH" and self._fault == "reset":
            begun = {**USUAL, "motto": self._settings["motto"]}
        if not _is_right(body):
            if self._fault == "half" and "size" in body and _is_number(body["size"], 1, 99):
                self._settings["size"] = body["size"]
            return json_answer({}, 422)
        light = {} if self._fault == "shallow" else begun["light"]
        made = {**begun, **body}
        made["light"] = {"on": True, "level": 5, **light, **body.get("light", {})}
        shouts = self._fault == "shouted"
        made["code"] = "x" if shouts and made["code"] else made["code"].lower()
        if made["language"] != self._settings["language"] and "motto" not in body:
            made["motto"] = None
        made["changed_at"] = self._settings["changed_at"] + 1
        if self._fault != "lost":
            self._settings = made
        return json_answer(made)


def _is_right(body: dict[str, Any]) -> bool:
    light = body.get("light", {})
    return (
        body.get("language", "en") in ("de", "en", "fr")
        and _is_number(body.get("size", 1), 1, 99)
        and _is_text(body.get("code", ""), 12)
        and (body.get("motto") is None or _is_text(body["motto"], 40))
        and isinstance(light, dict)
        and isinstance(light.get("on", True), bool)
        and _is_number(light.get("level", 1), 1, 9)
    )


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most


def _is_number(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _read(sent: Sent) -> dict[str, Any]:
    try:
        body = json.loads(sent.content or b"")
    except ValueError:
        return {"size": "odd"}
    return body if isinstance(body, dict) else {"size": "odd"}
