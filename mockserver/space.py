"""Spaces: isolated states of one API, and the only place where a decision is made and applied."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

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


class Spaces:
    """The spaces of one API: the first one, and others by name, each made from the start when it is first asked for.

    A new space costs nothing: it shares the records of the start until it is written to.
    """

    def __init__(self, first: Space) -> None:
        self.first = first
        self._start: Store = first.store.fork()
        self._others: dict[str, Space] = {}
        self._lock = threading.Lock()

    def at(self, name: str) -> Space:
        """Return the space of a name; the empty name is the first space."""
        if not name:
            return self.first
        space = self._others.get(name)
        if space is None:
            with self._lock:
                made = replace(self.first, store=self._start.fork())
                space = self._others.setdefault(name, made)
        return space

    def reset(self, name: str = "") -> None:
        """Put a space back to the start."""
        self.at(name).store.restore(self._start)

    def drop(self, name: str) -> bool:
        """Forget a space; tell whether it was there. The first one stays."""
        return self._others.pop(name, None) is not None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the spaces beside the first, in the order in which they were made."""
        return tuple(self._others)
