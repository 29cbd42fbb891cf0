"""The scene of a call: the collection and record it is about, or the refusal when they are not
there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from mockserver.behavior.linkage import linked_keys
from mockserver.behavior.openings import begin
from mockserver.behavior.patch import is_json_patch
from mockserver.behavior.scalars import told_alone
from mockserver.behavior.upload import kept_file, with_file
from mockserver.behavior.visibility import sees
from mockserver.call import Call, Problem, ProblemKind, RawBody, Refused, Supply
from mockserver.lookup import MISSING, put_at, value_at
from mockserver.model.keys import CONTENT, GONE
from mockserver.model.types import Kind, Model, Operation, Parent, Resource
from mockserver.model.types.relation import CALLER
from mockserver.slots import dataclass
from mockserver.state import Collection, Condition, Draft, Query, Record, key_of

LOOKING = frozenset({Kind.LIST, Kind.READ, Kind.COUNT, Kind.DELETE, Kind.VIEW})
"""Kinds that are about those records alone that are linked, where an operation is about such."""
ANYBODY = "understudy"
"""Who calls, where what is known by its owner is made for who calls."""
ON_RECORD = frozenset({Kind.READ, Kind.REPLACE, Kind.MERGE, Kind.DELETE, Kind.UPSERT, Kind.ACTION})


@dataclass(frozen=True, slots=True)
class Scene:
    """What a behavior sees. `key` and `record` are those of the record that the path names, if it
    names one; `body` is that of the call, without its envelope; `sent` what a client may set of it,
    empty when it is no object. `linked` are the properties by which records name the parents of the
    path that is beside their collection: only those with these values are there.
    """

    model: Model
    call: Call
    resource: Resource
    collection: Collection
    key: str | None
    record: Record | None
    draft: Draft
    supply: Supply
    body: Any
    sent: Mapping[str, Any]
    linked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def operation(self) -> Operation:
        return self.call.operation

    @property
    def items(self) -> list[Any] | None:
        """The records that one body sends together, None when it sends one."""
        return self.body if isinstance(self.body, list) else None

    def at(self, param: str) -> Record | None:
        """Return the record that a path parameter names, None where it is not there."""
        value = self.call.path.get(param, MISSING)
        return _get(self.resource, self.collection, value, self.draft)[1]

    def about(self, item: Any) -> Scene:
        """Return the scene of one of the records that a body sends together."""
        sent_item = item if isinstance(item, Mapping) else {}
        call = replace(self.call, body=sent_item)
        body = unwrapped(call)
        sent = _settable(call, body)
        return replace(self, call=call, body=body, sent=sent)

    def member(self, key: str, value: Any) -> Scene:
        """Return the scene of one of the records that a body sends by their keys; what is no object
        is all that there is of one.
        """
        own = self.resource.key or ""
        sent = told_alone(self.resource, value)
        keyed = {**sent, own: key}
        linked = {**self.linked, own: key}
        return replace(self, body=keyed, sent=keyed, linked=linked)

    @property
    def scope(self) -> dict[str, Any]:
        """The sources that expressions of this call may name."""
        return {
            "path": self.call.path,
            "query": self.call.query,
            "body": self.sent,
            "record": self.record,
            "draft": self.draft,
        }


def unwrapped(call: Call) -> Any:
    """Return the body without the envelope of the request; of a list of one, at the path of a
    record, that one.
    """
    body, wrapper = call.body, call.operation.envelope.request
    if wrapper and isinstance(body, dict) and wrapper in body:
        body = body[wrapper]
    is_on_record = call.operation.key_param is not None
    if is_on_record and isinstance(body, list) and not is_json_patch(call):
        return body[0] if len(body) == 1 else body
    return body


def spelled(sent: Mapping[str, Any], spelling: Mapping[str, str]) -> dict[str, Any]:
    """Return what was sent under the names that the record has: `FriendlyName` as `friendly_name`.

    What was sent in the record's own spelling wins.
    """
    found = {}
    for name, value in sent.items():
        own = spelling.get(name, name)
        if own == name or own not in sent:
            found[own] = value
    return found


def placed_inside(
    sent: Mapping[str, Any], inner: Mapping[str, str], record: Record | None
) -> dict[str, Any]:
    """Return what was sent with the properties that the record holds in an object put there, beside
    what is in that object: `name` as `attributes.name`.
    """
    found = dict(sent)
    for name, place in inner.items():
        if name not in sent:
            continue
        outer = place.partition(".")[0]
        if outer not in found and record is not None:
            found[outer] = record.get(outer)
        put_at(found, place, found.pop(name))
    return found


def _settable(call: Call, body: Any) -> Mapping[str, Any]:
    """Return what a client may set of a body."""
    if isinstance(body, str):
        media_type = call.headers.get("content-type", "")
        return kept_file(RawBody(body, media_type))
    if isinstance(body, int | float):
        return {CONTENT: body}
    if not isinstance(body, dict):
        return {}
    accepts, spelling = call.operation.accepts, call.operation.spelling
    sent = body
    if accepts is not None:
        sent = {name: value for name, value in body.items() if name in accepts}
    if spelling:
        return spelled(sent, spelling)
    return sent


def set_scene(model: Model, call: Call, draft: Draft, supply: Supply) -> Scene:
    """Find what the call is about. Raises Refused when a parent or the record is not there."""
    operation = call.operation
    resource = model.resources[operation.resource or ""]
    keys = check_parents(model, call, draft) if operation.parents else ()
    collection = Collection(resource.name, keys)
    if resource.given:
        begin(model, resource, collection, call, draft, supply)
    linked = linked_fields(model, call, draft)
    if operation.membership is not None and operation.kind in LOOKING:
        keys = linked_keys(operation.membership, call, draft)
        linked = {**linked, resource.key or "": keys}
    collection, key, record = _find_record(resource, collection, call, draft, conditions(linked))
    if record is not None and resource.departure is not None:
        _check_seen(resource, call, record)
    is_told = operation.key_param is not None or operation.key_place is not None
    by_path = is_told and operation.kind in ON_RECORD and not operation.forgives
    if (
        by_path
        and record is None
        and (operation.kind is not Kind.UPSERT or _is_shallow(resource, collection))
    ):
        raise Refused(not_found(resource, told_key(call)))
    body = unwrapped(call)
    sent = _settable(call, body)
    if operation.inner:
        sent = placed_inside(sent, operation.inner, record)
    sent = with_file(call, resource, sent)
    return Scene(model, call, resource, collection, key, record, draft, supply, body, sent, linked)


def scene_of_nothing(model: Model, call: Call, draft: Draft, supply: Supply) -> Scene:
    """Return the scene of a call that is about no record."""
    body = unwrapped(call)
    sent = body if isinstance(body, Mapping) else {}
    nothing = Resource("", None)
    place = Collection("")
    return Scene(model, call, nothing, place, None, None, draft, supply, body, sent)


def at_key(scene: Scene) -> Scene:
    """Return the scene at the record that an upsert is about: by the key in the path, else by the
    one in the body.
    """
    field = scene.resource.key
    if scene.operation.kind is Kind.UPSERT:
        field = scene.operation.key_field or field
    sent = scene.sent.get(field or "")
    if scene.operation.key_param is not None or scene.resource.key is None or sent is None:
        return scene
    if field != scene.resource.key:
        condition = Condition(field or "", (sent,))
        return _at_natural_key(scene, condition)
    key = key_of(sent)
    record = scene.draft.get(scene.collection, key)
    return replace(scene, key=key, record=record)


def _at_natural_key(scene: Scene, condition: Condition) -> Scene:
    """Return the scene at the record that has a value, if there is one."""
    query = Query(where=(condition,), limit=1)
    selection = scene.draft.select(scene.collection, query)
    for found in selection.found:
        return replace(scene, key=found.key, record=found.record)
    return scene


def not_found(resource: Resource, key: Any) -> Problem:
    """Return the refusal of a call on a record that is not there."""
    name = resource.name
    text = f"no record of {name} has the key {key}"
    if key is MISSING:
        key = None
        text = f"the request names no record of {name}"
    values = {"resource": name, "key": key}
    return Problem(ProblemKind.NOT_FOUND, text, values=values)


def told_key(call: Call) -> Any:
    """Return the key of the record that a call is about, MISSING where it tells none."""
    operation, place = call.operation, call.operation.key_place
    if operation.key_param is not None:
        return call.path.get(operation.key_param, MISSING)
    if place is None:
        return MISSING
    body = unwrapped(call)
    told = call.query
    if place.place == "body":
        told = body if isinstance(body, Mapping) else {}
    return told.get(place.name, MISSING)


def _check_seen(resource: Resource, call: Call, record: Record) -> None:
    """Raise Refused where a call does not see a record, which has gone, or has not."""
    if sees(call, record):
        return
    name = call.operation.key_param or ""
    key = call.path.get(name)
    values = {"resource": resource.name, "key": key}
    if record.get(GONE) is None:
        kind = ProblemKind.TRANSITION
        text = f"the record of {resource.name} with the key {key} is in no trash"
    else:
        kind = ProblemKind.GONE
        text = f"the record of {resource.name} with the key {key} is not there any more"
    problem = Problem(kind, text, values=values)
    raise Refused(problem)


def check_parents(model: Model, call: Call, draft: Draft) -> tuple[str, ...]:
    """Return the keys of the parents that choose the collection; each parent that is a resource
    must exist. One that can only be named is there whatever its key.
    """
    keys: list[str] = []
    for parent in call.operation.parents:
        value = call.path.get(parent.param)
        if parent.param == CALLER:
            value = ANYBODY
        resource = model.resources.get(parent.resource or "")
        key = key_of(value)
        if resource is not None:
            key = _key_of_parent(resource, parent, value, tuple(keys), draft)
        if parent.splits:
            keys.append(key)
    return tuple(keys)


def _key_of_parent(
    resource: Resource, parent: Parent, value: Any, above: tuple[str, ...], draft: Draft
) -> str:
    """Return the key of the record that a path names as a parent. Raises Refused where it has to
    be there and is not.
    """
    collection = Collection(resource.name, above[: len(resource.split)])
    record = _get(resource, collection, value, draft)[1]
    key = key_of(value)
    for name in parent.others if record is None else ():
        _, other, record = _first(collection, (Condition(name, spellings(value)),), draft)
        if other is not None:
            key = other
            break
    if resource.named:
        return key
    if record is None or record.get(GONE) is not None:
        text = f"no record of {resource.name} has the key {value}"
        values = {"resource": resource.name, "key": value, "param": parent.param}
        problem = Problem(ProblemKind.PARENT_NOT_FOUND, text, values=values)
        raise Refused(problem)
    return key


def linked_fields(model: Model, call: Call, draft: Draft) -> Mapping[str, Any]:
    """Return the properties by which records name the parents of a path that is beside their
    collection, each with the value that it has, and those that all records of a list have.
    """
    found = dict(call.operation.only)
    for parent in call.operation.parents:
        if parent.splits or parent.field is None:
            continue
        value = call.path.get(parent.param)
        resource = model.resources.get(parent.resource or "")
        if resource is not None:
            collection = Collection(resource.name)
            record = _get(resource, collection, value, draft)[1] or {}
            value = record.get(parent.by or resource.key or "", value)
        found[parent.field] = value
    return found


def conditions(linked: Mapping[str, Any]) -> tuple[Condition, ...]:
    """Return what holds for the records that name certain parents."""
    found = []
    for name, value in linked.items():
        values = value if isinstance(value, tuple) else (value,)
        told: list[Any] = []
        for each in values:
            told += spellings(each)
        found.append(Condition(name, tuple(told)))
    return tuple(found)


def spellings(value: Any) -> tuple[Any, ...]:
    """Return a value with the text and the number that may be stored for it."""
    text = key_of(value)
    return tuple(dict.fromkeys((value, text, *_number(text))))


def _find_record(
    resource: Resource,
    collection: Collection,
    call: Call,
    draft: Draft,
    where: tuple[Condition, ...],
) -> tuple[Collection, str | None, Record | None]:
    operation = call.operation
    if resource.key is None:
        return collection, "", draft.get(collection, "")
    value = told_key(call)
    if value is MISSING:
        return collection, None, None
    usual = operation.key_field or resource.key
    place, key, record = _found_by(usual, resource, collection, value, draft, where)
    if record is not None:
        return place, key, record
    for name in operation.other_keys:
        found = _found_by(name, resource, collection, value, draft, where)
        if found[2] is not None:
            return found
    return place, key, None


def _found_by(
    field: str | None,
    resource: Resource,
    collection: Collection,
    value: Any,
    draft: Draft,
    where: tuple[Condition, ...],
) -> tuple[Collection, str | None, Record | None]:
    """Return the record that has a value in a property, the key or another one, and what else has
    to hold.
    """
    if field is not None and field != resource.key:
        return _first(collection, (Condition(field, (value,)), *where), draft)
    place, record = _get(resource, collection, value, draft)
    if record is not None and not all(_meets(record, condition) for condition in where):
        record = None
    return place, key_of(value), record


def _meets(record: Record, condition: Condition) -> bool:
    """Tell whether a record has one of the values of a condition."""
    return key_of(value_at(record, condition.field)) in map(key_of, condition.values)


def _get(
    resource: Resource, collection: Collection, value: Any, draft: Draft
) -> tuple[Collection, Record | None]:
    """Return a record and where it is; where the path leaves out parents, the key alone has to
    tell.
    """
    if resource.key is None or not _is_shallow(resource, collection):
        return collection, draft.get(collection, key_of(value))
    spelled = key_of(value)
    values = (value, spelled, *_number(spelled))
    place, _, record = _first(collection, (Condition(resource.key, values),), draft)
    return place, record


def _is_shallow(resource: Resource, collection: Collection) -> bool:
    return len(collection.parents) < len(resource.split)


def _first(
    collection: Collection, where: tuple[Condition, ...], draft: Draft
) -> tuple[Collection, str | None, Record | None]:
    selection = draft.select(collection, Query(where=where, limit=1))
    if not selection.found:
        return collection, None, None
    (found,) = selection.found
    return found.collection, found.key, found.record


def _number(text: str) -> tuple[int, ...]:
    """Return the number that a text of digits is, nothing for any other text."""
    return (int(text),) if text.isascii() and text.isdigit() else ()
