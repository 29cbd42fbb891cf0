"""A call whose place and values are settled, and what is wrong with it on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.requests.spoils import Spoil
from contracts.targets.reading import Reading
from mockserver.model.types import Operation, Resource
from mockserver.state import key_of


@dataclass(frozen=True, slots=True)
class Settled:
    """A call in the oracle's own values: its placeholders are still to be spelled as the server
    knows them. `headers` are those on which the answer depends, by name in small letters.
    """

    operation: Operation
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Any
    spoil: Spoil | None
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, reading: Reading) -> Settled | None:
        """Return a call as its document reads it, None where it is no operation."""
        operation = reading.operation
        if operation is None:
            return None
        path, query, body = reading.path, reading.query, reading.body
        return cls(operation, path, query, body, None, reading.headers)


def keys_above(
    resource: Resource, operation: Operation, path: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the keys in the path of a call that choose the collection of a resource."""
    keys = [
        key_of(path[parent.param])
        for parent in operation.parents
        if parent.splits and parent.param in path
    ]
    return tuple(keys[: len(resource.split)])
