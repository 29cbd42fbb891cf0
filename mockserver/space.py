"""Spaces: isolated states of one API, in which calls are decided."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import field, replace

from mockserver.behavior.decide import decide
from mockserver.call import Call, Decision
from mockserver.generation.clock import OwnWheel, SteeredClock
from mockserver.generation.supply import SeededSupply
from mockserver.model.types import Model
from mockserver.outbox import Outbox
from mockserver.slots import dataclass
from mockserver.state import Reader
from mockserver.stores.base import Store, Transaction
from mockserver.stores.board import Board, MemoryBoard
from mockserver.wheel import SharedWheel


@dataclass(frozen=True, slots=True)
class Space:
    """A model, its state and its supply, which takes the present moment from `clock`; what it has
    told others by itself; and the `board` on which is what all know who play it.
    """

    model: Model
    store: Store
    supply: SeededSupply
    clock: SteeredClock = field(default_factory=SteeredClock)
    outbox: Outbox = field(default_factory=Outbox, compare=False)
    board: Board = field(default_factory=MemoryBoard, compare=False)

    def transaction(
        self, reads: bool = False, waits: bool = False
    ) -> AbstractContextManager[Transaction]:
        """Return a transaction on the state; no other one runs until it ends, unless it is one that
        only `reads`. One that `waits` raises MustArrange rather than hold up others.
        """
        return self.store.transaction(reads, waits)

    def decide(self, call: Call, reader: Reader) -> Decision:
        """Return what a call does at this moment; nothing is applied."""
        return decide(self.model, call, reader, self.supply.still())

    def answer(self, call: Call) -> Decision:
        """Decide a call and apply its changes, all or none."""
        with self.transaction() as transaction:
            decision = self.decide(call, transaction)
            if decision.changes:
                transaction.apply(decision.changes)
        return decision

    def twin(self, store: Store, clock: SteeredClock) -> Space:
        """Return a space of the same API with a state and a clock of its own."""
        return Space(
            self.model,
            store,
            self.supply.at(clock),
            clock,
            board=self.board,
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """How many spaces are kept beside the first, and for how many seconds after their last use.

    The least used go first, so that a server which is never told to drop a space still keeps its
    memory bounded.
    """

    most: int = 10_000
    idle_s: float = 3600.0


@dataclass(slots=True)
class _Entry:
    """A space, the state that a reset brings back, and when it was last used (monotonic
    seconds).
    """

    space: Space
    start: Store
    used_s: float


class Spaces:
    """The spaces of one API: the first one, and others by name, each made from the start when it is
    first asked for.

    A new space costs nothing: it shares the records of the `start` until it is written to.
    """

    def __init__(
        self, first: Space, limits: Limits | None = None, swept: Callable[[str], None] | None = None
    ) -> None:
        """Take what is told of each space that goes because there are too many, or it was idle for
        too long.
        """
        self.first = first
        self._swept = swept
        self._limits = limits or Limits()
        self.start: Store = first.store.start()
        is_shared = first.board.is_shared
        self._clock = first.clock.fork(OwnWheel() if is_shared else None)
        self._others: dict[str, _Entry] = {}
        self._lock = threading.Lock()
        self._swept_s = time.monotonic()

    def at(self, name: str, tenant: str = "") -> Space:
        """Return the space of a name, the empty name is the first space, and in it the part of a
        tenant.
        """
        space = self._at(name)
        if not tenant:
            return space
        return replace(space, store=space.store.part(tenant, self.start_of(name)))

    def start_of(self, name: str) -> Store:
        """Return the state with which a space, and each tenant in it, begins; it is not to be
        changed.
        """
        entry = self._others.get(name)
        return self.start if entry is None else entry.start

    def _at(self, name: str) -> Space:
        if not name:
            return self.first
        entry = self._others.get(name)
        if entry is None:
            return self.open(name, None)
        entry.used_s = time.monotonic()
        return entry.space

    def open(self, name: str, start: Store | None = None) -> Space:
        """Return a new space under a name, with a start of its own; without one, the space that is
        there stays.
        """
        with self._lock:
            entry = self._others.get(name)
            if entry is None or start is not None:
                self._sweep()
                begin = self.start if start is None else start
                store, own = self.first.store.space(name, begin, anew=start is not None)
                wheel = self._wheel_of(name)
                space = self.first.twin(store, self._clock.fork(wheel))
                entry = self._others[name] = _Entry(space, own, time.monotonic())
            return entry.space

    def _wheel_of(self, name: str) -> SharedWheel | None:
        """Return what steers the clock of a space, where others hold it, too."""
        board = self.first.board
        if not board.is_shared or name.startswith("\0"):
            return None
        return SharedWheel(
            board,
            self.first.model.name,
            name,
            self._clock.steering,
        )

    def reset(self, name: str = "") -> None:
        """Put a space and its clock back to the start."""
        space = self.at(name)
        space.store.restore(self.start_of(name))
        space.clock.restore(self._clock)
        space.outbox.clear()

    def begin_here(self) -> None:
        """Let the state of the first space, as it is now, be the start of all."""
        self.start = self.first.store.start(anew=True)

    def drop(self, name: str) -> bool:
        """Forget a space; tell whether it was there. The first one stays."""
        known = self._others.pop(name, None)
        wheel = self._wheel_of(name)
        if wheel is not None:
            wheel.forget()
        was_kept = self.first.store.forget(name) if name else False
        return was_kept or known is not None

    def __contains__(self, name: str) -> bool:
        return not name or name in self._others or name in self.first.store.names()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the spaces beside the first, in the order in which they were made."""
        kept = self.first.store.names()
        return (*kept, *(name for name in self._others if name not in kept))

    def _sweep(self) -> None:
        """Drop the spaces that were idle for too long and, when there are too many, the tenth that
        is idle longest.

        Looks at all spaces, but only now and then: when a quarter of the idle time has gone by, or
        all are taken.
        """
        if self.first.store.is_durable:
            self._sweep_kept()
            return
        now = time.monotonic()
        full = len(self._others) >= self._limits.most
        if not full and now - self._swept_s < self._limits.idle_s / 4:
            return
        self._swept_s = now
        by_use = sorted(self._others.items(), key=_last_use)
        surplus = max(1, self._limits.most // 10) if full else 0
        for at, (name, entry) in enumerate(by_use):
            if at < surplus or now - entry.used_s > self._limits.idle_s:
                self._others.pop(name, None)
                if self._swept is not None:
                    self._swept(name)

    def _sweep_kept(self) -> None:
        """Let a store that others use, too, drop what nobody has used."""
        for name in self.first.store.sweep(self._limits.most, self._limits.idle_s):
            self._others.pop(name, None)
            if self._swept is not None:
                self._swept(name)


def _last_use(named: tuple[str, _Entry]) -> float:
    return named[1].used_s
