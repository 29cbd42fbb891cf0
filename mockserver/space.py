"""A space: one isolated state of one API, and the only place where a decision is made and applied."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.behavior.decide import decide
from mockserver.call import Call, Reply, Supply
from mockserver.model.types import Model
from mockserver.stores.base import Store


@dataclass(frozen=True, slots=True)
class Space:
    """A model, its state and its supply."""

    model: Model
    store: Store
    supply: Supply

    def answer(self, call: Call) -> Reply:
        """Decide a call and apply its changes, all or none."""
        with self.store.transaction() as transaction:
            decision = decide(self.model, call, transaction, self.supply)
            if decision.changes:
                transaction.apply(decision.changes)
        return decision.reply
