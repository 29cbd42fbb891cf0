"""Take over what replies show: an operation with its path, a status and a body in, records put into
a store out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.lookup import MISSING, value_at
from mockserver.model.envelopes import inside
from mockserver.model.types import Kind, Model, Operation, Resource
from mockserver.seeding.fixtures import note_numbers
from mockserver.state import Collection, Draft, Record, key_of
from mockserver.stores.base import Store

_ONE = frozenset({Kind.READ, Kind.CREATE, Kind.REPLACE, Kind.MERGE, Kind.UPSERT})


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply of a server, decoded: `path` are the parameters of its path by name, in their
    types.
    """

    operation: Operation
    path: Mapping[str, Any]
    status: int
    body: Any = field(default=MISSING)


def records_in(shown: Shown) -> list[Record]:
    """Return the records that a reply shows whole, none for a refusal and for what is no record."""
    operation = shown.operation
    if not 200 <= shown.status < 300 or operation.resource is None:
        return []
    if operation.kind is Kind.LIST and operation.view is None:
        listed = inside(operation.envelope.many, shown.body)
        items = (
            [inside(operation.envelope.item, each) for each in listed]
            if isinstance(listed, list)
            else []
        )
    elif operation.kind in _ONE:
        value = inside(operation.envelope.one, shown.body)
        items = value if isinstance(value, list) else [value]
    else:
        items = []
    return [each for each in items if isinstance(each, Mapping)]


def take_over(model: Model, store: Store, shown: Shown) -> None:
    """Put the records that a reply shows into a store, over what is known of them; one that was
    deleted goes.
    """
    records = records_in(shown)
    if not records and shown.operation.kind is not Kind.DELETE:
        return
    resource = model.resources[str(shown.operation.resource)] if shown.operation.resource else None
    with store.transaction() as transaction:
        draft = Draft(transaction)
        for record in records:
            if resource is not None:
                _put(model, resource, shown, record, draft)
        if (
            resource is not None
            and shown.operation.kind is Kind.DELETE
            and 200 <= shown.status < 300
        ):
            _remove(resource, shown, draft)
        transaction.apply(draft.changes)


def _put(model: Model, resource: Resource, shown: Shown, record: Record, draft: Draft) -> None:
    """Put a record where its path and its properties tell, unless they do not."""
    parents: list[str] = []
    for parent in resource.split:
        value = _scalar(shown.path.get(parent.param, record.get(parent.field or parent.param)))
        if value is None:
            return
        _put_parent(model, parent.resource, tuple(parents), value, draft)
        parents.append(key_of(value))
    key = _scalar(value_at(record, resource.key)) if resource.key else ""
    if key is None:
        return
    collection = Collection(resource.name, tuple(parents))
    draft.put(collection, key_of(key), {**(draft.get(collection, key_of(key)) or {}), **record})
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


def _remove(resource: Resource, shown: Shown, draft: Draft) -> None:
    operation = shown.operation
    parents = tuple(
        key_of(shown.path[each.param]) for each in resource.split if each.param in shown.path
    )
    if (
        operation.key_param is None
        or operation.key_param not in shown.path
        or operation.key_field not in (None, resource.key)
    ):
        return
    collection, key = Collection(resource.name, parents), key_of(shown.path[operation.key_param])
    if len(parents) == len(resource.split) and draft.get(collection, key) is not None:
        draft.remove(collection, key)


def _scalar(value: Any) -> Any:
    """Return a value that can be a key, None for any other."""
    return value if isinstance(value, str | int | float) else None
