"""What all spaces of some APIs share: names and settings in, edges and an application out, wired on
first use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from mockserver.apis import find_api
from mockserver.app import App, Settings, make_control, make_edges, space_of, wire
from mockserver.asgi.edge import Edge
from mockserver.control.admission import Admission, admission_of
from mockserver.control.control import Control
from mockserver.defaults import MEMORY
from mockserver.errors import FixtureError, ServerError, SettingsError
from mockserver.faults.addressee import check_operation
from mockserver.faults.plan import is_label
from mockserver.model.servers import filled, server_urls
from mockserver.seeding import fixture_file
from mockserver.stores.base import Store
from mockserver.testing.inprocess import LoopThread
from mockserver.testing.interception import ApiAddress, address_of


class Stage:
    """Some APIs, played. `origin` tells the URL of the server, and raises ServerError while there
    is none.
    """

    def __init__(
        self, names: Sequence[str], settings: Settings, origin: Callable[[], str], app: Any = None
    ) -> None:
        self.names = names
        self.settings = settings
        self.origin = origin
        self._app = app
        self._starts: dict[str | None, list[Store]] = {}

    @cached_property
    def edges(self) -> Sequence[Edge]:
        """The edge of each API. Raises ServerError for an application that was made elsewhere."""
        if self._app is not None:
            raise ServerError(
                "this server was given an app and not names: what is behind the app is not known "
                "here"
            )
        if not self.names:
            raise SettingsError("no API is named: give a name, a file, a folder or a URL")
        return make_edges(self.names, self.settings)

    @cached_property
    def control(self) -> Control:
        """The journal and the faults of all spaces."""
        return make_control(self.edges, self.settings)

    @cached_property
    def app(self) -> App:
        """The application. It keeps a journal even where the control API is not open."""
        if self._app is not None:
            given: App = self._app
            return given
        return wire(self.edges, self.settings, self.control, journal=True)

    @cached_property
    def thread(self) -> LoopThread:
        """Where blocking clients in this process are answered."""
        return LoopThread()

    @cached_property
    def admissions(self) -> dict[str, Admission]:
        """What lets a client in, by API."""
        return {edge.space.model.name: admission_of(edge.space.model) for edge in self.edges}

    @cached_property
    def base_paths(self) -> dict[str, str]:
        """The first base path of each API, with the defaults of its variables."""
        return {
            edge.space.model.name: filled(edge.space.model.document.spec, edge.bases[0]).rstrip("/")
            for edge in self.edges
        }

    def place_of(self, operation: str) -> tuple[str, str]:
        """Return the base path of the API that has an operation, and the path of the operation;
        said by its method and path, or the path alone. Raises SettingsError.
        """
        labels = []
        for edge in self.edges:
            for known in edge.space.model.operations:
                labels.append(known.label)
                if is_label(operation.strip(), known.label):
                    return self.base_paths[edge.space.model.name], known.path
        check_operation(operation.strip(), labels)
        raise SettingsError(f"there is no operation {operation!r} here")

    def addresses(self, urls: Sequence[str]) -> list[ApiAddress]:
        """Return where the APIs are called: at these URLs, else at the servers of their documents.
        Raises SettingsError where there is none.
        """
        if urls:
            bases = list(self.base_paths.values())
            return [address_of(url, bases) for url in urls]
        found = []
        for edge in self.edges:
            for url in server_urls(edge.space.model.document.spec):
                address = address_of(url, [])
                found.append(replace(address, base=edge.under + address.path))
        if not found:
            raise SettingsError(
                "the document names no server with a host: say where the API is called, such as "
                'patch("https://api.example.com")'
            )
        return found

    def start_of(self, fixtures: str | None) -> list[Store]:
        """Return the state at the start for other fixtures, one store for each API, not to be
        changed.

        Raises FixtureError.
        """
        if fixtures not in self._starts:
            settings = replace(self.settings, fixtures=fixtures, store=MEMORY)
            self._starts[fixtures] = [
                space_of(edge.space.model, find_api(name), settings).store
                for name, edge in zip(self.names, self.edges, strict=True)
            ]
        return self._starts[fixtures]

    def fixture_files(self, said: str) -> list[tuple[str, Path]]:
        """Return the fixtures of a name, each with its API, or the file, which is of no API alone.

        Raises FixtureError when there is none.
        """
        given = Path(said)
        if given.suffix and given.is_file():
            return [("", given)]
        found: list[tuple[str, Path]] = []
        errors: list[FixtureError] = []
        for name, edge in zip(self.names, self.edges, strict=True):
            try:
                path = fixture_file(find_api(name).fixtures, said)
            except FixtureError as error:
                errors.append(error)
                continue
            found += [(edge.space.model.name, path)] if path else []
        if not found and errors:
            raise errors[0]
        return found

    def close(self) -> None:
        """End what runs for clients in this process."""
        if "thread" in self.__dict__:
            self.thread.close()
            del self.thread
        for edge in self.__dict__.get("edges", ()):
            edge.space.store.close()
