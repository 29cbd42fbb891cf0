"""The lanes of an API: the operations that a record of each collection meets in its life."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.model.paths import canonical, collection_of
from mockserver.model.types import Kind, Model, Operation, Parent

_UPDATES = frozenset({Kind.MERGE, Kind.REPLACE, Kind.UPSERT})


@dataclass(frozen=True, slots=True)
class Lane:
    """The operations on one collection and its items, as far as they have a part in a lifecycle."""

    resource: str
    path: str
    key_param: str | None
    parents: tuple[Parent, ...]
    create: Operation
    read: Operation | None = None
    list: Operation | None = None
    updates: tuple[Operation, ...] = ()
    delete: Operation | None = None


def lanes(model: Model) -> dict[str, Lane]:
    """Return a lane for each collection path in which records can be made, parents first."""
    paths = set()
    for operation in model.operations:
        path = operation.path
        if operation.key_param is None:
            paths.add(canonical(path))
        else:
            paths.add(collection_of(path))
    found: dict[str, Lane] = {}
    for path in sorted(paths, key=_depth):
        lane = _lane(model, path)
        if lane is not None:
            found[path] = lane
    return found


def _depth(path: str) -> tuple[int, str]:
    return path.count("/"), path


def _lane(model: Model, path: str) -> Lane | None:
    on_path = []
    on_item = []
    for operation in model.operations:
        if operation.membership is not None:
            continue
        if canonical(operation.path) == path:
            on_path.append(operation)
        elif _is_item_of(operation, path):
            on_item.append(operation)
    create = _first(on_path, Kind.CREATE) or _first(on_item, Kind.UPSERT)
    if create is None or create.resource is None:
        return None
    key_param = on_item[0].key_param if on_item else None
    updates = [each for each in on_item if each.kind in _UPDATES]
    return Lane(
        resource=create.resource,
        path=path,
        key_param=key_param,
        parents=create.parents,
        create=create,
        read=_first(on_item, Kind.READ),
        list=_first(on_path, Kind.LIST),
        updates=tuple(updates),
        delete=_first(on_item, Kind.DELETE),
    )


def _is_item_of(operation: Operation, collection: str) -> bool:
    if not operation.key_param:
        return False
    return collection_of(operation.path) == collection


def _first(operations: list[Operation], kind: Kind) -> Operation | None:
    for operation in operations:
        if operation.kind is kind:
            return operation
    return None
