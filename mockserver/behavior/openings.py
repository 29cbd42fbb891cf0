"""Begin the collections that nothing fills: a scene in, the records that the document shows of the
list in its draft out.

    GET /projects/{id}/files     200: example {files: [{key: "a1", name: "Logo"}]}

Nothing makes files, so below each project that is named there are those of the example, or those
that are made of the schema. They are put where their collection is first looked at, and are records
as others are from then on: they are found by their keys, and page, sort and go. Where there
is no list either, GET /styles/{key}, the record of any key is there at the first look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.behavior.records import EMPTY, new_record
from mockserver.behavior.stateless import value_of
from mockserver.call import Call, Refused, Supply
from mockserver.lookup import MISSING
from mockserver.model.envelopes import inside
from mockserver.model.paths import collection_of
from mockserver.model.types import Kind, Model, Operation, Resource, usual_media
from mockserver.state import Collection, Condition, Draft, Query, Record, key_of

MOST = 100
"""More records of one list than this are passed over."""


def begin(
    model: Model,
    resource: Resource,
    collection: Collection,
    call: Call,
    draft: Draft,
    supply: Supply,
) -> None:
    """Put the records with which a collection of a given resource begins, at the first look."""
    is_whole = len(collection.parents) == len(resource.split)
    if resource.key is None or not is_whole:
        return
    if resource.by_key:
        _begin_one(model, resource, collection, call, draft, supply)
        return
    if not _is_first_look(resource, collection.parents, draft):
        return
    if draft.select(collection, Query(limit=1)).found:
        return
    for shown in _shown(model, resource, supply):
        _put(resource, collection, shown, call, draft, supply)


def _begin_one(
    model: Model,
    resource: Resource,
    collection: Collection,
    call: Call,
    draft: Draft,
    supply: Supply,
) -> None:
    """Put the record of the key that a call names, as the document shows one, at the first look."""
    param = call.operation.key_param
    if param is None or call.path.get(param) is None:
        return
    told = call.path[param]
    keys = (*collection.parents, key_of(told))
    if not _is_first_look(resource, keys, draft):
        return
    shown = _shown_one(model, resource, supply)
    _put(
        resource,
        collection,
        {**shown, resource.key or "": told},
        call,
        draft,
        supply,
    )


def _is_first_look(resource: Resource, keys: tuple[str, ...], draft: Draft) -> bool:
    """Tell whether nobody has looked below these keys before, and remember that somebody did."""
    looked_at = f"{resource.name}/{'/'.join(keys)}#given"
    if draft.last(looked_at):
        return False
    draft.draw(looked_at)
    return True


def _shown_one(model: Model, resource: Resource, supply: Supply) -> Record:
    """Return the record that the document shows where one is read."""
    for operation in model.operations:
        if operation.resource != resource.name or operation.kind is not Kind.READ:
            continue
        media = usual_media(operation.described.response(operation.success).content)
        body = None if media is None else value_of(media, operation.label, supply)
        found = inside(operation.envelope.one, body)
        if media is None or not isinstance(found, Mapping):
            continue
        if media.example is not MISSING:
            return found
        return {name: value for name, value in found.items() if name not in resource.defaults}
    return {}


def _shown(model: Model, resource: Resource, supply: Supply) -> list[Record]:
    """Return the records that the document shows of the list of a resource."""
    for operation in _lists(model, resource):
        media = usual_media(operation.described.response(operation.success).content)
        if media is None:
            continue
        body = value_of(media, operation.label, supply)
        found = inside(operation.envelope.many, body)
        if not isinstance(found, list):
            continue
        items = [inside(operation.envelope.item, item) for item in found]
        records = [item for item in items if isinstance(item, Mapping)]
        if records:
            return records[:MOST]
    return []


def _lists(model: Model, resource: Resource) -> Iterator[Operation]:
    """Yield the operations that list the records of a resource, first the one at its own path."""
    lists = []
    for operation in model.operations:
        if operation.resource == resource.name and operation.kind is Kind.LIST:
            lists.append(operation)
    yield from sorted(lists, key=lambda listed: collection_of(listed.path) != resource.path)


def _put(
    resource: Resource,
    collection: Collection,
    shown: Record,
    call: Call,
    draft: Draft,
    supply: Supply,
) -> None:
    """Put one record with what is shown of it; its key is its own in all collections."""
    given = dict(shown)
    key = given.get(resource.key or "")
    if key is None or isinstance(key, Mapping | list) or _is_taken(resource, key, draft):
        given.pop(resource.key or "", None)
    scope: dict[str, Any] = {"path": call.path, "query": {}, "body": {}, "record": None}
    scope["draft"] = draft
    try:
        key, record = new_record(resource, collection, EMPTY, scope, draft, supply, given)
    except Refused:
        return
    draft.put(collection, key, {**record, **_kept(resource, given)})


def _is_taken(resource: Resource, key: Any, draft: Draft) -> bool:
    """Tell whether a record has a key, below whatever parents."""
    values = tuple(dict.fromkeys((key, key_of(key))))
    query = Query(where=(Condition(resource.key or "", values),), limit=1)
    selection = draft.select(Collection(resource.name), query)
    return bool(selection.found)


def _kept(resource: Resource, given: Record) -> dict[str, Any]:
    """Return what is shown of the properties that else are made: moments, and the like."""
    named = {parent.field for parent in resource.split}
    return {name: given[name] for name in resource.made if name in given and name not in named}
