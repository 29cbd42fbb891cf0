"""JSON text in and out (RFC 8259): orjson where it can, the standard library where integers go
beyond 64 bits.

orjson would read such an integer as a float, and a client would not get back what it sent.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

import orjson

DEEPEST = 200
"""Levels of arrays and objects that are read; the encoder writes 254, and replies put an envelope
around.
"""
LONGEST_REREAD = 1024 * 1024
"""Bytes of a text that is no JSON which is read once more to tell what is wrong."""
_LONG = re.compile(rb"\d{19}")
_LONG_TEXT = re.compile(r"\d{19}")


def loads(text: bytes | str) -> Any:
    """Return the value of a JSON text. Raises ValueError, with what is wrong, for any other text.

    What is nested deeper than DEEPEST is refused too: it could not be written again (RFC 8259
    section 9).
    """
    pattern = _LONG if isinstance(text, bytes) else _LONG_TEXT
    value = _strict(text) if pattern.search(text) is None else _exact(text)  # type: ignore[arg-type]
    if len(text) > 2 * DEEPEST and _brackets(text) > DEEPEST and _is_deep(value):
        raise ValueError(f"nested deeper than {DEEPEST} levels")
    return value


def json_or_text(text: str) -> Any:
    """Return the JSON value that a text spells, the text itself when it spells none."""
    try:
        return loads(text)
    except ValueError:
        return text


def _exact(text: bytes | str) -> Any:
    """Return the value of a text that has long numbers."""
    _strict(text)  # it is stricter: UTF-8, no lone surrogates, no NaN
    try:
        return json.loads(text, parse_float=_finite, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _strict(text: bytes | str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(_reason(text) or str(error)) from None


def _reason(text: bytes | str) -> str:
    """Return what the standard library finds wrong, in words that are known far and wide; empty
    where it takes all, or would take long.
    """
    if len(text) > LONGEST_REREAD:
        return ""
    try:
        json.loads(text.decode() if isinstance(text, bytes) else text, parse_constant=_refuse)
    except RecursionError:
        return "nested too deeply"
    except ValueError as error:
        return str(error)
    return ""


def dumps(value: Any) -> bytes:
    """Return the JSON text of a value."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return json.dumps(value, separators=(",", ":"), default=str).encode()


def _brackets(text: bytes | str) -> int:
    return (
        text.count(b"[") + text.count(b"{")
        if isinstance(text, bytes)
        else text.count("[") + text.count("{")
    )


def _is_deep(value: Any) -> bool:
    """Tell whether arrays and objects are nested deeper than DEEPEST, level by level."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            child
            for each in level
            for child in (
                each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
            )
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:40]} is out of range")
    return number


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
