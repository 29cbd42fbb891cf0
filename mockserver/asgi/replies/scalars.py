"""Tell a record by one value, where that is all that a document shows of it: a record in, the text,
number, truth or list that stands for it out.

    {$content: "red"}             "red"     what was sent alone for it
    {name: color, value: "red"}   "red"     the one value beside its key
    {word: "hello"}               "hello"   its key, where it has nothing else
    {$content: ["a", "b"]}        ["a", "b"]
"""

from __future__ import annotations

from typing import Any

from mockserver.lookup import MISSING
from mockserver.model.keys import CONTENT
from mockserver.model.types import DescribedSchema
from mockserver.state import Record

SCALARS = frozenset({"boolean", "integer", "number", "string"})


def is_scalar(schema: DescribedSchema) -> bool:
    """Tell whether a schema describes one value, and no object or list."""
    return schema.own_type in SCALARS


def list_of(record: Record) -> Any:
    """Return the list of plain values that a record is, MISSING where it is none."""
    content = record.get(CONTENT)
    return content if isinstance(content, list) else MISSING


def scalar_of(record: Record, key: str | None) -> Any:
    """Return the value that stands for a record, MISSING where several could."""
    if CONTENT in record:
        return record[CONTENT]
    values = []
    for name, value in record.items():
        is_own = name == key or name.startswith("$")
        if not is_own and isinstance(value, str | int | float):
            values.append(value)
    if not values and key is not None:
        return record.get(key, MISSING)
    return values[0] if len(values) == 1 else MISSING
