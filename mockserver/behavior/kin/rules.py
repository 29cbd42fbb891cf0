"""What other records forbid: what was sent and the state in, a violation for each rule that it
breaks out.
"""

from __future__ import annotations

import re
from collections.abc import Collection as Names
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.behavior.expression import find_one
from mockserver.call import Violation
from mockserver.lookup import MISSING, value_at
from mockserver.model.types import Exclusion, Operator, Resource
from mockserver.state import Collection, Condition, Draft, Query, Record, key_of

DEEPEST = 1000
"""Records above each other that are looked at."""


def check_references(resource: Resource, sent: Any, draft: Draft) -> list[Violation]:
    """Return a violation for each property that names a record which is not there."""
    violations = []
    for reference in resource.references:
        value = value_at(sent, reference.field)
        if value is MISSING or value is None or not reference.checked:
            continue
        there = find_one(draft, reference.resource, {reference.by: value}, {})
        if there is None and not (
            reference.open_when_empty
            and draft.select(Collection(reference.resource), Query(limit=0)).total == 0
        ):
            path = tuple(reference.field.split("."))
            text = f"no record of {reference.resource} has {reference.by} {value!r}"
            told = {"value": value, "by": reference.by, "status": reference.missing}
            violations.append(Violation("body", path, "reference", text, told))
    return violations


def leads_back(resource: Resource, sent: Any, key: str | None, draft: Draft) -> str | None:
    """Return the property by which a record would be above itself, None where it would not."""
    for reference in resource.references:
        value = value_at(sent, reference.field)
        if not reference.acyclic or key is None:
            continue
        for _ in range(DEEPEST):
            if value is MISSING or value is None:
                break
            if key_of(value) == key:
                return reference.field
            by = {reference.by: value}
            above = find_one(
                draft,
                reference.resource,
                by,
                {},
            )
            if above is None:
                break
            value = value_at(
                above[2],
                reference.field,
            )
    return None


def check_unique(
    resource: Resource, collection: Collection, key: str | None, record: Record, draft: Draft
) -> list[Violation]:
    """Return a violation for each set of properties in which another record agrees."""
    violations = []
    for names in resource.kept_apart:
        values = [value_at(record, name) for name in names]
        if any(value is MISSING or value is None for value in values):
            continue
        where = []
        for name, value in zip(names, values, strict=True):
            condition = _same(
                name,
                value,
                resource.any_case,
            )
            where.append(condition)
        others = draft.select(collection, Query(where=tuple(where), limit=2)).found
        if any(other.key != key for other in others):
            together = ", ".join(names)
            told = {"value": values[0], "fields": together}
            path = names if len(names) == 1 else ()
            text = f"another record has the same {together}"
            violations.append(Violation("body", path, "unique", text, told))
    return violations


def _same(name: str, value: Any, any_case: Names[str]) -> Condition:
    """Return the condition that a record agrees in a property."""
    operator = Operator.IGNORE_CASE if name in any_case else Operator.EQUAL
    return Condition(name, (value,), operator)


def check_excluded(resource: Resource, sent: Any, draft: Draft) -> list[Violation]:
    """Return a violation for each value that its property may not have."""
    violations = []
    for exclusion in resource.excluded:
        for path, lengths, value in _values_at(sent, exclusion.field.split(".")):
            if _is_excluded(exclusion, value, draft):
                text = f"{value!r} cannot be taken here"
                told = {"value": value, "lengths": lengths}
                violations.append(Violation("body", path, "excluded", text, told))
    return violations


def _is_excluded(exclusion: Exclusion, value: Any, draft: Draft) -> bool:
    if exclusion.pattern is not None and re.search(exclusion.pattern, str(value)):
        return True
    if exclusion.resource is None or isinstance(value, Mapping | list):
        return False
    return find_one(draft, exclusion.resource, {exclusion.by: value}, {}) is not None


Path = tuple[str | int, ...]


def _values_at(sent: Any, steps: Sequence[str]) -> Iterator[tuple[Path, tuple[int, ...], Any]]:
    """Yield the values at a dotted path, each with its own path and the lengths of the arrays on
    the way.
    """
    if isinstance(sent, list):
        for index, item in enumerate(sent):
            for path, lengths, value in _values_at(item, steps):
                yield (index, *path), (len(sent), *lengths), value
    elif not steps:
        yield (), (), sent
    elif isinstance(sent, Mapping) and steps[0] in sent:
        for path, lengths, value in _values_at(sent[steps[0]], steps[1:]):
            yield (steps[0], *path), lengths, value
