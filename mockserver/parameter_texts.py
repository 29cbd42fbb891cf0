"""The texts by which arguments of a tool are sent as the parameters of an operation
(OpenAPI 3.0.3, Parameter Object, `style` and `explode`).

>>> spelled_query("tag", ["a", "b"], "form", False)
[('tag', 'a,b')]
>>> spelled_query("price", {"gte": 5}, "deepObject", True)
[('price[gte]', '5')]
>>> spelled_path("id", [1, 2], "matrix", True)
';id=1;id=2'
"""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps
from typing import Any
from urllib.parse import quote

from mockserver.model.types.described import DescribedParameter

Pairs = list[tuple[str, str]]
_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_BEGINNINGS = {"label": ".", "matrix": ";"}


def query_of(parameter: DescribedParameter, value: Any) -> Pairs:
    """Return the names and texts by which a query parameter, or a cookie, is sent."""
    name = parameter.name
    if parameter.media_type is not None:
        return [(name, dumps(value))]
    return spelled_query(
        name,
        value,
        parameter.style,
        parameter.explode,
    )


def path_of(parameter: DescribedParameter, value: Any) -> str:
    """Return what stands in the place of a path parameter."""
    if parameter.media_type is not None:
        text = dumps(value)
        return quote(text, safe="")
    return spelled_path(
        parameter.name,
        value,
        parameter.style,
        parameter.explode,
    )


def header_of(parameter: DescribedParameter, value: Any) -> str:
    """Return the text of a header, in the style `simple`."""
    if parameter.media_type is not None:
        return dumps(value)
    parts = _parts(value, parameter.explode)
    return ",".join(parts)


def spelled_query(name: str, value: Any, style: str, explode: bool) -> Pairs:
    """Return the pairs of a query that spell a value."""
    is_object = isinstance(value, Mapping)
    if is_object and style == "deepObject":
        return _deep(name, value)
    if is_object and explode:
        return _members(value)
    if isinstance(value, list) and explode:
        return _repeated(name, value)
    delimiter = _DELIMITERS.get(style, ",")
    parts = _parts(value, explode=False)
    return [(name, delimiter.join(parts))]


def spelled_path(name: str, value: Any, style: str, explode: bool) -> str:
    """Return the text of a path that spells a value."""
    parts = []
    for part in _parts(value, explode):
        parts.append(quote(part, safe="="))
    beginning = _BEGINNINGS.get(style, "")
    if style == "matrix" and not explode:
        beginning = f";{name}="
    elif style == "matrix" and not isinstance(value, Mapping):
        parts = [f"{name}={part}" for part in parts]
    joint = beginning if beginning and explode else ","
    return beginning + joint.join(parts)


def text_of(value: Any) -> str:
    """Return a value as it stands in a URL: texts as they are, all else as JSON has it."""
    if isinstance(value, str):
        return value
    return dumps(value, ensure_ascii=False)


def _parts(value: Any, explode: bool) -> list[str]:
    """Return the texts of which a value is made: items, or names and members."""
    if isinstance(value, list):
        return list(map(text_of, value))
    if not isinstance(value, Mapping):
        return [text_of(value)]
    parts = []
    for pair in _members(value):
        if explode:
            parts.append("=".join(pair))
        else:
            parts += pair
    return parts


def _members(value: Mapping[str, Any]) -> Pairs:
    pairs = []
    for name, member in value.items():
        text = text_of(member)
        pairs.append((str(name), text))
    return pairs


def _repeated(name: str, items: list[Any]) -> Pairs:
    pairs = []
    for item in items:
        text = text_of(item)
        pairs.append((name, text))
    return pairs


def _deep(name: str, value: Mapping[str, Any]) -> Pairs:
    """Return the members of an object, and of those inside it: `price[gte]`."""
    pairs: Pairs = []
    for key, member in value.items():
        inner = f"{name}[{key}]"
        if isinstance(member, Mapping):
            pairs += _deep(inner, member)
        elif isinstance(member, list):
            pairs += _repeated(inner, member)
        else:
            pairs += _repeated(inner, [member])
    return pairs
