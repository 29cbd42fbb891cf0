"""Evaluate an expression: a JSON value whose strings `$source.path` stand for parts of the call and
the state.

`{first: [a, b]}` is the first that is there and not null; `{case: [{when: condition, then: a},
{then: b}]}` is the first whose condition holds. What is not there is MISSING, and a property whose
value is MISSING is not set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.lookup import MISSING, holds, value_at
from mockserver.ordering import same
from mockserver.state import Collection, Condition, Draft, Query, Record


def evaluate(expression: Any, scope: Mapping[str, Any]) -> Any:
    """Return the value of an expression within a scope of named sources."""
    if isinstance(expression, str):
        return value_at(scope, expression[1:]) if expression.startswith("$") else expression
    if isinstance(expression, Mapping):
        return _evaluate_mapping(expression, scope)
    if isinstance(expression, list):
        return [evaluate(item, scope) for item in expression]
    return expression


def _evaluate_mapping(expression: Mapping[str, Any], scope: Mapping[str, Any]) -> Any:
    if set(expression) == {"first"}:
        values = (evaluate(choice, scope) for choice in expression["first"])
        return next(
            (value for value in values if value is not MISSING and value is not None), MISSING
        )
    if set(expression) == {"case"}:
        for branch in expression["case"]:
            if holds(branch.get("when", {}), scope):
                return evaluate(branch["then"], scope)
        return MISSING
    filled = {name: evaluate(child, scope) for name, child in expression.items()}
    return {name: value for name, value in filled.items() if value is not MISSING}


def find_one(
    draft: Draft, resource: str, where: Mapping[str, Any], scope: Mapping[str, Any]
) -> tuple[Collection, str, Record] | None:
    """Return the one record of a resource whose properties have the values of these expressions."""
    wanted = {name: evaluate(expression, scope) for name, expression in where.items()}
    if any(value is MISSING or value is None for value in wanted.values()):
        return None
    changed = draft.changed(resource)
    for (collection, key), record in reversed(changed.items()):
        if record is not None and all(
            same(value_at(record, name), value) for name, value in wanted.items()
        ):
            return collection, key, record
    query = Query(
        where=tuple(Condition(name, (value,)) for name, value in wanted.items()),
        limit=1 + len(changed),
    )
    for found in draft.reader.select(Collection(resource), query).found:
        if (found.collection, found.key) not in changed:
            return found.collection, found.key, found.record
    return None


def find_all(draft: Draft, finds: Mapping[str, Any], scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scope with the records that `finds` names (name -> {in, where}), null for one not
    there.
    """
    grown = dict(scope)
    for name, find in finds.items():
        found = find_one(draft, find["in"], find["where"], grown)
        grown[name] = found[2] if found else None
    return grown
