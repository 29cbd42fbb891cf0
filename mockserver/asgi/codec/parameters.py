"""Decode and check the parameters of an operation by a plan that is made once (OpenAPI 3.0.3,
Parameter Object).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.asgi.codec.styles import Shape, Style, Texts, deep_steps
from mockserver.asgi.refusals.violations import find_violations
from mockserver.call import Violation
from mockserver.jsontext import json_or_text
from mockserver.model.schema.schemas import Direction, Validator
from mockserver.model.types import DescribedParameter, DescribedSchema, is_json
from mockserver.slots import dataclass

DEEPEST = 4
"""Levels of objects and arrays inside each other that a text may spell."""
MOST_PARTS = 8
"""Parts of schemas inside each other that are looked into for a type."""

NUMBER = re.compile(r"\[\d+\]")
"""A number in the name of a parameter."""
_IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""Headers that a document cannot describe as parameters (OpenAPI 3.0.3, Parameter Object)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """How one parameter is read: where it is, what it may spell and in which style, and its
    validator.
    """

    name: str
    place: str
    required: bool
    shape: Shape
    style: Style
    json: bool
    default: Any
    has_default: bool
    validator: Validator
    spread: bool
    """Whether its value is spread over several names."""
    foreign: frozenset[str] = frozenset()
    """The names of other parameters, which are never a part of this one."""

    def decode(self, texts: Sequence[str]) -> Any:
        """Return the value that the texts spell; what cannot be decoded stays text and fails
        validation.
        """
        if self.json:
            return json_or_text(texts[-1])
        return self.style.read(self.shape, self.name, texts)

    def find(self, texts: Texts) -> Mapping[str, Any] | None:
        """Return the value that is spread over several names."""
        if not self.foreign.isdisjoint(texts):
            texts = {name: sent for name, sent in texts.items() if name not in self.foreign}
        return self.style.gather(self.shape, self.name, texts)

    def takes(self, name: str) -> bool:
        """Tell whether something sent under a name belongs to this parameter."""
        if not self.spread:
            return name == self.name
        if name in self.foreign:
            return False
        fields = self.shape.fields or ()
        if self.style.name == "form" and name in fields:
            return True
        return bool(deep_steps(self.name, name))


class ParameterPlan:
    """The parameters of one operation, by place."""

    def __init__(
        self, described: Iterable[DescribedParameter], spared: Collection[str] = ()
    ) -> None:
        """Take the parameters, and names of headers, in small letters, that are not read here."""
        self.by_place: dict[str, list[Parameter]] = {place: [] for place in _PLACES}
        ignored = _IGNORED_HEADERS.union(spared)
        declared = list(described)
        queried = [each for each in declared if each.place == "query"]
        in_query = frozenset(each.name for each in queried)
        for each in declared:
            if each.place == "header" and each.name.lower() in ignored:
                continue
            parameter = _parameter(each)
            if parameter.spread and each.place == "query":
                parameter = replace(parameter, foreign=in_query - {each.name})
            self.by_place[each.place].append(parameter)
        self._numbered: dict[str, Parameter] = {}
        for parameter in self.by_place["query"]:
            if NUMBER.search(parameter.name):
                form = NUMBER.sub("[]", parameter.name)
                self._numbered[form] = parameter

    def takes(self, name: str) -> bool:
        """Tell whether some query parameter goes by a name.

        One that is declared with a number in brackets does so with any other number, too.
        """
        if NUMBER.sub("[]", name) in self._numbered:
            return True
        return any(each.takes(name) for each in self.by_place["query"])

    def decode(
        self, place: str, texts: Mapping[str, Sequence[str]]
    ) -> tuple[dict[str, Any], list[Violation]]:
        """Return the values of the parameters in a place, with defaults, and what is wrong with
        them.
        """
        values: dict[str, Any] = {}
        violations: list[Violation] = []
        for parameter in self.by_place[place]:
            given: Any = texts.get(parameter.name)
            if parameter.spread:
                given = parameter.find(texts)
            if not given:
                if parameter.required:
                    text = f"{parameter.name} is required"
                    violations.append(Violation(place, (parameter.name,), "required", text))
                elif parameter.has_default:
                    values[parameter.name] = parameter.default
                continue
            value = given if parameter.spread else parameter.decode(given)
            values[parameter.name] = value
            wrong = find_violations(parameter.validator, value, place, (parameter.name,))
            is_empty = place == "path" and list(given) == [""]
            if is_empty and not wrong:
                told = f"{parameter.name} is empty"
                empty = Violation(place, (parameter.name,), "required", told)
                wrong = [empty]
            violations += wrong
        if place == "query" and self._numbered:
            self._decode_numbered(texts, values)
        return values, violations

    def _decode_numbered(self, texts: Texts, values: dict[str, Any]) -> None:
        """Add the values of names that are declared with another number.

        A parameter filters[0][value] stands for filters[1][value], too: a document can show the
        first of several alone.
        """
        for name, spelled in texts.items():
            form = NUMBER.sub("[]", name)
            parameter = self._numbered.get(form)
            if parameter is not None and name not in values:
                values[name] = parameter.decode(spelled)


_PLACES = ("path", "query", "header", "cookie")


def _parameter(described: DescribedParameter) -> Parameter:
    schema = described.schema
    name = described.name
    if described.place == "header":
        name = name.lower()
    shape = shape_of(schema)
    style = Style(described.style, described.explode)
    media_type = described.media_type
    as_json = media_type is not None and is_json(media_type)
    return Parameter(
        name=name,
        place=described.place,
        required=described.required,
        shape=shape,
        style=style,
        json=as_json,
        default=schema.plain.get("default"),
        has_default="default" in schema.plain,
        validator=schema.validator(Direction.REQUEST),
        spread=not as_json and style.is_spread(shape),
    )


def shape_of(schema: DescribedSchema, depth: int = 0) -> Shape:
    """Return what a text may spell by a schema, down to the properties of the objects inside it."""
    kind = _kind(schema)
    is_any_text = kind == "string" and _takes_null_as_text(schema)
    shape = Shape(kind, nullable=_may_be_null(schema) and not is_any_text)
    if depth > DEEPEST:
        return shape
    if kind == "array":
        return replace(shape, items=shape_of(schema.items, depth + 1))
    if kind == "object":
        fields = {}
        for name, child in schema.properties.items():
            fields[name] = shape_of(child, depth + 1)
        rest = schema.additional
        others = None if rest is None else shape_of(rest, depth + 1)
        return replace(shape, fields=fields, rest=others)
    return shape


def _takes_null_as_text(schema: DescribedSchema) -> bool:
    """Tell whether the text `null` is one of those that belong here."""
    words = schema.get("enum")
    return not isinstance(words, list) or "null" in words


def _may_be_null(schema: DescribedSchema) -> bool:
    """Tell whether null is valid by the schema, or by one of its alternatives."""
    if schema.plain.get("nullable") is True:
        return True
    for alternative in schema.alternatives:
        if alternative.schema.plain.get("nullable") is True:
            return True
    return False


def _kind(schema: DescribedSchema, depth: int = 0) -> str | None:
    """Return the type of a schema, looking into its parts for the one that a text can spell."""
    declared = schema.own_type
    if declared is not None or depth > MOST_PARTS:
        return declared
    kinds = {_kind(part, depth + 1) for part in schema.parts}
    known = kinds - {None}
    if len(known) > 1:
        return "any"
    return next(iter(known), None)
