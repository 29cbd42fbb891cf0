"""Link records to a parent, and take links away: the records themselves stay as they are."""

from __future__ import annotations

from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
)
from dataclasses import replace
from typing import Any

from mockserver.behavior.linkage import (
    linked_keys,
    place_of_link,
)
from mockserver.behavior.records import new_record
from mockserver.behavior.scene import (
    Scene,
    not_found,
    spellings,
)
from mockserver.call import (
    Problem,
    ProblemKind,
    Refused,
    Reply,
    Violation,
)
from mockserver.lookup import MISSING
from mockserver.model.memberships import LINK_KEY
from mockserver.model.paths import bare
from mockserver.model.types import (
    Kind,
    Linkage,
    Resource,
)
from mockserver.state import (
    Collection,
    Condition,
    Found,
    Query,
    Record,
    key_of,
)

REPLACING = ("PUT", "PATCH")
"""Methods that say which links there are, all of them."""
WRITING = frozenset({Kind.CREATE, Kind.UPSERT, Kind.DELETE, Kind.BULK_DELETE})


def change_members(scene: Scene) -> Reply:
    """Link the records that a call names, or take their links away. Raises Refused where one of
    them is not there.
    """
    membership = scene.operation.membership
    if membership is None:
        return Reply()
    if scene.operation.kind is Kind.DELETE:
        return _unlinked(scene, membership, [scene.key])
    call = scene.call
    keys = list(keys_sent(call.body, membership))
    if scene.operation.kind is Kind.BULK_DELETE:
        everything = linked_keys(membership, call, scene.draft)
        return _unlinked(scene, membership, keys or everything)
    param = scene.operation.key_param
    if param is not None:
        keys = [call.path.get(param)]
    return _link(scene, membership, keys)


def _link(
    scene: Scene,
    membership: Linkage,
    keys: list[Any],
) -> Reply:
    found = [_named(scene, key) for key in keys]
    operation, call, draft = scene.operation, scene.call, scene.draft
    if operation.key_param is None and operation.method in REPLACING:
        before = linked_keys(membership, call, draft)
        _unlinked(scene, membership, before)
    is_new = False
    own = scene.resource.key or ""
    for one in found:
        collection, key = place_of_link(membership, call, one.key)
        if draft.get(collection, key) is None:
            is_new = True
        value = one.record.get(own, one.key)
        draft.put(collection, key, {LINK_KEY: value})
    records = [one.record for one in found]
    if len(records) == 1 or membership.shows_parent:
        record = records[0] if records else {}
        return Reply(record, created=is_new)
    return Reply(records, created=is_new)


def with_parent(scene: Scene, reply: Reply) -> Reply:
    """Return the reply to a call that links records, with what they are linked to as it is now
    where the document describes that.
    """
    membership = scene.operation.membership
    if membership is None or not membership.shows_parent:
        return reply
    if not isinstance(reply.value, Mapping):
        return reply
    return replace(reply, value=_parent_record(scene))


def _unlinked(
    scene: Scene,
    membership: Linkage,
    keys: Iterable[Any],
) -> Reply:
    removed = []
    draft = scene.draft
    for key in keys:
        wanted = key_of(key)
        collection, spelled = place_of_link(membership, scene.call, wanted)
        if draft.get(collection, spelled) is None:
            continue
        draft.remove(collection, spelled)
        record = draft.get(scene.collection, wanted)
        if record is not None:
            removed.append(record)
    return Reply(removed)


def _parent_record(scene: Scene) -> Record:
    """Return the record to which others are linked."""
    found: Record = {}
    for parent in scene.operation.parents:
        if parent.resource is None or parent.splits:
            continue
        above = Collection(parent.resource, scene.collection.parents)
        value = scene.call.path.get(parent.param)
        found = scene.draft.get(above, key_of(value)) or found
    return found


def _named(
    scene: Scene,
    key: Any,
) -> Found:
    """Return the record that has a key. Raises Refused where there is none."""
    resource, operation = scene.resource, scene.operation
    is_in_path = operation.key_param is not None
    field = resource.key
    if is_in_path:
        field = operation.key_field or field
    condition = Condition(field or "", spellings(key))
    query = Query(where=(condition,), limit=1)
    selection = scene.draft.select(scene.collection, query)
    for found in selection.found:
        return found
    if resource.key in resource.writable and not is_in_path:
        return _made(scene, key)
    problem = _nobody(scene, resource, key)
    raise Refused(problem)


def _made(
    scene: Scene,
    key: Any,
) -> Found:
    """Make the record that is called by a key which clients choose, as a label is by its name."""
    own = {scene.resource.key or "": key}
    spelled, record = new_record(
        scene.resource,
        scene.collection,
        own,
        scene.scope,
        scene.draft,
        scene.supply,
    )
    scene.draft.put(scene.collection, spelled, record)
    return Found(scene.collection, spelled, record)


def _nobody(
    scene: Scene,
    resource: Resource,
    key: Any,
) -> Problem:
    """Return the refusal of a key that no record has: the record is not there or, where the
    document has no status for that, the body is wrong.
    """
    problem = not_found(resource, key)
    described = scene.operation.described
    if scene.operation.key_param is not None or described.documents(404):
        return problem
    violation = Violation("body", (), "reference", problem.message)
    return Problem(ProblemKind.INVALID, problem.message, (violation,))


def keys_sent(
    body: Any,
    membership: Linkage,
) -> Iterator[Any]:
    """Yield the keys in a body: of {user_id: 5}, [5, 6], {ids: [5]}, {data: [{type: u, id: 5}]}."""
    if isinstance(body, list):
        for item in body:
            yield from keys_sent(item, membership)
    elif isinstance(body, Mapping):
        for name, value in body.items():
            if bare(name) in membership.words:
                yield from keys_sent(value, membership)
    elif body is not None and body is not MISSING:
        yield body
