"""How far the oracle's knowledge of a server goes: what may be there that nobody has told it, and
what is hidden.

Where a run begins with the whole state of a server, all is known. Else a resource may be `partial`:
there can be records of it that no operation lists, or that were too many to read; but what is below
a record that the run made itself is known from its beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from contracts.compare.placeholders import PlaceholderNumbers
from contracts.openapi import properties
from contracts.oracle.oracle import LISTS, REMOVALS
from contracts.oracle.settled import Settled, keys_above
from mockserver.model.types import Formula, Kind, Model, Operation, Resource
from mockserver.model.types.relation import RESTRICT
from mockserver.state import Collection, Put, Query, Remove, key_of

ASKING = frozenset({*LISTS, Kind.READ, Kind.COUNT})
MANY = frozenset({*LISTS, Kind.COUNT, Kind.BULK_DELETE})


class Extent:
    """What is known of a server. `is_lost` tells that it should be read again, for a call did what
    nobody knows.
    """

    def __init__(
        self, model: Model, numbers: PlaceholderNumbers, partial: Iterable[str] | None
    ) -> None:
        """Take the model, the records that are known, and the partial resources; None where all is
        known.
        """
        self._model, self._numbers = model, numbers
        self._partial = set(partial or ())
        self._whole: set[Collection] = set()
        self.hides = partial is not None
        self.is_lost = False

    def covers(self, settled: Settled) -> bool:
        """Tell whether all is known that the answer to a call on a resource depends on."""
        operation = settled.operation
        if self.hides and self._asks_for_hidden(settled):
            return False
        if not self._partial:
            return True
        if not self._partial.isdisjoint(_decisive(self._model, operation)):
            return False
        if not all(
            self._knows_parent(settled, each.param, each.resource) for each in operation.parents
        ):
            return False
        resource = self._model.resources[str(operation.resource)]
        if not self._partial & {resource.name, *_beside(self._model, operation)} or self._is_whole(
            resource, settled
        ):
            return True
        if operation.key_param is None or operation.kind in MANY:
            return (
                operation.kind is Kind.CREATE and not resource.unique and resource.position is None
            )
        return self._finds(resource, settled, operation.key_param) is not None

    def is_partial(self, name: str) -> bool:
        """Tell whether there may be records of a resource of which nobody has heard."""
        return name in self._partial

    def lose(self, operation: Operation) -> None:
        """Note that what an operation is about is no longer known, nor what is below it."""
        self._lose({operation.resource} if operation.resource else set(self._model.resources))

    def lose_resource(self, name: str) -> None:
        """Note that the records of a resource are no longer known, nor what is below them."""
        self._lose({name})

    def lose_followers(self, operation: Operation) -> None:
        """Note that what changes along with a resource, by ties that a server need not show, is no
        longer known.
        """
        self._lose(
            {each for each in _followers(self._model, operation) if each != operation.resource}
        )

    def begin_below(self, made: Put) -> None:
        """Note that what is below a new record is known from its beginning."""
        if self._partial:
            above = (*made.collection.parents, made.key)
            for resource in self._model.resources.values():
                if resource.split and resource.split[-1].resource == made.collection.resource:
                    self._whole.add(Collection(resource.name, above))

    def _lose(self, names: set[str]) -> None:
        self.is_lost = self.is_lost or bool(names)
        grown = names
        while grown:
            names = names | grown
            grown = {
                each.name
                for each in self._model.resources.values()
                if _hangs_on(self._model, each, names)
            } - names
        self._partial |= names
        self._whole = {each for each in self._whole if each.resource not in names}
        for name in names:
            found = self._numbers.select(Collection(name), Query()).found
            self._numbers.apply([Remove(each.collection, each.key) for each in found])

    def _asks_for_hidden(self, settled: Settled) -> bool:
        """Tell whether an answer depends on properties that the server shows nobody, and that were
        not sent to it.
        """
        operation = settled.operation
        resource = self._model.resources.get(operation.resource or "")
        if resource is None:
            return False
        shown = properties(self._model.document.spec, resource.schema)
        asked = [
            each.field.partition(".")[0]
            for each in operation.filters
            if each.param in settled.query
        ]
        return operation.view is not None or any(
            each in resource.hidden or each not in shown for each in asked
        )

    def _knows_parent(self, settled: Settled, param: str, name: str | None) -> bool:
        if name is None or param not in settled.path:
            return True
        resource = self._model.resources[name]
        return self._finds(resource, settled, param) is not None or self._is_whole(
            resource, settled
        )

    def _finds(self, resource: Resource, settled: Settled, param: str) -> Any:
        key = key_of(settled.path.get(param, ""))
        return self._numbers.get(
            Collection(resource.name, keys_above(resource, settled.operation, settled.path)), key
        )

    def _is_whole(self, resource: Resource, settled: Settled) -> bool:
        above = keys_above(resource, settled.operation, settled.path)
        collections = (
            Collection(resource.name, above[:depth]) for depth in range(1, len(above) + 1)
        )
        return resource.name not in self._partial or any(
            each in self._whole for each in collections
        )


def _hangs_on(model: Model, resource: Resource, names: set[str]) -> bool:
    """Tell whether records of a resource are below, or mirrors of, those of others."""
    mirrors = {mirror.resource for name in names for mirror in model.resources[name].mirrors}
    shows = _looked_at(resource.formulas.values())
    if not names.isdisjoint(shows):
        return True
    return resource.name in mirrors or any(parent.resource in names for parent in resource.parents)


def _looked_at(formulas: Iterable[Formula]) -> Iterator[str]:
    """Yield the other resources at which formulas look.

    `sum(lines.amount)` looks at the lines.
    """
    for formula in formulas:
        for tie in formula.ties.values():
            yield tie.target


def _decisive(model: Model, operation: Operation) -> Iterator[str]:
    """Yield the other resources whose records may refuse a call.

    These are those at which conditions look and, where a record is to go, those that hold it back.
    """
    resource = model.resources[str(operation.resource)]
    if operation.kind in ASKING and not operation.demands:
        return
    demands = (*resource.demands, *operation.demands)
    yield from _looked_at(demand.must for demand in demands)
    if operation.kind in REMOVALS:
        yield from _holding(model, resource)


def _holding(model: Model, resource: Resource) -> Iterator[str]:
    """Yield the resources whose records hold back those of another one."""
    for other in model.resources.values():
        held = set()
        for parent in other.parents:
            if parent.on_delete == RESTRICT:
                held.add(parent.resource)
        for reference in other.references:
            if reference.on_delete == RESTRICT:
                held.add(reference.resource)
        if resource.name in held:
            yield other.name


def _followers(model: Model, operation: Operation) -> Iterator[str]:
    """Yield the resources that change along with the one of an operation, by ties that a server
    need not show.
    """
    resource = model.resources[str(operation.resource)]
    yield from (each.resource for each in resource.mirrors)
    if resource.states is not None:
        yield from (step.into for steps in resource.states.steps.values() for step in steps)


def _beside(model: Model, operation: Operation) -> Iterator[str]:
    """Yield the other resources that an operation looks at: those of references, views and
    mirrors.
    """
    resource = model.resources[str(operation.resource)]
    yield from (each.resource for each in resource.references)
    yield from (each.resource for each in resource.mirrors)
    if operation.view is not None and operation.view.join is not None:
        yield operation.view.join.resource
