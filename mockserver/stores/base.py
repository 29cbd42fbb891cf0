"""What a store is: it gives a consistent Reader and applies the changes of one decision at a
time.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol, Self

from mockserver.state import Change, Reader


class Transaction(Reader, Protocol):
    """A reader whose view does not change under it, and the only way to change the state."""

    def apply(self, changes: Iterable[Change]) -> None:
        """Apply all changes of a decision, in order."""
        ...


class Store(Protocol):
    """Keeps the state of one space."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Return a transaction; no other one runs until it ends."""
        ...

    def fork(self) -> Self:
        """Return a store with the same state; later changes of either do not show in the other."""
        ...

    def part(self, name: str, start: Self) -> Self:
        """Return the state of a tenant, which a fork and a restore take along; one that is new
        begins with a start.
        """
        ...

    def restore(self, snapshot: Self) -> None:
        """Take the state of a snapshot (a fork made earlier), which stays as it is."""
        ...
