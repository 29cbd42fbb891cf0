"""Read the texts of a parameter by its style: strings in, the value they spell out (OpenAPI 3.0.3,
Style Values).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.slots import dataclass

DEEPEST = 100
"""Steps into a deepObject that are taken."""
Texts = Mapping[str, Sequence[str]]
"""What was sent: names, each with all its texts in order."""

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,300})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,300})(\.\d{1,300})?([eE][-+]?\d{1,3})?", re.ASCII)
_BOOLEANS = {"true": True, "false": False, "True": True, "False": False}
_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_PREFIXED = frozenset({"label", "matrix"})
_WHOLE = frozenset({"integer", "number", "boolean"})
"""Types whose texts hold no delimiter, so that a list of them may be split however it was
declared.
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a text may spell: a type, that of the items of an array, and those of the properties of
    an object.

    A text in which null may stand is null when it says so, unless it may be any text.
    """

    type: str | None = None
    items: Shape | None = None
    fields: Mapping[str, Shape] | None = None
    nullable: bool = False
    rest: Shape | None = None
    """What properties without a name here may spell, None where that is not said."""

    def value(self, text: str) -> Any:
        """Return what a text spells; the text itself when it spells nothing that belongs here."""
        return None if self.nullable and text == "null" else scalar(text, self.type)

    def field(self, name: str) -> Shape:
        """Return the shape of a property; one that is not declared may be anything."""
        return (self.fields or {}).get(name) or self.rest or ANY


ANY = Shape("any")


@dataclass(frozen=True, slots=True)
class Style:
    """How a parameter is spelled: the name of the style, and whether lists and objects are spread
    out.
    """

    name: str
    explode: bool

    def read(self, shape: Shape, parameter: str, texts: Sequence[str]) -> Any:
        """Return the value of texts that came under the parameter's own name; what does not fit
        stays text.
        """
        if shape.type == "array":
            items = shape.items or ANY
            return [
                items.value(part) for text in texts for part in self._parts(items, parameter, text)
            ]
        if shape.type == "object":
            return self._object(shape, parameter, texts[-1])
        text = texts[-1]
        if self.name in _PREFIXED:
            text = self._bare(parameter, text)
        return shape.value(text)

    def gather(self, shape: Shape, parameter: str, texts: Texts) -> dict[str, Any] | None:
        """Return the object that is spread over several names, None when none of these was sent.

        An object in the style `form` cannot hold objects, so one that is spelled as a deepObject is
        read as that.
        """
        found = {
            name: texts[name]
            for name in shape.fields or ()
            if name in texts and self.name != "deepObject"
        }
        made = {name: _one(shape.field(name), values) for name, values in found.items()}
        return made or _deep(shape, parameter, texts)

    def is_spread(self, shape: Shape) -> bool:
        """Tell whether the value is spread over several names."""
        return shape.type == "object" and (
            self.name == "deepObject" or (self.name == "form" and self.explode)
        )

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
        if spread and items.type not in _WHOLE:
            return [text]
        if not text:
            return []
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
        return {name: shape.field(name).value(value) for name, value in pairs}


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
    if shape.type in ("array", "object") and [*texts] == [""]:
        return [] if shape.type == "array" else {}  # what is empty has no other spelling
    if shape.type == "array":
        return [(shape.items or ANY).value(text) for text in texts]
    return shape.value(texts[-1])


def _deep(shape: Shape, parameter: str, texts: Texts) -> dict[str, Any] | None:
    """Return the object that `name[a][b]=x` spells; `name[a][]=x` and `name[a][0]=x` are lists."""
    made: dict[str, Any] = {}
    for name, values in texts.items():
        steps = deep_steps(parameter, name)
        if steps:
            plant(made, shape, steps, values)
    return counted(made, shape) if made else None


def deep_steps(parameter: str, name: str) -> list[str]:
    """Return `a`, `b` for `name[a][b]`; nothing when a name does not begin so, or goes deeper than
    DEEPEST.
    """
    if not name.startswith(f"{parameter}[") or not name.endswith("]"):
        return []
    steps = name[len(parameter) + 1 : -1].split("][", DEEPEST)
    return steps if len(steps) <= DEEPEST else []


def plant(place: dict[str, Any], shape: Shape, steps: Sequence[str], texts: Sequence[str]) -> None:
    """Put the value of texts at the end of a way; where two ways disagree, the first one stays."""
    first, rest = steps[0], steps[1:]
    inner = (shape.items or ANY) if shape.type == "array" else shape.field(first)
    if rest == [""] and inner.type != "object":
        place[first] = [(inner.items or ANY).value(text) for text in texts]
    elif not rest:
        place.setdefault(first, _one(inner, texts))
    elif isinstance(below := place.setdefault(first, {}), dict):
        plant(below, inner, rest, texts)


def counted(value: Any, shape: Shape) -> Any:
    """Return a value whose objects with the keys 0, 1, 2 and so on are lists, but where an object
    belongs.
    """
    if not isinstance(value, dict):
        return value
    is_list = shape.type in ("array", "any", None) and value.keys() == set(
        map(str, range(len(value)))
    )
    if is_list:
        return [counted(value[str(at)], shape.items or ANY) for at in range(len(value))]
    return {name: counted(child, shape.field(name)) for name, child in value.items()}
