"""The kinds that store a record: create, replace, merge and upsert."""

from __future__ import annotations

from typing import Any

from mockserver.behavior.patch import merge_patch
from mockserver.behavior.records import (
    changed_record,
    check_references,
    check_unique,
    merge_children,
    new_record,
    replaced_record,
)
from mockserver.behavior.scene import Scene, not_found
from mockserver.behavior.siblings import clear_flags, place_moved, place_new
from mockserver.behavior.states import check_move, follow_move
from mockserver.call import Problem, ProblemKind, Refused, Reply, Violation
from mockserver.state import Collection, Condition, Query, Record, key_of


def create(scene: Scene) -> Reply:
    """Store a new record. Raises Refused when its key is taken, it breaks a rule, or there are too many."""
    sent = scene.sent
    _check(scene, sent)
    limit = scene.resource.limit
    if limit is not None and scene.draft.select(scene.collection, Query(limit=0)).total >= limit:
        raise Refused(Problem(ProblemKind.TOO_MANY, f"there are {limit} already", values={"limit": limit}))
    return _store_new(scene, sent)


def replace(scene: Scene) -> Reply:
    """Store what was sent in place of the record; what was not sent goes back to its default."""
    if scene.record is None or scene.key is None:
        if scene.resource.key is None:
            return _store_new(scene, scene.sent)
        raise Refused(not_found(scene.resource, scene.key))
    _check(scene, scene.sent)
    record = replaced_record(scene.resource, scene.key, scene.record, scene.sent, scene.scope, scene.supply)
    return _store_changed(scene, scene.key, scene.record, record, scene.sent)


def merge(scene: Scene) -> Reply:
    """Change what was sent and nothing else (RFC 7396 when the body is a JSON Merge Patch)."""
    if scene.record is None or scene.key is None:
        if scene.resource.key is None:
            return _store_new(scene, scene.sent)
        raise Refused(not_found(scene.resource, scene.key))
    sent = scene.sent
    if str(scene.call.headers.get("content-type", "")).startswith("application/merge-patch+json"):
        patched = merge_patch(scene.record, sent)
        sent = {name: patched.get(name) for name in sent}
    _check(scene, sent)
    if not sent:
        return Reply(scene.record)
    record = changed_record(scene.resource, scene.key, scene.record, sent, scene.scope, scene.supply)
    return _store_changed(scene, scene.key, scene.record, record, sent)


def upsert(scene: Scene) -> Reply:
    """Store what was sent under its key, new or in place; children sent replace the children kept."""
    sent = scene.sent
    _check(scene, sent)
    collection, key, old = _upsert_place(scene, sent)
    if old is None:
        if scene.operation.key_param and scene.resource.key:
            sent = {**sent, scene.resource.key: scene.call.path[scene.operation.key_param]}
        key, record = new_record(scene.resource, collection, sent, scene.scope, scene.draft, scene.supply)
    else:
        record = replaced_record(scene.resource, key, old, sent, {**scene.scope, "record": old}, scene.supply)
    for children in scene.resource.children:
        record[children.field] = merge_children(children, scene.resource, old, sent, scene.draft)
    if not scene.resource.keep_empty and not any(record[c.field] for c in scene.resource.children):
        if old is not None:
            scene.draft.remove(collection, key)
        return Reply(record)
    scene.draft.put(collection, key, record)
    clear_flags(scene, key, record)
    return Reply(record, created=old is None, location=key)


def _upsert_place(scene: Scene, sent: dict[str, Any]) -> tuple[Collection, str, Record | None]:
    """Return where an upsert goes: by the key in the path, else by the key property in the body."""
    if scene.operation.key_param is not None:
        return scene.collection, scene.key or "", scene.record
    key = key_of(sent.get(scene.resource.key or ""))
    return scene.collection, key, scene.draft.get(scene.collection, key)


def _check(scene: Scene, sent: dict[str, Any]) -> None:
    violations = check_references(scene.resource, sent, scene.draft)
    violations += check_unique(scene.resource, scene.collection, scene.key, sent, scene.draft)
    if violations:
        raise Refused(invalid(violations))


def invalid(violations: list[Violation]) -> Problem:
    """Return the refusal of a body that breaks these rules."""
    return Problem(ProblemKind.INVALID, violations[0].message, tuple(violations))


def _store_new(scene: Scene, sent: dict[str, Any]) -> Reply:
    resource = scene.resource
    key, record = new_record(resource, scene.collection, sent, scene.scope, scene.draft, scene.supply)
    for children in resource.children:
        record[children.field] = merge_children(children, resource, None, sent, scene.draft)
    place_new(scene, record, sent=resource.position is not None and resource.position.field in sent)
    scene.draft.put(scene.collection, key, record)
    clear_flags(scene, key, record)
    return Reply(record, created=True, location=key)


def _store_changed(scene: Scene, key: str, old: Record, record: dict[str, Any], sent: dict[str, Any]) -> Reply:
    for children in scene.resource.children:
        if children.field in sent:
            record[children.field] = merge_children(children, scene.resource, old, sent, scene.draft)
    if scene.resource.states and scene.resource.states.field in sent:
        check_move(scene, old, record)
    place_moved(scene, key, old, record)
    scene.draft.put(scene.collection, key, record)
    clear_flags(scene, key, record)
    if scene.resource.states and scene.resource.states.field in sent:
        follow_move(scene, record)
    return Reply(record)


def siblings_where(scene: Scene, **fields: Any) -> Query:
    """Return the query for records that have these values."""
    return Query(where=tuple(Condition(name, (value,)) for name, value in fields.items()))
