"""Tell a record by one value, where that is all that a document shows of it: a record in, the text,
number, truth or list that stands for it out.

    {$content: "red"}             "red"     what was sent alone for it
    {name: color, value: "red"}   "red"     the one value beside its key
    {word: "hello"}               "hello"   its key, where it has nothing else
    {$content: ["a", "b"]}        ["a", "b"]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.behavior.upload import kept_file
from mockserver.call import RawBody
from mockserver.lookup import MISSING
from mockserver.model.keys import CONTENT, CONTENT_TYPE
from mockserver.model.types import DescribedSchema, Resource
from mockserver.state import Record

SCALARS = frozenset({"boolean", "integer", "number", "string"})
JSON = "application/json"


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


def json_of(record: Record) -> Any:
    """Return the value that was sent alone for a record as JSON, MISSING where none was."""
    media_type = record.get(CONTENT_TYPE, JSON)
    return record.get(CONTENT, MISSING) if media_type == JSON else MISSING


def told_alone(resource: Resource, value: Any) -> Mapping[str, Any]:
    """Return what is set of a record for which one value was sent: an object is the record,
    anything else is the one value beside its key, or all that there is of it.
    """
    if isinstance(value, Mapping):
        return value
    others = [name for name in resource.record.properties if name != resource.key]
    if len(others) == 1:
        return {others[0]: value}
    if isinstance(value, str):
        text = RawBody(value, JSON)
        return kept_file(text)
    return {CONTENT: value}


def shown_alone(record: Record, resource: Resource, is_scalar: bool) -> Any:
    """Return what stands for a record where its key is told beside it."""
    if CONTENT in record:
        return record[CONTENT]
    told = MISSING
    if is_scalar:
        told = scalar_of(record, resource.key)
    if told is not MISSING:
        return told
    hidden = {*resource.hidden, resource.key}
    return {name: value for name, value in record.items() if name not in hidden}
