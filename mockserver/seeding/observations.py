"""Observe what a server answers: an operation with its path, a status and a body in, records put
into a store out.

    GET /shelves/7/books -> 200 [{"id": 1, "title": "Kindred"}]

shows the book 1 below the shelf 7, and that there is a shelf 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from mockserver.inventory import listed_records, placing
from mockserver.lookup import MISSING
from mockserver.model.envelopes import inside
from mockserver.model.types import Kind, Model, Operation, Resource
from mockserver.seeding.fixtures import note_numbers
from mockserver.slots import dataclass
from mockserver.state import Collection, Draft, Record, key_of
from mockserver.stores.base import Store

_ONE = frozenset({Kind.READ, Kind.CREATE, Kind.REPLACE, Kind.MERGE, Kind.UPSERT})


@dataclass(frozen=True, slots=True)
class Observation:
    """A reply of a server, decoded: `path` are the parameters of its path by name, in their
    types.
    """

    operation: Operation
    path: Mapping[str, Any]
    status: int
    body: Any = field(default=MISSING)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


def records_in(observation: Observation) -> list[Record]:
    """Return the records that a reply shows whole, none for a refusal and for what is no record."""
    operation, body = observation.operation, observation.body
    if not observation.is_success or operation.resource is None:
        return []
    if operation.kind is Kind.LIST and operation.view is None:
        return listed_records(operation, observation.status, body) or []
    if operation.kind not in _ONE:
        return []
    value = inside(operation.envelope.one, body)
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, Mapping)]


def take_over(model: Model, store: Store, observation: Observation) -> None:
    """Put the records that a reply shows into a store, over what is known of them; one that was
    deleted goes.
    """
    operation = observation.operation
    resource = model.resources.get(operation.resource or "")
    records = records_in(observation)
    is_deleted = operation.kind is Kind.DELETE and observation.is_success
    if resource is None or not (records or is_deleted):
        return
    with store.transaction() as transaction:
        draft = Draft(transaction)
        for record in records:
            _put(model, resource, observation, record, draft)
        if is_deleted:
            _remove(resource, observation, draft)
        transaction.apply(draft.changes)


def _put(
    model: Model, resource: Resource, observation: Observation, record: Record, draft: Draft
) -> None:
    """Put a record where its path and its properties tell, unless they do not."""
    placed = placing(model, resource, observation.path, record)
    for put in placed.above:
        if draft.get(put.collection, put.key) is None:
            draft.put(put.collection, put.key, put.record)
    own = placed.own
    if own is not None:
        known = draft.get(own.collection, own.key) or {}
        draft.put(own.collection, own.key, {**known, **record})
        note_numbers(resource, record, draft)


def _remove(resource: Resource, observation: Observation, draft: Draft) -> None:
    """Remove the record that a path names, if it is known."""
    operation, path = observation.operation, observation.path
    if operation.key_param is None or operation.key_param not in path:
        return
    if operation.key_field not in (None, resource.key):
        return
    named = [parent.param for parent in resource.split if parent.param in path]
    if len(named) < len(resource.split):
        return
    parents = tuple(key_of(path[param]) for param in named)
    collection = Collection(resource.name, parents)
    key = key_of(path[operation.key_param])
    if draft.get(collection, key) is not None:
        draft.remove(collection, key)
