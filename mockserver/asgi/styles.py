"""Read the texts of a parameter by its style: strings in, the value they spell out (OpenAPI 3.0.3, Style Values)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DEEPEST = 100
"""Steps into a deepObject that are taken."""
Texts = Mapping[str, Sequence[str]]
"""What was sent: names, each with all its texts in order."""

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,300})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,300})(\.\d{1,300})?([eE][-+]?\d{1,3})?", re.ASCII)
_BOOLEANS = {"true": True, "false": False, "True": True, "False": False}
_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_WHOLE = frozenset({"integer", "number", "boolean"})
"""Types whose texts hold no delimiter, so that a list of them may be split however it was declared."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a text may spell: a type, that of the items of an array, and those of the properties of an object."""

    type: str | None = None
    items: Shape | None = None
    fields: Mapping[str, Shape] | None = None

    def field(self, name: str) -> Shape:
        """Return the shape of a property; one that is not declared may be anything."""
        return (self.fields or {}).get(name, ANY)


ANY = Shape("any")


@dataclass(frozen=True, slots=True)
class Style:
    """How a parameter is spelled: the name of the style, and whether lists and objects are spread out."""

    name: str
    explode: bool

    def read(self, shape: Shape, parameter: str, texts: Sequence[str]) -> Any:
        """Return the value of texts that came under the parameter's own name; what does not fit stays text."""
        if shape.type == "array":
            items = shape.items or ANY
            return [scalar(part, items.type) for text in texts for part in self._parts(items, parameter, text)]
        if shape.type == "object":
            return self._object(shape, parameter, texts[-1])
        return scalar(self._bare(parameter, texts[-1]), shape.type)

    def gather(self, shape: Shape, parameter: str, texts: Texts) -> dict[str, Any] | None:
        """Return the object that is spread over several names, None when none of these was sent."""
        if self.name == "deepObject":
            return _deep(shape, parameter, texts)
        found = {name: texts[name] for name in shape.fields or () if name in texts}
        return {name: _one(shape.field(name), values) for name, values in found.items()} or None

    def is_spread(self, shape: Shape) -> bool:
        """Tell whether the value is spread over several names."""
        return shape.type == "object" and (self.name == "deepObject" or (self.name == "form" and self.explode))

    def _delimiter(self) -> str:
        if self.explode and self.name in ("label", "matrix"):
            return "." if self.name == "label" else ";"
        return _DELIMITERS.get(self.name, ",")

    def _bare(self, parameter: str, text: str) -> str:
        """Return a text without what `label` and `matrix` put before it."""
        if self.name == "label":
            return text.removeprefix(".")
        return text.removeprefix(f";{parameter}=") if self.name == "matrix" else text

    def _parts(self, items: Shape, parameter: str, text: str) -> list[str]:
        text = self._bare(parameter, text)
        spread = self.explode and self.name not in ("simple", "label", "matrix")
        if not text:
            return []
        if spread and items.type not in _WHOLE:
            return [text]
        parts = text.split(self._delimiter())
        if self.name == "matrix":
            return [part.removeprefix(f"{parameter}=") for part in parts]
        return [part.strip() for part in parts] if self.name == "simple" else parts

    def _object(self, shape: Shape, parameter: str, text: str) -> Any:
        text = self._bare(parameter, text) if not self.explode else text.lstrip(".;")
        parts = [part.strip() for part in text.split(self._delimiter())]
        if self.explode:
            pairs = [part.partition("=")[::2] for part in parts]
        elif len(parts) % 2:
            return text
        else:
            pairs = list(zip(parts[::2], parts[1::2], strict=True))
        return {name: scalar(value, shape.field(name).type) for name, value in pairs}


def scalar(text: str, kind: str | None) -> Any:
    """Return the value that a text spells in a type; the text itself when it does not."""
    if kind in ("integer", "number", "any") and _INTEGER.fullmatch(text):
        return int(text)
    if kind in ("number", "any") and _NUMBER.fullmatch(text):
        number = float(text)
        return text if math.isinf(number) else number
    if kind in ("boolean", "any"):
        return _BOOLEANS.get(text, text)
    return text


def _one(shape: Shape, texts: Sequence[str]) -> Any:
    if shape.type == "array":
        return [scalar(text, (shape.items or ANY).type) for text in texts]
    return scalar(texts[-1], shape.type)


def _deep(shape: Shape, parameter: str, texts: Texts) -> dict[str, Any] | None:
    """Return the object that `name[a][b]=x` spells; `name[a][]=x` adds to an array."""
    made: dict[str, Any] = {}
    for name, values in texts.items():
        steps = deep_steps(parameter, name)
        if steps:
            _plant(made, shape, steps, values)
    return made or None


def deep_steps(parameter: str, name: str) -> list[str]:
    """Return `a`, `b` for `name[a][b]`; nothing when a name does not begin so, or goes deeper than DEEPEST."""
    if not name.startswith(f"{parameter}[") or not name.endswith("]"):
        return []
    steps = name[len(parameter) + 1 : -1].split("][", DEEPEST)
    return steps if len(steps) <= DEEPEST else []


def _plant(place: dict[str, Any], shape: Shape, steps: list[str], texts: Sequence[str]) -> None:
    """Put the value of texts at the end of a way; where two ways disagree, the first one stays."""
    first, rest = steps[0], steps[1:]
    inner = shape.field(first)
    if rest == [""]:
        place[first] = [scalar(text, (inner.items or ANY).type) for text in texts]
    elif not rest:
        place.setdefault(first, _one(inner, texts))
    elif isinstance(below := place.setdefault(first, {}), dict):
        _plant(below, inner, rest, texts)
