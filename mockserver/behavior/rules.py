"""What other records forbid: what was sent and the state in, a violation for each rule that it breaks out."""

from __future__ import annotations

from typing import Any

from mockserver.behavior.expression import find_one
from mockserver.call import Violation
from mockserver.lookup import MISSING, value_at
from mockserver.model.types import Resource
from mockserver.state import Collection, Condition, Draft, Query, Record


def check_references(resource: Resource, sent: Any, draft: Draft) -> list[Violation]:
    """Return a violation for each property that names a record which is not there."""
    violations = []
    for reference in resource.references:
        value = value_at(sent, reference.field)
        if value is MISSING or value is None:
            continue
        there = find_one(draft, reference.resource, {reference.by: value}, {})
        if there is None and not (
            reference.open_when_empty and draft.select(Collection(reference.resource), Query(limit=0)).total == 0
        ):
            path = tuple(reference.field.split("."))
            text = f"no record of {reference.resource} has {reference.by} {value!r}"
            violations.append(Violation("body", path, "reference", text, {"value": value, "by": reference.by}))
    return violations


def check_unique(
    resource: Resource, collection: Collection, key: str | None, record: Record, draft: Draft
) -> list[Violation]:
    """Return a violation for each set of properties in which another record agrees."""
    violations = []
    for names in resource.unique:
        values = [value_at(record, name) for name in names]
        if any(value is MISSING or value is None for value in values):
            continue
        where = tuple(Condition(name, (value,)) for name, value in zip(names, values, strict=True))
        others = draft.select(collection, Query(where=where, limit=2)).found
        if any(other.key != key for other in others):
            text = f"another record has the same {', '.join(names)}"
            violations.append(Violation("body", (names[0],), "unique", text, {"value": values[0]}))
    return violations
