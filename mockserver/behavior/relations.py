"""Show related records by the keys that were sent for them: {project_id: 1} in, {project: {id: 1}}
out; and change which records one names. A record begins without any that belong to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.call import Call
from mockserver.lookup import put_at, value_at
from mockserver.model.types import Resource
from mockserver.state import Record, key_of


def related_objects(resource: Resource, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the objects of a record whose keys were sent; what else they have is made when they
    are shown.
    """
    found: dict[str, Any] = {}
    for related in resource.related:
        if related.sent not in sent or related.shown in sent:
            continue
        keys = sent[related.sent]
        if related.many and isinstance(keys, list):
            found[related.shown] = [{related.by: key} for key in keys]
        elif not related.many and keys is None:
            found[related.shown] = None
        elif not related.many:
            found[related.shown] = {related.by: keys}
    return found


def related(call: Call, record: Record) -> dict[str, Any]:
    """Return what a call on a relationship changes of its record: POST adds what is named, DELETE
    takes it away, any other method names it anew (JSON:API 1.1, Updating Relationships).
    """
    method = call.operation.method
    place = call.operation.relates or ""
    outer = place.partition(".")[0]
    named = None
    if isinstance(call.body, Mapping):
        named = call.body.get("data")
    before = value_at(record, place)
    if method == "POST":
        known = _listed(before)
        named = known + _left(named, known)
    elif method == "DELETE":
        named = _left(before, _listed(named))
    changed = {outer: record.get(outer)}
    put_at(changed, place, named)
    return changed


def _listed(named: Any) -> list[Any]:
    if isinstance(named, list):
        return named
    return []


def _left(named: Any, others: Iterable[Any]) -> list[Any]:
    """Return those of some identifiers that name none of the records that others name."""
    known = set(map(_name_of, others))
    left = []
    for identifier in _listed(named):
        if _name_of(identifier) not in known:
            left.append(identifier)
    return left


def _name_of(identifier: Any) -> tuple[str, str]:
    """Return the type and the key of the record that an identifier names."""
    if not isinstance(identifier, Mapping):
        return "", key_of(identifier)
    own_type = str(identifier.get("type"))
    key = identifier.get("id")
    return own_type, key_of(key)


def no_offspring(resource: Resource) -> dict[str, Any]:
    """Return what a record shows of the records that belong to it, where there are none."""
    found: dict[str, Any] = {}
    for offspring in resource.offspring:
        field = offspring.field
        is_one = offspring.single and not offspring.plain
        if is_one or "." in field:
            continue
        if offspring.counted:
            found[field] = 0
        elif offspring.mapped:
            found[field] = {}
        else:
            found[field] = []
    return found
