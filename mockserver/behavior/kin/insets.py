"""Show the records that others name by their keys as they are: a change in, those that follow out.

PUT /authors/7 {name: "Ada"}      the books with the author_id 7 have author: {id: 7, name: "Ada"}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.behavior.scene import spellings
from mockserver.model.types import Model, Related, Resource
from mockserver.state import Collection, Condition, Draft, Found, Put, Query, key_of


def show_relatives(model: Model, put: Put, draft: Draft) -> None:
    """Let a changed record show those that it names, and those that name it show it."""
    resource = model.resources[put.collection.resource]
    record = draft.get(put.collection, put.key)
    if record is not None:
        own = Found(put.collection, put.key, record)
        _show(model, resource, own, draft)
    is_new = draft.reader.get(put.collection, put.key) is None
    for name in () if is_new else resource.related_in:
        other = model.resources[name]
        for related in other.related:
            if related.resource == resource.name:
                _show_in_others(model, other, related, put.key, draft)


def _show_in_others(
    model: Model,
    other: Resource,
    related: Related,
    key: str,
    draft: Draft,
) -> None:
    """Let the records that name one show it."""
    values = spellings(key)
    where = Condition(related.sent, values)
    query = Query(where=(where,))
    collection = Collection(other.name)
    selection = draft.select(collection, query)
    for found in selection.found:
        _show(model, other, found, draft)


def _show(
    model: Model,
    resource: Resource,
    found: Found,
    draft: Draft,
) -> None:
    """Put a record anew where it does not show those that it names as they are."""
    shown = dict(found.record)
    for related in resource.related:
        before = shown.get(related.shown)
        home = model.resources.get(related.resource or "")
        if home is None or before is None:
            continue
        fields = _fields(resource, related)
        if related.many and isinstance(before, list):
            now = []
            for item in before:
                whole = _whole(home, related, item, fields, draft)
                now.append(whole)
            shown[related.shown] = now
        else:
            shown[related.shown] = _whole(home, related, before, fields, draft)
    if shown != found.record:
        draft.put(found.collection, found.key, shown)


def _fields(resource: Resource, related: Related) -> frozenset[str]:
    """Return what a property that shows a record may have, nothing where that is not known."""
    schema = resource.record.properties[related.shown]
    if related.many:
        schema = schema.items
    return frozenset(schema.properties)


def _whole(
    home: Resource,
    related: Related,
    named: Any,
    fields: frozenset[str],
    draft: Draft,
) -> Any:
    """Return what is shown of a record that is named, as it was where it is not there."""
    if not isinstance(named, Mapping):
        return named
    told = named.get(related.by)
    collection = Collection(home.name)
    record = draft.get(collection, key_of(told))
    if told is None or record is None:
        return named
    shown = {}
    for name, value in record.items():
        is_there = not fields or name in fields
        if is_there and name not in home.hidden:
            shown[name] = value
    return shown
