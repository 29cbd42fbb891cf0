"""One space of a mock, as a test or a script meets it: where it is, what lets in, its records,
clock and calls.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mockserver.app import App
from mockserver.asgi.request import SPACE
from mockserver.asgi.spaces import prefix_of
from mockserver.control.admission import Admission
from mockserver.control.control import Snapshot
from mockserver.control.records import State
from mockserver.control.stubs import Stub, body_words
from mockserver.errors import StateError
from mockserver.exchange import NO_BODY
from mockserver.generation.clock import Clocks
from mockserver.outbox import Message
from mockserver.seeding import read_fixture
from mockserver.space import Space
from mockserver.testing.address import filled_path
from mockserver.testing.calls import Calls
from mockserver.testing.deliveries import WantedMessage, check_sent, known_events
from mockserver.testing.expectation import NOT_SAID, WantedCall, check_called, wanted_call
from mockserver.testing.inprocess import InProcess
from mockserver.testing.interception import Interception
from mockserver.testing.mishaps import Mishaps
from mockserver.testing.stage import Stage

if TYPE_CHECKING:  # neither is needed by who does not use it
    from mockserver.testing.httpx_transport import MockTransport
    from mockserver.testing.requests_adapter import MockAdapter

SERVERS_OWN: Final = "settings"
"""Start a space with the fixtures of the server."""


class Mock:
    """One space of some APIs.

    >>> from mockserver import MockServer
    >>> with MockServer("bookshop") as mock:
    ...     shelves = mock.state["shelves"]
    ...     before = mock.snapshot()
    ...     shelves.put({"id": 9, "name": "Poetry"})
    ...     after = shelves.count()
    ...     mock.restore(before)
    ...     after, shelves.count(), shelves.get(2)
    (4, 3, {'id': 2, 'name': 'Science'})
    """

    def __init__(self, stage: Stage, name: str = "") -> None:
        self._stage = stage
        self._name = name

    @property
    def name(self) -> str:
        """The name of the space, empty for the first one."""
        return self._name

    @property
    def url(self) -> str:
        """Where the space is served, without a trailing slash: the origin, and `/__space/NAME`
        where it has a name.

        Raises ServerError before the server has started.
        """
        return self._stage.origin() + prefix_of(self._name)

    @property
    def base_urls(self) -> Mapping[str, str]:
        """Where each API is served, by its name: the URL of the space and the base path of the
        API.
        """
        return {name: self.url + path for name, path in self._stage.base_paths.items()}

    @property
    def base_url(self) -> str:
        """Where the first API is served: the URL of the space and the base path of that API, for
        clients that take the URL of an API.
        """
        return next(iter(self.base_urls.values()))

    def url_for(self, operation: str, /, **values: Any) -> str:
        """Return the URL of an operation, base path and all: `mock.url_for("GET /shelves/{id}",
        id=1)`.

        `values` are its path parameters, any others its query parameters. Raises SettingsError for
        an operation that is not there, or a path parameter without a value.
        """
        base, path = self._stage.place_of(operation)
        return self.url + base + filled_path(path, values)

    @property
    def admissions(self) -> Mapping[str, Admission]:
        """What lets a client in, by the name of the API."""
        return self._stage.admissions

    @property
    def token(self) -> str:
        """The known credential of the first API that asks for one; empty when none does."""
        return self._admission.token

    @property
    def headers(self) -> dict[str, str]:
        """The headers that let a client in at the first API that asks for credentials."""
        return dict(self._admission.headers)

    @property
    def state(self) -> State:
        """The records by resource: `mock.state["images"].count()`."""
        return State(self._spaces)

    def state_of(self, tenant: str) -> State:
        """Return the records of a tenant, where an API has them:
        `mock.state_of("store-2")["images"].count()`.

        Raises SettingsError where none of the APIs has tenants.
        """
        edges = [edge for edge in self._stage.edges if edge.has_tenants] or self._stage.edges
        return State([edge.spaces.at(self._name, edge.tenant_called(tenant)) for edge in edges])

    @property
    def clock(self) -> Clocks:
        """What the APIs take for the present moment:
        `mock.clock.freeze("2026-01-01T00:00:00Z")`.
        """
        self._stage.control.board.look()
        return Clocks([space.clock for space in self._spaces])

    @property
    def requests(self) -> Calls:
        """The calls so far, the oldest first: `mock.requests.find(method="POST")`."""
        return Calls(self._stage.control, self._name)

    @property
    def sent(self) -> Sequence[Message]:
        """The webhooks and callbacks that were due so far, the oldest first: `mock.sent[-1].event`,
        `.body`, `.url` (None: nobody had asked for it), `.is_delivered`.
        """
        found: list[Message] = []
        for space in self._spaces:
            found += space.outbox.messages
        return found

    @property
    def faults(self) -> Mishaps:
        """What goes wrong on purpose: `mock.faults.add(operation="POST /shelves", status=503,
        times=1)`.
        """
        return Mishaps(self._stage.control.faults, self._name)

    def assert_called(
        self,
        operation: str,
        times: int | None = None,
        *,
        status: int | None = None,
        json: Any = NOT_SAID,
        headers: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> None:
        """Check that an operation was called, so many `times` or at least once; with this `status`,
        this whole `json` body, these `headers` and `query` parameters among others, when they are
        said.

        `operation` is a method and a path of the document, `POST /shelves/{shelf_id}/books`, or the
        path itself. The value of a header or query parameter is a text, None where it must be
        absent, or a test such as `{"contains": "json"}`. Raises AssertionError that shows the calls
        and what came nearest, SettingsError for an unknown test.
        """
        __tracebackhide__ = True
        call = wanted_call(status, json, headers, query)
        check_called(self.requests, self._labels, operation, times, call)

    def assert_not_called(self, operation: str) -> None:
        """Check that an operation was not called. Raises AssertionError that shows the calls."""
        __tracebackhide__ = True
        check_called(self.requests, self._labels, operation, 0, WantedCall())

    def assert_sent(
        self,
        event: str,
        times: int | None = None,
        *,
        json: Any = NOT_SAID,
        url: str | None = None,
        delivered: bool = False,
    ) -> None:
        """Check that a webhook or callback of this name was due, so many `times` or at least once;
        with this whole `json` body, to this `url`, and `delivered` to somebody who took it, when
        they are said.

        A delivery goes on in the background: wait for who takes it before `delivered` is asked.
        Raises AssertionError that shows what was sent and what came nearest.
        """
        __tracebackhide__ = True
        known = known_events(space.model for space in self._spaces)
        check_sent(self.sent, known, WantedMessage(event, json, url, delivered), times)

    def reply(
        self,
        operation: str,
        status: int = 200,
        *,
        json: Any = NO_BODY,
        content: str | bytes = b"",
        headers: Mapping[str, str] | None = None,
        times: int | None = None,
        when: Mapping[str, Any] | None = None,
    ) -> Stub:
        """Answer an operation with this in the place of the API: the next `times` calls, or all of
        them, until `reset`.

        `operation` is a method and a path of the document, or the path alone; `when` is a pattern
        of those calls that are meant: `when={"headers": {"X-Trial": "1"}}`. Replies with `times`
        come in their order, of others the latest. Raises SettingsError.
        """
        response = {"status": status, "headers": dict(headers or {}), **body_words(json, content)}
        said = {
            "request": {**(when or {}), "operation": operation.strip()},
            "response": response,
            "times": times,
        }
        return self._stage.control.stubs.add(said, self._name)

    def snapshot(self) -> Snapshot:
        """Return the state and the clock as they are now; it costs nothing, however large the state
        is.
        """
        return self._stage.control.snapshot(self._name)

    def restore(self, snapshot: Snapshot) -> None:
        """Bring a state back, of this space or of another one of the same server. Raises
        StateError.
        """
        if len(snapshot.stores) != len(self._stage.edges):
            raise StateError("this snapshot is of another server: take one of a space of this one")
        self._stage.control.restore(snapshot, self._name)

    def reset(self) -> None:
        """Go back to the start: its records, its clock and its faults. The calls and the planned
        replies are forgotten.
        """
        self._stage.control.reset(self._name)

    def seed(self, records: Mapping[str, Any] | str | Path) -> None:
        """Add records by resource, from a mapping, a fixture file or the name of a fixture of the
        APIs.

        A record takes the place of one with the same key. Raises FixtureError or StateError; then
        nothing is added.
        """
        if isinstance(records, Mapping):
            self.state.seed(records, "seed")
            return
        for name, source in self._stage.fixture_files(str(records)):
            self.state.seed(read_fixture(source), str(source), name)

    def space(
        self,
        name: str = "",
        *,
        fixtures: str | None = SERVERS_OWN,
        records: Mapping[str, Any] | None = None,
    ) -> Mock:
        """Return another space of the same server; without a name, a new one of its own.

        With `fixtures` (None: empty) or `records` the space is made anew, and a reset brings these
        back. `records` are added to those of the fixture, and take the place of those with the same
        key; with `fixtures=None` they are all there is. Raises FixtureError or StateError.
        """
        mock = Mock(self._stage, name or uuid.uuid4().hex[:12])
        if fixtures != SERVERS_OWN or records:
            mock._start_with(fixtures, records)
        return mock

    def drop(self) -> None:
        """Forget this space, its calls and its faults; under the same name it begins anew. The
        first is reset.
        """
        if self._name:
            self._stage.control.drop(self._name)
        else:
            self.reset()

    @property
    def asgi_app(self) -> App:
        """The space as an ASGI application, to be mounted in another or given to a test client."""
        return self._in_space

    def transport(self) -> MockTransport:
        """Return a transport for httpx, blocking or not, that needs no port:
        `httpx.Client(transport=...)`.
        """
        from mockserver.testing.httpx_transport import (
            MockTransport,
        )  # httpx is the caller's, and need not be there

        return MockTransport(self._process)

    def requests_adapter(self) -> MockAdapter:
        """Return an adapter for requests that needs no port:
        `session.mount("https://api.example.com", ...)`.
        """
        from mockserver.testing.requests_adapter import (
            MockAdapter,
        )  # requests is the caller's, and need not be there

        return MockAdapter(self._process)

    def patch(self, *urls: str) -> Interception:
        """Return a context manager, and a decorator, under which httpx and requests reach this
        space wherever the API is called, whoever makes the client:
        `with mock.patch("https://api.example.com"):`.

        Without `urls` the servers of the documents are meant; requests to other hosts go their
        way. A decorated function begins with a `reset` at each call. Raises SettingsError where
        there is no host.
        """
        addresses = self._stage.addresses(urls)
        return Interception(addresses, self.transport, self.requests_adapter, self.reset)

    async def _in_space(self, scope: Any, receive: Any, send: Any) -> None:
        inside = {**scope, SPACE: self._name} if scope["type"] == "http" else scope
        await self._stage.app(inside, receive, send)

    @property
    def _process(self) -> InProcess:
        return InProcess(self._in_space, self._stage.thread)

    @property
    def _spaces(self) -> Sequence[Space]:
        return [edge.spaces.at(self._name) for edge in self._stage.edges]

    @property
    def _labels(self) -> Sequence[str]:
        return [each.label for edge in self._stage.edges for each in edge.space.model.operations]

    @property
    def _admission(self) -> Admission:
        return next((each for each in self._stage.admissions.values() if each.token), Admission())

    def _start_with(self, fixtures: str | None, records: Mapping[str, Any] | None) -> None:
        edges = self._stage.edges
        own = [edge.spaces.start for edge in edges]
        starts = own if fixtures == SERVERS_OWN else self._stage.start_of(fixtures)
        starts = [start.fork() for start in starts]
        if records:
            made = [
                edge.space.twin(start, edge.space.clock)
                for edge, start in zip(edges, starts, strict=True)
            ]
            State(made).seed(records, "records")
        for edge, start in zip(edges, starts, strict=True):
            edge.spaces.open(self._name, start)
