"""Change a list of plain values, which is one thing: what is sent in, the list as it is then out.

PUT ["b", "a"]        b, a
POST ["c", "a"]       b, a, c       in a set, where no value is twice
DELETE .../a          b, c
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.behavior.records import changed_record, new_record
from mockserver.behavior.scene import Scene, not_found
from mockserver.call import Refused, Reply
from mockserver.lookup import MISSING
from mockserver.model.types import ValueChange
from mockserver.state import Record, key_of

Values = list[Any]


def change_values(scene: Scene) -> Reply:
    """Do to the list of a call what its operation says. Raises Refused where the value that a path
    names is not in it, and would be looked at or taken away.
    """
    change = scene.operation.values
    kept = scene.resource.values
    if change is None or kept is None:
        return Reply()
    before = scene.record
    if before is None:
        before = _put(scene, {})
    known = before.get(kept.field)
    values = []
    if isinstance(known, list):
        values += known
    named = scene.call.path.get(change.param or "", MISSING)
    if named is not MISSING and change.word != "add":
        _check_there(scene, named, values)
    if change.word == "look":
        return Reply(before)
    sent = _sent(scene, change)
    left = CHANGES[change.word](values, sent, kept.is_set)
    if left == values and scene.record is not None:
        return Reply(before)
    return Reply(_put(scene, {kept.field: left}))


def _put(scene: Scene, sent: Record) -> Record:
    """Put the record that holds the list, as it is after a change."""
    resource = scene.resource
    old = scene.draft.get(scene.collection, "")
    if old is None:
        _, record = new_record(
            resource,
            scene.collection,
            sent,
            scene.scope,
            scene.draft,
            scene.supply,
        )
    else:
        record = changed_record(
            resource,
            "",
            old,
            sent,
            scene.scope,
            scene.supply,
        )
    scene.draft.put(scene.collection, "", record)
    return record


def _check_there(scene: Scene, named: Any, values: Values) -> None:
    """Raise Refused where a value is in no list."""
    if key_of(named) not in map(key_of, values):
        problem = not_found(scene.resource, named)
        raise Refused(problem)


def _sent(scene: Scene, change: ValueChange) -> Values:
    """Return the values that a call is about: ["a"], {tags: ["a"]}, {tag: "a"}, "a", or the one in
    its path.
    """
    if change.param is not None:
        return [scene.call.path.get(change.param)]
    body = scene.body
    if isinstance(body, Mapping):
        body = body.get(change.sent or "")
    if isinstance(body, list):
        return body
    if body is None or body is MISSING:
        return []
    return [body]


def _whole(
    values: Values,
    sent: Values,
    is_set: bool,
) -> Values:
    return _added([], sent, is_set)


def _added(
    values: Values,
    sent: Values,
    is_set: bool,
) -> Values:
    found = list(values)
    for value in sent:
        if not is_set or value not in found:
            found.append(value)
    return found


def _taken(
    values: Values,
    sent: Values,
    is_set: bool,
) -> Values:
    gone = set(map(key_of, sent))
    return [value for value in values if key_of(value) not in gone]


def _emptied(
    values: Values,
    sent: Values,
    is_set: bool,
) -> Values:
    return []


CHANGES: Mapping[str, Callable[[Values, Values, bool], Values]] = {
    "put": _whole,
    "add": _added,
    "take": _taken,
    "empty": _emptied,
}
