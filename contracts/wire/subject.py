"""What a run is about: an API, a server that should keep its contract, and how the server may be
treated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import quote, urlencode

from contracts.compare.placeholders import Keeper
from contracts.events import Event
from contracts.openapi import is_json
from contracts.targets.credentials import Credentials, credentials_for
from contracts.targets.reading import Readings
from contracts.targets.scopes import scope_headers
from contracts.targets.target import SAFE_METHODS, Sent, Target
from contracts.wire.lockout import Lockout
from contracts.wire.safety import Belongings, Guard, Safety
from contracts.wire.wire import Budget, Wire
from mockserver.credentials import Access
from mockserver.model.servers import filled
from mockserver.model.types import Model, Operation

Emit = Callable[[Event], None]


class Known(Keeper, Protocol):
    """The oracle's own store: what a server holds, as far as it is known."""

    def fork(self) -> Known:
        """Return a store with the same records, of which later changes do not show here."""
        ...


@dataclass(frozen=True, slots=True)
class Subject:
    """A server under test.

    `connect` opens it; where it is `fresh`, each opening begins with the records that `known`
    returns; else the server keeps its state, `known` returns an empty store, and what the server
    holds must be read from it first. `base` is the path before the operations' paths, `origin`
    scheme and host. `headers` go with every request, beside the `credentials` of each operation.
    `parents` are paths of items below which records may be made. `other_user` is the model with the
    credentials of a second user, None where there is none. `access` renews credentials that do not
    last, None where all do. `lockout` notices a server that keeps its state and lets the run in
    nowhere. `scope` are the headers that say whose records are meant, with the
    values that the run keeps to.
    """

    model: Model
    connect: Callable[[], Target]
    known: Callable[[], Known]
    fresh: bool
    base: str = ""
    origin: str = "http://testserver"
    name: str = ""
    safety: Safety = Safety.READ
    headers: Mapping[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    belongings: Belongings = field(default_factory=Belongings)
    other_user: Model | None = None
    access: Access | None = None
    lockout: Lockout | None = field(init=False, repr=False, compare=False)
    scope: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        scope = scope_headers(self.model)
        said = {name.lower(): value for name, value in self.headers.items()}
        own = {name: said.get(name.lower(), value) for name, value in scope.items()}
        object.__setattr__(self, "scope", own)
        object.__setattr__(self, "lockout", None if self.fresh else self._lockout())

    def _lockout(self) -> Lockout:
        """Return what counts the refusals of a run."""
        called = []
        for operation in self.model.operations:
            if self.safety is not Safety.READ or operation.method in SAFE_METHODS:
                called.append(operation)
        return Lockout(
            self.credentials,
            self.granted,
            self.headers,
            self.base,
            called,
            [*self.model.security.schemes],
        )

    def as_other(self) -> Subject | None:
        """Return the server as the second user calls it, None where there is none."""
        if self.other_user is None:
            return None
        own: set[str] = set()
        for operation in self.model.operations:
            own |= {name.lower() for name in self.credentials(operation).headers}
        headers = {name: text for name, text in self.headers.items() if name.lower() not in own}
        return replace(self, model=self.other_user, headers=headers, other_user=None)

    def wire(self, phase: str, emit: Emit, budget: Budget) -> Wire:
        """Open the server for a phase of a run."""
        belongings = Belongings() if self.fresh else self.belongings
        guard = Guard(self.model, self.safety, belongings, self.parents, self._keeps_session())
        return Wire(
            self.connect(),
            guard,
            Readings(self.model, self.base),
            emit,
            budget,
            phase,
            self.origin,
            access=self.access,
            lockout=self.lockout,
        )

    def _keeps_session(self) -> bool:
        """Tell whether the run has credentials that nothing renews, on a server that keeps them."""
        if self.fresh or self.access is not None:
            return False
        if "authorization" in {name.lower() for name in self.headers}:
            return True
        found = map(self.credentials, self.model.operations)
        return any(each.headers or each.cookies or each.query for each in found)

    def granted(self, operation: Operation, sent: Sent) -> Sent:
        """Return a request of an operation with the credentials that it takes, and the headers of
        the run.
        """
        granted = self.credentials(operation)
        jar = "; ".join(f"{name}={value}" for name, value in granted.cookies.items())
        own = {**asking_for_json(self.model), **granted.headers, **({"Cookie": jar} if jar else {})}
        headers = merged(merged(own, self.headers), sent.headers)
        opened = sent.with_headers(merged(headers, self._scope_of(operation)))
        asked = urlencode(granted.query, quote_via=quote)
        if not asked:
            return opened
        sign = "&" if "?" in sent.target else "?"
        return replace(opened, target=f"{sent.target}{sign}{asked}")

    def _scope_of(self, operation: Operation) -> dict[str, str]:
        """Return what says whose records a call is about."""
        declared = {each.name for each in operation.described.parameters_in("header")}
        return {name: value for name, value in self.scope.items() if name in declared}

    def credentials(self, operation: Operation) -> Credentials:
        """Return what opens an operation."""
        return credentials_for(self.model, operation, self.template)

    @property
    def template(self) -> str:
        """The base path of the document that this server is under, for credentials that count at
        one alone.
        """
        spec = self.model.document.spec
        return next(
            (each for each in self.model.base_paths if filled(spec, each) == self.base), self.base
        )


def asking_for_json(model: Model) -> dict[str, str]:
    """Return what asks for JSON at an API that speaks something else where nobody asks; nothing at
    any other.
    """
    usual = model.habits.format
    return {"Accept": "application/json"} if usual and not is_json(usual) else {}


def merged(headers: Mapping[str, str], over: Mapping[str, str]) -> dict[str, str]:
    """Return headers with others over them, whatever the case of their names."""
    said = {name.lower() for name in over}
    return {**{name: value for name, value in headers.items() if name.lower() not in said}, **over}
