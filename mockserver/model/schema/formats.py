"""Check the formats of OpenAPI's registry that JSON Schema does not know: a value in, whether it is
of the format out (https://spec.openapis.org/registry/format).

A format says what a text looks like, or the range of an integer. What neither the registry nor
JSON Schema defines says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

TextCheck = Callable[[str], bool]
_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATE = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?"


def _matcher(pattern: str) -> TextCheck:
    """Return what tells whether the whole of a text matches."""
    compiled = re.compile(pattern, re.ASCII | re.DOTALL)
    return lambda text: compiled.fullmatch(text) is not None


TEXT_FORMATS: Mapping[str, TextCheck] = {
    # RFC 4648, section 4: padded groups of four
    "byte": _matcher(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"),
    # RFC 4648, section 5, with or without its padding
    "base64url": _matcher(r"(?:[\w-]{4})*(?:[\w-]{2}(?:==)?|[\w-]{3}=?)?"),
    "char": _matcher(r"."),
    "date-time-local": _matcher(f"{_DATE}[Tt]{_TIME}"),
    "time-local": _matcher(_TIME),
    # RFC 9110, section 5.6.7: IMF-fixdate
    "http-date": _matcher(rf"(?:{_DAYS}), \d\d (?:{_MONTHS}) \d{{4}} \d\d:\d\d:\d\d GMT"),
}
"""Texts of a format, by its name."""


def _signed(bits: int) -> tuple[int, int]:
    half = 1 << (bits - 1)
    return -half, half - 1


def _unsigned(bits: int) -> tuple[int, int]:
    return 0, (1 << bits) - 1


INTEGER_RANGES: Mapping[str, tuple[int, int]] = {
    **{f"int{bits}": _signed(bits) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": _unsigned(bits) for bits in (8, 16, 32, 64)},
    # integers that a double holds exactly
    "double-int": (-(1 << 53) + 1, (1 << 53) - 1),
}
"""The least and the greatest integer of a format, by its name."""
