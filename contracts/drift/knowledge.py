"""What the mock can know of the live server's state: a reading of a call in, whether the two can be
compared out.

The mock begins with what was read of the live server. Where more may be there, or where the two
have come apart already, an answer that depends on it says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.compare.alignment import Alignment
from contracts.drift.start import Start
from contracts.openapi import is_at_or_below
from contracts.oracle.oracle import LISTS
from contracts.targets.reading import Reading
from mockserver.lookup import MISSING, value_at
from mockserver.model.types import Kind, Model, Operation, Resource
from mockserver.state import key_of

MANY = frozenset({*LISTS, Kind.COUNT, Kind.BULK_DELETE})


@dataclass(slots=True)
class Knowledge:
    """Keeps what is lost: paths of items, and names of resources."""

    model: Model
    start: Start
    alignment: Alignment
    _paths: set[str] = field(default_factory=set)
    _resources: set[str] = field(default_factory=set)

    def has_lost(self, path: str) -> bool:
        """Tell whether an item, or one above it, is not the same on both sides any more."""
        return any(is_at_or_below(path, each) for each in self._paths)

    def lose(self, operation: Operation, path: str) -> None:
        """Note that a call had its effect on one side only."""
        if operation.key_param is not None:
            self._paths.add(path)
        self._resources.add(str(operation.resource))

    def lose_item(self, path: str) -> None:
        """Note that an item differs."""
        self._paths.add(path)

    def follow(self, operation: Operation) -> None:
        """Note what an accepted change leads to elsewhere that depends on records which nobody
        listed.
        """
        resource = self.model.resources.get(operation.resource or "")
        if resource is None:
            return
        for mirror in resource.mirrors:
            self._resources |= (
                {mirror.resource} if self._looks_into_the_dark(mirror.find) else set()
            )
        for steps in resource.states.steps.values() if resource.states else ():
            for step in steps:
                self._resources |= {step.into} if self._looks_into_the_dark(step.find) else set()

    def covers_refusal(self, reading: Reading) -> bool:
        """Tell whether it can be known that a call is accepted or refused: all that it refers to
        was read.
        """
        operation = reading.operation
        resource = (
            self.model.resources.get(operation.resource or "") if operation is not None else None
        )
        if operation is None or resource is None or not isinstance(reading.body, Mapping):
            return True
        body = reading.body.get(operation.envelope.request or "", reading.body)
        return all(
            self._refers(each.resource, each.by, value_at(body, each.field))
            for each in resource.references
        )

    def covers(self, reading: Reading) -> bool:
        """Tell whether the mock has all records that an answer shows."""
        operation = reading.operation
        if operation is None or operation.resource is None or operation.kind not in MANY:
            return True
        joined = (
            operation.view.join.resource
            if operation.view is not None and operation.view.join
            else None
        )
        if {operation.resource, joined} & self._resources:
            return False
        resource = self.model.resources[operation.resource]
        above = [each for each in operation.parents if each.param in reading.path]
        if any(
            each.resource and self.alignment.is_new(reading.path[each.param], each.resource)
            for each in above
        ):
            return True
        split = {parent.param for parent in resource.split}
        keys = tuple(key_of(reading.path[each.param]) for each in above if each.param in split)
        beside = joined is None or self.start.is_whole(joined, keys)
        return beside and self.start.is_whole(resource.name, keys)

    def _refers(self, resource: str, by: str, value: Any) -> bool:
        if value is MISSING or value is None or self.start.is_whole(resource, ()):
            return True
        held = {
            value_at(each, by)
            for each in self.start.under(resource)
            if not isinstance(value_at(each, by), list)
        }
        own = self._own(self.model.resources[resource], by, value)
        return own or (not isinstance(value, Mapping | list) and value in held)

    def _own(self, resource: Resource, by: str, value: Any) -> bool:
        """Tell whether a value is the key of a record that the run made."""
        scalar = isinstance(value, str | int)
        return scalar and by == resource.key and self.alignment.knows(value, resource.name)

    def _looks_into_the_dark(self, find: Mapping[str, Any]) -> bool:
        return any(not self.start.is_whole(str(each["in"]), ()) for each in find.values())
