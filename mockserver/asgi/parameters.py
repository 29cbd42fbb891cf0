"""Decode and check the parameters of an operation by a plan that is made once (OpenAPI 3.0.3, Parameter Object)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.asgi.jsontext import loads
from mockserver.asgi.schemas import Direction, SchemaCompiler, Validator
from mockserver.asgi.violations import find_violations
from mockserver.call import Violation
from mockserver.model.declared import is_json, resolved, type_of

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,300})")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,300})(\.\d{1,300})?([eE][-+]?\d{1,3})?")
_BOOLEANS = {"true": True, "false": False, "True": True, "False": False}
_DELIMITERS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""Headers that a document cannot describe as parameters (OpenAPI 3.0.3, Parameter Object)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """How one parameter is read: where it is, its type, how a list is spelled, and its validator."""

    name: str
    place: str
    required: bool
    type: str | None
    item_type: str | None
    delimiter: str
    deep: bool
    json: bool
    default: Any
    has_default: bool
    validator: Validator

    def decode(self, texts: Sequence[str]) -> Any:
        """Return the value that the texts spell; what cannot be decoded stays text and fails validation."""
        if self.json:
            return _json(texts[-1])
        if self.type == "array":
            parts = [part for text in texts for part in (text.split(self.delimiter) if text else [])]
            return [scalar(part, self.item_type) for part in parts]
        if self.type == "object":
            return _object(texts[-1], self.delimiter)
        return scalar(texts[-1], self.type)


class ParameterPlan:
    """The parameters of one operation, by place."""

    def __init__(self, spec: Mapping[str, Any], declared: Sequence[Mapping[str, Any]], schemas: SchemaCompiler) -> None:
        made = [_parameter(spec, each, schemas) for each in declared if _is_readable(each)]
        self.by_place = {place: [each for each in made if each.place == place] for place in _PLACES}
        self.query_names = frozenset(each.name for each in self.by_place["query"])

    def decode(self, place: str, texts: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], list[Violation]]:
        """Return the values of the parameters in a place, with defaults, and what is wrong with them."""
        values: dict[str, Any] = {}
        violations: list[Violation] = []
        for parameter in self.by_place[place]:
            given = _deep(parameter, texts) if parameter.deep else texts.get(parameter.name)
            if not given and given != {}:
                if parameter.has_default:
                    values[parameter.name] = parameter.default
                elif parameter.required:
                    text = f"{parameter.name} is required"
                    violations.append(Violation(place, (parameter.name,), "required", text))
                continue
            value = given if isinstance(given, Mapping) else parameter.decode(given)
            values[parameter.name] = value
            violations += find_violations(parameter.validator, value, place, (parameter.name,))
        return values, violations


_PLACES = ("path", "query", "header", "cookie")


def _is_readable(declared: Mapping[str, Any]) -> bool:
    if declared.get("in") not in _PLACES or not isinstance(declared.get("name"), str):
        return False
    return not (declared["in"] == "header" and declared["name"].lower() in _IGNORED_HEADERS)


def _parameter(spec: Mapping[str, Any], declared: Mapping[str, Any], schemas: SchemaCompiler) -> Parameter:
    place = declared["in"]
    content = next(iter((declared.get("content") or {}).items()), None)
    schema = content[1].get("schema", {}) if content else declared.get("schema", {})
    plain = resolved(spec, schema)
    style = declared.get("style") or ("form" if place in ("query", "cookie") else "simple")
    return Parameter(
        name=declared["name"].lower() if place == "header" else declared["name"],
        place=place,
        required=declared.get("required") is True or place == "path",
        type=_kind(spec, plain),
        item_type=_kind(spec, resolved(spec, plain.get("items"))),
        delimiter=_DELIMITERS.get(style, ","),
        deep=style == "deepObject",
        json=content is not None and is_json(content[0]),
        default=plain.get("default"),
        has_default="default" in plain,
        validator=schemas.compile(schema, Direction.REQUEST),
    )


def _kind(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> str | None:
    """Return the type of a schema, looking into its choices for the one that a text can spell."""
    declared = type_of(schema)
    if declared is not None:
        return declared
    kinds = [
        _kind(spec, resolved(spec, choice)) for word in ("allOf", "oneOf", "anyOf") for choice in schema.get(word) or ()
    ]
    known = [kind for kind in kinds if kind is not None]
    if len(set(known)) <= 1:
        return known[0] if known else None
    return "any"


def scalar(text: str, kind: str | None) -> Any:
    """Return the value that a text spells in a type; the text itself when it does not."""
    if kind in ("integer", "number", "any") and _INTEGER.fullmatch(text):
        return int(text)
    if kind in ("number", "any") and _NUMBER.fullmatch(text):
        return float(text)
    if kind in ("boolean", "any"):
        return _BOOLEANS.get(text, text)
    return text


def _json(text: str) -> Any:
    try:
        return loads(text)
    except ValueError:
        return text


def _object(text: str, delimiter: str) -> Any:
    parts = text.split(delimiter)
    return dict(zip(parts[::2], parts[1::2], strict=False)) if len(parts) % 2 == 0 else text


def _deep(parameter: Parameter, texts: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """Return the object that `name[a][b]=x` spells, None when no such key was sent."""
    made: dict[str, Any] = {}
    for name, values in texts.items():
        if not name.startswith(f"{parameter.name}["):
            continue
        steps = re.findall(r"\[([^\[\]]*)\]", name)
        place = made
        for step in steps[:-1]:
            inner = place.setdefault(step, {})
            place = inner if isinstance(inner, dict) else place
        if steps:
            place[steps[-1]] = scalar(values[-1], "any")
    return made or None
