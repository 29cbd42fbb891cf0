"""Find the key under which an operation is carried out once: operations in, the same with where
they are sent that key out.

A header, a query parameter or a property of the body whose name says `idempoten…` is one, and so is
a header of any other name whose description does. How long a key is kept stands in words, if at
all: "keys expire after 24 hours".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.model.paths import bare
from mockserver.model.types import Idempotency, Operation
from mockserver.model.types.guarantees import DAY_S

METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
PLACES = ("header", "query", "body")
SECONDS: Mapping[str, float] = {
    "second": 1.0,
    "minute": 60.0,
    "hour": 3_600.0,
    "day": DAY_S,
    "week": 7 * DAY_S,
}
_WORD = re.compile(r"idempoten", re.I)
_SENTENCE = re.compile(r"[^.]*idempoten[^.]*\.?[^.]*", re.I)
_TIME = re.compile(r"\b(\d+)[\s-]*(second|minute|hour|day|week)s?\b", re.I)

Declared = Mapping[str, Mapping[str, Any]]
"""What the semantics say of operations."""


def with_keys(operations: Sequence[Operation], declared: Declared) -> tuple[Operation, ...]:
    """Return the operations, each with its key where it has one."""
    settled = []
    for operation in operations:
        own = declared.get(operation.label, {})
        said = own.get("idempotency")
        found = next(_found(operation), None)
        key = found if said is None else _said(said)
        with_key = replace(operation, idempotency=key)
        settled.append(with_key)
    return tuple(settled)


def _said(said: Any) -> Idempotency | None:
    """Return the key that is declared; false is none."""
    if said is False:
        return None
    place = next(place for place in PLACES if place in said)
    name = said[place]
    if place == "header":
        name = name.lower()
    kept_s = float(said.get("keep_s", DAY_S))
    return Idempotency(name, place, kept_s)


def _found(operation: Operation) -> Iterator[Idempotency]:
    """Yield the keys that an operation documents, the plainest first."""
    if operation.method not in METHODS:
        return
    described = operation.described
    for place in ("header", "query"):
        for parameter in described.parameters_in(place):
            about, name = parameter.description, parameter.name
            is_said = place == "header" and _WORD.search(about)
            if not is_said and not _is_key(name):
                continue
            if place == "header":
                name = name.lower()
            kept_s = _kept_s(about, described.description)
            yield Idempotency(name, place, kept_s)
    fields = described.sent_schema.properties
    for name, schema in fields.items():
        if _is_key(name) and schema.type == "string":
            about = str(schema.plain.get("description"))
            kept_s = _kept_s(about, described.description)
            yield Idempotency(name, "body", kept_s)


def _is_key(name: str) -> bool:
    return "idempoten" in bare(name)


def _kept_s(about: str, around: str) -> float:
    """Return for how many seconds a key is kept, as its description says or the sentences around
    it.
    """
    sentences = _SENTENCE.findall(around)
    for text in (about, *sentences):
        found = _TIME.search(text)
        if found is not None:
            unit = found[2].lower()
            return int(found[1]) * SECONDS[unit]
    return DAY_S
