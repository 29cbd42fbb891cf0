"""Remember the calls of each space, a bounded number of them: requests pass through, Exchanges can be asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from mockserver.asgi.note import NOTE, Note
from mockserver.asgi.request import raw_path_of
from mockserver.call import Problem, ProblemKind

MOST_CALLS = 1000
"""Calls of one space that are remembered; the oldest go first."""
MOST_SPACES = 10_000

BREACHES = frozenset(
    {
        ProblemKind.MALFORMED,
        ProblemKind.INVALID_QUERY,
        ProblemKind.INVALID_PATH,
        ProblemKind.NO_ROUTE,
        ProblemKind.METHOD_NOT_ALLOWED,
        ProblemKind.METHOD_NOT_IMPLEMENTED,
        ProblemKind.NOT_ACCEPTABLE,
        ProblemKind.UNSUPPORTED_MEDIA_TYPE,
        ProblemKind.LIMIT_EXCEEDED,
    }
)
"""Why a call is refused that no state of the server would have answered: it breaks the document."""
STATE_RULES = frozenset({"reference", "unique"})
"""Rules that a body breaks because of what other records say, and not by its form."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and how it was answered. `path` is inside the space; `operation` is empty where there is none;
    `status` is 0 when the connection ended without an answer."""

    method: str
    path: str
    query: str
    api: str
    operation: str
    status: int
    problem: Problem | None

    @property
    def is_breach(self) -> bool:
        """Whether the request broke the document; one that only does not fit the state does not."""
        if self.problem is None:
            return False
        if self.problem.kind is ProblemKind.INVALID:
            return any(each.rule not in STATE_RULES for each in self.problem.violations)
        return self.problem.kind in BREACHES

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it was refused, one text for each violation: `body /title: title is required`."""
        if self.problem is None:
            return ()
        told = [
            f"{each.place} {''.join(f'/{step}' for step in each.path)}: {each.message}".replace(" :", ":")
            for each in self.problem.violations
        ]
        return tuple(told) or (self.problem.message,)

    def __str__(self) -> str:
        target = f"{self.path}?{self.query}" if self.query else self.path
        return f"{self.method} {target} -> {self.status or 'no answer'}"


class Calls:
    """An ASGI application around another that remembers what went through, apart for each space."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._spaces: OrderedDict[str, deque[Exchange]] = OrderedDict()
        self._lock = threading.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        note, status = Note(), 0

        async def watch(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._remember(scope, note, status)
            await send(message)

        try:
            await self._app({**scope, NOTE: note}, receive, watch)
        finally:
            if not status:
                self._remember(scope, note, status)

    def of(self, space: str) -> tuple[Exchange, ...]:
        """Return the calls of a space, the oldest first."""
        with self._lock:
            return tuple(self._spaces.get(space, ()))

    def forget(self, space: str) -> None:
        """Forget the calls of a space."""
        with self._lock:
            self._spaces.pop(space, None)

    def _remember(self, scope: Any, note: Note, status: int) -> None:
        """Take a call to an API down, before its answer is out: who has the answer finds the call."""
        if not note.api:
            return
        path = unquote(raw_path_of({**scope, "root_path": note.root_path}))
        query = scope["query_string"].decode("latin-1")
        told = Exchange(scope["method"], path, query, note.api, note.operation, status, note.problem)
        with self._lock:
            if note.space not in self._spaces:
                self._spaces[note.space] = deque(maxlen=MOST_CALLS)
                if len(self._spaces) > MOST_SPACES:
                    self._spaces.popitem(last=False)
            self._spaces[note.space].append(told)
