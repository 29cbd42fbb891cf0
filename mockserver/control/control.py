"""What the journal, the faults and the control API of a server share, apart from the requests
themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from mockserver.asgi.edge import Edge
from mockserver.control.allowance import SpaceMemory
from mockserver.control.events import Feed
from mockserver.control.journal import Journal
from mockserver.control.masking import secret_names
from mockserver.control.metrics import CallFigures
from mockserver.control.save import Writer
from mockserver.control.stubs import Stubs
from mockserver.defaults import MEMORY_MIB
from mockserver.errors import SettingsError
from mockserver.faults.faults import Faults
from mockserver.generation.clock import SteeredClock
from mockserver.slots import dataclass
from mockserver.stores.base import Store

MOST_SNAPSHOTS = 1000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state and the clock of each API at one moment, in one space."""

    space: str
    stores: tuple[Store, ...]
    clocks: tuple[SteeredClock, ...]


class Control:
    """Looks inside and steers the spaces of some edges."""

    def __init__(
        self,
        edges: Sequence[Edge],
        memory_mib: int = MEMORY_MIB,
        faults: Faults | None = None,
        secrets: Iterable[str] = (),
    ) -> None:
        """Take what journal and spaces may keep together, and what a user calls secret: names of
        headers, parameters and properties.
        """
        self.own_secrets = frozenset(name.lower() for name in secrets)
        self.memory = SpaceMemory(memory_mib, self.drop)
        self.journal = Journal(self.memory.journal)
        self.faults = faults or Faults()
        self.stubs = Stubs(())
        self.figures = CallFigures()
        self.feed = Feed()
        self.app: Any = None
        """What answers calls, faults and all; known once it is wired."""
        self.snapshots: dict[str, Snapshot] = {}
        self._taken = 0
        self._lock = threading.Lock()
        self.adopt(edges)

    def adopt(self, edges: Sequence[Edge]) -> None:
        """Look into and steer these edges from now on; journal, faults and stubs stay, snapshots of
        others are forgotten.
        """
        self.edges = edges
        self.snapshots.clear()
        operations = {edge.name: _labels(edge) for edge in edges}
        self.faults.adopt(operations)
        self.stubs.adopt(chain.from_iterable(operations.values()))
        for edge in edges:
            edge.forgotten = self._forgotten
        names = secret_names(edge.space.model for edge in edges)
        self.writer = Writer(names, self.own_secrets)
        self.feed.change()

    def reset(self, space: str = "") -> None:
        """Put a space back to the start: records, clock, quotas and faults; its journal and its
        stubs are forgotten.
        """
        for edge in self.edges:
            edge.reset(space)
        self.memory.forget(space)
        self.journal.clear(space)
        self.faults.reset(space)
        self.stubs.clear(space)
        self.feed.change()

    def drop(self, space: str) -> bool:
        """Forget a space, its journal, its faults and its stubs; tell whether it was there."""
        self.memory.forget(space)
        self.journal.clear(space)
        self.faults.reset(space)
        self.stubs.clear(space)
        dropped = [edge.drop(space) for edge in self.edges]
        return any(dropped)

    def open(self, space: str) -> None:
        """Make a space, where it is not there."""
        for edge in self.edges:
            edge.spaces.at(space)

    @property
    def space_names(self) -> list[str]:
        """The names of the spaces beside the first that any API has, each once."""
        names: dict[str, None] = {}
        for edge in self.edges:
            names |= dict.fromkeys(edge.spaces.names)
        return [name for name in names if not name.startswith("\0")]

    def _forgotten(self, space: str) -> None:
        """Forget what is known of a space that no API has any more."""
        if not any(space in edge.spaces for edge in self.edges):
            self.faults.reset(space)
            self.stubs.clear(space)
            self.memory.forget(space)

    def snapshot(self, space: str = "") -> Snapshot:
        """Return the state of a space as it is now."""
        spaces = [edge.spaces.at(space) for edge in self.edges]
        return Snapshot(
            space,
            tuple(each.store.fork() for each in spaces),
            tuple(each.clock.fork() for each in spaces),
        )

    def take_snapshot(self, space: str = "", name: str = "") -> str:
        """Keep the state of a space under a name, a free one when none is given. Raises
        SettingsError.
        """
        made = self.snapshot(space)
        with self._lock:
            if len(self.snapshots) >= MOST_SNAPSHOTS and name not in self.snapshots:
                raise SettingsError(f"{MOST_SNAPSHOTS} snapshots are kept at most: delete some")
            while not name:
                self._taken += 1
                name = "" if str(self._taken) in self.snapshots else str(self._taken)
            self.snapshots[name] = made
        return name

    def restore(self, snapshot: Snapshot, space: str = "") -> None:
        """Bring a state back, into the same or another space."""
        for edge, store, clock in zip(self.edges, snapshot.stores, snapshot.clocks, strict=True):
            at = edge.spaces.at(space)
            at.store.restore(store)
            at.clock.restore(clock)


def _labels(edge: Edge) -> list[str]:
    return [operation.label for operation in edge.space.model.operations]
