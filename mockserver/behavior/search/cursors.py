"""Tell a place in a list as an opaque text, and read it again.

A cursor says where a page begins by what orders the records, not by how many come before:

    [check, [order], [values of the order], [parents], key, backwards]    as JSON in base64

So it stays right while records come and go, and needs no record to be there. The check holds it to
the operation that told it.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

from mockserver.lookup import MISSING, put_at, value_at
from mockserver.slots import dataclass
from mockserver.state import Collection, Found


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the order in which the list is, a record with what places it there, and
    whether the page comes before it.
    """

    order: tuple[str, ...]
    found: Found
    backwards: bool = False


def cursor_text(label: str, cursor: Cursor) -> str:
    """Return the text that tells a cursor of an operation."""
    found = cursor.found
    values = [_value(found, name) for name in cursor.order]
    told = [
        list(cursor.order),
        values,
        list(found.collection.parents),
        found.key,
        int(cursor.backwards),
    ]
    whole = json.dumps([_check(label, told), *told], separators=(",", ":"))
    return base64.urlsafe_b64encode(whole.encode()).decode().rstrip("=")


def read_cursor(label: str, resource: str, text: str) -> Cursor | None:
    """Return the cursor of an operation that a text tells, None when it tells none."""
    padded = text + "=" * (-len(text) % 4)
    try:
        whole = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    match whole:
        case [check, [*order], [*values], [*parents], str() as key, backwards]:
            told = whole[1:]
            if check != _check(label, told) or len(order) != len(values):
                return None
            record: dict[str, Any] = {}
            for name, value in zip(order, values, strict=True):
                put_at(record, name.removeprefix("-"), value)
            found = Found(Collection(resource, tuple(parents)), key, record)
            return Cursor(tuple(order), found, bool(backwards))
    return None


def _value(found: Found, name: str) -> Any:
    """Return what a record has in a property of an order, null where it has nothing."""
    value = value_at(found.record, name.removeprefix("-"))
    return None if value is MISSING else value


def _check(label: str, told: list[Any]) -> int:
    """Return a number that only the cursors of an operation have."""
    return zlib.crc32(json.dumps([label, *told]).encode())
