"""Observe what a server answers: an operation with its path, a status and a body in, records put
into a store out.

    GET /shelves/7/books -> 200 [{"id": 1, "title": "Kindred"}]

shows the book 1 below the shelf 7, and that there is a shelf 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from mockserver.lookup import MISSING, value_at
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
    items: list[Any] = []
    if operation.kind is Kind.LIST and operation.view is None:
        listed = inside(operation.envelope.many, body)
        if isinstance(listed, list):
            items = [inside(operation.envelope.item, item) for item in listed]
    elif operation.kind in _ONE:
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
    parents: list[str] = []
    for parent in resource.split:
        own = record.get(parent.field or parent.param)
        value = _scalar(observation.path.get(parent.param, own))
        if value is None:
            return
        _put_parent(model, parent.resource, tuple(parents), value, draft)
        parents.append(key_of(value))
    key = _scalar(value_at(record, resource.key)) if resource.key else ""
    if key is None:
        return
    collection = Collection(resource.name, tuple(parents))
    known = draft.get(collection, key_of(key)) or {}
    draft.put(collection, key_of(key), {**known, **record})
    note_numbers(resource, record, draft)


def _put_parent(
    model: Model, name: str | None, above: tuple[str, ...], key: Any, draft: Draft
) -> None:
    """Note a record of which nothing is known but that others are below it."""
    resource = model.resources.get(name or "")
    if resource is None or resource.key is None or len(above) < len(resource.split):
        return
    collection = Collection(resource.name, above[: len(resource.split)])
    if draft.get(collection, key_of(key)) is None:
        draft.put(collection, key_of(key), {resource.key: key})


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


def _scalar(value: Any) -> Any:
    """Return a value that can be a key, None for any other."""
    return value if isinstance(value, str | int | float) else None
