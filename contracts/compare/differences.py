"""Where the answers of the mock and of the live server to one call differ, and in which way, as
values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mockserver.lookup import MISSING


class Way(StrEnum):
    """The ways in which two answers differ."""

    STATUS_CLASS = "status class"
    STATUS = "status"
    ENVELOPE = "envelope"
    PAGE = "page"
    ORDER = "order"
    RECORDS = "records"
    MISSING_FIELD = "missing field"
    EXTRA_FIELD = "extra field"
    TYPE = "type"
    TIMESTAMP = "format of a timestamp"
    ROUNDING = "rounding"
    VALUE = "value"
    HEADER = "header"
    ERROR_FORM = "error form"


@dataclass(frozen=True, slots=True)
class Drift:
    """One place where two answers differ: `mock` is what the mock has there, `live` what the live
    server has.

    `place` is a JSON pointer into the body, `status`, or the name of a header. Where the difference
    is in a record, `resource` is its name and `field` the pointer inside it. MISSING is what is not
    there.
    """

    way: Way
    place: str
    mock: Any
    live: Any
    resource: str = ""
    field: str = ""


def normal(place: str) -> str:
    """Return a pointer in which every index of a list is a star.

    >>> normal("/items/12/tags/0")
    '/items/*/tags/*'
    """
    return re.sub(r"/\d+(?=/|$)", "/*", place)


def type_name(value: Any) -> str:
    """Return the JSON type of a value; whole numbers are numbers."""
    if value is MISSING:
        return "nothing"
    for kind, name in (
        (bool, "boolean"),
        (int | float, "number"),
        (str, "string"),
        (dict, "object"),
        (list, "array"),
    ):
        if isinstance(value, kind):
            return name
    return "null"


def same(one: Any, other: Any) -> bool:
    """Tell whether two scalars are the same JSON value: 1 is 1.0 but not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return type_name(one) == type_name(other) and bool(one == other)
