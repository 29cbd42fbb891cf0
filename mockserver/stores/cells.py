"""What stands in the cells of a database row: addresses and records in, texts out, and back.

    ("32", "4")          parents     32<TAB>4
    "247"                key         247
    "247"                place       000000000000000247     a number, which comes before texts
    "blue"               place       ~blue
    {"id": 247}          body        {"id":247}

Texts are ordered by their code points as the values are by `ordering.rank`, so that an index of the
database gives the order of a list. Control characters up to TAB are escaped, as TAB separates
parents and a database cannot hold NUL.
"""

from __future__ import annotations

import re

from mockserver.jsontext import dumps, loads
from mockserver.ordering import MOST_DIGITS
from mockserver.state import Record

LONGEST_PLACE = 100
"""Letters of a text that place it; what begins with the same ones is placed by its whole key."""
SEPARATOR = "\t"
AFTER_SEPARATOR = "\n"
"""The first text that comes after all that begin with the separator."""
_ESCAPE = "\x0b"
_OFFSET = 0x40
_CONTROL = re.compile("[\x00-\x0b]")
_ESCAPED = re.compile(f"{_ESCAPE}(.)", re.DOTALL)
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_NUL_SIGN = "\U0010ffff"
"""Stands for NUL in the text of a record: no text has this character (Unicode 23.7)."""


def key_text(key: str) -> str:
    """Return a key as its column has it."""
    return _CONTROL.sub(_escaped, key)


def key_from(text: str) -> str:
    """Return the key that a column tells."""
    if _ESCAPE not in text:
        return text
    return _ESCAPED.sub(_unescaped, text).removesuffix(_ESCAPE)


def parents_text(parents: tuple[str, ...]) -> str:
    """Return the keys of parents as their column has them, empty where there are none."""
    if not parents:
        return ""
    return SEPARATOR.join(key_text(key) or _ESCAPE for key in parents)


def parents_from(text: str) -> tuple[str, ...]:
    """Return the keys of parents that a column tells."""
    if not text:
        return ()
    return tuple(map(key_from, text.split(SEPARATOR)))


def place_text(key: str) -> str:
    """Return what places a key among others: numbers by their size, then texts."""
    if len(key) <= MOST_DIGITS and key.isdecimal():
        return f"{int(key):0{MOST_DIGITS}d}"
    return f"~{key_text(key[:LONGEST_PLACE])}"


def body_text(record: Record) -> str:
    """Return a record as its column has it."""
    text = dumps(record).decode()
    if "\\u0000" in text:
        text = _NUL.sub(rf"\1{_NUL_SIGN}", text)
    return text


def in_body(text: str) -> str:
    """Return a text as it stands inside a body."""
    return text.replace("\0", _NUL_SIGN)


def record_from(text: str) -> Record:
    """Return the record that a column tells."""
    if _NUL_SIGN in text:
        text = text.replace(_NUL_SIGN, "\\u0000")
    record: Record = loads(text)
    return record


def _escaped(match: re.Match[str]) -> str:
    return _ESCAPE + chr(ord(match[0]) + _OFFSET)


def _unescaped(match: re.Match[str]) -> str:
    return chr(ord(match[1]) - _OFFSET)
