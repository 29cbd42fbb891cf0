"""The kinds that store a record: create, replace, merge and upsert."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mockserver.behavior.batches import change_chosen
from mockserver.behavior.fieldmask import WHOLE, mask_sent, masked
from mockserver.behavior.kin.children import merge_children
from mockserver.behavior.kin.renames import may_rename, rename
from mockserver.behavior.kin.rules import check_excluded, check_references, check_unique, leads_back
from mockserver.behavior.kin.siblings import clear_flags, close_gap, place_moved, place_new
from mockserver.behavior.life.lifetimes import begin_life
from mockserver.behavior.moves import check_origin, is_move, set_by_verb
from mockserver.behavior.patch import (
    Patched,
    difference,
    hold,
    is_json_patch,
    is_merge_patch,
    json_patch,
    merge_patch,
)
from mockserver.behavior.records import (
    changed_record,
    new_record,
    parent_fields,
    replaced_record,
    writable,
)
from mockserver.behavior.relations import related
from mockserver.behavior.scene import Scene, at_key, conditions, not_found, told_key
from mockserver.behavior.stateless import reply_from_document
from mockserver.behavior.states import check_move, follow_move
from mockserver.call import Problem, ProblemKind, Refused, Reply, Violation
from mockserver.lookup import MISSING, put_at
from mockserver.model.keys import CREATION
from mockserver.model.types import Kind, Resource
from mockserver.state import Found, Query, Record, key_of

CONFLICT, UNPROCESSABLE = 409, 422


def create(scene: Scene) -> Reply:
    """Store a new record, or each of an array. Raises Refused when a key is taken, a rule broken or
    all is full.
    """
    if scene.items is not None:
        if scene.items and not any(isinstance(item, Mapping) for item in scene.items):
            return add_keys(scene, scene.items)
        made = [create(scene.about(item)) for item in scene.items]
        return Reply([reply.value for reply in made], created=True)
    if isinstance(scene.body, str) and _is_its_key(scene):
        add_keys(scene, [scene.body])
        named = scene.draft.get(
            scene.collection,
            scene.body,
        )
        return Reply(named, created=True)
    sent = {**_copied(scene), **scene.sent}
    if scene.call.query:
        sent = {**_asked(scene), **sent}
    _check(scene, sent)
    limit = scene.resource.limit
    if limit is not None and scene.draft.select(scene.collection, Query(limit=0)).total >= limit:
        text = f"there are {limit} already"
        problem = Problem(ProblemKind.TOO_MANY, text, values={"limit": limit})
        raise Refused(problem)
    return _store_new(scene, sent)


def _copied(scene: Scene) -> dict[str, Any]:
    """Return what a create takes of the record that it copies. Raises Refused where that is not
    there.
    """
    param = scene.operation.copies
    if param is None:
        return {}
    original = scene.at(param)
    if original is None:
        raise Refused(not_found(scene.resource, scene.call.path.get(param)))
    copied = writable(scene.resource, dict(original))
    owned = {scene.resource.key, *scene.resource.generated, *scene.resource.hidden}
    return {name: value for name, value in copied.items() if name not in owned}


def _is_its_key(scene: Scene) -> bool:
    """Tell whether a text is all that there is of a record: one of a list of texts."""
    resource = scene.resource
    operation = scene.operation
    is_json = "json" in scene.call.headers.get("content-type", "")
    is_new = operation.key_param is None and resource.key is not None
    return is_new and is_json and not resource.record.properties


def add_keys(
    scene: Scene,
    keys: list[Any],
) -> Reply:
    """Make a record of each key that none has yet, and answer with all that there are."""
    own = scene.resource.key or ""
    for key in keys:
        if scene.draft.get(scene.collection, key_of(key)) is None:
            about, given = scene.about(key), {own: key}
            made, record = new_record(
                scene.resource,
                scene.collection,
                about.sent,
                about.scope,
                scene.draft,
                scene.supply,
                given,
            )
            scene.draft.put(scene.collection, made, record)
    everything = Query(order=scene.resource.order)
    selection = scene.draft.select(scene.collection, everything)
    return Reply([found.record for found in selection.found], created=True)


def _asked(scene: Scene) -> dict[str, Any]:
    """Return the properties that the query parameters of a create are named for: POST
    /runs?site_id=7.
    """
    query = scene.call.query
    return {
        each.field: query[each.param]
        for each in scene.operation.filters
        if query.get(each.param) is not None
    }


def replace(scene: Scene) -> Reply:
    """Store what was sent in place of the record; what was not sent goes back to its default."""
    if scene.record is None or scene.key is None:
        if scene.resource.key is None:
            return _store_new(scene, scene.sent)
        raise Refused(not_found(scene.resource, scene.key))
    _check(scene, scene.sent)
    sent = _whole(scene, scene.record)
    record = replaced_record(
        scene.resource,
        scene.key,
        scene.record,
        sent,
        scene.scope,
        scene.supply,
        renames=may_rename(scene, scene.sent),
    )
    return _store_changed(scene, scene.key, scene.record, record, scene.sent)


def merge(scene: Scene) -> Reply:
    """Change what was sent and nothing else; a patch changes what it names (RFC 7396, RFC 6902).

    Where nothing that was sent can be set, nothing changes, the moment of the last change included.
    """
    is_patch = is_json_patch(scene.call)
    if scene.operation.chooses and scene.key is None:
        return change_chosen(scene, merge)
    if scene.items is not None and scene.operation.key_param is None and not is_patch:
        changed = [merge(scene.about(item)) for item in scene.items]
        return Reply([reply.value for reply in changed])
    scene = at_key(scene)
    if scene.record is None or scene.key is None:
        if scene.resource.key is None:
            sent = merge_patch({}, scene.sent) if is_merge_patch(scene.call) else scene.sent
            return _store_new(scene, sent)
        raise Refused(not_found(scene.resource, scene.key))
    check_origin(scene, scene.record)
    mask = mask_sent(scene)
    if WHOLE in mask:
        return replace(scene)
    patched = _patched(scene, scene.record, mask)
    sent = dict(patched.changed)
    gone = writable(scene.resource, dict.fromkeys(patched.removed))
    _check(scene, sent)
    is_act = scene.operation.is_act and bool(sent)
    if not (is_act or writable(scene.resource, sent) or gone or scene.operation.sets):
        return Reply(scene.record)
    record = changed_record(
        scene.resource.flat if mask else scene.resource,
        scene.key,
        scene.record,
        sent,
        scene.scope,
        scene.supply,
        renames=may_rename(scene, sent),
    )
    record |= set_by_verb(scene, scene.record, sent)
    for name in gone:
        if name != scene.resource.key:
            record.pop(name, None)
    return _store_changed(scene, scene.key, scene.record, record, sent)


def act_on(scene: Scene) -> Reply:
    """Change what an action changes of its record; the reply is as the document says where it has
    no record.
    """
    reply = merge(scene)
    if scene.operation.shows_record:
        return reply
    return reply_from_document(scene.call, scene.supply).reply


def _patched(scene: Scene, record: Record, mask: tuple[str, ...]) -> Patched:
    """Return what a call changes of a record. Raises Refused for a patch that cannot be applied, or
    must not be.
    """
    if mask:
        patched = masked(scene, record, mask)
        hold(scene.resource, record, patched)
        return patched
    if scene.operation.relates is not None:
        return Patched(related(scene.call, record), frozenset())
    if is_json_patch(scene.call):
        visible = {
            name: value for name, value in record.items() if name not in scene.resource.hidden
        }
        patched = difference(visible, json_patch(visible, scene.call.body))
    elif is_merge_patch(scene.call):
        merged = merge_patch(record, scene.sent)
        changed = {name: merged[name] for name in scene.sent if name in merged}
        patched = Patched(changed, frozenset(scene.sent.keys() - merged.keys()))
    else:
        return Patched(scene.sent, frozenset())
    hold(scene.resource, record, patched)
    return patched


def upsert(scene: Scene) -> Reply:
    """Store what was sent under its key, new or in place; children sent replace the children
    kept.
    """
    if scene.operation.mapped and isinstance(scene.body, Mapping):
        return _put_map(scene, scene.body)
    if scene.items is not None:
        stored = [upsert(scene.about(item)) for item in scene.items]
        if scene.operation.whole:
            keys = [str(reply.location) for reply in stored]
            _leave_alone(scene, keys)
            _put_in_order(scene, keys)
        return Reply(
            [reply.value for reply in stored], created=any(reply.created for reply in stored)
        )
    return _upsert_one(scene)


def _upsert_one(scene: Scene) -> Reply:
    """Store one record under its key, new or in place."""
    scene = at_key(scene)
    _check(scene, scene.sent)
    if scene.record is None or scene.key is None:
        return _store_new(scene, scene.sent)
    sent = scene.sent
    change = changed_record
    if not scene.operation.keeps:
        change = replaced_record
        sent = _whole(scene, scene.record)
    record = change(
        scene.resource,
        scene.key,
        scene.record,
        sent,
        scene.scope,
        scene.supply,
    )
    return _store_changed(scene, scene.key, scene.record, record, scene.sent)


def _put_map(scene: Scene, members: Mapping[str, Any]) -> Reply:
    """Store the records of a map by their keys; a patch takes away those that are null (RFC 7396).
    What is shown are all that there are.
    """
    takes_null = is_merge_patch(scene.call)
    for name, value in members.items():
        if value is None and takes_null:
            scene.draft.remove(scene.collection, name)
        else:
            member = scene.member(name, value)
            _upsert_one(member)
    if scene.operation.whole:
        _leave_alone(scene, set(members))
    where = conditions(scene.linked)
    everything = Query(where=where, order=scene.resource.order)
    selection = scene.draft.select(scene.collection, everything)
    return Reply([found.record for found in selection.found])


def _leave_alone(scene: Scene, keys: Collection[str]) -> None:
    """Remove what is in the collection of a call beside some records."""
    there = Query(where=conditions(scene.linked))
    for found in scene.draft.select(scene.collection, there).found:
        if found.key not in keys:
            scene.draft.remove(found.collection, found.key)


def _put_in_order(scene: Scene, keys: Collection[str]) -> None:
    """Put the records of a list into its order, where that is the order of their creation."""
    resource, draft = scene.resource, scene.draft
    if CREATION not in resource.order:
        return
    latest = 0
    for key in keys:
        record = draft.get(scene.collection, key) or {}
        number = record.get(CREATION, 0)
        if number <= latest:
            number = draft.draw(f"{resource.name}.{CREATION}")
            moved = {**record, CREATION: number}
            draft.put(scene.collection, key, moved)
        latest = number


def _whole(scene: Scene, old: Record) -> dict[str, Any]:
    """Return what takes the place of a record: what was sent, the defaults of the call, and what
    it cannot send.
    """
    return {
        **scene.operation.defaults,
        **_out_of_reach(scene, old),
        **scene.sent,
    }


def _out_of_reach(scene: Scene, old: Record) -> dict[str, Any]:
    """Return what a replace leaves alone: properties that others can send and this operation
    cannot.

    POST {team, url} and PUT {url}: the team stays, for no body of PUT could bring it back.
    """
    carried = scene.operation.carries
    if not carried:
        return {}
    return {name: old[name] for name in old.keys() & scene.resource.writable if name not in carried}


def _given(scene: Scene) -> dict[str, Any]:
    """Return the properties that the path gives to a new record, whatever the body says: the key of
    an upsert, and those that name parents.
    """
    given: dict[str, Any] = {}
    for name, value in scene.linked.items():
        top = name.partition(".")[0]
        given.setdefault(top, scene.sent.get(top))
        put_at(given, name, value)
    field = scene.operation.key_field or scene.resource.key
    told = told_key(scene.call)
    if told is not MISSING and field is not None:
        given[field] = told
    return given


def _check(scene: Scene, sent: Mapping[str, Any]) -> None:
    """Raise Refused when what was sent names a record that is not there, or must not be named."""
    resource = scene.resource
    if not resource.references and not resource.excluded:
        return
    sent = writable(resource, sent)
    back = leads_back(
        resource,
        sent,
        scene.key,
        scene.draft,
    )
    if back is not None:
        text = f"by {back} it would be above itself"
        problem = Problem(ProblemKind.CONFLICT, text)
        raise Refused(problem)
    wrong = [
        *check_references(resource, sent, scene.draft),
        *check_excluded(resource, sent, scene.draft),
    ]
    if not wrong:
        return
    first = wrong[0]
    status = first.values.get("status", 0)
    kind = _missing_kind(scene, status)
    if kind is not None:
        problem = Problem(
            kind,
            first.message,
            tuple(wrong),
            first.values,
        )
        raise Refused(problem)
    known = (
        scene.record if scene.operation.kind is Kind.MERGE and scene.record else resource.defaults
    )
    whole = {**known, **parent_fields(resource, scene.collection, scene.scope), **sent}
    taken = check_unique(resource, scene.collection, scene.key, whole, scene.draft)
    raise Refused(invalid([*wrong, *taken]))


def _missing_kind(scene: Scene, status: int) -> ProblemKind | None:
    """Return how a record is refused that names one which is not there, by the status that is
    documented for that; None where that is the usual one.
    """
    described = scene.operation.described
    if status == 404:
        return ProblemKind.PARENT_NOT_FOUND
    is_other = described.documents(400) and not described.documents(CONFLICT)
    if status == CONFLICT or (status == UNPROCESSABLE and is_other):
        return ProblemKind.CONFLICT
    return None


def _check_alone(scene: Scene, key: str, record: Record) -> None:
    """Raise Refused when another record has what only one may have."""
    taken = check_unique(scene.resource, scene.collection, key, record, scene.draft)
    if taken:
        text = taken[0].message
        problem = Problem(ProblemKind.DUPLICATE, text, tuple(taken))
        raise Refused(problem)


def invalid(violations: list[Violation]) -> Problem:
    """Return the refusal of a body that breaks these rules."""
    text = violations[0].message
    return Problem(ProblemKind.INVALID, text, tuple(violations))


def _store_new(scene: Scene, sent: Mapping[str, Any]) -> Reply:
    resource, given = scene.resource, _given(scene)
    key, record = new_record(
        resource, scene.collection, sent, scene.scope, scene.draft, scene.supply, given
    )
    begin_life(scene, record, sent)
    if resource.kept_apart:
        _check_alone(scene, key, record)
    if resource.children:
        _put_children(scene, record, None, sent)
        if _is_empty(resource, record):
            return Reply(record)
    if resource.position is not None:
        place_new(scene, record, sent=resource.position.field in sent)
    scene.draft.put(scene.collection, key, record)
    if resource.exclusive:
        clear_flags(scene, key, record)

    return Reply(record, created=True, location=key)


def _store_changed(
    scene: Scene, key: str, old: Record, record: dict[str, Any], sent: Mapping[str, Any]
) -> Reply:
    resource = scene.resource
    if resource.kept_apart:
        _check_alone(scene, key, record)
    if resource.key is not None and key_of(record.get(resource.key)) != key:
        key = rename(scene, record)
    if resource.children:
        _put_children(scene, record, old, sent)
        if _is_empty(resource, record):
            scene.draft.remove(scene.collection, key)
            close_gap(scene, (Found(scene.collection, key, old),))
            return Reply(record)
    moves = is_move(scene, sent)
    if moves:
        check_move(scene, old, record)
    if resource.position is not None:
        place_moved(scene, key, old, record)
    scene.draft.put(scene.collection, key, record)
    if resource.exclusive:
        clear_flags(scene, key, record)
    if moves:
        follow_move(scene, record)
    return Reply(record, location=key)


def _put_children(
    scene: Scene, record: dict[str, Any], old: Record | None, sent: Mapping[str, Any]
) -> None:
    """Give a record its children: those sent; only a merge keeps those that it has when none are
    sent.
    """
    for children in scene.resource.children:
        if old is None or children.field in sent or scene.operation.kind is not Kind.MERGE:
            record[children.field] = merge_children(
                children, scene.resource, old, sent, scene.draft
            )


def _is_empty(resource: Resource, record: Record) -> bool:
    """Tell whether a record that only its children keep has none."""
    if resource.keep_empty:
        return False
    return not any(record.get(children.field) for children in resource.children)
