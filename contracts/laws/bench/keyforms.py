"""Find what names a record in another place: its key, the record and a value of that place in, the
key in the form that is asked for there out.

    {"id": "6f1c...-...", "name": "blue"}, known by its name     named by a UUID: "6f1c...-..."
    {"id": 7, "slug": "seven"}, known by its slug                named by a number: "7"
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.compare.scalars import may_be_key
from mockserver.state import key_of

USUAL = ("id", "uuid", "uid", "guid", "key", "code", "slug", "name")
"""Names of properties by which records are often known, the most usual first."""


def key_like(key: str, record: Mapping[str, Any], old: Any) -> str:
    """Return the key of a record, or another of its values where `old`, which is to be replaced by
    it, is a number or a UUID and the key is not.
    """
    wanted = _form(old)
    if wanted in ("text", _form(key)):
        return key
    for value in _values(record):
        if _form(value) == wanted:
            return key_of(value)
    return key


def _values(record: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what a record may be known by."""
    for name in USUAL:
        value = record.get(name)
        if may_be_key(value):
            yield value


def _form(value: Any) -> str:
    """Return what a key is: a number, a UUID or a text."""
    if isinstance(value, int):
        return "number"
    text = str(value)
    if text.isdigit():
        return "number"
    try:
        uuid.UUID(text)
    except ValueError:
        return "text"
    return "uuid"
