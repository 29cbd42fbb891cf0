"""Keep what a record is each time it is put: a change in, a revision of it in the draft out."""

from __future__ import annotations

from typing import Any

from mockserver.behavior.records import new_record
from mockserver.call import Supply
from mockserver.model.life.revisions import NUMBERS
from mockserver.model.paths import bare
from mockserver.model.types import Model, Resource
from mockserver.state import Collection, Draft, Put, Query, Record


def keep_revision(
    model: Model,
    change: Put,
    draft: Draft,
    supply: Supply,
) -> None:
    """Put a revision of a record that is new, or has another value in what revisions show."""
    resource = model.resources[change.collection.resource]
    kept = model.resources[resource.revisions or ""]
    old = draft.reader.get(
        change.collection,
        change.key,
    )
    if old is not None and not _differs(resource, kept, old, change.record):
        return
    above = (*change.collection.parents, change.key)
    place = Collection(kept.name, above)
    everything = Query(limit=0)
    before = draft.select(place, everything)
    values = _shown(
        kept,
        change.record,
        before.total + 1,
    )
    scope = {"path": {}, "draft": draft}
    key, record = new_record(
        kept,
        place,
        {},
        scope,
        draft,
        supply,
        values,
    )
    draft.put(place, key, record)


def _differs(
    resource: Resource,
    kept: Resource,
    old: Record,
    new: Record,
) -> bool:
    """Tell whether a record has another value in what revisions show of it."""
    shown = kept.record.properties
    names = shown.keys() & resource.writable
    before = [old.get(name) for name in names]
    after = [new.get(name) for name in names]
    return before != after


def _shown(
    kept: Resource,
    record: Record,
    number: int,
) -> dict[str, Any]:
    """Return what a revision of a number shows of a record."""
    values = {}
    for name, schema in kept.record.properties.items():
        if name in record and name != "id":
            values[name] = record[name]
        is_number = bare(name) in NUMBERS or name == kept.key
        if is_number and schema.type == "integer":
            values[name] = number
    return values
