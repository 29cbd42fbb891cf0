"""What the journal, the faults and the control API of a server share, apart from the requests
themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from mockserver.asgi.edge import Edge
from mockserver.control.allowance import SpaceMemory
from mockserver.control.events import Feed
from mockserver.control.journal import CallJournal, Journal
from mockserver.control.masking import secret_names
from mockserver.control.metrics import CallFigures
from mockserver.control.save import Writer
from mockserver.control.shared_journal import SharedJournal
from mockserver.control.stubs import Stubs
from mockserver.defaults import MEMORY_MIB
from mockserver.errors import SettingsError
from mockserver.faults.faults import Faults
from mockserver.generation.clock import OwnWheel, SteeredClock
from mockserver.model.types import Operation
from mockserver.slots import dataclass
from mockserver.stores.base import Store
from mockserver.stores.board import Board, MemoryBoard, Topic
from mockserver.wheel import steering_form, steering_from

MOST_SNAPSHOTS = 1000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state and the clock of each API at one moment, in one space."""

    space: str
    stores: tuple[Store, ...]
    clocks: tuple[SteeredClock, ...]
    names: tuple[str, ...] = ()
    """By what the states are found in another process, where there may be one."""


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
        self.board = board_of(edges)
        mock = name_of(edges)
        self.memory = SpaceMemory(memory_mib, self.drop)
        self.journal = self._journal(mock)
        self.faults = faults or Faults()
        self.stubs = Stubs(
            (),
            self.board,
            mock,
        )
        self.figures = CallFigures()
        self.feed = Feed(
            self.board,
            mock,
        )
        self.app: Any = None
        """What answers calls, faults and all; known once it is wired."""
        self._snapshots: Topic[Snapshot] = Topic(
            "snapshots",
            mock,
            self._snapshot_form,
            self._snapshot_from,
        )
        self._taken = 0
        self.adopt(edges)

    def _journal(self, mock: str) -> CallJournal:
        """Return the journal of all who play the mock."""
        bounds = self.memory.journal
        calls = self.board.calls(
            mock,
            bounds.most,
            bounds.most_bytes,
        )
        if calls is None:
            return Journal(bounds)
        return SharedJournal(
            calls,
            bounds,
            self._operation,
        )

    def _operation(self, api: str, label: str) -> Operation | None:
        return self._operations.get((api, label))

    def adopt(self, edges: Sequence[Edge]) -> None:
        """Look into and steer these edges from now on; journal, faults and stubs stay, snapshots of
        others are forgotten.
        """
        self.edges = edges
        if not self.board.is_shared:
            self.board.clear(self._snapshots, "")
        self._operations: dict[tuple[str, str], Operation] = {}
        for edge in edges:
            for operation in edge.space.model.operations:
                self._operations[edge.name, operation.label] = operation
        operations = {edge.name: _labels(edge) for edge in edges}
        self.faults.adopt(operations)
        self.stubs.adopt(chain.from_iterable(operations.values()))
        for edge in edges:
            edge.forgotten = self._forgotten
        names = secret_names(edge.space.model for edge in edges)
        self.writer = Writer(names, self.own_secrets)
        self.feed.note_change()

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

    def begin_afresh(self) -> None:
        """Forget what others have left beside the state of the first space."""
        self.journal.clear()
        self.faults.reset()
        self.stubs.clear("")

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
        made = replace(made, names=tuple(store.keep() for store in made.stores))
        with self.board.changing(self._snapshots, "") as notices:
            known = self.snapshots
            if len(known) >= MOST_SNAPSHOTS and name not in known:
                raise SettingsError(f"{MOST_SNAPSHOTS} snapshots are kept at most: delete some")
            while not name:
                self._taken += 1
                name = "" if str(self._taken) in known else str(self._taken)
            notices.put(made, name)
        self._forget(known.get(name))
        return name

    @property
    def snapshots(self) -> Mapping[str, Snapshot]:
        """The snapshots that have names."""
        known = self.board.all(self._snapshots, "").items()
        return {str(name): snapshot for name, snapshot in known}

    def drop_snapshot(self, name: str) -> bool:
        """Forget a snapshot; tell whether it was there."""
        known = self.snapshots.get(name)
        with self.board.changing(self._snapshots, "") as notices:
            was_there = notices.remove(name)
        self._forget(known)
        return was_there

    def _forget(self, snapshot: Snapshot | None) -> None:
        """Let go of the states of a snapshot that has no name any more."""
        names = () if snapshot is None else snapshot.names
        for edge, name in zip(
            self.edges,
            names,
            strict=False,
        ):
            edge.space.store.forget(name)

    def _snapshot_form(self, snapshot: Snapshot) -> Mapping[str, Any]:
        """Return a snapshot as JSON has it."""
        states = {}
        for edge, name, clock in zip(
            self.edges,
            snapshot.names,
            snapshot.clocks,
            strict=True,
        ):
            steering = steering_form(clock.steering)
            states[edge.name] = {"state": name, "clock": steering}
        return {"space": snapshot.space, "apis": states}

    def _snapshot_from(self, form: Mapping[str, Any]) -> Snapshot:
        """Return the snapshot that a form tells."""
        stores, clocks, names = [], [], []
        for edge in self.edges:
            state = form["apis"][edge.name]
            stores.append(edge.space.store.kept(state["state"]))
            wheel = OwnWheel(steering_from(state["clock"]))
            clocks.append(edge.space.clock.fork(wheel))
            names.append(state["state"])
        return Snapshot(
            form["space"],
            tuple(stores),
            tuple(clocks),
            tuple(names),
        )

    def restore(self, snapshot: Snapshot, space: str = "") -> None:
        """Bring a state back, into the same or another space."""
        for edge, store, clock in zip(
            self.edges,
            snapshot.stores,
            snapshot.clocks,
            strict=True,
        ):
            at = edge.spaces.at(space)
            at.store.restore(store)
            at.clock.restore(clock)


def board_of(edges: Sequence[Edge]) -> Board:
    """Return the board of a mock: all of its APIs have the same where others share it."""
    for edge in edges:
        return edge.space.board
    return MemoryBoard()


def name_of(edges: Sequence[Edge]) -> str:
    """Return what a mock is called by: who plays the same APIs plays the same mock."""
    return ",".join(sorted(edge.name for edge in edges))


def _labels(edge: Edge) -> list[str]:
    return [operation.label for operation in edge.space.model.operations]
