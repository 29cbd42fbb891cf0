"""What a store is: it gives a consistent Reader and applies the changes of one decision at a
time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import field
from typing import Protocol, Self

from mockserver.ordering import Address
from mockserver.slots import dataclass
from mockserver.state import Change, Reader, Record
from mockserver.stores.board import Board

MOST_ATTEMPTS = 10
"""How often what several transactions hold up is begun, before the last error is told."""


class MustWrite(Exception):
    """A transaction for reading was given changes: decide once more in one for writing."""


class MustArrange(BaseException):
    """What was asked for has to be arranged first, which takes long: call `arrange` in another
    thread, then ask again. No Exception, so that what a user wrote does not catch it.
    """

    def __init__(self, arrange: Callable[[], None]) -> None:
        super().__init__(arrange)
        self.arrange = arrange


class Transaction(Reader, Protocol):
    """A reader whose view does not change under it, and the only way to change the state."""

    def apply(self, changes: Iterable[Change]) -> None:
        """Apply all changes of a decision, in order. Raises MustWrite in a transaction for
        reading.
        """
        ...


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a store keeps, of which nothing is to be changed: the records of each resource and
    those that were removed, numbers given out, and the same for each tenant.
    """

    records: Mapping[str, Mapping[Address, Record]]
    removed: Mapping[str, Mapping[Address, Record]]
    sequences: Mapping[str, int]
    parts: Mapping[str, Contents] = field(default_factory=dict)


class Store(Protocol):
    """Keeps the state of one space. Where it `is_durable`, the state outlives the process, others
    may share it, and each method may take long and raise StoreError.
    """

    @property
    def is_durable(self) -> bool: ...

    def transaction(
        self, reads: bool = False, waits: bool = False
    ) -> AbstractContextManager[Transaction]:
        """Return a transaction; no other one runs until it ends, unless it is one that `reads` and
        changes nothing. In one that `waits`, reading raises MustArrange rather than hold up
        others.
        """
        ...

    def fork(self) -> Self:
        """Return a store with the same state; later changes of either do not show in the other."""
        ...

    def keep(self) -> str:
        """Let a fork outlive who holds it, until it is forgotten; return the name by which it is
        `kept`, which is empty where none outlives the process.
        """
        ...

    def kept(self, name: str) -> Self:
        """Return a fork that is kept under a name."""
        ...

    def part(self, name: str, start: Self) -> Self:
        """Return the state of a tenant, which a fork and a restore take along; one that is new
        begins with a start.
        """
        ...

    def restore(self, snapshot: Self) -> None:
        """Take the state of a snapshot (a fork made earlier), which stays as it is."""
        ...

    def start(self, anew: bool = False) -> Self:
        """Return the state with which the first space and others begin: the present one where there
        is none yet, or it is to be made `anew`.
        """
        ...

    def space(self, name: str, start: Store, anew: bool = False) -> tuple[Self, Self]:
        """Return the state of another space, and the one that a reset brings back there; both begin
        with a start, unless they are known already and not to be made `anew`.
        """
        ...

    def forget(self, name: str) -> bool:
        """Forget the state of another space; tell whether it was there."""
        ...

    def sweep(self, most: int, idle_s: float) -> tuple[str, ...]:
        """Forget the other spaces that nobody has used for so many seconds and, where there are so
        many, the tenth used longest ago; return their names.
        """
        ...

    def names(self) -> tuple[str, ...]:
        """Return the names of the other spaces that are kept, where the store knows them."""
        ...

    def close(self) -> None:
        """Let go of what the store holds open."""
        ...


class Stores(Protocol):
    """Keeps the states of several APIs, and what is known beside them on one `board`."""

    @property
    def board(self) -> Board: ...

    def begun(self, api: str) -> Store | None:
        """Return the state of the first space of an API, None where there is none yet."""
        ...

    def begin(self, api: str, start: Store, anew: bool = False) -> Store:
        """Return the state of the first space of an API, which begins with a start; one that is
        there already stays, unless it is to be made anew.
        """
        ...
