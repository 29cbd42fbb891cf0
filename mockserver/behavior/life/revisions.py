"""Keep what a record is each time it is put: a change in, a revision of it in the draft out."""

from __future__ import annotations

from mockserver.behavior.records import new_record
from mockserver.call import Supply
from mockserver.model.life.revisions import NUMBERS
from mockserver.model.paths import bare
from mockserver.model.types import Model
from mockserver.state import Collection, Draft, Put, Query


def keep_revision(model: Model, change: Put, draft: Draft, supply: Supply) -> None:
    """Put a revision of a record that is new, or has another value in what revisions show."""
    resource = model.resources[change.collection.resource]
    kept = model.resources[resource.revisions or ""]
    shown = kept.record.properties
    names = shown.keys() & resource.writable
    old, new = draft.reader.get(change.collection, change.key), change.record
    if old is not None and all(old.get(name) == new.get(name) for name in names):
        return
    place = Collection(kept.name, (*change.collection.parents, change.key))
    number = draft.select(place, Query(limit=0)).total + 1
    values = {name: new[name] for name in shown if name in new and name != "id"}
    for name, schema in shown.items():
        is_number = bare(name) in NUMBERS or name == kept.key
        if schema.type == "integer" and is_number:
            values[name] = number
    key, record = new_record(kept, place, {}, {"path": {}, "draft": draft}, draft, supply, values)
    draft.put(place, key, record)
