"""What words say of properties that go with the value of another one: the properties that a request
carries in, conditions out.

    retired_reason   Required when status is retired, must be left out otherwise.
    url              Only with mode online (422 otherwise), where it is required.
    sale_price       Required while on_sale is true; removed when on_sale becomes false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.requests.fields import Schema, kind_of

_NEEDED = re.compile(
    r"\b(required|needed|mandatory|must be (given|set|sent|there|present))\b", re.I
)
_ONLY = re.compile(
    r"\bonly (with|for|when|if|while|where|allowed|valid|together)\b|"
    r"\b(left out|not allowed|forbidden|refused|rejected|absent|omitted|not be (sent|given|set))\b"
    r".{0,20}\botherwise\b|\botherwise\b.{0,30}\b(refused|rejected|4\d\d|not allowed|forbidden)\b|"
    r"\b4\d\d otherwise\b",
    re.IGNORECASE,
)
_CLEARED = re.compile(
    r"\b(removed|cleared|reset|unset|dropped|emptied|deleted|set to null)\b.{0,20}"
    r"\b(when|once|if|as soon as)\b(?P<rest>.{0,60})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Companion:
    """A property `field` that goes with the `value` of another one, `of`.

    It is `needed` there, and refused with any other value where it is there `only`. It is removed
    where the other property gets the value `cleared_by`, None where nothing says so.
    """

    field: str
    of: str
    value: Any
    needed: bool = False
    only: bool = False
    cleared_by: Any = None


def conditions(fields: Mapping[str, Schema]) -> list[Companion]:
    """Return the conditions that the words of properties tell."""
    found = []
    for name, schema in fields.items():
        words = str(schema.get("description") or "")
        for other, values in _choices(fields, name):
            condition = _told(name, words, other, values)
            if condition is not None:
                found.append(condition)
                break
    return found


def companions(fields: Mapping[str, Schema], name: str) -> dict[str, Any]:
    """Return the values that other properties must have where a property is sent."""
    return {each.of: each.value for each in conditions(fields) if each.field == name}


def _choices(fields: Mapping[str, Schema], name: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield the other properties that have few values, with those."""
    for other, schema in fields.items():
        if other == name:
            continue
        if kind_of(schema) == "boolean":
            yield other, [True, False]
        elif isinstance(schema.get("enum"), list):
            yield other, [each for each in schema["enum"] if isinstance(each, str)]


def _told(name: str, words: str, other: str, values: list[Any]) -> Companion | None:
    plain, cleared_by = words, None
    for match in _CLEARED.finditer(words):
        value = _named(match["rest"], other, values)
        if value is not None:
            cleared_by = value
            plain = plain.replace(match[0], "")
    value = _named(plain, other, values)
    if value is None:
        return None
    needed, only = bool(_NEEDED.search(plain)), bool(_ONLY.search(plain))
    if not (needed or only or cleared_by is not None):
        return None
    return Companion(name, other, value, needed, only, cleared_by)


def _named(words: str, other: str, values: list[Any]) -> Any:
    """Return the value of a property that words name beside it, None where they name none."""
    spelled = re.escape(other).replace("_", "[_ ]")
    for value in values:
        text = str(value).lower() if isinstance(value, bool) else re.escape(value)
        link = r"[\s`'\"]*(?:is|are|=|==|equals|to|be|becomes|has|of)?(?: set to)?[\s`'\"]*"
        if re.search(rf"\b{spelled}\b{link}{text}\b", words, re.IGNORECASE):
            return value
    return None
