"""Follow the traffic to a server with the oracle: a call and its answer in, what the answer should
have been out.

The oracle keeps the state that the calls must have led to. What a server chooses by itself (keys,
moments, values of its own) is learned from its answers and from then on is part of that state.
Where the oracle cannot know (a record that nobody listed, a call that its document does not
describe), it says nothing.

A shadow is strict, for a mock of the same model, or lenient, for any server: then an answer may
show properties that no document names, and refuse with any status of refusal. What it claims of the
state is held against it either way: that something is there or is not, and which values it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from contracts.oracle.aliases import Aliases
from contracts.oracle.compare import Difference
from contracts.oracle.extent import Extent
from contracts.oracle.judge import judge
from contracts.oracle.lenient import counting
from contracts.oracle.oracle import LISTS, Expected, Oracle
from contracts.oracle.placeholders import Keeper, PlaceholderNumbers, PlaceholderSupply
from contracts.oracle.settled import Settled
from contracts.targets.promises import ANY, CONDITIONS, NEVER_CHANGED
from contracts.targets.target import Answer
from mockserver.lookup import MISSING
from mockserver.model.types import Kind, Model, Operation
from mockserver.state import Advance, Change, Collection, Put, Query, Remove

ABSTAINED = frozenset({401, 403, 429})
"""Statuses that say who may call, or how often, and nothing of the state."""
ASKING = frozenset({*LISTS, Kind.READ, Kind.COUNT, Kind.STATELESS})
"""Kinds that change nothing."""


class Shadow:
    """The state that calls must have led to, and what follows from it for the next answer.

    `changes` are those of the latest call.
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
        """Take what the server holds at the start; of `partial` resources it may hold more than
        that.

        `partial` is None where the start is known, and not read from the server, which keeps some
        things to itself. A shadow that `adopts` keeps the state in the values of the server, so
        that requests of others can be followed; else it keeps placeholders, which stay in the order
        in which they were made.
        """
        self.model = model
        self._supply = PlaceholderSupply()
        self.numbers = PlaceholderNumbers(store)
        self.aliases = Aliases(self._supply)
        self._oracle = Oracle(model, self.numbers, self._supply)
        self._extent = Extent(model, self.numbers, partial)
        self._adopts = adopts
        self._strict = strict
        self.changes: Sequence[Change] = ()
        self._unsettled: dict[tuple[Collection, str], None] = {}
        self._begin()

    def judge(self, settled: Settled, answer: Answer) -> list[Difference]:
        """Return where an answer is not what the calls so far must bring, and follow it."""
        operation, accepted = settled.operation, answer.status < 300
        self.changes = ()
        if not self._strict and answer.status in ABSTAINED:
            return []
        if not self._strict and answer.status >= 500:
            self.pass_over(operation, answer)
            return [Difference("status", "no error of the server", (answer.status, answer.body))]
        if not self.knows(settled):
            if accepted and operation.kind not in (*ASKING, Kind.CREATE):
                self._extent.lose(operation)
            return []
        expected = self._oracle.expect(settled)
        found = judge(operation, expected, answer, self.aliases)
        if not self._strict:
            found = list(counting(self.model, settled, expected, answer, self.aliases, found))
        if expected.problem is None and (accepted or self._strict):
            self._follow(settled, expected)
            if self._extent.hides and expected.changes:
                self._extent.lose_followers(operation)
        elif accepted and operation.kind not in ASKING:
            self._extent.lose(operation)
        self._settle()
        return found

    def pass_over(self, operation: Operation, answer: Answer) -> None:
        """Follow a call that the document does not describe: when it was not refused, nobody knows
        what it did.
        """
        if not 400 <= answer.status < 500 and operation.kind not in ASKING:
            self._extent.lose(operation)

    def knows(self, settled: Settled) -> bool:
        """Tell whether the oracle knows all that the answer to a call depends on."""
        operation = settled.operation
        if any(map(_is_of_a_version, settled.headers.items())):
            return False
        if operation.kind is Kind.STATELESS or operation.resource is None:
            return operation.kind is Kind.ACTION or self._strict
        resource = self.model.resources[operation.resource]
        if resource.given and resource.key is not None:
            return False
        if (
            self._adopts
            and operation.kind in (*LISTS, Kind.BULK_DELETE)
            and operation.resource in self._untold()
        ):
            self._extent.is_lost = True
            return False
        return self._extent.covers(settled)

    @property
    def is_lost(self) -> bool:
        """Whether what the server holds should be read again, because a call did what nobody
        knows.
        """
        return self._extent.is_lost

    def _follow(self, settled: Settled, expected: Expected) -> None:
        """Let a call have its effect, in the values of the server as far as it has told them."""
        self.numbers.apply(expected.changes)
        self.changes = (
            [self._filled(change) for change in expected.changes]
            if self._adopts
            else expected.changes
        )
        if self._adopts:
            changed = [each for each in expected.changes if not isinstance(each, Advance)]
            self._unsettled |= {(each.collection, each.key): None for each in changed}
        if settled.operation.kind is Kind.CREATE:
            for change in self.changes:
                if (
                    isinstance(change, Put)
                    and change.collection.resource == settled.operation.resource
                ):
                    self._extent.begin_below(change)

    def _settle(self) -> None:
        """Write records that hold placeholders anew, in the values that the server has told of them
        by now.
        """
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

    def _filled(self, change: Change) -> Change:
        if isinstance(change, Advance):
            return change
        parents = tuple(self.aliases.filled(each) for each in change.collection.parents)
        collection, key = (
            Collection(change.collection.resource, parents),
            self.aliases.filled(change.key),
        )
        if isinstance(change, Put):
            return Put(collection, key, self.aliases.filled(dict(change.record)))
        return Remove(collection, key)

    def _untold(self) -> set[str]:
        """Return the resources of which a key is not told yet: nobody knows where such a record
        stands in a list.
        """
        return {place.resource for place, key in self._unsettled if self.aliases.told(key) != key}

    def _begin(self) -> None:
        """Take note of the records that are there from the start: no new one may get a key of
        theirs.
        """
        for resource in self.model.resources.values():
            found = self.numbers.select(Collection(resource.name), Query()).found
            self.aliases.take(self.numbers.block(resource.name), [each.key for each in found])
            for children in resource.children:
                keys = [
                    str(child[children.key])
                    for each in found
                    for child in each.record.get(children.field, ())
                ]
                self.aliases.take(self.numbers.block(f"{resource.name}.{children.field}"), keys)


def _is_of_a_version(header: tuple[str, str]) -> bool:
    """Tell whether a header asks for a version that only the server knows."""
    name, text = header
    if name in ("if-match", "if-none-match"):
        return text.strip() != ANY
    return name in CONDITIONS and text not in NEVER_CHANGED.values()
