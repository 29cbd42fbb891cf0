"""Decode and check the parameters of an operation by a plan that is made once (OpenAPI 3.0.3,
Parameter Object).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mockserver.asgi.jsontext import loads
from mockserver.asgi.styles import Shape, Style, Texts, deep_steps
from mockserver.asgi.violations import find_violations
from mockserver.call import Violation
from mockserver.model.declared import is_json, properties, resolved, type_of
from mockserver.model.schemas import Direction, SchemaCompiler, Validator

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

    def decode(self, texts: Sequence[str]) -> Any:
        """Return the value that the texts spell; what cannot be decoded stays text and fails
        validation.
        """
        return _json(texts[-1]) if self.json else self.style.read(self.shape, self.name, texts)

    def find(self, texts: Texts) -> Sequence[str] | Mapping[str, Any] | None:
        """Return the texts under the parameter's name, or its value when that is spread over
        several names.
        """
        if self.spread:
            return self.style.gather(self.shape, self.name, texts)
        return texts.get(self.name)

    @property
    def spread(self) -> bool:
        return not self.json and self.style.is_spread(self.shape)

    def takes(self, name: str) -> bool:
        """Tell whether something sent under a name belongs to this parameter."""
        if not self.spread:
            return name == self.name
        is_field = self.style.name == "form" and name in (self.shape.fields or ())
        return is_field or bool(deep_steps(self.name, name))


class ParameterPlan:
    """The parameters of one operation, by place."""

    def __init__(
        self,
        spec: Mapping[str, Any],
        declared: Sequence[Mapping[str, Any]],
        schemas: SchemaCompiler,
    ) -> None:
        made = [_parameter(spec, each, schemas) for each in declared if _is_readable(each)]
        self.by_place = {place: [each for each in made if each.place == place] for place in _PLACES}
        self.query_names = frozenset(each.name for each in self.by_place["query"])

    def takes(self, name: str) -> bool:
        """Tell whether some query parameter goes by a name."""
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
            given = parameter.find(texts)
            if not given:
                if parameter.required:
                    text = f"{parameter.name} is required"
                    violations.append(Violation(place, (parameter.name,), "required", text))
                elif parameter.has_default:
                    values[parameter.name] = parameter.default
                continue
            value = given if isinstance(given, Mapping) else parameter.decode(given)
            values[parameter.name] = value
            wrong = find_violations(parameter.validator, value, place, (parameter.name,))
            if not wrong and place == "path" and list(given) == [""]:
                wrong = [
                    Violation(place, (parameter.name,), "required", f"{parameter.name} is empty")
                ]
            violations += wrong
        return values, violations


_PLACES = ("path", "query", "header", "cookie")


def _is_readable(declared: Mapping[str, Any]) -> bool:
    if declared.get("in") not in _PLACES or not isinstance(declared.get("name"), str):
        return False
    return not (declared["in"] == "header" and declared["name"].lower() in _IGNORED_HEADERS)


def _parameter(
    spec: Mapping[str, Any], declared: Mapping[str, Any], schemas: SchemaCompiler
) -> Parameter:
    place = declared["in"]
    content = next(iter((declared.get("content") or {}).items()), None)
    schema = content[1].get("schema", {}) if content else declared.get("schema", {})
    plain = resolved(spec, schema)
    style = declared.get("style") or ("form" if place in ("query", "cookie") else "simple")
    explode = declared.get("explode", style == "form") is True
    return Parameter(
        name=declared["name"].lower() if place == "header" else declared["name"],
        place=place,
        required=declared.get("required") is True or place == "path",
        shape=shape_of(spec, schema),
        style=Style(style, explode),
        json=content is not None and is_json(content[0]),
        default=plain.get("default"),
        has_default="default" in plain,
        validator=schemas.compile(schema, Direction.REQUEST),
    )


def shape_of(spec: Mapping[str, Any], schema: Any, depth: int = 0) -> Shape:
    """Return what a text may spell by a schema, down to the properties of the objects inside it."""
    plain = resolved(spec, schema)
    kind = _kind(spec, plain)
    shape = Shape(
        kind,
        nullable=_may_be_null(spec, plain)
        and not (kind == "string" and _takes_null_as_text(plain)),
    )
    if depth > 4:
        return shape
    if kind == "array":
        return replace(shape, items=shape_of(spec, plain.get("items"), depth + 1))
    if kind == "object":
        fields = {
            name: shape_of(spec, child, depth + 1)
            for name, child in properties(spec, plain).items()
        }
        return replace(shape, fields=fields)
    return shape


def _takes_null_as_text(schema: Mapping[str, Any]) -> bool:
    """Tell whether the text `null` is one of those that belong here."""
    words = schema.get("enum")
    return not isinstance(words, list) or "null" in words


def _may_be_null(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> bool:
    choices = [
        resolved(spec, each) for word in ("oneOf", "anyOf") for each in schema.get(word) or ()
    ]
    return any(each.get("nullable") is True for each in (schema, *choices))


def _kind(spec: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> str | None:
    """Return the type of a schema, looking into its choices for the one that a text can spell."""
    declared = type_of(schema)
    if declared is not None or depth > 8:
        return declared
    choices = [choice for word in ("allOf", "oneOf", "anyOf") for choice in schema.get(word) or ()]
    kinds = [_kind(spec, resolved(spec, choice), depth + 1) for choice in choices]
    known = [kind for kind in kinds if kind is not None]
    if len(set(known)) <= 1:
        return known[0] if known else None
    return "any"


def _json(text: str) -> Any:
    try:
        return loads(text)
    except ValueError:
        return text
