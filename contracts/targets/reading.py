"""Read a request as its document would: a request in, the operation that it calls and the typed
values in it out.

It does not use the mock's edge: two readings of one document must agree, or one of the two is
wrong. What is not plainly right (a parameter that nobody declared, a body of another media type) is
told in `faults`, for then nobody but the server can know what it means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote

from contracts.openapi import (
    Spec,
    is_json,
    json_content,
    operation_at,
    parameters,
    resolved,
    type_of,
)
from contracts.targets.promises import heard
from contracts.targets.target import Sent
from mockserver.lookup import MISSING
from mockserver.model.schema.schemas import Direction, SchemaCompiler, Validator
from mockserver.model.types import Model, Operation

_NAME = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a request says. `operation` is None where the document has none; `faults` tell what is
    odd about it.
    """

    operation: Operation | None
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = MISSING
    faults: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str | None:
        return self.operation.label if self.operation else None


class Readings:
    """Reads requests to one server by one document."""

    def __init__(self, model: Model, base: str) -> None:
        """Take an API and the path before its operations' paths, without variables."""
        self._spec = model.document.spec
        self._base = base.rstrip("/")
        routes = [(_pattern(each.path), each) for each in model.operations]
        self._routes = sorted(routes, key=lambda route: _generality(route[1].path))
        self._compiler = SchemaCompiler(self._spec)
        self._validators: dict[int, Validator] = {}
        self._latest: tuple[Sent, Reading] | None = None

    def read(self, sent: Sent) -> Reading:
        """Return what a request says; who guards a call and who judges it ask for the same."""
        latest = self._latest
        if latest is None or latest[0] is not sent:
            latest = self._latest = (sent, self._read(sent))
        return latest[1]

    def _read(self, sent: Sent) -> Reading:
        target, _, asked = sent.target.partition("?")
        found = self._route(sent.method, target)
        if found is None:
            return Reading(None, faults=("no such operation",))
        operation, texts = found
        declared = parameters(self._spec, operation.path, operation.method)
        path, wrong = self._typed(declared, "path", texts)
        reading = self.read_beside(operation, asked, sent)
        headers = heard(operation, sent.headers)
        return replace(reading, path=path, faults=(*wrong, *reading.faults), headers=headers)

    def read_beside(self, operation: Operation, asked: str, sent: Sent) -> Reading:
        """Return what the query and the body of a request say, whatever its path."""
        declared = parameters(self._spec, operation.path, operation.method)
        query, wrong_query = self._typed(declared, "query", _asked(declared, asked))
        body, wrong_body = self._body(operation, sent)
        return Reading(operation, {}, query, body, (*wrong_query, *wrong_body))

    def _route(self, method: str, target: str) -> tuple[Operation, dict[str, str]] | None:
        if not target.startswith(self._base):
            return None
        rest = target[len(self._base) :]
        for pattern, operation in self._routes:
            if operation.method == method and (match := pattern.fullmatch(rest)):
                names = _NAME.findall(operation.path)
                return operation, dict(zip(names, map(unquote, match.groups()), strict=True))
        return None

    def _typed(
        self, declared: list[Mapping[str, Any]], place: str, texts: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        """Return the values of parameters by the types of their schemas, and what is wrong with
        them.
        """
        here = {str(each["name"]): each for each in declared if each.get("in") == place}
        values: dict[str, Any] = {}
        faults = [f"{name} is no parameter" for name in texts if name not in here]
        for name, parameter in here.items():
            if name not in texts:
                faults += [f"{name} is missing"] if parameter.get("required") is True else []
                continue
            schema = resolved(self._spec, parameter.get("schema"))
            value = _value(self._spec, schema, texts[name])
            if value is MISSING or not self._is_valid(parameter.get("schema"), value):
                faults.append(f"{name} is wrong")
            else:
                values[name] = value
        return values, faults

    def _body(self, operation: Operation, sent: Sent) -> tuple[Any, list[str]]:
        declared = operation_at(self._spec, operation.path, operation.method).get("requestBody")
        if declared is None:
            return MISSING, [] if not sent.content else ["a body is sent where none is declared"]
        if not sent.content:
            return MISSING, ["the body is missing"] if declared.get("required") is True else []
        named = {name.lower(): value for name, value in sent.headers.items()}.get(
            "content-type", ""
        )
        content = json_content(declared.get("content"))
        if content is None or not is_json(named) or "charset" in named.lower():
            return MISSING, [f"the body is {named or 'of no media type'}"]
        try:
            value = json.loads(sent.content)
        except (ValueError, RecursionError):
            return MISSING, ["the body is no JSON"]
        return value, [] if self._is_valid(content[1].get("schema"), value) else [
            "the body breaks its schema"
        ]

    def _is_valid(self, schema: Any, value: Any) -> bool:
        """Tell whether a value keeps a schema of the document (each is compiled once, and lives as
        long as it).
        """
        validator = self._validators.get(id(schema))
        if validator is None:
            validator = self._validators[id(schema)] = self._compiler.compile(
                schema, Direction.REQUEST
            )
        return bool(validator.is_valid(value))


def _pattern(path: str) -> re.Pattern[str]:
    pieces = [re.escape(piece) for piece in _NAME.sub("\0", path).split("\0")]
    return re.compile("([^/]+)".join(pieces))


def _generality(path: str) -> list[tuple[bool, str]]:
    """Return what sorts literal segments before parameters."""
    return [("{" in segment, segment) for segment in path.split("/")]


def _asked(declared: list[Mapping[str, Any]], query: str) -> dict[str, Any]:
    """Return the query by name: a text, or a list of texts where the schema is an array's or a name
    comes twice.
    """
    found: dict[str, Any] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        found[name] = [*_as_list(found[name]), text] if name in found else text
    for each in declared:
        name = str(each["name"])
        if (
            each.get("in") == "query"
            and name in found
            and type_of(each.get("schema") or {}) == "array"
        ):
            joined = each.get("explode") is False and isinstance(found[name], str)
            found[name] = found[name].split(",") if joined else _as_list(found[name])
    return found


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _value(spec: Spec, schema: Mapping[str, Any], text: Any) -> Any:
    """Return the value that a text means for a schema, MISSING when it means none."""
    kind = type_of(schema)
    if isinstance(text, list):
        items = resolved(spec, schema.get("items"))
        found = [_value(spec, items, each) for each in text]
        return MISSING if kind != "array" or any(each is MISSING for each in found) else found
    if kind == "integer":
        return int(text) if re.fullmatch(r"-?\d+", text) else MISSING
    if kind == "number":
        return float(text) if re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", text) else MISSING
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, MISSING)
    return MISSING if kind in ("object", "array") else text
