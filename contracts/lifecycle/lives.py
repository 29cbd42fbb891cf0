"""The values of a lifecycle: the lane of a resource, the attempts that were made and what came of
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mockserver.model.paths import canonical, collection_of
from mockserver.model.types import Kind, Model, Operation, Parent


class Step(StrEnum):
    """The stations of a record's life, in order."""

    PARENT = "parent"
    CREATE = "create"
    READ = "read"
    LIST = "list"
    UPDATE = "update"
    DELETE = "delete"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One step that was tried on an operation: it worked when `why` is empty. `status` is 0 without
    a reply.
    """

    step: Step
    operation: str
    why: str = ""
    status: int = 0

    @property
    def worked(self) -> bool:
        return not self.why


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


@dataclass(frozen=True, slots=True)
class Life:
    """What came of one resource: the attempts, in the order in which they were made."""

    lane: Lane
    attempts: Sequence[Attempt]

    @property
    def whole(self) -> bool:
        """Whether every step that the document has was tried and worked."""
        return all(attempt.worked for attempt in self.attempts)

    @property
    def failed(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts if not attempt.worked]


_UPDATES = frozenset({Kind.MERGE, Kind.REPLACE, Kind.UPSERT})


def lanes(model: Model) -> dict[str, Lane]:
    """Return a lane for each collection path in which records can be made, parents first."""
    found: dict[str, Lane] = {}
    paths = {
        canonical(each.path) if each.key_param is None else collection_of(each.path)
        for each in model.operations
    }
    for path in sorted(paths, key=lambda each: (each.count("/"), each)):
        lane = _lane(model, path)
        if lane is not None:
            found[path] = lane
    return found


def _lane(model: Model, path: str) -> Lane | None:
    own = [each for each in model.operations if each.membership is None]
    on_path = [each for each in own if canonical(each.path) == path]
    on_item = [each for each in own if each.key_param and _is_item_of(each.path, path)]
    create = _first(on_path, Kind.CREATE) or _first(on_item, Kind.UPSERT)
    if create is None or create.resource is None:
        return None
    read = _first(on_item, Kind.READ)
    return Lane(
        resource=create.resource,
        path=path,
        key_param=next((each.key_param for each in on_item), None),
        parents=create.parents,
        create=create,
        read=read,
        list=_first(on_path, Kind.LIST),
        updates=tuple(each for each in on_item if each.kind in _UPDATES),
        delete=_first(on_item, Kind.DELETE),
    )


def _is_item_of(path: str, collection: str) -> bool:
    return canonical(path) != collection and collection_of(path) == collection


def _first(operations: list[Operation], kind: Kind) -> Operation | None:
    return next((each for each in operations if each.kind is kind), None)
