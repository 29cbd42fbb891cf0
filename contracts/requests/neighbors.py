"""Texts that are nearly another one: a text in, others that a careless server takes for it out.

Each of them is another text to JSON, and another resource in a path (RFC 3986, section 6.2.2: once
its escapes are decoded, only the case of scheme and host is of no account). A UUID alone is the
same in either case (RFC 9562, section 4).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contracts.compare.placeholders import TOKEN
from mockserver.ordering import same


def neighbors(value: Any) -> list[str]:
    """Return other texts near one: in another case, longer and shorter by a character, with a zero
    before it.

    A number has none, nor has a text of digits: it may be the next one that a server gives out.
    """
    if not isinstance(value, str) or value.isdigit() or TOKEN.search(value):
        return []
    return _others(value, _texts(value))


def key_neighbors(value: Any, schema: Mapping[str, Any]) -> list[str]:
    """Return the neighbors of a key that its schema allows: also with a blank around it, or an
    escape as plain text.
    """
    found = neighbors(value)
    if found:
        found = _others(
            value,
            [*found[:2], f"{value} ", *found[2:], f" {value}", f"%{ord(value[0]):02X}{value[1:]}"],
        )
    return [each for each in found if _fits(schema, each)]


def _fits(schema: Mapping[str, Any], text: str) -> bool:
    if "format" in schema or "enum" in schema or not re.search(schema.get("pattern", ""), text):
        return False
    return bool(schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", math.inf))


def _texts(value: str) -> Iterator[str]:
    if value:
        yield value.swapcase()
        yield f"{value}{value[-1]}"
        yield value[:-1]
        yield f"0{value}"


def _others(value: str, found: Iterable[str]) -> list[str]:
    """Return different texts that do not say the same as this one and are not empty."""
    return [each for each in dict.fromkeys(found) if each and not same(each, value)]
