"""Number records by texts: a template in, the text of the next record out.

    ORD-{number:6}                  ORD-000001, ORD-000002
    INV-{year}-{month}-{number}     INV-2026-01-1

The day is that of the clock of the mock, in UTC. A text that a record brings along counts, so that
no number of it is given out again.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from mockserver.call import Supply
from mockserver.model.types import Resource
from mockserver.state import Draft, Record

_PART = re.compile(r"\{(number|year|month|day)(?::(\d+))?\}")
COUNTED = ("sequence", "sequence-text")
"""Generators that count."""
_MOST_DIGITS = 17
"""Digits of a number that a record may bring along."""


def is_numbered(generator: str) -> bool:
    """Tell whether a generator makes texts by a template."""
    return "{" in generator


def numbered_text(
    generator: str,
    resource: Resource,
    draft: Draft,
    supply: Supply,
) -> str:
    """Return the text of the next record."""
    number = draft.draw(_sequence(generator, resource))
    day = datetime.fromtimestamp(supply.now(), UTC)
    values = {
        "number": str(number),
        "year": f"{day.year:04}",
        "month": f"{day.month:02}",
        "day": f"{day.day:02}",
    }

    def spelled(part: re.Match[str]) -> str:
        digits = int(part[2] or 0)
        return values[part[1]].zfill(digits)

    return _PART.sub(spelled, generator)


def sequence_of(resource: Resource, name: str) -> str:
    """Return the sequence of the numbers of a property. Keys have that of their resource; without
    numbers for keys, another property has it.
    """
    key = resource.key or ""
    if name == key or resource.generated.get(key) not in COUNTED:
        return resource.name
    return f"{resource.name}.{name}"


def note_texts(
    resource: Resource,
    record: Record,
    draft: Draft,
) -> None:
    """Make sure that no number is given out again that is in a text of a record."""
    for name, generator in resource.generated.items():
        text = record.get(name)
        if generator in COUNTED and name != resource.key:
            _note_number(resource, name, text, draft)
        if not is_numbered(generator) or not isinstance(text, str):
            continue
        match = re.fullmatch(_pattern(generator), text)
        if match is not None and len(match[1]) <= _MOST_DIGITS:
            sequence = _sequence(generator, resource)
            draft.reserve(sequence, int(match[1]))


def _note_number(resource: Resource, name: str, value: object, draft: Draft) -> None:
    text = str(value)
    if text.isdecimal() and len(text) <= _MOST_DIGITS:
        draft.reserve(sequence_of(resource, name), int(text))


def _sequence(generator: str, resource: Resource) -> str:
    """Return the sequence from which the numbers of a template are taken."""
    return f"{resource.name}:{generator}"


def _pattern(generator: str) -> str:
    """Return a pattern of the texts that a template makes, with the first number as a group."""
    pattern = ""
    end = 0
    for part in _PART.finditer(generator):
        pattern += re.escape(generator[end : part.start()])
        is_first = part[1] == "number" and "(" not in pattern.replace(r"\(", "")
        pattern += "([0-9]+)" if is_first else "[0-9]+"
        end = part.end()
    return pattern + re.escape(generator[end:])
