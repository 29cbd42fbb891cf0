"""Go from a record to those that it belongs to or names, or that belong to it: a tie and a record
in, records out.

    order 7 is {"id": 7, "customer_id": 3}
    above, below    the line 2 of /orders/7/lines, and back
    named, naming   the customer 3, and all orders with that customer_id
    beside, all     the other orders of its collection, and all settings there are
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mockserver.behavior.scene import spellings
from mockserver.lookup import MISSING, value_at
from mockserver.model.keys import GONE
from mockserver.model.types import Model, Resource, Tie, TieWay
from mockserver.slots import dataclass
from mockserver.state import Collection, Condition, Draft, Found, Query


def follow_tie(
    tie: Tie,
    found: Found,
    model: Model,
    draft: Draft,
) -> Sequence[Found]:
    """Return the records to which a tie leads, without those in a trash."""
    walk = _TiePath(tie, found, model, draft)
    reached = walk.reached()
    return [each for each in reached if each.record.get(GONE) is None]


@dataclass(frozen=True, slots=True)
class _TiePath:
    """One way from a record along a tie."""

    tie: Tie
    start: Found
    model: Model
    draft: Draft

    @property
    def source(self) -> Resource:
        return self.model.resources[self.tie.source]

    @property
    def target(self) -> Resource:
        return self.model.resources[self.tie.target]

    def reached(self) -> Iterable[Found]:
        """Return the records at the end."""
        match self.tie.way:
            case TieWay.BELOW:
                return self._all_in(self._place_below())
            case TieWay.ABOVE:
                return self._above()
            case TieWay.NAMED:
                value = value_at(self.start.record, self.tie.field)
                return self._with_value(self.tie.by, value)[:1]
            case TieWay.NAMING:
                value = value_at(self.start.record, self.tie.by)
                return self._with_value(self.tie.field, value)
            case TieWay.BESIDE:
                beside = self._all_in(self.start.collection)
                return [each for each in beside if each.key != self.start.key]
        return self._all_in(Collection(self.tie.target))

    def _all_in(self, place: Collection) -> Sequence[Found]:
        """Return the records of a collection, in their order."""
        query = Query(order=self.target.order)
        return self.draft.select(place, query).found

    def _place_below(self) -> Collection:
        """Return the collection below the record, also where its path leaves out the parents above
        the record.
        """
        path = (*self.start.collection.parents, self.start.key)
        above = len(self.source.split) - self.tie.place
        return Collection(self.tie.target, path[above:])

    def _above(self) -> Sequence[Found]:
        """Return the record below which this one is."""
        place = self.tie.place
        *outer, key = self.start.collection.parents[: place + 1]
        depth = len(self.target.split)
        if depth > place:
            return self._with_value(self.target.key or "", key)
        collection = Collection(self.tie.target, tuple(outer[place - depth :]))
        record = self.draft.get(collection, key)
        if record is None:
            return ()
        return (Found(collection, key, record),)

    def _with_value(
        self,
        name: str,
        value: Any,
    ) -> Sequence[Found]:
        """Return the records of the target that have a value in a property."""
        if value is MISSING or value is None or isinstance(value, Mapping | list):
            return ()
        where = Condition(name, spellings(value))
        query = Query(where=(where,))
        return self.draft.select(Collection(self.tie.target), query).found
