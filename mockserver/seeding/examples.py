"""Fill a store with the examples of a document: a model and an empty store in, records that can be
changed there.
"""

from __future__ import annotations

from collections.abc import Collection as Names

from mockserver.call import Supply
from mockserver.errors import FixtureError
from mockserver.generation.examples import example_records, operations_by_resource
from mockserver.model.types import Model, Resource
from mockserver.seeding.fixtures import IN, seed
from mockserver.seeding.placing import parents_first, place_of
from mockserver.state import Reader, Record
from mockserver.stores.base import Store


def seed_examples(model: Model, store: Store, supply: Supply, but: Names[str] = ()) -> None:
    """Put the examples of each resource into a store, except for those named; records without a
    place are left out.
    """
    operations = operations_by_resource(model)
    for resource in parents_first(model):
        if resource.name in but or resource.name not in operations:
            continue
        found = example_records(model, resource, operations[resource.name], supply)
        if not found:
            continue
        with store.transaction() as reader:
            placed = [_placed(model, resource, record, reader, supply) for record in found]
        _seed(model, store, supply, resource, [record for record in placed if record is not None])


def _placed(
    model: Model, resource: Resource, record: Record, reader: Reader, supply: Supply
) -> Record | None:
    """Return a record with the keys of its parents, None when they are not there."""
    place = place_of(model, resource, record, reader, supply)
    if place is None:
        return None
    collection, placed = place
    params = [parent.param for parent in resource.split]
    return {**placed, IN: dict(zip(params, collection.parents, strict=True))} if params else placed


def _seed(
    model: Model, store: Store, supply: Supply, resource: Resource, records: list[Record]
) -> None:
    """Seed each record that fits; an example that does not is no reason not to start."""
    for record in records[:1] if resource.key is None and not resource.split else records:
        try:
            seed(model, store, supply, {resource.name: [record]}, "examples")
        except FixtureError:
            continue
