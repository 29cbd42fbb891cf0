"""Take what frameworks take for a type: a value as it was sent in, the same value in the type of
its schema out.

Many servers are milder than their documents: Django REST framework reads `"5"` where an integer is
documented, writes `12345` as text, and takes `2026-11-29 14:25:31` for a moment. Which types an API
is mild about is said by the word `coerce` of the semantics; what cannot be read stays as it was
sent, and is refused by its schema.

    integer    "5", " 5 ", "5.0" and 5.0 become 5
    number     "1.5" becomes 1.5
    string     5 becomes "5", 1.5 becomes "1.5"
    boolean    "false", "no", "off", "0", 0 and their opposites become a boolean
    date-time  "2026-11-29 14:25:31" becomes "2026-11-29T14:25:31Z", for no zone is UTC
    trim       " a " becomes "a": white space around a text goes, unless it is one of a few choices
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from mockserver.model.types import DescribedSchema, Model, Operation

Words = frozenset[str]
TRIM = "trim"
_LONGEST = 1000
"""Characters of a text that is read as a number."""
_INTEGER = re.compile(r"\s*([-+]?\d+)(?:\.0*)?\s*", re.ASCII)
_NUMBER = re.compile(r"\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?\s*", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}([Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[-+]\d{2}:\d{2}))", re.ASCII
)
_TRUE = frozenset({"t", "y", "yes", "true", "on", "1"})
_FALSE = frozenset({"f", "n", "no", "false", "off", "0"})


class Coercer:
    """Reads values of one schema. What is inside an object or an array is looked at when a value
    has it.
    """

    def __init__(self, schema: DescribedSchema, words: Words, own: Mapping[str, Words]) -> None:
        """Take the words of the API, and those of its properties which have some of their own."""
        self._words = words
        self._own = own
        self._schema = schema
        self._properties: dict[str, Coercer | None] = {}

    @cached_property
    def _items(self) -> Coercer:
        """What reads the items of an array."""
        return Coercer(self._schema.items, self._words, self._own)

    def of(self, value: Any) -> Any:
        """Return a value in the type of the schema; as it is where it cannot be read so."""
        if isinstance(value, Mapping):
            return {name: self._member(name, child) for name, child in value.items()}
        if isinstance(value, list):
            return [self._items.of(item) for item in value]
        return self._scalar(value)

    def _scalar(self, value: Any) -> Any:
        for word in (self._schema.type, self._schema.format):
            if word in self._words and word in _READERS:
                value = _READERS[word](value)
        is_choice = bool(self._schema.get("enum"))
        return value if is_choice or TRIM not in self._words else _trimmed(value)

    def _member(self, name: str, value: Any) -> Any:
        if name not in self._properties:
            self._properties[name] = self._of_property(name)
        coercer = self._properties[name]
        return value if coercer is None else coercer.of(value)

    def _of_property(self, name: str) -> Coercer | None:
        schema = self._schema.properties.get(name)
        if schema is None:
            return None
        return Coercer(schema, self._own.get(name, self._words), self._own)


def coercer_of(model: Model, operation: Operation, schema: DescribedSchema) -> Coercer | None:
    """Return what reads the request bodies of an operation that have a schema; None where the API
    takes no more than its document says.
    """
    resource = model.resources.get(operation.resource or "")
    own = {} if resource is None else resource.coerce
    if not model.habits.coerce and not own:
        return None
    return Coercer(schema, model.habits.coerce, own)


def _integer(value: Any) -> Any:
    """Read "5", "5.0" and 5.0 as 5."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not _is_short_text(value):
        return value
    found = _INTEGER.fullmatch(value)
    return int(found[1]) if found else value


def _number(value: Any) -> Any:
    """Read "1.5" as 1.5, and "2" as the whole number that it is."""
    if not _is_short_text(value) or not _NUMBER.fullmatch(value):
        return value
    whole = _integer(value)
    return float(value) if isinstance(whole, str) else whole


def _text(value: Any) -> Any:
    """Spell a number; true and false stay what they are."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


def _boolean(value: Any) -> Any:
    """Read the usual words and numbers for true and false."""
    if isinstance(value, list | Mapping | bool) or value is None:
        return value
    if value in (0, 1):
        return bool(value)
    spelled = str(value).lower()
    if spelled in _TRUE:
        return True
    if spelled in _FALSE:
        return False
    return value


def _moment(value: Any) -> Any:
    """Return a moment as RFC 3339 section 5.6 spells it; one that is spelled so already stays as it
    is.
    """
    if not isinstance(value, str) or _MOMENT.fullmatch(value):
        return value
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return value
    if read.tzinfo is None:
        read = read.replace(tzinfo=UTC)
    text = read.isoformat()
    return text.replace("+00:00", "Z")


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _is_short_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "number": _number,
    "string": _text,
    "boolean": _boolean,
    "date-time": _moment,
}
