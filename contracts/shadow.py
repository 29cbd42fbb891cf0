"""Follow the traffic to a server with the oracle: a call and its answer in, what the answer should have been out.

The oracle keeps the state that the calls must have led to. What a server chooses by itself (keys, moments, values of
its own) is learned from its answers and from then on is part of that state. Where the oracle cannot know (a record
that nobody listed, a call that its document does not describe), it says nothing.

A shadow is strict, for a mock of the same model, or lenient, for any server: then an answer may show properties
that no document names, and refuse with any status of refusal. What it claims of the state is held against it
either way: that something is there or is not, and which values it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from contracts.aliases import Aliases
from contracts.compare import Difference
from contracts.judge import judge
from contracts.oracle import LISTS, Expected, Oracle
from contracts.placeholders import Keeper, PlaceholderNumbers, PlaceholderSupply
from contracts.pool import Settled
from contracts.targets import Answer
from mockserver.lookup import MISSING
from mockserver.model.declared import operation_at, properties, success_schema
from mockserver.model.types import Kind, Model, Operation, Resource
from mockserver.state import Advance, Change, Collection, Put, Query, Remove, key_of

CLAIMS = frozenset({404, 409, 410, 412})
"""Statuses of refusal that claim something of the state."""
ABSTAINED = frozenset({401, 403, 429})
"""Statuses that say who may call, or how often, and nothing of the state."""
MANY = frozenset({*LISTS, Kind.COUNT, Kind.BULK_DELETE})


class Shadow:
    """The state that calls must have led to, and what follows from it for the next answer.

    `changes` are those of the latest call. `is_lost` tells that a call did what nobody
    knows, so that what the server holds should be read again.
    """

    def __init__(
        self,
        model: Model,
        store: Keeper,
        partial: Iterable[str] | None = None,
        *,
        strict: bool = False,
        adopts: bool = False,
    ) -> None:
        """Take what the server holds at the start; of `partial` resources it may hold more than that.

        `partial` is None where the start is known, and not read from the server, which keeps some things to itself.
        A shadow that `adopts` keeps the state in the values of the server, so that requests of others can be
        followed; else it keeps placeholders, which stay in the order in which they were made.
        """
        self.model = model
        self._supply = PlaceholderSupply()
        self.numbers = PlaceholderNumbers(store)
        self.aliases = Aliases(self._supply)
        self._oracle = Oracle(model, self.numbers, self._supply)
        self._partial = set(partial or ())
        self._hides = partial is not None
        self._adopts = adopts
        self._whole: set[Collection] = set()
        self._strict = strict
        self.changes: Sequence[Change] = ()
        self.is_lost = False
        self._unsettled: dict[tuple[Collection, str], None] = {}
        self._begin()

    def judge(self, settled: Settled, answer: Answer) -> list[Difference]:
        """Return where an answer is not what the calls so far must bring, and follow it."""
        operation = settled.operation
        self.changes = ()
        if not self._strict and answer.status in ABSTAINED:
            return []
        if not self._strict and answer.status >= 500:
            self.pass_over(operation, answer)
            return [Difference("status", "no error of the server", (answer.status, answer.body))]
        if not self.knows(settled):
            self._learn(settled, answer)
            return []
        expected = self._oracle.expect(settled)
        found = judge(operation, expected, answer, self.aliases)
        if not self._strict:
            found = list(self._counting(settled, expected, answer, found))
        accepted = answer.status < 300
        if expected.problem is None and (accepted or self._strict):
            self._follow(settled, expected)
            if self._hides and expected.changes:
                self._lose_all({each for each in _follow_ups(self.model, operation) if each != operation.resource})
        elif accepted and operation.kind not in (*LISTS, Kind.READ, Kind.COUNT):
            self.lose(operation)
        self._settle()
        return found

    def pass_over(self, operation: Operation, answer: Answer) -> None:
        """Follow a call that the document does not describe: when it was not refused, nobody knows what it did."""
        if not 400 <= answer.status < 500 and operation.kind not in (*LISTS, Kind.READ, Kind.COUNT, Kind.STATELESS):
            self.lose(operation)

    def knows(self, settled: Settled) -> bool:
        """Tell whether the oracle knows all that the answer depends on."""
        operation = settled.operation
        if self._hides and self._asks_for_hidden(settled):
            return False
        if self._adopts and operation.kind in (*LISTS, Kind.BULK_DELETE) and operation.resource in self._untold():
            self.is_lost = True
            return False
        if operation.kind is Kind.STATELESS or operation.resource is None:
            return operation.kind is Kind.ACTION or self._strict
        if not self._partial:
            return True
        for parent in operation.parents:
            if parent.resource is not None and parent.param in settled.path:
                above = self.model.resources[parent.resource]
                if self._finds(above, settled, parent.param) is None and not self._is_whole(above, settled):
                    return False
        resource = self.model.resources[operation.resource]
        if any(self._touches(each) for each in (resource.name, *_beside(self.model, operation))):
            whole = self._is_whole(resource, settled)
            if operation.key_param is None or operation.kind in MANY:
                return whole or (operation.kind is Kind.CREATE and not resource.unique and resource.position is None)
            return whole or self._finds(resource, settled, operation.key_param) is not None
        return True

    def lose(self, operation: Operation) -> None:
        """Note that what an operation is about is no longer known, nor what is below it."""
        self._lose_all({str(operation.resource)} if operation.resource else set(self.model.resources))

    def _lose_all(self, names: set[str]) -> None:
        grown = bool(names)
        self.is_lost = self.is_lost or grown
        while grown:
            more = {
                each.name
                for each in self.model.resources.values()
                if any(parent.resource in names for parent in each.parents)
                or any(mirror.resource == each.name for name in names for mirror in self.model.resources[name].mirrors)
            }
            grown = bool(more - names)
            names = names | more
        self._partial |= names
        self._whole = {each for each in self._whole if each.resource not in names}
        for name in names:
            found = self.numbers.select(Collection(name), Query()).found
            self.numbers.apply([Remove(each.collection, each.key) for each in found])

    def _follow(self, settled: Settled, expected: Expected) -> None:
        """Let a call have its effect, in the values of the server as far as it has told them."""
        self.numbers.apply(expected.changes)
        self.changes = [self._filled(change) for change in expected.changes] if self._adopts else expected.changes
        if self._adopts:
            changed = [each for each in expected.changes if not isinstance(each, Advance)]
            self._unsettled |= {(each.collection, each.key): None for each in changed}
        if self._partial and settled.operation.kind is Kind.CREATE:
            for change in self.changes:
                if isinstance(change, Put) and change.collection.resource == settled.operation.resource:
                    self._open(change)

    def _settle(self) -> None:
        """Write records that hold placeholders anew, in the values that the server has told of them by now."""
        for collection, key in list(self._unsettled):
            del self._unsettled[collection, key]
            record = self.numbers.get(collection, key)
            if record is None:
                continue
            held = Put(collection, key, record)
            put = self._filled(held)
            if isinstance(put, Put) and put != held:
                self.numbers.apply([Remove(collection, key), put])
                held = put
            if self.aliases.told([held.key, dict(held.record)]) is MISSING:
                self._unsettled[held.collection, held.key] = None

    def _open(self, made: Put) -> None:
        """Note that what is below a new record is known from its beginning."""
        above = (*made.collection.parents, made.key)
        for resource in self.model.resources.values():
            if resource.split and resource.split[-1].resource == made.collection.resource:
                self._whole.add(Collection(resource.name, above))

    def _filled(self, change: Change) -> Change:
        if isinstance(change, Advance):
            return change
        parents = tuple(self.aliases.filled(each) for each in change.collection.parents)
        collection, key = Collection(change.collection.resource, parents), self.aliases.filled(change.key)
        if isinstance(change, Put):
            return Put(collection, key, self.aliases.filled(dict(change.record)))
        return Remove(collection, key)

    def _counting(
        self, settled: Settled, expected: Expected, answer: Answer, found: Sequence[Difference]
    ) -> Iterator[Difference]:
        """Yield the differences that count for any server."""
        if answer.status >= 400:
            if expected.problem is None and answer.status in CLAIMS and not _may_refuse(self.model, settled, answer):
                yield from found
            return
        if expected.problem is not None:
            yield from found
            return
        if answer.status != expected.status:
            again = judge(settled.operation, _with_status(expected, answer), answer, self.aliases)
            yield from self._counting(settled, _with_status(expected, answer), answer, again)
            return
        declared = _declared(self.model, settled.operation)
        for each in found:
            name = each.place.rpartition("/")[2]
            undeclared = each.expected is MISSING and name not in declared
            empty = each.expected is MISSING and each.actual is None
            if not undeclared and not empty and each.place != "Location":
                yield each

    def _learn(self, settled: Settled, answer: Answer) -> None:
        """Take from an answer what it tells of records that were not known."""
        operation = settled.operation
        reads = operation.kind in (*LISTS, Kind.READ, Kind.COUNT, Kind.STATELESS)
        if answer.status < 300 and not reads and operation.kind is not Kind.CREATE:
            self.lose(operation)

    def _asks_for_hidden(self, settled: Settled) -> bool:
        """Tell whether an answer depends on properties that the server shows nobody, and that were not sent to it."""
        operation = settled.operation
        resource = self.model.resources.get(operation.resource or "")
        if resource is None:
            return False
        shown = properties(self.model.document.spec, resource.schema)
        asked = [each.field.partition(".")[0] for each in operation.filters if each.param in settled.query]
        return operation.view is not None or any(each in resource.hidden or each not in shown for each in asked)

    def _untold(self) -> set[str]:
        """Return the resources of which a key is not told yet: nobody knows where such a record stands in a list."""
        return {place.resource for place, key in self._unsettled if self.aliases.told(key) != key}

    def _finds(self, resource: Resource, settled: Settled, param: str) -> Any:
        key = key_of(settled.path.get(param, ""))
        return self.numbers.get(Collection(resource.name, self._above(resource, settled)), key)

    def _above(self, resource: Resource, settled: Settled) -> tuple[str, ...]:
        """Return the keys in the path of a call that choose the collection of a resource."""
        values = [
            key_of(settled.path[parent.param])
            for parent in settled.operation.parents
            if parent.splits and parent.param in settled.path
        ]
        return tuple(values[: len(resource.split)])

    def _is_whole(self, resource: Resource, settled: Settled) -> bool:
        above = self._above(resource, settled)
        collections = (Collection(resource.name, above[:depth]) for depth in range(1, len(above) + 1))
        return resource.name not in self._partial or any(each in self._whole for each in collections)

    def _touches(self, name: str) -> bool:
        return name in self._partial

    def _begin(self) -> None:
        """Take note of the records that are there from the start: no new one may get a key of theirs."""
        for resource in self.model.resources.values():
            found = self.numbers.select(Collection(resource.name), Query()).found
            self.aliases.take(self.numbers.block(resource.name), [each.key for each in found])
            for children in resource.children:
                keys = [str(child[children.key]) for each in found for child in each.record.get(children.field, ())]
                self.aliases.take(self.numbers.block(f"{resource.name}.{children.field}"), keys)


def _follow_ups(model: Model, operation: Operation) -> Iterator[str]:
    """Yield the resources that change along with the one of an operation, by ties that a server need not show."""
    resource = model.resources[str(operation.resource)]
    yield from (each.resource for each in resource.mirrors)
    if resource.states is not None:
        yield from (step.into for steps in resource.states.steps.values() for step in steps)


def _beside(model: Model, operation: Operation) -> Iterator[str]:
    """Yield the other resources that an operation looks at: those of references, views and mirrors."""
    resource = model.resources[str(operation.resource)]
    yield from (each.resource for each in resource.references)
    yield from (each.resource for each in resource.mirrors)
    if operation.view is not None and operation.view.join is not None:
        yield operation.view.join.resource


def _may_refuse(model: Model, settled: Settled, answer: Answer) -> bool:
    """Tell whether the document says that this status may refuse a well-formed call (`x-refusals`)."""
    operation = settled.operation
    said = operation_at(model.document.spec, operation.path, operation.method).get("x-refusals") or {}
    return answer.status in said.get("valid", ())


def _with_status(expected: Expected, answer: Answer) -> Expected:
    """Return what is expected under another status of success: the same body, unless there can be none."""
    empty = expected.empty or answer.status == 204
    return Expected(
        answer.status, expected.value, expected.page, empty, expected.location, expected.problem, expected.changes
    )


def _declared(model: Model, operation: Operation) -> Mapping[str, Any]:
    """Return the properties that a document names anywhere in a reply of an operation."""
    spec = model.document.spec
    schema = success_schema(operation_at(spec, operation.path, operation.method), operation.success)
    resource = model.resources.get(operation.resource or "")
    own = properties(spec, resource.schema) if resource is not None else {}
    return {**properties(spec, schema), **own}
