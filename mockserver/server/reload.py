"""Play a document as it is now: names and settings in, an application out that takes up what is
changed in the files behind it, and goes on with the state where that still fits.

    shelves {key: id} before, shelves {key: id} and lamps now    the shelves stay, lamps begin
    shelves {key: id} before, shelves {key: code} now            both begin anew

A file that cannot be taken is told, and what was played before plays on. Journal, faults, stubs and
clocks stay.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mockserver.apis import SEMANTICS, find_api
from mockserver.app import App, Settings, make_control, make_edges, wire
from mockserver.asgi.edge import Edge
from mockserver.errors import UnderstudyError
from mockserver.model.types import Model, Resource
from mockserver.ordering import Address
from mockserver.state import Advance, Change, Collection, Put, Record, Remove
from mockserver.stores.base import Contents, Store
from mockserver.stores.memory import MemoryStore

PATIENCE_S = 30.0
"""How long the loop of the server may take to change over."""
Tell = Callable[[str], None]


class ReloadedApp:
    """An ASGI application that is made anew when its files change."""

    def __init__(self, names: Sequence[str], settings: Settings, edges: Sequence[Edge]) -> None:
        """Take the edges that were made for the names. Raises SettingsError."""
        self.edges = edges
        self._names = names
        self._settings = settings
        self._control = make_control(edges, settings)
        self._app: App = wire(edges, settings, self._control)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        await self._app(scope, receive, send)

    def files(self) -> set[Path]:
        """Return the files that say what is played."""
        found: set[Path] = set()
        for edge in self.edges:
            document = edge.space.model.document
            found |= document.files()
        for name in self._names:
            api = find_api(name)
            if api.folder is not None:
                hooks = api.folder.glob("*.py")
                found |= {api.folder / SEMANTICS, *hooks}
            if api.fixtures is not None:
                fixtures = api.fixtures.glob("*.*")
                found |= set(fixtures)
        given = Path(self._settings.fixtures or "")
        if given.is_file():
            found.add(given)
        return {file.resolve() for file in found}

    def reload(self) -> None:
        """Read the files once more and go on with them. Raises UnderstudyError; then all stays as
        it was.
        """
        settings = replace(self._settings, fresh=False)
        edges = make_edges(self._names, settings)
        loop = self._loop
        if loop is None or not loop.is_running():
            self._change_over(edges)
            return
        done = threading.Event()

        def change() -> None:
            try:
                self._change_over(edges)
            finally:
                done.set()

        loop.call_soon_threadsafe(change)  # between two requests, so that no change is lost
        done.wait(PATIENCE_S)

    def _change_over(self, edges: Sequence[Edge]) -> None:
        known = {edge.name: edge for edge in self.edges}
        for edge in edges:
            before = known.get(edge.name)
            is_durable = edge.space.store.is_durable
            if before is not None and not is_durable:
                carry(before, edge)
        self._control.adopt(edges)
        app = wire(edges, self._settings, self._control)
        self.edges, self._app = edges, app


def watch(app: ReloadedApp, tell: Tell, stop: threading.Event) -> None:
    """Reload an application each time that one of its files changes, until it is told to stop."""
    import watchfiles  # comes with an extra

    files = app.files()

    def concerns(change: Any, path: str) -> bool:
        return Path(path) in files

    while not stop.is_set():
        parents = {file.parent for file in files}
        there = filter(Path.is_dir, parents)
        watching = watchfiles.watch(
            *there,
            watch_filter=concerns,
            stop_event=stop,
            recursive=False,
            raise_interrupt=False,
        )
        for changes in watching:
            names = {Path(path).name for _, path in changes}
            listed = ", ".join(sorted(names))
            told = _reloaded(app, listed)
            tell(f"understudy: {told}")
            now = app.files()
            if now != files:
                files = now
                break  # other files are meant from now on


def _reloaded(app: ReloadedApp, names: str) -> str:
    """Reload an application, and return what became of that."""
    try:
        app.reload()
    except UnderstudyError as error:
        return f"{names} changed, but what was read before plays on: {error}"
    return f"{names} changed and was taken up"


def carry(before: Edge, after: Edge) -> None:
    """Let the spaces of an edge go on with what those of another one hold of the resources that
    are still the same.
    """
    stays = _stays(before.space.model, after.space.model)
    names = ["", *before.spaces.names]
    for name in names:
        old = before.spaces.at(name)
        start = before.spaces.start_of(name)
        if start is before.spaces.start:
            new = after.spaces.at(name)
        else:
            own = _merged(start, after.spaces.start, stays)
            new = after.spaces.open(name, own)
        begin = after.spaces.start_of(name)
        state = _merged(old.store, begin, stays)
        new.store.restore(state)
        new.clock.restore(old.clock)


def _stays(before: Model, after: Model) -> Callable[[str], bool]:
    """Return what tells whether the records of a table go on: those of a resource that is the same,
    and what belongs to no resource.
    """

    def stays(name: str) -> bool:
        old = before.resources.get(name)
        new = after.resources.get(name)
        return _is_same(old, new)

    return stays


def _is_same(old: Resource | None, new: Resource | None) -> bool:
    if old is None or new is None:
        return old is new
    if old.key != new.key:
        return False
    return len(old.parents) == len(new.parents)


def _merged(before: Any, start: Any, stays: Callable[[str], bool]) -> Any:
    """Return a state of what stays of one and what else another one begins with."""
    merged = MemoryStore()
    old = before.contents()
    new = start.contents()
    _copy(old, merged, stays)
    _copy(new, merged, lambda name: not stays(name))
    for name, part in old.parts.items():
        state = _merged(_Held(part), start, stays)
        tenant = merged.part(name, merged)
        tenant.restore(state)
    return merged


class _Held:
    """Contents in the place of the store that holds them."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    def contents(self) -> Contents:
        return self._contents


def _copy(contents: Contents, store: Store, stays: Callable[[str], bool]) -> None:
    """Put the tables that stay into a store, and the numbers that were given out."""
    changes: list[Change] = []
    for name, records in contents.removed.items():
        if stays(name):
            changes += _puts(name, records)
            changes += _removes(name, records)
    for name, records in contents.records.items():
        if stays(name):
            changes += _puts(name, records)
    for name, number in contents.sequences.items():
        changes.append(Advance(name, number))
    with store.transaction() as transaction:
        transaction.apply(changes)


def _puts(name: str, records: Mapping[Address, Record]) -> Iterator[Change]:
    for address, record in records.items():
        parents, key = address
        collection = Collection(name, parents)
        yield Put(collection, key, record)


def _removes(name: str, records: Mapping[Address, Record]) -> Iterator[Change]:
    for parents, key in records:
        collection = Collection(name, parents)
        yield Remove(collection, key)
